#include "verify/probe.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "contract/request.h"
#include "contract/style.h"

enum { HANGS_MAX = 2, BODY_SHOWN = 300 };

bool
probe_is_over(const struct probe *probe)
{
	const bool *cancel = probe->options->cancel;
	return probe->hangs >= HANGS_MAX || clock_ms() >= probe->options->deadline || (cancel && __atomic_load_n(cancel, __ATOMIC_ACQUIRE));
}

static char *
operation_name(const struct openapi_operation *operation)
{
	return g_strdup_printf("%s %s", operation->method, operation->path);
}

static struct operation_result *
find_result(struct probe *probe, const struct openapi_operation *operation)
{
	g_autofree char *name = operation_name(operation);
	for (size_t i = 0; i < probe->operations->count; i++)
		if (g_str_equal(probe->operations->items[i].operation, name))
			return &probe->operations->items[i];
	struct operation_result *result = record_append(&operation_result_record, probe->operations);
	result->operation = g_steal_pointer(&name);
	return result;
}

const struct operation_result *
probe_operation(struct probe *probe, const struct openapi_operation *operation)
{
	return find_result(probe, operation);
}

/* --- building requests ---------------------------------------------------------------------- */

/* What the template's parameters are to be: {"project_id": "7"} for the ids that are known. */
static struct doc *
path_values(const struct openapi_operation *operation, char **ids)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	for (size_t i = 0; ids && ids[i] && i < operation->path_name_count; i++)
		writer_member_text(&writer, operation->path_names[i], ids[i]);
	writer_end(&writer);
	return writer_doc(&writer);
}

/* The node of a header parameter that OpenAPI leaves to other parts of a document; NULL for none. */
static const struct value *
find_left_out(struct probe *probe, const struct openapi_operation *operation, const char *name)
{
	const struct value *lists[] = { value_member(operation->node, "parameters"), value_member(operation->path_node, "parameters") };
	for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++)
		VALUE_EACH (entry, lists[i]) {
			const struct value *node = openapi_resolve(probe->openapi, entry);
			const char *in = value_member_text(node, "in"), *other = value_member_text(node, "name");
			if (g_strcmp0(in, "header") == 0 && other && g_ascii_strcasecmp(other, name) == 0)
				return node;
		}
	return NULL;
}

/* A header that documents describe as a parameter although OpenAPI ignores that: clients follow it. */
static void
add_left_out(struct probe *probe, struct draft *draft, const char *name, const char *otherwise)
{
	struct sample_options options = { .side = SCHEMA_SIDE_REQUEST };
	const struct value *node = find_left_out(probe, draft->operation, name), *schema = value_member(node, "schema");
	bool wanted = value_truth(value_member(node, "required")) || (otherwise && value_member(openapi_resolve(probe->openapi, schema), "enum"));
	g_autoptr(Doc) sample = wanted && schema ? sample_make(probe->sampler, schema, name, &options, NULL) : NULL;
	const char *text = value_text(doc_root(sample));
	if ((text || otherwise) && !http_headers_get(&draft->request.headers, name))
		http_headers_add(&draft->request.headers, name, text ? text : otherwise);
}

static const struct openapi_parameter *
find_path_parameter(const struct openapi_operation *operation, size_t position)
{
	for (size_t i = 0; i < operation->parameter_count; i++)
		if (operation->parameters[i].location == OPENAPI_PATH && g_str_equal(operation->parameters[i].name, operation->path_names[position]))
			return &operation->parameters[i];
	return NULL;
}

struct doc *
probe_path_value(struct probe *probe, const struct openapi_operation *operation, size_t position, const struct value *liked)
{
	const struct openapi_parameter *parameter = find_path_parameter(operation, position);
	struct sample_options options = { .side = SCHEMA_SIDE_REQUEST, .fresh = liked != NULL };
	struct faults faults = { 0 };
	if (!parameter || !parameter->value_schema)
		return liked ? NULL : doc_own("\"text\"");
	bool fits = liked && exchange_check(probe->openapi, parameter->value_schema, liked, SCHEMA_SIDE_REQUEST, "path", "", &faults);
	faults_clear(&faults);
	g_autoptr(Doc) doc = fits ? NULL : sample_make(probe->sampler, parameter->value_schema, parameter->name, &options, NULL);
	return doc && (!liked || doc_root(doc)->kind == liked->kind) ? g_steal_pointer(&doc) : NULL;
}

bool
probe_path_fits(struct probe *probe, const struct openapi_operation *operation, size_t position, const char *text)
{
	const struct openapi_parameter *parameter = find_path_parameter(operation, position);
	if (!parameter || !parameter->value_schema)
		return true;
	struct writer writer;
	struct faults faults = { 0 };
	writer_init(&writer, false);
	style_scalar(probe->openapi, text, parameter->value_schema, &writer);
	g_autoptr(Doc) doc = writer_doc(&writer);
	bool fits = exchange_check(probe->openapi, parameter->value_schema, doc_root(doc), SCHEMA_SIDE_REQUEST, "path", "", &faults);
	faults_clear(&faults);
	return fits;
}

