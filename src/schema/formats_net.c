/* Addresses: IP, host names, mailboxes. */
#include <string.h>

#include "schema/format.h"

enum { NAME_MAX_OCTETS = 253, LABEL_MAX = 63, LOCAL_MAX = 64 };

bool
format_ipv4(const char *text, size_t length)
{
	unsigned parts = 0;
	size_t at = 0;
	while (parts < 4) {
		size_t from = at;
		unsigned number = 0;
		for (; at < length && at < from + 3 && g_ascii_isdigit(text[at]); at++)
			number = number * 10 + (unsigned)(text[at] - '0');
		if (at == from || number > 255 || (text[from] == '0' && at > from + 1))
			return false;
		if (++parts < 4 && (at == length || text[at++] != '.'))
			return false;
	}
	return at == length;
}

bool
format_ipv6(const char *text, size_t length)
{
	unsigned groups = 0;
	bool gap = false;
	size_t at = 0;
	if (length >= 2 && text[0] == ':' && text[1] == ':') {
		gap = true;
		at = 2;
	}
	while (at < length) {
		size_t from = at;
		while (at < length && at < from + 4 && g_ascii_isxdigit(text[at]))
			at++;
		if (at < length && text[at] == '.')
			return format_ipv4(text + from, length - from) && (gap ? groups + 2 < 8 : groups + 2 == 8);
		if (at == from || ++groups > 8)
			return false;
		if (at == length)
			break;
		if (text[at++] != ':' || at == length)
			return false;
		if (text[at] != ':')
			continue;
		if (gap)
			return false;
		gap = true;
		at++;
	}
	return gap ? groups < 8 : groups == 8;
}

static bool
is_alabel(const char *text, size_t length)
{
	return length > 4 && g_ascii_strncasecmp(text, "xn--", 4) == 0;
}

/* Letters, digits and hyphens, none of these at an end. */
static bool
plain_label(const char *text, size_t length)
{
	if (!length || length > LABEL_MAX || text[0] == '-' || text[length - 1] == '-')
		return false;
	for (size_t i = 0; i < length; i++)
		if (!g_ascii_isalnum(text[i]) && text[i] != '-')
			return false;
	return true;
}

/* An A-label stands for a valid Unicode label, and for it alone. */
static bool
a_label(const char *text, size_t length, bool bidi)
{
	g_autoptr(GString) decoded = g_string_new(NULL);
	if (!format_idn_decode(text, length, decoded))
		return false;
	return format_idn_label(decoded->str, decoded->len, bidi || format_idn_bidi(decoded->str, decoded->len));
}

bool
format_hostname(const char *text, size_t length)
{
	if (length > NAME_MAX_OCTETS)
		return false;
	for (const char *end = text + length;;) {
		const char *dot = memchr(text, '.', (size_t)(end - text));
		size_t label = (size_t)((dot ? dot : end) - text);
		if (!plain_label(text, label) || (is_alabel(text, label) && !a_label(text, label, false)))
			return false;
		if (!dot)
			return true;
		text = dot + 1;
	}
}

/* The dots of RFC 3490 section 3.1; the octets of the one at `text`, 0 if there is none. */
static size_t
dot_octets(const char *text)
{
	static const char *const wide[] = { "\xE3\x80\x82", "\xEF\xBC\x8E", "\xEF\xBD\xA1" };
	if (*text == '.')
		return 1;
	for (unsigned i = 0; i < G_N_ELEMENTS(wide); i++)
		if (strncmp(text, wide[i], 3) == 0)
			return 3;
	return 0;
}

static bool
idn_label(const char *text, size_t length, bool bidi, size_t *octets)
{
	bool ascii = true;
	for (size_t i = 0; i < length; i++)
		ascii &= (unsigned char)text[i] < 0x80;
	if (!ascii) {
		size_t encoded = format_idn_octets(text, length);
		*octets += encoded + 1;
		return encoded <= LABEL_MAX && format_idn_label(text, length, bidi);
	}
	*octets += length + 1;
	if (!plain_label(text, length))
		return false;
	if (is_alabel(text, length))
		return a_label(text, length, bidi);
	bool reserved = length > 3 && text[2] == '-' && text[3] == '-';
	return !reserved && (!bidi || !g_ascii_isdigit(*text));
}

static bool
idn_name(const char *text, size_t length)
{
	const char *end = text + length, *from = text;
	bool bidi = format_idn_bidi(text, length);
	size_t octets = 0;
	for (const char *at = text; at < end;) {
		size_t dot = dot_octets(at);
		if (!dot) {
			at = g_utf8_next_char(at);
			continue;
		}
		if (!idn_label(from, (size_t)(at - from), bidi, &octets))
			return false;
		from = at += dot;
	}
	return idn_label(from, (size_t)(end - from), bidi, &octets) && octets <= NAME_MAX_OCTETS + 1;
}

/* U-labels are in normalisation form C (RFC 5890 section 2.3.2.1). */
bool
format_idn_hostname(const char *text, size_t length)
{
	if (strlen(text) != length)
		return false;
	g_autofree char *normal = g_utf8_normalize(text, (gssize)length, G_NORMALIZE_NFC);
	return normal && strcmp(normal, text) == 0 && idn_name(text, length);
}

static bool
is_atext(unsigned char c, bool wide)
{
	return g_ascii_isalnum((char)c) || (c < 0x80 ? c && strchr("!#$%&'*+-/=?^_`{|}~", c) : wide);
}

/* The length of the local part: a dot-string or a quoted string (RFC 5321 section 4.1.2). */
static size_t
local_part(const char *text, size_t length, bool wide)
{
	size_t at = 0;
	if (length && *text == '"') {
		for (at = 1; at < length && text[at] != '"'; at++) {
			if (text[at] == '\\')
				at++;
			unsigned char c = at < length ? (unsigned char)text[at] : 0;
			if (c < 0x20 || c == 0x7F || (c >= 0x80 && !wide))
				return 0;
		}
		return at < length ? at + 1 : 0;
	}
	for (bool dot = true; at < length && text[at] != '@'; at++) {
		if (text[at] == '.' ? dot : !is_atext((unsigned char)text[at], wide))
			return 0;
		dot = text[at] == '.';
	}
	return at && text[at - 1] != '.' ? at : 0;
}

static bool
address_literal(const char *text, size_t length)
{
	if (length > 5 && g_ascii_strncasecmp(text, "IPv6:", 5) == 0)
		return format_ipv6(text + 5, length - 5);
	return format_ipv4(text, length);
}

static bool
mailbox(const char *text, size_t length, bool wide)
{
	size_t local = local_part(text, length, wide);
	if (!local || local > LOCAL_MAX || local == length || text[local] != '@')
		return false;
	const char *domain = text + local + 1;
	size_t rest = length - local - 1;
	if (rest > 2 && *domain == '[' && domain[rest - 1] == ']')
		return address_literal(domain + 1, rest - 2);
	return wide ? strlen(domain) == rest && idn_name(domain, rest) : format_hostname(domain, rest);
}

bool
format_email(const char *text, size_t length)
{
	return mailbox(text, length, false);
}

bool
format_idn_email(const char *text, size_t length)
{
	return mailbox(text, length, true);
}
