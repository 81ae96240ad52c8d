/* Internationalised host names: IDNA 2008 (RFC 5890 to 5893) and Punycode (RFC 3492). Which characters
 * a label may hold is derived from Unicode properties as RFC 5892 section 2 says. */
#include <pthread.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "schema/format.h"

enum { LABEL_CHARACTERS = 256 };   /* no valid label has so many */

enum idn_property { IDN_VALID, IDN_CONTEXT, IDN_DISALLOWED };

/* Punycode's parameters, RFC 3492 section 5. */
enum { BASE = 36, LEAST = 1, MOST = 26, SKEW = 38, DAMP = 700, FIRST = 128, BIAS = 72 };

/* RFC 5892 section 2.6, exceptions; the contextual ones have their rules in context_fits. */
static const struct {
	uint32_t first, last;
	enum idn_property property;
} exceptions[] = {
	{ 0xB7, 0xB7, IDN_CONTEXT }, { 0xDF, 0xDF, IDN_VALID }, { 0x375, 0x375, IDN_CONTEXT }, { 0x3C2, 0x3C2, IDN_VALID },
	{ 0x5F3, 0x5F4, IDN_CONTEXT }, { 0x640, 0x640, IDN_DISALLOWED }, { 0x660, 0x669, IDN_CONTEXT },
	{ 0x6F0, 0x6F9, IDN_CONTEXT }, { 0x6FD, 0x6FE, IDN_VALID }, { 0x7FA, 0x7FA, IDN_DISALLOWED },
	{ 0xF0B, 0xF0B, IDN_VALID }, { 0x200C, 0x200D, IDN_CONTEXT }, { 0x3007, 0x3007, IDN_VALID },
	{ 0x302E, 0x302F, IDN_DISALLOWED }, { 0x3031, 0x3035, IDN_DISALLOWED }, { 0x303B, 0x303B, IDN_DISALLOWED },
	{ 0x30FB, 0x30FB, IDN_CONTEXT },
};

/* Letters that join only to what precedes them (Joining_Type R); other letters of their scripts are taken for D. */
static const struct {
	uint32_t first, last;
} right_joining[] = {
	{ 0x622, 0x625 }, { 0x627, 0x627 }, { 0x629, 0x629 }, { 0x62F, 0x632 }, { 0x648, 0x648 }, { 0x671, 0x673 },
	{ 0x675, 0x677 }, { 0x688, 0x699 }, { 0x6C0, 0x6C0 }, { 0x6C3, 0x6CB }, { 0x6CD, 0x6CD }, { 0x6CF, 0x6CF },
	{ 0x6D2, 0x6D3 }, { 0x6D5, 0x6D5 }, { 0x6EE, 0x6EF }, { 0x710, 0x710 }, { 0x715, 0x719 }, { 0x71E, 0x71E },
	{ 0x728, 0x728 }, { 0x72A, 0x72A }, { 0x72C, 0x72C }, { 0x72F, 0x72F }, { 0x74D, 0x74D },
};

/* Of RFC 5893 section 2: has right-to-left parts; is a right-to-left label but for rule 4; mixes the
 * digits of rule 4; is a left-to-right label. */
enum { BIDI_ANY, BIDI_RIGHT, BIDI_MIXED, BIDI_LEFT, BIDI_RULES };
static const char *const bidi_rules[] = {
	[BIDI_ANY] = "[\\p{bc:R}\\p{bc:AL}\\p{bc:AN}]",
	[BIDI_RIGHT] = "\\A[\\p{bc:R}\\p{bc:AL}][\\p{bc:R}\\p{bc:AL}\\p{bc:AN}\\p{bc:EN}\\p{bc:ES}\\p{bc:CS}\\p{bc:ET}\\p{bc:ON}"
		       "\\p{bc:BN}\\p{bc:NSM}]*(?<=[\\p{bc:R}\\p{bc:AL}\\p{bc:EN}\\p{bc:AN}])\\p{bc:NSM}*+\\z",
	[BIDI_MIXED] = "\\p{bc:EN}.*\\p{bc:AN}|\\p{bc:AN}.*\\p{bc:EN}",
	[BIDI_LEFT] = "\\A\\p{bc:L}[\\p{bc:L}\\p{bc:EN}\\p{bc:ES}\\p{bc:CS}\\p{bc:ET}\\p{bc:ON}\\p{bc:BN}\\p{bc:NSM}]*"
		      "(?<=[\\p{bc:L}\\p{bc:EN}])\\p{bc:NSM}*+\\z",
};
static pcre2_code *bidi_codes[BIDI_RULES];

