/* One request from its wishes to its answer. */
#include <string.h>

#include "base/error.h"
#include "contract/mock_model.h"

enum { VIOLATIONS_MAX = 4000 };

static void (*const actions[RESOURCE_ROLE_COUNT])(struct asking *asking) = {
	[RESOURCE_NONE] = mock_do_action,   [RESOURCE_LIST] = mock_do_list,       [RESOURCE_CREATE] = mock_do_create,
	[RESOURCE_READ] = mock_do_read,     [RESOURCE_REPLACE] = mock_do_replace, [RESOURCE_PATCH] = mock_do_patch,
	[RESOURCE_DELETE] = mock_do_delete,
};

/* The path's parameters as text, in the order of the template. */
static char **
path_values(const struct parsed_request *parsed)
{
	const struct openapi_operation *operation = parsed->match.operation;
	const struct value *path = value_member(doc_root(parsed->parameters), "path");
	char **values = g_new0(char *, operation->path_name_count + 1);
	for (size_t i = 0; i < operation->path_name_count; i++) {
		const struct value *value = value_member(path, operation->path_names[i]);
		values[i] = value ? mock_text(value) : g_strdup("");
	}
	return values;
}

/* A request asks for a certain answer: it gets it without any state. */
static bool
answer_preferred(struct asking *asking)
{
	const struct wish *wish = &asking->wish;
	const struct mock_plan *plan = asking->plan;
	bool dynamic = wish->dynamic || asking->mock->options.dynamic;
	if (!wish->code && !wish->example && !dynamic && !plan->example)
		return false;
	asking->fleeting |= dynamic;
	int code = wish->code ? wish->code : plan->status;
	const struct openapi_response *response = wish->code ? openapi_response_for(plan->operation, code) : plan->response;
	bool bare = response && !value_count(value_member(response->node, "content"));
	if (!response || code < 100) {
		g_autofree char *detail = g_strdup_printf("Requested status code %d is not defined in the document.", code);
		answer_own_problem(asking, "NOT_FOUND", 404, detail);
	} else if (code >= 400 && !bare && !wish->example && !dynamic) {
		answer_problem(asking, code, NULL, NULL);
	} else {
		answer_sample(asking, response, code, NULL);
	}
	return true;
}

static void
serve(struct asking *asking)
{
	struct mock *mock = asking->mock;
	if (!asking->values)
		asking->values = path_values(&asking->parsed);
	if (answer_preferred(asking))
		return;
	if (mock->options.stateless || asking->wish.stateless || (asking->plan->stateless && !(asking->wish.seen & WISH_SEEN(WISH_STATELESS))))
		answer_sample(asking, asking->plan->response, asking->plan->status, doc_root(asking->parsed.body));
	else
		actions[asking->plan->role](asking);
}

