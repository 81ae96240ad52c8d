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

enum {
	BATCH = 250,         /* streams that are begun at once */
	SETTLE_MS = 1000,    /* from the last stream's first event to the begin of counting */
};

/* The lines of one stream: no line is copied that comes in one piece. */
struct stream {
	bool started;
	GString *rest;   /* the begin of a line; NULL for none */
};

struct tally {
	unsigned streams, started;   /* wanted, and those with an event */
	uint64_t events;
	long rss_before_kb;
	int64_t cpu_from, from;
	uint64_t events_from;
};

static inline void
count_line(struct tally *tally, struct stream *stream, const char *line, size_t length)
{
	if (length < 6 || memcmp(line, "data: ", 6) != 0)
		return;
	tally->events++;
	if (!stream->started)
		tally->started++;
	stream->started = true;
}

static inline void
count_lines(struct tally *tally, struct stream *stream, const char *bytes, size_t length)
{
	for (const char *end; (end = memchr(bytes, '\n', length)); length -= (size_t)(end + 1 - bytes), bytes = end + 1) {
		if (!stream->rest) {
			count_line(tally, stream, bytes, (size_t)(end - bytes));
			continue;
		}
		g_string_append_len(stream->rest, bytes, end - bytes);
		count_line(tally, stream, stream->rest->str, stream->rest->len);
		g_string_free(stream->rest, TRUE);
		stream->rest = NULL;
	}
	if (length && !stream->rest)
		stream->rest = g_string_new(NULL);
	if (length)
		g_string_append_len(stream->rest, bytes, (gssize)length);
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

/* All streams run: from here on it counts. */
static inline void
tally_begin(struct tally *tally, uint64_t events)
{
	tally->events_from = events;
	tally->cpu_from = clock_cpu_us();
	tally->from = clock_us();
}

/* One line of JSON. */
static inline void
tally_print(const struct tally *tally, uint64_t events)
{
	int64_t cpu = clock_cpu_us() - tally->cpu_from, wall = clock_us() - tally->from;
	printf("{\"streams\":%u,\"events\":%" G_GUINT64_FORMAT ",\"cpu_us\":%" G_GINT64_FORMAT ",\"wall_us\":%" G_GINT64_FORMAT
	       ",\"rss_kb\":%ld,\"rss_before_kb\":%ld}\n", tally->streams, events - tally->events_from, cpu, wall, rss_kb(), tally->rss_before_kb);
}

#endif
