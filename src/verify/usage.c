#include "verify/usage.h"

static const struct record_field usage_answer_fields[] = {
	RECORD_FIELD(usage_answer, status, 0, "status as the document declares it"),
	RECORD_FIELD(usage_answer, count, 0, "how often"),
	RECORD_FIELD(usage_answer, members, 0, "members that were in it"),
};
RECORD_TYPE(usage_answer, RECORD_DROP, "answers of one status");

static const struct record_field usage_operation_fields[] = {
	RECORD_FIELD(usage_operation, operation, 0, "method and path"),
	RECORD_FIELD(usage_operation, requests, 0, "how many requests"),
	RECORD_FIELD(usage_operation, parameters, 0, "parameters that were sent"),
	RECORD_FIELD(usage_operation, members, 0, "members of bodies that were sent"),
	RECORD_LIST(usage_operation, answers, usage_answer, 0, "answers that were given"),
	RECORD_FIELD(usage_operation, missing, 0, "required, and never sent"),
	RECORD_FIELD(usage_operation, unused, 0, "optional, and never sent"),
};
RECORD_TYPE(usage_operation, RECORD_DROP, "the use of an operation");

static const struct record_field usage_fields[] = {
	RECORD_FIELD(usage, consumer, 0, "who uses it"),
	RECORD_FIELD(usage, contract, 0, "title and version"),
	RECORD_FIELD(usage, requests, 0, "how many requests"),
	RECORD_FIELD(usage, good, 0, "those with which nothing is wrong"),
	RECORD_FIELD(usage, unknown, 0, "those that fit no operation"),
	RECORD_LIST(usage, operations, usage_operation, 0, "operation by operation"),
	RECORD_FIELD(usage, unused, 0, "operations that were never used"),
};
RECORD_TYPE(usage, RECORD_DROP, "what a consumer uses of a contract");
