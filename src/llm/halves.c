#include "llm/halves.h"

#include <string.h>

enum {
	MARK = 0x100000,         /* what is added to a half */
	MARK_BYTES = 4,
	ESCAPE_BYTES = 6,
};

/* The half that is escaped at `at`; 0 for none. */
static gunichar
escaped_half(const char *at, const char *end)
{
	gunichar code = 0;
	if (end - at < ESCAPE_BYTES || at[0] != '\\' || at[1] != 'u')
		return 0;
	for (int i = 2; i < ESCAPE_BYTES; i++) {
		if (!g_ascii_isxdigit(at[i]))
			return 0;
		code = code * 16 + (gunichar)g_ascii_xdigit_value(at[i]);
	}
	return code >= 0xD800 && code < 0xE000 ? code : 0;
}

GString *
halves_mark(const char *text, size_t length)
{
	const char *at = text, *end = text + length;
	GString *out = g_string_sized_new(length);
	bool found = false;
	while (at < end) {
		const char *slash = memchr(at, '\\', (size_t)(end - at));
		g_string_append_len(out, at, (slash ? slash : end) - at);
		if (!slash)
			break;
		gunichar half = escaped_half(slash, end), fellow = half && half < 0xDC00 ? escaped_half(slash + ESCAPE_BYTES, end) : 0;
		ptrdiff_t step = fellow >= 0xDC00 ? 2 * ESCAPE_BYTES : half ? ESCAPE_BYTES : MIN(2, end - slash);
		if (half && fellow < 0xDC00) {
			g_string_append_unichar(out, MARK + half);
			found = true;
		} else {
			g_string_append_len(out, slash, step);
		}
		at = slash + step;
	}
	if (found)
		return out;
	g_string_free(out, TRUE);
	return NULL;
}

/* The half whose mark stands at `text`; 0 for none. */
static gunichar
marked_half(const char *text, size_t length)
{
	gunichar code = length >= MARK_BYTES && (unsigned char)text[0] == 0xF4 ? g_utf8_get_char_validated(text, MARK_BYTES) : 0;
	return code >= MARK + 0xD800 && code < MARK + 0xE000 ? code - MARK : 0;
}

bool
halves_waits(const char *text, size_t length)
{
	gunichar half = length >= MARK_BYTES ? marked_half(text + length - MARK_BYTES, MARK_BYTES) : 0;
	return half && half < 0xDC00;
}

size_t
halves_join(char *text, size_t seam, size_t length)
{
	if (seam < MARK_BYTES || !halves_waits(text, seam))
		return length;
	gunichar high = marked_half(text + seam - MARK_BYTES, MARK_BYTES), low = marked_half(text + seam, length - seam);
	if (low < 0xDC00)
		return length;
	g_unichar_to_utf8(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00), text + seam - MARK_BYTES);
	memmove(text + seam, text + seam + MARK_BYTES, length - seam - MARK_BYTES);
	text[length - MARK_BYTES] = '\0';
	return length - MARK_BYTES;
}

size_t
halves_finish(char *text, size_t length)
{
	size_t to = 0;
	for (size_t from = 0; from < length;) {
		if (marked_half(text + from, length - from)) {
			memcpy(text + to, "\xEF\xBF\xBD", 3);
			to += 3;
			from += MARK_BYTES;
		} else {
			text[to++] = text[from++];
		}
	}
	text[to] = '\0';
	return to;
}
