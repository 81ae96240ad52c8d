/* Requests made from a document: what a client may send. */
#ifndef CONTRACT_REQUEST_H
#define CONTRACT_REQUEST_H

#include "base/http.h"
#include "contract/openapi.h"
#include "contract/sample.h"

struct request_options {
	const char *base;             /* before the path: "http://127.0.0.1:8080/v1"; NULL for none */
	bool required_only;           /* optional parameters, members and bodies are left out */
	bool fresh;                   /* other values each time */
	const struct value *path;     /* values of path parameters by name, where they are not to be made up, fitting or not; NULL */
	const struct value *body;     /* likewise the body */
};

/* A request that fits an operation, with credentials where it wants some. False with ERR_INVALID
 * naming the schema for which no value could be made. */
bool request_make(struct sampler *sampler, struct openapi *openapi, const struct openapi_operation *operation, const struct request_options *options,
                  struct http_request *ret, GError **error);

#endif