/* The kind of problem that a refusal is; NULL where its status says all. */
static const char *
refusal_kind(int status)
{
	static const struct {
		int status;
		const char *kind;
	} kinds[] = {
		{ 400, "UNPROCESSABLE_ENTITY" },  { 401, "UNAUTHORIZED" },   { 403, "FORBIDDEN" },           { 404, "NO_PATH_MATCHED_ERROR" },
		{ 405, "NO_METHOD_MATCHED_ERROR" }, { 406, "NOT_ACCEPTABLE" }, { 415, "INVALID_CONTENT_TYPE" }, { 422, "UNPROCESSABLE_ENTITY" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (kinds[i].status == status)
			return kinds[i].kind;
	return NULL;
}

static void
refuse(struct asking *asking)
{
	const struct parsed_request *parsed = &asking->parsed;
	const char *kind = parsed->status == 404 && parsed->match.operation ? "UNPROCESSABLE_ENTITY" : refusal_kind(parsed->status);
	if (parsed->status == 405)
		answer_header(asking, "Allow", "%s", parsed->allow);
	else if (parsed->status == 401 && parsed->allow)
		answer_header(asking, "WWW-Authenticate", "%s", parsed->allow);
	/* An example of another answer is none of this one. */
	if (asking->wish.code != parsed->status)
		g_clear_pointer(&asking->wish.example, g_free);
	answer_problem_of(asking, kind, parsed->status, NULL, &asking->faults);
}

/* OPTIONS that the document does not describe is the browser's (CORS preflight) or asks for methods. */
static bool
answer_options(struct asking *asking)
{
	const struct http_request *request = asking->request;
	const char *wanted = http_headers_get(&request->headers, "access-control-request-method");
	const char *headers = http_headers_get(&request->headers, "access-control-request-headers");
	if (!g_str_equal(request->method, "OPTIONS") || (asking->parsed.match.operation && (!wanted || asking->mock->options.no_cors)))
		return false;
	const char *allow = asking->parsed.allow ? asking->parsed.allow : wanted;
	if (!allow || (asking->mock->options.no_cors && !asking->parsed.allow))
		return false;
	asking->status = 204;
	answer_header(asking, "Allow", "%s, OPTIONS", allow);
	if (asking->mock->options.no_cors)
		return true;
	answer_header(asking, "Access-Control-Allow-Methods", "%s, OPTIONS", allow);
	answer_header(asking, "Access-Control-Allow-Headers", "%s", headers ? headers : "*");
	answer_header(asking, "Access-Control-Max-Age", "600");
	return true;
}

/* What the document says about such a header stands. */
static void
offer_header(struct asking *asking, const char *name, const char *value)
{
	if (!http_headers_get(&asking->headers, name))
		answer_header(asking, name, "%s", value);
}

static void
add_cors_headers(struct asking *asking)
{
	const char *origin = http_headers_get(&asking->request->headers, "origin");
	offer_header(asking, "Access-Control-Allow-Origin", origin ? origin : "*");
	if (!origin)
		return;
	offer_header(asking, "Access-Control-Allow-Credentials", "true");
	offer_header(asking, "Access-Control-Expose-Headers",
	             "Location, Link, ETag, Deprecation, Preference-Applied, sl-violations, X-Total-Count, X-Mock-Contract, X-Mock-Injected");
	offer_header(asking, "Vary", "Origin");
}

/* What is wrong with a request, whether it is refused or served, and whatever the body says. */
static void
add_violations(struct asking *asking)
{
	const struct openapi_operation *operation = asking->parsed.match.operation;
	struct faults warnings = { 0 };
	for (size_t i = 0; operation && i < operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &operation->parameters[i];
		static const char *const locations[] = { "path", "query", "header", "cookie", "query" };
		const char *where = locations[parameter->location];
		if (parameter->deprecated && value_member(value_member(doc_root(asking->parsed.parameters), where), parameter->name))
			faults_add_coded(&warnings, "deprecated", where, parameter->name, "is deprecated");
	}
	if (asking->faults.count || warnings.count) {
		g_autofree char *list = mock_violations(&asking->faults, &warnings);
		if (strlen(list) < VIOLATIONS_MAX)
			answer_header(asking, "sl-violations", "%s", list);
	}
	faults_clear(&warnings);
}

static void
add_common_headers(struct asking *asking)
{
	if (!asking->mock->options.no_cors)
		add_cors_headers(asking);
	answer_header(asking, "X-Mock-Contract", "%s", asking->mock->contract);
	if (asking->parsed.match.operation && asking->parsed.match.operation->deprecated)
		offer_header(asking, "Deprecation", "true");
	if (asking->wish.applied)
		answer_header(asking, "Preference-Applied", "%s", asking->wish.applied->str);
	add_violations(asking);
}

/* The faults that are injected into this answer: the request's, else the document's, else everybody's. */
static bool
decide_mishap(struct asking *asking)
{
	struct mock *mock = asking->mock;
	const char *wanted = http_headers_get(&asking->request->headers, "x-mock-fault");
	GError *error = NULL;
	const struct injections *injections = &mock->injections;
	if (wanted && !injections_read(wanted, &asking->own_injections, &error)) {
		g_autofree char *text = error_text(error), *detail = g_strdup_printf("X-Mock-Fault: %s; %s", text, error_remedy(error));
		answer_own_problem(asking, "INVALID_FAULT", 400, detail);
		g_error_free(error);
		return false;
	}
	if (wanted)
		injections = &asking->own_injections;
	else if (asking->plan && asking->plan->injections)
		injections = asking->plan->injections;
	injections_decide(injections, mock->dice, &asking->mishap);
	for (unsigned kind = 0; kind < INJECTION_KINDS; kind++)
		asking->fleeting |= injections->kinds[kind].chance > 0;
	return true;
}

/* Damages an answer that is ready. */
static void
damage(struct asking *asking)
{
	struct mishap *mishap = &asking->mishap;
	if (mishap->malformed && asking->body && asking->body->len)
		g_string_truncate(asking->body, asking->body->len / 2);
	if (mishap->type && asking->body)
		asking->media = mishap->type;
	if (mishap->told)
		answer_header(asking, "X-Mock-Injected", "%s", mishap->told->str);
}

static void
answer_status(struct asking *asking, int status)
{
	if (status >= 400)
		answer_problem_of(asking, "INJECTED", status, "This answer was injected.", NULL);
	else
		asking->status = status;
}

static void
answer_operation(struct asking *asking, bool faultless)
{
	bool unchecked = asking->wish.unchecked || asking->mock->options.unchecked;
	if (asking->plan && asking->plan->unchecked && !(asking->wish.seen & WISH_SEEN(WISH_VALIDATE)))
		unchecked = true;
	if (asking->mishap.status)
		answer_status(asking, asking->mishap.status);
	else if (faultless || (unchecked && asking->plan))
		serve(asking);
	else
		refuse(asking);
}

/* True where the request is faultless, as one that is known always is. */
static bool
judge(struct asking *asking)
{
	if (!asking->memory)
		return exchange_judge_request(asking->mock->openapi, asking->request, &asking->parsed, &asking->faults);
	asking->parsed = asking->memory->parsed;
	asking->values = asking->memory->values;
	return true;
}

void
mock_answer(struct asking *asking)
{
	wish_read(&asking->wish, asking->request);
	if (mock_control(asking)) {
		asking->fleeting = true;
		add_common_headers(asking);
		return;
	}
	bool faultless = judge(asking);
	asking->fleeting |= !faultless;
	if (!answer_options(asking)) {
		asking->plan = asking->parsed.match.operation ? mock_plan(asking->mock, asking->parsed.match.operation) : NULL;
		if (decide_mishap(asking))
			answer_operation(asking, faultless);
	}
	if (asking->status < 200)
		answer_problem(asking, 501, "The document has an interim answer here, such as a change of protocols; the mock gives final ones only.", NULL);
	add_common_headers(asking);
	damage(asking);
}

void
mock_asking_finish(struct asking *asking)
{
	if (!asking->memory) {
		parsed_request_clear(&asking->parsed);
		g_strfreev(asking->values);
	}
	faults_clear(&asking->faults);
	mishap_clear(&asking->mishap);
	injections_clear(&asking->own_injections);
	wish_clear(&asking->wish);
}
