/* The pieces of a stream: server-sent events as the WHATWG describes them, or one JSON text a line. Bytes come in cut anywhere,
 * whole events go out. Comments, other fields and blank lines cost next to nothing and are nobody's business. */
#ifndef LLM_EVENTS_H
#define LLM_EVENTS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum events_form { EVENTS_SSE, EVENTS_LINES };

enum events_outcome {
	EVENTS_MORE,        /* all is read */
	EVENTS_STOPPED,     /* the taker wanted no more */
	EVENTS_TOO_LARGE,   /* an event is larger than the limit */
};

/* One event: its type ("" for none) and its data. EVENTS_PADDING zeros stand behind the data, which is the taker's to change until it
 * returns. False: no more is wanted. */
typedef bool (*events_taker)(void *data, const char *type, char *text, size_t length);

enum { EVENTS_PADDING = 32, EVENTS_TYPE_MAX = 63 };

struct events {
	enum events_form form;
	size_t limit;                /* bytes of one event, and of one line */
	events_taker take;           /* NULL: events are counted only */
	void *data;
	uint64_t count, bytes;       /* events that went out, bytes that came in */
	GString *line;               /* the line that is cut off */
	GString *text;               /* data of the event that is coming */
	bool filled;                 /* there was a line of data */
	bool begun;                  /* the first line is over */
	bool returned;               /* a CR was the last byte: an LF now belongs to it */
	char type[EVENTS_TYPE_MAX + 1];
};

void events_init(struct events *events, enum events_form form, size_t limit, events_taker take, void *data);
void events_finish(struct events *events);
enum events_outcome events_take(struct events *events, const char *bytes, size_t length);
/* The stream is at its end: a last line without its end and an event without its blank line count. */
enum events_outcome events_end(struct events *events);

#endif
