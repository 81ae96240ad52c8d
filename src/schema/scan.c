/* Looks through documents for what references can lead to: identifiers, anchors, schemas. Only
 * places where schemas stand are looked at: an "$id" inside an enum is data. */
#include <string.h>

#include "base/error.h"
#include "schema/set.h"
#include "schema/uri.h"

static void scan_schema(struct schema_set *set, struct place *place, const struct value *value, bool entry);

static void
scan_list(struct schema_set *set, struct place *place, const struct value *list)
{
	VALUE_EACH (item, list)
		scan_schema(set, place, item, false);
}

static void
scan_map(struct schema_set *set, struct place *place, const struct value *map)
{
	VALUE_EACH_MEMBER (key, item, map)
		scan_schema(set, place, item, false);
}

static void
scan_members(struct schema_set *set, struct place *place, const struct value *schema)
{
	VALUE_EACH_MEMBER (key, value, schema) {
		const struct keyword *keyword = keyword_find(key->text, key->length);
		if (!keyword || !dialect_knows(place->resource.dialect, keyword) || keyword->shape < SHAPE_SCHEMA)
			continue;
		if (keyword->shape == SHAPE_SCHEMA_MAP || keyword->shape == SHAPE_DEPENDENCIES)
			scan_map(set, place, value);
		else if (value->kind == VALUE_ARRAY)
			scan_list(set, place, value);
		else
			scan_schema(set, place, value, false);
	}
}

static void
add_anchor(struct schema_set *set, struct place *place, const char *name, struct node *node, bool dynamic)
{
	if (!place->anchors)
		place->anchors = g_hash_table_new(g_str_hash, g_str_equal);
	name = g_string_chunk_insert_const(set->strings, name);
	g_hash_table_insert(place->anchors, (void *)(uintptr_t)name, (void *)(uintptr_t)node->value);
	if (!dynamic)
		return;
	struct found_anchor *found = arena_zero(&set->arena, sizeof *found);
	*found = (struct found_anchor){ .anchor = { .name = name, .node = node }, .next = place->found };
	place->found = found;
}

/* What $schema says, where it may stand; an unknown one is an error for who compiles this. */
static void
set_place_dialect(struct schema_set *set, struct place *place, const char *uri)
{
	const struct dialect *dialect = set_dialect(set, uri, place->error ? NULL : &place->error);
	if (dialect)
		place->resource.dialect = dialect;
}

/* The dialect that decides how this schema's identifier is spelt. */
static unsigned
dialect_bit(struct schema_set *set, const struct place *place, const char *schema)
{
	const struct dialect *dialect = schema ? set_dialect(set, schema, NULL) : NULL;
	return (dialect ? dialect : place->resource.dialect)->bit;
}

/* The identifier of a schema, NULL if it has none. Up to draft 7 a $ref hides it. */
static const char *
identifier(unsigned bit, const struct value *value)
{
	if (bit & O30 || (!(bit & IN_MODERN) && value_member_text(value, "$ref")))
		return NULL;
	return value_member_text(value, bit & D4 ? "id" : "$id");
}

/* The place that a schema is in: a new one if it has an identifier. */
static struct place *
enter(struct schema_set *set, struct place *place, const struct value *value, const char *schema, const char *id, bool entry)
{
	bool root = value == place->extent;
	g_autofree char *uri = id && *id != '#' ? uri_resolve(place->resource.uri, id) : NULL;
	if (!root && (uri || (entry && schema))) {
		const struct resource *outer = &place->resource;
		place = set_add_place(set, place->document, value, uri ? uri : outer->uri);
		place->resource.dialect = outer->dialect;
		if (!uri)
			place->resource.root = outer->root;
		root = true;
	} else if (uri) {
		place->resource.uri = g_string_chunk_insert_const(set->strings, uri);
	}
	if (uri)
		set_add_uri(set, uri, place);
	if (root && schema)
		set_place_dialect(set, place, schema);
	return place;
}

static void
add_anchors(struct schema_set *set, struct place *place, const char *id, struct node *node)
{
	unsigned bit = place->resource.dialect->bit;
	const char *fragment = id && !(bit & IN_MODERN) ? strchr(id, '#') : NULL;
	if (fragment && fragment[1])
		add_anchor(set, place, fragment + 1, node, false);
	const char *name = bit & IN_MODERN ? value_member_text(node->value, "$anchor") : NULL;
	if (name)
		add_anchor(set, place, name, node, false);
	name = bit & (D20 | O31) ? value_member_text(node->value, "$dynamicAnchor") : NULL;
	if (name)
		add_anchor(set, place, name, node, true);
	if (bit & D19 && value_truth(value_member(node->value, "$recursiveAnchor")))
		add_anchor(set, place, "", node, true);
}

static void
scan_schema(struct schema_set *set, struct place *place, const struct value *value, bool entry)
{
	if (g_hash_table_contains(set->nodes, value))
		return;
	const char *schema = value_member_text(value, "$schema");
	const char *id = identifier(dialect_bit(set, place, schema), value);
	if (value->kind == VALUE_OBJECT)
		place = enter(set, place, value, schema, id, entry);
	struct node *node = arena_zero(&set->arena, sizeof *node);
	node->value = value;
	node->resource = &place->resource;
	g_hash_table_insert(set->nodes, (void *)(uintptr_t)value, node);
	if (value->kind == VALUE_OBJECT) {
		add_anchors(set, place, id, node);
		scan_members(set, place, value);
	}
}

/* An OpenAPI description: schemas stand under "schema", and by name under "schemas". */
static void
scan_description(struct schema_set *set, struct place *place, const struct value *value)
{
	static const char *const data[] = { "example", "examples", "default", "enum", NULL };
	VALUE_EACH (item, value)
		scan_description(set, place, item);
	VALUE_EACH_MEMBER (key, member, value) {
		if (strcmp(key->text, "schema") == 0)
			scan_schema(set, place, member, false);
		else if (strcmp(key->text, "schemas") == 0)
			scan_map(set, place, member);
		else if (!g_strv_contains(data, key->text) && !g_str_has_prefix(key->text, "x-"))
			scan_description(set, place, member);
	}
}

static void
scan_document(struct schema_set *set, struct document *document)
{
	struct place *place = document->place;
	const struct value *root = doc_root(document->doc);
	const char *openapi = value_member_text(root, "openapi");
	if (!openapi) {
		scan_schema(set, place, root, true);
		return;
	}
	bool old = g_str_has_prefix(openapi, "3.0");
	place->resource.dialect = dialect_get(old ? SCHEMA_OPENAPI_3_0 : SCHEMA_OPENAPI_3_1);
	const char *dialect = old ? NULL : value_member_text(root, "jsonSchemaDialect");
	if (dialect)
		set_place_dialect(set, place, dialect);
	/* Before 3.1 nothing has an identifier: its schemas are found when references lead there. */
	if (!old)
		scan_description(set, place, root);
}

void
scan_documents(struct schema_set *set)
{
	while (set->scanned < set->documents->len)
		scan_document(set, set->documents->pdata[set->scanned++]);
}

struct node *
scan_node(struct schema_set *set, struct document *document, const struct value *value)
{
	scan_documents(set);
	struct node *node = g_hash_table_lookup(set->nodes, value);
	if (!node) {
		scan_schema(set, set_place_around(document, value), value, true);
		node = g_hash_table_lookup(set->nodes, value);
	}
	return node;
}
