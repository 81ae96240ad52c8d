/* The table of formats, and the short ones. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "schema/format.h"
#include "schema/keyword.h"
#include "schema/number.h"
#include "schema/pattern.h"

enum { IN_OPENAPI = O30 | O31 };

static bool
fits_uuid(const char *text, size_t length)
{
	static const uint8_t ends[] = { 8, 13, 18, 23, 36 };
	if (length != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
		return false;
	bool ok = true;
	for (unsigned part = 0, i = 0; part < G_N_ELEMENTS(ends); part++, i++)
		for (; i < ends[part]; i++)
			ok &= g_ascii_isxdigit(text[i]);
	return ok;
}

/* RFC 6901 section 3. */
static bool
fits_pointer(const char *text, size_t length)
{
	if (length && *text != '/')
		return false;
	for (size_t i = 0; i < length; i++)
		if (text[i] == '~' && (i + 1 == length || (text[i + 1] != '0' && text[i + 1] != '1')))
			return false;
	return true;
}

static bool
fits_relative_pointer(const char *text, size_t length)
{
	size_t digits = 0;
	while (digits < length && g_ascii_isdigit(text[digits]))
		digits++;
	if (!digits || (*text == '0' && digits > 1))
		return false;
	return (length == digits + 1 && text[digits] == '#') || fits_pointer(text + digits, length - digits);
}

static bool
is_base64(char c)
{
	return g_ascii_isalnum(c) || c == '+' || c == '/';
}

bool
format_base64(const char *text, size_t length)
{
	if (length % 4)
		return false;
	size_t end = length;
	while (end && length - end < 2 && text[end - 1] == '=')
		end--;
	for (size_t i = 0; i < end; i++)
		if (!is_base64(text[i]))
			return false;
	return true;
}

static bool
fits_anything(const char *text G_GNUC_UNUSED, size_t length G_GNUC_UNUSED)
{
	return true;
}

static bool
in_range(const struct value *value, int64_t least, int64_t most)
{
	struct number number;
	int64_t whole;
	if (number_small(value, &whole))
		return whole >= least && whole <= most;
	number_read(value, &number);
	if (!number_integer(&number) || number.digits + (uint64_t)number.exponent > 19 || !number.exact)
		return !number.digits;
	uint64_t mantissa = number.mantissa;
	for (int64_t i = 0; i < number.exponent; i++)
		mantissa *= 10;
	return mantissa <= (number.negative ? (uint64_t)-(least + 1) + 1 : (uint64_t)most);
}

static bool
fits_int32(const struct value *value)
{
	return in_range(value, INT32_MIN, INT32_MAX);
}

static bool
fits_int64(const struct value *value)
{
	return in_range(value, INT64_MIN, INT64_MAX);
}

static bool
fits_float(const struct value *value)
{
	return fabs(value_double(value)) <= (double)FLT_MAX;
}

static bool
fits_double(const struct value *value)
{
	return isfinite(value_double(value));
}

static const struct format formats[] = {
	{ "date-time", "a date and time such as 2026-11-20T08:01:02Z", format_date_time, NULL, IN_ALL },
	{ "date", "a date such as 2026-11-20", format_date, NULL, IN_ALL },
	{ "time", "a time such as 08:01:02Z", format_time, NULL, IN_ALL },
	{ "duration", "a duration such as P3DT12H", format_duration, NULL, IN_ALL },
	{ "email", "an e-mail address", format_email, NULL, IN_ALL },
	{ "idn-email", "an e-mail address", format_idn_email, NULL, IN_ALL },
	{ "hostname", "a host name", format_hostname, NULL, IN_ALL },
	{ "idn-hostname", "a host name", format_idn_hostname, NULL, IN_ALL },
	{ "ipv4", "an IPv4 address such as 192.0.2.1", format_ipv4, NULL, IN_ALL },
	{ "ipv6", "an IPv6 address such as 2001:db8::1", format_ipv6, NULL, IN_ALL },
	{ "uri", "an absolute URI", format_uri, NULL, IN_ALL },
	{ "uri-reference", "a URI or a relative reference", format_uri_reference, NULL, IN_ALL },
	{ "iri", "an absolute IRI", format_iri, NULL, IN_ALL },
	{ "iri-reference", "an IRI or a relative reference", format_iri_reference, NULL, IN_ALL },
	{ "uri-template", "a URI template", format_uri_template, NULL, IN_ALL },
	{ "json-pointer", "a JSON pointer", fits_pointer, NULL, IN_ALL },
	{ "relative-json-pointer", "a relative JSON pointer", fits_relative_pointer, NULL, IN_ALL },
	{ "regex", "a regular expression", pattern_valid, NULL, IN_ALL },
	{ "uuid", "a UUID", fits_uuid, NULL, IN_ALL },
	{ "int32", "a 32-bit integer", NULL, fits_int32, IN_OPENAPI },
	{ "int64", "a 64-bit integer", NULL, fits_int64, IN_OPENAPI },
	{ "float", "a number that a float can hold", NULL, fits_float, IN_OPENAPI },
	{ "double", "a number that a double can hold", NULL, fits_double, IN_OPENAPI },
	{ "byte", "base64", format_base64, NULL, IN_OPENAPI },
	{ "binary", "bytes", fits_anything, NULL, IN_OPENAPI },
	{ "password", "a string", fits_anything, NULL, IN_OPENAPI },
};

const struct format *
format_find(const char *name, unsigned dialect)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(formats); i++)
		if (formats[i].dialects & dialect && strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}
