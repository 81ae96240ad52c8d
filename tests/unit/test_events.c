/* The parser of streams against its own words, whole and cut anywhere. */
#include "expect.h"
#include "llm/events.h"

struct stream {
	const char *name;
	enum events_form form;
	const char *bytes, *expected;   /* "type|data" each, a line feed behind it */
};

static const struct stream streams[] = {
	{ "one event", EVENTS_SSE, "data: hi\n\n", "|hi\n" },
	{ "with its type", EVENTS_SSE, "event: x\ndata: hi\n\n", "x|hi\n" },
	{ "the type counts for one event", EVENTS_SSE, "event: x\ndata: 1\n\ndata: 2\n\n", "x|1\n|2\n" },
	{ "a type without data is no event", EVENTS_SSE, "event: x\n\ndata: 2\n\n", "|2\n" },
	{ "the last type counts", EVENTS_SSE, "event: x\nevent: y\ndata: 1\n\n", "y|1\n" },
	{ "several lines", EVENTS_SSE, "data: a\ndata: b\ndata:c\n\n", "|a\\nb\\nc\n" },
	{ "one blank is taken away", EVENTS_SSE, "data:  a\n\ndata:a\n\ndata:\ta\n\n", "| a\n|a\n|\ta\n" },
	{ "no colon", EVENTS_SSE, "data\n\ndata\ndata\n\n", "|\n|\\n\n" },
	{ "comments and other fields", EVENTS_SSE, ": hi\n:\nid: 1\nretry: 5\ndatum: x\ndata: a\n: in between\ndata: b\n\n:\n\n", "|a\\nb\n" },
	{ "CR LF", EVENTS_SSE, "event: x\r\ndata: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", "x|a\\nb\n|c\n" },
	{ "CR", EVENTS_SSE, "data: a\rdata: b\r\rdata: c\r\r", "|a\\nb\n|c\n" },
	{ "all ends of lines", EVENTS_SSE, "data: a\rdata: b\ndata: c\r\n\n\r\ndata: d\n\r\n", "|a\\nb\\nc\n|d\n" },
	{ "a byte order mark", EVENTS_SSE, "\xEF\xBB\xBF" "data: a\n\n\xEF\xBB\xBF" "data: b\n\n", "|a\n" },
	{ "no blank line at the end", EVENTS_SSE, "data: a\n\ndata: b\n", "|a\n|b\n" },
	{ "no end of line at the end", EVENTS_SSE, "data: a\n\ndata: b", "|a\n|b\n" },
	{ "a character of several bytes", EVENTS_SSE, "data: \xF0\x9F\x98\x80 \xE2\x82\xAC\n\n", "|\xF0\x9F\x98\x80 \xE2\x82\xAC\n" },
	{ "nothing", EVENTS_SSE, "", "" },
	{ "only blank lines", EVENTS_SSE, "\n\n\r\n\r\r", "" },
	{ "lines", EVENTS_LINES, "{}\n{\"a\":\"b\"}\n", "|{}\n|{\"a\":\"b\"}\n" },
	{ "lines with CR LF and blanks", EVENTS_LINES, "{}\r\n\r\n \t\n[1] \r\n{}", "|{}\n|[1]\n|{}\n" },
	{ "lines with a mark", EVENTS_LINES, "\xEF\xBB\xBF{}\n", "|{}\n" },
};

static bool
note(void *data, const char *type, char *text, size_t length)
{
	GString *out = data;
	for (unsigned i = 0; i < EVENTS_PADDING; i++)
		g_assert_cmpint(text[length + i], ==, 0);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autofree char *joined = g_strjoinv("\\n", lines);
	g_string_append_printf(out, "%s|%s\n", type, joined);
	memset(text, 'x', length);
	return true;
}

static char *
read_stream(const struct stream *stream, const size_t *cuts, size_t count)
{
	struct events events;
	GString *out = g_string_new(NULL);
	size_t length = strlen(stream->bytes), from = 0;
	events_init(&events, stream->form, 1 << 20, note, out);
	for (size_t i = 0; i <= count; i++) {
		size_t to = i < count ? cuts[i] : length;
		g_autofree char *piece = g_memdup2(stream->bytes + from, to - from);
		g_assert_cmpint(events_take(&events, piece ? piece : "", to - from), ==, EVENTS_MORE);
		from = to;
	}
	g_assert_cmpint(events_end(&events), ==, EVENTS_MORE);
	g_assert_cmpuint(events.bytes, ==, length);
	events_finish(&events);
	return g_string_free(out, FALSE);
}

