#include "contract/contract.h"

#include <stdlib.h>

const char *const contract_type_names[] = {
#define XX(code, name) name,
	CONTRACT_TYPES(XX)
#undef XX
	NULL
};
const char *const contract_status_names[] = { "DRAFT", "ACTIVE", "DEPRECATED", "SUPERSEDED", NULL };
const char *const check_kind_names[] = { "none", "file", "command", "http", "schema", "contract", "profile", "model", NULL };

static const struct record_field check_fields[] = {
	RECORD_ENUM(check, kind, RECORD_REQUIRED, check_kind_names, "how it is checked"),
	RECORD_FIELD(check, command, 0, "program and arguments, run in the deliverable's folder"),
	RECORD_FIELD(check, paths, 0, "files below the deliverable's folder"),
	RECORD_FIELD(check, schema, 0, "JSON Schema that the files must meet"),
	RECORD_FIELD(check, method, 0, "HTTP method"),
	RECORD_FIELD(check, path, 0, "HTTP path"),
	RECORD_FIELD(check, status, RECORD_OPTIONAL, "HTTP status that is expected"),
	RECORD_FIELD(check, timeout_s, 0, "seconds that it may take", .preset = "60"),
};
RECORD_TYPE(check, RECORD_REJECT, "a check of a criterion", .scalar = "kind");

static const struct record_field criterion_fields[] = {
	RECORD_FIELD(criterion, text, RECORD_REQUIRED, "what has to be true"),
	RECORD_LIST(criterion, checks, check, 0, "how it is proven", .alias = "check"),
	RECORD_FIELD(criterion, covers, 0, "statements of the requirement that it covers"),
	RECORD_FIELD(criterion, elements, 0, "elements of the contract that carry them"),
};
RECORD_TYPE(criterion, RECORD_REJECT, "an acceptance criterion", .scalar = "text");

static const struct record_field deliverable_fields[] = {
	RECORD_FIELD(deliverable, name, RECORD_REQUIRED, "lower snake case"),
	RECORD_FIELD(deliverable, description, 0, "what it is"),
	RECORD_FIELD(deliverable, artifacts, 0, "files that it consists of"),
	RECORD_LIST(deliverable, acceptance_criteria, criterion, 0, "when it is accepted"),
};
RECORD_TYPE(deliverable, RECORD_REJECT, "a deliverable", .scalar = "name");

static const struct record_field interface_spec_fields[] = {
	RECORD_FIELD(interface_spec, type, 0, "format of the document: openapi, graphql, protobuf, asyncapi"),
	RECORD_FIELD(interface_spec, version, 0, "version of that format"),
	RECORD_FIELD(interface_spec, spec_file, 0, "the document"),
};
RECORD_TYPE(interface_spec, RECORD_REJECT, "the interface of a contract");

static const struct record_field contract_fields[] = {
	RECORD_FIELD(contract, id, RECORD_REQUIRED, "stable name"),
	RECORD_FIELD(contract, name, RECORD_REQUIRED, "for people"),
	RECORD_FIELD(contract, version, 0, "version of the contract", .preset = "1.0.0"),
	RECORD_ENUM(contract, contract_type, RECORD_REQUIRED, contract_type_names, "what kind of interface it is", .alias = "type"),
	RECORD_ENUM(contract, status, 0, contract_status_names, "where it is in its life"),
	RECORD_LIST(contract, deliverables, deliverable, 0, "what is owed"),
	RECORD_FIELD(contract, dependencies, 0, "contracts that this one rests on"),
	RECORD_FIELD(contract, provider_persona_id, 0, "who provides it"),
	RECORD_FIELD(contract, consumer_persona_ids, 0, "who uses it"),
	RECORD_PART(contract, interface_spec, interface_spec, 0, "the interface that it owns"),
	RECORD_FIELD(contract, mock_available, 0, "consumers may start against a mock"),
	RECORD_FIELD(contract, mock_endpoint, RECORD_VOLATILE, "where a mock listens"),
	RECORD_FIELD(contract, estimated_effort_hours, 0, "estimated human effort"),
	RECORD_FIELD(contract, extra, RECORD_EXTRA, "members that are kept unread"),
};
RECORD_TYPE(contract, RECORD_KEEP, "a contract between personas");
