/* A problem for several specialists, as data: which of them gets what, in which order, and how their answers become one. Written by
 * hand, by a pattern (tactic.h) or by the coordinator; saved and run again. */
#ifndef TEAM_ORCHESTRATION_H
#define TEAM_ORCHESTRATION_H

#include "plan/graph.h"
#include "team/persona.h"

/* What `input_data` may name: question (a text), files (paths), items (any), needs (tasks whose results it gets). All else in it goes
 * to the specialist as it is. */
struct orchestra_task {
	char *task_id, *specialist;
	char *server;            /* who is to answer; another does where it is full or gone. NULL: whoever is free */
	struct doc *input_data;
	double timeout;          /* seconds */
};
RECORD_LIST_OF(orchestra_task);
extern const struct record_type orchestra_task_record;

struct orchestra_wave {
	int64_t wave_number;
	struct orchestra_task_list tasks;
};
RECORD_LIST_OF(orchestra_wave);
extern const struct record_type orchestra_wave_record;

struct orchestration {
	char *problem;
	struct doc *context;
	struct orchestra_wave_list waves;
	char *synthesis_strategy;    /* merge_all, use_first_result, consensus, custom:COMMAND */
	char *success_criteria;      /* all_tasks_complete, any, quorum:N */
};
RECORD_LIST_OF(orchestration);
extern const struct record_type orchestration_record;

enum synthesis_kind { SYNTHESIS_MERGE, SYNTHESIS_FIRST, SYNTHESIS_CONSENSUS, SYNTHESIS_CUSTOM };

/* How many tasks it has. */
size_t orchestration_count(const struct orchestration *plan);
/* All tasks in the order of the plan, a NULL behind them; free the array alone. */
const struct orchestra_task **orchestration_tasks(const struct orchestration *plan);
/* Whether it can be carried out: names, needs, numbers and words. ERR_INVALID says what is wrong with which task. */
bool orchestration_check(const struct orchestration *plan, const struct persona_list *specialists, GError **error);
/* Who waits for whom, over the tasks in their order: a task that names its needs waits for these alone, any other for the whole wave
 * before its own. Wants a plan that was checked. */
struct graph *orchestration_graph(const struct orchestration *plan);

/* The kind of a strategy; `ret_command` (may be NULL) borrows what stands behind "custom:". False where it is none. */
bool synthesis_find(const char *strategy, enum synthesis_kind *ret, const char **ret_command);
/* How many of `total` tasks have to succeed; -1 where the criterion is none. */
int64_t orchestration_demand(const char *criteria, size_t total);

#endif
