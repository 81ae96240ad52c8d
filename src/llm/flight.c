/* One call to one server, from its first byte to its last. */
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "llm/instruction.h"
#include "llm/loading.h"
#include "llm/models_model.h"
#include "llm/secret.h"
#include "llm/subset.h"

enum { DETAIL_MAX = 300, LOAD_MS = 300000 };   /* LOAD_MS: OLLAMA_LOAD_TIMEOUT, after which Ollama gives up by itself */

/* How an end on the wire counts, where the answer itself says nothing. */
static const enum failure_class end_classes[] = {
	[TRANSPORT_DONE] = FAILURE_NONE,               [TRANSPORT_STOPPED] = FAILURE_NONE,         [TRANSPORT_CANCELLED] = FAILURE_CANCELLED,
	[TRANSPORT_UNREACHABLE] = FAILURE_UNREACHABLE, [TRANSPORT_RESET] = FAILURE_RESET,          [TRANSPORT_CUT] = FAILURE_TRUNCATED,
	[TRANSPORT_NO_HEADERS] = FAILURE_SILENT,       [TRANSPORT_NO_FIRST] = FAILURE_SLOW_START,  [TRANSPORT_NO_MORE] = FAILURE_STALLED,
	[TRANSPORT_OVERTIME] = FAILURE_OVERTIME,
};

/* --- the taker: on the transport's thread --------------------------------------------------- */

static bool
take_head(void *data, int status, const struct http_headers *headers)
{
	struct flight *flight = data;
	return reply_begin(flight->reply, status, headers);
}

/* Under the lock: whoever comes first has the word. */
static bool
has_word(struct flight *flight)
{
	if (!flight->race->winner)
		flight->race->winner = flight;
	return flight->race->winner == flight;
}

static void
tell_started(struct flight *flight)
{
	struct models *models = flight->caller->models;
	flight->started = true;
	pthread_mutex_lock(&models->lock);
	seat_started(models->balance, flight->seat, clock_ms());
	has_word(flight);
	if (flight->race->contested)
		pthread_cond_signal(&flight->caller->wake);
	pthread_mutex_unlock(&models->lock);
}

/* Visible text of the winner, for whoever watches. */
static void
show(void *data, const char *text, size_t length)
{
	struct flight *flight = data;
	pthread_mutex_lock(&flight->caller->models->lock);
	bool winner = has_word(flight);
	pthread_mutex_unlock(&flight->caller->models->lock);
	if (winner)
		secret_pass(flight->held, flight->key, text, length, false, flight->caller->ask->watch, flight->caller->ask->data);
}

static bool
take_bytes(void *data, const char *bytes, size_t length, bool *ret_token)
{
	struct flight *flight = data;
	uint64_t before = reply_tokens(flight->reply);
	bool more = reply_take(flight->reply, bytes, length);
	*ret_token = reply_tokens(flight->reply) != before;
	if (!flight->started && reply_is_started(flight->reply))
		tell_started(flight);
	return more;
}

static int64_t
preset(int64_t value)
{
	return value == RECORD_NO_INT ? 0 : value;
}

/* The server may be loading the model: some can say so. */
static int64_t
take_late(void *data, struct transport_call *call)
{
	struct flight *flight = data;
	const struct endpoint *endpoint = seat_endpoint(flight->seat);
	const struct dialect *dialect = dialect_find(endpoint->protocol);
	int64_t load_ms = preset(endpoint->load_ms);
	if (!dialect->loaded_path)
		return 0;
	if (!flight->loading) {
		flight->loading = loading_create(flight->caller->models->transport, call, flight->begin_ms, load_ms ? load_ms : LOAD_MS);
		loading_ask_at(flight->loading, dialect, endpoint->base_url, flight->key, seat_model(flight->seat)->name);
	}
	return loading_late(flight->loading, clock_ms());
}

/* What the wire said, and what the server said beside it of a call that was late. */
static char *
detail_of(const struct flight *flight, enum transport_end end, const char *detail)
{
	bool late = end == TRANSPORT_NO_HEADERS || end == TRANSPORT_NO_FIRST;
	g_autofree char *whole = g_strconcat(detail ? detail : "", late ? loading_text(flight->loading) : "", NULL);
	return detail ? g_strndup(whole, DETAIL_MAX) : NULL;
}

