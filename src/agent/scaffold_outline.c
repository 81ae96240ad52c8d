/* contract.json: what a document says about resources, operations and statements, for programs that
 * are to serve, use or test it. The document itself is in it, so that every "#/…" leads somewhere. */
#include <string.h>

#include "agent/scaffold_parts.h"

enum { COLUMNS = 6, PARENTS = 8 };

struct doc *
outline_sample(struct scaffold *scaffold, const struct value *schema, const char *name, enum schema_side side, bool fresh, bool required_only)
{
	struct sample_options options = { .side = side, .fresh = fresh, .required_only = required_only };
	return schema ? sample_make(scaffold->sampler, schema, name, &options, NULL) : NULL;
}

char *
outline_plain(const struct value *value)
{
	if (value_is(value, VALUE_STRING))
		return g_strndup(value->text, value->length);
	return value_is(value, VALUE_NUMBER) || value_is(value, VALUE_BOOL) ? value_to_json(value, false) : NULL;
}

/* The literal segments of a collection's path, [a-z0-9-] only. */
static char *
plain_key(const char *collection)
{
	GString *key = g_string_new(NULL);
	g_auto(GStrv) parts = g_strsplit(collection, "/", -1);
	for (char **part = parts; *part; part++) {
		bool literal = **part && !strchr(*part, '{');
		if (literal && key->len)
			g_string_append_c(key, '-');
		for (const char *c = *part; literal && *c && key->len < 60; c++)
			g_string_append_c(key, g_ascii_isalnum(*c) ? g_ascii_tolower(*c) : '-');
	}
	return g_string_free(key, FALSE);
}

char **
outline_keys(const struct scaffold *scaffold)
{
	g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
	char **keys = g_new0(char *, scaffold->count + 1);
	for (size_t i = 0; i < scaffold->count; i++) {
		keys[i] = plain_key(scaffold->list[i]->collection);
		/* Two collections may differ in what is not kept. */
		if (!*keys[i] || g_hash_table_contains(taken, keys[i])) {
			g_autofree char *plain = keys[i];
			keys[i] = g_strdup_printf("%s_%zu", plain, i);
		}
		g_hash_table_add(taken, keys[i]);
	}
	return keys;
}

static const struct openapi_operation *
item_operation(const struct resource *resource)
{
	static const enum resource_role roles[] = { RESOURCE_READ, RESOURCE_REPLACE, RESOURCE_PATCH, RESOURCE_DELETE };
	for (unsigned i = 0; i < G_N_ELEMENTS(roles); i++)
		if (resource->operations[roles[i]])
			return resource->operations[roles[i]];
	return NULL;
}

size_t
outline_depth(const struct resource *resource)
{
	size_t count = 0;
	for (const char *at = resource->collection; *at; at++)
		count += *at == '{';
	return count;
}

/* --- ids ------------------------------------------------------------------------------------- */

/* Whether a member's or parameter's schema allows a value, which may be text in JSON. */
static bool
schema_allows(struct scaffold *scaffold, const struct value *node, const char *json)
{
	const struct schema *schema = node ? openapi_schema(scaffold->openapi, node, NULL) : NULL;
	g_autoptr(Doc) doc = doc_own(json);
	return !schema || schema_check(schema, doc_root(doc), SCHEMA_SIDE_NONE, NULL);
}

/* The schema of the parameter that stands for a resource's item in an operation's path; NULL. */
static const struct value *
path_schema(const struct resource *resource, const struct openapi_operation *operation)
{
	size_t place = outline_depth(resource);
	for (size_t i = 0; operation && place < operation->path_name_count && i < operation->parameter_count; i++)
		if (operation->parameters[i].location == OPENAPI_PATH && g_str_equal(operation->parameters[i].name, operation->path_names[place]))
			return operation->parameters[i].value_schema;
	return NULL;
}

