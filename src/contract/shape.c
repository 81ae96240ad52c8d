#include "contract/shape.h"

#include <string.h>

#include "contract/openapi_model.h"

enum { DEPTH = 24, VISITS = 2000 };

/* A shape in the making. */
struct sketch {
	struct openapi *openapi;
	struct shape *shape;
	GArray *members;              /* struct shape_member */
	unsigned visits, alternatives;   /* schemas seen; depth inside oneOf and anyOf */
};

static void look(struct sketch *sketch, const struct value *node, unsigned depth);

static const struct {
	const char *type;
	unsigned kinds;
} types[] = {
	{ "null", SHAPE_KIND(VALUE_NULL) },     { "boolean", SHAPE_KIND(VALUE_BOOL) },  { "number", SHAPE_KIND(VALUE_NUMBER) },
	{ "integer", SHAPE_KIND(VALUE_NUMBER) }, { "string", SHAPE_KIND(VALUE_STRING) }, { "array", SHAPE_KIND(VALUE_ARRAY) },
	{ "object", SHAPE_KIND(VALUE_OBJECT) }, { "file", SHAPE_KIND(VALUE_STRING) },
};

static unsigned
type_kinds(const char *type)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(types); i++)
		if (g_strcmp0(type, types[i].type) == 0)
			return types[i].kinds;
	return 0;
}

static void
look_type(struct shape *shape, const struct value *node)
{
	const struct value *type = value_member(node, "type");
	unsigned kinds = type_kinds(value_text(type));
	bool number = g_strcmp0(value_text(type), "number") == 0, integer = g_strcmp0(value_text(type), "integer") == 0;
	VALUE_EACH (item, type) {
		kinds |= type_kinds(value_text(item));
		number |= g_strcmp0(value_text(item), "number") == 0;
		integer |= g_strcmp0(value_text(item), "integer") == 0;
	}
	if (!kinds)
		return;
	if (value_truth(value_member(node, "nullable")))
		kinds |= SHAPE_KIND(VALUE_NULL);
	shape->kinds &= kinds;
	shape->integer |= integer && !number;
}

static void
look_values(struct shape *shape, const struct value *node)
{
	const struct value *constant = value_member(node, "const");
	unsigned kinds = constant ? SHAPE_KIND(constant->kind) : 0;
	VALUE_EACH (item, value_member(node, "enum"))
		kinds |= SHAPE_KIND(item->kind);
	if (kinds)
		shape->kinds &= kinds;
}

static void
note_sides(struct sketch *sketch, struct shape_member *member)
{
	/* A reference may stand between, and allOf around it to carry the flag. */
	const struct value *node = member->schema;
	for (unsigned steps = 0; node && steps < 4; steps++) {
		member->read_only |= value_truth(value_member(node, "readOnly"));
		member->write_only |= value_truth(value_member(node, "writeOnly"));
		const struct value *next = value_member(node, "$ref") ? openapi_resolve(sketch->openapi, node) : value_item(value_member(node, "allOf"), 0);
		node = next == node ? NULL : next;
	}
}

static struct shape_member *
find_member(GArray *members, const char *name)
{
	for (unsigned i = 0; i < members->len; i++)
		if (strcmp(g_array_index(members, struct shape_member, i).name, name) == 0)
			return &g_array_index(members, struct shape_member, i);
	return NULL;
}

static void
look_members(struct sketch *sketch, const struct value *node)
{
	VALUE_EACH_MEMBER (key, item, value_member(node, "properties")) {
		struct shape_member *known = find_member(sketch->members, key->text);
		struct shape_member member = { .name = key->text, .schema = item };
		note_sides(sketch, &member);
		if (!known)
			g_array_append_val(sketch->members, member);
		else if (value_count(item) > value_count(known->schema))
			known->schema = item;
	}
	const struct value *additional = value_member(node, "additionalProperties");
	if (!additional)
		additional = value_member(node, "unevaluatedProperties");
	if (value_is(additional, VALUE_BOOL))
		sketch->shape->closed |= !additional->truth;
	if (additional && !sketch->shape->additional)
		sketch->shape->additional = additional;
	const struct value *items = value_member(node, "items");
	if (!items)
		items = value_item(value_member(node, "prefixItems"), 0);
	if (items && !sketch->shape->items)
		sketch->shape->items = items;
}

