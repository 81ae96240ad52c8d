/* Exchanges as text: one JSON object a line; and what they say as messages again. */
#include "contract/recording.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"

#define CONSUMER_HEADER "x-teamwright-consumer"

static const struct record_field recorded_exchange_fields[] = {
	RECORD_FIELD(recorded_exchange, at_ms, RECORD_VOLATILE, "when, in milliseconds since 1970"),
	RECORD_FIELD(recorded_exchange, consumer, 0, "who sent it"),
	RECORD_FIELD(recorded_exchange, method, RECORD_REQUIRED, "HTTP method"),
	RECORD_FIELD(recorded_exchange, target, RECORD_REQUIRED, "path and query"),
	RECORD_FIELD(recorded_exchange, request_headers, 0, "by name"),
	RECORD_FIELD(recorded_exchange, request_body, 0, "as text"),
	RECORD_FIELD(recorded_exchange, request_encoding, 0, "base64, or omitted where the body was not kept"),
	RECORD_FIELD(recorded_exchange, status, RECORD_REQUIRED, "HTTP status of the answer"),
	RECORD_FIELD(recorded_exchange, response_headers, 0, "by name"),
	RECORD_FIELD(recorded_exchange, response_body, 0, "as text"),
	RECORD_FIELD(recorded_exchange, response_encoding, 0, "base64, or omitted where the body was not kept"),
	RECORD_FIELD(recorded_exchange, duration_us, RECORD_VOLATILE, "microseconds until the answer"),
	RECORD_FIELD(recorded_exchange, partial, 0, "an expectation: the answer may hold more"),
	RECORD_FIELD(recorded_exchange, provider, 0, "of whom it is expected"),
	RECORD_FIELD(recorded_exchange, pact, 0, "what a pact says of it besides"),
};
RECORD_TYPE(recorded_exchange, RECORD_DROP, "one request and its answer");

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

/* Bytes that are no text are encoded. */
static char *
body_text(const GString *body, char **ret_encoding)
{
	if (!body || !body->len)
		return NULL;
	if (g_utf8_validate(body->str, (gssize)body->len, NULL))
		return g_strndup(body->str, body->len);
	*ret_encoding = g_strdup(RECORDING_BASE64);
	return g_base64_encode((const guchar *)body->str, body->len);
}

void
recorded_exchange_fill(struct recorded_exchange *exchange, const struct http_request *request, const struct http_response *response)
{
	exchange->consumer = g_strdup(http_headers_get(&request->headers, CONSUMER_HEADER));
	exchange->method = g_strdup(request->method);
	exchange->target = g_strdup(request->url);
	exchange->request_headers = headers_doc(&request->headers);
	exchange->request_body = body_text(request->body, &exchange->request_encoding);
	exchange->status = response->status;
	exchange->response_headers = headers_doc(&response->headers);
	exchange->response_body = body_text(response->body, &exchange->response_encoding);
	exchange->duration_us = response->duration_us;
}

static void
read_headers(const struct doc *headers, struct http_headers *ret)
{
	VALUE_EACH_MEMBER (name, value, doc_root(headers))
		http_headers_add(ret, name->text, value_text(value) ? value_text(value) : "");
}

static GString *
read_body(const char *text, const char *encoding)
{
	if (!text)
		return NULL;
	if (g_strcmp0(encoding, RECORDING_BASE64) != 0)
		return g_string_new(text);
	gsize length;
	g_autofree guchar *bytes = g_base64_decode(text, &length);
	return g_string_new_len((const char *)bytes, (gssize)length);
}

void
recorded_request(const struct recorded_exchange *exchange, struct http_request *ret)
{
	*ret = (struct http_request){ .method = g_strdup(exchange->method), .url = g_strdup(exchange->target) };
	read_headers(exchange->request_headers, &ret->headers);
	ret->body = read_body(exchange->request_body, exchange->request_encoding);
}

void
recorded_response(const struct recorded_exchange *exchange, struct http_response *ret)
{
	*ret = (struct http_response){ .status = (int)CLAMP(exchange->status, 0, 999), .duration_us = exchange->duration_us };
	read_headers(exchange->response_headers, &ret->headers);
	ret->body = read_body(exchange->response_body, exchange->response_encoding);
	if (!ret->body)
		ret->body = g_string_new(NULL);
}

char *
recording_line(const struct http_request *request, const struct http_response *response)
{
	struct recorded_exchange exchange;
	record_init(&recorded_exchange_record, &exchange);
	exchange.at_ms = clock_wall_ms();
	recorded_exchange_fill(&exchange, request, response);
	char *line = record_to_json(&recorded_exchange_record, &exchange, false);
	record_finish(&recorded_exchange_record, &exchange);
	return line;
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
