/* Identifiers: URI (RFC 3986), IRI (RFC 3987), templates (RFC 6570). */
#include <string.h>

#include "schema/format.h"

enum { UNRESERVED = 1, DELIMITER = 2, COLON = 4, AT = 8, SLASH = 16, QUESTION = 32, SCHEME = 64, LITERAL = 128 };
enum { PCHAR = UNRESERVED | DELIMITER | COLON | AT };

/* What each ASCII character may be. */
static unsigned
kind_of(unsigned char c)
{
	if (g_ascii_isalnum((char)c))
		return UNRESERVED | SCHEME | LITERAL;
	switch (c) {
	case '-': case '.': return UNRESERVED | SCHEME | LITERAL;
	case '+': return DELIMITER | SCHEME | LITERAL;
	case '_': case '~': return UNRESERVED | LITERAL;
	case '!': case '$': case '&': case '\'': case '(': case ')': case '*': case ',': case ';': case '=':
		return DELIMITER | LITERAL;
	case ':': return COLON | LITERAL;
	case '@': return AT | LITERAL;
	case '/': return SLASH | LITERAL;
	case '?': return QUESTION | LITERAL;
	case '#': case '[': case ']': return LITERAL;
	default: return 0;
	}
}

/* ucschar of RFC 3987; with `private_use` iprivate too. */
static bool
is_wide(uint32_t c, bool private_use)
{
	if (c < 0xA0)
		return false;
	if (c < 0x10000) {
		bool own = c >= 0xE000 && c <= 0xF8FF;
		return own ? private_use : c < 0xD800 || (c >= 0xF900 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFEF);
	}
	if ((c & 0xFFFF) > 0xFFFD)
		return false;
	return c >= 0xF0000 ? private_use : c < 0xE0000 || c >= 0xE1000;
}

static bool
is_escape(const char *text, const char *end)
{
	return end - text >= 3 && *text == '%' && g_ascii_isxdigit(text[1]) && g_ascii_isxdigit(text[2]);
}

/* Skips characters of these kinds, escapes and, where it is an IRI, wide characters. */
static const char *
skip(const char *text, const char *end, unsigned kinds, bool iri)
{
	while (text < end) {
		if (kind_of((unsigned char)*text) & kinds)
			text++;
		else if (is_escape(text, end))
			text += 3;
		else if (iri && (unsigned char)*text >= 0x80 && is_wide(g_utf8_get_char(text), kinds & QUESTION && kinds & SLASH))
			text = g_utf8_next_char(text);
		else
			break;
	}
	return text;
}

/* "[…]": an IPv6 address, or "v" version "." anything. */
static bool
is_literal(const char *text, const char *end)
{
	if (text == end || (*text != 'v' && *text != 'V'))
		return format_ipv6(text, (size_t)(end - text));
	const char *digits = ++text;
	while (text < end && g_ascii_isxdigit(*text))
		text++;
	if (text == digits || text == end || *text++ != '.' || text == end)
		return false;
	while (text < end && kind_of((unsigned char)*text) & (UNRESERVED | DELIMITER | COLON))
		text++;
	return text == end;
}

/* [userinfo "@"] host [":" port] up to `end`. */
static bool
is_authority(const char *text, const char *end, bool iri)
{
	const char *user = skip(text, end, UNRESERVED | DELIMITER | COLON, iri);
	if (user < end && *user == '@')
		text = user + 1;
	if (text < end && *text == '[') {
		const char *close = memchr(text, ']', (size_t)(end - text));
		if (!close || !is_literal(text + 1, close))
			return false;
		text = close + 1;
	} else {
		text = skip(text, end, UNRESERVED | DELIMITER, iri);
	}
	if (text < end && *text == ':')
		for (text++; text < end && g_ascii_isdigit(*text);)
			text++;
	return text == end;
}

