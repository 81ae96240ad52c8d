/* Operations on runs. */
#ifndef ENGINE_OP_RUN_H
#define ENGINE_OP_RUN_H

#include "engine/operation.h"
#include "engine/request.h"
#include "engine/result.h"

/* One run by name; NULL is the newest. */
struct run_ref {
	char *run;
};
extern const struct record_type run_ref_record;

struct history_request {
	int64_t limit;
};
extern const struct record_type history_request_record;

struct history_entry {
	char *run, *name, *state, *outcome, *created, *output;
};
RECORD_LIST_OF(history_entry);
extern const struct record_type history_entry_record;

struct history_result {
	struct history_entry_list runs;
};
extern const struct record_type history_result_record;

struct explain_request {
	char *task, *run;
};
extern const struct record_type explain_request_record;

struct explain_result {
	char *task, *state, *outcome, *because;
	char **waits_for, **frees;
	int64_t attempt;
};
extern const struct record_type explain_result_record;

struct logs_request {
	char *run;
	int64_t after, limit;
};
extern const struct record_type logs_request_record;

struct log_entry {
	int64_t seq;
	char *at, *kind, *task;
	struct doc *data;
};
RECORD_LIST_OF(log_entry);
extern const struct record_type log_entry_record;

struct logs_result {
	struct log_entry_list events;
};
extern const struct record_type logs_result_record;

/* The name that was given, or that of the newest run; newly allocated, NULL with ERR_NOT_FOUND. */
char *run_find(struct store *store, const char *given, GError **error);

operation_handler op_run_start, op_run_resume, op_run_cancel, op_run_status, op_run_history, op_run_explain, op_run_logs;

#endif
