/* A wire text and what has to come of it, however it is cut. */
#ifndef TESTS_DIALECT_WIRE_H
#define TESTS_DIALECT_WIRE_H

#include <string.h>

#include "base/writer.h"
#include "llm/reply_build.h"

struct wire_case {
	const char *name;
	const char *wire;
	const char *expected;        /* as wire_text writes it */
	int status;                  /* 0: 200 */
	const char *type;            /* content type; NULL: that of the dialect's stream */
	const char *headers;         /* "name: value" lines; NULL */
};

static inline void
wire_number(GString *out, char mark, int64_t number)
{
	g_string_append_printf(out, "%c", mark);
	if (number == RECORD_NO_INT)
		g_string_append_c(out, '-');
	else
		g_string_append_printf(out, "%" G_GINT64_FORMAT, number);
}

static inline void
wire_part(GString *out, const struct message_part *part)
{
	static const char *const kinds[] = { "text", "thinking", "call", "result" };
	g_string_append_printf(out, " %s(", kinds[part->kind]);
	if (part->kind == PART_TOOL_CALL)
		g_string_append_printf(out, "%s %s ", part->tool_id ? part->tool_id : "-", part->tool);
	g_string_append(out, part->text ? part->text : "");
	if (part->arguments) {
		g_autofree char *arguments = value_to_json(doc_root(part->arguments), false);
		g_string_append(out, arguments);
	}
	if (part->native) {
		g_autofree char *native = value_to_json(doc_root(part->native), false);
		g_string_append_printf(out, " <%s>%s", part->dialect, native);
	}
	g_string_append_c(out, ')');
}

/* "id model stop: parts; i1 o2 r3 w4 $5; failure detail", newly allocated. */
static inline char *
wire_text(const struct reply *reply)
{
	static const char *const stops[] = { "none", "end", "length", "sequence", "tools", "refusal", "pause", "window", "other" };
	const struct model_response *response = reply_response(reply);
	const struct failure *failure = reply_failure(reply);
	GString *out = g_string_new(NULL);
	g_assert_true(reply_is_whole(reply) == (failure->class == FAILURE_NONE));
	g_string_append_printf(out, "%s %s %s:", response->id ? response->id : "-", response->model ? response->model : "-", stops[response->stop]);
	for (size_t i = 0; i < response->parts.count; i++)
		wire_part(out, &response->parts.items[i]);
	g_string_append(out, "; ");
	wire_number(out, 'i', response->usage.input_tokens);
	wire_number(out, 'o', response->usage.output_tokens);
	wire_number(out, 'r', response->usage.cache_read_tokens);
	wire_number(out, 'w', response->usage.cache_write_tokens);
	if (response->usage.cost >= 0)
		g_string_append_printf(out, " $%g", response->usage.cost);
	if (failure->class != FAILURE_NONE)
		g_string_append_printf(out, "; %s %d %s", failure_name(failure->class), failure->status, failure->detail ? failure->detail : "-");
	if (failure->retry_after_ms >= 0)
		g_string_append_printf(out, "; again in %" G_GINT64_FORMAT, failure->retry_after_ms);
	return g_string_free(out, FALSE);
}

static inline struct reply *
wire_begin(const char *dialect, const struct wire_case *wire)
{
	struct reply *reply = reply_create(dialect_find(dialect));
	struct http_headers headers = { 0 };
	g_auto(GStrv) lines = g_strsplit(wire->headers ? wire->headers : "", "\n", -1);
	const char *type = wire->type ? wire->type : reply->dialect->lines ? "application/x-ndjson" : "text/event-stream; charset=utf-8";
	http_headers_add(&headers, "Content-Type", type);
	for (unsigned i = 0; lines[i] && *lines[i]; i++) {
		g_auto(GStrv) parts = g_strsplit(lines[i], ": ", 2);
		http_headers_add(&headers, parts[0], parts[1]);
	}
	reply_begin(reply, wire->status ? wire->status : 200, &headers);
	http_headers_clear(&headers);
	return reply;
}

/* Whatever an event has that the reader does not look at: read it all the same. */
static inline char *
wire_fold(const char *dialect, const struct wire_case *wire, const size_t *cuts, size_t count, bool plain)
{
	struct reply *reply = wire_begin(dialect, wire);
	size_t length = strlen(wire->wire), from = 0;
	reply->plain = plain;
	for (size_t i = 0; i <= count; i++) {
		size_t to = i < count ? MIN(cuts[i], length) : length;
		/* A copy of exactly that size, so that ASan sees a read beyond it. */
		g_autofree char *piece = g_memdup2(wire->wire + from, to - from);
		reply_take(reply, piece ? piece : "", to - from);
		from = to;
	}
	reply_end(reply);
	char *text = wire_text(reply);
	reply_destroy(reply);
	return text;
}

static inline int
wire_compare(const void *a, const void *b)
{
	return *(const size_t *)a < *(const size_t *)b ? -1 : *(const size_t *)a > *(const size_t *)b;
}

/* Byte by byte, at every single place, and at many places at random. */
static inline void
wire_cut(const char *dialect, const struct wire_case *wire, const char *expected)
{
	size_t length = strlen(wire->wire), rounds = g_getenv("TEAMWRIGHT_SOAK") ? 1000 : 15;
	g_autofree size_t *cuts = g_new(size_t, length + 12);
	for (size_t i = 0; i < length; i++)
		cuts[i] = i;
	g_autofree char *bytes = wire_fold(dialect, wire, cuts, length, false);
	g_assert_cmpstr(bytes, ==, expected);
	g_autofree char *plain = wire_fold(dialect, wire, NULL, 0, true);
	g_assert_cmpstr(plain, ==, expected);
	for (size_t at = 0; at < length; at += MAX(length / 60, 1)) {
		g_autofree char *halves = wire_fold(dialect, wire, &at, 1, at % 2);
		g_assert_cmpstr(halves, ==, expected);
	}
	for (size_t round = 0; length && round < rounds; round++) {
		size_t count = (size_t)g_test_rand_int_range(2, 12);
		for (size_t i = 0; i < count; i++)
			cuts[i] = (size_t)g_test_rand_int_range(0, (gint32)length + 1);
		qsort(cuts, count, sizeof *cuts, wire_compare);
		g_autofree char *pieces = wire_fold(dialect, wire, cuts, count, round % 2);
		g_assert_cmpstr(pieces, ==, expected);
	}
}

static inline void
wire_check(const char *dialect, const struct wire_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		g_autofree char *text = wire_fold(dialect, &cases[i], NULL, 0, false);
		g_test_message("%s", cases[i].name);
		if (!g_str_equal(text, cases[i].expected))
			g_error("%s: expected\n%s\nnot\n%s", cases[i].name, cases[i].expected, text);
		wire_cut(dialect, &cases[i], cases[i].expected);
	}
}

/* Server-sent events. */
#define EVENT(type, data) "event: " type "\ndata: " data "\n\n"
#define DATA(data) "data: " data "\n\n"

#endif
