#include "contract/mock.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "contract/mock_model.h"

enum { RECORDED = 10000 };

static void (*const actions[RESOURCE_ROLE_COUNT])(struct asking *asking) = {
	[RESOURCE_NONE] = mock_do_action,   [RESOURCE_LIST] = mock_do_list,       [RESOURCE_CREATE] = mock_do_create,
	[RESOURCE_READ] = mock_do_read,     [RESOURCE_REPLACE] = mock_do_replace, [RESOURCE_PATCH] = mock_do_patch,
	[RESOURCE_DELETE] = mock_do_delete,
};

/* Prefer: code=404, example=none; dynamic=true */
static void
read_preference(const struct http_request *request, struct preference *preference)
{
	for (size_t i = 0; i < request->headers.count; i++) {
		if (g_ascii_strcasecmp(request->headers.items[i].name, "prefer") != 0)
			continue;
		g_auto(GStrv) parts = g_strsplit_set(request->headers.items[i].value, ",;", 16);
		for (unsigned j = 0; parts[j]; j++) {
			const char *part = g_strstrip(parts[j]);
			if (g_str_has_prefix(part, "code="))
				preference->code = (int)g_ascii_strtoll(part + strlen("code="), NULL, 10);
			else if (g_str_has_prefix(part, "dynamic="))
				preference->dynamic = g_str_has_suffix(part, "true");
			if (!g_str_has_prefix(part, "example="))
				continue;
			g_free(preference->example);
			preference->example = g_strdup(part + strlen("example="));
			g_strdelimit(preference->example, "\"", ' ');
			g_strstrip(preference->example);
		}
	}
}

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
	const struct preference *preference = &asking->preference;
	const struct mock_plan *plan = asking->plan;
	if (!preference->code && !preference->example && !preference->dynamic)
		return false;
	asking->fleeting |= preference->dynamic;
	int code = preference->code ? preference->code : plan->status;
	const struct openapi_response *response = preference->code ? openapi_response_for(plan->operation, code) : plan->response;
	if (response && code >= 400 && !preference->example && !preference->dynamic) {
		answer_problem(asking, code, NULL, NULL);
	} else if (response) {
		answer_sample(asking, response, code, NULL);
	} else {
		g_autofree char *detail = g_strdup_printf("%s %s declares no answer for %d", plan->operation->method, plan->operation->path, code);
		answer_problem(asking, 404, detail, NULL);
	}
	return true;
}

static void
serve(struct asking *asking)
{
	struct mock *mock = asking->mock;
	asking->plan = mock_plan(mock, asking->parsed.match.operation);
	if (!asking->values)
		asking->values = path_values(&asking->parsed);
	if (answer_preferred(asking))
		return;
	if (mock->options.stateless)
		answer_sample(asking, asking->plan->response, asking->plan->status, doc_root(asking->parsed.body));
	else
		actions[asking->plan->role](asking);
}

static void
refuse(struct asking *asking, const struct faults *faults)
{
	const struct parsed_request *parsed = &asking->parsed;
	if (parsed->status == 405)
		answer_header(asking, "Allow", "%s", parsed->allow);
	else if (parsed->status == 401 && parsed->allow)
		answer_header(asking, "WWW-Authenticate", "%s", parsed->allow);
	answer_problem(asking, parsed->status, NULL, faults);
}

/* OPTIONS that the document does not describe is the browser's (CORS preflight) or asks for methods. */
static bool
answer_options(struct asking *asking)
{
	const struct http_request *request = asking->request;
	const char *wanted = http_headers_get(&request->headers, "access-control-request-method");
	const char *headers = http_headers_get(&request->headers, "access-control-request-headers");
	if (!g_str_equal(request->method, "OPTIONS") || (asking->parsed.match.operation && !wanted))
		return false;
	const char *allow = asking->parsed.allow ? asking->parsed.allow : wanted;
	if (!allow)
		return false;
	asking->status = 204;
	answer_header(asking, "Allow", "%s, OPTIONS", allow);
	answer_header(asking, "Access-Control-Allow-Methods", "%s, OPTIONS", allow);
	answer_header(asking, "Access-Control-Allow-Headers", "%s", headers ? headers : "*");
	answer_header(asking, "Access-Control-Max-Age", "600");
	return true;
}

static void
add_common_headers(struct asking *asking)
{
	const char *origin = http_headers_get(&asking->request->headers, "origin");
	answer_header(asking, "Access-Control-Allow-Origin", "%s", origin ? origin : "*");
	if (origin) {
		answer_header(asking, "Access-Control-Allow-Credentials", "true");
		answer_header(asking, "Access-Control-Expose-Headers", "Location, Link, ETag, X-Total-Count, X-Mock-Contract");
		answer_header(asking, "Vary", "Origin");
	}
	answer_header(asking, "X-Mock-Contract", "%s", asking->mock->contract);
}

