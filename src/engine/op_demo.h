/* Demonstrations: requirements from the catalogue, each with what is declared to come of it. */
#ifndef ENGINE_OP_DEMO_H
#define ENGINE_OP_DEMO_H

#include "engine/operation.h"

struct demo_request {
	char *demo, *output;
};
extern const struct record_type demo_request_record;

struct demo_outcome {
	char *demo, *title, *declared, *outcome;
	bool as_declared;
	int64_t exit;
	char *statements, *contracts;
	double quality, seconds;
	char *reason, *output;
};
RECORD_LIST_OF(demo_outcome);
extern const struct record_type demo_outcome_record;

struct demo_result {
	struct demo_outcome_list demos;
	int64_t as_declared, total;
};
extern const struct record_type demo_result_record;

struct demo_entry {
	char *id, *title, *declared, *about;
};
RECORD_LIST_OF(demo_entry);
extern const struct record_type demo_entry_record;

struct demos_result {
	struct demo_entry_list demos;
};
extern const struct record_type demos_result_record;

operation_handler op_demo, op_demo_list;

#endif
