#include "contract/mock.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "contract/mock_model.h"

enum { RECORDED = 10000 };

static void
on_exchange(void *data, struct http_exchange *exchange)
{
	struct mock *mock = data;
	struct http_request request = { .method = g_strdup(exchange->method), .url = g_strdup(exchange->target) };
	int64_t start = clock_us();
	http_exchange_headers(exchange, &request.headers);
	if (exchange->body_length)
		request.body = g_string_new_len(exchange->body, (gssize)exchange->body_length);
	struct asking asking = { .mock = mock, .request = &request };
	mock_answer(&asking);
	http_exchange_manner(exchange, &asking.mishap.manner);
	for (size_t i = 0; i < asking.headers.count; i++)
		http_exchange_add_header(exchange, asking.headers.items[i].name, asking.headers.items[i].value);
	const char *media = asking.body ? asking.media : NULL;
	http_exchange_reply(exchange, asking.status, media, asking.body ? asking.body->str : "", asking.body ? asking.body->len : 0);
	struct http_response response = { .status = asking.status, .headers = asking.headers, .body = asking.body, .duration_us = clock_us() - start };
	if (media)
		http_headers_add(&response.headers, "Content-Type", media);
	if (!response.body)
		response.body = g_string_new(NULL);
	if (mock->options.log)
		mock->options.log(mock->options.log_data, &request, &response);
	bool own = g_str_has_prefix(request.url, "/__mock/");
	if (!own)
		recording_take(mock->recording, &request, &response);
	http_request_clear(&request);
	http_response_clear(&response);
	mock_asking_finish(&asking);
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

struct mock *
mock_create(struct openapi *openapi, const struct mock_options *options, GError **error)
{
	struct mock *mock = g_new0(struct mock, 1);
	mock->openapi = openapi;
	mock->options = *options;
	mock->contract = g_strdup(options->contract);
	openapi_operations(openapi, &mock->plan_count);
	mock->plans = g_new0(struct mock_plan *, mock->plan_count + 1);
	mock->resources = resources_infer(openapi);
	mock->sampler = sampler_create(openapi, options->seed);
	mock->recording = recording_create(RECORDED);
	mock->stock = stock_create();
	mock->routes = route_table(mock);
	mock->dice = g_rand_new_with_seed((guint32)options->seed);
	bool ok = sampler_lexicon(mock->sampler, error) && (!options->faults || injections_read(options->faults, &mock->injections, error));
	if (ok)
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
	stock_destroy(mock->stock);
	recording_destroy(mock->recording);
	sampler_destroy(mock->sampler);
	resources_destroy(mock->resources);
	injections_clear(&mock->injections);
	g_rand_free(mock->dice);
	g_free(mock->routes);
	g_free(mock->contract);
	g_free(mock);
}

struct mock *
mock_start(struct openapi *openapi, const struct mock_options *options, GError **error)
{
	struct http_server_options server = { .address = options->address, .port = options->port, .body_max = options->body_max,
		                              .connections = options->connections, .idle_s = options->idle_s,
		                              .certificate = options->certificate, .key = options->key };
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
