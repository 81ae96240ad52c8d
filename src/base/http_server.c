#include "base/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"

enum { BODY_MAX = 16 << 20, CONNECTIONS = 1024, IDLE_S = 60, CONNECTION_MEMORY = 32768 };

struct http_server {
	struct MHD_Daemon *daemon;
	http_handler *handler;
	void *data;
	size_t body_max;
	int port;
};

/* The exchange that handlers see is the first member. */
struct exchange {
	struct http_exchange public;
	struct MHD_Connection *connection;
	char *target;
	GString *body;
	struct http_headers headers;
	struct MHD_Response *reply;
	int status;
	bool too_large;
};

static void *
begin_exchange(void *data, const char *uri, struct MHD_Connection *connection)
{
	(void)data;
	struct exchange *exchange = g_new0(struct exchange, 1);
	exchange->connection = connection;
	exchange->target = g_strdup(uri);
	return exchange;
}

static void
end_exchange(void *data, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
	(void)data, (void)connection, (void)code;
	struct exchange *exchange = *state;
	if (!exchange)
		return;
	if (exchange->body)
		g_string_free(exchange->body, TRUE);
	if (exchange->reply)
		MHD_destroy_response(exchange->reply);
	http_headers_clear(&exchange->headers);
	g_free(exchange->target);
	g_free(exchange);
	*state = NULL;
}

static void
take_body(struct http_server *server, struct exchange *exchange, const char *bytes, size_t length)
{
	if (!exchange->body)
		exchange->body = g_string_new(NULL);
	if (exchange->body->len + length > server->body_max)
		exchange->too_large = true;
	else
		g_string_append_len(exchange->body, bytes, (gssize)length);
}

static void
handle(struct http_server *server, struct exchange *exchange, const char *method)
{
	static const char refusal[] = "{\"title\":\"Content Too Large\",\"status\":413}";
	exchange->public = (struct http_exchange){
		.method = method,
		.target = exchange->target,
		.body = exchange->body ? exchange->body->str : "",
		.body_length = exchange->body ? exchange->body->len : 0,
	};
	if (exchange->too_large)
		http_exchange_reply(&exchange->public, 413, "application/problem+json", refusal, sizeof refusal - 1);
	else
		server->handler(server->data, &exchange->public);
	if (!exchange->reply)
		http_exchange_reply(&exchange->public, 500, NULL, "", 0);
}

static enum MHD_Result
on_request(void *data, struct MHD_Connection *connection, const char *url, const char *method, const char *version, const char *bytes,
           size_t *length, void **state)
{
	(void)url, (void)version;
	struct http_server *server = data;
	struct exchange *exchange = *state;
	if (!exchange->status && !exchange->public.method) {
		exchange->public.method = method;   /* the headers are here, the body is not */
		return MHD_YES;
	}
	if (*length) {
		take_body(server, exchange, bytes, *length);
		*length = 0;
		return MHD_YES;
	}
	handle(server, exchange, method);
	return MHD_queue_response(connection, (unsigned)exchange->status, exchange->reply);
}

/* Targets stay as they came: the contract decides what an escape means. */
static size_t
keep_escapes(void *data, struct MHD_Connection *connection, char *text)
{
	(void)data, (void)connection;
	return strlen(text);
}

static bool
read_address(const struct http_server_options *options, struct sockaddr_in *address, GError **error)
{
	const char *text = options->address ? options->address : "127.0.0.1";
	*address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)options->port) };
	if (options->port < 0 || options->port > 65535)
		return error_set(error, ERR_USAGE, "choose one from 1 to 65535, or 0 for a free one", "there is no port %d", options->port);
	if (inet_pton(AF_INET, text, &address->sin_addr) != 1)
		return error_set(error, ERR_USAGE, "give it as four numbers, such as 127.0.0.1", "'%s' is no IPv4 address", text);
	return true;
}

/* Binding ourselves gives the errno that libmicrohttpd would keep to itself. */
static int
bind_port(const struct http_server_options *options, int *ret_port, GError **error)
{
	struct sockaddr_in address;
	if (!read_address(options, &address, error))
		return -1;
	int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
	socklen_t length = sizeof address;
	setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (file < 0 || bind(file, (struct sockaddr *)&address, sizeof address) || listen(file, 512) ||
	    getsockname(file, (struct sockaddr *)&address, &length)) {
		const char *remedy = errno == EADDRINUSE ? "stop what uses it, or choose another with --port" : "choose another port";
		error_set(error, ERR_ENVIRONMENT, remedy, "cannot listen on port %d: %s", options->port, g_strerror(errno));
		if (file >= 0)
			close(file);
		return -1;
	}
	*ret_port = ntohs(address.sin_port);
	return file;
}

struct http_server *
http_server_start(const struct http_server_options *options, http_handler *handler, void *data, GError **error)
{
	int port, file = bind_port(options, &port, error);
	if (file < 0)
		return NULL;
	struct http_server *server = g_new0(struct http_server, 1);
	*server = (struct http_server){ .handler = handler, .data = data, .port = port };
	server->body_max = options->body_max ? options->body_max : BODY_MAX;
	server->daemon = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO, (uint16_t)port, NULL, NULL, on_request, server,
		MHD_OPTION_LISTEN_SOCKET, file, MHD_OPTION_URI_LOG_CALLBACK, begin_exchange, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, end_exchange, NULL, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_CONNECTION_LIMIT, options->connections ? options->connections : CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT, options->idle_s ? options->idle_s : IDLE_S, MHD_OPTION_END);
	if (server->daemon)
		return server;
	error_set(error, ERR_ENVIRONMENT, "raise the limit of open files", "the HTTP server cannot start on port %d", port);
	close(file);
	g_free(server);
	return NULL;
}

int
http_server_port(const struct http_server *server)
{
	return server->port;
}

void
http_server_stop(struct http_server *server)
{
	if (!server)
		return;
	MHD_stop_daemon(server->daemon);
	g_free(server);
}

const char *
http_exchange_header(struct http_exchange *exchange, const char *name)
{
	struct exchange *whole = (struct exchange *)exchange;
	return MHD_lookup_connection_value(whole->connection, MHD_HEADER_KIND, name);
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
	struct exchange *whole = (struct exchange *)exchange;
	MHD_get_connection_values(whole->connection, MHD_HEADER_KIND, copy_header, headers);
}

void
http_exchange_add_header(struct http_exchange *exchange, const char *name, const char *value)
{
	http_headers_add(&((struct exchange *)exchange)->headers, name, value);
}

void
http_exchange_reply(struct http_exchange *exchange, int status, const char *content_type, const char *body, size_t length)
{
	struct exchange *whole = (struct exchange *)exchange;
	g_assert(!whole->reply);
	whole->status = status;
	whole->reply = MHD_create_response_from_buffer(length, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
	if (content_type)
		MHD_add_response_header(whole->reply, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
	for (size_t i = 0; i < whole->headers.count; i++)
		MHD_add_response_header(whole->reply, whole->headers.items[i].name, whole->headers.items[i].value);
}
