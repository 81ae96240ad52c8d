/* A regular expression in the first line, a text in the rest: compiles, matches by every matcher, and
 * compares them. */
#include <stdint.h>
#include <string.h>

#include "schema/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The result of the expression wrapped by `before` and `after`; -1 if that cannot be compiled. */
static int
result_of(const char *before, const char *source, size_t length, const char *after, const char *text, size_t size)
{
	g_autoptr(GString) wrapped = g_string_new(before);
	g_string_append_len(wrapped, source, (gssize)length);
	g_string_append(wrapped, after);
	struct pattern *pattern = pattern_compile(wrapped->str, wrapped->len, false, NULL);
	int result = pattern ? (int)pattern_match(pattern, text, size) : -1;
	pattern_destroy(pattern);
	return result;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *all = (const char *)data, *line = size ? memchr(data, '\n', size) : NULL;
	size_t length = line ? (size_t)(line - all) : size;
	if (size > 4096 || !g_utf8_validate_len(all, size, NULL))
		return 0;
	g_autofree char *text = line ? g_strndup(line + 1, size - length - 1) : g_strdup("");
	size_t rest = strlen(text);
	int own = result_of("", all, length, "", text, rest);
	int states = result_of("(?:", all, length, "|[])", text, rest), perl = result_of("(?=)(?:", all, length, ")", text, rest);
	if (own >= 0 && states >= 0 && own != PATTERN_GAVE_UP && states != PATTERN_GAVE_UP)
		g_assert_cmpint(own, ==, states);
	if (own >= 0 && perl >= 0 && own != PATTERN_GAVE_UP && perl != PATTERN_GAVE_UP)
		g_assert_cmpint(own, ==, perl);
	return 0;
}
