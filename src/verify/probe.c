#include "verify/probe.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"

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

static char *
plain_text(const struct value *value)
{
	return value_is(value, VALUE_STRING) ? g_strndup(value->text, value->length) : value_to_json(value, false);
}

/* A valid value of a parameter as text; NULL where none could be made. */
static char *
sample_parameter(struct probe *probe, const struct openapi_parameter *parameter)
{
	struct sample_options options = { .side = SCHEMA_SIDE_REQUEST };
	const struct value *example = value_member(parameter->node, "example");
	if (example)
		return plain_text(example);
	if (!parameter->value_schema)
		return g_strdup("1");
	g_autoptr(Doc) doc = sample_make(probe->sampler, parameter->value_schema, parameter->name, &options, NULL);
	const struct value *value = doc_root(doc);
	/* A list of one: the same in every style. */
	return !doc ? NULL : value_is(value, VALUE_ARRAY) ? plain_text(value_item(value, 0)) : plain_text(value);
}

static void
append_query(GString *target, const char *name, const char *value)
{
	g_autofree char *key = g_uri_escape_string(name, NULL, FALSE), *text = g_uri_escape_string(value, NULL, FALSE);
	g_string_append_printf(target, "%c%s=%s", strchr(target->str, '?') ? '&' : '?', key, text);
}

static const struct openapi_parameter *
find_parameter(const struct openapi_operation *operation, const char *name, enum openapi_location location)
{
	for (size_t i = 0; i < operation->parameter_count; i++)
		if (operation->parameters[i].location == location && g_str_equal(operation->parameters[i].name, name))
			return &operation->parameters[i];
	return NULL;
}

/* The path with its parameters: ids first, samples where those end. */
static bool
fill_path(struct probe *probe, const struct openapi_operation *operation, char **ids, GString *target)
{
	for (const char *at = operation->path; *at;) {
		const char *end = *at == '{' ? strchr(at, '}') : NULL;
		if (!end) {
			g_string_append_c(target, *at++);
			continue;
		}
		g_autofree char *name = g_strndup(at + 1, (size_t)(end - at - 1));
		const struct openapi_parameter *parameter = find_parameter(operation, name, OPENAPI_PATH);
		g_autofree char *value = ids && *ids ? g_strdup(*ids++) : parameter ? sample_parameter(probe, parameter) : g_strdup("1");
		if (!value || !*value)
			return false;
		g_autofree char *escaped = g_uri_escape_string(value, NULL, FALSE);
		g_string_append(target, escaped);
		at = end + 1;
	}
	return true;
}

static bool
fill_parameters(struct probe *probe, struct draft *draft, GString *target)
{
	for (size_t i = 0; i < draft->operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &draft->operation->parameters[i];
		if (!parameter->required || parameter->location == OPENAPI_PATH)
			continue;
		g_autofree char *value = sample_parameter(probe, parameter);
		if (!value)
			return false;
		if (parameter->location == OPENAPI_QUERY) {
			append_query(target, parameter->name, value);
		} else if (parameter->location == OPENAPI_HEADER) {
			http_headers_add(&draft->request.headers, parameter->name, value);
		} else {
			g_autofree char *cookie = g_strdup_printf("%s=%s", parameter->name, value);
			http_headers_add(&draft->request.headers, "Cookie", cookie);
		}
	}
	return true;
}

/* Any credential of the right form: the first scheme of the first requirement. */
static void
add_credential(struct probe *probe, struct draft *draft, GString *target)
{
	const struct value *requirement = value_item(draft->operation->security, 0), *root = doc_root(openapi_doc(probe->openapi));
	VALUE_EACH_MEMBER (name, scopes, requirement) {
		const struct value *schemes = value_find(root, "/components/securitySchemes");
		const struct value *scheme = openapi_resolve(probe->openapi, value_member(schemes, name->text));
		const char *type = value_member_text(scheme, "type"), *in = value_member_text(scheme, "in");
		const char *kind = value_member_text(scheme, "scheme"), *key = value_member_text(scheme, "name");
		bool api_key = g_strcmp0(type, "apiKey") == 0 && in && key;
		if (api_key && g_str_equal(in, "query")) {
			append_query(target, key, "test-key");
		} else if (api_key) {
			g_autofree char *cookie = g_strdup_printf("%s=test-key", key);
			bool header = g_str_equal(in, "header");
			http_headers_add(&draft->request.headers, header ? key : "Cookie", header ? "test-key" : cookie);
		} else {
			bool basic = kind && g_ascii_strcasecmp(kind, "basic") == 0;
			http_headers_add(&draft->request.headers, "Authorization", basic ? "Basic dGVzdDp0ZXN0" : "Bearer test-token");
		}
	}
}

bool
draft_init(struct probe *probe, struct draft *draft, const struct openapi_operation *operation, char **ids, const struct value *body)
{
	g_autoptr(GString) target = g_string_new(probe->url);
	*draft = (struct draft){ .operation = operation };
	draft->request.method = g_strdup(operation->method);
	bool ok = fill_path(probe, operation, ids, target) && fill_parameters(probe, draft, target);
	add_credential(probe, draft, target);
	draft->request.url = g_strdup(target->str);
	http_headers_add(&draft->request.headers, "Accept", "application/json, */*;q=0.5");
	if (body) {
		const char *media = NULL;
		openapi_content(probe->openapi, operation->body, NULL, &media);
		g_autofree char *text = value_to_json(body, false);
		http_headers_add(&draft->request.headers, "Content-Type", media ? media : "application/json");
		draft->request.body = g_string_new(text);
	}
	if (ok)
		return true;
	g_autofree char *name = operation_name(operation);
	finding_add(probe->findings, SEVERITY_LOW, name, "not exercised: no valid parameter could be made");
	draft_finish(draft);
	return false;
}

void
draft_set_query(struct draft *draft, const char *name, const char *value)
{
	g_autoptr(GString) target = g_string_new(draft->request.url);
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
};

/* What is wrong with the answer, newly allocated; NULL for nothing. */
static char *
judge(struct probe *probe, const struct draft *draft, const struct http_response *response, enum expectation expect)
{
	int status = response->status;
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
	if (expect != EXPECT_SUCCESS && expect != EXPECT_ANY && !declared)
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
	if (http_client_send(probe->client, &draft->request, &response, &error)) {
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
