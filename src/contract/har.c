#include "contract/har.h"

#include <string.h>

#include "base/error.h"

bool
har_is(const struct value *root)
{
	return value_is(value_member(value_member(root, "log"), "entries"), VALUE_ARRAY);
}

/* --- reading -------------------------------------------------------------------------------- */

/* [{"name", "value"}] as headers. The names of HTTP/2 that begin with a colon are no headers. */
static void
read_headers(const struct value *list, struct http_headers *ret)
{
	VALUE_EACH (header, list) {
		const char *name = value_member_text(header, "name"), *value = value_member_text(header, "value");
		if (name && *name && *name != ':')
			http_headers_add(ret, name, value ? value : "");
	}
}

static bool
is_form(const char *media)
{
	g_autofree char *type = media ? http_media_type(media) : NULL;
	return type && strcmp(type, "application/x-www-form-urlencoded") == 0;
}

/* A form that is kept as its fields alone. */
static GString *
form_body(const struct value *params)
{
	GString *body = g_string_new(NULL);
	VALUE_EACH (param, params) {
		const char *name = value_member_text(param, "name"), *value = value_member_text(param, "value");
		g_autofree char *left = g_uri_escape_string(name ? name : "", NULL, FALSE), *right = g_uri_escape_string(value ? value : "", NULL, FALSE);
		g_string_append_printf(body, "%s%s=%s", body->len ? "&" : "", left, right);
	}
	return body;
}

/* The body that `holder` (postData or content) tells of; *ret_omitted where it tells only that there
 * was one. */
static GString *
read_body(const struct value *holder, bool *ret_omitted)
{
	const struct value *text = value_member(holder, "text"), *params = value_member(holder, "params");
	int64_t size = 0;
	value_int64(value_member(holder, "size"), &size);
	const char *encoding = value_member_text(holder, value_member(holder, "encoding") ? "encoding" : "_encoding");
	if (g_strcmp0(encoding, "base64") == 0 && value_text(text)) {
		gsize length;
		g_autofree guchar *bytes = g_base64_decode(text->text, &length);
		return g_string_new_len((const char *)bytes, (gssize)length);
	}
	if (value_text(text) && (text->length || !value_count(params)))
		return text->length ? g_string_new_len(text->text, (gssize)text->length) : NULL;
	if (value_count(params) && is_form(value_member_text(holder, "mimeType")))
		return form_body(params);
	*ret_omitted = size > 0 || value_count(params);
	return NULL;
}

static void
ensure_type(struct http_headers *headers, const struct value *holder, const GString *body)
{
	const char *type = value_member_text(holder, "mimeType");
	if (body && type && *type && !http_headers_get(headers, "content-type"))
		http_headers_add(headers, "Content-Type", type);
}

static int64_t
time_of(const struct value *entry)
{
	const char *text = value_member_text(entry, "startedDateTime");
	g_autoptr(GDateTime) time = text ? g_date_time_new_from_iso8601(text, NULL) : NULL;
	return time ? g_date_time_to_unix(time) * 1000 + g_date_time_get_microsecond(time) / 1000 : 0;
}

static void
read_entry(const struct value *entry, struct recorded_exchange *exchange)
{
	const struct value *asked = value_member(entry, "request"), *answered = value_member(entry, "response");
	const struct value *sent = value_member(asked, "postData"), *content = value_member(answered, "content");
	struct http_request request = { .method = g_strdup(value_member_text(asked, "method")), .url = g_strdup(value_member_text(asked, "url")) };
	struct http_response response = { 0 };
	bool request_omitted = false, response_omitted = false;
	int64_t status = 0;
	double duration = value_double(value_member(entry, "time"));
	value_int64(value_member(answered, "status"), &status);
	response.status = (int)CLAMP(status, 0, 999);
	response.duration_us = duration > 0 && duration < 1e9 ? (int64_t)(duration * 1000) : 0;
	read_headers(value_member(asked, "headers"), &request.headers);
	read_headers(value_member(answered, "headers"), &response.headers);
	request.body = read_body(sent, &request_omitted);
	response.body = read_body(content, &response_omitted);
	ensure_type(&request.headers, sent, request.body);
	ensure_type(&response.headers, content, response.body);
	recorded_exchange_fill(exchange, &request, &response);
	exchange->at_ms = time_of(entry);
	if (request_omitted)
		exchange->request_encoding = g_strdup(RECORDING_OMITTED);
	if (response_omitted)
		exchange->response_encoding = g_strdup(RECORDING_OMITTED);
	http_request_clear(&request);
	http_response_clear(&response);
}

