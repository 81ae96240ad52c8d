#include "contract/recording.h"

#include <pthread.h>

#include "base/clock.h"

/* A ring: the oldest exchange stands at `first`. */
struct recording {
	pthread_mutex_t lock;
	struct kept {
		int64_t at_ms;
		struct http_request request;
		struct http_response response;
	} *ring;
	size_t room, first, count;
};

struct recording *
recording_create(size_t exchanges)
{
	struct recording *recording = g_new0(struct recording, 1);
	pthread_mutex_init(&recording->lock, NULL);
	recording->room = MAX(exchanges, 1);
	recording->ring = g_new0(struct kept, recording->room);
	return recording;
}

static void
clear_kept(struct kept *kept)
{
	http_request_clear(&kept->request);
	http_response_clear(&kept->response);
}

void
recording_clear(struct recording *recording)
{
	pthread_mutex_lock(&recording->lock);
	for (size_t i = 0; i < recording->room; i++)
		clear_kept(&recording->ring[i]);
	recording->first = recording->count = 0;
	pthread_mutex_unlock(&recording->lock);
}

void
recording_destroy(struct recording *recording)
{
	if (!recording)
		return;
	recording_clear(recording);
	pthread_mutex_destroy(&recording->lock);
	g_free(recording->ring);
	g_free(recording);
}

static void
copy_headers(const struct http_headers *from, struct http_headers *to)
{
	*to = (struct http_headers){ 0 };
	for (size_t i = 0; i < from->count; i++)
		http_headers_add(to, from->items[i].name, from->items[i].value);
}

static GString *
copy_body(const GString *body)
{
	return body ? g_string_new_len(body->str, (gssize)body->len) : NULL;
}

void
recording_add(struct recording *recording, const struct http_request *request, const struct http_response *response)
{
	struct kept kept = { .at_ms = clock_wall_ms() };
	kept.request = (struct http_request){ .method = g_strdup(request->method), .url = g_strdup(request->url), .body = copy_body(request->body) };
	kept.response = (struct http_response){ .status = response->status, .body = copy_body(response->body), .duration_us = response->duration_us };
	copy_headers(&request->headers, &kept.request.headers);
	copy_headers(&response->headers, &kept.response.headers);
	recording_take(recording, &kept.request, &kept.response);
}

void
recording_take(struct recording *recording, struct http_request *request, struct http_response *response)
{
	pthread_mutex_lock(&recording->lock);
	struct kept *place = &recording->ring[(recording->first + recording->count) % recording->room];
	if (recording->count == recording->room)
		recording->first = (recording->first + 1) % recording->room;
	else
		recording->count++;
	struct kept old = *place;
	*place = (struct kept){ clock_wall_ms(), *request, *response };
	pthread_mutex_unlock(&recording->lock);
	*request = (struct http_request){ 0 };
	*response = (struct http_response){ 0 };
	clear_kept(&old);
}

/* A copy for people who read it later. */
static void
fill_exchange(const struct kept *kept, struct recorded_exchange *exchange)
{
	exchange->at_ms = kept->at_ms;
	recorded_exchange_fill(exchange, &kept->request, &kept->response);
}

void
recording_list(struct recording *recording, struct recorded_exchange_list *ret)
{
	*ret = (struct recorded_exchange_list){ 0 };
	pthread_mutex_lock(&recording->lock);
	for (size_t i = 0; i < recording->count; i++)
		fill_exchange(&recording->ring[(recording->first + i) % recording->room], record_append(&recorded_exchange_record, ret));
	pthread_mutex_unlock(&recording->lock);
}
