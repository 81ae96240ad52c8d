#include "contract/expression.h"

#include <string.h>

#include "base/error.h"
#include "base/writer.h"

enum source { SOURCE_URL, SOURCE_METHOD, SOURCE_STATUS, SOURCE_HEADER, SOURCE_QUERY, SOURCE_PATH, SOURCE_BODY };

/* What an expression begins with. Of a name there is at least one character; a body may be followed by a pointer. */
static const struct start {
	const char *text;
	enum source source;
	bool named, response;
} starts[] = {
	{ "$url", SOURCE_URL, false, false },
	{ "$method", SOURCE_METHOD, false, false },
	{ "$statusCode", SOURCE_STATUS, false, true },
	{ "$request.header.", SOURCE_HEADER, true, false },
	{ "$request.query.", SOURCE_QUERY, true, false },
	{ "$request.path.", SOURCE_PATH, true, false },
	{ "$request.body", SOURCE_BODY, false, false },
	{ "$response.header.", SOURCE_HEADER, true, true },
	{ "$response.body", SOURCE_BODY, false, true },
};

typedef struct expression {
	const struct start *start;
	char *rest;   /* the name, or the JSON pointer */
} Expression;

static void
expression_clear(struct expression *expression)
{
	g_clear_pointer(&expression->rest, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Expression, expression_clear)

static bool
is_token(const char *text)
{
	for (; *text; text++)
		if (!g_ascii_isalnum(*text) && !strchr("!#$%&'*+-.^_`|~", *text))
			return false;
	return true;
}

static bool
is_rest(const struct start *start, const char *rest)
{
	if (start->source == SOURCE_BODY)
		return !*rest || (*rest == '#' && (!rest[1] || rest[1] == '/'));
	if (!start->named)
		return !*rest;
	return *rest && (start->source != SOURCE_HEADER || is_token(rest));
}

static bool
parse(const char *text, size_t length, struct expression *ret, GError **error)
{
	g_autofree char *copy = g_strndup(text, length);
	for (unsigned i = 0; i < G_N_ELEMENTS(starts); i++) {
		const char *rest = copy + strlen(starts[i].text);
		if (!g_str_has_prefix(copy, starts[i].text) || !is_rest(&starts[i], rest))
			continue;
		*ret = (struct expression){ &starts[i], g_strdup(*rest == '#' && starts[i].source == SOURCE_BODY ? rest + 1 : rest) };
		return true;
	}
	return error_set(error, ERR_INVALID, "write $url, $method, $statusCode, $request.… or $response.… with header.NAME or body#/POINTER",
	                 "\"%s\" is no runtime expression", copy);
}

static bool
absent(const struct expression *expression, GError **error)
{
	return error_set(error, ERR_NOT_FOUND, NULL, "the exchange has no value for \"%s%s%s\"", expression->start->text,
	                 expression->start->source == SOURCE_BODY && *expression->rest ? "#" : "", expression->rest);
}

/* The raw value of a name in the query of a URL. */
static char *
query_text(const char *url, const char *name)
{
	const char *at = strchr(url, '?');
	while (at && *at && *at != '#') {
		size_t length = strcspn(++at, "&#"), end = MIN(strcspn(at, "="), length);
		g_autofree char *key = http_unescape(at, end, true);
		if (g_strcmp0(key, name) == 0)
			return http_unescape(at + MIN(end + 1, length), length - MIN(end + 1, length), true);
		at += length;
	}
	return NULL;
}

/* What came over a wire may be no UTF-8. */
static bool
write_text(struct writer *writer, const char *text)
{
	g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;
	if (valid)
		writer_text(writer, valid);
	return text;
}

static bool
write_parameter(struct writer *writer, const struct expression_context *context, const char *location, const char *name)
{
	const struct value *value = value_member(value_member(context->parameters, location), name);
	if (value)
		writer_value(writer, value);
	if (value || strcmp(location, "query") != 0 || !context->request)
		return value;
	g_autofree char *text = query_text(context->request->url, name);
	return write_text(writer, text);
}

static bool
write_body(struct writer *writer, const struct value *body, const char *pointer)
{
	const struct value *value = value_find(body, pointer);
	if (value)
		writer_value(writer, value);
	return value;
}

static bool
write_header(struct writer *writer, const struct expression_context *context, const struct expression *expression)
{
	const struct http_headers *headers = NULL;
	if (expression->start->response)
		headers = context->response ? &context->response->headers : NULL;
	else
		headers = context->request ? &context->request->headers : NULL;
	return headers && write_text(writer, http_headers_get(headers, expression->rest));
}

static bool
write_expression(struct writer *writer, const struct expression_context *context, const struct expression *expression)
{
	switch (expression->start->source) {
	case SOURCE_URL:
		return context->request && write_text(writer, context->request->url);
	case SOURCE_METHOD:
		return context->request && write_text(writer, context->request->method);
	case SOURCE_STATUS:
		if (context->response)
			writer_int(writer, context->response->status);
		return context->response;
	case SOURCE_HEADER:
		return write_header(writer, context, expression);
	case SOURCE_QUERY:
		return write_parameter(writer, context, "query", expression->rest);
	case SOURCE_PATH:
		return write_parameter(writer, context, "path", expression->rest);
	case SOURCE_BODY:
		return write_body(writer, expression->start->response ? context->response_body : context->request_body, expression->rest);
	}
	return false;
}

/* The next expression in braces at or behind `text`, with the length of what stands between them. */
static const char *
next_embedded(const char *text, size_t *ret_length)
{
	const char *open = strstr(text, "{$"), *close = open ? strchr(open, '}') : NULL;
	if (!close)
		return NULL;
	*ret_length = (size_t)(close - open) - 1;
	return open + 1;
}

/* The one expression that text is: as it stands, or in braces. */
static const char *
sole_expression(const char *text, size_t *ret_length)
{
	const char *embedded = next_embedded(text, ret_length);
	if (embedded == text + 1 && !embedded[*ret_length + 1])
		return embedded;
	*ret_length = strlen(text);
	return *text == '$' && !embedded ? text : NULL;
}

static bool
evaluate_sole(struct writer *writer, const struct expression_context *context, const char *text, size_t length, GError **error)
{
	g_auto(Expression) expression = { 0 };
	if (!parse(text, length, &expression, error))
		return false;
	return write_expression(writer, context, &expression) || absent(&expression, error);
}

/* Strings go into a longer text as they are, everything else as JSON. */
static bool
append_embedded(GString *whole, const struct expression_context *context, const char *text, size_t length, GError **error)
{
	struct writer writer;
	writer_init(&writer, false);
	if (!evaluate_sole(&writer, context, text, length, error)) {
		writer_finish(&writer);
		return false;
	}
	g_autoptr(Doc) doc = writer_doc(&writer);
	const char *string = value_text(doc_root(doc));
	g_autofree char *json = string ? NULL : value_to_json(doc_root(doc), false);
	g_string_append(whole, string ? string : json);
	return true;
}

static bool
evaluate_text(struct writer *writer, const struct expression_context *context, const struct value *value, GError **error)
{
	size_t length;
	const char *sole = sole_expression(value->text, &length), *at = value->text;
	if (sole)
		return evaluate_sole(writer, context, sole, length, error);
	g_autoptr(GString) whole = g_string_new(NULL);
	for (const char *next; (next = next_embedded(at, &length)); at = next + length + 1) {
		g_string_append_len(whole, at, next - at - 1);
		if (!append_embedded(whole, context, next, length, error))
			return false;
	}
	g_string_append_len(whole, at, value->text + value->length - at);
	writer_text_n(writer, whole->str, whole->len);
	return true;
}

/* As deep as a document may be. */
static bool
evaluate(struct writer *writer, const struct expression_context *context, const struct value *value, GError **error)
{
	if (value_is(value, VALUE_STRING))
		return evaluate_text(writer, context, value, error);
	if (!value_is(value, VALUE_ARRAY) && !value_is(value, VALUE_OBJECT)) {
		writer_value(writer, value);
		return true;
	}
	(value->kind == VALUE_ARRAY ? writer_begin_array : writer_begin_object)(writer);
	bool ok = true;
	VALUE_EACH (item, value)
		ok = ok && evaluate(writer, context, item, error);
	VALUE_EACH_MEMBER (key, item, value) {
		if (!ok)
			break;
		writer_key_n(writer, key->text, key->length);
		ok = evaluate(writer, context, item, error);
	}
	if (ok)
		writer_end(writer);
	return ok;
}

struct doc *
expression_evaluate(const struct value *value, const struct expression_context *context, GError **error)
{
	struct writer writer;
	writer_init(&writer, false);
	if (evaluate(&writer, context, value, error))
		return writer_doc(&writer);
	writer_finish(&writer);
	return NULL;
}

bool
expression_is(const char *text)
{
	size_t length;
	return next_embedded(text, &length) || (*text == '$' && expression_check(text, NULL));
}

bool
expression_check(const char *text, GError **error)
{
	size_t length;
	const char *sole = sole_expression(text, &length);
	g_auto(Expression) whole = { 0 };
	if (sole)
		return parse(sole, length, &whole, error);
	for (const char *at = text, *next; (next = next_embedded(at, &length)); at = next + length + 1) {
		g_auto(Expression) part = { 0 };
		if (!parse(next, length, &part, error))
			return false;
	}
	return true;
}
