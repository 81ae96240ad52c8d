/* What a request costs more through the transport than through libcurl alone: one after another over a kept connection, in turns.
 *
 * usage: latency URL REQUESTS */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/http_client.h"
#include "llm/transport.h"

enum { TURN = 50 };

struct waiting {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool over;
	enum transport_end end;
};

static bool
take_head(void *data, int status, const struct http_headers *headers)
{
	(void)data, (void)headers;
	return status == 200;
}

static bool
take_bytes(void *data, const char *bytes, size_t length, bool *ret_token)
{
	(void)data, (void)bytes, (void)length;
	*ret_token = true;
	return true;
}

static void
take_end(void *data, enum transport_end end, const struct transport_times *times, const char *detail)
{
	(void)times, (void)detail;
	struct waiting *waiting = data;
	pthread_mutex_lock(&waiting->mutex);
	waiting->over = true;
	waiting->end = end;
	pthread_cond_signal(&waiting->changed);
	pthread_mutex_unlock(&waiting->mutex);
}

static bool
ask_ours(struct transport *transport, const struct http_request *request)
{
	struct waiting waiting = { .mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };
	struct transport_taker taker = { &waiting, take_head, take_bytes, take_end, NULL };
	struct transport_call *call = transport_send(transport, request, NULL, &taker);
	pthread_mutex_lock(&waiting.mutex);
	while (!waiting.over)
		pthread_cond_wait(&waiting.changed, &waiting.mutex);
	pthread_mutex_unlock(&waiting.mutex);
	transport_call_unref(call);
	return waiting.end == TRANSPORT_DONE;
}

static bool
ask_bare(struct http_client *client, const struct http_request *request)
{
	struct http_response response;
	bool done = http_client_send(client, request, &response, NULL);
	http_response_clear(&response);
	return done;
}

static int
compare(const void *a, const void *b)
{
	int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;
	return (first > second) - (first < second);
}

static int64_t
quantile(int64_t *times, unsigned count, double part)
{
	qsort(times, count, sizeof *times, compare);
	return times[(unsigned)(part * (count - 1))];
}

int
main(int argc, char **argv)
{
	unsigned count = argc > 2 ? (unsigned)g_ascii_strtoull(argv[2], NULL, 10) : 0;
	struct transport *transport = transport_create(NULL, NULL);
	g_autoptr(HttpClient) client = http_client_create(NULL, NULL);
	if (!count || !transport || !client) {
		fputs("usage: latency URL REQUESTS; it needs libcurl\n", stderr);
		return 2;
	}
	struct http_request request = { .method = (char *)"POST", .url = argv[1], .body = g_string_new("{\"model\":\"bench\",\"messages\":[]}") };
	http_headers_add(&request.headers, "content-type", "application/json");
	int64_t *ours = g_new(int64_t, count), *bare = g_new(int64_t, count);
	for (unsigned i = 0; i < 2 * count; i++) {
		bool is_ours = i / TURN % 2;
		unsigned at = i / (2 * TURN) * TURN + i % TURN;
		int64_t before = clock_us();
		if (!(is_ours ? ask_ours(transport, &request) : ask_bare(client, &request))) {
			fputs("latency: a request failed\n", stderr);
			return 1;
		}
		if (at < count)
			(is_ours ? ours : bare)[at] = clock_us() - before;
	}
	printf("{\"ours_p50_us\":%" G_GINT64_FORMAT ",\"bare_p50_us\":%" G_GINT64_FORMAT ",\"ours_p99_us\":%" G_GINT64_FORMAT ",\"bare_p99_us\":%"
	       G_GINT64_FORMAT "}\n", quantile(ours, count, 0.5), quantile(bare, count, 0.5), quantile(ours, count, 0.99), quantile(bare, count, 0.99));
	transport_destroy(transport);
	g_string_free(request.body, TRUE);
	http_headers_clear(&request.headers);
	g_free(ours);
	g_free(bare);
	return 0;
}
