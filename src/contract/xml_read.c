/* XML as the value that a schema makes of it: the way back of xml.c. GMarkup knows no entities but the five of XML, so
 * that none can grow. */
#include <string.h>

#include "base/error.h"
#include "base/writer.h"
#include "contract/shape.h"
#include "contract/style.h"
#include "contract/xml.h"

enum { DEPTH = 64, ELEMENTS = 100000 };

struct element {
	char *name;                  /* without a prefix */
	GPtrArray *names, *values;   /* of attributes */
	GPtrArray *children;
	GString *text;
	struct element *parent;
};

struct reading {
	struct openapi *openapi;
	struct element *root, *open;
	unsigned depth, count;
};

static void
free_element(void *data)
{
	struct element *element = data;
	g_free(element->name);
	g_ptr_array_unref(element->names);
	g_ptr_array_unref(element->values);
	g_ptr_array_unref(element->children);
	g_string_free(element->text, TRUE);
	g_free(element);
}

static const char *
local_name(const char *name)
{
	const char *colon = strchr(name, ':');
	return colon ? colon + 1 : name;
}

static void
begin_element(GMarkupParseContext *context, const char *name, const char **names, const char **values, void *data, GError **error)
{
	(void)context;
	struct reading *reading = data;
	if (++reading->depth > DEPTH || ++reading->count > ELEMENTS) {
		g_set_error_literal(error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, "it has too many elements, or too deep ones");
		return;
	}
	struct element *element = g_new0(struct element, 1);
	*element = (struct element){ .name = g_strdup(local_name(name)), .parent = reading->open, .text = g_string_new(NULL) };
	element->names = g_ptr_array_new_with_free_func(g_free);
	element->values = g_ptr_array_new_with_free_func(g_free);
	element->children = g_ptr_array_new_with_free_func(free_element);
	for (; *names; names++, values++) {
		g_ptr_array_add(element->names, g_strdup(local_name(*names)));
		g_ptr_array_add(element->values, g_strdup(*values));
	}
	if (reading->open)
		g_ptr_array_add(reading->open->children, element);
	else
		reading->root = element;
	reading->open = element;
}

static void
end_element(GMarkupParseContext *context, const char *name, void *data, GError **error)
{
	(void)context, (void)name, (void)error;
	struct reading *reading = data;
	reading->depth--;
	reading->open = reading->open->parent;
}

static void
take_text(GMarkupParseContext *context, const char *text, size_t length, void *data, GError **error)
{
	(void)context, (void)error;
	struct reading *reading = data;
	if (reading->open)
		g_string_append_len(reading->open->text, text, (gssize)length);
}

static void write_element(struct reading *reading, const struct element *element, const struct value *schema, struct writer *writer);

/* What nobody describes: text, or an object of its elements. */
static void
write_stranger(const struct element *element, struct writer *writer)
{
	if (!element->children->len) {
		writer_text(writer, element->text->str);
		return;
	}
	g_autoptr(GHashTable) written = g_hash_table_new(g_str_hash, g_str_equal);
	writer_begin_object(writer);
	for (unsigned i = 0; i < element->children->len; i++) {
		const struct element *child = element->children->pdata[i];
		if (!g_hash_table_add(written, child->name))
			continue;
		writer_key(writer, child->name);
		write_stranger(child, writer);
	}
	writer_end(writer);
}

static void
write_items(struct reading *reading, const struct element *element, const char *name, const struct value *items, struct writer *writer)
{
	writer_begin_array(writer);
	for (unsigned i = 0; i < element->children->len; i++) {
		const struct element *child = element->children->pdata[i];
		if (!name || strcmp(child->name, name) == 0)
			write_element(reading, child, items, writer);
	}
	writer_end(writer);
}

static const struct element *
find_child(const struct element *element, const char *name)
{
	for (unsigned i = 0; i < element->children->len; i++) {
		const struct element *child = element->children->pdata[i];
		if (strcmp(child->name, name) == 0)
			return child;
	}
	return NULL;
}