/* Whether an id is allowed wherever it may stand in a path: that of the item, and those of what is below it. */
static bool
paths_allow(struct scaffold *scaffold, const struct resource *resource, const char *json)
{
	g_autofree char *text = *json == '"' ? g_strdup(json) : g_strdup_printf("\"%s\"", json);
	for (size_t i = 0; i < scaffold->operation_count; i++) {
		enum resource_role role;
		const struct resource *other = resources_of(scaffold->resources, &scaffold->operations[i], &role);
		bool mine = other == resource || (other && (other->parent == resource || other->home == resource));
		const struct value *schema = mine ? path_schema(resource, &scaffold->operations[i]) : NULL;
		/* In a path a number is text. */
		if (schema && !schema_allows(scaffold, schema, json) && !schema_allows(scaffold, schema, text))
			return false;
	}
	return true;
}

static bool
id_fits(struct scaffold *scaffold, const struct resource *resource, const char *json)
{
	const struct shape *shape = shape_of(scaffold->openapi, resource->item_schema);
	const struct shape_member *member = resource->id_property ? shape_member(shape, resource->id_property) : NULL;
	return (!member || schema_allows(scaffold, member->schema, json)) && paths_allow(scaffold, resource, json);
}

static char *
quoted(const char *text)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_text(&writer, text);
	return writer_take(&writer);
}

/* The model with other characters of the same kind, *ret_tail of its digits standing at the end. */
static char *
vary(const char *model, bool tail_only, size_t *ret_tail)
{
	char *text = g_strdup(model);
	*ret_tail = 0;
	bool tail = true;
	for (size_t i = strlen(text); i-- > 0 && (tail || !tail_only);) {
		bool digit = g_ascii_isdigit(text[i]);
		tail = tail && digit;
		*ret_tail += tail;
		if (digit)
			text[i] = text[i] == '7' ? '8' : '7';
		else if (text[i] >= 'a' && text[i] <= 'f' && !tail_only)
			text[i] = text[i] == 'c' ? 'd' : 'c';
	}
	return text;
}

/* An id that the contract allows everywhere, as text; else one that it allows somewhere, or "". */
static char *
find_model(struct scaffold *scaffold, const struct resource *resource, const struct value *sample)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
	const struct value *id = resource->id_property ? value_member(sample, resource->id_property) : NULL;
	g_ptr_array_add(found, outline_plain(id));
	for (size_t i = 0; i < scaffold->operation_count; i++) {
		enum resource_role role;
		const struct resource *other = resources_of(scaffold->resources, &scaffold->operations[i], &role);
		g_autoptr(Doc) doc = other && (other == resource || other->parent == resource)
			? operation_path_sample(scaffold, &scaffold->operations[i], outline_depth(resource)) : NULL;
		g_ptr_array_add(found, outline_plain(doc_root(doc)));
	}
	const char *best = NULL;
	for (unsigned i = 0; i < found->len; i++) {
		const char *text = g_ptr_array_index(found, i);
		g_autofree char *json = text ? quoted(text) : NULL;
		if (json && id_fits(scaffold, resource, json))
			return g_strdup(text);
		best = best ? best : text;
	}
	return g_strdup(best ? best : "");
}

/* How ids are made: the first way whose result the contract allows. */
static void
write_new_id(struct scaffold *scaffold, const struct resource *resource, const struct value *sample, struct writer *writer)
{
	enum { TAIL = 4 };   /* digits that are enough for a count */
	g_autofree char *model = find_model(scaffold, resource, sample);
	size_t digits, unused;
	g_autofree char *tail = vary(model, true, &digits), *whole = vary(model, false, &unused), *longer = g_strconcat(model, "-7", NULL);
	g_autofree char *tail_json = quoted(tail), *whole_json = quoted(whole), *longer_json = quoted(longer);
	const struct {
		const char *form, *json, *model;
		bool possible;
	} ways[] = {
		{ "number", "71", "", true },
		{ "uuid", "\"7f2c1e9a-3b4d-4c5e-8f60-718293a4b5c6\"", "", true },
		{ "digits", "\"71\"", "", true },
		{ "digits", tail_json, model, digits >= TAIL },
		{ "model", whole_json, model, !g_str_equal(whole, model) },
		{ "digits", longer_json, longer, true },
		{ "digits", tail_json, model, digits > 0 },
	};
	unsigned way = 0;
	while (way < G_N_ELEMENTS(ways) && !(ways[way].possible && id_fits(scaffold, resource, ways[way].json)))
		way++;
	way = way == G_N_ELEMENTS(ways) ? 2 : way;
	writer_key(writer, "new_id");
	writer_begin_object(writer);
	writer_member_text(writer, "form", ways[way].form);
	writer_member_text(writer, "model", ways[way].model);
	writer_end(writer);
}