char **
probe_ids(struct probe *probe, const struct openapi_operation *operation, char **known)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	size_t count = known ? g_strv_length(known) : 0;
	if (known)
		g_strv_builder_addv(builder, (const char **)known);
	for (size_t i = count; i < operation->path_name_count; i++) {
		g_autoptr(Doc) doc = probe_path_value(probe, operation, i, NULL);
		const struct value *value = doc_root(doc);
		g_autofree char *text = value_is(value, VALUE_STRING) ? g_strdup(value->text) : value ? value_to_json(value, false) : g_strdup("text");
		g_strv_builder_add(builder, text);
	}
	return g_strv_builder_end(builder);
}

bool
draft_init(struct probe *probe, struct draft *draft, const struct openapi_operation *operation, char **ids, const struct value *body)
{
	g_autoptr(Doc) path = path_values(operation, ids);
	struct request_options options = { .base = probe->url, .required_only = true, .path = doc_root(path), .body = body };
	*draft = (struct draft){ .operation = operation };
	if (request_make(probe->sampler, probe->openapi, operation, &options, &draft->request, NULL)) {
		add_left_out(probe, draft, "Accept", "application/json, */*;q=0.5");
		add_left_out(probe, draft, "Content-Type", NULL);
		return true;
	}
	g_autofree char *name = operation_name(operation);
	finding_add(probe->findings, SEVERITY_LOW, name, "not exercised: no valid request could be made");
	return false;
}

static void
append_query(GString *target, const char *name, const char *value)
{
	g_autofree char *key = g_uri_escape_string(name, NULL, FALSE), *text = g_uri_escape_string(value, NULL, FALSE);
	g_string_append_printf(target, "%c%s=%s", strchr(target->str, '?') ? '&' : '?', key, text);
}

/* The address without the parameters of that name. */
static GString *
without_query(const char *url, const char *name)
{
	g_autofree char *key = g_uri_escape_string(name, NULL, FALSE), *start = g_strconcat(key, "=", NULL);
	size_t length = strcspn(url, "?");
	GString *rest = g_string_new_len(url, (gssize)length);
	g_auto(GStrv) pairs = g_strsplit(url[length] ? url + length + 1 : "", "&", -1);
	for (char **pair = pairs; *pair; pair++)
		if (**pair && !g_str_has_prefix(*pair, start))
			g_string_append_printf(rest, "%c%s", strchr(rest->str, '?') ? '&' : '?', *pair);
	return rest;
}

void
draft_set_query(struct draft *draft, const char *name, const char *value)
{
	g_autoptr(GString) target = without_query(draft->request.url, name);
	append_query(target, name, value);
	g_free(draft->request.url);
	draft->request.url = g_strdup(target->str);
}

void
draft_finish(struct draft *draft)
{
	http_request_clear(&draft->request);
}

bool
draft_is_valid(struct probe *probe, const struct draft *draft)
{
	struct http_request seen = draft->request;
	struct parsed_request parsed = { 0 };
	struct faults faults = { 0 };
	/* As a server sees it: without scheme and host. */
	const char *host = strstr(draft->request.url, "://");
	const char *path = host ? strchr(host + 3, '/') : NULL;
	seen.url = (char *)(path ? path : "/");
	bool valid = exchange_judge_request(probe->openapi, &seen, &parsed, &faults);
	parsed_request_clear(&parsed);
	faults_clear(&faults);
	return valid;
}

/* --- sending and judging -------------------------------------------------------------------- */

static void
append_shell(GString *text, const char *word)
{
	g_autofree char *quoted = g_shell_quote(word);
	g_string_append_printf(text, " %s", quoted);
}

static char *
curl_line(const struct http_request *request)
{
	GString *line = g_string_new("curl -i -X");
	append_shell(line, request->method);
	append_shell(line, request->url);
	for (size_t i = 0; i < request->headers.count; i++) {
		g_autofree char *header = g_strdup_printf("%s: %s", request->headers.items[i].name, request->headers.items[i].value);
		g_string_append(line, " -H");
		append_shell(line, header);
	}
	if (request->body) {
		g_string_append(line, " --data");
		append_shell(line, request->body->str);
	}
	return g_string_free(line, FALSE);
}

static char *
faults_text(const struct faults *faults)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < faults->count && i < 5; i++) {
		const struct fault *fault = &faults->items[i];
		g_string_append_printf(text, "%s%s%s%s: %s", i ? "; " : "", fault->where, *fault->name ? " " : "", fault->name, fault->message);
	}
	if (faults->count > 5)
		g_string_append_printf(text, "; and %zu more", faults->count - 5);
	return g_string_free(text, FALSE);
}

