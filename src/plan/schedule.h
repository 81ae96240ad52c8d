/* What a plan would take: N workers simulated over a graph with known durations, under several
 * orders, the barrier order of other engines among them. */
#ifndef PLAN_SCHEDULE_H
#define PLAN_SCHEDULE_H

#include "plan/graph.h"

#define SCHEDULE_RULES(XX)                                                                         \
	XX(RANK, "upward_rank", "longest way to the end first")                                    \
	XX(LONGEST, "longest_task", "longest task first")                                          \
	XX(SHORTEST, "shortest_task", "shortest task first")                                       \
	XX(FANOUT, "most_successors", "what frees most first")                                     \
	XX(GIVEN, "plan_order", "in the order of the plan")                                        \
	XX(BARRIER, "barrier", "group by group, each waiting for the last of the one before")

enum schedule_rule {
#define XX(name, word, help) SCHEDULE_##name,
	SCHEDULE_RULES(XX)
#undef XX
	SCHEDULE_RULE_COUNT
};
extern const char *const schedule_rule_names[];   /* NULL-terminated */

struct schedule {
	enum schedule_rule rule;
	uint32_t workers;
	double makespan;
	double *start, *end;      /* of each node */
	uint32_t *worker;         /* which worker took it, from 0 */
};
typedef struct schedule Schedule;

/* Durations are not negative; the graph is acyclic; at least one worker. */
struct schedule *schedule_simulate(const struct graph *graph, const double *duration, uint32_t workers, enum schedule_rule rule);
/* The shortest of all rules; of equals the first in the table. */
struct schedule *schedule_best(const struct graph *graph, const double *duration, uint32_t workers);
void schedule_destroy(struct schedule *schedule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Schedule, schedule_destroy)

/* No schedule of N workers is shorter: the critical path, or the work shared evenly. */
double schedule_lower_bound(const struct graph *graph, const double *duration, uint32_t workers);
/* The smallest number of workers, at most `limit`, beyond which more do not shorten the best
 * schedule by a hundredth. */
uint32_t schedule_workers(const struct graph *graph, const double *duration, uint32_t limit);
/* The priority of each node under a rule, as a front wants it. BARRIER has the order of GIVEN. */
void schedule_priority(const struct graph *graph, const double *duration, enum schedule_rule rule, double *priority);

#endif
