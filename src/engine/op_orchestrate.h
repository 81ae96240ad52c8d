/* Operations on problems for several specialists. */
#ifndef ENGINE_OP_ORCHESTRATE_H
#define ENGINE_OP_ORCHESTRATE_H

#include "engine/forecast.h"
#include "engine/op_team.h"
#include "engine/operation.h"
#include "engine/orchestra.h"
#include "team/tactic.h"

struct orchestrate_request {
	char *problem;
	char **file, **item;
	unsigned pattern;        /* enum tactic_kind */
	char **specialists;
	char *conclude, *synthesis, *success;
	char *context, *thread;
	char *plan, *save;
	bool coordinator, dry_run, no_judge;
	unsigned strategy;       /* enum balance_strategy */
	double timeout, deadline, budget;
	int64_t max_tokens, max_calls;
	char *record, *replay;
};
extern const struct record_type orchestrate_request_record;

struct orchestrate_result {
	bool success;
	double duration;
	char *reason;            /* why it is none */
	struct specialist_result_list results;
	struct synthesis synthesis;
	struct orchestra_statistics statistics;
	struct orchestration_list plan;      /* of a dry run: the one */
	struct forecast_list estimate;       /* of a dry run: what models would cost; none where there are none */
	char *saved;
	bool replayed;
	char *not_noted;         /* why it is not in the totals */
};
extern const struct record_type orchestrate_result_record;

/* What a specialist did in all. */
struct specialist_total {
	char *specialist;
	int64_t tasks, completed;
	double work;             /* seconds */
};
RECORD_LIST_OF(specialist_total);
extern const struct record_type specialist_total_record;

/* All orchestrations that were ever carried out with this store. Those from a recording are only counted. */
struct orchestra_totals {
	int64_t orchestrations, successes, replays;
	struct orchestra_statistics statistics;      /* sums, and the formulas over them */
	struct specialist_total_list specialists;
};
extern const struct record_type orchestra_totals_record;

/* Adds a result to the totals. */
bool orchestrate_note(struct context *context, const struct orchestrate_result *result, GError **error);

/* The plan that the request asks for: its file, a pattern's, or the coordinator's, for whom `models` have to be there. It has been checked. */
bool orchestrate_plan(struct context *context, const struct orchestrate_request *request, const struct persona_list *specialists,
                      struct models *models, const char *account, const bool *cancelled, struct orchestration *ret, GError **error);

/* What the plan would cost; nothing is added where there is no model. */
bool orchestrate_estimate(struct context *context, const struct orchestration *plan, const char *thread, struct forecast_list *ret, GError **error);

struct specialists_result {
	struct persona_entry_list specialists;
	struct tactic_list patterns;
};
extern const struct record_type specialists_result_record;

operation_handler op_orchestrate, op_orchestrate_stats, op_specialists_list;

#endif
