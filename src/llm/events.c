#include "llm/events.h"

#include <string.h>

enum { KEPT_BYTES = 4096 };   /* a buffer that one large event has grown beyond this is given back */

void
events_init(struct events *events, enum events_form form, size_t limit, events_taker take, void *data)
{
	*events = (struct events){ .form = form, .limit = limit, .take = take, .data = data };
	events->line = g_string_new(NULL);
	events->text = g_string_new(NULL);
}

void
events_finish(struct events *events)
{
	if (events->line)
		g_string_free(events->line, TRUE);
	if (events->text)
		g_string_free(events->text, TRUE);
	*events = (struct events){ 0 };
}

static void
empty(GString **buffer)
{
	if ((*buffer)->allocated_len > KEPT_BYTES) {
		g_string_free(*buffer, TRUE);
		*buffer = g_string_new(NULL);
	} else {
		g_string_truncate(*buffer, 0);
	}
}

/* The event that has been gathered goes out. */
static enum events_outcome
dispatch(struct events *events)
{
	bool more = true;
	if (events->filled) {
		static const char zeros[EVENTS_PADDING];
		size_t length = events->text->len;
		g_string_append_len(events->text, zeros, sizeof zeros);
		events->count++;
		more = !events->take || events->take(events->data, events->type, events->text->str, length);
		empty(&events->text);
		events->filled = false;
	}
	events->type[0] = '\0';
	return more ? EVENTS_MORE : EVENTS_STOPPED;
}

static enum events_outcome
add_data(struct events *events, const char *value, size_t length)
{
	if (events->text->len + events->filled + length > events->limit)
		return EVENTS_TOO_LARGE;
	if (events->filled)
		g_string_append_c(events->text, '\n');
	g_string_append_len(events->text, value, (gssize)length);
	events->filled = true;
	return EVENTS_MORE;
}

static bool
is_field(const char *line, size_t name, const char *field)
{
	return name == strlen(field) && memcmp(line, field, name) == 0;
}

/* A line of server-sent events, without its end. */
static enum events_outcome
take_field(struct events *events, const char *line, size_t length)
{
	if (!length)
		return dispatch(events);
	const char *colon = memchr(line, ':', length);
	size_t name = colon ? (size_t)(colon - line) : length, skip = colon ? name + 1 : name;
	skip += skip < length && line[skip] == ' ';
	if (is_field(line, name, "data"))
		return add_data(events, line + skip, length - skip);
	if (is_field(line, name, "event")) {
		size_t type = MIN(length - skip, EVENTS_TYPE_MAX);
		memcpy(events->type, line + skip, type);
		events->type[type] = '\0';
	}
	return EVENTS_MORE;
}

static enum events_outcome
take_line(struct events *events, const char *line, size_t length)
{
	if (!events->begun && length >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0)
		line += 3, length -= 3;
	events->begun = true;
	if (events->form == EVENTS_SSE)
		return take_field(events, line, length);
	while (length && g_ascii_isspace(line[length - 1]))
		length--;
	if (!length)
		return EVENTS_MORE;
	enum events_outcome outcome = add_data(events, line, length);
	return outcome == EVENTS_MORE ? dispatch(events) : outcome;
}

/* The end of the line that begins at `at`: LF, or CR where the form knows it; NULL where it is not there yet. */
static const char *
line_end(const struct events *events, const char *at, const char *end)
{
	const char *feed = memchr(at, '\n', (size_t)(end - at));
	const char *back = events->form == EVENTS_SSE ? memchr(at, '\r', (size_t)((feed ? feed : end) - at)) : NULL;
	return back ? back : feed;
}

static enum events_outcome
finish_line(struct events *events, const char *rest, size_t length)
{
	if (events->line->len + length > events->limit)
		return EVENTS_TOO_LARGE;
	if (!events->line->len)
		return take_line(events, rest, length);
	g_string_append_len(events->line, rest, (gssize)length);
	enum events_outcome outcome = take_line(events, events->line->str, events->line->len);
	empty(&events->line);
	return outcome;
}

enum events_outcome
events_take(struct events *events, const char *bytes, size_t length)
{
	const char *at = bytes, *end = bytes + length;
	events->bytes += length;
	while (at < end) {
		if (events->returned && *at == '\n')
			at++;
		events->returned = false;
		const char *stop = line_end(events, at, end);
		if (!stop) {
			if (events->line->len + (size_t)(end - at) > events->limit)
				return EVENTS_TOO_LARGE;
			g_string_append_len(events->line, at, end - at);
			break;
		}
		events->returned = *stop == '\r';
		enum events_outcome outcome = finish_line(events, at, (size_t)(stop - at));
		if (outcome != EVENTS_MORE)
			return outcome;
		at = stop + 1;
	}
	return EVENTS_MORE;
}

enum events_outcome
events_end(struct events *events)
{
	enum events_outcome outcome = EVENTS_MORE;
	if (events->line->len)
		outcome = finish_line(events, "", 0);
	return outcome == EVENTS_MORE ? dispatch(events) : outcome;
}
