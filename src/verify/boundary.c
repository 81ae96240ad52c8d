#include "verify/boundary_model.h"

#include <string.h>

#include "base/catalogue.h"
#include "base/error.h"
#include "contract/shape.h"

#define BOOK_FILE "lexicon/test-values.yaml"

enum { COUNT_MAX = 3000, DEPTH = 8 };

/* --- the book ------------------------------------------------------------------------------- */

struct value_book *
value_book_open(GError **error)
{
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_autofree char *text = catalogue_text(catalogue, BOOK_FILE, NULL, error);
	struct doc *doc = text ? doc_read_yaml(BOOK_FILE, text, strlen(text), NULL, error) : NULL;
	if (!doc)
		return NULL;
	struct value_book *book = g_new0(struct value_book, 1);
	book->doc = doc;
	return book;
}

void
value_book_close(struct value_book *book)
{
	if (book)
		doc_unref(book->doc);
	g_free(book);
}

const char *
value_book_text(const struct value_book *book, size_t number)
{
	return value_text(value_item(value_member(doc_root(book->doc), "texts"), number));
}

size_t
value_book_count(const struct value_book *book)
{
	return value_count(value_member(doc_root(book->doc), "texts"));
}

/* --- places --------------------------------------------------------------------------------- */

static bool
fits(struct bounding *bounding, const struct value *node, const struct value *value)
{
	const struct schema *schema = openapi_schema(bounding->openapi, node, NULL);
	return !schema || schema_check(schema, value, SCHEMA_SIDE_REQUEST, NULL);
}

static void
add_node(struct bounding *bounding, struct spot *spot, const struct value *node)
{
	static const char *const choices[] = { "oneOf", "anyOf" };
	const struct value *schema = openapi_resolve(bounding->openapi, node);
	for (unsigned i = 0; i < spot->count; i++)
		if (spot->nodes[i] == schema)
			return;
	if (!value_is(schema, VALUE_OBJECT) || spot->count == BOUNDARY_NODES)
		return;
	spot->nodes[spot->count++] = schema;
	VALUE_EACH (part, value_member(schema, "allOf"))
		add_node(bounding, spot, part);
	for (unsigned i = 0; i < G_N_ELEMENTS(choices); i++)
		VALUE_EACH (branch, value_member(schema, choices[i]))
			if (fits(bounding, branch, spot->value))
				add_node(bounding, spot, branch);
}

const struct value *
spot_keyword(const struct spot *spot, const char *keyword)
{
	for (unsigned i = 0; i < spot->count; i++) {
		const struct value *found = value_member(spot->nodes[i], keyword);
		if (found)
			return found;
	}
	return NULL;
}

/* --- proposals ------------------------------------------------------------------------------ */

/* What is done to a value inside the whole. */
struct change {
	const struct value *target;
	const struct value *instead;   /* NULL: it is left out, or a member is added to it */
	const char *name;              /* of the member that is added; NULL */
	const struct value *added;
};

static void
write_changed(struct writer *writer, const struct value *value, const struct change *change)
{
	if (value == change->target && change->instead) {
		writer_value(writer, change->instead);
		return;
	}
	if (value_is(value, VALUE_ARRAY)) {
		writer_begin_array(writer);
		VALUE_EACH (item, value)
			if (item != change->target || change->instead || change->name)
				write_changed(writer, item, change);
		writer_end(writer);
		return;
	}
	if (!value_is(value, VALUE_OBJECT)) {
		writer_value(writer, value);
		return;
	}
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (key, item, value) {
		if (item == change->target && !change->instead && !change->name)
			continue;
		writer_key_n(writer, key->text, key->length);
		write_changed(writer, item, change);
	}
	if (value == change->target && change->name)
		writer_member_value(writer, change->name, change->added);
	writer_end(writer);
}

/* A rule that is broken is named by what the schema says of it. */
static void
describe(struct bounding *bounding, struct boundary *boundary, const char *what)
{
	struct schema_findings findings = { .limit = 1 };
	const char *place = bounding->pointer->str;
	boundary->fits = schema_check(bounding->schema, doc_root(boundary->value), SCHEMA_SIDE_REQUEST, &findings);
	if (boundary->fits || !findings.count) {
		g_autofree char *rule = g_strndup(what, strcspn(what, " "));
		boundary->about = g_strdup_printf("%s%s%s", place, *place ? ": " : "", what);
		boundary->point = g_strdup_printf("%s%s%s", place, *place ? " " : "", rule);
	} else {
		const struct schema_finding *finding = &findings.items[0];
		/* Without the text that was found: it may hold an id of the provider's, and the same test has the same names. */
		const char *found = strstr(finding->message, ", but is \"");
		int length = found ? (int)(found - finding->message) : (int)strlen(finding->message);
		boundary->about = g_strdup_printf("%s%s%.*s", finding->instance, *finding->instance ? ": " : "", length, finding->message);
		boundary->point = g_strdup_printf("%s%s%s", finding->instance, *finding->instance ? " " : "", finding->keyword);
	}
	schema_findings_clear(&findings);
}

static void
boundary_clear(struct boundary *boundary)
{
	doc_unref(boundary->value);
	g_free(boundary->about);
	g_free(boundary->point);
}

