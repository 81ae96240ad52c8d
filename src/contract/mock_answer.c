/* Answers: status, media type, headers and body as the document declares them. */
#include <string.h>

#include "base/error.h"
#include "contract/mock_model.h"
#include "contract/sequence.h"
#include "contract/shape.h"
#include "contract/style.h"
#include "contract/xml.h"

enum { SEQUENCE_ITEMS = 3 };   /* of a sequence whose items alone are described */

void
answer_header(struct asking *asking, const char *name, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *value = g_strdup_vprintf(format, args);
	va_end(args);
	http_headers_add(&asking->headers, name, g_strdelimit(value, "\r\n", ' '));
}

static void
set_body(struct asking *asking, const char *media, const char *text, size_t length)
{
	asking->media = media;
	if (!asking->body)
		asking->body = g_string_sized_new(length);
	g_string_truncate(asking->body, 0);
	g_string_append_len(asking->body, text, (gssize)length);
}

/* JSON text as the body of a media type: the same value in its own spelling, where there is one. */
static void
set_json_as(struct asking *asking, const char *media, const struct value *schema, const char *json)
{
	if (!media || strchr(media, '*'))
		media = "application/json";
	if (openapi_is_json(media)) {
		set_body(asking, media, json, strlen(json));
		return;
	}
	g_autofree char *type = http_media_type(media);
	g_autoptr(Doc) doc = doc_own(json);
	const struct value *value = doc_root(doc);
	g_autofree char *text = NULL;
	if (sequence_is_type(type) && value_is(value, VALUE_ARRAY)) {
		text = g_string_free(sequence_write(type, value), FALSE);
		set_body(asking, media, text, strlen(text));
		return;
	}
	if (value_is(value, VALUE_STRING)) {
		set_body(asking, media, value->text, value->length);
		return;
	}
	if (g_str_has_suffix(type, "/xml") || g_str_has_suffix(type, "+xml"))
		text = xml_text(asking->mock->openapi, value, schema);
	else if (g_str_has_suffix(type, "yaml"))
		text = value_to_yaml(value);
	set_body(asking, media, text ? text : json, strlen(text ? text : json));
}

/* The path that stands before the operation's own in this request: that of a server. */
static char *
request_base(const struct asking *asking)
{
	const char *target = asking->request->url;
	g_autofree char *path = g_strndup(target, strcspn(target, "?#"));
	for (const char *at = asking->plan->operation->path; *at; at++) {
		char *slash = *at == '/' ? strrchr(path, '/') : NULL;
		if (slash)
			*slash = '\0';
	}
	return g_steal_pointer(&path);
}

/* A schema that takes absolute addresses only. */
static bool
wants_origin(const struct openapi *openapi, const struct value *schema)
{
	const char *format = value_member_text(openapi_resolve(openapi, schema), "format");
	return g_strcmp0(format, "uri") == 0 || g_strcmp0(format, "url") == 0;
}

/* The address of an object as the declared schema wants it: with the host or without, behind the path of the server or not. */
static char *
location_of(struct asking *asking, const struct value *schema, const struct object *subject)
{
	struct openapi *openapi = asking->mock->openapi;
	const struct schema *compiled = schema ? openapi_schema(openapi, schema, NULL) : NULL;
	const char *host = wants_origin(openapi, schema) ? http_headers_get(&asking->request->headers, "host") : NULL;
	g_autofree char *base = request_base(asking), *path = mock_path(asking->plan->resource, asking->values, subject->id);
	for (unsigned i = 0; i < 2; i++) {
		g_autofree char *location = g_strconcat(host ? "http://" : "", host ? host : "", i ? "" : base, path, NULL);
		struct value value = { .kind = VALUE_STRING, .span = 1, .length = (uint32_t)strlen(location), .text = location };
		if (!compiled || schema_check(compiled, &value, SCHEMA_SIDE_RESPONSE, NULL))
			return g_steal_pointer(&location);
	}
	return NULL;
}

char *
answer_header_value(struct asking *asking, const char *name, const struct value *node, const struct object *subject)
{
	struct openapi *openapi = asking->mock->openapi;
	const struct value *schema = value_member(node, "schema");
	if (subject && (lexicon_same(name, "Location") || lexicon_same(name, "Content-Location"))) {
		char *location = location_of(asking, schema, subject);
		if (location)
			return location;
	}
	struct openapi_parameter parameter = { .name = name, .location = OPENAPI_HEADER, .style = "simple", .value_schema = schema };
	struct sample_options options = { .side = SCHEMA_SIDE_RESPONSE };
	parameter.explode = value_truth(value_member(node, "explode"));
	const struct value *example = value_member(node, "example");
	if (!example)
		example = value_member(openapi_resolve(openapi, value_member(value_member(node, "examples"), "default")), "value");
	struct faults faults = { 0 };
	bool fits = example && exchange_check(openapi, schema, example, SCHEMA_SIDE_RESPONSE, "", "", &faults);
	faults_clear(&faults);
	if (fits)
		return style_encode(&parameter, example);
	g_autoptr(Doc) doc = schema ? sample_make(asking->mock->sampler, schema, name, &options, NULL) : NULL;
	return doc ? style_encode(&parameter, doc_root(doc)) : NULL;
}

