/* Values as message bodies. */
#include <string.h>

#include "contract/body.h"
#include "contract/sequence.h"
#include "contract/shape.h"
#include "contract/style.h"
#include "contract/xml.h"

#define BOUNDARY "teamwright-part-boundary"

static const struct value *
member_schema(struct openapi *openapi, const struct value *media, const char *name)
{
	const struct shape *shape = shape_of(openapi, value_member(media, "schema"));
	const struct shape_member *member = shape_member(shape, name);
	return member ? member->schema : shape->additional;
}

static bool
is_deep(const struct value *value)
{
	VALUE_EACH (item, value)
		if (item->kind >= VALUE_ARRAY)
			return true;
	VALUE_EACH_MEMBER (name, item, value)
		if (item->kind >= VALUE_ARRAY)
			return true;
	return false;
}

GString *
body_write_form(const struct value *media, const struct value *value)
{
	GString *text = g_string_new(NULL);
	VALUE_EACH_MEMBER (name, item, value) {
		struct openapi_parameter parameter = body_form_parameter(media, name->text, NULL);
		const struct value *encoding = value_member(value_member(media, "encoding"), name->text);
		const char *type = value_member_text(encoding, "contentType");
		bool styled = value_member(encoding, "style") || value_member(encoding, "explode");
		if (item->kind == VALUE_ARRAY && !value_count(item))
			continue;   /* an empty list has no spelling in a form */
		/* Nested values are JSON, unless a style is asked for (3.1.1 section 4.8.15.1.1). */
		if ((item->kind == VALUE_OBJECT && !styled) || is_deep(item) || (!styled && type && openapi_is_json(type)))
			parameter.content = "application/json";
		g_autofree char *part = style_encode(&parameter, item);
		g_string_append_printf(text, "%s%s", text->len ? "&" : "", part);
	}
	return text;
}

/* The media type of a part: the first that its encoding names, else what its kind is sent as (3.1.1 section 4.8.15.1). */
static char *
part_type(const struct value *encoding, const struct value *schema, const struct value *item)
{
	const char *declared = value_member_text(encoding, "contentType"), *media = value_member_text(schema, "contentMediaType");
	bool binary = g_strcmp0(value_member_text(schema, "format"), "binary") == 0;
	if (declared) {
		g_autofree char *first = g_strstrip(g_strndup(declared, strcspn(declared, ",")));
		if (!strchr(first, '*'))
			return g_steal_pointer(&first);
	}
	if (media || binary)
		return g_strdup(media ? media : "application/octet-stream");
	return item->kind >= VALUE_ARRAY ? g_strdup("application/json") : NULL;
}

/* A multipart body in the making. */
struct parts {
	struct openapi *openapi;
	GString *text;
	char *boundary;
};

/* A boundary that stands nowhere in the content: as text it is the same in JSON. */
static char *
choose_boundary(const struct value *value)
{
	g_autofree char *json = value_to_json(value, false);
	char *boundary = g_strdup(BOUNDARY);
	for (unsigned i = 1; strstr(json, boundary); i++) {
		g_free(boundary);
		boundary = g_strdup_printf(BOUNDARY "-%u", i);
	}
	return boundary;
}

static void
write_part(const struct parts *parts, const char *name, const struct value *item, const char *type, bool file)
{
	GString *text = parts->text;
	bool raw = value_is(item, VALUE_STRING) && !(type && openapi_is_json(type));
	g_autofree char *json = raw ? NULL : value_to_json(item, false);
	g_string_append_printf(text, "--%s\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n", parts->boundary, name, file ? "; filename=\"file\"" : "");
	if (type)
		g_string_append_printf(text, "Content-Type: %s\r\n", type);
	g_string_append(text, "\r\n");
	if (json)
		g_string_append(text, json);
	else
		g_string_append_len(text, item->text, item->length);
	g_string_append(text, "\r\n");
}

/* Items of a list are parts of one name. */
static void
write_parts(const struct parts *parts, const struct value *media, const struct value *name, const struct value *item)
{
	struct openapi *openapi = parts->openapi;
	const struct value *schema = openapi_resolve(openapi, member_schema(openapi, media, name->text));
	const struct value *encoding = value_member(value_member(media, "encoding"), name->text);
	const struct value *items = value_is(item, VALUE_ARRAY) ? openapi_resolve(openapi, shape_of(openapi, schema)->items) : NULL;
	const struct value *described = items ? items : schema;
	const char *format = value_member_text(described, "format");
	bool file = g_strcmp0(format, "binary") == 0 || value_member(described, "contentMediaType");
	const char *declared = value_member_text(encoding, "contentType");
	bool whole = item->kind != VALUE_ARRAY || (declared && openapi_is_json(declared));
	VALUE_EACH (entry, whole ? NULL : item) {
		g_autofree char *type = part_type(encoding, described, entry);
		write_part(parts, name->text, entry, type, file);
	}
	g_autofree char *type = whole ? part_type(encoding, described, item) : NULL;
	if (whole)
		write_part(parts, name->text, item, type, file);
}

static GString *
write_multipart(struct openapi *openapi, const struct value *media, const struct value *value, char **ret_content_type)
{
	struct parts parts = { openapi, g_string_new(NULL), choose_boundary(value) };
	VALUE_EACH_MEMBER (name, item, value)
		write_parts(&parts, media, name, item);
	g_string_append_printf(parts.text, "--%s--\r\n", parts.boundary);
	g_free(*ret_content_type);
	*ret_content_type = g_strdup_printf("multipart/form-data; boundary=%s", parts.boundary);
	g_free(parts.boundary);
	return parts.text;
}

GString *
body_write(struct openapi *openapi, const char *media, const struct value *object, const struct value *value, char **ret_content_type)
{
	bool any = strchr(media, '*') != NULL;
	g_autofree char *type = http_media_type(any ? "application/json" : media);
	GString *text = NULL;
	*ret_content_type = g_strdup(any ? "application/json" : media);
	if (sequence_is(openapi, type, object)) {
		text = sequence_write(type, value);
	} else if (g_str_equal(type, "application/x-www-form-urlencoded")) {
		text = body_write_form(object, value);
	} else if (g_str_equal(type, "multipart/form-data")) {
		text = write_multipart(openapi, object, value, ret_content_type);
	} else if (!openapi_is_json(type) && value_is(value, VALUE_STRING)) {
		text = g_string_new_len(value->text, value->length);
	} else if (g_str_has_suffix(type, "/xml") || g_str_has_suffix(type, "+xml")) {
		g_autofree char *xml = xml_text(openapi, value, value_member(object, "schema"));
		text = g_string_new(xml);
	} else {
		g_autofree char *json = value_to_json(value, false);
		text = g_string_new(json);
	}
	return text;
}
