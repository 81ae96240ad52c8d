/* What a creation makes of one and the same request again and again: the same object and the same answer, but
 * for the id. */
#ifndef CONTRACT_MOCK_CAST_H
#define CONTRACT_MOCK_CAST_H

#include "base/http_server.h"
#include "contract/kept.h"
#include "contract/stock.h"

struct asking;
struct mock;
struct mock_cast;

/* Made of an object that a request has just made, and of the answer to it; NULL where more than the id is its own. */
struct mock_cast *mock_cast_create(struct asking *asking, const struct object *object, struct kept *kept);
void mock_cast_free(struct mock_cast *cast);

enum { CAST_HEADERS = 16, CAST_LOCATION = 512, CAST_ID = 16 };

/* An answer that a cast makes. All of it is in here or borrowed from the cast; it must not be moved. */
struct casting {
	struct http_response response;       /* Content-Type is among its headers */
	struct http_header headers[CAST_HEADERS];
	char id[CAST_ID], location[CAST_LOCATION];
	GString body;
};

/* Makes the next object, checked like the first, and an answer with it. `values` are those of the path's
 * parameters. False, and nothing is done, where that cannot be: then the request goes the usual way. */
bool mock_cast_use(const struct mock_cast *cast, struct mock *mock, char *const *values, struct casting *ret);
/* The answer as a reply that is used again and again; borrowed. NULL where all are on their way. */
struct http_reply *mock_cast_reply(struct mock_cast *cast, const struct casting *casting);
void casting_finish(struct casting *casting);

#endif
