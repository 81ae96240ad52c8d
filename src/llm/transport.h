/* The one thread through which all calls to model servers go: libcurl's multi interface, connections kept, HTTP/2 where offered.
 * It knows nothing of models: a call has bytes to send and somebody to take what comes. */
#ifndef LLM_TRANSPORT_H
#define LLM_TRANSPORT_H

#include "base/http.h"

struct transport;
struct transport_call;

struct transport_options {
	unsigned connections;        /* kept open at most; 0: 20000 */
	const char *proxy;           /* NULL: the environment's, as curl reads it; never for loopback */
	const char *authorities;     /* a PEM file of authorities to trust instead of the system's; NULL */
};

/* Each is counted from the moment before it: connect from the start, headers from the request that is sent, ... 0: the preset. */
struct transport_deadlines {
	int64_t connect_ms;          /* name, connection and TLS: 10 s */
	int64_t headers_ms;          /* 60 s */
	int64_t first_ms;            /* from the headers to the first token: 120 s */
	int64_t between_ms;          /* 60 s */
	int64_t total_ms;            /* 600 s */
};

enum transport_end {
	TRANSPORT_DONE,              /* the answer is at its end */
	TRANSPORT_STOPPED,           /* the taker wanted no more */
	TRANSPORT_CANCELLED,
	TRANSPORT_UNREACHABLE,       /* name, connection, TLS, or their deadline */
	TRANSPORT_RESET,             /* before the first byte of an answer */
	TRANSPORT_CUT,               /* after it */
	TRANSPORT_NO_HEADERS, TRANSPORT_NO_FIRST, TRANSPORT_NO_MORE, TRANSPORT_OVERTIME,   /* a deadline */
};

struct transport_times {
	int64_t connected_ms, headers_ms, first_ms, total_ms;   /* since the call was given; -1 for what did not happen */
	bool reused;                 /* the connection was there already */
	int version;                 /* 1 or 2 */
};

/* Called on the transport's thread; they must not wait. */
struct transport_taker {
	void *data;
	/* False: no more is wanted. */
	bool (*head)(void *data, int status, const struct http_headers *headers);
	/* `ret_token`: whether it was a sign of life, which the deadlines for tokens want. */
	bool (*bytes)(void *data, const char *bytes, size_t length, bool *ret_token);
	/* The last; `detail` is what the wire said. */
	void (*end)(void *data, enum transport_end end, const struct transport_times *times, const char *detail);
	/* The headers or the first token are late: how many milliseconds more they may have; 0: it ends. NULL: it ends always. */
	int64_t (*late)(void *data, struct transport_call *call);
};

/* NULL with ERR_ENVIRONMENT where libcurl is missing. */
struct transport *transport_create(const struct transport_options *options, GError **error);
/* Ends all calls as cancelled, then the thread. */
void transport_destroy(struct transport *transport);
/* Any thread. Copies `request`. A request that broke on a kept connection before the first byte is sent once more over a new one,
 * without anybody noticing. The handle is good until transport_call_unref. */
struct transport_call *transport_send(struct transport *transport, const struct http_request *request, const struct transport_deadlines *deadlines,
                                      const struct transport_taker *taker);
/* Any thread, at any moment, more than once. `end` comes still, unless it came already. */
void transport_cancel(struct transport_call *call);
void transport_call_unref(struct transport_call *call);
/* On the transport's thread, of a call that is late and has got more time: that is over, and `late` is asked again at once. */
void transport_hurry(struct transport_call *call);

/* How a call ended, in words. */
const char *transport_end_text(enum transport_end end);

#endif
