#include "contract/exchange.h"

#include <string.h>

#include "base/error.h"
#include "contract/body.h"
#include "contract/security.h"
#include "contract/style.h"
#include "contract/xml.h"

/* A request under judgement. */
struct judging {
	struct openapi *openapi;
	const struct http_request *request;
	const struct openapi_operation *operation;
	const struct openapi_match *match;
	struct style_pairs query, cookies;
	struct faults *faults;
	bool path_faulty, malformed, body_faulty;
	bool unreadable;             /* something is not even what its kind of content can be */
};

static const char *const location_names[] = { "path", "query", "header", "cookie", "query" };

static void
add_fault(struct faults *faults, const char *code, const char *where, const char *name, char *message)
{
	faults->items = g_renew(struct fault, faults->items, faults->count + 1);
	faults->items[faults->count++] = (struct fault){ g_strdup(where), g_strdup(name), message, g_strdup(code) };
}

void
faults_add(struct faults *faults, const char *where, const char *name, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_fault(faults, NULL, where, name, g_strdup_vprintf(format, args));
	va_end(args);
}

void
faults_add_coded(struct faults *faults, const char *code, const char *where, const char *name, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_fault(faults, code, where, name, g_strdup_vprintf(format, args));
	va_end(args);
}

void
faults_clear(struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++) {
		g_free(faults->items[i].where);
		g_free(faults->items[i].name);
		g_free(faults->items[i].message);
		g_free(faults->items[i].code);
	}
	g_free(faults->items);
	*faults = (struct faults){ 0 };
}

/* Adds what a schema finds as faults; `name` stands before the pointers. Read-only members are none
 * in a request. */
static bool
add_findings(const struct schema *schema, const struct value *value, enum schema_side side, const char *where, const char *name,
             struct faults *faults)
{
	struct schema_findings findings = { 0 };
	size_t before = faults->count;
	schema_check(schema, value, side, &findings);
	for (size_t i = 0; i < findings.count; i++) {
		const struct schema_finding *finding = &findings.items[i];
		g_autofree char *place = g_strconcat(name, finding->instance, NULL);
		if (side != SCHEMA_SIDE_REQUEST || strcmp(finding->keyword, "readOnly") != 0)
			faults_add_coded(faults, finding->keyword, where, place, "%s", finding->message);
	}
	schema_findings_clear(&findings);
	return faults->count == before;
}

bool
exchange_check(struct openapi *openapi, const struct value *node, const struct value *value, enum schema_side side, const char *where,
               const char *name, struct faults *faults)
{
	/* A schema that cannot be compiled judges nobody; the model keeps a remark of it. */
	const struct schema *schema = node ? openapi_schema(openapi, node, NULL) : NULL;
	if (!schema || schema_check(schema, value, side, NULL))
		return true;
	if (side == SCHEMA_SIDE_REQUEST && schema_check(schema, value, SCHEMA_SIDE_NONE, NULL))
		return true;
	return add_findings(schema, value, side, where, name, faults);
}

bool
exchange_check_body(struct openapi *openapi, const struct value *media, const struct value *value, enum schema_side side, struct faults *faults)
{
	const struct value *each = value_member(media, "itemSchema");
	bool ok = exchange_check(openapi, value_member(media, "schema"), value, side, "body", "", faults);
	unsigned position = 0;
	VALUE_EACH (item, each ? value : NULL) {
		g_autofree char *name = g_strdup_printf("/%u", position++);
		ok = exchange_check(openapi, each, item, side, "body", name, faults) && ok;
	}
	return ok;
}

static struct style_source
source_of(const struct judging *judging, const struct openapi_parameter *parameter)
{
	struct style_source source = { 0 };
	if (parameter->location == OPENAPI_QUERY)
		source.pairs = &judging->query;
	else if (parameter->location == OPENAPI_COOKIE)
		source.pairs = &judging->cookies;
	else if (parameter->location == OPENAPI_HEADER)
		source.text = http_headers_get(&judging->request->headers, parameter->name);
	else if (parameter->location == OPENAPI_QUERYSTRING && strchr(judging->request->url, '?'))
		source.text = strchr(judging->request->url, '?') + 1;
	for (size_t i = 0; parameter->location == OPENAPI_PATH && i < judging->match->count; i++)
		if (strcmp(judging->operation->path_names[i], parameter->name) == 0)
			source.text = judging->match->values[i];
	return source;
}