static void
compile_rules(void)
{
	int number;
	size_t offset;
	for (unsigned i = 0; i < BIDI_RULES; i++)
		bidi_codes[i] = pcre2_compile((PCRE2_SPTR)bidi_rules[i], PCRE2_ZERO_TERMINATED, PCRE2_UTF, &number, &offset, NULL);
}

static bool
obeys(unsigned rule, const char *text, size_t length)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, compile_rules);
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	int result = pcre2_match(bidi_codes[rule], (PCRE2_SPTR)text, length, 0, PCRE2_NO_UTF_CHECK, data, NULL);
	pcre2_match_data_free(data);
	return result >= 0;
}

bool
format_idn_bidi(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] >= 0xD6)   /* U+0590 and beyond: nothing before runs from right to left */
			return obeys(BIDI_ANY, text, length);
	return false;
}

static uint32_t
adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;
	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	for (; delta > ((BASE - LEAST) * MOST) / 2; k += BASE)
		delta /= BASE - LEAST;
	return k + (BASE - LEAST + 1) * delta / (delta + SKEW);
}

static uint32_t
threshold(uint32_t k, uint32_t bias)
{
	return k <= bias ? LEAST : MIN(k - bias, MOST);
}

/* One generalised variable-length integer, RFC 3492 section 3.3. */
static bool
read_delta(const char **at, const char *end, uint32_t bias, uint32_t *ret)
{
	uint64_t sum = 0, weight = 1;
	for (uint32_t k = BASE;; k += BASE) {
		if (*at == end || !g_ascii_isalnum(**at))
			return false;
		char c = *(*at)++;
		uint32_t digit = g_ascii_isdigit(c) ? (uint32_t)(c - '0') + 26 : (uint32_t)(g_ascii_tolower(c) - 'a');
		uint32_t bound = threshold(k, bias);
		sum += digit * weight;
		if (sum > INT32_MAX)
			return false;
		if (digit < bound)
			break;
		weight *= BASE - bound;
	}
	*ret = (uint32_t)sum;
	return true;
}

static bool
decode(const char *text, size_t length, GArray *points)
{
	const char *end = text + length, *dash = end;
	uint32_t n = FIRST, i = 0, bias = BIAS, delta;
	while (dash > text && dash[-1] != '-')
		dash--;
	for (const char *basic = text; basic + 1 < dash; basic++) {
		uint32_t c = (unsigned char)g_ascii_tolower(*basic);
		g_array_append_val(points, c);
	}
	for (const char *at = dash; at < end;) {
		if (!read_delta(&at, end, bias, &delta) || points->len > LABEL_CHARACTERS)
			return false;
		uint32_t count = points->len + 1;
		bias = adapt(delta, count, i == 0);
		n += (i + delta) / count;
		i = (i + delta) % count;
		if (n > 0x10FFFF || (n >= 0xD800 && n < 0xE000))
			return false;
		g_array_insert_val(points, i, n);
		i++;
	}
	return true;
}

static void
write_delta(GString *out, uint32_t delta, uint32_t bias)
{
	for (uint32_t k = BASE;; k += BASE) {
		uint32_t bound = threshold(k, bias), digit = delta < bound ? delta : bound + (delta - bound) % (BASE - bound);
		g_string_append_c(out, (char)(digit < 26 ? 'a' + digit : '0' + (digit - 26)));
		if (delta < bound)
			return;
		delta = (delta - bound) / (BASE - bound);
	}
}

/* The next character to encode: the least from `n` on. */
static uint32_t
least_from(const GArray *points, uint32_t n)
{
	uint32_t least = UINT32_MAX;
	for (unsigned i = 0; i < points->len; i++) {
		uint32_t c = g_array_index(points, uint32_t, i);
		if (c >= n)
			least = MIN(least, c);
	}
	return least;
}

