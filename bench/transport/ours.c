/* Streams through our transport.
 *
 * usage: ours URL STREAMS SECONDS [AUTHORITIES] */
#include "transport/streams.h"

#include "base/http.h"
#include "llm/transport.h"

static struct tally tally;

static bool
take_head(void *data, int status, const struct http_headers *headers)
{
	(void)data, (void)headers;
	return status == 200;
}

static bool
take_bytes(void *data, const char *bytes, size_t length, bool *ret_token)
{
	uint64_t before = tally.heard.events;
	bool more = stream_take(&tally, data, bytes, length);
	*ret_token = tally.heard.events > before;
	return more;
}

static unsigned
count_started(void)
{
	return __atomic_load_n(&tally.started, __ATOMIC_RELAXED);
}

static void
take_end(void *data, enum transport_end end, const struct transport_times *times, const char *detail)
{
	(void)data, (void)times;
	if (end == TRANSPORT_CANCELLED)
		return;
	fprintf(stderr, "ours: a stream ended: %s: %s\n", transport_end_text(end), detail);
	exit(1);
}

int
main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("usage: ours URL STREAMS SECONDS [AUTHORITIES]\n", stderr);
		return 2;
	}
	struct transport_options options = { .authorities = argc > 4 ? argv[4] : NULL };
	GError *error = NULL;
	struct transport *transport = transport_create(&options, &error);
	if (!transport) {
		fprintf(stderr, "ours: %s\n", error->message);
		return 3;
	}
	tally.streams = (unsigned)g_ascii_strtoull(argv[2], NULL, 10);
	struct transport_call **calls = g_new0(struct transport_call *, tally.streams);
	struct http_request request = { .method = (char *)"GET", .url = argv[1] };
	struct transport_deadlines patient = { .connect_ms = 60000 };
	tally.rss_before_kb = rss_kb();
	struct stream *streams = streams_create(tally.streams);
	for (unsigned i = 0; i < tally.streams; i++) {
		struct transport_taker taker = { &streams[i], take_head, take_bytes, take_end, NULL };
		calls[i] = transport_send(transport, &request, &patient, &taker);
		while ((i + 1) % BATCH == 0 && count_started() < i + 1)
			g_usleep(1000);
	}
	while (count_started() < tally.streams)
		g_usleep(1000);
	g_usleep(SETTLE_MS * 1000);
	tally_begin(&tally);
	g_usleep((gulong)(g_ascii_strtod(argv[3], NULL) * 1e6));
	tally_print(&tally);
	transport_destroy(transport);
	for (unsigned i = 0; i < tally.streams; i++)
		transport_call_unref(calls[i]);
	return 0;
}