static void
add_headers(struct asking *asking, const struct openapi_response *response, const struct object *subject)
{
	VALUE_EACH_MEMBER (name, item, response ? value_member(response->node, "headers") : NULL) {
		const struct value *node = openapi_resolve(asking->mock->openapi, item);
		if (http_headers_get(&asking->headers, name->text) || g_ascii_strcasecmp(name->text, "content-type") == 0 ||
		    g_ascii_strcasecmp(name->text, "content-length") == 0 || g_ascii_strcasecmp(name->text, "transfer-encoding") == 0)
			continue;
		g_autofree char *value = answer_header_value(asking, name->text, node, subject);
		if (value)
			answer_header(asking, name->text, "%s", value);
	}
	bool created = subject && asking->status == 201 && (asking->plan->resource->item || asking->plan->resource->home);
	if (created && !http_headers_get(&asking->headers, "Location")) {
		g_autofree char *location = answer_header_value(asking, "Location", NULL, subject);
		answer_header(asking, "Location", "%s", location);
	}
}

static bool
has_content(const struct openapi_response *response, int status)
{
	return status != 204 && status != 304 && response && value_count(value_member(response->node, "content"));
}

/* The same in another media type, whose schema may be another: newly allocated; NULL where it is as it was. */
static char *
recast_json(struct asking *asking, const char *json, const struct value *schema)
{
	struct openapi *openapi = asking->mock->openapi;
	if (!schema || openapi_resolve(openapi, schema) == openapi_resolve(openapi, asking->plan->schema))
		return NULL;
	g_autoptr(Doc) doc = doc_own(json);
	struct sample_options options = { .side = SCHEMA_SIDE_RESPONSE, .required_only = true, .like = doc_root(doc) };
	g_autoptr(Doc) other = sample_make(asking->mock->sampler, schema, NULL, &options, NULL);
	return other ? value_to_json(doc_root(other), false) : NULL;
}

void
answer_json(struct asking *asking, const char *json, const struct object *subject)
{
	const struct mock_plan *plan = asking->plan;
	asking->status = plan->status;
	if (has_content(plan->response, plan->status)) {
		const char *accept = http_headers_get(&asking->request->headers, "accept");
		const char *media = exchange_negotiate(asking->mock->openapi, plan->response->node, accept);
		const struct value *schema = value_member(openapi_content(asking->mock->openapi, plan->response->node, media, NULL), "schema");
		g_autofree char *other = recast_json(asking, json, schema);
		set_json_as(asking, media, schema ? schema : plan->schema, other ? other : json);
	}
	add_headers(asking, plan->response, subject);
}

/* The example that the request names, or the document for the mock. */
static const char *
wanted_example(const struct asking *asking)
{
	const struct wish *wish = &asking->wish;
	bool usual = asking->plan && asking->status == asking->plan->status;
	return wish->example || wish->dynamic || !usual ? wish->example : asking->plan->example;
}

/* The example with a name, or the first; NULL where there is none, or where it does not fit the schema. */
static const struct value *
choose_example(struct openapi *openapi, const struct value *media, const struct value *schema, const char *wanted)
{
	const struct value *found = wanted ? NULL : value_member(media, "example");
	VALUE_EACH_MEMBER (name, item, value_member(media, "examples")) {
		const struct value *example = openapi_resolve(openapi, item);
		if (wanted ? strcmp(name->text, wanted) == 0 : !found)
			found = value_member(example, value_member(example, "dataValue") ? "dataValue" : "value");
	}
	struct faults faults = { 0 };
	bool fits = found && exchange_check(openapi, schema, found, SCHEMA_SIDE_RESPONSE, "", "", &faults);
	faults_clear(&faults);
	return fits || (found && wanted) ? found : NULL;
}

static const struct value *
find_example(struct asking *asking, const struct value *media, const struct value *schema)
{
	return choose_example(asking->mock->openapi, media, schema, wanted_example(asking));
}

const struct value *
answer_example(struct openapi *openapi, const struct value *media, const struct value *schema)
{
	return choose_example(openapi, media, schema, NULL);
}

