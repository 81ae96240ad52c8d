/* CPU per streamed event in the translators of model servers: finding the events alone, folding them into an answer as it is done,
 * and reading each as a document of its own.
 *     bench/dialect [EVENTS]      100000 without it; an event a read, as a model's server sends them */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "llm/reply_build.h"

enum { ROUNDS = 5, REPLIES = 1000 };

/* What stands before and behind the events that count, and how one is written: with a word for @, and a number for #. */
static const struct {
	const char *dialect, *begin, *event, *end;
} streams[] = {
	{ "anthropic",
	  "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n"
	  "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
	  "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"@\"}}\n\n",
	  "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
	  "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}}\n\n"
	  "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n" },
	{ "openai", "",
	  "data: {\"id\":\"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG\",\"object\":\"chat.completion.chunk\",\"created\":1741570283,\"model\":\"m\",\"service_tier\":\"default\","
	  "\"system_fingerprint\":\"fp_fc9f1d7035\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"@\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n",
	  "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n" },
	{ "ollama", "", "{\"model\":\"llama3.2\",\"created_at\":\"2026-11-20T08:00:00.#Z\",\"message\":{\"role\":\"assistant\",\"content\":\"@\"},\"done\":false}\n",
	  "{\"model\":\"llama3.2\",\"done\":true,\"done_reason\":\"stop\"}\n" },
};

static const char *const words[] = { " the", " quick", " brown", "\\n", " fox\\\"s", " jumps", ",", " über", " 日本", " over" };

static GPtrArray *
make_events(const char *form, unsigned count)
{
	GPtrArray *events = g_ptr_array_new_with_free_func(g_free);
	for (unsigned i = 0; i < count; i++) {
		g_autoptr(GString) event = g_string_new(form);
		g_autofree char *number = g_strdup_printf("%09u", i * 7919u % 1000000000u);
		g_string_replace(event, "@", words[i % G_N_ELEMENTS(words)], 1);
		g_string_replace(event, "#", number, 1);
		g_ptr_array_add(events, g_strdup(event->str));
	}
	return events;
}

static void
count_only(unsigned stream, const GPtrArray *pieces)
{
	struct events events;
	events_init(&events, g_str_equal(streams[stream].dialect, "ollama") ? EVENTS_LINES : EVENTS_SSE, 1 << 20, NULL, NULL);
	for (unsigned i = 0; i < pieces->len; i++)
		events_take(&events, pieces->pdata[i], strlen(pieces->pdata[i]));
	g_assert_cmpuint(events.count, ==, pieces->len);
	events_finish(&events);
}

static void
fold(unsigned stream, const GPtrArray *pieces, bool plain)
{
	struct reply *reply = reply_create(dialect_find(streams[stream].dialect));
	struct http_headers none = { 0 };
	reply->plain = plain;
	reply_begin(reply, 200, &none);
	reply_take(reply, streams[stream].begin, strlen(streams[stream].begin));
	for (unsigned i = 0; i < pieces->len; i++)
		reply_take(reply, pieces->pdata[i], strlen(pieces->pdata[i]));
	reply_take(reply, streams[stream].end, strlen(streams[stream].end));
	reply_end(reply);
	g_assert_true(reply_is_whole(reply) && reply_tokens(reply) == pieces->len);
	reply_destroy(reply);
}

enum way { COUNT, FOLD, READ };

/* Nanoseconds of CPU for an event, the best of some rounds. */
static double
measure(unsigned stream, const GPtrArray *pieces, enum way way)
{
	int64_t best = INT64_MAX;
	for (unsigned round = 0; round < ROUNDS; round++) {
		int64_t from = clock_cpu_us();
		if (way == COUNT)
			count_only(stream, pieces);
		else
			fold(stream, pieces, way == READ);
		best = MIN(best, clock_cpu_us() - from);
	}
	return (double)best * 1000 / pieces->len;
}

/* Bytes of the heap that a reply holds after a hundred events. */
static size_t
measure_bytes(unsigned stream, const GPtrArray *pieces)
{
	struct reply *replies[REPLIES];
	struct http_headers none = { 0 };
	size_t before = mallinfo2().uordblks;
	for (unsigned i = 0; i < REPLIES; i++) {
		replies[i] = reply_create(dialect_find(streams[stream].dialect));
		reply_begin(replies[i], 200, &none);
		reply_take(replies[i], streams[stream].begin, strlen(streams[stream].begin));
		for (unsigned j = 0; j < MIN(pieces->len, 100); j++)
			reply_take(replies[i], pieces->pdata[j], strlen(pieces->pdata[j]));
	}
	size_t bytes = (mallinfo2().uordblks - before) / REPLIES;
	for (unsigned i = 0; i < REPLIES; i++)
		reply_destroy(replies[i]);
	return bytes;
}

int
main(int argc, char **argv)
{
	unsigned count = argc > 1 ? (unsigned)g_ascii_strtoull(argv[1], NULL, 10) : 100000;
	printf("%-10s %12s %12s %12s %8s %14s\n", "dialect", "find, ns", "fold, ns", "read all, ns", "ratio", "bytes a reply");
	for (unsigned i = 0; i < G_N_ELEMENTS(streams); i++) {
		g_autoptr(GPtrArray) pieces = make_events(streams[i].event, count);
		double find = measure(i, pieces, COUNT), folded = measure(i, pieces, FOLD), all = measure(i, pieces, READ);
		printf("%-10s %12.0f %12.0f %12.0f %8.1f %14zu\n", streams[i].dialect, find, folded, all, all / folded, measure_bytes(i, pieces));
	}
	return 0;
}
