#include "contract/recording.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"

#define CONSUMER_HEADER "x-teamwright-consumer"

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

static const struct record_field recorded_exchange_fields[] = {
	RECORD_FIELD(recorded_exchange, at_ms, RECORD_VOLATILE, "when, in milliseconds since 1970"),
	RECORD_FIELD(recorded_exchange, consumer, 0, "who sent it"),
	RECORD_FIELD(recorded_exchange, method, RECORD_REQUIRED, "HTTP method"),
	RECORD_FIELD(recorded_exchange, target, RECORD_REQUIRED, "path and query"),
	RECORD_FIELD(recorded_exchange, request_headers, 0, "by name"),
	RECORD_FIELD(recorded_exchange, request_body, 0, "as text"),
	RECORD_FIELD(recorded_exchange, status, RECORD_REQUIRED, "HTTP status of the answer"),
	RECORD_FIELD(recorded_exchange, response_headers, 0, "by name"),
	RECORD_FIELD(recorded_exchange, response_body, 0, "as text"),
	RECORD_FIELD(recorded_exchange, duration_us, RECORD_VOLATILE, "microseconds until the answer"),
};
RECORD_TYPE(recorded_exchange, RECORD_DROP, "one request and its answer");

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

/* An object of texts; of several headers with one name, the values are joined (RFC 9110 section 5.2). */
static struct doc *
headers_doc(const struct http_headers *headers)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	for (size_t i = 0; i < headers->count; i++) {
		g_autofree char *name = g_ascii_strdown(headers->items[i].name, -1);
		g_autoptr(GString) value = g_string_new(headers->items[i].value);
		if (http_headers_get(headers, name) != headers->items[i].value)
			continue;
		for (size_t j = i + 1; j < headers->count; j++)
			if (g_ascii_strcasecmp(headers->items[j].name, name) == 0)
				g_string_append_printf(value, ", %s", headers->items[j].value);
		g_autofree char *text = g_utf8_make_valid(value->str, (gssize)value->len);
		writer_member_text(&writer, name, text);
	}
	writer_end(&writer);
	return writer_doc(&writer);
}

/* Bodies that are no text are kept as far as they are. */
static char *
body_text(const GString *body)
{
	return body && body->len ? g_utf8_make_valid(body->str, (gssize)body->len) : NULL;
}

static void
fill_exchange(const struct kept *kept, struct recorded_exchange *exchange)
{
	exchange->at_ms = kept->at_ms;
	exchange->consumer = g_strdup(http_headers_get(&kept->request.headers, CONSUMER_HEADER));
	exchange->method = g_strdup(kept->request.method);
	exchange->target = g_strdup(kept->request.url);
	exchange->request_headers = headers_doc(&kept->request.headers);
	exchange->request_body = body_text(kept->request.body);
	exchange->status = kept->response.status;
	exchange->response_headers = headers_doc(&kept->response.headers);
	exchange->response_body = body_text(kept->response.body);
	exchange->duration_us = kept->response.duration_us;
}

char *
recording_line(const struct http_request *request, const struct http_response *response)
{
	struct kept kept = { clock_wall_ms(), *request, *response };
	struct recorded_exchange exchange;
	record_init(&recorded_exchange_record, &exchange);
	fill_exchange(&kept, &exchange);
	char *line = record_to_json(&recorded_exchange_record, &exchange, false);
	record_finish(&recorded_exchange_record, &exchange);
	return line;
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

char *
recording_text(const struct recorded_exchange_list *list)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < list->count; i++) {
		g_autofree char *line = record_to_json(&recorded_exchange_record, &list->items[i], false);
		g_string_append_printf(text, "%s\n", line);
	}
	return g_string_free(text, FALSE);
}

bool
recording_read(const char *name, const char *text, struct recorded_exchange_list *ret, GError **error)
{
	*ret = (struct recorded_exchange_list){ 0 };
	for (unsigned line = 1; *text; line++) {
		size_t length = strcspn(text, "\n");
		g_autofree char *where = g_strdup_printf("%s, line %u", name, line), *content = g_strndup(text, length);
		text += length + (text[length] == '\n');
		if (!*g_strstrip(content))
			continue;
		g_autoptr(Doc) doc = doc_read_json(where, content, strlen(content), NULL, error);
		struct recorded_exchange exchange;
		if (!doc || !record_read(&recorded_exchange_record, doc, doc_root(doc), &exchange, error)) {
			record_list_finish(&recorded_exchange_record, ret);
			return false;
		}
		*(struct recorded_exchange *)record_append(&recorded_exchange_record, ret) = exchange;
	}
	return true;
}
