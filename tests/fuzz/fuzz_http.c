/* Requests as they come over a wire, one after the other, to a mock of the shop. The server is taken out: its functions
 * are defined here, so that the mock's handler sees the bytes without any socket. Every answer of success has to be one
 * that the document declares. */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/http_server.h"
#include "contract/exchange.h"
#include "contract/mock.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define SHOP "tests/e2e/data/shop/shop.yaml"
enum { REQUESTS = 8 };

/* --- a server without a wire ---------------------------------------------------------------- */

struct http_server {
	http_handler *handler;
	void *data;
};

static struct http_server server;

struct http_reply {
	int references, status;
	struct http_headers headers;
	GString *body;
};

struct wire {
	struct http_exchange public;
	struct http_request request;
	struct http_response response;
};

struct http_server *
http_server_start(const struct http_server_options *options, http_handler *handler, void *data, GError **error)
{
	(void)options, (void)error;
	server = (struct http_server){ handler, data };
	return &server;
}

int
http_server_port(const struct http_server *unused)
{
	(void)unused;
	return 1;
}

void
http_server_stop(struct http_server *unused)
{
	(void)unused;
}

const char *
http_exchange_header(struct http_exchange *exchange, const char *name)
{
	return http_headers_get(&((struct wire *)exchange)->request.headers, name);
}

void
http_exchange_headers(struct http_exchange *exchange, struct http_headers *headers)
{
	const struct http_headers *all = &((struct wire *)exchange)->request.headers;
	for (size_t i = 0; i < all->count; i++)
		http_headers_add(headers, all->items[i].name, all->items[i].value);
}

size_t
http_exchange_borrow_headers(struct http_exchange *exchange, struct http_header *items, size_t room)
{
	const struct http_headers *all = &((struct wire *)exchange)->request.headers;
	for (size_t i = 0; i < MIN(all->count, room); i++)
		items[i] = all->items[i];
	return all->count;
}

void
http_exchange_add_header(struct http_exchange *exchange, const char *name, const char *value)
{
	http_headers_add(&((struct wire *)exchange)->response.headers, name, value);
}

void
http_exchange_manner(struct http_exchange *exchange, const struct http_manner *manner)
{
	(void)exchange, (void)manner;
}

void
http_exchange_reply(struct http_exchange *exchange, int status, const char *content_type, const char *body, size_t length)
{
	struct http_response *response = &((struct wire *)exchange)->response;
	g_assert_true(!response->body);
	response->status = status;
	response->body = g_string_new_len(body, strcmp(exchange->method, "HEAD") == 0 ? 0 : (gssize)length);   /* as on a wire */
	if (content_type)
		http_headers_add(&response->headers, "Content-Type", content_type);
}

struct http_reply *
http_reply_create(int status, const char *content_type, const struct http_headers *headers, const char *body, size_t length)
{
	struct http_reply *reply = g_new0(struct http_reply, 1);
	reply->references = 1;
	reply->status = status;
	reply->body = g_string_new_len(body, (gssize)length);
	if (content_type)
		http_headers_add(&reply->headers, "Content-Type", content_type);
	for (size_t i = 0; i < headers->count; i++)
		http_headers_add(&reply->headers, headers->items[i].name, headers->items[i].value);
	return reply;
}

void
http_reply_unref(struct http_reply *reply)
{
	if (!reply || --reply->references)
		return;
	http_headers_clear(&reply->headers);
	g_string_free(reply->body, TRUE);
	g_free(reply);
}

bool
http_reply_is_idle(struct http_reply *reply)
{
	return reply->references == 1;
}

char *
http_reply_body(struct http_reply *reply)
{
	return reply->body->str;
}

void
http_reply_change_header(struct http_reply *reply, const char *name, const char *value)
{
	for (size_t i = 0; i < reply->headers.count; i++) {
		struct http_header *header = &reply->headers.items[i];
		if (g_ascii_strcasecmp(header->name, name) != 0)
			continue;
		g_free(header->value);
		header->value = g_strdup(value);
	}
}

void
http_exchange_answer(struct http_exchange *exchange, int status, const struct http_headers *headers, const char *body, size_t length)
{
	for (size_t i = 0; i < headers->count; i++)
		http_exchange_add_header(exchange, headers->items[i].name, headers->items[i].value);
	http_exchange_reply(exchange, status, NULL, body, length);
}

