/* Values as message bodies. */
#include <string.h>

#include "contract/body.h"
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

static void
write_part(GString *text, const char *name, const struct value *item, bool file)
{
	g_autofree char *json = value_is(item, VALUE_STRING) ? NULL : value_to_json(item, false);
	g_string_append_printf(text, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n", name, file ? "; filename=\"file\"" : "");
	if (file || item->kind >= VALUE_ARRAY)
		g_string_append_printf(text, "Content-Type: %s\r\n", file ? "application/octet-stream" : "application/json");
	g_string_append(text, "\r\n");
	if (json)
		g_string_append(text, json);
	else
		g_string_append_len(text, item->text, item->length);
	g_string_append(text, "\r\n");
}

static GString *
write_multipart(struct openapi *openapi, const struct value *media, const struct value *value)
{
	GString *text = g_string_new(NULL);
	VALUE_EACH_MEMBER (name, item, value) {
		const struct value *schema = openapi_resolve(openapi, member_schema(openapi, media, name->text));
		const struct value *items = value_is(item, VALUE_ARRAY) ? openapi_resolve(openapi, shape_of(openapi, schema)->items) : NULL;
		bool file = g_strcmp0(value_member_text(items ? items : schema, "format"), "binary") == 0;
		VALUE_EACH (entry, item)
			write_part(text, name->text, entry, file);
		if (item->kind != VALUE_ARRAY)
			write_part(text, name->text, item, file);
	}
	g_string_append(text, "--" BOUNDARY "--\r\n");
	return text;
}

GString *
body_write(struct openapi *openapi, const char *media, const struct value *object, const struct value *value, char **ret_content_type)
{
	bool any = strchr(media, '*') != NULL;
	g_autofree char *type = http_media_type(any ? "application/json" : media);
	GString *text = NULL;
	*ret_content_type = g_strdup(any ? "application/json" : media);
	if (g_str_equal(type, "application/x-www-form-urlencoded")) {
		text = body_write_form(object, value);
	} else if (g_str_equal(type, "multipart/form-data")) {
		text = write_multipart(openapi, object, value);
		g_free(*ret_content_type);
		*ret_content_type = g_strdup("multipart/form-data; boundary=" BOUNDARY);
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
