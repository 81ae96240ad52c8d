/* Looking for the bytes that mean something, many at a time. What is scanned is followed by
 * DOC_PADDING zeros, and a zero ends every scan. */
#ifndef BASE_DOC_SCAN_H
#define BASE_DOC_SCAN_H

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>

enum { SCAN_STEP = 16 };

static inline __m128i
scan_load(const char *at)
{
	return _mm_loadu_si128((const __m128i *)(const void *)at);
}

static inline unsigned
scan_mask(__m128i found)
{
	return (unsigned)_mm_movemask_epi8(found);
}

static inline __m128i
scan_equal(__m128i bytes, char wanted)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(wanted));
}

/* A bit for each of the next bytes that is no blank of JSON. */
static inline unsigned
scan_visible(const char *at)
{
	__m128i bytes = scan_load(at);
	__m128i lines = _mm_or_si128(scan_equal(bytes, '\n'), scan_equal(bytes, '\r'));
	__m128i blanks = _mm_or_si128(scan_equal(bytes, ' '), scan_equal(bytes, '\t'));
	return ~scan_mask(_mm_or_si128(lines, blanks)) & 0xFFFF;
}

/* A bit for each of the next bytes that ends the plain part of a JSON string; `ret_high`: that is beyond ASCII. */
static inline unsigned
scan_special(const char *at, unsigned *ret_high)
{
	__m128i bytes = scan_load(at);
	__m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
	__m128i marks = _mm_or_si128(scan_equal(bytes, '"'), scan_equal(bytes, '\\'));
	*ret_high = scan_mask(bytes);
	return scan_mask(_mm_or_si128(controls, marks));
}

#else

enum { SCAN_STEP = 8 };

static inline unsigned
scan_visible(const char *at)
{
	unsigned found = 0;
	for (unsigned i = 0; i < SCAN_STEP; i++)
		found |= (unsigned)!(at[i] == ' ' || at[i] == '\n' || at[i] == '\r' || at[i] == '\t') << i;
	return found;
}

static inline unsigned
scan_special(const char *at, unsigned *ret_high)
{
	unsigned found = 0, high = 0;
	for (unsigned i = 0; i < SCAN_STEP; i++) {
		unsigned char byte = (unsigned char)at[i];
		found |= (unsigned)(byte < 0x20 || byte == '"' || byte == '\\') << i;
		high |= (unsigned)(byte >> 7) << i;
	}
	*ret_high = high;
	return found;
}

#endif

/* The first byte from `at` on that is no blank. */
static inline const char *
scan_blank(const char *at)
{
	if (G_LIKELY((unsigned char)*at > ' '))
		return at;
	unsigned visible;
	while (!(visible = scan_visible(at)))
		at += SCAN_STEP;
	return at + __builtin_ctz(visible);
}

/* The first byte from `at` on that ends the plain part of a string. */
static inline const char *
scan_plain(const char *at, bool *beyond_ascii)
{
	for (;;) {
		unsigned high, special = scan_special(at, &high);
		if (special) {
			unsigned plain = (unsigned)__builtin_ctz(special);
			*beyond_ascii |= (high & ((1u << plain) - 1)) != 0;
			return at + plain;
		}
		*beyond_ascii |= high != 0;
		at += SCAN_STEP;
	}
}

static inline const char *
scan_digits(const char *at)
{
	while ((unsigned char)(*at - '0') <= 9)
		at++;
	return at;
}

/* The end of a number, which begins with '-' or a digit. Where it is none: NULL, and *ret_bad and
 * *ret_why say where and why. */
static inline const char *
scan_number(const char *at, bool *ret_integer, const char **ret_bad, const char **ret_why)
{
	*ret_bad = at;
	at += *at == '-';
	const char *part = at;
	at = scan_digits(at);
	*ret_integer = true;
	*ret_why = at == part ? "a value was expected" : "a number does not begin with 0";
	if (at == part || (*part == '0' && at > part + 1))
		return NULL;
	if (*at == '.') {
		*ret_bad = part = ++at;
		at = scan_digits(at);
		*ret_integer = false;
		*ret_why = "a digit was expected after the decimal point";
		if (at == part)
			return NULL;
	}
	if (*at == 'e' || *at == 'E') {
		at += at[1] == '+' || at[1] == '-' ? 2 : 1;
		*ret_bad = part = at;
		at = scan_digits(at);
		*ret_integer = false;
		*ret_why = "a digit was expected in the exponent";
		if (at == part)
			return NULL;
	}
	return at;
}

/* The end of a string with escapes, from the first of them: `at` is a backslash. */
const char *scan_escaped(const char *at, bool *beyond);
/* Writes what the string from `start` to `end` means to `out`, which has room for as many bytes.
 * Returns the bytes written; -1 with *ret_bad and *ret_why where an escape is none. */
gssize scan_unescape(const char *start, const char *end, char *out, const char **ret_bad, const char **ret_why);

#endif
