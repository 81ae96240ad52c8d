/* Answers on their way: at once, late, drop by drop, or cut off. Whoever waits is suspended, and an alarm resumes
 * it. libmicrohttpd must not be stopped while somebody is suspended: when the alarms end all ring, and from then
 * on nobody is suspended for longer than it takes to resume it. */
#include <string.h>

#include "base/http_serving.h"

struct http_reply {
	struct MHD_Response *response;
	int status;
	time_t second;               /* of its Date; touched by the server's thread only */
	int references;
	char body[];                 /* which libmicrohttpd borrows */
};

static void
resume(void *data)
{
	struct serving *serving = data;
	MHD_resume_connection(serving->connection);
}

/* Called by libmicrohttpd's thread only. */
static void
suspend(struct serving *serving, unsigned delay_ms)
{
	MHD_suspend_connection(serving->connection);
	if (!alarms_set(serving->server->alarms, delay_ms, resume, serving))
		resume(serving);
}

/* The next piece of a body that drips, or that ends too soon. */
static ssize_t
next_piece(void *data, uint64_t position, char *buffer, size_t room)
{
	struct serving *serving = data;
	const struct http_manner *manner = &serving->manner;
	size_t end = manner->cut ? MIN(manner->cut_after, serving->length) : serving->length, left = end - MIN(end, (size_t)position);
	if (!left)
		return manner->cut ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
	if (manner->drip_bytes && position && !serving->paused) {
		serving->paused = true;
		suspend(serving, manner->drip_ms);
		return 0;
	}
	serving->paused = false;
	size_t piece = MIN(left, room);
	if (manner->drip_bytes)
		piece = MIN(piece, manner->drip_bytes);
	memcpy(buffer, serving->text + position, piece);
	return (ssize_t)piece;
}

/* RFC 9110 section 6.6.1; libmicrohttpd would write it anew for every answer. It replaces the one that is there. */
static void
add_date(struct serving *serving)
{
	struct http_server *server = serving->server;
	time_t now = time(NULL);
	if (now != server->second) {
		struct tm utc;
		gmtime_r(&now, &utc);
		strftime(server->date, sizeof server->date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
		server->second = now;
	}
	if (serving->shared && serving->shared->second == now)
		return;
	if (serving->shared)
		serving->shared->second = now;
	MHD_add_response_header(serving->reply, MHD_HTTP_HEADER_DATE, server->date);
}

enum MHD_Result
http_answer(struct serving *serving)
{
	if (serving->manner.delay_ms) {
		unsigned delay_ms = serving->manner.delay_ms;
		serving->manner.delay_ms = 0;
		suspend(serving, delay_ms);
		return MHD_YES;
	}
	if (serving->manner.cut && !serving->manner.cut_after)
		return MHD_NO;
	add_date(serving);
	return MHD_queue_response(serving->connection, (unsigned)serving->status, serving->reply);
}

void
http_answer_finish(struct serving *serving)
{
	if (serving->shared)
		http_reply_unref(serving->shared);
	else if (serving->reply)
		MHD_destroy_response(serving->reply);
	g_free(serving->text);
}

void
http_exchange_manner(struct http_exchange *exchange, const struct http_manner *manner)
{
	((struct serving *)exchange)->manner = *manner;
}

const char *
http_exchange_header(struct http_exchange *exchange, const char *name)
{
	struct serving *serving = (struct serving *)exchange;
	return MHD_lookup_connection_value(serving->connection, MHD_HEADER_KIND, name);
}

static enum MHD_Result
copy_header(void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	http_headers_add(data, name, value ? value : "");
	return MHD_YES;
}

void
http_exchange_headers(struct http_exchange *exchange, struct http_headers *headers)
{
	struct serving *serving = (struct serving *)exchange;
	MHD_get_connection_values(serving->connection, MHD_HEADER_KIND, copy_header, headers);
}

/* Where the headers of an exchange go. */
struct room {
	struct http_header *items;
	size_t count, room;
};

static enum MHD_Result
borrow_header(void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	struct room *room = data;
	if (room->count < room->room)
		room->items[room->count] = (struct http_header){ (char *)(uintptr_t)name, (char *)(uintptr_t)(value ? value : "") };
	room->count++;
	return MHD_YES;
}

size_t
http_exchange_borrow_headers(struct http_exchange *exchange, struct http_header *items, size_t room)
{
	struct room headers = { items, 0, room };
	MHD_get_connection_values(((struct serving *)exchange)->connection, MHD_HEADER_KIND, borrow_header, &headers);
	return headers.count;
}

void
http_exchange_add_header(struct http_exchange *exchange, const char *name, const char *value)
{
	http_headers_add(&((struct serving *)exchange)->headers, name, value);
}

static void
add_headers(struct MHD_Response *response, const char *content_type, const struct http_headers *headers)
{
	if (content_type)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
	for (size_t i = 0; i < headers->count; i++)
		MHD_add_response_header(response, headers->items[i].name, headers->items[i].value);
}

void
http_exchange_reply(struct http_exchange *exchange, int status, const char *content_type, const char *body, size_t length)
{
	struct serving *serving = (struct serving *)exchange;
	g_assert(!serving->reply);
	serving->status = status;
	if (serving->manner.drip_bytes || serving->manner.cut) {
		serving->text = g_memdup2(body, MAX(length, 1));
		serving->length = length;
		serving->reply = MHD_create_response_from_callback(length, 16384, next_piece, serving, NULL);
	} else {
		serving->reply = MHD_create_response_from_buffer(length, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
	}
	add_headers(serving->reply, content_type, &serving->headers);
}

struct http_reply *
http_reply_create(int status, const char *content_type, const struct http_headers *headers, const char *body, size_t length)
{
	struct http_reply *reply = g_malloc(sizeof *reply + length + 1);
	*reply = (struct http_reply){ .status = status, .references = 1 };
	memcpy(reply->body, body, length);
	reply->response = MHD_create_response_from_buffer(length, reply->body, MHD_RESPMEM_PERSISTENT);
	add_headers(reply->response, content_type, headers);
	return reply;
}

void
http_reply_unref(struct http_reply *reply)
{
	if (!reply || __atomic_sub_fetch(&reply->references, 1, __ATOMIC_ACQ_REL))
		return;
	MHD_destroy_response(reply->response);
	g_free(reply);
}

bool
http_reply_is_idle(struct http_reply *reply)
{
	return __atomic_load_n(&reply->references, __ATOMIC_ACQUIRE) == 1;
}

char *
http_reply_body(struct http_reply *reply)
{
	return reply->body;
}

void
http_reply_change_header(struct http_reply *reply, const char *name, const char *value)
{
	const char *old = MHD_get_response_header(reply->response, name);
	if (old)
		MHD_del_response_header(reply->response, name, old);
	MHD_add_response_header(reply->response, name, value);
}

void
http_exchange_send(struct http_exchange *exchange, struct http_reply *reply)
{
	struct serving *serving = (struct serving *)exchange;
	g_assert(!serving->reply && !serving->shared);
	__atomic_fetch_add(&reply->references, 1, __ATOMIC_RELAXED);
	serving->shared = reply;
	serving->reply = reply->response;
	serving->status = reply->status;
}

void
http_exchange_answer(struct http_exchange *exchange, int status, const struct http_headers *headers, const char *body, size_t length)
{
	struct serving *serving = (struct serving *)exchange;
	g_assert(!serving->reply);
	serving->status = status;
	serving->reply = MHD_create_response_from_buffer(length, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
	add_headers(serving->reply, NULL, headers);
}
