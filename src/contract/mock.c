#include "contract/mock.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "contract/mock_model.h"

enum { HABIT = 10, RECORDED = 10000 };

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

/* The wall time of a moment that the clock of intervals has just shown: the wall's clock is read once a second. */
static int64_t
wall_ms(struct mock *mock, int64_t now_us)
{
	if (now_us - mock->wall_read_us > G_USEC_PER_SEC || !mock->wall_read_us) {
		mock->wall_read_us = now_us;
		mock->wall_offset_ms = clock_wall_ms() - now_us / 1000;
	}
	return mock->wall_offset_ms + now_us / 1000;
}

/* Keeps what passed, unless it was for the mock itself. */
static void
record(struct mock *mock, struct kept *kept, int64_t start, int64_t duration_us)
{
	if (mock->options.log)
		mock->options.log(mock->options.log_data, &kept->request, &kept->response);
	if (!g_str_has_prefix(kept->request.url, "/__mock/"))
		recording_keep(mock->recording, kept, wall_ms(mock, start + duration_us), duration_us);
}

/* The answer to a request that came before, if it is the same still. */
static bool
answer_again(struct mock *mock, struct http_exchange *exchange, const struct mock_memory *memory, int64_t start)
{
	if (!memory || !memory->reply || memory->version != stock_version(mock->stock))
		return false;
	http_exchange_send(exchange, memory->reply);
	record(mock, memory->kept, start, clock_us() - start);
	return true;
}

/* The answer to a creation that came before: another object of the same cast. */
static bool
answer_alike(struct mock *mock, struct http_exchange *exchange, const struct http_request *request, const struct mock_memory *memory, int64_t start)
{
	struct casting casting;
	if (!memory || !memory->cast || !mock_cast_use(memory->cast, mock, memory->values, &casting))
		return false;
	struct http_response *response = &casting.response;
	struct http_reply *reply = mock_cast_reply(memory->cast, &casting);
	if (reply)
		http_exchange_send(exchange, reply);
	else
		http_exchange_answer(exchange, response->status, &response->headers, response->body->str, response->body->len);
	response->duration_us = clock_us() - start;
	struct kept *kept = kept_create(request, response);
	record(mock, kept, start, response->duration_us);
	kept_unref(kept);
	casting_finish(&casting);
	return true;
}

/* Keeps what is worth it of a request and its answer; takes `kept` and `reply`. */
static void
remember(struct asking *asking, struct kept *kept, struct http_reply *reply)
{
	struct mock *mock = asking->mock;
	bool safe = g_str_equal(asking->request->method, "GET") || g_str_equal(asking->request->method, "HEAD"), again = safe && !asking->fleeting;
	uint64_t version = stock_version(mock->stock);
	if (asking->memory && !asking->memory->cast && asking->made && asking->status < 300 && !asking->fleeting)
		mock_memo_cast(mock->memo, asking->memory, mock_cast_create(asking, asking->made, kept));
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

/* An answer that is late, drips or breaks off is made for this exchange alone. */
static void
send_answer(struct asking *asking, struct http_exchange *exchange, struct http_reply *reply, const GString *body)
{
	const struct http_manner *manner = &asking->mishap.manner;
	if (!manner->delay_ms && !manner->drip_bytes && !manner->cut) {
		http_exchange_send(exchange, reply);
		return;
	}
	for (size_t i = 0; i < asking->headers.count; i++)
		http_exchange_add_header(exchange, asking->headers.items[i].name, asking->headers.items[i].value);
	http_exchange_manner(exchange, manner);
	http_exchange_reply(exchange, asking->status, asking->body ? asking->media : NULL, body->str, body->len);
}

static void
answer_anew(struct mock *mock, struct http_exchange *exchange, const struct http_request *request, const struct mock_memory *memory, int64_t start)
{
	struct asking asking = { .mock = mock, .request = request, .memory = memory };
	mock_answer(&asking);
	GString none = { .str = (char[]){ '\0' }, .allocated_len = 1 };
	GString *body = asking.body ? asking.body : &none;
	const char *media = body == &none ? NULL : asking.media;
	struct http_reply *reply = http_reply_create(asking.status, media, &asking.headers, body->str, body->len);
	send_answer(&asking, exchange, reply, body);
	struct http_response response = { .status = asking.status, .headers = asking.headers, .body = body, .duration_us = clock_us() - start };
	if (media)
		http_headers_add(&response.headers, "Content-Type", media);
	struct kept *kept = kept_create(request, &response);
	record(mock, kept, start, response.duration_us);
	remember(&asking, kept, reply);
	response.body = asking.body;
	http_response_clear(&response);
	mock_asking_finish(&asking);
}

static void
on_exchange(void *data, struct http_exchange *exchange)
{
	struct mock *mock = data;
	int64_t start = clock_us();
	GString body;
	pthread_mutex_lock(mock->mutex);
	struct http_request request = borrow_request(mock, exchange, &body);
	const struct mock_memory *memory = mock_memo_find(mock->memo, &request);
	if (!answer_again(mock, exchange, memory, start) && !answer_alike(mock, exchange, &request, memory, start))
		answer_anew(mock, exchange, &request, memory, start);
	pthread_mutex_unlock(mock->mutex);
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

/* Few mentions are no habit. */
static bool
tells_absence(const struct openapi *openapi)
{
	size_t count;
	unsigned told = 0;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < operations[i].response_count; j++)
			told += strcmp(operations[i].responses[j].status, "404") == 0;
	return told >= HABIT;
}

struct mock *
mock_create(struct openapi *openapi, const struct mock_options *options, GError **error)
{
	struct mock *mock = g_new0(struct mock, 1);
	mock->mutex = g_new0(pthread_mutex_t, 1);
	pthread_mutex_init(mock->mutex, NULL);
	mock->openapi = openapi;
	mock->options = *options;
	mock->options.state = NULL;
	mock->contract = options->contract ? g_strdup(options->contract) : label_of(openapi);
	openapi_operations(openapi, &mock->plan_count);
	mock->plans = g_new0(struct mock_plan *, mock->plan_count + 1);
	mock->resources = resources_infer(openapi);
	mock->sampler = sampler_create(openapi, options->seed);
	mock->recording = recording_create(options->recorded ? options->recorded : RECORDED);
	mock->stock = stock_create();
	mock->memo = mock_memo_create();
	mock->moulds = g_hash_table_new_full(NULL, NULL, NULL, mould_free);
	mock->routes = route_table(mock);
	mock->tells_absence = tells_absence(openapi);
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
	g_free(mock->headers);
	mock_memo_destroy(mock->memo);
	g_hash_table_unref(mock->moulds);
	stock_destroy(mock->stock);
	recording_destroy(mock->recording);
	sampler_destroy(mock->sampler);
	resources_destroy(mock->resources);
	injections_clear(&mock->injections);
	g_rand_free(mock->dice);
	pthread_mutex_destroy(mock->mutex);
	g_free(mock->mutex);
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
	if (options->state && !mock_restore(mock, options->state, error)) {
		mock_stop(mock);
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
mock_halt(struct mock *mock)
{
	http_server_stop(g_steal_pointer(&mock->server));
}

void
mock_stop(struct mock *mock)
{
	if (!mock)
		return;
	struct openapi *openapi = mock->openapi;
	mock_halt(mock);
	mock_destroy(mock);
	openapi_destroy(openapi);
}

char *
mock_routes(struct mock *mock)
{
	pthread_mutex_lock(mock->mutex);
	char *routes = g_strdup(mock->routes);
	pthread_mutex_unlock(mock->mutex);
	return routes;
}
