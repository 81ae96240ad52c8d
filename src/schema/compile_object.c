/* Keywords about objects. */
#include <string.h>

#include "schema/compile.h"
#include "schema/pattern.h"

enum {
	REQUIRED_MAX = 64,   /* names that one word of bits can tell apart */
	MATCHES = 100000,    /* what matching names with patterns may cost */
};

/* Names that are required without being properties go behind the properties. */
static uint32_t
add_required(struct compile *compile, struct name *names, struct member *items, uint32_t count)
{
	const struct value *required = compile_value(compile, KEYWORD_REQUIRED);
	VALUE_EACH (text, required) {
		struct name name = compile_name(text);
		uint32_t at = 0;
		while (at < count && !name_is(&names[at], name.print, name.text, name.length))
			at++;
		if (at == count)
			names[count++] = name;
		items[at].required = true;
	}
	return count;
}

/* All names fit into one word, so that the walk over the members sees to what is required. */
static bool
walk_requires(const struct compile *compile)
{
	size_t names = value_count(compile_value(compile, KEYWORD_PROPERTIES));
	names += value_count(compile_value(compile, KEYWORD_REQUIRED));
	return names <= REQUIRED_MAX && compile->keys[KEYWORD_PROPERTIES];
}

static bool
add_properties(struct compile *compile, struct members *members)
{
	const struct value *properties = compile_value(compile, KEYWORD_PROPERTIES);
	size_t room = value_count(properties) + value_count(compile_value(compile, KEYWORD_REQUIRED)) + 1;
	struct name *names = arena_zero(&compile->set->arena, room * sizeof *names);
	struct member *items = arena_zero(&compile->set->arena, room * sizeof *items);
	uint32_t count = 0;
	VALUE_EACH_MEMBER (key, schema, properties) {
		names[count] = compile_name(key);
		items[count].node = compile_child(compile, schema);
		if (!items[count++].node)
			return false;
	}
	members->declared = count;
	if (walk_requires(compile)) {
		count = add_required(compile, names, items, count);
		for (uint32_t i = 0; i < count; i++)
			members->required |= (uint64_t)items[i].required << i;
		members->required_keyword = compile->keys[KEYWORD_REQUIRED];
	}
	members->names = compile_names(compile, names, count);
	members->items = items;
	return true;
}

static bool
add_patterns(struct compile *compile, struct members *members)
{
	const struct value *list = compile_value(compile, KEYWORD_PATTERN_PROPERTIES);
	struct pattern_member *items = arena_zero(&compile->set->arena, (value_count(list) + 1) * sizeof *items);
	members->pattern = items;
	VALUE_EACH_MEMBER (key, schema, list) {
		struct pattern_member *item = &items[members->patterns++];
		item->pattern = compile_pattern(compile, key);
		item->node = item->pattern ? compile_child(compile, schema) : NULL;
		if (!item->node)
			return false;
	}
	return true;
}

/* Which of the names a pattern fits is known now: few or none, mostly. What would take too long is left to the checks. */
static void
mark_patterned(const struct members *members, struct member *items)
{
	int64_t budget = MATCHES;
	for (uint32_t at = 0; at < members->declared; at++) {
		const struct name *name = &members->names.items[at];
		for (uint32_t i = 0; i < members->patterns && !items[at].patterned; i++)
			items[at].patterned = --budget < 0 ||
				pattern_match_within(members->pattern[i].pattern, name->text, name->length, &budget) != PATTERN_MISSES;
	}
}

/* The keyword that speaks about members that no other names, KEYWORDS if there is none. */
static enum keyword_id
rest_keyword(const struct compile *compile)
{
	enum keyword_id id = KEYWORD_ADDITIONAL_PROPERTIES;
	if (!compile->keys[id] && !compile_shares_instance(compile))
		id = KEYWORD_UNEVALUATED_PROPERTIES;
	return compile->keys[id] ? id : KEYWORDS;
}

bool
compile_members(struct compile *compile)
{
	struct members *members = arena_zero(&compile->set->arena, sizeof *members);
	enum keyword_id rest = rest_keyword(compile), id = KEYWORD_PROPERTIES;
	if (!add_properties(compile, members) || !add_patterns(compile, members))
		return false;
	mark_patterned(members, (struct member *)(uintptr_t)members->items);
	if (rest != KEYWORDS) {
		members->rest_keyword = compile->keys[rest];
		members->rest = compile_child(compile, compile_value(compile, rest));
		if (!members->rest)
			return false;
	}
	if (!compile->keys[id])
		id = compile->keys[KEYWORD_PATTERN_PROPERTIES] ? KEYWORD_PATTERN_PROPERTIES : rest;
	if (id != KEYWORDS)
		compile_emit(compile, RULE_MEMBERS, id)->members = members;
	return true;
}

bool
compile_rest_members(struct compile *compile)
{
	if (rest_keyword(compile) != KEYWORDS)
		return true;
	const struct node *node = compile_child(compile, compile_value(compile, KEYWORD_UNEVALUATED_PROPERTIES));
	if (!node)
		return false;
	compile_emit(compile, RULE_REST_MEMBERS, KEYWORD_UNEVALUATED_PROPERTIES)->node = node;
	compile->node->flags |= NODE_TRACKS;
	return true;
}

static const struct name *
list_names(struct compile *compile, const struct value *list)
{
	struct name *names = arena_zero(&compile->set->arena, (list->length + 1) * sizeof *names);
	uint32_t count = 0;
	VALUE_EACH (text, list)
		names[count++] = compile_name(text);
	return names;
}

bool
compile_required(struct compile *compile)
{
	const struct value *list = compile_value(compile, KEYWORD_REQUIRED);
	if (walk_requires(compile) || !list->length)
		return true;
	struct rule *rule = compile_emit(compile, RULE_REQUIRED, KEYWORD_REQUIRED);
	rule->names = list_names(compile, list);
	rule->count = list->length;
	return true;
}

bool
compile_member_names(struct compile *compile)
{
	const struct node *node = compile_child(compile, compile_value(compile, KEYWORD_PROPERTY_NAMES));
	if (node)
		compile_emit(compile, RULE_MEMBER_NAMES, KEYWORD_PROPERTY_NAMES)->node = node;
	return node;
}

static bool
add_dependents(struct compile *compile, enum keyword_id id)
{
	const struct value *map = compile_value(compile, id);
	struct dependents *dependents = arena_zero(&compile->set->arena, sizeof *dependents);
	struct dependent *items = arena_zero(&compile->set->arena, (map->length + 1) * sizeof *items);
	dependents->items = items;
	VALUE_EACH_MEMBER (key, value, map) {
		struct dependent *item = &items[dependents->count++];
		item->name = compile_name(key);
		if (value->kind == VALUE_ARRAY) {
			item->required = list_names(compile, value);
			item->count = value->length;
		} else if (!(item->node = compile_child(compile, value))) {
			return false;
		}
	}
	compile_emit(compile, RULE_DEPENDENT, id)->dependents = dependents;
	return true;
}

bool
compile_dependent_required(struct compile *compile)
{
	return add_dependents(compile, KEYWORD_DEPENDENT_REQUIRED);
}

bool
compile_dependent_schemas(struct compile *compile)
{
	return add_dependents(compile, KEYWORD_DEPENDENT_SCHEMAS);
}

bool
compile_dependencies(struct compile *compile)
{
	return add_dependents(compile, KEYWORD_DEPENDENCIES);
}
