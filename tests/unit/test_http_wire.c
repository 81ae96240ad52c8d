/* What HTTP looks like when it goes wrong: peers that are slow, silent, cut off or talk nonsense. They speak raw sockets. */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/http_server.h"
#include "base/proc.h"
#include "expect.h"

/* A server that accepts connections one after another, reads a request each and answers with pieces, a pause after each. */
struct peer {
	const char *const *pieces;   /* NULL-terminated */
	unsigned pause_ms, accepted;
	bool hold;                   /* keep the connection open after the last piece, for further requests */
	int file;
	pthread_t thread;
	char url[64];
};

static bool
read_request(int file)
{
	char text[4096];
	size_t used = 0;
	while (used < sizeof text) {
		ssize_t got = read(file, text + used, sizeof text - used);
		if (got <= 0)
			return false;
		used += (size_t)got;
		if (memmem(text, used, "\r\n\r\n", 4))
			return true;
	}
	return false;
}

static void *
serve(void *data)
{
	struct peer *peer = data;
	for (int file; (file = accept(peer->file, NULL, NULL)) >= 0; close(file)) {
		__atomic_add_fetch(&peer->accepted, 1, __ATOMIC_RELAXED);
		while (read_request(file)) {
			for (unsigned i = 0; peer->pieces[i]; i++) {
				if (send(file, peer->pieces[i], strlen(peer->pieces[i]), MSG_NOSIGNAL) < 0)
					break;
				g_usleep(peer->pause_ms * 1000);
			}
			if (!peer->hold)
				break;
		}
	}
	return NULL;
}

static int
open_socket(int port, bool listening)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listening)
		g_assert_cmpint(bind(file, (struct sockaddr *)&address, sizeof address) || listen(file, 16), ==, 0);
	else
		g_assert_cmpint(connect(file, (struct sockaddr *)&address, sizeof address), ==, 0);
	return file;
}

static int
port_of(int file)
{
	struct sockaddr_in address;
	socklen_t length = sizeof address;
	g_assert_cmpint(getsockname(file, (struct sockaddr *)&address, &length), ==, 0);
	return ntohs(address.sin_port);
}

static void
start_peer(struct peer *peer)
{
	peer->file = open_socket(0, true);
	g_snprintf(peer->url, sizeof peer->url, "http://127.0.0.1:%d/", port_of(peer->file));
	g_assert_cmpint(pthread_create(&peer->thread, NULL, serve, peer), ==, 0);
}

static void
stop_peer(struct peer *peer)
{
	shutdown(peer->file, SHUT_RDWR);
	pthread_join(peer->thread, NULL);
	close(peer->file);
}

#define PIECES(...) (const char *const[]){ __VA_ARGS__, NULL }

