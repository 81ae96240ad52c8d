#include "contract/xml.h"

#include <string.h>

#include "base/writer.h"
#include "contract/shape.h"

enum { DEPTH = 64 };

const struct value *
xml_object(const struct openapi *openapi, const struct value *schema)
{
	const struct value *own = value_member(schema, "xml");
	return own ? own : value_member(openapi_resolve(openapi, schema), "xml");
}

static char *
scalar_text(const struct value *value)
{
	g_autofree char *json = value_is(value, VALUE_STRING) ? NULL : value_to_json(value, false);
	return g_markup_escape_text(json ? json : value->text, -1);
}

/* Characters that no name of XML may have become underscores. */
static void
append_name(GString *out, const char *name)
{
	if (!g_ascii_isalpha(*name) && *name != '_' && (unsigned char)*name < 0x80)
		g_string_append_c(out, '_');
	for (; *name; name++)
		g_string_append_c(out, g_ascii_isalnum(*name) || strchr("-_.", *name) || (unsigned char)*name >= 0x80 ? *name : '_');
}

static const char *
name_of(const struct openapi *openapi, const struct value *schema, const char *otherwise)
{
	const char *name = value_member_text(xml_object(openapi, schema), "name");
	return name ? name : otherwise;
}

static void
open_tag(GString *out, const struct openapi *openapi, const struct value *schema, const char *name)
{
	const struct value *xml = xml_object(openapi, schema);
	const char *prefix = value_member_text(xml, "prefix"), *space = value_member_text(xml, "namespace");
	g_string_append_printf(out, "<%s%s", prefix ? prefix : "", prefix ? ":" : "");
	append_name(out, name);
	if (space) {
		g_autofree char *escaped = g_markup_escape_text(space, -1);
		g_string_append_printf(out, " xmlns%s%s=\"%s\"", prefix ? ":" : "", prefix ? prefix : "", escaped);
	}
}

static void write_element(GString *out, struct openapi *openapi, const struct value *value, const struct value *schema, const char *name, unsigned depth);

static void
close_tag(GString *out, const struct openapi *openapi, const struct value *schema, const char *name)
{
	const char *prefix = value_member_text(xml_object(openapi, schema), "prefix");
	g_string_append_printf(out, "</%s%s", prefix ? prefix : "", prefix ? ":" : "");
	append_name(out, name);
	g_string_append_c(out, '>');
}

/* An array stands as its items, with an element around them where it is wrapped. */
static void
write_list(GString *out, struct openapi *openapi, const struct value *value, const struct value *schema, const char *name, unsigned depth)
{
	const struct value *items = shape_of(openapi, schema)->items;
	bool wrapped = value_truth(value_member(xml_object(openapi, schema), "wrapped")) || depth == 0;
	const char *item = name_of(openapi, items, wrapped && depth == 0 ? "item" : name);
	if (wrapped) {
		open_tag(out, openapi, schema, name);
		g_string_append_c(out, '>');
	}
	VALUE_EACH (entry, value)
		write_element(out, openapi, entry, items, item, depth + 1);
	if (wrapped)
		close_tag(out, openapi, schema, name);
}

static void
write_attributes(GString *out, struct openapi *openapi, const struct value *value, const struct shape *shape, bool attributes, unsigned depth)
{
	VALUE_EACH_MEMBER (key, item, value) {
		const struct shape_member *member = shape_member(shape, key->text);
		const struct value *schema = member ? member->schema : shape->additional;
		bool attribute = value_truth(value_member(xml_object(openapi, schema), "attribute")) && item->kind < VALUE_ARRAY;
		const char *name = name_of(openapi, schema, key->text);
		if (attribute != attributes)
			continue;
		if (attribute) {
			g_autofree char *text = scalar_text(item);
			g_string_append_c(out, ' ');
			append_name(out, name);
			g_string_append_printf(out, "=\"%s\"", text);
		} else {
			write_element(out, openapi, item, schema, name, depth + 1);
		}
	}
}

static void
write_element(GString *out, struct openapi *openapi, const struct value *value, const struct value *schema, const char *name, unsigned depth)
{
	const struct shape *shape = shape_of(openapi, schema);
	if (depth == DEPTH)
		return;
	if (value_is(value, VALUE_ARRAY)) {
		write_list(out, openapi, value, schema, name, depth);
		return;
	}
	open_tag(out, openapi, schema, name);
	write_attributes(out, openapi, value, shape, true, depth);
	g_string_append_c(out, '>');
	if (value_is(value, VALUE_OBJECT)) {
		write_attributes(out, openapi, value, shape, false, depth);
	} else {
		g_autofree char *text = value_is(value, VALUE_NULL) ? g_strdup("") : scalar_text(value);
		g_string_append(out, text);
	}
	close_tag(out, openapi, schema, name);
}

/* "Pet" of {"$ref": "#/components/schemas/Pet"}. */
static char *
root_name(const struct openapi *openapi, const struct value *schema)
{
	const char *reference = value_member_text(schema, "$ref"), *slash = reference ? strrchr(reference, '/') : NULL;
	return g_strdup(name_of(openapi, schema, slash ? slash + 1 : "root"));
}

char *
xml_text(struct openapi *openapi, const struct value *value, const struct value *schema)
{
	GString *out = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	g_autofree char *name = root_name(openapi, schema);
	write_element(out, openapi, value, schema, name, 0);
	g_string_append_c(out, '\n');
	return g_string_free(out, FALSE);
}
