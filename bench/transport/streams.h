/* What the clients of the transport's bench have in common: how they count events, and how they tell what they needed. */
#ifndef BENCH_TRANSPORT_STREAMS_H
#define BENCH_TRANSPORT_STREAMS_H

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "llm/dialect.h"

enum {
	BATCH = 250,         /* streams that are begun at once */
	SETTLE_MS = 1000,    /* from the last stream's first event to the begin of counting */
};

struct stream {
	struct reply *reply;
	uint64_t tokens;
};

struct heard {
	uint64_t events, reads;   /* a read brings some bytes */
};

struct tally {
	unsigned streams, started;   /* wanted, and those with an event; atomic */
	struct heard heard, before;  /* atomic; before the counting began */
	long rss_before_kb;
	int64_t cpu_from, from;
};

static inline struct stream *
streams_create(unsigned count)
{
	static struct http_header type = { (char *)"content-type", (char *)"text/event-stream" };
	static const struct http_headers headers = { &type, 1 };
	struct stream *streams = g_new0(struct stream, count);
	for (unsigned i = 0; i < count; i++) {
		streams[i].reply = reply_create(dialect_find("openai"));
		reply_begin(streams[i].reply, 200, &headers);
	}
	return streams;
}

/* Reads the answer as the program does: events, their JSON, the text put together. */
static inline bool
stream_take(struct tally *tally, struct stream *stream, const char *bytes, size_t length)
{
	bool more = reply_take(stream->reply, bytes, length);
	uint64_t tokens = reply_tokens(stream->reply);
	__atomic_store_n(&tally->heard.reads, tally->heard.reads + 1, __ATOMIC_RELAXED);
	__atomic_store_n(&tally->heard.events, tally->heard.events + tokens - stream->tokens, __ATOMIC_RELAXED);
	if (!stream->tokens && tokens)
		__atomic_store_n(&tally->started, tally->started + 1, __ATOMIC_RELAXED);
	stream->tokens = tokens;
	return more;
}

static inline long
rss_kb(void)
{
	char text[128] = "";
	FILE *file = fopen("/proc/self/statm", "re");
	if (!file || !fgets(text, sizeof text, file))
		exit(1);
	fclose(file);
	char *after;
	g_ascii_strtoll(text, &after, 10);
	return (long)g_ascii_strtoll(after, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024);
}

/* What was heard up to now; another thread may hear on. */
static inline struct heard
tally_heard(const struct tally *tally)
{
	return (struct heard){ __atomic_load_n(&tally->heard.events, __ATOMIC_RELAXED), __atomic_load_n(&tally->heard.reads, __ATOMIC_RELAXED) };
}

/* All streams run: from here on it counts. */
static inline void
tally_begin(struct tally *tally)
{
	tally->before = tally_heard(tally);
	tally->cpu_from = clock_cpu_us();
	tally->from = clock_us();
}

/* One line of JSON. */
static inline void
tally_print(const struct tally *tally)
{
	struct heard heard = tally_heard(tally);
	int64_t cpu = clock_cpu_us() - tally->cpu_from, wall = clock_us() - tally->from;
	printf("{\"streams\":%u,\"events\":%" G_GUINT64_FORMAT ",\"reads\":%" G_GUINT64_FORMAT ",\"cpu_us\":%" G_GINT64_FORMAT
	       ",\"wall_us\":%" G_GINT64_FORMAT ",\"rss_kb\":%ld,\"rss_before_kb\":%ld}\n", tally->streams, heard.events - tally->before.events,
	       heard.reads - tally->before.reads, cpu, wall, rss_kb(), tally->rss_before_kb);
}

#endif
