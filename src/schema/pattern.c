#include "schema/pattern.h"

#include "schema/pattern_match.h"

struct pattern {
	/* One of these, the first that can. */
	struct classes *classes;
	struct states *states;
	struct perl *perl;
};

struct pattern *
pattern_compile(const char *text, size_t length, bool strict, GError **error)
{
	struct pattern_tree *tree = pattern_parse(text, length, !strict, error);
	if (!tree)
		return NULL;
	struct pattern *pattern = g_new0(struct pattern, 1);
	pattern->classes = classes_build(tree);
	if (!pattern->classes)
		pattern->states = states_build(tree);
	if (!pattern->classes && !pattern->states)
		pattern->perl = perl_build(tree, text, error);
	pattern_tree_destroy(tree);
	if (!pattern->classes && !pattern->states && !pattern->perl)
		g_clear_pointer(&pattern, g_free);
	return pattern;
}

void
pattern_destroy(struct pattern *pattern)
{
	if (!pattern)
		return;
	classes_free(pattern->classes);
	states_free(pattern->states);
	perl_free(pattern->perl);
	g_free(pattern);
}

enum pattern_result
pattern_match_within(const struct pattern *pattern, const char *text, size_t length, int64_t *budget)
{
	*budget -= (int64_t)(length / 16);
	if (pattern->classes)
		return classes_match(pattern->classes, text, length) ? PATTERN_FITS : PATTERN_MISSES;
	if (pattern->states)
		return states_match(pattern->states, text, length) ? PATTERN_FITS : PATTERN_MISSES;
	return perl_match(pattern->perl, text, length, budget);
}

enum pattern_result
pattern_match(const struct pattern *pattern, const char *text, size_t length)
{
	int64_t budget = INT64_MAX;
	return pattern_match_within(pattern, text, length, &budget);
}

bool
pattern_valid(const char *text, size_t length)
{
	struct pattern_tree *tree = pattern_parse(text, length, false, NULL);
	pattern_tree_destroy(tree);
	return tree;
}
