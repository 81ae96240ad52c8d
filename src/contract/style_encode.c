/* The way out: values as they stand in a message. */
#include <string.h>

#include "contract/body.h"
#include "contract/style.h"

/* How the parts of a value are joined. */
struct joint {
	const char *prefix;          /* before everything: "." or ";" */
	const char *between;         /* parts */
	const char *equals;          /* a member's name and its value */
	bool named;                  /* every part is preceded by the parameter's name: "color=" */
};

/* Unreserved characters stay (RFC 3986 section 2.3), and reserved ones where the parameter allows them, but for those that
 * would end it or divide it. Headers are not escaped at all, neither are cookies of that style. */
static void
append_part(GString *text, const struct openapi_parameter *parameter, const char *part, bool divided)
{
	const char *allowed = NULL;
	if (parameter->reserved)
		allowed = parameter->location == OPENAPI_PATH ? ":@!$'()*" : divided ? "/?:@!$'()*;=" : "/?:@!$'()*;=,";
	if (parameter->location == OPENAPI_HEADER || g_strcmp0(parameter->style, "cookie") == 0)
		g_string_append(text, part);
	else
		g_string_append_uri_escaped(text, part, allowed, FALSE);
}

static void
append(GString *text, const struct openapi_parameter *parameter, const char *part)
{
	append_part(text, parameter, part, true);
}

static void
append_scalar(GString *text, const struct openapi_parameter *parameter, const struct value *value, bool divided)
{
	g_autofree char *json = value_is(value, VALUE_STRING) ? NULL : value_to_json(value, false);
	append_part(text, parameter, json ? json : value->text, divided);
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
		g_string_append_uri_escaped(text, name, NULL, FALSE);
		g_string_append_c(text, '=');
		append_scalar(text, parameter, item, true);
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
		append_scalar(text, parameter, item, true);
		between = joint->between;
	}
	VALUE_EACH_MEMBER (key, item, value) {
		g_string_append(text, between);
		append(text, parameter, key->text);
		g_string_append(text, joint->equals);
		append_scalar(text, parameter, item, true);
		between = joint->between;
	}
}

/* A parameter with `content`: the whole is a document of that media type. */
static void
append_content(GString *text, const struct openapi_parameter *parameter, const struct value *value)
{
	bool form = g_str_has_prefix(parameter->content, "application/x-www-form-urlencoded");
	bool pairs = parameter->location == OPENAPI_QUERY || parameter->location == OPENAPI_COOKIE;
	if (form && value_is(value, VALUE_OBJECT)) {
		GString *whole = body_write_form(value_member(value_member(parameter->node, "content"), parameter->content), value);
		if (parameter->location == OPENAPI_QUERYSTRING)
			g_string_append(text, whole->str);
		else
			append(text, parameter, whole->str);
		g_string_free(whole, TRUE);
		return;
	}
	g_autofree char *json = openapi_is_json(parameter->content) || !value_is(value, VALUE_STRING) ? value_to_json(value, false) : NULL;
	if (pairs)
		append_name(text, parameter);
	append(text, parameter, json ? json : value->text);
}

static void
append_styled(GString *text, const struct openapi_parameter *parameter, const struct value *value)
{
	bool object = value_is(value, VALUE_OBJECT), parts = object || value_is(value, VALUE_ARRAY);
	bool empty = value_is(value, VALUE_STRING) && !value->length;
	struct joint joint = choose_joint(parameter, object);
	joint.named &= parts;
	g_string_append(text, joint.prefix);
	if (is_named_once(parameter, &joint, object))
		append_name(text, parameter);
	if (parts)
		append_parts(text, parameter, &joint, value);
	else
		append_scalar(text, parameter, value, false);
	/* An empty value has no equals sign there (RFC 6570 section 3.2.7). */
	if (empty && g_str_equal(parameter->style, "matrix"))
		g_string_truncate(text, text->len - 1);
}

char *
style_encode(const struct openapi_parameter *parameter, const struct value *value)
{
	GString *text = g_string_new(NULL);
	if (parameter->content)
		append_content(text, parameter, value);
	else if (value_is(value, VALUE_OBJECT) && g_str_equal(parameter->style, "deepObject"))
		append_deep(text, parameter, value);
	else
		append_styled(text, parameter, value);
	return g_string_free(text, FALSE);
}
