/* What a consumer uses of a contract: operations, parameters, members that it sent, answers and the
 * members in them that it was given. */
#ifndef VERIFY_USAGE_H
#define VERIFY_USAGE_H

#include "base/record.h"

struct usage_answer {
	char *status;                /* as the document declares it: "200", "4XX", "default" */
	int64_t count;
	char **members;              /* pointers; the items of a list are one */
};
RECORD_LIST_OF(usage_answer);
extern const struct record_type usage_answer_record;

struct usage_operation {
	char *operation;             /* "POST /tasks" */
	int64_t requests;
	char **parameters;           /* "query limit" */
	char **members;              /* of its bodies */
	struct usage_answer_list answers;
	char **missing;              /* required, and never sent */
	char **unused;               /* optional parameters and members that it never sent */
};
RECORD_LIST_OF(usage_operation);
extern const struct record_type usage_operation_record;

struct usage {
	char *consumer, *contract;   /* title and version of the document */
	int64_t requests, good;      /* all; those with which nothing is wrong */
	int64_t unknown;             /* those that fit no operation */
	struct usage_operation_list operations;
	char **unused;               /* operations that it never used */
};
RECORD_LIST_OF(usage);
extern const struct record_type usage_record;

#endif
