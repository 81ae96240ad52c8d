/* Operations on what a run left: show it, prove it, export it. */
#ifndef ENGINE_OP_SHOW_H
#define ENGINE_OP_SHOW_H

#include "engine/operation.h"
#include "engine/report.h"

struct show_request {
	char *run;
	bool dot, proof;
};
extern const struct record_type show_request_record;

/* Why a task was accepted: what ran, how it ended, digests, processes. */
struct task_proof {
	char *task_id, *persona_id, *outcome, *agent;
	int64_t attempt, files;
	char *manifest;              /* digest of the files' manifest */
	struct doc *advice;          /* that the attempt had; NULL */
	struct evidence_list evidence;
};
RECORD_LIST_OF(task_proof);
extern const struct record_type task_proof_record;

struct show_result {
	struct run_result result;
	char *dot;
	struct task_proof_list proof;
};
extern const struct record_type show_result_record;

struct export_request {
	char *run, *output;
};
extern const struct record_type export_request_record;

struct export_result {
	char *run, *output;
	int64_t events, tasks, files;
};
extern const struct record_type export_result_record;

operation_handler op_show, op_export;

#endif
