/* Verifying a server that runs already, by its address. */
#include <string.h>

#include "base/error.h"
#include "base/http_client.h"
#include "engine/op_verify.h"
#include "verify/conformance.h"

/* The address of the server: people give it with the path that the document adds, or without. */
static char *
server_url(struct openapi *openapi, const char *url)
{
	const char *base = openapi_base_path(openapi);
	g_autofree char *plain = g_strdup(url);
	while (g_str_has_suffix(plain, "/"))
		plain[strlen(plain) - 1] = '\0';
	if (*base && g_str_has_suffix(plain, base))
		plain[strlen(plain) - strlen(base)] = '\0';
	return g_steal_pointer(&plain);
}

/* Ends early and plainly where nobody listens. */
static bool
is_there(const char *url, GError **error)
{
	struct http_limits limits = { .connect_ms = 3000, .total_ms = 5000 };
	g_autoptr(HttpClient) client = http_client_create(&limits, error);
	g_autoptr(GError) cause = NULL;
	struct http_response response;
	g_autofree char *root = g_strconcat(url, "/", NULL);
	if (!client)
		return false;
	if (http_client_get(client, root, &response, &cause)) {
		http_response_clear(&response);
		return true;
	}
	/* One that answers badly is there, and is tested. */
	if (!strstr(cause->message, "connect to server") && !strstr(cause->message, "resolve host"))
		return true;
	return error_set(error, ERR_ENVIRONMENT, "start the server, and check host and port", "nobody listens at %s: %s", url, cause->message);
}

static bool
are_known(char *const *wanted, const char *(*name_of)(size_t, const char **), const char *what, GError **error)
{
	for (; wanted && *wanted; wanted++) {
		const char *id = NULL, *help;
		for (size_t i = 0; (id = name_of(i, &help)) && !g_str_equal(id, *wanted);)
			i++;
		if (!id)
			return error_set(error, ERR_USAGE, "'teamwright verify checks' lists them", "there is no %s %s", what, *wanted);
	}
	return true;
}

static bool
are_operations(struct openapi *openapi, char *const *wanted, GError **error)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	for (; wanted && *wanted; wanted++) {
		bool found = false;
		for (size_t i = 0; i < count && !found; i++) {
			g_autofree char *title = g_strdup_printf("%s %s", operations[i].method, operations[i].path);
			found = g_str_equal(operations[i].id, *wanted) || g_str_equal(title, *wanted);
		}
		if (!found)
			return error_set(error, ERR_USAGE, "'teamwright contract validate' lists them", "the document has no operation %s", *wanted);
	}
	return true;
}

static void
on_progress(void *data, const char *phase, unsigned requests, unsigned failures)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "phase", phase);
	writer_member_int(&writer, "requests", requests);
	writer_member_int(&writer, "faults", failures);
	writer_end(&writer);
	g_autofree char *text = writer_take(&writer);
	house_emit(data, "verify.progress", text);
}

/* --- how much was exercised -------------------------------------------------------------------- */

/* What kind of thing a point is, in a word for the summary. */
static const char *
kind_of(const struct covered_point *point)
{
	static const struct {
		const char *prefix, *kind;
	} kinds[] = {
		{ "asked", "operations" },     { "status ", "statuses" }, { "as ", "media types" }, { "= ", "values" },
		{ "left out", "optional, left out" }, { "given", "optional, given" }, { "branch ", "branches" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_has_prefix(point->what, kinds[i].prefix))
			return kinds[i].kind;
	return g_str_has_suffix(point->what, " met") ? "boundaries, met" : "rules, broken";
}

static void
summarise(struct verify_result *result)
{
	for (size_t i = 0; i < result->coverage.count; i++) {
		const struct covered_point *point = &result->coverage.items[i];
		const char *kind = kind_of(point);
		struct exercised *entry = NULL;
		for (size_t k = 0; k < result->exercised.count && !entry; k++)
			entry = g_str_equal(result->exercised.items[k].kind, kind) ? &result->exercised.items[k] : NULL;
		if (!entry) {
			entry = record_append(&exercised_record, &result->exercised);
			entry->kind = g_strdup(kind);
		}
		entry->points++;
		entry->exercised += point->phase != NULL;
	}
}

static bool
verify_url(struct verifying *verifying, struct openapi *openapi, const char *url, const char *name)
{
	struct evidence_list evidence = { 0 };
	struct operation_result_list tested = { 0 };
	struct finding_list findings = { 0 };
	struct conformance_options options = { .seed = (uint64_t)verifying->request->seed, .deadline = verifying->deadline,
		                               .cancel = &verifying->context->house->interrupted,
		                               .allow_mock = verifying->request->allow_mock, .requests = (unsigned)MAX(verifying->request->max_cases, 0),
		                               .faults = (unsigned)MAX(verifying->request->max_faults, 0),
		                               .headers = (const char *const *)verifying->request->header,
		                               .checks = (const char *const *)verifying->request->checks,
		                               .phases = (const char *const *)verifying->request->phases,
		                               .operations = (const char *const *)verifying->request->operation,
		                               .progress = on_progress, .data = verifying->context->house };
	g_autofree char *server = server_url(openapi, url);
	struct conformance_results results = { &evidence, &tested, &findings, &verifying->result->coverage, 0 };
	bool ok = is_there(server, verifying->error) && conformance_test(openapi, server, &options, &results, verifying->error);
	struct verified entry = { .contract = g_strdup(name), .criteria = 1 };
	verify_add_faults(verifying, name, &evidence, &entry);
	verifying->result->requests = results.requests;
	summarise(verifying->result);
	verify_add_findings(verifying->result, &findings);
	entry.passed = entry.cases == entry.cases_passed;
	entry.verdict = g_strdup(verdict_names[entry.passed ? VERDICT_PASSED : VERDICT_FAILED]);
	*(struct verified *)record_append(&verified_record, &verifying->result->contracts) = entry;
	record_list_finish(&evidence_record, &evidence);
	record_list_finish(&operation_result_record, &tested);
	record_list_finish(&finding_record, &findings);
	return ok;
}

bool
verify_server(struct verifying *verifying)
{
	const struct verify_request *request = verifying->request;
	if (!request->spec)
		return error_set(verifying->error, ERR_USAGE, "add --spec FILE", "--url wants the document to verify against");
	for (char **line = request->header; line && *line; line++)
		if (**line == ':' || !strchr(*line, ':'))
			return error_set(verifying->error, ERR_USAGE, "write --header 'Name: value'", "'%s' is no header", *line);
	if (!are_known(request->checks, conformance_check_id, "check", verifying->error) ||
	    !are_known(request->phases, conformance_phase_id, "phase", verifying->error))
		return false;
	g_autoptr(Openapi) openapi = openapi_read_file(request->spec, verifying->error);
	return openapi && are_operations(openapi, request->operation, verifying->error) &&
	       verify_url(verifying, openapi, request->url, openapi_title(openapi));
}

static void
add_listed(struct checks_result *result, const char *kind, const char *(*name_of)(size_t, const char **))
{
	const char *id, *help;
	for (size_t i = 0; (id = name_of(i, &help)); i++) {
		struct listed *entry = record_append(&listed_record, &result->checks);
		entry->kind = g_strdup(kind);
		entry->id = g_strdup(id);
		entry->help = g_strdup(help);
	}
}

bool
op_verify_checks(struct context *context, const void *data, void *data_result, GError **error)
{
	(void)context, (void)error;
	const struct checks_request *request = data;
	if (!request->phases_only)
		add_listed(data_result, "check", conformance_check_id);
	add_listed(data_result, "phase", conformance_phase_id);
	return true;
}
