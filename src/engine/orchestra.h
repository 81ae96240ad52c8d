/* Carries out an orchestration: specialists ask models side by side, each as soon as what it needs is there. */
#ifndef ENGINE_ORCHESTRA_H
#define ENGINE_ORCHESTRA_H

#include "engine/counsel.h"
#include "team/orchestration.h"
#include "team/synthesis.h"

enum specialist_state {
	SPECIALIST_DONE, SPECIALIST_FAILED, SPECIALIST_TIMED_OUT,
	SPECIALIST_CANCELLED,    /* not wanted any more, or interrupted */
	SPECIALIST_SKIPPED,      /* nothing that it needs came about */
	SPECIALIST_BUDGET,
};
extern const char *const specialist_state_names[];

struct specialist_result {
	char *task_id, *specialist;
	bool success;
	unsigned state;          /* enum specialist_state */
	char *server, *model;    /* that answered, or was asked last */
	char *answer;
	struct insight_list findings;
	char *reason;            /* why it did not succeed, and what to do */
	double started, duration;            /* seconds, from the begin of the whole */
	double work;             /* seconds, without waiting for a free place */
	int64_t calls, retries, failovers, repairs;
	int64_t input_tokens, output_tokens;
	double dollars;          /* of the calls with a price */
	int64_t unpriced_calls;
	bool replayed;
	bool unrecorded;         /* the recording does not know the request: nothing that it says of the rest counts */
};
RECORD_LIST_OF(specialist_result);
extern const struct record_type specialist_result_record;

struct server_use {
	char *server;
	int64_t calls, failures, tasks;
	double busy, utilisation;            /* seconds; of the whole */
};
RECORD_LIST_OF(server_use);
extern const struct record_type server_use_record;

struct orchestra_statistics {
	int64_t tasks, completed, failed, cancelled, skipped;
	double success_rate;
	double sequential_duration, duration, critical_path, overhead;   /* seconds */
	double parallel_efficiency, parallelism_factor, parallelization_achieved, time_savings_percent;
	struct server_use_list servers;
	int64_t calls, retries, failovers;
	int64_t input_tokens, output_tokens, unpriced_calls;
	double dollars;
};
extern const struct record_type orchestra_statistics_record;

/* What the specialists work with. */
struct briefing {
	const struct orchestration *plan;
	GHashTable *files;           /* content by path */
	struct doc *conversation;    /* NULL */
};
/* Reads the files that the plan names. ERR_INPUT names one that cannot be read. `conversation` is a file, NULL for none. */
bool briefing_open(const struct orchestration *plan, const char *conversation, struct briefing *ret, GError **error);
void briefing_close(struct briefing *briefing);
/* All that the specialists are given, as one text: for evidence that quotes it. Newly allocated. */
char *briefing_material(const struct briefing *briefing);
/* The message to the specialist of a task, as JSON, newly allocated. `results` are those of the tasks that it needs, in their order, of
 * which some may have failed. */
char *briefing_message(const struct briefing *briefing, const struct orchestra_task *task, const struct specialist_result *const *results, size_t count);

struct interruptee;

/* Whoever watches is told about all of it (`about` NULL) or about one task; `json` may be NULL. Any thread. */
typedef void orchestra_teller(void *data, const char *kind, const struct specialist_result *about, const char *json);
/* From now on (`begin`), or no more, somebody tells the interruptee of an interruption. */
typedef void orchestra_listener(void *data, struct interruptee *interruptee, bool begin);

struct orchestra_order {
	struct catalogue *catalogue;
	orchestra_teller *tell;              /* NULL: nobody watches */
	orchestra_listener *listen;          /* NULL: calls look at `cancelled`, and use_first_result waits for those that are under way */
	void *data;                          /* of both */
	const struct briefing *briefing;
	const struct persona_list *specialists;
	struct models *models;
	const struct counsel_form *form;     /* of the specialists */
	const bool *cancelled;       /* set by models_cancel */
	const char *model;           /* NULL: any */
	const char *run;             /* whose prefix is worth keeping on a server */
	const char *const *accounts; /* who pays, NULL-terminated */
	const char *account;         /* with which the names of the tasks' own accounts begin */
	const struct call_memory *memory;    /* NULL */
	unsigned workers;
	int64_t deadline_ms;         /* monotonic; 0: none */
	bool judge;                  /* models may decide what code cannot */
};

/* Blocks until all tasks are over, one way or the other; `ret` has a result for each, in the order of the plan. *ret_seconds is how long it took. */
void orchestra_perform(const struct orchestra_order *order, struct specialist_result_list *ret, double *ret_seconds);
/* What the results come to. False where a synthesis could not be made: `ret` says why. *ret_poor (may be NULL) becomes true where a limit
 * kept the judge from being asked. */
bool orchestra_conclude(const struct orchestra_order *order, const struct specialist_result_list *results, struct synthesis *ret, bool *ret_poor);
/* The formulas over what is counted in `statistics`: `parallelism_factor` comes as the sum of the tasks' durations. */
void orchestra_rate(struct orchestra_statistics *statistics);
/* `before` and `after` are the standings of the models. */
void orchestra_count(const struct orchestration *plan, const struct specialist_result_list *results, double seconds, const struct standing_list *before,
                     const struct standing_list *after, struct orchestra_statistics *ret);

#endif
