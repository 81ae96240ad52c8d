/* What the names of "format" demand. */
#ifndef SCHEMA_FORMAT_H
#define SCHEMA_FORMAT_H

#include "base/doc.h"

struct format {
	const char *name;
	const char *wants;         /* for messages: "a date such as 2026-11-20" */
	bool (*fits)(const char *text, size_t length);   /* for strings; NULL where `number` is set */
	bool (*number)(const struct value *value);
	unsigned dialects;
};

/* NULL for a format that is unknown in that dialect (a bit): it then demands nothing. */
const struct format *format_find(const char *name, unsigned dialect);

/* RFC 3339: sections 5.6 and, for the duration, appendix A. */
bool format_date(const char *text, size_t length);
bool format_time(const char *text, size_t length);
bool format_date_time(const char *text, size_t length);
bool format_duration(const char *text, size_t length);
/* RFC 2673 and RFC 4291. */
bool format_ipv4(const char *text, size_t length);
bool format_ipv6(const char *text, size_t length);
/* RFC 1123 with A-labels as RFC 5891 wants them; RFC 5890 to 5893. */
bool format_hostname(const char *text, size_t length);
bool format_idn_hostname(const char *text, size_t length);
/* RFC 5321 and RFC 6531: a mailbox. */
bool format_email(const char *text, size_t length);
bool format_idn_email(const char *text, size_t length);
/* RFC 3986, RFC 3987, RFC 6570. */
bool format_uri(const char *text, size_t length);
bool format_uri_reference(const char *text, size_t length);
bool format_iri(const char *text, size_t length);
bool format_iri_reference(const char *text, size_t length);
bool format_uri_template(const char *text, size_t length);
/* RFC 4648 section 4, with its padding. */
bool format_base64(const char *text, size_t length);

/* A label of a host name that holds more than ASCII, lower case. `bidi`: the whole name has
 * right-to-left parts. */
bool format_idn_label(const char *text, size_t length, bool bidi);
/* The Unicode form of a label "xn--…" into `ret`; false if it has none. */
bool format_idn_decode(const char *text, size_t length, GString *ret);
/* Characters from right to left stand in the text. */
bool format_idn_bidi(const char *text, size_t length);
/* Octets of the A-label that a Unicode label becomes. */
size_t format_idn_octets(const char *text, size_t length);

#endif
