#include "schema/set.h"

#include <string.h>

#include "base/error.h"
#include "schema/pattern.h"
#include "schema/uri.h"

static void
free_document(void *data)
{
	struct document *document = data;
	for (unsigned i = 0; i < document->places->len; i++) {
		struct place *place = document->places->pdata[i];
		g_clear_pointer(&place->anchors, g_hash_table_unref);
		g_clear_error(&place->error);
	}
	g_ptr_array_unref(document->places);
	doc_unref(document->doc);
	g_free(document);
}

static void
free_pattern(void *data)
{
	pattern_destroy(data);
}

struct schema_set *
schema_set_create(const struct schema_options *options)
{
	names_prepare();
	struct schema_set *set = g_new0(struct schema_set, 1);
	set->options = *options;
	set->strings = g_string_chunk_new(1024);
	set->documents = g_ptr_array_new_with_free_func(free_document);
	set->by_root = g_hash_table_new(NULL, NULL);
	set->by_uri = g_hash_table_new(g_str_hash, g_str_equal);
	set->nodes = g_hash_table_new(NULL, NULL);
	set->dialects = g_hash_table_new(g_str_hash, g_str_equal);
	set->patterns = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, free_pattern);
	return set;
}

void
schema_set_destroy(struct schema_set *set)
{
	if (!set)
		return;
	g_hash_table_unref(set->patterns);
	g_hash_table_unref(set->dialects);
	g_hash_table_unref(set->nodes);
	g_hash_table_unref(set->by_uri);
	g_hash_table_unref(set->by_root);
	g_ptr_array_unref(set->documents);
	g_string_chunk_free(set->strings);
	catalogue_close(set->catalogue);
	arena_finish(&set->arena);
	g_free(set);
}

struct place *
set_add_place(struct schema_set *set, struct document *document, const struct value *extent, const char *uri)
{
	struct place *place = arena_zero(&set->arena, sizeof *place);
	place->resource = (struct resource){ .doc = document->doc, .root = extent, .dialect = dialect_get(set->options.dialect) };
	place->resource.uri = g_string_chunk_insert_const(set->strings, uri);
	place->extent = extent;
	place->document = document;
	g_ptr_array_add(document->places, place);
	return place;
}

/* The first that claims a URI has it: a second claim does not change what compiled schemas mean. */
void
set_add_uri(struct schema_set *set, const char *uri, struct place *place)
{
	if (strcmp(uri, URI_NOWHERE) != 0 && !g_hash_table_contains(set->by_uri, uri))
		g_hash_table_insert(set->by_uri, g_string_chunk_insert_const(set->strings, uri), place);
}

struct document *
set_document(struct schema_set *set, struct doc *doc, const char *uri)
{
	const struct value *root = doc_root(doc);
	struct document *document = g_hash_table_lookup(set->by_root, root);
	g_autofree char *absolute = uri ? uri_resolve(URI_NOWHERE, uri) : NULL;
	if (!document) {
		document = g_new0(struct document, 1);
		document->doc = doc_ref(doc);
		document->places = g_ptr_array_new();
		document->place = set_add_place(set, document, root, absolute ? absolute : URI_NOWHERE);
		g_ptr_array_add(set->documents, document);
		g_hash_table_insert(set->by_root, (void *)(uintptr_t)root, document);
	}
	if (absolute)
		set_add_uri(set, absolute, document->place);
	return document;
}

void
schema_set_add(struct schema_set *set, const char *uri, struct doc *doc)
{
	struct document *document = set_document(set, doc, uri);
	/* Metaschemas are looked up by their own identifier before anything is scanned. */
	const char *id = value_member_text(doc_root(doc), "$id");
	g_autofree char *own = id ? uri_resolve(document->place->resource.uri, id) : NULL;
	if (own)
		set_add_uri(set, own, document->place);
}

/* Reads a metaschema from the catalogue; NULL where there is none. */
static struct place *
load(struct schema_set *set, const char *uri)
{
	const char *file = dialect_metaschema(uri);
	if (!file)
		return NULL;
	if (!set->catalogue)
		set->catalogue = catalogue_open(NULL);
	g_autofree char *text = catalogue_text(set->catalogue, file, NULL, NULL);
	g_autoptr(Doc) doc = text ? doc_read_json(file, text, strlen(text), NULL, NULL) : NULL;
	if (!doc)
		return NULL;
	schema_set_add(set, uri, doc);
	return g_hash_table_lookup(set->by_uri, uri);
}

struct place *
set_place(struct schema_set *set, const char *uri)
{
	struct place *place = g_hash_table_lookup(set->by_uri, uri);
	return place ? place : load(set, uri);
}

struct place *
set_place_around(const struct document *document, const struct value *value)
{
	struct place *inner = document->place;
	for (unsigned i = 0; i < document->places->len; i++) {
		struct place *place = document->places->pdata[i];
		if (value >= place->extent && value < value_next(place->extent) && place->extent >= inner->extent)
			inner = place;
	}
	return inner;
}

/* A dialect whose metaschema lists vocabularies. */
static const struct dialect *
custom_dialect(struct schema_set *set, const char *uri, unsigned depth, GError **error)
{
	const struct place *place = set_place(set, uri);
	const struct value *root = place ? place->extent : NULL;
	const char *above = value_member_text(root, "$schema");
	const struct dialect *base = above ? dialect_by_uri(above) : NULL;
	if (!base && above && depth < 8)
		base = custom_dialect(set, above, depth + 1, NULL);
	if (!base) {
		error_set(error, ERR_INVALID, "use a published draft or add the metaschema to the set",
		          "the dialect %s is not known", uri);
		return NULL;
	}
	const struct value *list = value_member(root, "$vocabulary");
	if (!list || !(base->bit & IN_MODERN))
		return base;
	unsigned bits = V_CORE;
	VALUE_EACH_MEMBER (name, needed, list) {
		unsigned known = dialect_vocabulary(name->text);
		bits |= known;
		if (!known && value_truth(needed)) {
			error_set(error, ERR_INVALID, "use a dialect without it",
			          "the dialect %s needs the vocabulary %s, which is not known", uri, name->text);
			return NULL;
		}
	}
	struct dialect *dialect = arena_zero(&set->arena, sizeof *dialect);
	*dialect = (struct dialect){ g_string_chunk_insert_const(set->strings, uri), base->bit, bits, bits & V_FORMAT_ASSERTION };
	return dialect;
}

const struct dialect *
set_dialect(struct schema_set *set, const char *uri, GError **error)
{
	const struct dialect *dialect = dialect_by_uri(uri);
	if (dialect)
		return dialect;
	g_autofree char *absolute = uri_resolve(URI_NOWHERE, uri);
	dialect = g_hash_table_lookup(set->dialects, absolute);
	if (dialect)
		return dialect;
	dialect = custom_dialect(set, absolute, 0, error);
	if (dialect)
		g_hash_table_insert(set->dialects, g_string_chunk_insert_const(set->strings, absolute), (void *)(uintptr_t)dialect);
	return dialect;
}