/* True where the request is faultless, as one that is known always is. */
static bool
judge(struct asking *asking, struct faults *faults)
{
	if (!asking->memory)
		return exchange_judge_request(asking->mock->openapi, asking->request, &asking->parsed, faults);
	asking->parsed = asking->memory->parsed;
	asking->values = asking->memory->values;
	return true;
}

static void
answer(struct asking *asking)
{
	struct faults faults = { 0 };
	read_preference(asking->request, &asking->preference);
	if (mock_control(asking)) {
		asking->fleeting = true;
		add_common_headers(asking);
		return;
	}
	bool faultless = judge(asking, &faults);
	if (!answer_options(asking)) {
		if (faultless)
			serve(asking);
		else
			refuse(asking, &faults);
	}
	add_common_headers(asking);
	faults_clear(&faults);
}

static void
finish_asking(struct asking *asking)
{
	if (!asking->memory) {
		parsed_request_clear(&asking->parsed);
		g_strfreev(asking->values);
	}
	g_free(asking->preference.example);
}

/* The request as it stands in the exchange: it borrows all of it, and its headers are the mock's. */
static struct http_request
borrow_request(struct mock *mock, struct http_exchange *exchange, GString *body)
{
	size_t count = http_exchange_borrow_headers(exchange, mock->headers, mock->header_room);
	if (count > mock->header_room) {
		mock->headers = g_renew(struct http_header, mock->headers, count);
		mock->header_room = count;
		http_exchange_borrow_headers(exchange, mock->headers, count);
	}
	/* Nobody writes into a request; the pointers are not const because others own theirs. */
	*body = (GString){ .str = (char *)(uintptr_t)exchange->body, .len = exchange->body_length, .allocated_len = exchange->body_length + 1 };
	return (struct http_request){ .method = (char *)(uintptr_t)exchange->method, .url = (char *)(uintptr_t)exchange->target,
		                      .headers = { mock->headers, count }, .body = exchange->body_length ? body : NULL };
}

/* Keeps what passed, unless it was for the mock itself. */
static void
record(struct mock *mock, struct kept *kept, int64_t duration_us)
{
	if (mock->options.log)
		mock->options.log(mock->options.log_data, &kept->request, &kept->response);
	if (!g_str_has_prefix(kept->request.url, "/__mock/"))
		recording_keep(mock->recording, kept, duration_us);
}

/* The answer to a request that came before, if it is the same still. */
static bool
answer_again(struct mock *mock, struct http_exchange *exchange, const struct mock_memory *memory, int64_t start)
{
	if (!memory || !memory->reply || memory->version != stock_version(mock->stock))
		return false;
	http_exchange_send(exchange, memory->reply);
	record(mock, memory->kept, clock_us() - start);
	return true;
}

/* Keeps what is worth it of a request and its answer; takes `kept` and `reply`. */
static void
remember(struct asking *asking, struct kept *kept, struct http_reply *reply)
{
	struct mock *mock = asking->mock;
	bool safe = g_str_equal(asking->request->method, "GET") || g_str_equal(asking->request->method, "HEAD"), again = safe && !asking->fleeting;
	uint64_t version = stock_version(mock->stock);
	if (!again)
		http_reply_unref(g_steal_pointer(&reply));
	if (!asking->memory && asking->plan && !asking->fleeting) {
		struct mock_memory memory = { .kept = kept, .parsed = asking->parsed, .values = asking->values, .reply = reply, .version = version };
		asking->parsed = (struct parsed_request){ 0 };
		asking->values = NULL;
		mock_memo_add(mock->memo, &memory);
	} else if (asking->memory && again) {
		mock_memo_answer(mock->memo, asking->memory, kept, reply, version);
	} else {
		http_reply_unref(reply);
		kept_unref(kept);
	}
}

static void
answer_anew(struct mock *mock, struct http_exchange *exchange, const struct http_request *request, const struct mock_memory *memory, int64_t start)
{
	struct asking asking = { .mock = mock, .request = request, .memory = memory };
	answer(&asking);
	GString none = { .str = (char[]){ '\0' }, .allocated_len = 1 }, *body = asking.body ? asking.body : &none;
	const char *media = asking.body ? asking.media : NULL;
	struct http_reply *reply = http_reply_create(asking.status, media, &asking.headers, body->str, body->len);
	http_exchange_send(exchange, reply);
	struct http_response response = { .status = asking.status, .headers = asking.headers, .body = body, .duration_us = clock_us() - start };
	if (media)
		http_headers_add(&response.headers, "Content-Type", media);
	struct kept *kept = kept_create(request, &response);
	record(mock, kept, response.duration_us);
	remember(&asking, kept, reply);
	response.body = asking.body;
	http_response_clear(&response);
	finish_asking(&asking);
}