static void
apply(struct bounding *bounding, const struct change *change, const char *what)
{
	struct writer writer;
	struct boundary boundary = { 0 };
	if (bounding->items->len >= COUNT_MAX || (change->target == bounding->root && !change->instead && !change->name))
		return;
	writer_init(&writer, false);
	write_changed(&writer, bounding->root, change);
	char *text = writer_take(&writer);
	boundary.value = doc_read_json("value", text, strlen(text), NULL, NULL);
	if (!g_hash_table_add(bounding->seen, text) || !boundary.value) {
		doc_unref(boundary.value);
		return;
	}
	describe(bounding, &boundary, what);
	/* An open object permits any member, but few servers mean that. */
	if (boundary.fits && change->name && g_str_equal(what, "additionalProperties")) {
		boundary_clear(&boundary);
		return;
	}
	g_array_append_val(bounding->items, boundary);
}

void
propose(struct bounding *bounding, const struct spot *spot, const char *json, const char *what)
{
	g_autoptr(Doc) doc = json ? doc_read_json("value", json, strlen(json), NULL, NULL) : NULL;
	struct change change = { .target = spot->value, .instead = doc_root(doc) };
	if (!json || doc)
		apply(bounding, &change, what);
}

void
propose_text(struct bounding *bounding, const struct spot *spot, const char *text, const char *what)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_text(&writer, text);
	g_autofree char *json = writer_take(&writer);
	propose(bounding, spot, json, what);
}

void
propose_member(struct bounding *bounding, const struct spot *spot, const char *name, const char *json, const char *what)
{
	g_autoptr(Doc) doc = doc_read_json("value", json, strlen(json), NULL, NULL);
	struct change change = { .target = spot->value, .name = name, .added = doc_root(doc) };
	if (doc && !value_member(spot->value, name))
		apply(bounding, &change, what);
}

/* --- the walk ------------------------------------------------------------------------------- */

static void bound_spot(struct bounding *bounding, const struct spot *spot);

static void
bound_inside(struct bounding *bounding, const struct spot *spot)
{
	gsize length = bounding->pointer->len;
	VALUE_EACH_MEMBER (key, item, spot->value) {
		struct spot inner = { .value = item };
		for (unsigned i = 0; i < spot->count; i++)
			add_node(bounding, &inner, value_member(value_member(spot->nodes[i], "properties"), key->text));
		g_string_append_printf(bounding->pointer, "/%s", key->text);
		bound_spot(bounding, &inner);
		g_string_truncate(bounding->pointer, length);
	}
	unsigned number = 0;
	VALUE_EACH (item, spot->value) {
		struct spot inner = { .value = item };
		for (unsigned i = 0; i < spot->count; i++)
			add_node(bounding, &inner, value_member(spot->nodes[i], "items"));
		g_string_append_printf(bounding->pointer, "/%u", number);
		if (number++ < 1)   /* one item stands for all */
			bound_spot(bounding, &inner);
		g_string_truncate(bounding->pointer, length);
	}
}

static void
propose_all(struct bounding *bounding, const struct spot *spot)
{
	static void (*const by_kind[])(struct bounding *, const struct spot *) = {
		[VALUE_NUMBER] = propose_numbers, [VALUE_STRING] = propose_texts, [VALUE_ARRAY] = propose_items, [VALUE_OBJECT] = propose_members,
	};
	propose_values(bounding, spot);
	propose_branches(bounding, spot);
	if (by_kind[spot->value->kind])
		by_kind[spot->value->kind](bounding, spot);
	propose_kinds(bounding, spot);
}

static void
bound_spot(struct bounding *bounding, const struct spot *spot)
{
	if (!spot->count || bounding->depth >= DEPTH)
		return;
	bounding->depth++;
	if (!bounding->within || g_str_has_prefix(bounding->pointer->str, bounding->within))
		propose_all(bounding, spot);
	bound_inside(bounding, spot);
	bounding->depth--;
}

/* The branches that the fitting value did not take: each in its place, and what is inside it. */
static void
bound_branches(struct bounding *bounding)
{
	guint count = bounding->items->len;
	for (guint i = 0; i < count; i++) {
		const struct boundary boundary = g_array_index(bounding->items, struct boundary, i);
		const char *mark = strstr(boundary.about, "Of branch ");
		if (!boundary.fits || !mark)
			continue;
		const char *place = strchr(boundary.about, ':');
		g_autofree char *within = *boundary.about == '/' && place ? g_strndup(boundary.about, (gsize)(place - boundary.about)) : NULL;
		g_autoptr(Doc) value = doc_ref(boundary.value);
		struct spot spot = { .value = doc_root(value) };
		bounding->root = doc_root(value);
		bounding->within = within;
		add_node(bounding, &spot, bounding->node);
		bound_spot(bounding, &spot);
	}
}

void
boundaries_of(struct openapi *openapi, struct sampler *sampler, const struct value_book *book, const struct value *node,
              const struct value *fitting, struct boundary_list *ret)
{
	struct bounding bounding = { .openapi = openapi, .sampler = sampler, .book = book, .root = fitting, .node = node, .schema = openapi_schema(openapi, node, NULL) };
	*ret = (struct boundary_list){ 0 };
	if (!bounding.schema)
		return;
	struct spot spot = { .value = fitting };
	bounding.items = g_array_new(FALSE, FALSE, sizeof(struct boundary));
	bounding.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	bounding.pointer = g_string_new(NULL);
	g_hash_table_add(bounding.seen, value_to_json(fitting, false));
	add_node(&bounding, &spot, node);
	bound_spot(&bounding, &spot);
	bound_branches(&bounding);
	g_string_free(bounding.pointer, TRUE);
	g_hash_table_unref(bounding.seen);
	ret->count = bounding.items->len;
	ret->items = (struct boundary *)(void *)g_array_free(bounding.items, FALSE);
}

void
boundaries_clear(struct boundary_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		boundary_clear(&list->items[i]);
	g_free(list->items);
	*list = (struct boundary_list){ 0 };
}
