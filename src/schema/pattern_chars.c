/* Regular expressions, the lower half: characters, escapes, classes (ECMA-262 22.2.1, with +UnicodeMode). */
#include <string.h>

#include "base/error.h"
#include "schema/pattern_parser.h"

uint32_t
parser_peek(const struct parser *parser)
{
	return parser->at < parser->end ? g_utf8_get_char(parser->at) : PARSER_END;
}

uint32_t
parser_take(struct parser *parser)
{
	uint32_t c = parser_peek(parser);
	if (c != PARSER_END)
		parser->at = g_utf8_next_char(parser->at);
	return c;
}

bool
parser_accept(struct parser *parser, char c)
{
	if (parser->at == parser->end || *parser->at != c)
		return false;
	parser->at++;
	return true;
}

bool
parser_fail(struct parser *parser, const char *what)
{
	long column = g_utf8_strlen(parser->text, parser->at - parser->text) + 1;
	return error_set(&parser->cause, ERR_INVALID, "write it as ECMA-262 has it",
	                 "\"%s\" is no regular expression: %s (character %ld)", parser->text, what, column);
}

/* `count` hexadecimal digits, or with `count` 0 as many as stand before a closing brace. */
static bool
read_hex(struct parser *parser, unsigned count, uint32_t *ret)
{
	uint32_t sum = 0;
	unsigned digits = 0;
	for (; (!count || digits < count) && parser->at < parser->end; digits++) {
		int digit = g_ascii_xdigit_value(*parser->at);
		if (digit < 0)
			break;
		sum = MIN(sum * 16 + (unsigned)digit, CHARSET_LAST + 1u);
		parser->at++;
	}
	*ret = sum;
	return count ? digits == count : digits && parser_accept(parser, '}');
}

/* Behind \u: four digits, which may be half of a pair, or a number in braces. */
static bool
read_unicode(struct parser *parser, uint32_t *ret)
{
	if (parser_accept(parser, '{'))
		return (read_hex(parser, 0, ret) && *ret <= CHARSET_LAST) || parser_fail(parser, "\\u{…} wants a code point");
	if (!read_hex(parser, 4, ret))
		return parser_fail(parser, "\\u wants four hexadecimal digits");
	const char *before = parser->at;
	uint32_t low;
	if (*ret < 0xD800 || *ret > 0xDBFF || !parser_accept(parser, '\\'))
		return true;
	if (parser_accept(parser, 'u') && read_hex(parser, 4, &low) && low >= 0xDC00 && low <= 0xDFFF)
		*ret = 0x10000 + ((*ret - 0xD800) << 10) + (low - 0xDC00);
	else
		parser->at = before;
	return true;
}

static bool
read_control(struct parser *parser, uint32_t *ret)
{
	if (parser->at == parser->end || !g_ascii_isalpha(*parser->at))
		return parser_fail(parser, "\\c wants a letter");
	*ret = (uint32_t)*parser->at++ % 32;
	return true;
}

static bool
read_identity(struct parser *parser, bool in_class, uint32_t *ret)
{
	uint32_t c = parser_peek(parser);
	bool syntax = c < 0x80 && c && strchr("^$\\.*+?()[]{}|/", (char)c);
	bool plain = parser->lenient && c < 0x80 && (g_ascii_ispunct((char)c) || c == ' ');
	if (!syntax && !(in_class && c == '-') && !plain)
		return parser_fail(parser, "there is no such escape");
	*ret = parser_take(parser);
	return true;
}

bool
parser_escape(struct parser *parser, bool in_class, uint32_t *ret)
{
	static const char letters[] = "t\tn\nv\vf\fr\r";
	char c = parser->at < parser->end ? *parser->at : '\0';
	const char *pair = c && g_ascii_isalpha(c) ? strchr(letters, c) : NULL;
	if (c == 'c' || c == 'x' || c == 'u' || c == '0' || pair || (in_class && c == 'b'))
		parser->at++;
	else
		return read_identity(parser, in_class, ret);
	if (c == 'c')
		return read_control(parser, ret);
	if (c == 'u')
		return read_unicode(parser, ret);
	if (c == 'x')
		return read_hex(parser, 2, ret) || parser_fail(parser, "\\x wants two hexadecimal digits");
	if (c == '0' && parser->at < parser->end && g_ascii_isdigit(*parser->at))
		return parser_fail(parser, "\\0 must not be followed by a digit");
	*ret = c == '0' ? 0 : pair ? (uint32_t)pair[1] : '\b';
	return true;
}

static bool
read_property(struct parser *parser, struct charset *set, bool negated)
{
	const char *name = parser->at + 1, *close = memchr(parser->at, '}', (size_t)(parser->end - parser->at));
	if (!parser_accept(parser, '{') || !close)
		return parser_fail(parser, "\\p wants the name of a property in braces");
	g_autofree char *property = pattern_property(name, (size_t)(close - name));
	if (!property)
		return parser_fail(parser, "there is no such property of characters");
	parser->at = close + 1;
	if (strcmp(property, "ASCII") == 0 && !negated)
		charset_add(set, 0, 0x7F);
	else if (strcmp(property, "Any") == 0 && !negated)
		charset_add(set, 0, CHARSET_LAST);
	else if (strcmp(property, "Any") != 0)
		g_string_append_printf(set->properties, "\\%c{%s}", negated != (*property == '^') ? 'P' : 'p',
		                       property + (*property == '^'));
	return true;
}

bool
parser_class_escape(struct parser *parser, struct charset *set, bool *ret_ok)
{
	char c = parser->at < parser->end ? *parser->at : '\0';
	if (!c || !strchr("dDsSwWpP", c))
		return false;
	parser->at++;
	*ret_ok = true;
	if (g_ascii_tolower(c) == 'p')
		*ret_ok = read_property(parser, set, c == 'P');
	else
		charset_add_class(set, c);
	return true;
}

/* One end of a range. *ret_single is false for a class such as \d, which is in the set then. */
static bool
read_atom(struct parser *parser, struct charset *set, uint32_t *ret, bool *ret_single)
{
	bool ok;
	*ret_single = true;
	if (!parser_accept(parser, '\\')) {
		*ret = parser_take(parser);
		return *ret != PARSER_END || parser_fail(parser, "a class does not end");
	}
	if (!parser_class_escape(parser, set, &ok))
		return parser_escape(parser, true, ret);
	*ret_single = false;
	return ok;
}

static bool
read_range(struct parser *parser, struct charset *set)
{
	uint32_t first, last;
	bool single, other;
	if (!read_atom(parser, set, &first, &single))
		return false;
	const char *dash = parser->at;
	if (!parser_accept(parser, '-') || parser_peek(parser) == ']' || parser->at == parser->end) {
		parser->at = dash;
		if (single)
			charset_add(set, first, first);
		return true;
	}
	if (!read_atom(parser, set, &last, &other))
		return false;
	if (single && other) {
		if (first > last)
			return parser_fail(parser, "a range of characters is upside down");
		charset_add(set, first, last);
		return true;
	}
	if (!parser->lenient)
		return parser_fail(parser, "a range ends in a class of characters");
	/* What stands beside a class is meant by itself, and so is the dash. */
	charset_add(set, '-', '-');
	if (single)
		charset_add(set, first, first);
	if (other)
		charset_add(set, last, last);
	return true;
}

bool
parser_class(struct parser *parser, struct charset *set)
{
	set->negated = parser_accept(parser, '^');
	while (!parser_accept(parser, ']')) {
		if (parser->at == parser->end)
			return parser_fail(parser, "a class does not end");
		if (!read_range(parser, set))
			return false;
	}
	charset_normalise(set);
	return true;
}