static bool
is_list(struct reading *reading, const struct value *schema)
{
	unsigned kinds = shape_of(reading->openapi, schema)->kinds;
	return kinds & SHAPE_KIND(VALUE_ARRAY) && !(kinds & (SHAPE_KIND(VALUE_OBJECT) | SHAPE_KIND(VALUE_STRING)));
}

/* Writes a member, if it is there, and notes the element's name that it has. */
static void
write_member(struct reading *reading, const struct element *element, const struct shape_member *member, struct writer *writer, GHashTable *known)
{
	const struct value *xml = xml_object(reading->openapi, member->schema);
	const char *named = value_member_text(xml, "name"), *name = named ? named : member->name;
	const struct value *items = shape_of(reading->openapi, member->schema)->items;
	bool list = is_list(reading, member->schema), wrapped = value_truth(value_member(xml, "wrapped"));
	if (value_truth(value_member(xml, "attribute"))) {
		for (unsigned i = 0; i < element->names->len; i++) {
			if (strcmp(element->names->pdata[i], name) != 0)
				continue;
			writer_key(writer, member->name);
			style_scalar(reading->openapi, element->values->pdata[i], member->schema, writer);
			break;
		}
		return;
	}
	const char *item = value_member_text(xml_object(reading->openapi, items), "name");
	const char *tag = list && !wrapped && item ? item : name;
	const struct element *child = find_child(element, tag);
	g_hash_table_add(known, (void *)(uintptr_t)tag);
	if (!child)
		return;
	writer_key(writer, member->name);
	if (list && !wrapped)
		write_items(reading, element, tag, items, writer);
	else if (list)
		write_items(reading, child, NULL, items, writer);
	else
		write_element(reading, child, member->schema, writer);
}

static void
write_object(struct reading *reading, const struct element *element, const struct shape *shape, struct writer *writer)
{
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	writer_begin_object(writer);
	for (size_t i = 0; i < shape->count; i++)
		write_member(reading, element, &shape->members[i], writer, known);
	for (unsigned i = 0; i < element->children->len; i++) {
		const struct element *child = element->children->pdata[i];
		if (shape_member(shape, child->name) || !g_hash_table_add(known, child->name))
			continue;
		writer_key(writer, child->name);
		if (shape->additional)
			write_element(reading, child, shape->additional, writer);
		else
			write_stranger(child, writer);
	}
	writer_end(writer);
}

static void
write_element(struct reading *reading, const struct element *element, const struct value *schema, struct writer *writer)
{
	const struct shape *shape = shape_of(reading->openapi, schema);
	bool empty = !element->children->len && !element->text->len;
	if (is_list(reading, schema))
		write_items(reading, element, NULL, shape->items, writer);
	else if (schema && shape->kinds & SHAPE_KIND(VALUE_OBJECT) && (element->children->len || !(shape->kinds & SHAPE_KIND(VALUE_STRING))))
		write_object(reading, element, shape, writer);
	else if (element->children->len)
		write_stranger(element, writer);
	else if (empty && shape->kinds & SHAPE_KIND(VALUE_NULL) && !(shape->kinds & SHAPE_KIND(VALUE_STRING)))
		writer_null(writer);
	else
		style_scalar(reading->openapi, element->text->str, schema, writer);
}

struct doc *
xml_read(struct openapi *openapi, const char *text, size_t length, const struct value *schema, GError **error)
{
	static const GMarkupParser parser = { begin_element, end_element, take_text, NULL, NULL };
	struct reading reading = { .openapi = openapi };
	GError *cause = NULL;
	struct doc *doc = NULL;
	GMarkupParseContext *context = g_markup_parse_context_new(&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &reading, NULL);
	if (g_markup_parse_context_parse(context, text, (gssize)length, &cause) && g_markup_parse_context_end_parse(context, &cause)) {
		struct writer writer;
		writer_init(&writer, false);
		write_element(&reading, reading.root, schema, &writer);
		doc = writer_doc(&writer);
	}
	g_markup_parse_context_free(context);
	if (reading.root)
		free_element(reading.root);
	if (cause)
		error_wrap(error, cause, ERR_INPUT, NULL, "the body is no XML");
	return doc;
}
