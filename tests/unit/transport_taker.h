/* Somebody who waits for the end of a call and keeps what was heard. */
#ifndef TESTS_TRANSPORT_TAKER_H
#define TESTS_TRANSPORT_TAKER_H

#include <pthread.h>

#include "base/clock.h"
#include "expect.h"
#include "llm/transport.h"

struct heard {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	unsigned heads, ends, tokens;
	int status;
	GString *bytes;
	char *location, *detail;
	size_t enough;                 /* bytes; 0: all of them */
	enum transport_end end;
	struct transport_times times;
};

static inline struct heard *
heard_create(void)
{
	struct heard *heard = g_new0(struct heard, 1);
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&heard->mutex, NULL);
	pthread_cond_init(&heard->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	heard->bytes = g_string_new(NULL);
	return heard;
}

static inline void
heard_destroy(struct heard *heard)
{
	pthread_mutex_destroy(&heard->mutex);
	pthread_cond_destroy(&heard->changed);
	g_string_free(heard->bytes, TRUE);
	g_free(heard->location);
	g_free(heard->detail);
	g_free(heard);
}

static inline bool
heard_head(void *data, int status, const struct http_headers *headers)
{
	struct heard *heard = data;
	pthread_mutex_lock(&heard->mutex);
	heard->heads++;
	heard->status = status;
	g_free(heard->location);
	heard->location = g_strdup(http_headers_get(headers, "location"));
	pthread_cond_broadcast(&heard->changed);
	pthread_mutex_unlock(&heard->mutex);
	return true;
}

/* A line is a token. */
static inline bool
heard_bytes(void *data, const char *bytes, size_t length, bool *ret_token)
{
	struct heard *heard = data;
	pthread_mutex_lock(&heard->mutex);
	g_assert_cmpuint(heard->ends, ==, 0);
	g_string_append_len(heard->bytes, bytes, (gssize)length);
	*ret_token = memchr(bytes, '\n', length) != NULL;
	heard->tokens += *ret_token;
	bool more = !heard->enough || heard->bytes->len < heard->enough;
	pthread_cond_broadcast(&heard->changed);
	pthread_mutex_unlock(&heard->mutex);
	return more;
}

static inline void
heard_end(void *data, enum transport_end end, const struct transport_times *times, const char *detail)
{
	struct heard *heard = data;
	pthread_mutex_lock(&heard->mutex);
	heard->ends++;
	heard->end = end;
	heard->times = *times;
	heard->detail = g_strdup(detail);
	pthread_cond_broadcast(&heard->changed);
	pthread_mutex_unlock(&heard->mutex);
}

static inline struct transport_taker
heard_taker(struct heard *heard)
{
	return (struct transport_taker){ heard, heard_head, heard_bytes, heard_end, NULL };
}

/* Waits until the call is at its end, or has brought so many tokens. */
static inline void
heard_await(struct heard *heard, unsigned tokens)
{
	struct timespec until = clock_timespec(clock_ms() + 30000);
	pthread_mutex_lock(&heard->mutex);
	while (!heard->ends && !(tokens && heard->tokens >= tokens))
		if (pthread_cond_timedwait(&heard->changed, &heard->mutex, &until))
			g_error("a call did not end within 30 s");
	pthread_mutex_unlock(&heard->mutex);
}

/* A GET, or a POST where there is a body; with a key, which nobody must ever read. */
#define TEST_KEY "sk-very-secret-0123456789"
static inline struct transport_call *
heard_send(struct transport *transport, const char *url, const char *body, const struct transport_deadlines *deadlines, struct heard *heard)
{
	struct http_request request = { .method = g_strdup(body ? "POST" : "GET"), .url = g_strdup(url) };
	struct transport_taker taker = heard_taker(heard);
	http_headers_add(&request.headers, "Authorization", "Bearer " TEST_KEY);
	if (body)
		request.body = g_string_new(body);
	struct transport_call *call = transport_send(transport, &request, deadlines, &taker);
	http_request_clear(&request);
	return call;
}

/* Sends and waits for the end. */
static inline struct heard *
heard_all(struct transport *transport, const char *url, const char *body, const struct transport_deadlines *deadlines)
{
	struct heard *heard = heard_create();
	struct transport_call *call = heard_send(transport, url, body, deadlines, heard);
	heard_await(heard, 0);
	transport_call_unref(call);
	g_assert_null(strstr(heard->detail, TEST_KEY));
	return heard;
}

static inline void
expect_end(const struct heard *heard, const char *what, enum transport_end end)
{
	if (heard->end != end || heard->ends != 1)
		g_error("%s: expected '%s', not '%s' (%s), %u ends", what, transport_end_text(end), transport_end_text(heard->end), heard->detail,
		        heard->ends);
}

#endif
