/* Keywords about arrays. */
#include "schema/compile.h"

bool
compile_unique(struct compile *compile)
{
	if (value_truth(compile_value(compile, KEYWORD_UNIQUE_ITEMS)))
		compile_emit(compile, RULE_UNIQUE, KEYWORD_UNIQUE_ITEMS);
	return true;
}

/* The keyword that speaks about the items behind the first ones, KEYWORDS if there is none.
 * Nothing else speaks of items where unevaluatedItems stands alone: it is the same then. */
static enum keyword_id
rest_keyword(const struct compile *compile)
{
	bool marks = compile->dialect->bit & (D20 | O31) && compile->keys[KEYWORD_CONTAINS];
	bool list = value_is(compile_value(compile, KEYWORD_ITEMS), VALUE_ARRAY);
	enum keyword_id id = list ? KEYWORD_ADDITIONAL_ITEMS : KEYWORD_ITEMS;
	if (!compile->keys[id] && !marks && !compile_shares_instance(compile))
		id = KEYWORD_UNEVALUATED_ITEMS;
	return compile->keys[id] ? id : KEYWORDS;
}

bool
compile_items(struct compile *compile)
{
	enum keyword_id first = compile->dialect->bit & (D20 | O31) ? KEYWORD_PREFIX_ITEMS : KEYWORD_ITEMS;
	enum keyword_id rest = rest_keyword(compile);
	const struct value *list = compile_value(compile, first);
	struct items *items = arena_zero(&compile->set->arena, sizeof *items);
	if (value_is(list, VALUE_ARRAY)) {
		items->count = list->length;
		items->first = compile_children(compile, list);
		if (!items->first)
			return false;
	}
	if (rest != KEYWORDS) {
		items->rest_keyword = compile->keys[rest];
		items->rest = compile_child(compile, compile_value(compile, rest));
		if (!items->rest)
			return false;
	}
	if (items->count || items->rest)
		compile_emit(compile, RULE_ITEMS, items->count ? first : rest)->items = items;
	return true;
}

bool
compile_rest_items(struct compile *compile)
{
	if (rest_keyword(compile) != KEYWORDS)
		return true;
	const struct node *node = compile_child(compile, compile_value(compile, KEYWORD_UNEVALUATED_ITEMS));
	if (!node)
		return false;
	compile_emit(compile, RULE_REST_ITEMS, KEYWORD_UNEVALUATED_ITEMS)->node = node;
	compile->node->flags |= NODE_TRACKS;
	return true;
}

bool
compile_contains(struct compile *compile)
{
	struct contains *contains = arena_zero(&compile->set->arena, sizeof *contains);
	const struct value *least = compile_value(compile, KEYWORD_MIN_CONTAINS);
	const struct value *most = compile_value(compile, KEYWORD_MAX_CONTAINS);
	contains->least = least ? compile_count(least) : 1;
	contains->most = most ? compile_count(most) : UINT64_MAX;
	contains->least_keyword = compile->keys[KEYWORD_MIN_CONTAINS];
	contains->most_keyword = compile->keys[KEYWORD_MAX_CONTAINS];
	contains->marks = compile->dialect->bit & (D20 | O31);
	contains->node = compile_child(compile, compile_value(compile, KEYWORD_CONTAINS));
	if (contains->node)
		compile_emit(compile, RULE_CONTAINS, KEYWORD_CONTAINS)->contains = contains;
	return contains->node;
}
