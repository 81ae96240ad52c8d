/* How a call to a model server ends badly: one table says what each way means for whom. */
#ifndef LLM_FAILURE_H
#define LLM_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

/* class, name, what it is, flags */
#define FAILURE_MAP(XX)                                                                                                          \
	XX(NONE, "none", "it did not fail", 0) \
	XX(CANCELLED, "cancelled", "nobody wants the answer any more", 0) \
	XX(UNREACHABLE, "unreachable", "no connection: refused, no such host, TLS, connect deadline", FAILURE_ELSEWHERE | FAILURE_BREAKS | FAILURE_FREE) \
	XX(RESET, "reset", "the connection broke before the first byte of an answer", FAILURE_ELSEWHERE | FAILURE_BREAKS) \
	XX(SILENT, "silent", "no headers before their deadline", FAILURE_ELSEWHERE | FAILURE_BREAKS) \
	XX(SLOW_START, "slow_start", "headers, but no token before its deadline", FAILURE_ELSEWHERE | FAILURE_BREAKS) \
	XX(STALLED, "stalled", "tokens stopped coming", FAILURE_ELSEWHERE | FAILURE_BREAKS) \
	XX(OVERTIME, "overtime", "the whole call took longer than it may", FAILURE_ELSEWHERE) \
	XX(RATE_LIMITED, "rate_limited", "429: too many calls or tokens at the moment", FAILURE_ELSEWHERE | FAILURE_SLOWS | FAILURE_FREE) \
	XX(OVERLOADED, "overloaded", "503, 529 or a full queue", FAILURE_ELSEWHERE | FAILURE_SLOWS | FAILURE_BREAKS | FAILURE_FREE) \
	XX(SERVER_ERROR, "server_error", "500, 502, 504, or an error inside the stream", FAILURE_ELSEWHERE | FAILURE_BREAKS | FAILURE_FREE) \
	XX(TRUNCATED, "truncated", "the stream ended before the answer did", FAILURE_ELSEWHERE | FAILURE_BREAKS) \
	XX(MALFORMED, "malformed", "what came is not the protocol: broken JSON, wrong content type", FAILURE_ELSEWHERE | FAILURE_BREAKS) \
	XX(EMPTY, "empty", "a success without content", FAILURE_ELSEWHERE | FAILURE_BREAKS) \
	XX(TOO_LARGE, "too_large", "more bytes came than are read", FAILURE_ELSEWHERE) \
	XX(QUOTA, "quota", "credit or spending limit used up", FAILURE_ELSEWHERE | FAILURE_PARKS | FAILURE_FREE) \
	XX(CREDENTIALS, "credentials", "401 or 403: the key is missing or wrong", FAILURE_ELSEWHERE | FAILURE_PARKS | FAILURE_FREE) \
	XX(NO_MODEL, "no_model", "the server does not have the model", FAILURE_ELSEWHERE | FAILURE_PARKS | FAILURE_FREE) \
	XX(WINDOW, "window", "the prompt is larger than the model's window", FAILURE_FREE) \
	XX(REJECTED, "rejected", "400, 413, 422: the request itself is wrong", FAILURE_FREE)

enum failure_flag {
	FAILURE_ELSEWHERE = 1,   /* another try, at best at another server, may do better */
	FAILURE_BREAKS = 2,      /* counts towards opening the circuit */
	FAILURE_SLOWS = 4,       /* fewer calls in flight from now on */
	FAILURE_PARKS = 8,       /* the (server, model) is left alone until a person has changed something */
	FAILURE_FREE = 16,       /* the server worked on nothing: it costs nothing. Of the others nobody knows */
};

enum failure_class {
#define XX(code, name, text, flags) FAILURE_##code,
	FAILURE_MAP(XX)
#undef XX
	FAILURE_CLASSES
};

struct failure {
	enum failure_class class;
	int status;              /* HTTP; 0 where there was none */
	int64_t retry_after_ms;  /* what the server asked for; -1 where it did not */
	char *detail;            /* in the server's words, bounded, one line; NULL */
};

const char *failure_name(enum failure_class class);   /* "rate_limited" */
/* By its name; FAILURE_SERVER_ERROR for a name that is none. */
enum failure_class failure_find(const char *name);
const char *failure_text(enum failure_class class);
unsigned failure_flags(enum failure_class class);
void failure_clear(struct failure *failure);
/* Takes a secret out of the server's words: some repeat the key that they refuse. NULL: there is none. */
void failure_redact(struct failure *failure, const char *secret);

#endif