/* --- what a list shows ----------------------------------------------------------------------- */

static bool
is_column(struct scaffold *scaffold, const struct shape_member *member)
{
	const struct shape *shape = member->schema ? shape_of(scaffold->openapi, member->schema) : NULL;
	if (!shape || member->write_only)
		return false;
	if (shape->kinds & SHAPE_KIND(VALUE_ARRAY) && !(shape->kinds & SHAPE_KIND(VALUE_OBJECT)))
		return shape->items && !(shape_of(scaffold->openapi, shape->items)->kinds & ~SHAPE_SCALARS);
	return !(shape->kinds & ~SHAPE_SCALARS);
}

/* The member that names an item for people, then others that fit into a cell. */
static void
write_columns(struct scaffold *scaffold, const struct resource *resource, struct writer *writer)
{
	const struct shape *shape = shape_of(scaffold->openapi, resource->item_schema);
	const char *title = NULL;
	unsigned best = 0, count = 0;
	for (size_t i = 0; i < shape->count; i++) {
		unsigned rank = meaning_title_rank(scaffold, shape->members[i].name);
		if (is_column(scaffold, &shape->members[i]) && rank && (!best || rank < best)) {
			best = rank;
			title = shape->members[i].name;
		}
	}
	if (!title)
		title = resource->id_property;
	writer_member_text(writer, "title", title);
	writer_key(writer, "columns");
	writer_begin_array(writer);
	if (title)
		writer_text(writer, title);
	for (size_t i = 0; i < shape->count && count < COLUMNS - 1; i++) {
		const char *name = shape->members[i].name;
		if (g_strcmp0(name, title) == 0 || g_strcmp0(name, resource->id_property) == 0 || !is_column(scaffold, &shape->members[i]))
			continue;
		writer_text(writer, name);
		count++;
	}
	if (!title && !count)
		writer_text(writer, "value");
	writer_end(writer);
}

/* --- what is there at the start -------------------------------------------------------------- */

static bool
is_covered(const struct scaffold *scaffold, const struct openapi_operation *operation)
{
	return operation && !scaffold->reasons[operation - scaffold->operations];
}

/* Whether the scaffold knows which items there are; of others any id is as good as another. */
static bool
is_tracked(const struct scaffold *scaffold, const struct resource *resource)
{
	static const enum resource_role roles[] = { RESOURCE_LIST, RESOURCE_CREATE, RESOURCE_READ, RESOURCE_REPLACE };
	for (unsigned i = 0; i < G_N_ELEMENTS(roles); i++)
		if (is_covered(scaffold, resource->operations[roles[i]]))
			return !resource->singleton;
	for (size_t i = 0; i < scaffold->count; i++)
		if (scaffold->list[i]->home == resource && is_covered(scaffold, scaffold->list[i]->operations[RESOURCE_CREATE]))
			return true;
	return false;
}

/* The ids that lead to the first thing that is there at the start, its own included; false where
 * nothing of a resource is. Only what nobody can create is there at the start. */
