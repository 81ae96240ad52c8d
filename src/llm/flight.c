/* One call to one server, from its first byte to its last. */
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "llm/models_model.h"

enum { REFUSAL_MAX = 64 << 10, DETAIL_MAX = 300 };

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
	if (status < 400)
		return reply_begin(flight->reply, status, headers);
	flight->refused = true;
	flight->refusal = (struct http_response){ .status = status, .body = g_string_new(NULL) };
	for (size_t i = 0; i < headers->count; i++)
		http_headers_add(&flight->refusal.headers, headers->items[i].name, headers->items[i].value);
	return true;
}

static void
tell_started(struct flight *flight)
{
	struct models *models = flight->models;
	flight->started = true;
	pthread_mutex_lock(&models->lock);
	seat_started(models->balance, flight->seat, clock_ms());
	pthread_mutex_unlock(&models->lock);
}

static bool
take_bytes(void *data, const char *bytes, size_t length, bool *ret_token)
{
	struct flight *flight = data;
	if (flight->refused) {
		size_t room = REFUSAL_MAX - flight->refusal.body->len;
		g_string_append_len(flight->refusal.body, bytes, (gssize)MIN(length, room));
		return length <= room;
	}
	uint64_t before = reply_tokens(flight->reply);
	bool more = reply_take(flight->reply, bytes, length);
	*ret_token = reply_tokens(flight->reply) != before;
	if (!flight->started && reply_is_started(flight->reply))
		tell_started(flight);
	return more;
}

static void
take_end(void *data, enum transport_end end, const struct transport_times *times, const char *detail)
{
	struct flight *flight = data;
	struct models *models = flight->models;
	if (!flight->refused && (end == TRANSPORT_DONE || end == TRANSPORT_STOPPED || end == TRANSPORT_CUT))
		reply_end(flight->reply);
	pthread_mutex_lock(&models->lock);
	flight->end = end;
	flight->times = *times;
	flight->failure.detail = detail ? g_strndup(detail, DETAIL_MAX) : NULL;
	flight->ended = true;
	pthread_cond_broadcast(&models->changed);
	pthread_mutex_unlock(&models->lock);
}

/* --- judging -------------------------------------------------------------------------------- */

static void
take_failure(struct flight *flight, const struct failure *failure)
{
	failure_clear(&flight->failure);
	flight->failure = *failure;
	flight->failure.detail = g_strdup(failure->detail);
}

/* What the server said counts before what the wire did. */
static void
judge(struct flight *flight, const struct dialect *dialect)
{
	const struct failure *said = reply_failure(flight->reply);
	flight->failure.retry_after_ms = -1;
	if (flight->refused) {
		failure_clear(&flight->failure);
		dialect->refuse(&flight->refusal, &flight->failure);
	} else if (reply_is_whole(flight->reply) && said->class == FAILURE_NONE) {
		failure_clear(&flight->failure);
	} else if (end_classes[flight->end] == FAILURE_NONE || (flight->end == TRANSPORT_CUT && said->class != FAILURE_NONE)) {
		take_failure(flight, said);
	} else {
		flight->failure.class = end_classes[flight->end];
	}
}

/* --- sending -------------------------------------------------------------------------------- */

static int64_t
preset(int64_t value)
{
	return value == RECORD_NO_INT ? 0 : value;
}

static struct transport_deadlines
deadlines_of(const struct flight *flight)
{
	const struct endpoint *endpoint = seat_endpoint(flight->seat);
	struct transport_deadlines deadlines = {
		preset(endpoint->connect_ms), preset(endpoint->headers_ms), preset(endpoint->first_ms), preset(endpoint->between_ms), preset(endpoint->total_ms),
	};
	int64_t left = flight->ask->deadline_ms ? MAX(flight->ask->deadline_ms - clock_ms(), 1) : 0;
	if (left && (!deadlines.total_ms || left < deadlines.total_ms))
		deadlines.total_ms = left;
	return deadlines;
}

static bool
write_request(const struct flight *flight, const struct dialect *dialect, struct http_request *ret, GError **error)
{
	const struct endpoint *endpoint = seat_endpoint(flight->seat);
	const struct endpoint_model *model = seat_model(flight->seat);
	GError *cause = NULL;
	g_autofree char *key = endpoint_key(endpoint, &cause);
	if (cause) {
		g_propagate_error(error, cause);
		return false;
	}
	struct dialect_options options = { .key = key, .window = preset(model->window), .keep_alive = endpoint->keep_alive, .strict_schema = true };
	struct model_request request = *flight->ask->request;
	request.model = model->name;
	g_autofree char *body = dialect->write(&request, &options);
	*ret = (struct http_request){ .method = g_strdup("POST"), .url = g_strconcat(endpoint->base_url, dialect->path, NULL), .body = g_string_new(body) };
	dialect->add_headers(&options, &ret->headers);
	return true;
}

static void
await_end(struct flight *flight, struct transport_call *call)
{
	struct models *models = flight->models;
	const bool *cancelled = flight->ask->cancelled;
	bool told = false;
	pthread_mutex_lock(&models->lock);
	while (!flight->ended) {
		if (cancelled && *cancelled && !told) {
			told = true;
			pthread_mutex_unlock(&models->lock);
			transport_cancel(call);
			pthread_mutex_lock(&models->lock);
			continue;
		}
		pthread_cond_wait(&models->changed, &models->lock);
	}
	pthread_mutex_unlock(&models->lock);
}

bool
flight_go(struct flight *flight, GError **error)
{
	const struct dialect *dialect = dialect_find(seat_endpoint(flight->seat)->protocol);
	struct http_request request;
	flight->begin_ms = clock_ms();
	if (!write_request(flight, dialect, &request, error))
		return false;
	flight->reply = reply_create(dialect);
	if (flight->ask->watch)
		reply_watch(flight->reply, flight->ask->watch, flight->ask->data);
	struct transport_deadlines deadlines = deadlines_of(flight);
	struct transport_taker taker = { flight, take_head, take_bytes, take_end };
	struct transport_call *call = transport_send(flight->models->transport, &request, &deadlines, &taker);
	http_request_clear(&request);
	await_end(flight, call);
	transport_call_unref(call);
	judge(flight, dialect);
	return true;
}

void
flight_clear(struct flight *flight)
{
	g_clear_pointer(&flight->reply, reply_destroy);
	http_response_clear(&flight->refusal);
	failure_clear(&flight->failure);
}
