/* Matching rules: what a consumer takes by its type is an example, not a demand. */
#include <string.h>

#include "base/pointer.h"
#include "contract/pact.h"

/* The next step of "$.items[*]['a b'].id" behind `*at`, newly allocated; NULL at the end. */
static char *
next_step(const char **at)
{
	const char *from = *at;
	if (*from == '.') {
		size_t length = strcspn(from + 1, ".[");
		*at = from + 1 + length;
		return g_strndup(from + 1, length);
	}
	if (*from != '[')
		return NULL;
	bool quoted = from[1] == '\'' || from[1] == '"';
	const char *end = quoted ? strchr(from + 2, from[1]) : strchr(from, ']');
	if (!end)
		return NULL;
	char *step = quoted ? g_strndup(from + 2, (size_t)(end - from) - 2) : g_strndup(from + 1, (size_t)(end - from) - 1);
	const char *close = strchr(end, ']');
	*at = close ? close + 1 : end + strlen(end);
	return step;
}

/* The next token of a JSON pointer, newly allocated; NULL at the end. */
static char *
next_token(const char **at)
{
	if (**at != '/')
		return NULL;
	size_t length = strcspn(*at + 1, "/");
	char *token = pointer_read(*at + 1, length, NULL);
	*at += 1 + length;
	return token;
}

/* A rule counts for its place and for all below it. */
static bool
covers(const char *path, const char *pointer)
{
	const char *at = *path == '$' ? path + 1 : path;
	for (;;) {
		g_autofree char *step = next_step(&at), *token = step ? next_token(&pointer) : NULL;
		if (!step)
			return !*at;
		if (!token || (strcmp(step, "*") != 0 && strcmp(step, token) != 0))
			return false;
	}
}

static bool
is_by_type(const struct value *rule)
{
	static const char *const kinds[] = { "type", "integer", "decimal", "number", "boolean", NULL };
	const struct value *matcher = value_item(value_member(rule, "matchers"), 0);
	const char *match = value_member_text(matcher, "match");
	bool length = value_member(matcher, "min") || value_member(matcher, "max");
	return match ? g_strv_contains(kinds, match) : length;
}

/* The rule with the longest path counts, as in Pact. */
bool
pact_takes_by_type(const struct doc *pact, const char *pointer)
{
	const struct value *rules = value_member(value_member(value_member(doc_root(pact), "response"), "matchingRules"), "body");
	const struct value *best = NULL;
	size_t length = 0;
	VALUE_EACH_MEMBER (path, rule, rules) {
		if (path->length < length || !covers(path->text, pointer))
			continue;
		best = rule;
		length = path->length;
	}
	return best && is_by_type(best);
}
