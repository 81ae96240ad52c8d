/* Answers that come late, in drops or not at all, and a server that is stopped in the midst of hundreds of them. */
#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/http_server.h"
#include "expect.h"

enum { CLIENTS = 300, LENGTH = 200 };

/* "/delay/drip_ms/drip_bytes/cut_after": numbers; a cut of 0 is none, of 1 is one before the status. */
static void
answer(void *data, struct http_exchange *exchange)
{
	(void)data;
	g_auto(GStrv) parts = g_strsplit(exchange->target + 1, "/", 4);
	unsigned numbers[4];
	for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++)
		numbers[i] = (unsigned)g_ascii_strtoull(parts[i], NULL, 10);
	char text[LENGTH];
	memset(text, 'a', sizeof text);
	struct http_manner manner = { .delay_ms = numbers[0], .drip_ms = numbers[1], .drip_bytes = numbers[2] };
	manner.cut = numbers[3] > 0;
	manner.cut_after = numbers[3] ? numbers[3] - 1 : 0;
	http_exchange_manner(exchange, &manner);
	http_exchange_reply(exchange, 200, "text/plain", text, sizeof text);
}

static int
ask(int port, const char *target)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(connect(file, (struct sockaddr *)&address, sizeof address), ==, 0);
	g_autofree char *text = g_strdup_printf("GET %s HTTP/1.1\r\nHost: here\r\n\r\n", target);
	g_assert_cmpint(write(file, text, strlen(text)), ==, (ssize_t)strlen(text));
	return file;
}

/* All that comes until `length` bytes of body are there or the other side closes. */
static char *
hear(int file, size_t length)
{
	GString *heard = g_string_new(NULL);
	char piece[4096];
	for (;;) {
		const char *body = strstr(heard->str, "\r\n\r\n");
		if (body && strlen(body + 4) >= length)
			break;
		struct pollfd wait = { file, POLLIN, 0 };
		g_assert_cmpint(poll(&wait, 1, 20000), ==, 1);
		ssize_t count = read(file, piece, sizeof piece);
		if (count <= 0)
			break;
		g_string_append_len(heard, piece, count);
	}
	close(file);
	return g_string_free(heard, FALSE);
}

static struct http_server *
start(void)
{
	GError *error = NULL;
	struct http_server *server = http_server_start(&(struct http_server_options){ .connections = 2 * CLIENTS }, answer, NULL, &error);
	g_assert_no_error(error);
	return server;
}

static size_t
body_length(const char *text)
{
	const char *body = strstr(text, "\r\n\r\n");
	return body ? strlen(body + 4) : 0;
}

static void
test_manners(void)
{
	static const struct {
		const char *target;
		int64_t least_ms;
		size_t body;
	} rows[] = {
		{ "/0/0/0/0", 0, LENGTH },    { "/120/0/0/0", 120, LENGTH }, { "/0/10/20/0", 90, LENGTH },
		{ "/30/10/50/0", 60, LENGTH }, { "/0/0/0/1", 0, 0 },         { "/0/0/0/51", 0, 50 },
		{ "/40/20/20/61", 80, 60 },
	};
	struct http_server *server = start();
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t begun = clock_ms();
		g_autofree char *text = hear(ask(http_server_port(server), rows[i].target), LENGTH);
		g_assert_cmpint(body_length(text), ==, (gint64)rows[i].body);
		g_assert_cmpint(clock_ms() - begun, >=, rows[i].least_ms);
		g_assert_true(rows[i].body ? g_str_has_prefix(text, "HTTP/1.1 200") : !*text);
	}
	http_server_stop(server);
}

/* Whoever waits is answered at once, whole. */
static void
test_stop(void)
{
	static const char *const targets[] = { "/60000/0/0/0", "/0/60000/10/0", "/60000/60000/1/0", "/0/1/1/0" };
	int files[CLIENTS];
	struct http_server *server = start();
	for (unsigned i = 0; i < CLIENTS; i++)
		files[i] = ask(http_server_port(server), targets[i % G_N_ELEMENTS(targets)]);
	/* One that is answered at once: what came before it is under way. */
	g_free(hear(ask(http_server_port(server), "/0/0/0/0"), LENGTH));
	int64_t begun = clock_ms();
	http_server_stop(server);
	g_assert_cmpint(clock_ms() - begun, <, 15000);
	unsigned whole = 0;
	for (unsigned i = 0; i < CLIENTS; i++) {
		g_autofree char *text = hear(files[i], LENGTH);
		g_assert_true(!*text || body_length(text) == LENGTH);
		whole += *text != '\0';
	}
	/* A request that had not been read yet is none. */
	g_assert_cmpint(whole, >, CLIENTS / 2);
}

/* Clients that go away while they wait. */
static void
test_gone(void)
{
	struct http_server *server = start();
	for (unsigned i = 0; i < CLIENTS; i++)
		close(ask(http_server_port(server), i % 2 ? "/20/5/7/0" : "/60000/0/0/0"));
	g_free(hear(ask(http_server_port(server), "/50/0/0/0"), LENGTH));
	http_server_stop(server);
}

static void
test_stop_again(void)
{
	for (unsigned i = 0; i < 20; i++) {
		int files[20];
		struct http_server *server = start();
		for (unsigned j = 0; j < G_N_ELEMENTS(files); j++)
			files[j] = ask(http_server_port(server), j % 2 ? "/1/1/3/0" : "/3/2/5/101");
		http_server_stop(server);
		for (unsigned j = 0; j < G_N_ELEMENTS(files); j++)
			close(files[j]);
	}
}

/* One that never comes to the end of its request, and one that does. */
static void
test_patience(void)
{
	GError *error = NULL;
	struct http_server *server = http_server_start(&(struct http_server_options){ .patience_s = 1 }, answer, NULL, &error);
	g_assert_no_error(error);
	int slow = ask(http_server_port(server), "/0/0/0/0"), late = ask(http_server_port(server), "/1500/0/0/0"), closed = 0;
	g_assert_cmpint(write(slow, "GET /", 5), ==, 5);
	for (int64_t begun = clock_ms(); !closed;) {
		struct pollfd wait = { slow, POLLRDHUP, 0 };
		g_assert_cmpint(clock_ms() - begun, <, 10000);
		closed = poll(&wait, 1, 50) == 1 || send(slow, "a", 1, MSG_NOSIGNAL) != 1;
	}
	close(slow);
	g_autofree char *text = hear(late, LENGTH);
	g_assert_cmpint(body_length(text), ==, LENGTH);
	http_server_stop(server);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/http_slow/manners", test_manners);
	g_test_add_func("/http_slow/stop", test_stop);
	g_test_add_func("/http_slow/gone", test_gone);
	g_test_add_func("/http_slow/stop_again", test_stop_again);
	g_test_add_func("/http_slow/patience", test_patience);
	return g_test_run();
}
