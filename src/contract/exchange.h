/* Judging messages against a document: what is wrong with a request or a response. The mock, the
 * provider tests and the consumer's record use the same judgement. */
#ifndef CONTRACT_EXCHANGE_H
#define CONTRACT_EXCHANGE_H

#include "base/http.h"
#include "base/writer.h"
#include "contract/openapi.h"

/* One fault. All texts are newly allocated. */
struct fault {
	char *where;      /* "path", "query", "header", "cookie", "body", "status", "media type" */
	char *name;       /* of the parameter or header, or JSON pointer into the body; "" for the whole */
	char *message;    /* what was expected and what was found */
	char *code;       /* the rule that is broken, such as a keyword of a schema; NULL where there is no word for it */
};

struct faults {
	struct fault *items;
	size_t count;
};

void faults_add(struct faults *faults, const char *where, const char *name, const char *format, ...) G_GNUC_PRINTF(4, 5);
void faults_add_coded(struct faults *faults, const char *code, const char *where, const char *name, const char *format, ...) G_GNUC_PRINTF(5, 6);
void faults_clear(struct faults *faults);

/* A request taken apart: the operation that it means, its parameters and its body. */
struct parsed_request {
	struct openapi_match match;
	struct doc *parameters;      /* {"path": {…}, "query": {…}, "header": {…}, "cookie": {…}}: typed values, defaults filled in */
	struct doc *body;            /* JSON, a form or text as a value; NULL where there is none or it is something else */
	int status;                  /* 0, or the HTTP status that a fault deserves: 400, 404, 405, 406, 415, 422, 401, 403 */
	char *allow;                 /* with 405: methods; with 401: the challenge for WWW-Authenticate */
};

/* Judges a request. True where it is faultless; else `faults` says everything that is wrong. Of 400
 * and 422, the status is the one that the operation declares. Members that are read-only are no
 * faults: whoever owns the object ignores them. */
bool exchange_judge_request(struct openapi *openapi, const struct http_request *request, struct parsed_request *ret, struct faults *faults);
void parsed_request_clear(struct parsed_request *request);

/* Judges the response to an operation: status declared, media type declared, headers, body. */
bool exchange_judge_response(struct openapi *openapi, const struct openapi_operation *operation, const struct http_request *request,
                             const struct http_response *response, struct faults *faults);

/* The media type of a request or response that a media range list (Accept) and a content object agree
 * on: the declared one with the best quality, JSON first among equals. NULL where there is none. */
const char *exchange_negotiate(const struct openapi *openapi, const struct value *node, const char *accept);

/* Checks a value against the schema at a node (NULL: anything goes); `name` stands before the JSON
 * pointers of the faults. */
bool exchange_check(struct openapi *openapi, const struct value *node, const struct value *value, enum schema_side side, const char *where,
                    const char *name, struct faults *faults);

/* Checks the value of a body against its media type object: its schema, and its items where that has an itemSchema (3.2). */
bool exchange_check_body(struct openapi *openapi, const struct value *media, const struct value *value, enum schema_side side, struct faults *faults);

char *exchange_problem(int status, const char *detail, const struct faults *faults);

#endif
