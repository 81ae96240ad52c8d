/* Operations before work begins: questions, analysis and plans. */
#ifndef ENGINE_OP_PLAN_H
#define ENGINE_OP_PLAN_H

#include "engine/operation.h"
#include "engine/forecast.h"
#include "engine/request.h"
#include "plan/plan.h"
#include "team/team.h"

struct analysis_request {
	char *requirement;
	char *context;
	char *record, *replay;
	double budget;
	int64_t max_tokens, max_calls;
	double deadline;
};
extern const struct record_type analysis_request_record;

struct plan_request {
	char *requirement;
	char *contracts, *save, *project_name, *workers, *blueprint;
	char **personas;
	bool dot;
	bool draft;                  /* asks no model, and leaves no run behind */
	char *context;
	char **clarifications;
	bool ask;
	char *record, *replay;
	double budget;
	int64_t max_tokens, max_calls;
	double deadline;
};
extern const struct record_type plan_request_record;

struct plan_contract {
	char *id, *name, *type, *provider;
	char **consumers;
	bool mock;
	int64_t operations;
};
RECORD_LIST_OF(plan_contract);
extern const struct record_type plan_contract_record;

struct plan_result {
	char *run;                   /* 'resume' runs it */
	char *saved;                 /* the file that --plan takes; NULL */
	struct analysis analysis;
	struct team team;
	struct plan_contract_list contracts;
	struct plan plan;
	char *dot;                   /* Graphviz, where it was asked for */
	struct forecast_list estimate;   /* of what models would be asked for it: none or one */
	struct doc *models;          /* what they were asked for it; NULL: nothing */
};
extern const struct record_type plan_result_record;

operation_handler op_analysis_create, op_plan_create, op_clarify;

#endif
