/* The grammar of JSON below values: blanks, strings, numbers. Every function goes over a text that
 * has JSON_PADDING readable bytes behind its end, the first of them NUL, so that none has to ask
 * how much is left. */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { JSON_PADDING = 16 };

static inline const char *
json_blank(const char *at)
{
	while (G_UNLIKELY((unsigned char)*at <= ' ') && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r'))
		at++;
	return at;
}

#ifdef __SSE2__
/* How many of the next 16 bytes come before a quote, a backslash, a control or one beyond ASCII. */
enum { JSON_STRIDE = 16 };

static inline unsigned
json_plain(const char *at)
{
	__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
	__m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
	/* As signed bytes, those beyond ASCII are below a blank, too. */
	__m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
	unsigned found = (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, slash), low));
	return found ? (unsigned)__builtin_ctz(found) : JSON_STRIDE;
}
#else
enum { JSON_STRIDE = 8 };

static inline unsigned
json_plain(const char *at)
{
	uint64_t word, ones = 0x0101010101010101u, high = 0x8080808080808080u;
	memcpy(&word, at, sizeof word);
	word = GUINT64_FROM_LE(word);
	uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';
	uint64_t found = (word | (word - ones * 0x20) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & high;
	return found ? (unsigned)__builtin_ctzll(found) / 8 : JSON_STRIDE;
}
#endif

/* The end of the plain part of a string: a quote, a backslash or a control (which NUL is, too).
 * *beyond becomes true if it goes over characters beyond ASCII. */
static inline const char *
json_string(const char *at, bool *beyond)
{
	for (;;) {
		unsigned plain = json_plain(at);
		at += plain;
		if (plain == JSON_STRIDE)
			continue;
		if (G_LIKELY((unsigned char)*at < 0x80))
			return at;
		*beyond = true;
		at++;
	}
}

static inline const char *
json_digits(const char *at)
{
	while ((unsigned char)(*at - '0') <= 9)
		at++;
	return at;
}

/* The end of a number, which begins with '-' or a digit. Where it is none: NULL, and *ret_bad and
 * *ret_why say where and why. */
static inline const char *
json_number(const char *at, bool *ret_integer, const char **ret_bad, const char **ret_why)
{
	*ret_bad = at;
	at += *at == '-';
	const char *part = at;
	at = json_digits(at);
	*ret_integer = true;
	*ret_why = at == part ? "a value was expected" : "a number does not begin with 0";
	if (at == part || (*part == '0' && at > part + 1))
		return NULL;
	if (*at == '.') {
		*ret_bad = part = ++at;
		at = json_digits(at);
		*ret_integer = false;
		*ret_why = "a digit was expected after the decimal point";
		if (at == part)
			return NULL;
	}
	if (*at == 'e' || *at == 'E') {
		at += at[1] == '+' || at[1] == '-' ? 2 : 1;
		*ret_bad = part = at;
		at = json_digits(at);
		*ret_integer = false;
		*ret_why = "a digit was expected in the exponent";
		if (at == part)
			return NULL;
	}
	return at;
}

/* The end of a string with escapes, from the first of them: `at` is a backslash. */
const char *json_string_rest(const char *at, bool *beyond);
/* Writes what the string from `start` to `end` means to `out`, which has room for as many bytes.
 * Returns the bytes written; -1 with *ret_bad and *ret_why where an escape is none. */
gssize json_unescape(const char *start, const char *end, char *out, const char **ret_bad, const char **ret_why);

#endif
