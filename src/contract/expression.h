/* Runtime expressions of links and callbacks (OpenAPI 3.1.1 section 4.8.20.4): what a value of one exchange
 * is in the next, such as "$response.body#/id" or "https://{$request.header.Host}/hook". */
#ifndef CONTRACT_EXPRESSION_H
#define CONTRACT_EXPRESSION_H

#include "base/doc.h"
#include "base/http.h"

/* The exchange that expressions speak of; what is NULL has no values. */
struct expression_context {
	const struct http_request *request;
	const struct http_response *response;
	const struct value *parameters;      /* of the request, typed: {"path": {…}, "query": {…}}; a query is else read from the URL */
	const struct value *request_body, *response_body;
};

/* True where text is an expression, or holds some in braces. */
bool expression_is(const char *text);
/* ERR_INVALID where what begins like an expression is none. Text without any is well. */
bool expression_check(const char *text, GError **error);

/* The value with its expressions replaced, at any depth of it. An expression that is the whole text keeps the type of
 * its value; in a longer text it is written as text. NULL with ERR_INVALID for a malformed one, with ERR_NOT_FOUND
 * where the exchange has no such value: a link's parameter is left out then. */
struct doc *expression_evaluate(const struct value *value, const struct expression_context *context, GError **error);

#endif