static void
on_exchange(void *data, struct http_exchange *exchange)
{
	struct mock *mock = data;
	int64_t start = clock_us();
	GString body;
	struct http_request request = borrow_request(mock, exchange, &body);
	const struct mock_memory *memory = mock_memo_find(mock->memo, &request);
	if (!answer_again(mock, exchange, memory, start))
		answer_anew(mock, exchange, &request, memory, start);
}

/* What an operation does, in words: "lists tasks", "creates a task". */
static char *
deed_of(struct mock *mock, const struct openapi_operation *operation)
{
	static const char *const verbs[RESOURCE_ROLE_COUNT] = { "", "lists", "creates", "reads", "replaces", "changes", "deletes" };
	enum resource_role role;
	const struct resource *resource = resources_of(mock->resources, operation, &role);
	if (!resource)
		return g_strdup("answers by its schema");
	g_autofree char *singular = resource_singular(resource->name);
	if (role == RESOURCE_LIST || resource->singleton)
		return g_strdup_printf("%s %s", verbs[role], resource->name);
	bool vowel = strchr("aeio", g_ascii_tolower(*singular)) != NULL;
	return g_strdup_printf("%s %s %s", verbs[role], vowel ? "an" : "a", singular);
}

static char *
route_table(struct mock *mock)
{
	size_t count, width = 0;
	const struct openapi_operation *operations = openapi_operations(mock->openapi, &count);
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < count; i++)
		width = MAX(width, strlen(operations[i].path));
	width = MIN(width, 60);
	for (size_t i = 0; i < count; i++) {
		g_autofree char *deed = deed_of(mock, &operations[i]);
		g_string_append_printf(text, "%-7s %-*s  %s\n", operations[i].method, (int)width, operations[i].path, deed);
	}
	for (const char *const *remark = openapi_remarks(mock->openapi); *remark; remark++)
		g_string_append_printf(text, "note: %s\n", *remark);
	return g_string_free(text, FALSE);
}

/* What a header can say of a document's title and version. */
static char *
label_of(const struct openapi *openapi)
{
	g_autofree char *label = g_strdup_printf("%s %s", openapi_title(openapi), openapi_version(openapi));
	char *plain = g_str_to_ascii(label, "C");
	for (char *at = plain; *at; at++)
		if (!g_ascii_isprint(*at))
			*at = ' ';
	return g_strstrip(plain);
}

struct mock *
mock_create(struct openapi *openapi, const struct mock_options *options, GError **error)
{
	struct mock *mock = g_new0(struct mock, 1);
	mock->openapi = openapi;
	mock->options = *options;
	mock->contract = options->contract ? g_strdup(options->contract) : label_of(openapi);
	openapi_operations(openapi, &mock->plan_count);
	mock->plans = g_new0(struct mock_plan *, mock->plan_count + 1);
	mock->resources = resources_infer(openapi);
	mock->sampler = sampler_create(openapi, options->seed);
	mock->recording = recording_create(RECORDED);
	mock->stock = stock_create();
	mock->memo = mock_memo_create();
	mock->moulds = g_hash_table_new_full(NULL, NULL, NULL, mould_free);
	mock->routes = route_table(mock);
	if (sampler_lexicon(mock->sampler, error))
		return mock;
	mock_destroy(mock);
	return NULL;
}

void
mock_destroy(struct mock *mock)
{
	for (size_t i = 0; i < mock->plan_count; i++)
		mock_plan_free(mock->plans[i]);
	g_free(mock->plans);
	g_free(mock->headers);
	mock_memo_destroy(mock->memo);
	g_hash_table_unref(mock->moulds);
	stock_destroy(mock->stock);
	recording_destroy(mock->recording);
	sampler_destroy(mock->sampler);
	resources_destroy(mock->resources);
	g_free(mock->routes);
	g_free(mock->contract);
	g_free(mock);
}

struct mock *
mock_start(struct openapi *openapi, const struct mock_options *options, GError **error)
{
	struct http_server_options server = { .address = options->address, .port = options->port };
	struct mock *mock = mock_create(openapi, options, error);
	if (!mock) {
		openapi_destroy(openapi);
		return NULL;
	}
	mock->server = http_server_start(&server, on_exchange, mock, error);
	if (mock->server)
		return mock;
	mock_stop(mock);
	return NULL;
}

int
mock_port(const struct mock *mock)
{
	return http_server_port(mock->server);
}

struct recording *
mock_recording(struct mock *mock)
{
	return mock->recording;
}

void
mock_stop(struct mock *mock)
{
	if (!mock)
		return;
	struct openapi *openapi = mock->openapi;
	http_server_stop(mock->server);
	mock_destroy(mock);
	openapi_destroy(openapi);
}

char *
mock_routes(struct mock *mock)
{
	return g_strdup(mock->routes);
}