char *
answer_body(struct asking *asking, const struct value *media, const struct value *like, GError **error)
{
	const struct value *schema = value_member(media, "schema");
	bool dynamic = asking->wish.dynamic || asking->mock->options.dynamic;
	const struct value *example = dynamic ? NULL : find_example(asking, media, schema);
	if (example)
		return value_to_json(example, false);
	struct sample_options options = { .side = SCHEMA_SIDE_RESPONSE, .fresh = dynamic };
	if (!schema && value_member(media, "itemSchema")) {
		g_autoptr(Doc) items = sequence_sample(asking->mock->sampler, value_member(media, "itemSchema"), &options, SEQUENCE_ITEMS, error);
		return items ? value_to_json(doc_root(items), false) : NULL;
	}
	if (!schema)
		return g_strdup(value_is(like, VALUE_OBJECT) ? "{}" : "\"\"");
	g_autoptr(Doc) doc = sample_make(asking->mock->sampler, schema, NULL, &options, error);
	if (!doc || !like || !value_is(doc_root(doc), VALUE_OBJECT))
		return doc ? value_to_json(doc_root(doc), false) : NULL;
	/* What the request says about members of the answer is true of the answer, too. */
	g_autoptr(Doc) mixed = mock_unite(like, doc_root(doc));
	struct sample_options echo = { .side = SCHEMA_SIDE_RESPONSE, .required_only = true, .like = doc_root(mixed) };
	g_autoptr(Doc) whole = sample_make(asking->mock->sampler, schema, NULL, &echo, NULL);
	return value_to_json(doc_root(whole ? whole : doc), false);
}

void
answer_own_problem(struct asking *asking, const char *kind, int status, const char *detail)
{
	g_autofree char *json = mock_problem(kind, status, detail, NULL);
	asking->status = status;
	set_body(asking, "application/problem+json", json, strlen(json));
}

static void
refuse_example(struct asking *asking, const char *media, const char *wanted)
{
	g_autofree char *detail = g_strdup_printf("Response for contentType: %s and exampleKey: %s does not exist.", media ? media : "none", wanted);
	answer_own_problem(asking, "NOT_FOUND", 404, detail);
}

/* The media type of an answer. Where the request takes any, the one that the author shows an example of. */
static const char *
choose_media(const struct asking *asking, const struct openapi_response *response)
{
	const char *accept = http_headers_get(&asking->request->headers, "accept");
	VALUE_EACH_MEMBER (name, item, !accept || strcmp(accept, "*/*") == 0 ? value_member(response->node, "content") : NULL)
		if (value_member(item, "example") || value_count(value_member(item, "examples")))
			return name->text;
	return exchange_negotiate(asking->mock->openapi, response->node, accept);
}

void
answer_sample(struct asking *asking, const struct openapi_response *response, int status, const struct value *like)
{
	GError *error = NULL;
	asking->status = status;
	if (has_content(response, status)) {
		const char *name = NULL, *wanted = wanted_example(asking), *media = choose_media(asking, response);
		const struct value *object = openapi_content(asking->mock->openapi, response->node, media, &name);
		if (wanted && !asking->mock->options.dynamic && !find_example(asking, object, value_member(object, "schema"))) {
			refuse_example(asking, name, wanted);
			return;
		}
		g_autofree char *json = answer_body(asking, object, like, &error);
		if (!json) {
			answer_error(asking, error);
			return;
		}
		set_json_as(asking, name, value_member(object, "schema"), json);
	}
	add_headers(asking, response, NULL);
}

void
answer_error(struct asking *asking, GError *error)
{
	g_autofree char *text = error_text(error);
	const char *remedy = error_remedy(error);
	g_autofree char *detail = g_strdup_printf("%s%s%s", text, remedy ? "; " : "", remedy ? remedy : "");
	int status = error_code(error) == ERR_TOO_LARGE ? 507 : 500;
	g_autofree char *json = exchange_problem(status, detail, NULL);
	http_headers_clear(&asking->headers);
	asking->status = status;
	set_body(asking, "application/problem+json", json, strlen(json));
	g_error_free(error);
}

/* The declared answer of a status: its example where it shows one, else its schema in the words of the
 * fault. False where it declares none. */
static bool
answer_declared(struct asking *asking, const struct openapi_response *response, const char *problem)
{
	const char *media = NULL;
	const struct value *object = openapi_content(asking->mock->openapi, response->node, choose_media(asking, response), &media);
	const struct value *schema = value_member(object, "schema");
	if (!object)
		return false;
	const char *wanted = asking->wish.example;
	const struct value *example = find_example(asking, object, schema);
	if (wanted && !example) {
		refuse_example(asking, media, wanted);
		return true;
	}
	g_autofree char *told = example ? value_to_json(example, false) : schema ? problem_like(asking->mock, schema, problem) : NULL;
	if (told)
		set_json_as(asking, media, schema, told);
	return told;
}

void
answer_problem_of(struct asking *asking, const char *kind, int status, const char *detail, const struct faults *faults)
{
	const struct openapi_operation *operation = asking->parsed.match.operation;
	const struct openapi_response *response = operation ? openapi_response_for(operation, status) : NULL;
	g_autofree char *plain = exchange_problem(status, detail, faults);
	asking->status = status;
	if (!response || !answer_declared(asking, response, plain)) {
		g_autofree char *problem = mock_problem(kind, status, detail, faults);
		set_body(asking, "application/problem+json", problem, strlen(problem));
	}
	if (response && asking->status == status)
		add_headers(asking, response, NULL);
}

void
answer_problem(struct asking *asking, int status, const char *detail, const struct faults *faults)
{
	answer_problem_of(asking, NULL, status, detail, faults);
}