static void
take_end(void *data, enum transport_end end, const struct transport_times *times, const char *detail)
{
	struct flight *flight = data;
	struct models *models = flight->caller->models;
	g_autofree char *told = detail_of(flight, end, detail);
	g_clear_pointer(&flight->loading, loading_finish);
	if (end == TRANSPORT_DONE || end == TRANSPORT_STOPPED || end == TRANSPORT_CUT)
		reply_end(flight->reply);
	if (flight->held)
		secret_pass(flight->held, flight->key, "", 0, true, flight->caller->ask->watch, flight->caller->ask->data);
	pthread_mutex_lock(&models->lock);
	flight->end = end;
	flight->times = *times;
	flight->failure.detail = g_steal_pointer(&told);
	flight->ended = true;
	pthread_cond_signal(&flight->caller->wake);
	pthread_mutex_unlock(&models->lock);
}

/* --- judging -------------------------------------------------------------------------------- */

/* What the server said counts before what the wire did. That it said nothing before it was cut off is the wire's. */
static void
judge(struct flight *flight)
{
	const struct failure *said = reply_failure(flight->reply);
	enum failure_class wire = end_classes[flight->end];
	bool whole = reply_is_whole(flight->reply) && said->class == FAILURE_NONE;
	bool told = wire == FAILURE_NONE || (flight->end == TRANSPORT_CUT && said->class != FAILURE_NONE && said->class != FAILURE_EMPTY);
	g_autofree char *detail = g_steal_pointer(&flight->failure.detail);
	flight->failure = (struct failure){ .retry_after_ms = -1 };
	if (whole)
		return;
	if (told) {
		flight->failure = *said;
		flight->failure.detail = g_strdup(said->detail);
	} else {
		flight->failure.class = wire;
		flight->failure.detail = g_steal_pointer(&detail);
	}
}

/* --- sending -------------------------------------------------------------------------------- */

static struct transport_deadlines
deadlines_of(const struct flight *flight)
{
	const struct endpoint *endpoint = seat_endpoint(flight->seat);
	struct transport_deadlines deadlines = {
		preset(endpoint->connect_ms), preset(endpoint->headers_ms), preset(endpoint->first_ms), preset(endpoint->between_ms), preset(endpoint->total_ms),
	};
	int64_t left = flight->caller->ask->deadline_ms ? MAX(flight->caller->ask->deadline_ms - clock_ms(), 1) : 0;
	if (left && (!deadlines.total_ms || left < deadlines.total_ms))
		deadlines.total_ms = left;
	return deadlines;
}

/* What a command says is kept, in memory only: it may ask its owner for a password each time. */
static char *
key_of(struct models *models, const struct endpoint *endpoint, GError **error)
{
	if (!endpoint->key_command)
		return endpoint_key(endpoint, error);
	pthread_mutex_lock(&models->lock);
	char *key = g_strdup(g_hash_table_lookup(models->keys, endpoint->name));
	pthread_mutex_unlock(&models->lock);
	if (key || !(key = endpoint_key(endpoint, error)))
		return key;
	pthread_mutex_lock(&models->lock);
	g_hash_table_replace(models->keys, g_strdup(endpoint->name), g_strdup(key));
	pthread_mutex_unlock(&models->lock);
	return key;
}

/* A server keeps an answer to its schema unless its models are described without that. */
static bool
holds_schemas(const struct endpoint_model *model)
{
	return !model->capabilities || g_strv_contains((const char *const *)model->capabilities, "schema");
}

/* OpenAI's own hosts refuse max_tokens for newer models; others do not know the other name. */
static bool
is_openai(const struct endpoint *endpoint)
{
	g_autoptr(GUri) uri = g_uri_parse(endpoint->base_url, G_URI_FLAGS_NONE, NULL);
	const char *host = uri ? g_uri_get_host(uri) : NULL;
	return host && (strcmp(host, "api.openai.com") == 0 || g_str_has_suffix(host, ".openai.azure.com"));
}

/* Where the server cannot hold its answer to the schema, or none could to this one, the prompt asks for it. */
static bool
is_told(const struct model_request *request, bool strict)
{
	g_autoptr(Doc) held = request->schema && strict ? subset_of(doc_root(request->schema)) : NULL;
	return request->schema && !held;
}

static char *
tell_schema(const struct model_request *request, GError **error)
{
	g_autofree char *json = value_to_json(doc_root(request->schema), false);
	g_autofree char *told = instruction_text("prompts/schema.md", "schema", json, error);
	return told ? g_strconcat(request->system ? request->system : "", request->system ? "\n\n" : "", told, NULL) : NULL;
}

