#include "llm/reply_build.h"

#include <string.h>

enum {
	EVENT_BYTES_MAX = 16 << 20,
	BODY_BYTES_MAX = 32 << 20,
	REFUSAL_BYTES_MAX = 64 << 10,   /* more of a refusal is not read */
	SNIFF_BYTES = 1024,
};

static bool take_event(void *data, const char *type, char *text, size_t length);

struct reply *
reply_create(const struct dialect *dialect)
{
	struct reply *reply = g_new0(struct reply, 1);
	reply->dialect = dialect;
	record_init(&model_response_record, &reply->response);
	failure_clear(&reply->failure);
	events_init(&reply->events, dialect->lines ? EVENTS_LINES : EVENTS_SSE, EVENT_BYTES_MAX, take_event, reply);
	reply->http.body = g_string_new(NULL);
	return reply;
}

void
reply_destroy(struct reply *reply)
{
	if (!reply)
		return;
	for (size_t i = 0; i < reply->response.parts.count; i++)
		if (reply->slots[i].extra)
			g_string_free(reply->slots[i].extra, TRUE);
	g_free(reply->slots);
	if (reply->track.text)
		g_string_free(reply->track.text, TRUE);
	record_finish(&model_response_record, &reply->response);
	failure_clear(&reply->failure);
	http_response_clear(&reply->http);
	events_finish(&reply->events);
	g_free(reply);
}

static enum reply_form
form_of(const struct reply *reply, const char *content_type)
{
	static const struct {
		const char *type;
		enum reply_form events, lines;
	} types[] = {
		{ "text/event-stream", REPLY_EVENTS, REPLY_REFUSAL },
		{ "application/x-ndjson", REPLY_REFUSAL, REPLY_EVENTS },
		{ "application/jsonl", REPLY_REFUSAL, REPLY_EVENTS },
		{ "application/json", REPLY_BODY, REPLY_EVENTS },
		{ "application/octet-stream", REPLY_UNKNOWN, REPLY_EVENTS },
		{ "text/plain", REPLY_UNKNOWN, REPLY_EVENTS },
	};
	if (!content_type)
		return reply->dialect->lines ? REPLY_EVENTS : REPLY_UNKNOWN;
	g_autofree char *type = http_media_type(content_type);
	for (unsigned i = 0; i < G_N_ELEMENTS(types); i++)
		if (g_str_equal(types[i].type, type))
			return reply->dialect->lines ? types[i].lines : types[i].events;
	return REPLY_REFUSAL;
}

bool
reply_begin(struct reply *reply, int status, const struct http_headers *headers)
{
	const char *type = http_headers_get(headers, "content-type"), *coding = http_headers_get(headers, "content-encoding");
	reply->http.status = status;
	reply->failure.status = status;
	if (status < 200 || status > 299) {
		for (size_t i = 0; i < headers->count; i++)
			http_headers_add(&reply->http.headers, headers->items[i].name, headers->items[i].value);
		reply->form = REPLY_REFUSAL;
		return true;
	}
	if (coding && g_ascii_strcasecmp(coding, "identity") != 0)
		return reply_fail(reply, FAILURE_MALFORMED, "the answer is encoded as %s, though identity was asked for", coding);
	reply->form = form_of(reply, type);
	if (reply->form == REPLY_REFUSAL)
		return reply_fail(reply, FAILURE_MALFORMED, "the content type is %s, not that of a stream of %s", type, reply->dialect->name);
	return true;
}

static bool
take_event(void *data, const char *type, char *text, size_t length)
{
	struct reply *reply = data;
	if (reply->whole || !text[strspn(text, " \t\n")])
		return true;
	if (reply->track.set && reply_follow(reply, text, length))
		return !reply->failed;
	reply->track.set = false;
	return reply->dialect->take(reply, type, text, length) && !reply->failed;
}

static bool
keep(struct reply *reply, const char *bytes, size_t length, size_t limit)
{
	bool fits = reply->http.body->len + length <= limit;
	g_string_append_len(reply->http.body, bytes, (gssize)(fits ? length : limit - reply->http.body->len));
	return fits;
}

static bool
take_stream(struct reply *reply, const char *bytes, size_t length)
{
	if (reply->whole)
		return true;
	if (events_take(&reply->events, bytes, length) == EVENTS_TOO_LARGE)
		return reply_fail(reply, FAILURE_TOO_LARGE, "an event of more than %d MB", EVENT_BYTES_MAX >> 20);
	return !reply->failed;
}

