/* States and outcomes of runs and tasks (DESIGN 5): one table each for names and transitions. */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#define BIT(state) (1u << (state))

/* state, name, states that may follow */
#define RUN_STATE_MAP(XX)                                                                          \
	XX(NEW, "new", BIT(RUN_ANALYSING) | BIT(RUN_RUNNING) | BIT(RUN_DONE))                      \
	XX(ANALYSING, "analysing", BIT(RUN_DESIGNING) | BIT(RUN_WAITING) | BIT(RUN_DONE))          \
	XX(DESIGNING, "designing", BIT(RUN_PLANNING) | BIT(RUN_WAITING) | BIT(RUN_DONE))           \
	XX(PLANNING, "planning", BIT(RUN_RUNNING) | BIT(RUN_WAITING) | BIT(RUN_DONE))              \
	XX(RUNNING, "running", BIT(RUN_WAITING) | BIT(RUN_REPORTING) | BIT(RUN_DONE))              \
	XX(WAITING, "waiting",                                                                     \
	   BIT(RUN_ANALYSING) | BIT(RUN_DESIGNING) | BIT(RUN_PLANNING) | BIT(RUN_RUNNING) | BIT(RUN_REPORTING) | BIT(RUN_DONE)) \
	XX(REPORTING, "reporting", BIT(RUN_DONE))                                                  \
	XX(DONE, "done", 0)

enum run_state {
#define XX(state, name, next) RUN_##state,
	RUN_STATE_MAP(XX)
#undef XX
	RUN_STATE_COUNT
};

/* outcome, name, exit code */
#define RUN_OUTCOME_MAP(XX)                                                                        \
	XX(NONE, "none", 5)                                                                        \
	XX(ACCEPTED, "accepted", 0)                                                                \
	XX(PARTIAL, "partial", 1)                                                                  \
	XX(BELOW, "below_threshold", 1)                                                            \
	XX(FAILED, "failed", 1)                                                                    \
	XX(CANCELLED, "cancelled", 1)                                                              \
	XX(BUDGET, "budget_exceeded", 4)

enum run_outcome {
#define XX(outcome, name, exit) RUN_IS_##outcome,
	RUN_OUTCOME_MAP(XX)
#undef XX
	RUN_OUTCOME_COUNT
};

#define TASK_STATE_MAP(XX)                                                                         \
	XX(PLANNED, "planned", BIT(TASK_READY) | BIT(TASK_DONE))                                   \
	XX(READY, "ready", BIT(TASK_RUNNING) | BIT(TASK_DONE))                                     \
	XX(RUNNING, "running", BIT(TASK_VERIFYING) | BIT(TASK_WAITING) | BIT(TASK_READY) | BIT(TASK_DONE)) \
	XX(VERIFYING, "verifying", BIT(TASK_WAITING) | BIT(TASK_READY) | BIT(TASK_DONE))           \
	XX(WAITING, "waiting", BIT(TASK_READY) | BIT(TASK_DONE))                                   \
	XX(DONE, "done", BIT(TASK_READY))

enum task_state {
#define XX(state, name, next) TASK_##state,
	TASK_STATE_MAP(XX)
#undef XX
	TASK_STATE_COUNT
};

/* outcome, name, whether those that need the task may go on */
#define TASK_OUTCOME_MAP(XX)                                                                       \
	XX(NONE, "none", false)                                                                    \
	XX(ACCEPTED, "accepted", true)                                                             \
	XX(ACCEPTED_UNVERIFIED, "accepted_unverified", true)                                       \
	XX(REJECTED, "rejected", false)                                                            \
	XX(NO_OUTPUT, "no_output", false)                                                          \
	XX(TIMED_OUT, "timed_out", false)                                                          \
	XX(CANCELLED, "cancelled", false)                                                          \
	XX(SKIPPED, "skipped", false)                                                              \
	XX(BUDGET, "budget_exceeded", false)                                                       \
	XX(FAILED, "failed", false)

enum task_outcome {
#define XX(outcome, name, good) TASK_IS_##outcome,
	TASK_OUTCOME_MAP(XX)
#undef XX
	TASK_OUTCOME_COUNT
};

/* NULL-terminated, in the order of the enums. */
extern const char *const run_state_names[], *const run_outcome_names[];
extern const char *const task_state_names[], *const task_outcome_names[];

bool run_state_allows(enum run_state from, enum run_state to);
bool task_state_allows(enum task_state from, enum task_state to);
bool task_outcome_is_good(enum task_outcome outcome);
int run_outcome_exit(enum run_outcome outcome);

#endif
