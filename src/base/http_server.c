#include "base/http_serving.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"

enum {
	BODY_MAX = 16 << 20, READ_OVER = 4 << 20, CONNECTIONS = 10240, IDLE_S = 60, PATIENCE_S = 30, CONNECTION_MEMORY = 12288, STOP_MS = 2000,
	IDLE_SERVINGS = 128, IDLE_BYTES = 4096,
};

static void
free_serving(struct serving *serving)
{
	g_string_free(serving->target, TRUE);
	g_string_free(serving->body, TRUE);
	g_free(serving);
}

static void *
begin_exchange(void *data, const char *uri, struct MHD_Connection *connection)
{
	struct http_server *server = data;
	struct serving *serving = server->idle;
	if (serving) {
		server->idle = serving->next;
		server->idle_count--;
	} else {
		serving = g_new0(struct serving, 1);
		serving->target = g_string_new(NULL);
		serving->body = g_string_new(NULL);
	}
	serving->server = server;
	serving->connection = connection;
	g_string_append(serving->target, uri);
	/* libmicrohttpd would take the query apart into the memory of the connection, 64 bytes a pair, and hang where that
	 * is full (0.9.75). Nobody asks it for the parts: it gets an empty one. */
	char *query = strchr((char *)(uintptr_t)uri, '?');
	if (query)
		query[1] = '\0';
	return serving;
}

/* Of the answers that are under way, one more or one less. */
static void
count_answer(struct http_server *server, bool more)
{
	if (more) {
		atomic_fetch_add(&server->answering, 1);
	} else if (atomic_fetch_sub(&server->answering, 1) == 1 && server->stopping) {
		pthread_mutex_lock(&server->mutex);
		pthread_cond_signal(&server->answered);
		pthread_mutex_unlock(&server->mutex);
	}
}

static void
end_exchange(void *data, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
	(void)connection, (void)code;
	struct serving *serving = *state;
	if (!serving)
		return;
	if (serving->counted) {
		count_answer(data, false);
		http_peer_count(serving->connection, false);
	}
	http_answer_finish(serving);
	http_headers_clear(&serving->headers);
	*state = NULL;
	struct http_server *server = data;
	if (server->idle_count == IDLE_SERVINGS || serving->target->allocated_len + serving->body->allocated_len > IDLE_BYTES) {
		free_serving(serving);
		return;
	}
	*serving = (struct serving){ .target = g_string_truncate(serving->target, 0), .body = g_string_truncate(serving->body, 0), .next = server->idle };
	server->idle = serving;
	server->idle_count++;
}

static bool
take_body(const struct http_server *server, struct serving *serving, const char *bytes, size_t length)
{
	/* Of a body without a stated length it shows late that it is too large: what still comes is read over, but not for ever. */
	if (serving->body->len + length > server->body_max)
		serving->refused = true;
	if (!serving->refused)
		g_string_append_len(serving->body, bytes, (gssize)length);
	serving->sent += length;
	return serving->sent <= server->body_max + READ_OVER;
}

static void
refuse_body(struct serving *serving)
{
	static const char refusal[] = "{\"type\":\"about:blank\",\"title\":\"Content Too Large\",\"status\":413}";
	http_exchange_reply(&serving->public, 413, "application/problem+json", refusal, sizeof refusal - 1);
}

static void
handle(struct http_server *server, struct serving *serving, const char *method)
{
	serving->public = (struct http_exchange){
		.method = method,
		.target = serving->target->str,
		.body = serving->body->str,
		.body_length = serving->body->len,
	};
	serving->counted = true;
	serving->sent = 0;
	count_answer(server, true);
	http_peer_count(serving->connection, true);
	if (serving->refused)
		refuse_body(serving);
	else
		server->handler(server->data, &serving->public);
	if (!serving->reply)
		http_exchange_reply(&serving->public, 500, NULL, "", 0);
}

/* A stated length that is too large is refused before the body comes. What is not much too large, and on its way, is read over: a
 * client that is cut off while it sends mostly does not see the answer. */