/* What any branch permits is permitted; members of all are known. */
static void
look_branches(struct sketch *sketch, const struct value *branches, unsigned depth)
{
	unsigned before = sketch->shape->kinds, kinds = 0;
	bool integer = sketch->shape->integer, closed = sketch->shape->closed, whole = true;
	if (!value_count(branches))
		return;
	sketch->alternatives += value_count(branches) > 1;
	VALUE_EACH (branch, branches) {
		sketch->shape->kinds = before;
		sketch->shape->integer = integer;
		look(sketch, branch, depth);
		kinds |= sketch->shape->kinds;
		whole &= sketch->shape->integer || !(sketch->shape->kinds & SHAPE_KIND(VALUE_NUMBER));
	}
	sketch->alternatives -= value_count(branches) > 1;
	sketch->shape->kinds = kinds;
	sketch->shape->integer = integer || (whole && kinds & SHAPE_KIND(VALUE_NUMBER));
	sketch->shape->closed = closed;
}

static void
look_required(struct sketch *sketch, const struct value *node)
{
	VALUE_EACH (name, value_member(node, "required")) {
		const char *text = value_text(name);
		struct shape_member *member = text ? find_member(sketch->members, text) : NULL;
		struct shape_member unnamed = { .name = text, .required = true };
		if (member)
			member->required = true;
		else if (text)
			g_array_append_val(sketch->members, unnamed);
	}
}

static void
look(struct sketch *sketch, const struct value *node, unsigned depth)
{
	if (!value_is(node, VALUE_OBJECT) || depth == DEPTH || ++sketch->visits > VISITS)
		return;
	if (value_member(node, "$ref")) {
		const struct value *next = value_text(value_member(node, "$ref")) ? openapi_resolve(sketch->openapi, node) : NULL;
		look(sketch, next, depth + 1);
	}
	look_type(sketch->shape, node);
	look_values(sketch->shape, node);
	look_members(sketch, node);
	VALUE_EACH (part, value_member(node, "allOf"))
		look(sketch, part, depth + 1);
	look_branches(sketch, value_member(node, "oneOf"), depth + 1);
	look_branches(sketch, value_member(node, "anyOf"), depth + 1);
	if (!sketch->alternatives)   /* of those, none is sure to require anything */
		look_required(sketch, node);
}

const struct shape *
shape_of(struct openapi *openapi, const struct value *node)
{
	static const struct shape anything = { .kinds = SHAPE_ANY };
	if (!node)
		return &anything;
	struct shape *shape = g_hash_table_lookup(openapi->shapes, node);
	if (shape)
		return shape;
	shape = g_new0(struct shape, 1);
	shape->kinds = SHAPE_ANY;
	struct sketch sketch = { openapi, shape, g_array_new(FALSE, FALSE, sizeof(struct shape_member)), 0, 0 };
	look(&sketch, node, 0);
	shape->count = sketch.members->len;
	shape->members = (const struct shape_member *)(void *)g_array_free(sketch.members, FALSE);
	g_hash_table_insert(openapi->shapes, (void *)(uintptr_t)node, shape);
	return shape;
}

const struct shape_member *
shape_member(const struct shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->count; i++)
		if (strcmp(shape->members[i].name, name) == 0)
			return &shape->members[i];
	return NULL;
}

void
shape_free(void *data)
{
	struct shape *shape = data;
	g_free((void *)(uintptr_t)shape->members);
	g_free(shape);
}