static const char *const expected_words[] = {
	[EXPECT_SUCCESS] = "a success that the document declares, with headers and body that fit",
	[EXPECT_REFUSED] = "a refusal (400 to 499)",
	[EXPECT_NOT_FOUND] = "404",
	[EXPECT_NOT_ALLOWED] = "405 with an Allow header",
	[EXPECT_UNAUTHORIZED] = "401 or 403",
	[EXPECT_ANY] = "an answer that the document declares",
	[EXPECT_ANY_OR_ABSENT] = "an answer that the document declares",
};

/* What is wrong with the answer, newly allocated; NULL for nothing. */
static char *
judge(struct probe *probe, const struct draft *draft, const struct http_response *response, enum expectation expect)
{
	int status = response->status;
	bool any = expect == EXPECT_ANY || expect == EXPECT_ANY_OR_ABSENT;
	bool fits = expect == EXPECT_SUCCESS ? status >= 200 && status < 300 :
	            expect == EXPECT_REFUSED ? status >= 400 && status < 500 :
	            expect == EXPECT_NOT_FOUND ? status == 404 || status == 410 :
	            expect == EXPECT_NOT_ALLOWED ? status == 405 :
	            expect == EXPECT_UNAUTHORIZED ? status == 401 || status == 403 : status < 500;
	g_autofree char *shown = g_utf8_make_valid(response->body->str, MIN((gssize)response->body->len, BODY_SHOWN));
	if (!fits)
		return g_strdup_printf("%d %s%s%s", status, http_reason(status), *shown ? " with " : "", shown);
	if (expect == EXPECT_NOT_ALLOWED && !http_headers_get(&response->headers, "Allow"))
		return g_strdup("405 without an Allow header");
	bool declared = openapi_response_for(draft->operation, status) != NULL;
	if (expect != EXPECT_SUCCESS && !any && !declared)
		return NULL;   /* a refusal that the document does not speak of is a refusal still */
	struct faults faults = { 0 };
	bool ok = exchange_judge_response(probe->openapi, draft->operation, &draft->request, response, &faults);
	char *text = ok ? NULL : faults_text(&faults);
	faults_clear(&faults);
	return text;
}

static struct evidence *
begin_evidence(struct probe *probe, const struct openapi_operation *operation, const char *name, const char *expected)
{
	g_autofree char *subject = operation_name(operation);
	struct evidence *evidence = evidence_add(probe->evidence, "contract", subject, name);
	evidence->expected = g_strdup(expected);
	find_result(probe, operation)->planned++;
	return evidence;
}

/* Nothing was there to try the operation on: that proves nothing, so nothing is recorded. */
static bool
drop_evidence(struct probe *probe, const struct openapi_operation *operation, struct evidence *evidence)
{
	record_finish(&evidence_record, evidence);
	probe->evidence->count--;
	find_result(probe, operation)->planned--;
	return false;
}

static bool
end_evidence(struct probe *probe, const struct openapi_operation *operation, struct evidence *evidence, char *found)
{
	evidence->passed = !found;
	evidence->found = found ? found : g_strdup("as expected");
	find_result(probe, operation)->passed += evidence->passed;
	return evidence->passed;
}

bool
probe_send(struct probe *probe, const struct draft *draft, const char *name, enum expectation expect, struct doc **ret_body)
{
	struct http_response response;
	g_autoptr(GError) error = NULL;
	if (ret_body)
		*ret_body = NULL;
	if (probe_is_over(probe))
		return false;
	struct evidence *evidence = begin_evidence(probe, draft->operation, name, expected_words[expect]);
	char *found;
	bool absent = false;
	if (http_client_send(probe->client, &draft->request, &response, &error)) {
		absent = expect == EXPECT_ANY_OR_ABSENT && response.status == 404 && !openapi_response_for(draft->operation, 404);
		found = judge(probe, draft, &response, expect);
		evidence->status = response.status;
		evidence->duration_us = response.duration_us;
		evidence->output = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)response.body->str, response.body->len);
		find_result(probe, draft->operation)->missing |= response.status == 501;
		if (ret_body && response.body->len)
			*ret_body = doc_read_json("answer", response.body->str, response.body->len, NULL, NULL);
		http_response_clear(&response);
	} else {
		probe->hangs += error_code(error) == ERR_TIMEOUT;
		found = error_text(error);
	}
	if (absent) {
		g_free(found);
		return drop_evidence(probe, draft->operation, evidence);
	}
	if (found)
		evidence->curl = curl_line(&draft->request);
	return end_evidence(probe, draft->operation, evidence, found);
}

bool
probe_check(struct probe *probe, const struct openapi_operation *operation, const char *name, bool passed, const char *expected,
            const char *found)
{
	struct evidence *evidence = begin_evidence(probe, operation, name, expected);
	return end_evidence(probe, operation, evidence, passed ? NULL : g_strdup(found));
}
