/* Judging responses, and the words for what went wrong with requests. */
#include <string.h>

#include "contract/body.h"
#include "contract/style.h"

/* A header object is a parameter whose name and place are known (3.1.1 section 4.8.21). */
static struct openapi_parameter
header_parameter(const struct openapi *openapi, const char *name, const struct value *node)
{
	struct openapi_parameter parameter = { .name = name, .location = OPENAPI_HEADER, .style = "simple", .node = node };
	parameter.required = value_truth(value_member(node, "required"));
	parameter.explode = value_truth(value_member(node, "explode"));
	parameter.value_schema = value_member(node, "schema");
	if (value_count(value_member(node, "content")))
		parameter.value_schema = value_member(openapi_content(openapi, node, NULL, &parameter.content), "schema");
	return parameter;
}

static void
judge_header(struct openapi *openapi, const struct openapi_parameter *parameter, const char *text, struct faults *faults)
{
	struct faults first = { 0 };
	const struct style_source source = { .text = text };
	for (unsigned how = 0; how < STYLE_READINGS; how++) {
		struct writer writer;
		writer_init(&writer, false);
		enum style_result result = style_decode(openapi, parameter, &source, (enum style_reading)how, NULL, &writer);
		g_autoptr(Doc) doc = result == STYLE_READ ? doc_read_json(parameter->name, writer.text->str, writer.text->len, NULL, NULL) : NULL;
		struct faults found = { 0 };
		writer_finish(&writer);
		if (!doc)
			faults_add(&found, "header", parameter->name, "cannot be read");
		else
			exchange_check(openapi, parameter->value_schema, doc_root(doc), SCHEMA_SIDE_RESPONSE, "header", parameter->name, &found);
		bool ok = !found.count;
		faults_clear(how ? &found : &first);
		if (!how)
			first = found;
		if (ok) {
			faults_clear(&first);
			return;
		}
	}
	for (size_t i = 0; i < first.count; i++)
		faults_add(faults, first.items[i].where, first.items[i].name, "%s", first.items[i].message);
	faults_clear(&first);
}

static void
judge_headers(struct openapi *openapi, const struct openapi_response *declared, const struct http_response *response, struct faults *faults)
{
	VALUE_EACH_MEMBER (name, item, value_member(declared->node, "headers")) {
		struct openapi_parameter parameter = header_parameter(openapi, name->text, openapi_resolve(openapi, item));
		const char *text = http_headers_get(&response->headers, name->text);
		if (g_ascii_strcasecmp(name->text, "content-type") == 0)
			continue;   /* described by the content (3.1.1 section 4.8.17.1) */
		if (text)
			judge_header(openapi, &parameter, text, faults);
		else if (parameter.required)
			faults_add(faults, "header", name->text, "is missing");
	}
}

static void
judge_body(struct openapi *openapi, const struct openapi_response *declared, const struct http_response *response, struct faults *faults)
{
	const char *type = http_headers_get(&response->headers, "content-type");
	const struct value *content = value_member(declared->node, "content");
	size_t length = response->body ? response->body->len : 0;
	if (!length) {
		const char *media = NULL;
		const struct value *json = openapi_content(openapi, declared->node, NULL, &media);
		if (value_member(json, "schema") && openapi_is_json(media))
			faults_add(faults, "body", "", "is missing");
		return;
	}
	if (!value_count(content))
		return;   /* a response without content says nothing about bodies */
	const struct value *media = openapi_content(openapi, declared->node, type ? type : "application/octet-stream", NULL);
	if (!media) {
		faults_add(faults, "media type", "", "%s is not declared for this answer", type ? type : "an answer without Content-Type");
		return;
	}
	struct body body = { type ? type : "application/octet-stream", response->body->str, length, media };
	g_autoptr(Doc) doc = body_read(openapi, &body, faults);
	if (doc)
		exchange_check_body(openapi, media, doc_root(doc), SCHEMA_SIDE_RESPONSE, faults);
}

bool
exchange_judge_response(struct openapi *openapi, const struct openapi_operation *operation, const struct http_request *request,
                        const struct http_response *response, struct faults *faults)
{
	size_t before = faults->count;
	const struct openapi_response *declared = openapi_response_for(operation, response->status);
	if (!declared) {
		faults_add(faults, "status", "", "%d is not declared for %s %s", response->status, operation->method, operation->path);
		return false;
	}
	bool bodiless = response->status == 204 || response->status == 304 || g_str_equal(request->method, "HEAD");
	judge_headers(openapi, declared, response, faults);
	if (!bodiless)
		judge_body(openapi, declared, response, faults);
	else if (response->body && response->body->len)
		faults_add(faults, "body", "", "must be empty");
	return faults->count == before;
}

/* {"type", "title", "status", "detail", "errors": [{"in", "name", "detail"}]}: RFC 9457, newly allocated. */
static void
write_problem(struct writer *writer, int status, const char *detail, const struct faults *faults)
{
	const char *reason = http_reason(status);
	writer_begin_object(writer);
	writer_member_text(writer, "type", "about:blank");
	writer_member_text(writer, "title", *reason ? reason : "Error");
	writer_member_int(writer, "status", status);
	writer_member_text(writer, "detail", detail ? detail : *reason ? reason : "Error");
	if (faults && faults->count) {
		writer_key(writer, "errors");
		writer_begin_array(writer);
		for (size_t i = 0; i < faults->count; i++) {
			writer_begin_object(writer);
			writer_member_text(writer, "in", faults->items[i].where);
			writer_member_text(writer, "name", faults->items[i].name);
			writer_member_text(writer, "detail", faults->items[i].message);
			writer_end(writer);
		}
		writer_end(writer);
	}
	writer_end(writer);
}

enum { TOLD = 5 };

/* All faults in one line, for those who show no list. */
static char *
tell(const struct faults *faults)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < faults->count && i < TOLD; i++) {
		const struct fault *fault = &faults->items[i];
		bool body = strcmp(fault->where, "body") == 0;
		g_string_append(text, i ? "; " : "");
		if (*fault->name || body)
			g_string_append_printf(text, "%s%s ", *fault->name ? "" : "the ", fault->where);
		g_string_append_printf(text, "%s%s%s", fault->name, *fault->name ? " " : "", fault->message);
	}
	if (faults->count > TOLD)
		g_string_append_printf(text, "; and %zu more", faults->count - TOLD);
	return g_string_free(text, FALSE);
}

char *
exchange_problem(int status, const char *detail, const struct faults *faults)
{
	struct writer writer;
	g_autofree char *told = !detail && faults && faults->count ? tell(faults) : NULL;
	writer_init(&writer, false);
	write_problem(&writer, status, detail ? detail : told, faults);
	return writer_take(&writer);
}