void
http_exchange_send(struct http_exchange *exchange, struct http_reply *reply)
{
	http_exchange_answer(exchange, reply->status, &reply->headers, reply->body->str, reply->body->len);
}

/* --- requests ------------------------------------------------------------------------------- */

/* The next line without its end; NULL where there is none. */
static char *
next_line(const char **at, const char *end)
{
	const char *stop = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;
	if (!stop)
		return NULL;
	char *line = g_strndup(*at, (size_t)(stop - *at));
	*at = stop + 1;
	g_strchomp(line);
	return line;
}

/* As libmicrohttpd lets it through: a method, a target that begins with a slash, headers without control characters. */
static bool
read_request(const char **at, const char *end, struct http_request *ret)
{
	g_autofree char *first = next_line(at, end);
	g_auto(GStrv) words = first ? g_strsplit(first, " ", 3) : NULL;
	if (!words || !words[0] || !*words[0] || !words[1] || *words[1] != '/')
		return false;
	*ret = (struct http_request){ .method = g_strdup(words[0]), .url = g_strdup(words[1]) };
	for (;;) {
		g_autofree char *line = next_line(at, end);
		char *colon = line ? strchr(line, ':') : NULL;
		if (!line || !*line)
			break;
		if (!colon || colon == line)
			continue;
		*colon = '\0';
		http_headers_add(&ret->headers, line, g_strstrip(colon + 1));
	}
	const char *said = http_headers_get(&ret->headers, "content-length");
	uint64_t length = said ? g_ascii_strtoull(said, NULL, 10) : 0;
	length = MIN(length, (uint64_t)(end - *at));
	if (length)
		ret->body = g_string_new_len(*at, (gssize)length);
	*at += length;
	return true;
}

static void
judge(struct openapi *openapi, const struct wire *wire)
{
	struct faults faults = { 0 };
	struct parsed_request parsed;
	const char *prefer = http_headers_get(&wire->request.headers, "prefer");
	g_assert_true(wire->response.body && wire->response.status >= 200 && wire->response.status < 600);
	if (g_str_has_prefix(wire->request.url, "/__mock") || prefer || strcmp(wire->request.method, "OPTIONS") == 0)
		return;
	bool forced = false;
	for (size_t i = 0; i < wire->request.headers.count; i++)
		forced |= g_ascii_strncasecmp(wire->request.headers.items[i].name, "x-", 2) == 0;
	if (forced)
		return;   /* faults that the request itself asks for */
	g_assert_cmpint(wire->response.status, <, 500);
	if (exchange_judge_request(openapi, &wire->request, &parsed, &faults) && wire->response.status < 300)
		g_assert_true(exchange_judge_response(openapi, parsed.match.operation, &wire->request, &wire->response, &faults));
	parsed_request_clear(&parsed);
	faults_clear(&faults);
}

static void
send_request(struct openapi *openapi, struct http_request *request)
{
	struct wire wire = { .request = *request };
	wire.public = (struct http_exchange){ .method = request->method, .target = request->url, .body = request->body ? request->body->str : "",
		                              .body_length = request->body ? request->body->len : 0 };
	server.handler(server.data, &wire.public);
	if (openapi)
		judge(openapi, &wire);
	http_request_clear(&wire.request);
	http_response_clear(&wire.response);
}

/* g_error() traps, which a fuzzer would not keep the input of. */
static void
on_trap(int number)
{
	(void)number;
	abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct openapi *judging;
	static struct mock *mock;
	if (!mock) {
		GError *error = NULL;
		struct mock_options options = { .seed = 1 };
		signal(SIGTRAP, on_trap);
		judging = openapi_read_file(SHOP, &error);
		g_assert_no_error(error);
		mock = mock_start(openapi_read_file(SHOP, NULL), &options, &error);
		g_assert_no_error(error);
	}
	struct http_request reset = { .method = g_strdup("POST"), .url = g_strdup("/__mock/reset") };
	send_request(NULL, &reset);
	const char *at = (const char *)bytes, *end = at + length;
	struct http_request request;
	for (unsigned i = 0; i < REQUESTS && read_request(&at, end, &request); i++)
		send_request(judging, &request);
	return 0;
}
