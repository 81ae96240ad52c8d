/* Boundaries of lists and objects, and the branches of a choice. */
#include <string.h>

#include "verify/boundary_model.h"

enum { ITEMS_MAX = 300, TRIES = 8 };

/* --- lists ---------------------------------------------------------------------------------- */

/* An item unlike those that are there, as JSON; NULL where none was made. */
static char *
another_item(struct bounding *bounding, const struct value *node, GHashTable *used)
{
	struct sample_options options = { .side = SCHEMA_SIDE_REQUEST, .fresh = true };
	for (unsigned i = 0; i < TRIES; i++) {
		g_autoptr(Doc) doc = sample_make(bounding->sampler, node, NULL, &options, NULL);
		g_autofree char *json = doc ? value_to_json(doc_root(doc), false) : NULL;
		if (!json)
			return NULL;
		if (!g_hash_table_contains(used, json))
			return g_steal_pointer(&json);
		/* The words run out: a number at the end makes another. */
		g_autofree char *text = value_is(doc_root(doc), VALUE_STRING) ? g_strdup_printf("\"%.4s%u\"", doc_root(doc)->text, g_hash_table_size(used)) : NULL;
		g_autoptr(Doc) numbered = text ? doc_read_json("value", text, strlen(text), NULL, NULL) : NULL;
		const struct schema *schema = numbered ? openapi_schema(bounding->openapi, node, NULL) : NULL;
		if (schema && schema_check(schema, doc_root(numbered), SCHEMA_SIDE_REQUEST, NULL) && !g_hash_table_contains(used, text))
			return g_steal_pointer(&text);
	}
	return NULL;
}

/* A list of that many items: its own first. NULL where there are not so many. */
static char *
sized_list(struct bounding *bounding, const struct spot *spot, size_t count)
{
	const struct value *node = spot_keyword(spot, "items");
	bool unique = value_truth(spot_keyword(spot, "uniqueItems"));
	g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) json = g_string_new("[");
	size_t own = value_count(spot->value);
	for (size_t i = 0; i < count; i++) {
		g_autofree char *item = i < own ? value_to_json(value_item(spot->value, i), false) :
		                        unique || !own ? another_item(bounding, node, used) : value_to_json(value_item(spot->value, i % own), false);
		if (!item)
			return NULL;
		g_string_append_printf(json, "%s%s", i ? "," : "", item);
		g_hash_table_add(used, g_steal_pointer(&item));
	}
	g_string_append_c(json, ']');
	return g_strdup(json->str);
}

void
propose_items(struct bounding *bounding, const struct spot *spot)
{
	static const char *const keywords[] = { "minItems", "maxItems" };
	propose(bounding, spot, "[]", "minItems 0");
	for (unsigned i = 0; i < G_N_ELEMENTS(keywords); i++) {
		int64_t bound;
		if (!value_int64(spot_keyword(spot, keywords[i]), &bound) || bound < 0 || bound > ITEMS_MAX)
			continue;
		g_autofree char *what = g_strdup_printf("%s %d", keywords[i], (int)bound);
		for (int64_t count = MAX(bound - 1, 0); count <= bound + 1; count++) {
			g_autofree char *json = sized_list(bounding, spot, (size_t)count);
			if (json)
				propose(bounding, spot, json, what);
		}
	}
	if (!value_truth(spot_keyword(spot, "uniqueItems")) || !value_count(spot->value))
		return;
	g_autofree char *item = value_to_json(value_item(spot->value, 0), false), *twice = g_strdup_printf("[%s,%s]", item, item);
	propose(bounding, spot, twice, "uniqueItems");
}

/* --- objects -------------------------------------------------------------------------------- */

static bool
requires(const struct spot *spot, const char *name)
{
	for (unsigned i = 0; i < spot->count; i++)
		VALUE_EACH (item, value_member(spot->nodes[i], "required"))
			if (g_strcmp0(value_text(item), name) == 0)
				return true;
	return false;
}

/* What is required and one member more; or with no name, only what is required. */
static void
propose_few(struct bounding *bounding, const struct spot *spot, const char *name, const char *what)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	VALUE_EACH_MEMBER (key, item, spot->value)
		if (g_strcmp0(key->text, name) == 0 || requires(spot, key->text))
			writer_member_value(&writer, key->text, item);
	writer_end(&writer);
	g_autofree char *json = writer_take(&writer);
	propose(bounding, spot, json, what);
}

void
propose_members(struct bounding *bounding, const struct spot *spot)
{
	propose_few(bounding, spot, NULL, "required members only");
	VALUE_EACH_MEMBER (key, item, spot->value) {
		struct spot member = { .value = item };
		g_autofree char *without = g_strdup_printf("members without %s", key->text), *alone = g_strdup_printf("members with %s", key->text);
		propose(bounding, &member, NULL, without);
		if (!requires(spot, key->text))
			propose_few(bounding, spot, key->text, alone);
	}
	propose_member(bounding, spot, "not_in_the_contract", "true", "additionalProperties");
	propose(bounding, spot, "{}", "required");
	/* Members that the fitting value leaves out. */
	struct sample_options options = { .side = SCHEMA_SIDE_REQUEST, .fresh = true };
	for (unsigned i = 0; i < spot->count; i++)
		VALUE_EACH_MEMBER (key, schema, value_member(spot->nodes[i], "properties")) {
			g_autoptr(Doc) doc = value_member(spot->value, key->text) ? NULL : sample_make(bounding->sampler, schema, key->text, &options, NULL);
			g_autofree char *json = doc ? value_to_json(doc_root(doc), false) : NULL;
			bool written = !value_truth(value_member(openapi_resolve(bounding->openapi, schema), "readOnly"));
			if (json && written)
				propose_member(bounding, spot, key->text, json, "members with one more");
		}
}

/* --- choices -------------------------------------------------------------------------------- */

void
propose_branches(struct bounding *bounding, const struct spot *spot)
{
	static const char *const keywords[] = { "oneOf", "anyOf" };
	struct sample_options options = { .side = SCHEMA_SIDE_REQUEST, .fresh = true };
	for (unsigned i = 0; i < G_N_ELEMENTS(keywords); i++) {
		unsigned number = 0;
		VALUE_EACH (branch, spot_keyword(spot, keywords[i])) {
			g_autoptr(Doc) doc = sample_make(bounding->sampler, branch, NULL, &options, NULL);
			g_autofree char *json = doc ? value_to_json(doc_root(doc), false) : NULL;
			g_autofree char *what = g_strdup_printf("%s branch %u", keywords[i], ++number);
			if (json)
				propose(bounding, spot, json, what);
		}
	}
}