static bool
first_seed(struct scaffold *scaffold, const struct resource *resource, GPtrArray *ids, unsigned depth)
{
	const struct openapi_operation *read = resource->operations[RESOURCE_READ], *any = read ? read : resource->operations[RESOURCE_LIST];
	if (is_covered(scaffold, resource->operations[RESOURCE_CREATE]) || resource->singleton || resource->home || !any || depth == PARENTS)
		return false;
	if (resource->parent && is_tracked(scaffold, resource->parent) && !first_seed(scaffold, resource->parent, ids, depth + 1))
		return false;
	for (size_t i = ids->len; i < outline_depth(resource); i++) {
		g_autoptr(Doc) sample = operation_path_sample(scaffold, any, i);
		char *text = outline_plain(doc_root(sample));
		g_ptr_array_add(ids, text ? text : g_strdup("1"));
	}
	const struct openapi_operation *single = item_operation(resource);
	g_autoptr(Doc) own = single ? operation_path_sample(scaffold, single, ids->len) : NULL;
	g_autoptr(Doc) item = outline_sample(scaffold, resource->item_schema, NULL, SCHEMA_SIDE_RESPONSE, false, false);
	const struct value *id = own ? doc_root(own) : resource->id_property ? value_member(doc_root(item), resource->id_property) : NULL;
	char *text = outline_plain(id);
	g_ptr_array_add(ids, text ? text : g_strdup("1"));
	return item != NULL;
}

/* An item whose identity is `id` where it has none of its own kind. */
static void
write_seed(const struct resource *resource, const struct value *item, GPtrArray *ids, const char *key, bool identified, struct writer *writer)
{
	const struct value *id = resource->id_property ? value_member(item, resource->id_property) : NULL;
	writer_begin_object(writer);
	writer_key(writer, "path");
	writer_begin_array(writer);
	for (unsigned i = 0; i + 1 < ids->len; i++)
		writer_text(writer, g_ptr_array_index(ids, i));
	writer_end(writer);
	writer_member_text(writer, "key", key);
	writer_key(writer, "value");
	if (!identified || !id) {
		writer_value(writer, item);
	} else {
		writer_begin_object(writer);
		VALUE_EACH_MEMBER (name, value, item) {
			int64_t number = 0;
			if (value != id)
				writer_member_value(writer, name->text, value);
			else if (value_is(id, VALUE_NUMBER) && (number = g_ascii_strtoll(key, NULL, 10)))
				writer_member_int(writer, name->text, number);
			else
				writer_member_text(writer, name->text, key);
		}
		writer_end(writer);
	}
	writer_end(writer);
}

static void
write_seeds(struct scaffold *scaffold, const struct resource *resource, struct writer *writer)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	const struct value *schema = resource->item_schema;
	writer_key(writer, "seeds");
	writer_begin_array(writer);
	if (first_seed(scaffold, resource, ids, 0)) {
		const char *first = g_ptr_array_index(ids, ids->len - 1);
		g_autoptr(Doc) item = outline_sample(scaffold, schema, NULL, SCHEMA_SIDE_RESPONSE, false, false);
		g_autoptr(Doc) other = outline_sample(scaffold, schema, NULL, SCHEMA_SIDE_RESPONSE, true, false);
		const struct value *id = resource->id_property ? value_member(doc_root(other), resource->id_property) : NULL;
		g_autofree char *key = outline_plain(id);
		write_seed(resource, doc_root(item), ids, first, true, writer);
		if (key && !g_str_equal(key, first))
			write_seed(resource, doc_root(other), ids, key, false, writer);
	}
	writer_end(writer);
}

/* --- resources ------------------------------------------------------------------------------- */

static void
write_roles(struct scaffold *scaffold, const struct resource *resource, struct writer *writer)
{
	writer_key(writer, "operations");
	writer_begin_object(writer);
	for (unsigned role = RESOURCE_LIST; role < RESOURCE_ROLE_COUNT; role++)
		if (resource->operations[role])
			writer_member_int(writer, resource_role_names[role], resource->operations[role] - scaffold->operations);
	writer_end(writer);
}