/* What follows the scheme: ["//" authority] path ["?" query] ["#" fragment]. */
static bool
is_rest(const char *text, const char *end, bool iri)
{
	if (end - text >= 2 && text[0] == '/' && text[1] == '/') {
		const char *path = text += 2;
		while (path < end && !strchr("/?#", *path))
			path++;
		if (!is_authority(text, path, iri))
			return false;
		text = path;
	}
	text = skip(text, end, PCHAR | SLASH, iri);
	if (text < end && *text == '?')
		text = skip(text + 1, end, PCHAR | SLASH | QUESTION, iri);
	/* Private characters may stand in a query, not in a fragment. */
	if (text < end && *text == '#')
		for (const char *before = ++text; text < end; before = text) {
			text = skip(text, end, PCHAR | SLASH, iri);
			text = skip(text, end, QUESTION, iri);
			if (text == before)
				break;
		}
	return text == end;
}

/* The length of the scheme, 0 if there is none. */
static size_t
scheme_length(const char *text, size_t length)
{
	size_t at = 0;
	if (!length || !g_ascii_isalpha(*text))
		return 0;
	while (at < length && kind_of((unsigned char)text[at]) & SCHEME)
		at++;
	return at < length && text[at] == ':' ? at : 0;
}

static bool
is_absolute(const char *text, size_t length, bool iri)
{
	size_t scheme = scheme_length(text, length);
	return scheme && is_rest(text + scheme + 1, text + length, iri);
}

static bool
is_reference(const char *text, size_t length, bool iri)
{
	if (scheme_length(text, length))
		return is_absolute(text, length, iri);
	/* The first segment of a relative path must not look like a scheme. */
	const char *colon = memchr(text, ':', length);
	for (const char *at = text; at < text + length && !strchr("/?#", *at); at++)
		if (at == colon)
			return false;
	return is_rest(text, text + length, iri);
}

bool
format_uri(const char *text, size_t length)
{
	return is_absolute(text, length, false);
}

bool
format_uri_reference(const char *text, size_t length)
{
	return is_reference(text, length, false);
}

bool
format_iri(const char *text, size_t length)
{
	return is_absolute(text, length, true);
}

bool
format_iri_reference(const char *text, size_t length)
{
	return is_reference(text, length, true);
}

static size_t
varchar_octets(const char *text, const char *end)
{
	if (text < end && (g_ascii_isalnum(*text) || *text == '_'))
		return 1;
	return is_escape(text, end) ? 3 : 0;
}

/* varchar *( ["."] varchar ), then ":" 1…9999 or "*". */
static const char *
skip_variable(const char *text, const char *end)
{
	size_t octets = varchar_octets(text, end);
	if (!octets)
		return NULL;
	while (octets) {
		text += octets;
		bool dot = text < end && *text == '.';
		octets = varchar_octets(text + dot, end);
		octets += octets ? dot : 0;
	}
	if (text < end && *text == '*')
		return text + 1;
	if (text == end || *text != ':')
		return text;
	const char *digits = ++text;
	while (text < end && text < digits + 4 && g_ascii_isdigit(*text))
		text++;
	return text > digits && *digits != '0' ? text : NULL;
}

/* Behind "{": the place behind "}", NULL if the expression is broken. */
static const char *
skip_expression(const char *text, const char *end)
{
	if (text < end && *text && strchr("+#./;?&=,!@|", *text))
		text++;
	while ((text = skip_variable(text, end)) && text < end && *text == ',')
		text++;
	return text && text < end && *text == '}' ? text + 1 : NULL;
}

bool
format_uri_template(const char *text, size_t length)
{
	const char *end = text + length;
	while (text < end) {
		if (*text == '{') {
			if (!(text = skip_expression(text + 1, end)))
				return false;
		} else if (kind_of((unsigned char)*text) & LITERAL) {
			text++;
		} else if (is_escape(text, end)) {
			text += 3;
		} else if ((unsigned char)*text >= 0x80 && is_wide(g_utf8_get_char(text), true)) {
			text = g_utf8_next_char(text);
		} else {
			return false;
		}
	}
	return true;
}