/* The value of a parameter as the first reading has it that its schema accepts; else as the first
 * has it that can be read at all. NULL where it is absent, or *ret_malformed. */
static struct doc *
read_parameter(struct judging *judging, const struct openapi_parameter *parameter, bool *ret_malformed)
{
	struct style_source source = source_of(judging, parameter);
	struct doc *first = NULL;
	*ret_malformed = false;
	for (unsigned how = 0; how < STYLE_READINGS; how++) {
		struct writer writer;
		writer_init(&writer, false);
		enum style_result result = style_decode(judging->openapi, parameter, &source, (enum style_reading)how, judging->operation, &writer);
		g_autoptr(Doc) doc = result == STYLE_READ ? doc_read_json(parameter->name, writer.text->str, writer.text->len, NULL, NULL) : NULL;
		writer_finish(&writer);
		if (result == STYLE_ABSENT)
			break;
		if (!doc) {
			*ret_malformed = !first;
			break;
		}
		const struct schema *schema = parameter->value_schema ? openapi_schema(judging->openapi, parameter->value_schema, NULL) : NULL;
		if (!schema || schema_check(schema, doc_root(doc), SCHEMA_SIDE_REQUEST, NULL)) {
			doc_unref(first);
			return g_steal_pointer(&doc);
		}
		if (!first)
			first = g_steal_pointer(&doc);
	}
	return first;
}

/* An empty value where the parameter allows that is not held to the schema. */
static bool
is_allowed_empty(const struct openapi_parameter *parameter, const struct value *value)
{
	return value_truth(value_member(parameter->node, "allowEmptyValue")) && value_is(value, VALUE_STRING) && !value->length;
}

static void
judge_parameter(struct judging *judging, const struct openapi_parameter *parameter, struct writer *writer)
{
	bool malformed;
	size_t before = judging->faults->count;
	const char *where = location_names[parameter->location];
	g_autoptr(Doc) doc = read_parameter(judging, parameter, &malformed);
	const struct value *preset = value_member(openapi_resolve(judging->openapi, parameter->value_schema), "default");
	/* A parameter that the template does not have cannot come. */
	bool missing = !doc && parameter->required && (parameter->location != OPENAPI_PATH || strstr(judging->operation->path, parameter->name));
	if (malformed)
		faults_add_coded(judging->faults, "malformed", where, parameter->name, parameter->content ? "is no valid content" : "has an escape that is none, or is no UTF-8");
	else if (missing)
		faults_add_coded(judging->faults, "required", where, parameter->name, "is missing");
	else if (doc && !is_allowed_empty(parameter, doc_root(doc)))
		exchange_check(judging->openapi, parameter->value_schema, doc_root(doc), SCHEMA_SIDE_REQUEST, where, parameter->name, judging->faults);
	judging->malformed |= malformed;
	judging->unreadable |= malformed;
	judging->path_faulty |= parameter->location == OPENAPI_PATH && judging->faults->count > before;
	if (doc || preset)
		writer_member_value(writer, parameter->name, doc ? doc_root(doc) : preset);
}

/* Path parameters that nobody describes are text. */
static void
write_undescribed(struct judging *judging, struct writer *writer)
{
	const struct openapi_operation *operation = judging->operation;
	for (size_t i = 0; i < operation->path_name_count; i++) {
		bool described = false;
		for (size_t j = 0; j < operation->parameter_count; j++)
			described |= operation->parameters[j].location == OPENAPI_PATH && strcmp(operation->parameters[j].name, operation->path_names[i]) == 0;
		for (size_t j = 0; j < i; j++)
			described |= strcmp(operation->path_names[i], operation->path_names[j]) == 0;
		g_autofree char *text = described ? NULL : http_unescape(judging->match->values[i], strlen(judging->match->values[i]), false);
		if (text && g_utf8_validate(text, -1, NULL))
			writer_member_text(writer, operation->path_names[i], text);
	}
}

static struct doc *
judge_parameters(struct judging *judging)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	for (unsigned location = OPENAPI_PATH; location <= OPENAPI_COOKIE; location++) {
		writer_key(&writer, location_names[location]);
		writer_begin_object(&writer);
		for (size_t i = 0; i < judging->operation->parameter_count; i++) {
			const struct openapi_parameter *parameter = &judging->operation->parameters[i];
			bool here = parameter->location == location || (location == OPENAPI_QUERY && parameter->location == OPENAPI_QUERYSTRING);
			if (here)
				judge_parameter(judging, parameter, &writer);
		}
		if (location == OPENAPI_PATH)
			write_undescribed(judging, &writer);
		writer_end(&writer);
	}
	writer_end(&writer);
	return writer_doc(&writer);
}