/* Nobody said what it is: an object is a whole answer, anything else is a stream. */
static bool
sniff(struct reply *reply)
{
	const char *text = reply->http.body->str, *first = text + strspn(text, " \t\r\n");
	if (!*first && reply->http.body->len < SNIFF_BYTES)
		return true;
	reply->form = *first == '{' || *first == '[' ? REPLY_BODY : REPLY_EVENTS;
	if (reply->form == REPLY_BODY)
		return true;
	g_autoptr(GString) body = g_string_new_len(text, (gssize)reply->http.body->len);
	g_string_truncate(reply->http.body, 0);
	return take_stream(reply, body->str, body->len);
}

bool
reply_take(struct reply *reply, const char *bytes, size_t length)
{
	if (reply->failed)
		return false;
	switch (reply->form) {
	case REPLY_EVENTS:
		return take_stream(reply, bytes, length);
	case REPLY_REFUSAL:
		keep(reply, bytes, length, REFUSAL_BYTES_MAX);
		return true;
	default:
		if (!keep(reply, bytes, length, BODY_BYTES_MAX))
			return reply_fail(reply, FAILURE_TOO_LARGE, "an answer of more than %d MB", BODY_BYTES_MAX >> 20);
		return reply->form == REPLY_BODY || sniff(reply);
	}
}

/* The end of a stream. What fails to be read only because it is cut off is truncated, not malformed. */
static void
end_events(struct reply *reply)
{
	if (events_end(&reply->events) == EVENTS_TOO_LARGE)
		reply_fail(reply, FAILURE_TOO_LARGE, "an event of more than %d MB", EVENT_BYTES_MAX >> 20);
	if (reply->failed && reply->failure.class == FAILURE_MALFORMED) {
		g_clear_pointer(&reply->failure.detail, g_free);
		reply->failure.class = FAILURE_NONE;
		reply->failed = false;
	}
	if (!reply->failed && !reply->whole && reply->finished)
		reply_finish(reply);
	else if (!reply->failed && !reply->whole && !reply->events.count)
		reply_fail(reply, FAILURE_EMPTY, "the answer has no content");
	else if (!reply->failed && !reply->whole)
		reply_fail(reply, FAILURE_TRUNCATED, "the stream ended after %" G_GUINT64_FORMAT " events without saying so", reply->events.count);
}

static void
end_body(struct reply *reply)
{
	const GString *body = reply->http.body;
	if (!body->str[strspn(body->str, " \t\r\n")]) {
		reply_fail(reply, FAILURE_EMPTY, "the answer has no content");
		return;
	}
	g_autoptr(Doc) doc = reply_read(reply, body->str, body->len);
	if (!doc)
		return;
	if (reply->dialect->take_whole(reply, doc) && !reply->failed)
		reply_finish(reply);
}

/* Calls that never became whole are none. */
static void
drop_cut_calls(struct reply *reply)
{
	for (size_t i = reply->response.parts.count; i--;)
		if (reply->response.parts.items[i].kind == PART_TOOL_CALL && !reply->response.parts.items[i].arguments)
			reply_part_drop(reply, i);
}

void
reply_end(struct reply *reply)
{
	if (!reply->failed && !reply->whole) {
		if (reply->form == REPLY_EVENTS) {
			end_events(reply);
		} else if (reply->form == REPLY_REFUSAL) {
			reply->failed = true;
			dialect_refuse(&reply->http, &reply->failure);
		} else {
			end_body(reply);
		}
	}
	drop_cut_calls(reply);
}

bool
reply_is_started(const struct reply *reply)
{
	return reply->started;
}

bool
reply_is_whole(const struct reply *reply)
{
	return reply->whole;
}

uint64_t
reply_tokens(const struct reply *reply)
{
	return reply->tokens;
}

const struct model_response *
reply_response(const struct reply *reply)
{
	return &reply->response;
}

const struct failure *
reply_failure(const struct reply *reply)
{
	return &reply->failure;
}

void
reply_watch(struct reply *reply, void (*text)(void *data, const char *text, size_t length), void *data)
{
	reply->watch = text;
	reply->watch_data = data;
}
