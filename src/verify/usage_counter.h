/* Uses of a contract, counted message by message. */
#ifndef VERIFY_USAGE_COUNTER_H
#define VERIFY_USAGE_COUNTER_H

#include "contract/exchange.h"
#include "verify/usage.h"

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
/* Fills an initialised record. */
void usage_counter_fill(struct usage_counter *counter, struct usage *ret);

/* Whether a request brings a parameter. */
bool usage_sends(struct openapi *openapi, const struct http_request *request, const struct openapi_parameter *parameter);
/* The schema of a request's body, NULL for none. */
const struct value *usage_body_schema(const struct openapi *openapi, const struct http_request *request, const struct openapi_operation *operation);

#endif