static bool
is_xml(const char *type)
{
	g_autofree char *media = http_media_type(type);
	return g_str_equal(media, "application/xml") || g_str_equal(media, "text/xml") || g_str_has_suffix(media, "+xml");
}

static struct doc *
read_xml(struct judging *judging, const struct body *body)
{
	GError *error = NULL;
	const struct value *schema = value_member(body->media, "schema");
	struct doc *doc = schema ? xml_read(judging->openapi, body->bytes, body->length, schema, &error) : NULL;
	if (error) {
		g_autofree char *text = error_text(error);
		faults_add_coded(judging->faults, "malformed", "body", "", "cannot be read: %s", text);
		g_error_free(error);
	}
	return doc;
}

/* True unless the body's kind is not declared: then the status is 415. */
static bool
judge_body(struct judging *judging, struct parsed_request *ret)
{
	const struct openapi_operation *operation = judging->operation;
	const GString *bytes = judging->request->body;
	const char *type = http_headers_get(&judging->request->headers, "content-type");
	if (!bytes || !bytes->len) {
		if (operation->body_required) {
			faults_add_coded(judging->faults, "required", "body", "", "is missing");
			judging->malformed = true;
		}
		return true;
	}
	if (!operation->body) {
		faults_add_coded(judging->faults, "contentType", "media type", "", "%s is not accepted here: the document has no body", type ? type : "a body");
		return false;
	}
	if (!value_count(value_member(operation->body, "content")))
		return true;   /* the document says nothing about it, and nothing reads it */
	const struct value *media = openapi_content(judging->openapi, operation->body, type ? type : "application/json", NULL);
	if (!media) {
		faults_add_coded(judging->faults, "contentType", "media type", "", "%s is not accepted here", type ? type : "a body without Content-Type");
		return false;
	}
	struct body body = { type ? type : "application/json", bytes->str, bytes->len, media };
	size_t before = judging->faults->count;
	ret->body = is_xml(body.content_type) ? read_xml(judging, &body) : body_read(judging->openapi, &body, judging->faults);
	for (size_t i = before; i < judging->faults->count; i++)
		judging->unreadable |= g_strcmp0(judging->faults->items[i].code, "allowReserved") != 0;
	judging->malformed |= judging->faults->count > before;
	if (ret->body)
		judging->body_faulty = !exchange_check_body(judging->openapi, media, doc_root(ret->body), SCHEMA_SIDE_REQUEST, judging->faults);
	return true;
}

/* The quality that an Accept header gives a media type, RFC 9110 section 12.5.1; the most special
 * range counts. */
static double
quality_of(const char *accept, const char *media)
{
	g_autofree char *type = http_media_type(media);
	g_auto(GStrv) ranges = g_strsplit(accept, ",", 64);
	size_t slash = strcspn(type, "/");
	unsigned best = 0;
	double quality = 0;
	for (unsigned i = 0; ranges[i]; i++) {
		g_autofree char *range = http_media_type(ranges[i]);
		bool family = strncmp(range, type, slash + 1) == 0 && g_str_equal(range + MIN(slash, strlen(range)), "/*");
		unsigned rank = g_str_equal(range, type) ? 3 : family ? 2 : g_str_equal(range, "*/*") || g_str_equal(range, "*") ? 1 : 0;
		const char *q = strstr(ranges[i], "q=");
		if (rank <= best)
			continue;
		best = rank;
		quality = q ? g_ascii_strtod(q + 2, NULL) : 1;
	}
	return quality;
}

const char *
exchange_negotiate(const struct openapi *openapi, const struct value *node, const char *accept)
{
	const char *best = NULL;
	double best_quality = 0;
	VALUE_EACH_MEMBER (media, object, value_member(openapi_resolve(openapi, node), "content")) {
		double quality = !accept || !*accept || strchr(media->text, '*') ? 1 : quality_of(accept, media->text);
		if (quality > best_quality || (quality == best_quality && quality > 0 && openapi_is_json(media->text) && !openapi_is_json(best))) {
			best = media->text;
			best_quality = quality;
		}
	}
	return best;
}

