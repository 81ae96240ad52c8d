/* A server that says nothing may be loading the model first, which takes minutes; one that hangs looks the same. So it is asked, beside
 * the call, which models it has in memory. All of this is the transport's thread's. */
#ifndef LLM_LOADING_H
#define LLM_LOADING_H

#include "llm/dialect.h"
#include "llm/transport.h"

struct loading;

/* Of a call that was sent at `begin_ms` and has to have begun within `load_ms`; `call` is borrowed until loading_finish. */
struct loading *loading_create(struct transport *transport, struct transport_call *call, int64_t begin_ms, int64_t load_ms);
/* The question: `path` of the server, with the key. */
void loading_ask_at(struct loading *loading, const struct dialect *dialect, const char *base_url, const char *key, const char *model);
/* The call is late: how many milliseconds more it may have; 0: no more. */
int64_t loading_late(struct loading *loading, int64_t now_ms);
/* What came of the question, as the end of a sentence; "" for nothing. */
const char *loading_text(const struct loading *loading);
/* The call has ended. NULL is allowed. */
void loading_finish(struct loading *loading);

/* What a list of the models in memory says of one: whether it is there, and until when (newly allocated; NULL). False: it is no list. */
bool loading_read(const char *text, size_t length, const char *model, bool *ret_listed, char **ret_expires);

#endif