static bool
write_request(struct flight *flight, const struct dialect *dialect, struct http_request *ret, GError **error)
{
	const struct endpoint *endpoint = seat_endpoint(flight->seat);
	const struct endpoint_model *model = seat_model(flight->seat);
	GError *cause = NULL;
	g_autofree char *key = key_of(flight->caller->models, endpoint, &cause);
	if (cause) {
		g_propagate_error(error, cause);
		return false;
	}
	struct dialect_options options = { .key = key, .window = preset(model->window), .keep_alive = endpoint->keep_alive,
		                           .strict_schema = holds_schemas(model), .completion_tokens = is_openai(endpoint) };
	struct model_request request = *flight->caller->ask->request;
	request.model = model->name;
	if (model->max_output > 0)   /* more than it can write is refused */
		request.max_tokens = MIN(request.max_tokens, model->max_output);
	bool told = is_told(&request, options.strict_schema);
	g_autofree char *system = told ? tell_schema(&request, error) : NULL;
	if (told && !(request.system = system))
		return false;
	g_autofree char *body = dialect->write(&request, &options);
	*ret = (struct http_request){ .method = g_strdup("POST"), .url = g_strconcat(endpoint->base_url, dialect->path, NULL), .body = g_string_new(body) };
	dialect->add_headers(&options, &ret->headers);
	flight->key = g_steal_pointer(&key);
	return true;
}

bool
flight_begin(struct flight *flight, GError **error)
{
	const struct dialect *dialect = dialect_find(seat_endpoint(flight->seat)->protocol);
	struct http_request request;
	if (!write_request(flight, dialect, &request, error))
		return false;
	flight->reply = reply_create(dialect);
	if (flight->caller->ask->watch) {
		flight->held = g_string_new(NULL);
		reply_watch(flight->reply, show, flight);
	}
	struct transport_deadlines deadlines = deadlines_of(flight);
	struct transport_taker taker = { flight, take_head, take_bytes, take_end, take_late };
	flight->begin_ms = clock_ms();
	flight->call = transport_send(flight->caller->models->transport, &request, &deadlines, &taker);
	http_request_clear(&request);
	return true;
}

static bool
have_ended(const struct flight *flights, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (!flights[i].ended)
			return false;
	return true;
}

bool
flights_await_word(struct caller *caller, const struct race *race, const struct flight *flights, unsigned count, int64_t until)
{
	struct models *models = caller->models;
	const struct ask *ask = caller->ask;
	struct timespec at = clock_timespec(until);
	int late = 0;
	pthread_mutex_lock(&models->lock);
	while (!late && !race->winner && !have_ended(flights, count) && !ask_is_cancelled(ask))
		late = pthread_cond_timedwait(&caller->wake, &models->lock, &at);
	bool waits = !race->winner && !have_ended(flights, count) && !ask_is_cancelled(ask);
	pthread_mutex_unlock(&models->lock);
	return waits;
}

/* Under the lock: one that nobody will need; NULL. */
static struct flight *
find_superfluous(const struct ask *ask, const struct race *race, struct flight *flights, unsigned count)
{
	bool unwanted = ask_is_cancelled(ask);
	for (unsigned i = 0; i < count; i++) {
		struct flight *flight = &flights[i];
		if (!flight->ended && flight->call && !flight->dropped && (unwanted || (race->winner && race->winner != flight)))
			return flight;
	}
	return NULL;
}

void
flights_await_end(struct caller *caller, const struct race *race, struct flight *flights, unsigned count)
{
	struct models *models = caller->models;
	pthread_mutex_lock(&models->lock);
	while (!have_ended(flights, count)) {
		struct flight *superfluous = find_superfluous(caller->ask, race, flights, count);
		if (!superfluous) {
			pthread_cond_wait(&caller->wake, &models->lock);
			continue;
		}
		/* What changes meanwhile is seen in the next round. */
		superfluous->dropped = true;
		pthread_mutex_unlock(&models->lock);
		transport_cancel(superfluous->call);
		pthread_mutex_lock(&models->lock);
	}
	pthread_mutex_unlock(&models->lock);
}

void
flight_conclude(struct flight *flight)
{
	transport_call_unref(g_steal_pointer(&flight->call));
	judge(flight);
	failure_redact(&flight->failure, flight->key);
}

void
flight_clear(struct flight *flight)
{
	g_clear_pointer(&flight->reply, reply_destroy);
	failure_clear(&flight->failure);
	g_clear_pointer(&flight->key, g_free);
	if (flight->held)
		g_string_free(g_steal_pointer(&flight->held), TRUE);
}
