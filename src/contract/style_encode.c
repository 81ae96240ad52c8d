/* The way out: values as they stand in a message. */
#include <string.h>

#include "contract/style.h"

/* How the parts of a value are joined. */
struct joint {
	const char *prefix;          /* before everything: "." or ";" */
	const char *between;         /* parts */
	const char *equals;          /* a member's name and its value */
	bool named;                  /* every part is preceded by the parameter's name: "color=" */
};

/* Unreserved characters stay (RFC 3986 section 2.3); headers are not escaped at all. */
static void
append(GString *text, const struct openapi_parameter *parameter, const char *part)
{
	if (parameter->location == OPENAPI_HEADER)
		g_string_append(text, part);
	else
		g_string_append_uri_escaped(text, part, NULL, FALSE);
}

static void
append_scalar(GString *text, const struct openapi_parameter *parameter, const struct value *value)
{
	g_autofree char *json = value_is(value, VALUE_STRING) ? NULL : value_to_json(value, false);
	append(text, parameter, json ? json : value->text);
}

static struct joint
choose_joint(const struct openapi_parameter *parameter, bool object)
{
	const char *style = parameter->style;
	bool explode = parameter->explode;
	const char *equals = explode ? "=" : ",";
	if (g_str_equal(style, "label"))
		return (struct joint){ ".", explode ? "." : ",", equals, false };
	if (g_str_equal(style, "matrix"))
		return (struct joint){ ";", explode ? ";" : ",", equals, explode && !object };
	if (g_str_equal(style, "simple"))
		return (struct joint){ "", ",", equals, false };
	const char *between = g_str_equal(style, "spaceDelimited") ? "%20" : g_str_equal(style, "pipeDelimited") ? "%7C" : ",";
	bool cookie = parameter->location == OPENAPI_COOKIE;
	return (struct joint){ "", explode ? cookie ? "; " : "&" : between, explode ? "=" : between, explode && !object };
}

/* True where the name stands once before the whole: "color=blue,black". */
static bool
is_named_once(const struct openapi_parameter *parameter, const struct joint *joint, bool object)
{
	if (parameter->location == OPENAPI_HEADER || g_str_equal(parameter->style, "simple") || g_str_equal(parameter->style, "label"))
		return false;
	return !joint->named && !(object && parameter->explode);
}

static void
append_name(GString *text, const struct openapi_parameter *parameter)
{
	append(text, parameter, parameter->name);
	g_string_append_c(text, '=');
}

static void
append_deep(GString *text, const struct openapi_parameter *parameter, const struct value *object)
{
	VALUE_EACH_MEMBER (key, item, object) {
		g_autofree char *name = g_strdup_printf("%s[%s]", parameter->name, key->text);
		g_string_append(text, text->len ? "&" : "");
		g_string_append_uri_escaped(text, name, "[]", FALSE);
		g_string_append_c(text, '=');
		append_scalar(text, parameter, item);
	}
}

static void
append_parts(GString *text, const struct openapi_parameter *parameter, const struct joint *joint, const struct value *value)
{
	const char *between = "";
	VALUE_EACH (item, value) {
		g_string_append(text, between);
		if (joint->named)
			append_name(text, parameter);
		append_scalar(text, parameter, item);
		between = joint->between;
	}
	VALUE_EACH_MEMBER (key, item, value) {
		g_string_append(text, between);
		append(text, parameter, key->text);
		g_string_append(text, joint->equals);
		append_scalar(text, parameter, item);
		between = joint->between;
	}
}

char *
style_encode(const struct openapi_parameter *parameter, const struct value *value)
{
	GString *text = g_string_new(NULL);
	bool object = value_is(value, VALUE_OBJECT), parts = object || value_is(value, VALUE_ARRAY);
	bool pairs = parameter->location == OPENAPI_QUERY || parameter->location == OPENAPI_COOKIE;
	if (parameter->content) {
		g_autofree char *json = openapi_is_json(parameter->content) || !value_is(value, VALUE_STRING) ? value_to_json(value, false) : NULL;
		if (pairs)
			append_name(text, parameter);
		append(text, parameter, json ? json : value->text);
	} else if (object && g_str_equal(parameter->style, "deepObject")) {
		append_deep(text, parameter, value);
	} else {
		struct joint joint = choose_joint(parameter, object);
		joint.named &= parts;
		g_string_append(text, joint.prefix);
		if (is_named_once(parameter, &joint, object))
			append_name(text, parameter);
		if (parts)
			append_parts(text, parameter, &joint, value);
		else
			append_scalar(text, parameter, value);
	}
	return g_string_free(text, FALSE);
}
