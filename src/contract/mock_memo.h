/* What the mock remembers of its answers: a request that came before, byte for byte, gets the same
 * answer again as long as nothing has changed that it could show. Bounded. */
#ifndef CONTRACT_MOCK_MEMO_H
#define CONTRACT_MOCK_MEMO_H

#include "base/http_server.h"
#include "contract/kept.h"

struct mock_memo;

struct mock_answer {
	struct kept *kept;
	struct http_reply *reply;
};

struct mock_memo *mock_memo_create(void);
void mock_memo_destroy(struct mock_memo *memo);
/* The answer to a request without a body; borrowed until the next call. NULL where there is none that
 * was made at this version of the state. */
const struct mock_answer *mock_memo_find(struct mock_memo *memo, const struct http_request *request, uint64_t version);
/* Takes `reply`, and a reference of its own to `kept`. */
void mock_memo_add(struct mock_memo *memo, uint64_t version, struct kept *kept, struct http_reply *reply);

#endif
