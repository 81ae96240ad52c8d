/* Operations on contracts and schemas: mock, check, package, validate. */
#ifndef ENGINE_OP_CONTRACT_H
#define ENGINE_OP_CONTRACT_H

#include "engine/operation.h"

struct mock_request {
	char *spec, *address, *record;
	int64_t port, seed, items;
	bool stateless;
};
extern const struct record_type mock_request_record;

struct mock_result {
	char *url, *recorded;
	int64_t requests;
};
extern const struct record_type mock_result_record;

struct spec_request {
	char *spec;
};
extern const struct record_type spec_request_record;

struct operation_entry {
	char *method, *path, *id, *resource, *role;
};
RECORD_LIST_OF(operation_entry);
extern const struct record_type operation_entry_record;

struct spec_result {
	char *title, *version, *openapi;
	int64_t operation_count;
	struct operation_entry_list operations;
};
extern const struct record_type spec_result_record;

struct package_request {
	char *spec, *output;
};
extern const struct record_type package_request_record;

struct package_result {
	char **files;
};
extern const struct record_type package_result_record;

struct schema_request {
	char *schema;
	char **files;
	char *draft;
	bool formats;
};
extern const struct record_type schema_request_record;

struct schema_fault {
	char *file, *where, *rule, *message;
};
RECORD_LIST_OF(schema_fault);
extern const struct record_type schema_fault_record;

struct schema_result {
	int64_t valid, invalid;
	struct schema_fault_list faults;
};
extern const struct record_type schema_result_record;

operation_handler op_mock_serve, op_contract_validate, op_contract_package, op_schema_validate;

#endif
