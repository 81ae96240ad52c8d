/* What the mock remembers of requests that came before, byte for byte: what they mean, which only the
 * document decides, and how they were answered, which holds as long as nothing has changed. Bounded. */
#ifndef CONTRACT_MOCK_MEMO_H
#define CONTRACT_MOCK_MEMO_H

#include "base/http_server.h"
#include "contract/exchange.h"
#include "contract/kept.h"
#include "contract/mock_cast.h"

struct mock_memo;

/* A faultless request. */
struct mock_memory {
	struct kept *kept;               /* as it came once, with its answer then */
	struct parsed_request parsed;
	struct mock_cast *cast;          /* of a creation; NULL where it makes another object each time */
	char **values;                   /* of the path's parameters, NULL-terminated */
	struct http_reply *reply;        /* the answer; NULL where it cannot be given again */
	uint64_t version;                /* of the state that the answer shows */
};

struct mock_memo *mock_memo_create(void);
void mock_memo_destroy(struct mock_memo *memo);
/* Forgets all: another document counts from now on. */
void mock_memo_clear(struct mock_memo *memo);
/* What is known of a request; NULL for nothing. Borrowed until something is added. */
const struct mock_memory *mock_memo_find(struct mock_memo *memo, const struct http_request *request);
/* Takes all that `memory` holds, and whatever was known of that request goes. */
void mock_memo_add(struct mock_memo *memo, const struct mock_memory *memory);
/* What a request makes; takes `cast`. */
void mock_memo_cast(struct mock_memo *memo, const struct mock_memory *memory, struct mock_cast *cast);
/* Another answer to a request that is known already; takes both. */
void mock_memo_answer(struct mock_memo *memo, const struct mock_memory *memory, struct kept *kept, struct http_reply *reply, uint64_t version);

#endif
