#include "verify/members.h"

#include <string.h>

#include "base/pointer.h"

enum { DEPTH = 64, PLACES = 5000 };

/* A walk over a value beside its schema. */
struct walk {
	struct openapi *openapi;
	GHashTable *places;
	GString *pointer;
	unsigned depth;
};

static void walk_value(struct walk *walk, const struct value *node, const struct value *value);

static void
free_place(void *data)
{
	struct member_place *place = data;
	g_free(place->pointer);
	g_free(place);
}

GHashTable *
members_table(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_place);
}

/* A reference may stand between, or allOf around it. */
static bool
is_deprecated(const struct openapi *openapi, const struct value *node)
{
	for (unsigned steps = 0; node && steps < 4; steps++) {
		if (value_truth(value_member(node, "deprecated")))
			return true;
		const struct value *next = value_member(node, "$ref") ? openapi_resolve(openapi, node) : value_item(value_member(node, "allOf"), 0);
		node = next == node ? NULL : next;
	}
	return false;
}

/* Names that a schema describes by patterns. */
static bool
has_patterns(const struct openapi *openapi, const struct value *node)
{
	const struct value *resolved = node ? openapi_resolve(openapi, node) : NULL;
	bool has = value_count(value_member(resolved, "patternProperties")) > 0;
	VALUE_EACH (part, value_member(resolved, "allOf")) {
		const struct value *inner = openapi_resolve(openapi, part);
		has |= value_count(value_member(inner, "patternProperties")) > 0;
	}
	return has;
}

static void
note_place(struct walk *walk, const struct shape_member *member, bool promised)
{
	if (g_hash_table_contains(walk->places, walk->pointer->str) || g_hash_table_size(walk->places) >= PLACES)
		return;
	struct member_place *place = g_new0(struct member_place, 1);
	place->pointer = g_strdup(walk->pointer->str);
	place->named = promised;
	place->required = member && member->required;
	place->kinds = member ? shape_of(walk->openapi, member->schema)->kinds : SHAPE_ANY;
	place->deprecated = member && is_deprecated(walk->openapi, member->schema);
	g_hash_table_insert(walk->places, place->pointer, place);
}

static void
walk_object(struct walk *walk, const struct value *node, const struct value *object)
{
	const struct shape *shape = shape_of(walk->openapi, node);
	bool closed = value_is(shape->additional, VALUE_BOOL) && !shape->additional->truth;
	bool map = (shape->additional && !closed) || (!shape->count && !closed) || has_patterns(walk->openapi, node);
	size_t length = walk->pointer->len;
	VALUE_EACH_MEMBER (name, item, object) {
		const struct shape_member *member = shape_member(shape, name->text);
		pointer_append(walk->pointer, member || !map ? name->text : "*", member || !map ? name->length : 1);
		note_place(walk, member, member || map);
		walk_value(walk, member ? member->schema : map ? shape->additional : NULL, item);
		g_string_truncate(walk->pointer, length);
	}
}

static void
walk_value(struct walk *walk, const struct value *node, const struct value *value)
{
	if (++walk->depth < DEPTH && value_is(value, VALUE_OBJECT)) {
		walk_object(walk, value_is(node, VALUE_OBJECT) ? node : NULL, value);
	} else if (walk->depth < DEPTH && value_is(value, VALUE_ARRAY)) {
		const struct shape *shape = shape_of(walk->openapi, value_is(node, VALUE_OBJECT) ? node : NULL);
		size_t length = walk->pointer->len;
		pointer_append(walk->pointer, "*", 1);
		VALUE_EACH (item, value)
			walk_value(walk, shape->items, item);
		g_string_truncate(walk->pointer, length);
	}
	walk->depth--;
}

void
members_collect(struct openapi *openapi, const struct value *node, const struct value *value, GHashTable *places)
{
	struct walk walk = { openapi, places, g_string_new(NULL), 0 };
	walk_value(&walk, node, value);
	g_string_free(walk.pointer, TRUE);
}
