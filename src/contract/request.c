#include "contract/request.h"

#include <string.h>

#include "base/error.h"
#include "contract/body.h"
#include "contract/security.h"
#include "contract/sequence.h"
#include "contract/style.h"

/* A request in the making. */
struct drafting {
	struct sampler *sampler;
	struct openapi *openapi;
	const struct openapi_operation *operation;
	const struct request_options *options;
	struct http_request *request;
	GString *path, *query, *cookies;
};

static struct doc *
parameter_value(struct drafting *drafting, const struct openapi_parameter *parameter, GError **error)
{
	const struct value *given = parameter->location == OPENAPI_PATH ? value_member(drafting->options->path, parameter->name) : NULL;
	const struct value *example = value_member(parameter->node, "example");
	struct sample_options options = { .side = SCHEMA_SIDE_REQUEST, .fresh = drafting->options->fresh, .required_only = drafting->options->required_only };
	const struct schema *schema = parameter->value_schema ? openapi_schema(drafting->openapi, parameter->value_schema, NULL) : NULL;
	const struct value *known = given ? given : options.fresh ? NULL : example;
	if (known && (given || !schema || schema_check(schema, known, SCHEMA_SIDE_REQUEST, NULL))) {
		g_autofree char *json = value_to_json(known, false);
		return doc_own(json);
	}
	if (!parameter->value_schema)
		return doc_own("\"text\"");
	return sample_make(drafting->sampler, parameter->value_schema, parameter->name, &options, error);
}

static void
replace_name(GString *path, const char *name, const char *value)
{
	g_autofree char *mark = g_strdup_printf("{%s}", name);
	g_string_replace(path, mark, value, 0);
}

static void
place_parameter(struct drafting *drafting, const struct openapi_parameter *parameter, const struct value *value)
{
	g_autofree char *text = style_encode(parameter, value);
	if (parameter->location == OPENAPI_PATH) {
		replace_name(drafting->path, parameter->name, text);
	} else if (parameter->location == OPENAPI_HEADER) {
		g_strdelimit(text, "\r\n", ' ');
		http_headers_add(&drafting->request->headers, parameter->name, text);
	} else if (*text) {
		bool cookie = parameter->location == OPENAPI_COOKIE;
		GString *into = cookie ? drafting->cookies : drafting->query;
		g_string_append_printf(into, "%s%s", into->len ? cookie ? "; " : "&" : "", text);
	}
}

static bool
add_parameters(struct drafting *drafting, GError **error)
{
	for (size_t i = 0; i < drafting->operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &drafting->operation->parameters[i];
		GError *cause = NULL;
		if (!parameter->required && drafting->options->required_only)
			continue;
		g_autoptr(Doc) doc = parameter_value(drafting, parameter, parameter->required ? error : &cause);
		if (doc)
			place_parameter(drafting, parameter, doc_root(doc));
		else if (parameter->required)
			return false;
		g_clear_error(&cause);
	}
	/* What the template names and nobody describes is text. */
	for (size_t i = 0; i < drafting->operation->path_name_count; i++) {
		const struct value *given = value_member(drafting->options->path, drafting->operation->path_names[i]);
		g_autofree char *text = value_text(given) ? g_uri_escape_string(given->text, NULL, FALSE) : g_strdup("text");
		replace_name(drafting->path, drafting->operation->path_names[i], text);
	}
	return true;
}

/* A body made up for a media type object: one item where only those are described. */
static struct doc *
sample_body(struct drafting *drafting, const struct value *object, const struct sample_options *options, GError **error)
{
	const struct value *schema = value_member(object, "schema"), *each = value_member(object, "itemSchema");
	if (schema || !each)
		return schema ? sample_make(drafting->sampler, schema, NULL, options, error) : doc_own("{}");
	return sequence_sample(drafting->sampler, each, options, 1, error);
}

static bool
add_body(struct drafting *drafting, GError **error)
{
	const struct openapi_operation *operation = drafting->operation;
	const char *media = NULL;
	if (!operation->body || (drafting->options->required_only && !operation->body_required && !drafting->options->body))
		return true;
	const struct value *object = openapi_content(drafting->openapi, operation->body, NULL, &media), *schema = value_member(object, "schema");
	if (!object)
		return true;
	struct sample_options options = { .side = SCHEMA_SIDE_REQUEST, .fresh = drafting->options->fresh, .required_only = drafting->options->required_only };
	const struct value *example = options.fresh ? NULL : value_member(object, "example");
	const struct schema *compiled = schema ? openapi_schema(drafting->openapi, schema, NULL) : NULL;
	bool shown = example && compiled && schema_check(compiled, example, SCHEMA_SIDE_REQUEST, NULL);
	const struct value *known = drafting->options->body ? drafting->options->body : shown ? example : NULL;
	g_autoptr(Doc) doc = known ? NULL : sample_body(drafting, object, &options, error);
	char *type = NULL;
	if (!known && !doc)
		return false;
	drafting->request->body = body_write(drafting->openapi, media, object, known ? known : doc_root(doc), &type);
	if (!drafting->request->body)
		return error_set(error, ERR_INVALID, "describe the body as JSON, a form or text", "no %s can be made of a value", media);
	http_headers_add(&drafting->request->headers, "Content-Type", type);
	g_free(type);
	return true;
}

bool
request_make(struct sampler *sampler, struct openapi *openapi, const struct openapi_operation *operation, const struct request_options *options,
             struct http_request *ret, GError **error)
{
	*ret = (struct http_request){ .method = g_strdup(operation->method) };
	struct drafting drafting = { sampler, openapi, operation, options, ret, g_string_new(operation->path), g_string_new(NULL), g_string_new(NULL) };
	bool ok = add_parameters(&drafting, error) && add_body(&drafting, error);
	security_supply(openapi, operation, &ret->headers, drafting.query, drafting.cookies);
	if (drafting.cookies->len)
		http_headers_add(&ret->headers, "Cookie", drafting.cookies->str);
	ret->url = g_strdup_printf("%s%s%s%s", options->base ? options->base : "", drafting.path->str, drafting.query->len ? "?" : "", drafting.query->str);
	g_string_free(drafting.path, TRUE);
	g_string_free(drafting.query, TRUE);
	g_string_free(drafting.cookies, TRUE);
	if (!ok)
		http_request_clear(ret);
	return ok;
}