static void
test_answers(void)
{
	struct {
		const char *const *pieces;
		int status;         /* 0: no answer, but an error */
		const char *body;   /* or what the error says */
		enum error_code code;
	} rows[] = {
		{ PIECES("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), 200, "ok", 0 },
		{ PIECES("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "3\r\nabc\r\n", "2;x=y\r\nde\r\n", "0\r\nTrailer: t\r\n\r\n"), 200, "abcde", 0 },
		{ PIECES("HTTP/1.1 100 Continue\r\nX: 1\r\n\r\n", "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"), 201, "", 0 },
		{ PIECES("HTTP/1.0 200 OK\r\n\r\n", "until ", "the end"), 200, "until the end", 0 },
		{ PIECES("HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n"), 304, "", 0 },
		{ PIECES("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"), 302, "", 0 },
		{ PIECES("HTTP/1.1 599 Odd\r\nContent-Length: 1\r\n\r\nx"), 599, "x", 0 },
		{ PIECES("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"), 0, "http://127.0.0.1", ERR_FAILED },
		{ PIECES("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), 0, "http://127.0.0.1", ERR_FAILED },
		{ PIECES("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), 0, "http://127.0.0.1", ERR_FAILED },
		{ PIECES("HTTP/1.1 20"), 0, "http://127.0.0.1", ERR_FAILED },
		{ PIECES(""), 0, "http://127.0.0.1", ERR_FAILED },
		{ PIECES("no http at all\r\n\r\n"), 0, "http://127.0.0.1", ERR_FAILED },
	};
	g_autoptr(HttpClient) client = http_client_create(NULL, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct peer peer = { .pieces = rows[i].pieces };
		struct http_response response;
		GError *error = NULL;
		start_peer(&peer);
		bool ok = http_client_get(client, peer.url, &response, &error);
		stop_peer(&peer);
		g_assert_cmpint(ok, ==, rows[i].status != 0);
		g_assert_cmpint(response.status, ==, rows[i].status);
		if (ok)
			g_assert_cmpstr(response.body->str, ==, rows[i].body);
		else
			expect_error(&error, rows[i].code, rows[i].body);
		g_assert_null(http_headers_get(&response.headers, "x"));   /* of the interim answer */
		http_response_clear(&response);
	}
}

/* However a server dawdles, the time of a request is bounded. */
static void
test_slow(void)
{
	struct {
		const char *const *pieces;
		unsigned pause_ms;
	} rows[] = {
		{ PIECES(""), 60000 },
		{ PIECES("HTTP/1.1 200 OK\r\n"), 60000 },
		{ PIECES("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"), 50 },
	};
	struct http_limits limits = { .total_ms = 300 };
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct peer peer = { .pieces = rows[i].pieces, .pause_ms = MIN(rows[i].pause_ms, 1000) };
		g_autoptr(HttpClient) client = http_client_create(&limits, NULL);
		struct http_response response;
		GError *error = NULL;
		start_peer(&peer);
		g_assert_false(http_client_get(client, peer.url, &response, &error));
		expect_error(&error, ERR_TIMEOUT, peer.url);
		stop_peer(&peer);
	}
}

static void
test_refused(void)
{
	int file = open_socket(0, true);
	g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/", port_of(file));
	close(file);
	g_autoptr(HttpClient) client = http_client_create(NULL, NULL);
	struct http_response response;
	GError *error = NULL;
	g_assert_false(http_client_get(client, url, &response, &error));
	expect_error(&error, ERR_ENVIRONMENT, url);
	g_assert_null(response.body);
}

/* One connection serves many requests; a server that closed it meanwhile is asked again on a new one. */
static void
test_kept_connection(void)
{
	struct peer peer = { .pieces = PIECES("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), .hold = true };
	g_autoptr(HttpClient) client = http_client_create(NULL, NULL);
	start_peer(&peer);
	for (unsigned i = 0; i < 20; i++) {
		struct http_response response;
		g_assert_true(http_client_get(client, peer.url, &response, NULL));
		g_assert_cmpstr(response.body->str, ==, "ok");
		http_response_clear(&response);
	}
	g_assert_cmpuint(__atomic_load_n(&peer.accepted, __ATOMIC_RELAXED), ==, 1);
	http_client_destroy(g_steal_pointer(&client));
	stop_peer(&peer);
	struct peer closing = { .pieces = PIECES("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") };
	client = http_client_create(NULL, NULL);
	start_peer(&closing);
	for (unsigned i = 0; i < 20; i++) {
		struct http_response response;
		GError *error = NULL;
		http_client_get(client, closing.url, &response, &error);
		g_assert_no_error(error);
		http_response_clear(&response);
	}
	g_assert_cmpuint(__atomic_load_n(&closing.accepted, __ATOMIC_RELAXED), ==, 20);
	stop_peer(&closing);
}

static void
answer_length(void *data, struct http_exchange *exchange)
{
	(void)data;
	g_autofree char *text = g_strdup_printf("%zu", exchange->body_length);
	http_exchange_reply(exchange, 200, NULL, text, strlen(text));
}

/* Everything that comes until the server closes, or answers as much as `enough`. */
static char *
converse(int port, const char *text, const char *enough)
{
	int file = open_socket(port, false);
	struct timeval patience = { .tv_sec = 30 };
	setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	g_autoptr(GString) answer = g_string_new(NULL);
	g_assert_cmpint(send(file, text, strlen(text), MSG_NOSIGNAL), ==, strlen(text));
	if (!enough)
		shutdown(file, SHUT_WR);
	char chunk[4096];
	for (ssize_t got; (got = read(file, chunk, sizeof chunk)) > 0;) {
		g_string_append_len(answer, chunk, (gssize)got);
		if (enough && strstr(answer->str, enough))
			break;
	}
	close(file);
	return g_strdup(answer->str);
}

/* Clients that talk nonsense, or break off, get a refusal or nothing; the next one is served. */
static void
test_broken_clients(void)
{
	static const struct {
		const char *text, *answer;   /* its begin; "" for a closed connection */
	} rows[] = {
		{ "nonsense\r\n\r\n", "" },
		{ "GET\r\n\r\n", "" },
		{ "GET / HTTP/9.9\r\nHost: a\r\n\r\n", "HTTP/1.1 " },
		{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab", "" },
		{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\nab", "HTTP/1.1 400" },
		{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nab", "HTTP/1.1 413" },
		{ "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400" },
		{ "GET / HT", "" },
		{ "", "" },
		{ "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200" },
	};
	struct http_server_options options = { 0 };
	struct http_server *server = http_server_start(&options, answer_length, NULL, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *answer = converse(http_server_port(server), rows[i].text, NULL);
		if (!g_str_has_prefix(answer, rows[i].answer))
			g_error("%s was answered with: %s", rows[i].text, answer);
		g_autofree char *next = converse(http_server_port(server), "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "\r\n\r\n3");
		g_assert_true(g_str_has_prefix(next, "HTTP/1.1 200 OK\r\n"));
	}
	/* Two requests in one packet, answered in their order. */
	g_autofree char *both = converse(http_server_port(server), "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\naGET / HTTP/1.1\r\nHost: a\r\n\r\n",
	                                 "\r\n\r\n0");
	g_assert_nonnull(strstr(both, "\r\n\r\n1HTTP/1.1 200 OK"));
	http_server_stop(server);
}

/* A silent connection is closed after its time, and one that is open does not keep the server from stopping. */
static void
test_idle_client(void)
{
	struct http_server_options options = { .idle_s = 1 };
	struct http_server *server = http_server_start(&options, answer_length, NULL, NULL);
	int file = open_socket(http_server_port(server), false);
	struct timeval patience = { .tv_sec = 30 };
	char byte;
	setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	g_assert_cmpint(read(file, &byte, 1), ==, 0);
	close(file);
	file = open_socket(http_server_port(server), false);
	g_assert_cmpint(send(file, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", 46, MSG_NOSIGNAL), ==, 46);
	http_server_stop(server);
	close(file);
}

/* node as the server: chunks, trailers, many answers on one connection. */
static void
test_node(void)
{
	static const char script[] = "const s=require('http').createServer((q,r)=>{let n=0;q.on('data',d=>n+=d.length);q.on('end',()=>{"
				     "r.writeHead(200,{'X-Length':n,Trailer:'X-T'});r.write('a'.repeat(70000));r.write('b');r.addTrailers({'X-T':'t'});r.end()})});"
				     "s.listen(0,'127.0.0.1',()=>console.log('port '+s.address().port+' '))";
	g_autofree char *node = g_find_program_in_path("node");
	if (!node) {
		g_test_skip("the program node is missing");
		return;
	}
	struct proc_spec spec = { .argv = (const char *const[]){ "node", "-e", script, NULL }, .deadline = clock_ms() + 120000 };
	struct proc *proc = proc_start(&spec, NULL);
	g_autofree char *output = NULL;
	while (!output || !strchr(output, '\n')) {
		g_assert_false(proc_wait(proc, clock_ms() + 5));
		g_free(output);
		output = proc_output(proc);
	}
	g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/", (int)g_ascii_strtoll(output + strlen("port "), NULL, 10));
	g_autoptr(HttpClient) client = http_client_create(NULL, NULL);
	g_autofree char *body = g_strnfill(200000, 'x');
	struct http_request request = { .method = (char *)"POST", .url = url, .body = g_string_new(body) };
	for (unsigned i = 0; i < 10; i++) {
		struct http_response response;
		GError *error = NULL;
		http_client_send(client, &request, &response, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(response.body->len, ==, 70001);
		g_assert_cmpstr(http_headers_get(&response.headers, "x-length"), ==, "200000");
		http_response_clear(&response);
	}
	g_string_free(request.body, TRUE);
	proc_finish(proc, NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/http-wire/answers", test_answers);
	g_test_add_func("/http-wire/slow", test_slow);
	g_test_add_func("/http-wire/refused", test_refused);
	g_test_add_func("/http-wire/kept-connection", test_kept_connection);
	g_test_add_func("/http-wire/broken-clients", test_broken_clients);
	g_test_add_func("/http-wire/idle-client", test_idle_client);
	g_test_add_func("/http-wire/node", test_node);
	return g_test_run();
}
