#include "base/doc_scan.h"

static int
hex4(const char *text)
{
	int sum = 0;
	for (int i = 0; i < 4; i++) {
		int digit = g_ascii_xdigit_value(text[i]);
		if (digit < 0)
			return -1;
		sum = sum * 16 + digit;
	}
	return sum;
}

const char *
scan_escaped(const char *at, bool *beyond)
{
	while (*at == '\\')
		at = scan_plain(at + (at[1] ? 2 : 1), beyond);
	return at;
}

/* \uXXXX at `at` (which is the backslash), with its low surrogate where one is due. Returns what
 * comes behind it; NULL if it is no character. */
static const char *
unescape_unicode(const char *at, char **out, const char **ret_why)
{
	int code = hex4(at + 2);
	*ret_why = "\\u wants four hexadecimal digits";
	if (code < 0)
		return NULL;
	at += 6;
	if (code >= 0xD800 && code < 0xE000) {
		int low = code < 0xDC00 && at[0] == '\\' && at[1] == 'u' ? hex4(at + 2) : -1;
		*ret_why = "half of a surrogate pair is no character";
		if (low < 0xDC00 || low > 0xDFFF)
			return NULL;
		code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
		at += 6;
	}
	*out += g_unichar_to_utf8((gunichar)code, *out);
	return at;
}

gssize
scan_unescape(const char *start, const char *end, char *out, const char **ret_bad, const char **ret_why)
{
	static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	char *begin = out;
	while (start < end) {
		const char *slash = memchr(start, '\\', (size_t)(end - start)), *stop = slash ? slash : end;
		memcpy(out, start, (size_t)(stop - start));
		out += stop - start;
		if (!slash)
			break;
		char letter = slash[1];
		const char *pair = letter ? strchr(escapes, letter) : NULL;
		*ret_bad = slash;
		*ret_why = "there is no such escape";
		if (letter == 'u') {
			if (!(start = unescape_unicode(slash, &out, ret_why)))
				return -1;
		} else if (pair && (pair - escapes) % 2 == 0) {
			*out++ = pair[1];
			start = slash + 2;
		} else {
			return -1;
		}
	}
	return out - begin;
}
