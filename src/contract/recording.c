#include "contract/recording.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"

#define CONSUMER_HEADER "x-teamwright-consumer"

enum { BYTES_MAX = 64 << 20 };

/* A ring: the oldest exchange stands at `first`. */
struct recording {
	pthread_mutex_t lock;
	struct entry {
		int64_t at_ms, duration_us;
		struct kept *kept;
	} *ring;
	size_t room, first, count, bytes;
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
	recording->ring = g_new0(struct entry, recording->room);
	return recording;
}

void
recording_clear(struct recording *recording)
{
	pthread_mutex_lock(&recording->lock);
	for (size_t i = 0; i < recording->room; i++)
		kept_unref(g_steal_pointer(&recording->ring[i].kept));
	recording->first = recording->count = recording->bytes = 0;
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

void
recording_add(struct recording *recording, const struct http_request *request, const struct http_response *response)
{
	struct kept *kept = kept_create(request, response);
	recording_keep(recording, kept, clock_wall_ms(), response->duration_us);
	kept_unref(kept);
}

static void
forget_oldest(struct recording *recording)
{
	struct kept *kept = g_steal_pointer(&recording->ring[recording->first].kept);
	recording->first = (recording->first + 1) % recording->room;
	recording->count--;
	recording->bytes -= kept->bytes;
	kept_unref(kept);
}

void
recording_keep(struct recording *recording, struct kept *kept, int64_t at_ms, int64_t duration_us)
{
	struct entry entry = { at_ms, duration_us, kept_ref(kept) };
	pthread_mutex_lock(&recording->lock);
	while (recording->count == recording->room || (recording->count && recording->bytes + kept->bytes > BYTES_MAX))
		forget_oldest(recording);
	recording->ring[(recording->first + recording->count++) % recording->room] = entry;
	recording->bytes += kept->bytes;
	pthread_mutex_unlock(&recording->lock);
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
fill_exchange(const struct entry *entry, struct recorded_exchange *exchange)
{
	const struct kept *kept = entry->kept;
	exchange->at_ms = entry->at_ms;
	exchange->consumer = g_strdup(http_headers_get(&kept->request.headers, CONSUMER_HEADER));
	exchange->method = g_strdup(kept->request.method);
	exchange->target = g_strdup(kept->request.url);
	exchange->request_headers = headers_doc(&kept->request.headers);
	exchange->request_body = body_text(kept->request.body);
	exchange->status = kept->response.status;
	exchange->response_headers = headers_doc(&kept->response.headers);
	exchange->response_body = body_text(kept->response.body);
	exchange->duration_us = entry->duration_us;
}

char *
recording_line(const struct http_request *request, const struct http_response *response)
{
	struct kept *kept = kept_create(request, response);
	struct recorded_exchange exchange;
	record_init(&recorded_exchange_record, &exchange);
	fill_exchange(&(struct entry){ clock_wall_ms(), response->duration_us, kept }, &exchange);
	kept_unref(kept);
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
