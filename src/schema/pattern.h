/* Regular expressions of ECMA-262 in Unicode mode, as JSON Schema has them.
 *
 * What classes, groups, alternatives and repetitions can say is matched in one pass by us, such as
 * ^[a-z0-9-]{3,20}$ or ^(0|[1-9]\d*)(\.\d+)?$; the rest is translated for PCRE2 and matched within
 * limits. A compiled pattern is immutable. */
#ifndef SCHEMA_PATTERN_H
#define SCHEMA_PATTERN_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct pattern;

enum pattern_result { PATTERN_MISSES, PATTERN_FITS, PATTERN_GAVE_UP };

/* NULL with ERR_INVALID saying what is wrong where. Unless `strict`, escapes that Unicode mode
 * forbids but that cannot be misunderstood (\- \_ \@ …) and lone braces are read as they are meant. */
struct pattern *pattern_compile(const char *text, size_t length, bool strict, GError **error);
void pattern_destroy(struct pattern *pattern);

/* Looks for the pattern anywhere in the text, which is UTF-8. PATTERN_GAVE_UP: it would have taken
 * too long. */
enum pattern_result pattern_match(const struct pattern *pattern, const char *text, size_t length);
/* The same where many matches share a budget: what this one costs is taken from it, and a match that
 * would cost more than is left is given up. */
enum pattern_result pattern_match_within(const struct pattern *pattern, const char *text, size_t length, int64_t *budget);

/* True if the text is a regular expression at all, whether or not it can be compiled here. */
bool pattern_valid(const char *text, size_t length);

#endif