bool
har_read(const struct doc *doc, struct recorded_exchange_list *ret, GError **error)
{
	*ret = (struct recorded_exchange_list){ 0 };
	VALUE_EACH (entry, value_member(value_member(doc_root(doc), "log"), "entries")) {
		const struct value *request = value_member(entry, "request");
		if (value_member_text(request, "method") && value_member_text(request, "url")) {
			read_entry(entry, record_append(&recorded_exchange_record, ret));
			continue;
		}
		g_autofree char *where = doc_where(doc, entry);
		record_list_finish(&recorded_exchange_record, ret);
		return error_set(error, ERR_INPUT, "save the archive anew", "%s: an entry without the method and url of its request", where);
	}
	return true;
}

/* --- writing -------------------------------------------------------------------------------- */

static void
write_headers(struct writer *writer, const struct doc *headers)
{
	writer_key(writer, "headers");
	writer_begin_array(writer);
	VALUE_EACH_MEMBER (name, value, doc_root(headers)) {
		writer_begin_object(writer);
		writer_member_text(writer, "name", name->text);
		writer_member_text(writer, "value", value_text(value) ? value_text(value) : "");
		writer_end(writer);
	}
	writer_end(writer);
	writer_key(writer, "cookies");
	writer_begin_array(writer);
	writer_end(writer);
}

static const char *
type_of(const struct doc *headers)
{
	const char *type = value_member_text(doc_root(headers), "content-type");
	return type ? type : "";
}

static void
write_query(struct writer *writer, const char *url)
{
	const char *query = strchr(url, '?');
	g_auto(GStrv) pairs = g_strsplit(query ? query + 1 : "", "&", 1000);
	writer_key(writer, "queryString");
	writer_begin_array(writer);
	for (char **pair = pairs; *pair; pair++) {
		char *value = strchr(*pair, '=');
		if (!**pair)
			continue;
		if (value)
			*value++ = '\0';
		g_autofree char *plain_name = http_unescape(*pair, strlen(*pair), true);
		g_autofree char *plain = value ? http_unescape(value, strlen(value), true) : NULL;
		g_autofree char *name = g_utf8_make_valid(plain_name ? plain_name : *pair, -1), *text = g_utf8_make_valid(plain ? plain : "", -1);
		writer_begin_object(writer);
		writer_member_text(writer, "name", name);
		writer_member_text(writer, "value", text);
		writer_end(writer);
	}
	writer_end(writer);
}

/* HAR has an encoding for answers only (and an underscore for what it does not know). */
static void
write_body(struct writer *writer, const char *text, const char *encoding, bool answer)
{
	if (g_strcmp0(encoding, RECORDING_OMITTED) == 0)
		return;
	writer_member_text(writer, "text", text ? text : "");
	if (encoding)
		writer_member_text(writer, answer ? "encoding" : "_encoding", encoding);
}

static int64_t
size_of(const char *text, const char *encoding)
{
	if (g_strcmp0(encoding, RECORDING_BASE64) == 0 && text) {
		size_t length = strlen(text), padding = length > 1 ? (size_t)(text[length - 1] == '=') + (text[length - 2] == '=') : 0;
		return (int64_t)(length / 4 * 3 - MIN(padding, length / 4 * 3));
	}
	return g_strcmp0(encoding, RECORDING_OMITTED) == 0 ? -1 : text ? (int64_t)strlen(text) : 0;
}

