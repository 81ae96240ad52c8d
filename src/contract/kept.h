/* An exchange as it is kept: packed into one block of memory, never changed, shared by counting. */
#ifndef CONTRACT_KEPT_H
#define CONTRACT_KEPT_H

#include "base/http.h"

struct kept {
	int references;
	size_t bytes;                        /* of the block */
	struct http_request request;         /* all that it points to is in the block; a body that is none is NULL */
	struct http_response response;
	GString request_body, response_body;
};

/* Copies both. */
struct kept *kept_create(const struct http_request *request, const struct http_response *response);
struct kept *kept_ref(struct kept *kept);
void kept_unref(struct kept *kept);

#endif