static void
test_streams(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(streams); i++) {
		size_t length = strlen(streams[i].bytes);
		g_autofree size_t *all = g_new0(size_t, length + 1);
		g_autofree char *whole = read_stream(&streams[i], NULL, 0);
		if (!g_str_equal(whole, streams[i].expected))
			g_error("%s: expected\n%snot\n%s", streams[i].name, streams[i].expected, whole);
		for (size_t a = 0; a <= length; a++) {
			all[a] = a;
			for (size_t b = a; b <= length; b++) {
				size_t cuts[] = { a, b };
				g_autofree char *pieces = read_stream(&streams[i], cuts, 2);
				g_assert_cmpstr(pieces, ==, whole);
			}
		}
		g_autofree char *bytes = read_stream(&streams[i], all, length);
		g_assert_cmpstr(bytes, ==, whole);
	}
}

static void
test_bounds(void)
{
	static const char *const large[] = { "data: 0123456789", "data: 0123\ndata: 0123\ndata: 0123\n", "datum: 0123456789abcdef\n" };
	struct events events;
	for (unsigned i = 0; i < G_N_ELEMENTS(large); i++) {
		enum events_outcome outcome = EVENTS_MORE;
		events_init(&events, EVENTS_SSE, 11, NULL, NULL);
		for (size_t at = 0; large[i][at] && outcome == EVENTS_MORE; at++)
			outcome = events_take(&events, large[i] + at, 1);
		g_assert_cmpint(outcome, ==, EVENTS_TOO_LARGE);
		events_finish(&events);
	}
	events_init(&events, EVENTS_SSE, 11, NULL, NULL);
	g_assert_cmpint(events_take(&events, "data: 0123456789abc\n\n", 21), ==, EVENTS_TOO_LARGE);
	events_finish(&events);
}

static bool
stop(void *data, const char *type, char *text, size_t length)
{
	(void)type, (void)text, (void)length;
	return ++*(unsigned *)data < 2;
}

static void
test_stop_and_count(void)
{
	struct events events;
	unsigned count = 0;
	events_init(&events, EVENTS_SSE, 1 << 20, stop, &count);
	g_assert_cmpint(events_take(&events, "data: 1\n\ndata: 2\n\ndata: 3\n\n", 27), ==, EVENTS_STOPPED);
	g_assert_cmpuint(count, ==, 2);
	events_finish(&events);
	events_init(&events, EVENTS_LINES, 1 << 20, NULL, NULL);
	g_assert_cmpint(events_take(&events, "1\n2\n\n3", 6), ==, EVENTS_MORE);
	g_assert_cmpint(events_end(&events), ==, EVENTS_MORE);
	g_assert_cmpuint(events.count, ==, 3);
	events_finish(&events);
}

/* Chunks of every size find the same events in a long stream. */
static void
test_long(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (unsigned i = 0; i < 500; i++)
		g_string_append_printf(text, "%sdata: {\"n\":%u,\"t\":\"%.*s\"}\r\n\r\n", i % 3 ? "" : ": keep\n\n", i, (int)(i % 90), "ääääääääääääääääääääääääääääääääääääääääääääääääääää");
	for (size_t size = 1; size < 5000; size += 1 + size / 2) {
		struct events events;
		events_init(&events, EVENTS_SSE, 1 << 20, NULL, NULL);
		for (size_t at = 0; at < text->len; at += size)
			g_assert_cmpint(events_take(&events, text->str + at, MIN(size, text->len - at)), ==, EVENTS_MORE);
		g_assert_cmpuint(events.count, ==, 500);
		events_finish(&events);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/events/streams", test_streams);
	g_test_add_func("/events/bounds", test_bounds);
	g_test_add_func("/events/stop-and-count", test_stop_and_count);
	g_test_add_func("/events/long", test_long);
	return g_test_run();
}