static void
write_request(struct writer *writer, const struct recorded_exchange *exchange, const char *origin)
{
	g_autofree char *url = g_str_has_prefix(exchange->target, "/") ? g_strconcat(origin, exchange->target, NULL) : g_strdup(exchange->target);
	writer_key(writer, "request");
	writer_begin_object(writer);
	writer_member_text(writer, "method", exchange->method);
	writer_member_text(writer, "url", url);
	writer_member_text(writer, "httpVersion", "HTTP/1.1");
	write_headers(writer, exchange->request_headers);
	write_query(writer, url);
	if (exchange->request_body) {
		writer_key(writer, "postData");
		writer_begin_object(writer);
		writer_member_text(writer, "mimeType", type_of(exchange->request_headers));
		write_body(writer, exchange->request_body, exchange->request_encoding, false);
		writer_end(writer);
	}
	writer_member_int(writer, "headersSize", -1);
	writer_member_int(writer, "bodySize", size_of(exchange->request_body, exchange->request_encoding));
	writer_end(writer);
}

static void
write_response(struct writer *writer, const struct recorded_exchange *exchange)
{
	const char *location = value_member_text(doc_root(exchange->response_headers), "location");
	writer_key(writer, "response");
	writer_begin_object(writer);
	writer_member_int(writer, "status", exchange->status);
	writer_member_text(writer, "statusText", http_reason((int)exchange->status));
	writer_member_text(writer, "httpVersion", "HTTP/1.1");
	write_headers(writer, exchange->response_headers);
	writer_key(writer, "content");
	writer_begin_object(writer);
	writer_member_int(writer, "size", size_of(exchange->response_body, exchange->response_encoding));
	writer_member_text(writer, "mimeType", type_of(exchange->response_headers));
	write_body(writer, exchange->response_body, exchange->response_encoding, true);
	writer_end(writer);
	writer_member_text(writer, "redirectURL", location ? location : "");
	writer_member_int(writer, "headersSize", -1);
	writer_member_int(writer, "bodySize", size_of(exchange->response_body, exchange->response_encoding));
	writer_end(writer);
}

static void
write_entry(struct writer *writer, const struct recorded_exchange *exchange, const char *origin)
{
	int64_t fraction = (exchange->at_ms % 1000 + 1000) % 1000;   /* years before 1970, too */
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc((exchange->at_ms - fraction) / 1000);
	g_autofree char *second = time ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%S") : g_strdup("1970-01-01T00:00:00");
	g_autofree char *started = g_strdup_printf("%s.%03dZ", second, (int)fraction);
	double duration = (double)exchange->duration_us / 1000;
	writer_begin_object(writer);
	writer_member_text(writer, "startedDateTime", started);
	writer_key(writer, "time");
	writer_double(writer, duration);
	write_request(writer, exchange, origin);
	write_response(writer, exchange);
	writer_key(writer, "cache");
	writer_begin_object(writer);
	writer_end(writer);
	writer_key(writer, "timings");
	writer_begin_object(writer);
	writer_member_int(writer, "send", 0);
	writer_key(writer, "wait");
	writer_double(writer, duration);
	writer_member_int(writer, "receive", 0);
	writer_end(writer);
	writer_end(writer);
}

char *
har_write(const struct recorded_exchange_list *list, const char *origin)
{
	struct writer writer;
	writer_init(&writer, true);
	writer_begin_object(&writer);
	writer_key(&writer, "log");
	writer_begin_object(&writer);
	writer_member_text(&writer, "version", "1.2");
	writer_key(&writer, "creator");
	writer_begin_object(&writer);
	writer_member_text(&writer, "name", "teamwright");
	writer_member_text(&writer, "version", VERSION);
	writer_end(&writer);
	writer_key(&writer, "entries");
	writer_begin_array(&writer);
	for (size_t i = 0; i < list->count; i++)
		write_entry(&writer, &list->items[i], origin ? origin : "http://localhost");
	writer_end(&writer);
	writer_end(&writer);
	writer_end(&writer);
	return writer_take(&writer);
}