static void
encode(const GArray *points, GString *out)
{
	for (unsigned i = 0; i < points->len; i++)
		if (g_array_index(points, uint32_t, i) < FIRST)
			g_string_append_c(out, (char)g_array_index(points, uint32_t, i));
	uint32_t basic = (uint32_t)out->len, done = basic, n = FIRST, delta = 0, bias = BIAS;
	if (basic)
		g_string_append_c(out, '-');
	for (; done < points->len; n++, delta++) {
		uint32_t next = least_from(points, n);
		delta += (next - n) * (done + 1);
		n = next;
		for (unsigned i = 0; i < points->len; i++) {
			uint32_t c = g_array_index(points, uint32_t, i);
			delta += c < n;
			if (c != n)
				continue;
			write_delta(out, delta, bias);
			bias = adapt(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
	}
}

static GArray *
read_points(const char *text, size_t length)
{
	GArray *points = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (const char *at = text; at < text + length && points->len <= LABEL_CHARACTERS; at = g_utf8_next_char(at)) {
		uint32_t c = g_utf8_get_char(at);
		g_array_append_val(points, c);
	}
	return points;
}

size_t
format_idn_octets(const char *text, size_t length)
{
	g_autoptr(GArray) points = read_points(text, length);
	g_autoptr(GString) label = g_string_new("");
	if (points->len > LABEL_CHARACTERS)
		return SIZE_MAX / 2;
	encode(points, label);
	return strlen("xn--") + label->len;
}

bool
format_idn_decode(const char *text, size_t length, GString *ret)
{
	g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autoptr(GString) again = g_string_new(NULL);
	text += strlen("xn--");
	length -= strlen("xn--");
	if (!decode(text, length, points))
		return false;
	bool wide = false;
	for (unsigned i = 0; i < points->len; i++) {
		uint32_t c = g_array_index(points, uint32_t, i);
		wide |= c >= FIRST;
		g_string_append_unichar(ret, c);
	}
	encode(points, again);
	return wide && again->len == length && g_ascii_strncasecmp(again->str, text, length) == 0;
}

/* Unchanged by folding case and compatibility (RFC 5892 section 2.2). */
static bool
is_stable(uint32_t c)
{
	char text[7] = "";
	g_unichar_to_utf8(c, text);
	g_autofree char *first = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC), *folded = g_utf8_casefold(first, -1);
	g_autofree char *last = g_utf8_normalize(folded, -1, G_NORMALIZE_NFKC);
	return strcmp(last, text) == 0;
}

/* Old Hangul letters, and what is not seen or only decorates (RFC 5892 sections 2.3, 2.4 and 2.9). */
static bool
is_ignored(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x34F, 0x34F }, { 0x1100, 0x11FF }, { 0x17B4, 0x17B5 }, { 0x180B, 0x180F }, { 0x20D0, 0x20FF },
		{ 0x3164, 0x3164 }, { 0xA960, 0xA97C }, { 0xD7B0, 0xD7FB }, { 0xFE00, 0xFE0F }, { 0xFFA0, 0xFFA0 },
		{ 0x1D100, 0x1D24F }, { 0xE0100, 0xE01EF },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

static enum idn_property
property(uint32_t c)
{
	if (c < 0x80)
		return g_ascii_islower((char)c) || g_ascii_isdigit((char)c) || c == '-' ? IDN_VALID : IDN_DISALLOWED;
	for (unsigned i = 0; i < G_N_ELEMENTS(exceptions); i++)
		if (c >= exceptions[i].first && c <= exceptions[i].last)
			return exceptions[i].property;
	switch (g_unichar_type(c)) {
	case G_UNICODE_LOWERCASE_LETTER: case G_UNICODE_UPPERCASE_LETTER: case G_UNICODE_OTHER_LETTER:
	case G_UNICODE_MODIFIER_LETTER: case G_UNICODE_DECIMAL_NUMBER: case G_UNICODE_NON_SPACING_MARK: case G_UNICODE_SPACING_MARK:
		return is_ignored(c) || !is_stable(c) ? IDN_DISALLOWED : IDN_VALID;
	default:
		return IDN_DISALLOWED;
	}
}

enum joining { JOINS_NOT, JOINS_RIGHT, JOINS_BOTH, JOINS_THROUGH };

static enum joining
joining(uint32_t c)
{
	if (g_unichar_ismark(c) || g_unichar_type(c) == G_UNICODE_FORMAT)
		return JOINS_THROUGH;
	switch ((int)g_unichar_get_script(c)) {
	case G_UNICODE_SCRIPT_ARABIC: case G_UNICODE_SCRIPT_SYRIAC: case G_UNICODE_SCRIPT_NKO: case G_UNICODE_SCRIPT_MANDAIC:
	case G_UNICODE_SCRIPT_MONGOLIAN: case G_UNICODE_SCRIPT_PHAGS_PA: case G_UNICODE_SCRIPT_ADLAM:
		break;
	default:
		return JOINS_NOT;
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(right_joining); i++)
		if (c >= right_joining[i].first && c <= right_joining[i].last)
			return JOINS_RIGHT;
	return c == 0x621 || c == 0x674 || !g_unichar_isalpha(c) ? JOINS_NOT : JOINS_BOTH;
}

/* The first character from `at` on, in steps of `step`, that does not only decorate. */
static enum joining
neighbour(const GArray *points, unsigned at, int step)
{
	enum joining kind = JOINS_THROUGH;
	for (long i = (long)at + step; i >= 0 && i < points->len && kind == JOINS_THROUGH; i += step)
		kind = joining(g_array_index(points, uint32_t, i));
	return kind;
}

static bool
any_in(const GArray *points, uint32_t first, uint32_t last)
{
	for (unsigned i = 0; i < points->len; i++)
		if (g_array_index(points, uint32_t, i) >= first && g_array_index(points, uint32_t, i) <= last)
			return true;
	return false;
}

static bool
any_kana_or_han(const GArray *points)
{
	for (unsigned i = 0; i < points->len; i++) {
		GUnicodeScript script = g_unichar_get_script(g_array_index(points, uint32_t, i));
		if (script == G_UNICODE_SCRIPT_HIRAGANA || script == G_UNICODE_SCRIPT_KATAKANA || script == G_UNICODE_SCRIPT_HAN)
			return true;
	}
	return false;
}

/* The contextual rules, RFC 5892 appendix A. */
static bool
context_fits(const GArray *points, unsigned at)
{
	uint32_t c = g_array_index(points, uint32_t, at);
	uint32_t before = at ? g_array_index(points, uint32_t, at - 1) : 0;
	uint32_t after = at + 1 < points->len ? g_array_index(points, uint32_t, at + 1) : 0;
	bool virama = before && g_unichar_combining_class(before) == 9;
	switch (c) {
	case 0xB7: return before == 'l' && after == 'l';
	case 0x375: return after && g_unichar_get_script(after) == G_UNICODE_SCRIPT_GREEK;
	case 0x5F3:
	case 0x5F4: return before && g_unichar_get_script(before) == G_UNICODE_SCRIPT_HEBREW;
	case 0x30FB: return any_kana_or_han(points);
	case 0x200D: return virama;
	case 0x200C: return virama || (neighbour(points, at, -1) == JOINS_BOTH &&
	                               (neighbour(points, at, 1) == JOINS_BOTH || neighbour(points, at, 1) == JOINS_RIGHT));
	default: return c < 0x6F0 ? !any_in(points, 0x6F0, 0x6F9) : !any_in(points, 0x660, 0x669);
	}
}

static bool
obeys_bidi(const char *text, size_t length)
{
	if (obeys(BIDI_RIGHT, text, length))
		return !obeys(BIDI_MIXED, text, length);
	return obeys(BIDI_LEFT, text, length);
}

bool
format_idn_label(const char *text, size_t length, bool bidi)
{
	g_autoptr(GArray) points = read_points(text, length);
	if (!points->len || points->len > LABEL_CHARACTERS || text[0] == '-' || text[length - 1] == '-')
		return false;
	if (points->len > 3 && g_array_index(points, uint32_t, 2) == '-' && g_array_index(points, uint32_t, 3) == '-')
		return false;
	if (g_unichar_ismark(g_array_index(points, uint32_t, 0)))
		return false;
	for (unsigned i = 0; i < points->len; i++) {
		enum idn_property kind = property(g_array_index(points, uint32_t, i));
		if (kind == IDN_DISALLOWED || (kind == IDN_CONTEXT && !context_fits(points, i)))
			return false;
	}
	return !bidi || obeys_bidi(text, length);
}