static void
write_references(struct scaffold *scaffold, const struct resource *resource, struct writer *writer)
{
	const struct shape *shapes[] = { shape_of(scaffold->openapi, operation_body_schema(resource->operations[RESOURCE_CREATE])),
		                         shape_of(scaffold->openapi, resource->item_schema) };
	writer_key(writer, "references");
	writer_begin_object(writer);
	for (unsigned k = 0; k < G_N_ELEMENTS(shapes); k++)
		for (size_t i = 0; i < shapes[k]->count; i++) {
			const char *name = shapes[k]->members[i].name;
			const struct resource *target = meaning_target(scaffold, name);
			bool own = g_strcmp0(name, resource->id_property) == 0 || g_strcmp0(name, resource->parent_property) == 0;
			if (target && !own && !(k == 1 && shape_member(shapes[0], name)))
				writer_member_int(writer, name, scaffold_index(scaffold, target));
		}
	writer_end(writer);
}

static void
write_resource(struct scaffold *scaffold, size_t index, struct writer *writer)
{
	const struct resource *resource = scaffold->list[index];
	const struct value *schema = resource->item_schema;
	g_autoptr(Doc) sample = outline_sample(scaffold, schema, NULL, SCHEMA_SIDE_RESPONSE, false, true);
	g_autofree char *pointer = schema ? openapi_pointer(scaffold->openapi, schema) : NULL;
	writer_begin_object(writer);
	writer_member_text(writer, "key", scaffold->keys[index]);
	writer_member_text(writer, "name", resource->name);
	writer_member_text(writer, "collection", resource->collection);
	writer_member_text(writer, "item", resource->item);
	writer_member_int(writer, "depth", (int64_t)outline_depth(resource));
	writer_member_text(writer, "id_property", resource->id_property);
	writer_key(writer, "parent");
	if (resource->parent)
		writer_int(writer, scaffold_index(scaffold, resource->parent));
	else
		writer_null(writer);
	writer_key(writer, "home");
	if (resource->home)
		writer_int(writer, scaffold_index(scaffold, resource->home));
	else
		writer_null(writer);
	writer_member_text(writer, "parent_property", resource->parent_property);
	writer_member_text(writer, "list_property", resource->list_property);
	writer_member_bool(writer, "singleton", resource->singleton);
	writer_member_bool(writer, "tracked", is_tracked(scaffold, resource));
	write_roles(scaffold, resource, writer);
	writer_member_text(writer, "schema", pointer);
	writer_member_value(writer, "sample", doc_root(sample));
	write_new_id(scaffold, resource, doc_root(sample), writer);
	writer_key(writer, "times");
	meaning_write_times(scaffold, schema, writer);
	write_references(scaffold, resource, writer);
	write_columns(scaffold, resource, writer);
	write_seeds(scaffold, resource, writer);
	writer_end(writer);
}

static void
write_schemes(struct scaffold *scaffold, struct writer *writer)
{
	const struct value *schemes = value_find(doc_root(openapi_doc(scaffold->openapi)), "/components/securitySchemes");
	writer_key(writer, "schemes");
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (name, scheme, schemes)
		writer_member_value(writer, name->text, openapi_resolve(scaffold->openapi, scheme));
	writer_end(writer);
}

void
outline_write(struct scaffold *scaffold, struct writer *writer)
{
	const struct contract *contract = scaffold->contract;
	writer_begin_object(writer);
	writer_member_text(writer, "id", contract ? contract->id : NULL);
	writer_member_text(writer, "name", contract && contract->name ? contract->name : openapi_title(scaffold->openapi));
	writer_member_text(writer, "version", contract && contract->version ? contract->version : openapi_version(scaffold->openapi));
	writer_member_text(writer, "base", openapi_base_path(scaffold->openapi));
	writer_key(writer, "resources");
	writer_begin_array(writer);
	for (size_t i = 0; i < scaffold->count; i++)
		write_resource(scaffold, i, writer);
	writer_end(writer);
	writer_key(writer, "operations");
	writer_begin_array(writer);
	for (size_t i = 0; i < scaffold->operation_count; i++)
		operation_write(scaffold, i, writer);
	writer_end(writer);
	write_schemes(scaffold, writer);
	statements_write(scaffold, writer);
	writer_member_value(writer, "openapi", doc_root(openapi_doc(scaffold->openapi)));
	writer_end(writer);
}
