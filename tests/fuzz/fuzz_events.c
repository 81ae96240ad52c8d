/* The parser of streams: the first byte says which form; however the rest is cut, the same events come out. */
#include <stdint.h>
#include <string.h>

#include "llm/events.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { LIMIT = 200 };

static bool
note(void *data, const char *type, char *text, size_t length)
{
	GString *out = data;
	for (unsigned i = 0; i < EVENTS_PADDING; i++)
		g_assert_cmpint(text[length + i], ==, 0);
	g_assert_cmpuint(length, <=, LIMIT);
	g_string_append_printf(out, "%s|%zu|", type, length);
	g_string_append_len(out, text, (gssize)length);
	memset(text, 'x', length);
	return true;
}

/* Pieces of `step` bytes, and twice as many each time where `grow`. */
static GString *
read_stream(enum events_form form, const char *text, size_t length, size_t step, bool grow)
{
	struct events events;
	GString *out = g_string_new(NULL);
	enum events_outcome outcome = EVENTS_MORE;
	events_init(&events, form, LIMIT, note, out);
	for (size_t at = 0, size; at < length && outcome == EVENTS_MORE; at += size) {
		size = MIN(step, length - at);
		g_autofree char *piece = g_memdup2(text + at, size);
		outcome = events_take(&events, piece, size);
		step = grow ? step * 2 : step;
	}
	if (outcome == EVENTS_MORE)
		outcome = events_end(&events);
	g_string_append_printf(out, " %d", outcome);
	events_finish(&events);
	return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (!length)
		return 0;
	enum events_form form = bytes[0] % 2 ? EVENTS_LINES : EVENTS_SSE;
	const char *text = (const char *)bytes + 1;
	g_autoptr(GString) whole = read_stream(form, text, length - 1, length, false);
	g_autoptr(GString) single = read_stream(form, text, length - 1, 1, false);
	g_autoptr(GString) growing = read_stream(form, text, length - 1, 1, true);
	g_assert_true(g_string_equal(whole, single) && g_string_equal(whole, growing));
	return 0;
}
