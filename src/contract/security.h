/* Security requirements: whether a request carries the credentials that its operation wants. Any
 * credential of the right form is accepted, unless the scheme lists those that are (x-mock-credentials:
 * a list of tokens, keys or user:password). Scopes count where a request says which it has: in the claims
 * scope, scopes or scp of a bearer token that is a JSON Web Token (read, not verified), or in X-Mock-Scopes. */
#ifndef CONTRACT_SECURITY_H
#define CONTRACT_SECURITY_H

#include "contract/exchange.h"
#include "contract/style.h"

/* Where a scheme's credential travels. */
struct carrier {
	const char *in;              /* "header", "query", "cookie"; NULL where HTTP does not show it */
	const char *name;
	const char *scheme;          /* of the Authorization header: "bearer"; NULL for any */
	const struct value *accepted;    /* credentials; NULL: any */
};
struct carrier security_carrier(const struct openapi *openapi, const char *name);

struct credentials {
	const struct http_headers *headers;
	const struct style_pairs *query, *cookies;
};

/* 0 where one of the alternatives is met; 403 where only scopes are missing, else 401: then the faults name
 * what is missing of the first one, and *ret_challenge (newly allocated, may become NULL) is what
 * WWW-Authenticate says. */
int security_check(const struct openapi *openapi, const struct openapi_operation *operation, const struct credentials *credentials,
                    struct faults *faults, char **ret_challenge);
/* Adds credentials that the first alternative wants: headers, "name=value" of the query, cookies. */
void security_supply(const struct openapi *openapi, const struct openapi_operation *operation, struct http_headers *headers, GString *query,
                     GString *cookies);

#endif
