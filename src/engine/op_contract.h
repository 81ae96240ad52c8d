/* Operations on contracts: what a document offers, and a standalone mock of it. */
#ifndef ENGINE_OP_CONTRACT_H
#define ENGINE_OP_CONTRACT_H

#include "engine/operation.h"

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
	char **remarks;
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

operation_handler op_contract_validate, op_contract_package;

#endif
