/* Operations on contracts: what a document offers and where it is wrong, and a standalone mock of it. */
#ifndef ENGINE_OP_CONTRACT_H
#define ENGINE_OP_CONTRACT_H

#include "contract/lint.h"
#include "engine/operation.h"

struct lint_request {
	char **specs, **rule;
	char *severity, *sarif;
	bool operations, all;
};
extern const struct record_type lint_request_record;

struct operation_entry {
	char *method, *path, *id, *resource, *role;
};
RECORD_LIST_OF(operation_entry);
extern const struct record_type operation_entry_record;

struct lint_result {
	char *title, *version, *openapi;      /* of the first document */
	int64_t operation_count;
	struct lint_document_list documents;
	struct lint_finding_list findings;
	struct lint_rule_entry_list rules;
	int64_t errors, warnings, infos;
	struct operation_entry_list operations;
	char **remarks;
	char *sarif;
	bool all;
};
extern const struct record_type lint_result_record;

struct rules_request {
	char **rule;
};
extern const struct record_type rules_request_record;

struct rules_result {
	struct lint_rule_entry_list rules;
};
extern const struct record_type rules_result_record;

struct package_request {
	char *spec, *output;
};
extern const struct record_type package_request_record;

struct package_result {
	char **files;
};
extern const struct record_type package_result_record;

operation_handler op_contract_validate, op_contract_rules, op_contract_package;

#endif
