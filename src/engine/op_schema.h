/* Operations on JSON Schema: documents against a schema, and the validator against a test suite. */
#ifndef ENGINE_OP_SCHEMA_H
#define ENGINE_OP_SCHEMA_H

#include "engine/operation.h"

struct schema_request {
	char *schema;
	char **files;
	char *draft, *remotes;
	bool formats, strict, first;
};
extern const struct record_type schema_request_record;

struct schema_fault {
	char *file;
	int64_t line, column;
	char *where, *rule, *place, *message;
};
RECORD_LIST_OF(schema_fault);
extern const struct record_type schema_fault_record;

struct schema_result {
	int64_t valid, invalid, cut;
	struct schema_fault_list faults;
};
extern const struct record_type schema_result_record;

struct suite_request {
	char *folder, *draft, *remotes;
	bool formats;
};
extern const struct record_type suite_request_record;

struct suite_failure {
	char *file, *group, *test, *expected, *message;
};
RECORD_LIST_OF(suite_failure);
extern const struct record_type suite_failure_record;

struct suite_result {
	int64_t files, groups, passed, failed;
	struct suite_failure_list failures;
};
extern const struct record_type suite_result_record;

operation_handler op_schema_validate, op_schema_test;

#endif