static enum MHD_Result
begin_request(const struct http_server *server, struct serving *serving, const char *method)
{
	const char *text = MHD_lookup_connection_value(serving->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
	guint64 length = text ? g_ascii_strtoull(text, NULL, 10) : 0;
	serving->public.method = method;
	if (length <= server->body_max)
		return MHD_YES;
	serving->refused = length <= server->body_max + READ_OVER && !MHD_lookup_connection_value(serving->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_EXPECT);
	if (serving->refused)
		return MHD_YES;
	refuse_body(serving);
	return http_answer(serving);
}

static enum MHD_Result
on_request(void *data, struct MHD_Connection *connection, const char *url, const char *method, const char *version, const char *bytes,
           size_t *length, void **state)
{
	(void)connection, (void)url, (void)version;
	struct http_server *server = data;
	struct serving *serving = *state;
	if (!serving->public.method)
		return begin_request(server, serving, method);   /* the headers are here, the body is not */
	if (*length) {
		bool more = take_body(server, serving, bytes, *length);
		*length = 0;
		return more ? MHD_YES : MHD_NO;
	}
	if (!serving->reply)
		handle(server, serving, method);
	return http_answer(serving);
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

static struct http_server *
create_server(const struct http_server_options *options, http_handler *handler, void *data)
{
	struct http_server *server = g_new0(struct http_server, 1);
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&server->answered, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&server->mutex, NULL);
	server->handler = handler;
	server->data = data;
	server->body_max = options->body_max ? options->body_max : BODY_MAX;
	server->alarms = alarms_create();
	server->peers = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	unsigned idle_s = options->idle_s ? options->idle_s : IDLE_S;
	unsigned most = options->connections ? options->connections : CONNECTIONS;
	server->crowd = most - most / 16;
	server->patience_ms = 1000 * (options->patience_s ? options->patience_s : idle_s + PATIENCE_S);
	return server;
}

static void
destroy_server(struct http_server *server)
{
	for (struct serving *serving = server->idle, *next; serving; serving = next) {
		next = serving->next;
		free_serving(serving);
	}
	alarms_destroy(server->alarms);
	g_hash_table_unref(server->peers);
	pthread_cond_destroy(&server->answered);
	pthread_mutex_destroy(&server->mutex);
	g_free(server);
}

static struct MHD_Daemon *
start_daemon(struct http_server *server, const struct http_server_options *options, int file)
{
	struct MHD_OptionItem tls[] = {
		{ options->certificate ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0, (void *)(uintptr_t)options->certificate },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)options->key },
		{ MHD_OPTION_END, 0, NULL },
	};
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK;
	return MHD_start_daemon(
		flags | (options->certificate ? MHD_USE_TLS : 0), (uint16_t)server->port, NULL, NULL, on_request, server,
		MHD_OPTION_LISTEN_SOCKET, file, MHD_OPTION_URI_LOG_CALLBACK, begin_exchange, server,
		MHD_OPTION_NOTIFY_CONNECTION, http_peer_notify, server, MHD_OPTION_NOTIFY_COMPLETED, end_exchange, server, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_CONNECTION_LIMIT, options->connections ? options->connections : CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT, options->idle_s ? options->idle_s : IDLE_S, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
}

struct http_server *
http_server_start(const struct http_server_options *options, http_handler *handler, void *data, GError **error)
{
	int port, file = bind_port(options, &port, error);
	if (file < 0)
		return NULL;
	struct http_server *server = create_server(options, handler, data);
	server->port = port;
	http_reserve_files(options->connections ? options->connections : CONNECTIONS);
	server->daemon = start_daemon(server, options, file);
	if (server->daemon)
		return server;
	error_set(error, ERR_ENVIRONMENT, options->certificate ? "check certificate and key" : "raise the limit of open files",
	          "the HTTP server cannot start on port %d", port);
	close(file);
	destroy_server(server);
	return NULL;
}

int
http_server_port(const struct http_server *server)
{
	return server->port;
}

/* Waits until all that was begun is answered, for a while. */
static void
await_answers(struct http_server *server)
{
	struct timespec until = clock_timespec(clock_ms() + STOP_MS);
	int late = 0;
	pthread_mutex_lock(&server->mutex);
	server->stopping = true;
	while (server->answering && !late)
		late = pthread_cond_timedwait(&server->answered, &server->mutex, &until);
	pthread_mutex_unlock(&server->mutex);
}

void
http_server_stop(struct http_server *server)
{
	if (!server)
		return;
	int file = MHD_quiesce_daemon(server->daemon);
	alarms_end(server->alarms);
	await_answers(server);
	MHD_stop_daemon(server->daemon);
	if (file >= 0)
		close(file);
	destroy_server(server);
}