/* True where one of the answers that mean success can be had as the request wants it. */
static bool
judge_accept(struct judging *judging)
{
	const char *accept = http_headers_get(&judging->request->headers, "accept");
	bool any = false;
	for (size_t i = 0; i < judging->operation->response_count && accept; i++) {
		const struct openapi_response *response = &judging->operation->responses[i];
		if (*response->status != '2' || !value_count(value_member(response->node, "content")))
			continue;
		if (exchange_negotiate(judging->openapi, response->node, accept))
			return true;
		any = true;
	}
	if (any)
		faults_add_coded(judging->faults, "accept", "header", "Accept", "names no media type of the answer");
	return !any;
}

static bool
declares(const struct openapi_operation *operation, const char *status)
{
	for (size_t i = 0; i < operation->response_count; i++)
		if (strcmp(operation->responses[i].status, status) == 0)
			return true;
	return false;
}

/* 400 and 422 are both in use for the same thing: the declared one counts, else 422 for
 * what can be read at all. A path parameter that
 * cannot be any id is 404 where only that is declared. */
static int
fault_status(const struct judging *judging)
{
	bool declares_400 = declares(judging->operation, "400"), declares_422 = declares(judging->operation, "422");
	bool meaning = judging->body_faulty && !judging->malformed;
	if (judging->path_faulty && !declares_400 && !declares_422 && declares(judging->operation, "404"))
		return 404;
	if (meaning && declares_422)
		return 422;
	return declares_400 || (judging->unreadable && !declares_422) ? 400 : 422;
}

static bool
judge_operation(struct judging *judging, struct parsed_request *ret)
{
	const char *cookies = http_headers_get(&judging->request->headers, "cookie"), *query = strchr(judging->request->url, '?');
	style_split_query(query ? query + 1 : NULL, &judging->query);
	style_split_cookies(cookies, &judging->cookies);
	struct credentials credentials = { &judging->request->headers, &judging->query, &judging->cookies };
	int security = security_check(judging->openapi, judging->operation, &credentials, judging->faults, &ret->allow);
	bool readable = judge_body(judging, ret), acceptable = judge_accept(judging);
	ret->parameters = judge_parameters(judging);
	ret->status = security ? security : !readable ? 415 : !acceptable ? 406 : 0;
	if (!ret->status && judging->faults->count)
		ret->status = fault_status(judging);
	style_pairs_clear(&judging->query);
	style_pairs_clear(&judging->cookies);
	return !ret->status;
}

/* Clients know whole URLs, servers what stands behind the host. */
static const char *
target_of(const char *url)
{
	const char *host = *url == '/' ? NULL : strstr(url, "://");
	if (!host)
		return url;
	const char *path = strchr(host + 3, '/');
	return path ? path : "/";
}

/* True where a path would fit if its empty segments held something: /tasks//comments. */
static bool
lacks_parameter(const struct openapi *openapi, const char *method, const char *path, struct faults *faults)
{
	struct openapi_match match = { 0 };
	g_autofree char *allow = NULL;
	g_autoptr(GString) filled = g_string_new(path);
	if (!g_string_replace(filled, "//", "/-/", 0) || !openapi_match(openapi, method, filled->str, &match, &allow))
		return false;
	for (size_t i = 0; i < match.count; i++)
		if (strcmp(match.values[i], "-") == 0)
			faults_add_coded(faults, "required", "path", match.operation->path_names[i], "is missing");
	openapi_match_clear(&match);
	return faults->count;
}

bool
exchange_judge_request(struct openapi *openapi, const struct http_request *request, struct parsed_request *ret, struct faults *faults)
{
	*ret = (struct parsed_request){ 0 };
	const char *target = target_of(request->url);
	g_autofree char *path = g_strndup(target, strcspn(target, "?#"));
	if (openapi_match(openapi, request->method, path, &ret->match, &ret->allow)) {
		struct judging judging = { .openapi = openapi, .request = request, .operation = ret->match.operation, .match = &ret->match, .faults = faults };
		return judge_operation(&judging, ret);
	}
	if (!ret->allow && lacks_parameter(openapi, request->method, path, faults)) {
		ret->status = 422;
		return false;
	}
	ret->status = ret->allow ? 405 : 404;
	if (ret->allow)
		faults_add_coded(faults, "method", "path", "", "%s does not allow %s, only %s", path, request->method, ret->allow);
	else
		faults_add_coded(faults, "path", "path", "", "the document has no path that fits %s", path);
	return false;
}

void
parsed_request_clear(struct parsed_request *request)
{
	openapi_match_clear(&request->match);
	doc_unref(request->parameters);
	doc_unref(request->body);
	g_free(request->allow);
	*request = (struct parsed_request){ 0 };
}
