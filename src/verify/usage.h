/* What a consumer uses of a contract: operations, parameters, members that it sent, answers and the
 * members in them that it was given. */
#ifndef VERIFY_USAGE_H
#define VERIFY_USAGE_H

#include "base/record.h"
#include "contract/exchange.h"

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

/* Collected message by message. */
struct usage_counter;
struct usage_counter *usage_counter_create(struct openapi *openapi, const char *consumer);
void usage_counter_destroy(struct usage_counter *counter);
const char *usage_counter_consumer(const struct usage_counter *counter);
/* `parsed` is what the request was judged to mean; `answer` is the body of the response as a value,
 * `places` its members (both may be NULL). */
void usage_counter_add(struct usage_counter *counter, const struct http_request *request, const struct parsed_request *parsed, int status,
                       GHashTable *places);
/* The exchange that was added last is as agreed. */
void usage_counter_approve(struct usage_counter *counter);
/* How many requests it sent to an operation. */
int64_t usage_counter_requests(const struct usage_counter *counter, const struct openapi_operation *operation);
/* Fills an initialised record. */
void usage_counter_fill(struct usage_counter *counter, struct usage *ret);

/* Whether a request brings a parameter. */
bool usage_sends(struct openapi *openapi, const struct http_request *request, const struct openapi_parameter *parameter);
/* The schema of a request's body, NULL for none. */
const struct value *usage_body_schema(const struct openapi *openapi, const struct http_request *request, const struct openapi_operation *operation);

#endif
