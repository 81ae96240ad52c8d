/* Parameter values as they stand in a message (OpenAPI 3.1.1 section 4.8.12.3 and RFC 6570), and the
 * JSON values that they mean; both ways. */
#ifndef CONTRACT_STYLE_H
#define CONTRACT_STYLE_H

#include "base/writer.h"
#include "contract/openapi.h"

/* Names without escapes, values still escaped, in the order of the message. */
struct style_pair {
	char *name, *value;
};
struct style_pairs {
	struct style_pair *items;
	size_t count;
};
/* Of "a=1&b=2" (not more than 1000 pairs) and of a Cookie header. */
void style_split_query(const char *query, struct style_pairs *ret);
void style_split_cookies(const char *cookies, struct style_pairs *ret);
void style_pairs_clear(struct style_pairs *pairs);

/* Where a value comes from: one of these, as the parameter's location says. */
struct style_source {
	const struct style_pairs *pairs;   /* query, cookie, form body */
	const char *text;                  /* path (escaped), header (as it is) */
};

/* Text may mean several values; a reader that finds the first not fit tries the next. */
enum style_reading {
	STYLE_TYPED,       /* 5 is a number where a number is permitted */
	STYLE_LOOSE,       /* and delimiters count where they are escaped, too */
	STYLE_TEXT,        /* everything is a string where a string is permitted */
	STYLE_READINGS
};
enum style_result { STYLE_ABSENT, STYLE_READ, STYLE_MALFORMED };

/* Writes the value of a parameter as JSON; nothing where it is absent or malformed (an escape that is
 * none, content that is no JSON). `others` are the parameters beside it: of an object that is spread
 * over the query, the members are what none of them claims. */
enum style_result style_decode(struct openapi *openapi, const struct openapi_parameter *parameter, const struct style_source *source,
                               enum style_reading reading, const struct openapi_operation *others, struct writer *writer);

/* Writes plain text as the scalar that a schema makes of it. */
void style_scalar(struct openapi *openapi, const char *text, const struct value *schema, struct writer *writer);

/* The value as it stands in a message: for a path its segment, for a query "a=1&a=2", for a header
 * the value, for a cookie "a=1; a=2". Newly allocated. */
char *style_encode(const struct openapi_parameter *parameter, const struct value *value);

#endif
