/* The result of a run, as `run --json` prints it (DESIGN 6). */
#ifndef ENGINE_RESULT_H
#define ENGINE_RESULT_H

#include "engine/charter.h"

/* Seconds, measured on this run. Figures that cannot be known are absent. */
struct execution {
	double total_duration;         /* wall time from the first event to the last, without the pauses */
	double paused;                 /* sum of the time in which no process worked on it */
	double sequential_duration;    /* sum of the time of all attempts and verifications */
	double critical_path;          /* longest chain of needs, with measured durations */
	double waiting;                /* sum of the time that ready tasks waited for a worker */
	double rework;                 /* sum of the time of attempts that were not the last */
	double parallelism_factor;     /* mean number of tasks in flight */
	double time_savings_percent;   /* absent where the work is too short to judge */
	double parallelization_achieved;   /* saved / (sum - critical path) */
	char *note;                    /* why a figure is absent */
};
extern const struct record_type execution_record;

struct quality {
	double overall_quality_score;
	char *band;                    /* excellent, good, … */
	int64_t contracts_fulfilled, contracts_total;
	int64_t statements_covered, statements_total;
};
extern const struct record_type quality_record;

struct task_deliverables {
	char **code, **contracts, **documentation;
};
extern const struct record_type task_deliverables_record;

struct task_result {
	char *task_id, *persona_id, *contract_id;
	char *outcome, *reason;
	bool success;
	char **files_created;
	struct task_deliverables deliverables;
	bool contract_fulfilled;
	double fulfillment_score;
	char **missing_deliverables;
	double quality_score, completeness_score;
	char **quality_issues;
	double duration_seconds;
	bool parallel_execution, used_mock;
};
RECORD_LIST_OF(task_result);
extern const struct record_type task_result_record;

/* A statement that nothing covers, and why. */
struct uncovered {
	char *statement, *text, *reason;
};
RECORD_LIST_OF(uncovered);
extern const struct record_type uncovered_record;

struct run_result {
	char *run, *name;
	bool success;
	char *state, *outcome, *reason;
	char *output;                  /* folder of the results */
	char *requirement_type, *blueprint;
	struct execution execution;
	struct quality quality;
	struct task_result_list tasks;
	struct uncovered_list not_covered;
	char **integration_issues;
	struct doc *models;            /* what models were asked: asked_document; NULL: none was */
};
extern const struct record_type run_result_record;

/* Milliseconds from the first event to the last, without the time in which nobody worked on the run. */
int64_t journal_worked_ms(const struct event_row_list *events);
/* What the journal says of a run, finished or not: states and times; no verdicts on its work. */
bool run_result_measure(struct store *store, const char *run, struct run_result *ret, GError **error);
/* The report where there is one, else what the journal says. */
bool run_result_read(struct store *store, const char *run, struct run_result *ret, GError **error);

#endif
