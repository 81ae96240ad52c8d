/* The HTTP server and client against each other, and the server against curl. Broken peers are in test_http_wire.c. */
#include <pthread.h>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/http_server.h"
#include "base/proc.h"
#include "expect.h"

static void
test_tables(void)
{
	g_assert_cmpstr(http_reason(404), ==, "Not Found");
	g_assert_cmpstr(http_reason(299), ==, "");
	static const char *const types[][2] = { { "text/HTML; charset=utf-8", "text/html" }, { " application/json ", "application/json" },
		                                { "a/b;c", "a/b" }, { "", "" } };
	for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *type = http_media_type(types[i][0]);
		g_assert_cmpstr(type, ==, types[i][1]);
	}
	static const struct {
		const char *text;
		bool form;
		const char *plain;
	} rows[] = {
		{ "", false, "" }, { "a+b%20c", false, "a+b c" }, { "a+b%20c", true, "a b c" }, { "%41%5a%2F%c3%A9", false, "AZ/é" },
		{ "%", false, NULL }, { "%4", false, NULL }, { "a%4g", false, NULL }, { "%g4", false, NULL }, { "%00", false, NULL },
		{ "100%", false, NULL }, { "%2", true, NULL },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *copy = g_memdup2(rows[i].text, strlen(rows[i].text));
		g_autofree char *plain = http_unescape(copy ? copy : "", strlen(rows[i].text), rows[i].form);
		g_assert_cmpstr(plain, ==, rows[i].plain);
	}
	struct http_headers headers = { 0 };
	http_headers_add(&headers, "X-A", "1");
	http_headers_add(&headers, "x-a", "2");
	g_assert_cmpstr(http_headers_get(&headers, "x-A"), ==, "1");
	g_assert_null(http_headers_get(&headers, "x-b"));
	http_headers_clear(&headers);
	g_assert_null(http_headers_get(&headers, "x-a"));
}

/* Answers with what it was sent: the first line, the headers that begin with x- or content-, the body. */
static void
echo(void *data, struct http_exchange *exchange)
{
	int *count = data;
	__atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
	if (g_str_equal(exchange->target, "/silent"))
		return;
	if (g_str_equal(exchange->target, "/empty")) {
		http_exchange_reply(exchange, 204, NULL, "", 0);
		return;
	}
	g_autoptr(GString) text = g_string_new(NULL);
	g_string_append_printf(text, "%s %s\n", exchange->method, exchange->target);
	struct http_headers headers = { 0 };
	http_exchange_headers(exchange, &headers);
	for (size_t i = 0; i < headers.count; i++) {
		g_autofree char *name = g_ascii_strdown(headers.items[i].name, -1);
		if (g_str_has_prefix(name, "x-") || g_str_has_prefix(name, "content-"))
			g_string_append_printf(text, "%s: %s\n", name, headers.items[i].value);
		if (g_str_has_prefix(name, "x-"))
			http_exchange_add_header(exchange, headers.items[i].name, headers.items[i].value);
	}
	g_assert_cmpstr(http_exchange_header(exchange, "hOST"), ==, http_headers_get(&headers, "Host"));
	http_headers_clear(&headers);
	g_assert_cmpint(exchange->body[exchange->body_length], ==, '\0');
	g_string_append_len(text, exchange->body, (gssize)exchange->body_length);
	http_exchange_reply(exchange, 200, "text/plain; charset=utf-8", text->str, text->len);
}

struct fixture {
	struct http_server *server;
	struct http_client *client;
	int count;       /* requests that the handler saw */
	char *url;       /* with a slash at its end */
};

static void
set_up(struct fixture *fixture, const struct http_server_options *options, const struct http_limits *limits)
{
	static const struct http_server_options usual = { 0 };
	GError *error = NULL;
	*fixture = (struct fixture){ 0 };
	fixture->server = http_server_start(options ? options : &usual, echo, &fixture->count, &error);
	g_assert_no_error(error);
	fixture->client = http_client_create(limits, &error);
	g_assert_no_error(error);
	fixture->url = g_strdup_printf("http://127.0.0.1:%d/", http_server_port(fixture->server));
}

static void
tear_down(struct fixture *fixture)
{
	http_client_destroy(fixture->client);
	http_server_stop(fixture->server);
	g_free(fixture->url);
}

/* Sends a request with one header ("Name: value" or NULL) and a body (or NULL). */
static struct http_response
ask(struct fixture *fixture, const char *method, const char *path, const char *header, const char *body, size_t length)
{
	struct http_request request = { .method = g_strdup(method), .url = g_strconcat(fixture->url, path, NULL) };
	struct http_response response;
	GError *error = NULL;
	if (header) {
		g_auto(GStrv) parts = g_strsplit(header, ": ", 2);
		http_headers_add(&request.headers, parts[0], parts[1]);
	}
	if (body)
		request.body = g_string_new_len(body, (gssize)length);
	http_client_send(fixture->client, &request, &response, &error);
	g_assert_no_error(error);
	http_request_clear(&request);
	return response;
}

static void
expect_answer(struct fixture *fixture, const char *method, const char *path, const char *header, const char *body, const char *expected)
{
	struct http_response response = ask(fixture, method, path, header, body, body ? strlen(body) : 0);
	g_assert_cmpint(response.status, ==, 200);
	g_assert_cmpstr(response.body->str, ==, expected);
	g_assert_cmpint(response.duration_us, >, 0);
	http_response_clear(&response);
}

static void
test_exchange(void)
{
	struct fixture fixture;
	set_up(&fixture, NULL, NULL);
	expect_answer(&fixture, "GET", "a/../b%2Fc/./?q=%20+&r#not-sent", NULL, NULL, "GET /a/../b%2Fc/./?q=%20+&r\n");
	expect_answer(&fixture, "POST", "p", "Content-Type: text/x", "body", "POST /p\ncontent-type: text/x\ncontent-length: 4\nbody");
	/* No type is made up, and a method with content says how much there is, also where it is none. */
	expect_answer(&fixture, "PUT", "p", NULL, "body", "PUT /p\ncontent-length: 4\nbody");
	expect_answer(&fixture, "POST", "p", NULL, "", "POST /p\ncontent-length: 0\n");
	expect_answer(&fixture, "POST", "p", NULL, NULL, "POST /p\ncontent-length: 0\n");
	expect_answer(&fixture, "PATCH", "p", NULL, NULL, "PATCH /p\ncontent-length: 0\n");
	expect_answer(&fixture, "DELETE", "p", NULL, NULL, "DELETE /p\n");
	expect_answer(&fixture, "DELETE", "p", NULL, "b", "DELETE /p\ncontent-length: 1\nb");
	expect_answer(&fixture, "GET", "p", NULL, "b", "GET /p\ncontent-length: 1\nb");
	expect_answer(&fixture, "OPTIONS", "", NULL, NULL, "OPTIONS /\n");
	expect_answer(&fixture, "PURGE", "x", NULL, NULL, "PURGE /x\n");
	struct http_response response = ask(&fixture, "GET", "empty", NULL, NULL, 0);
	g_assert_cmpint(response.status, ==, 204);
	g_assert_cmpuint(response.body->len, ==, 0);
	http_response_clear(&response);
	/* A handler that forgets to answer is a fault of ours, and is told so. */
	response = ask(&fixture, "GET", "silent", NULL, NULL, 0);
	g_assert_cmpint(response.status, ==, 500);
	http_response_clear(&response);
	tear_down(&fixture);
}

/* HEAD says how long the answer would be, and the connection stays usable. */
static void
test_head(void)
{
	struct fixture fixture;
	set_up(&fixture, NULL, NULL);
	for (unsigned i = 0; i < 3; i++) {
		struct http_response response = ask(&fixture, "HEAD", "h", NULL, NULL, 0);
		g_assert_cmpint(response.status, ==, 200);
		g_assert_cmpuint(response.body->len, ==, 0);
		g_assert_cmpstr(http_headers_get(&response.headers, "content-length"), ==, "8");
		http_response_clear(&response);
		expect_answer(&fixture, "GET", "h", NULL, NULL, "GET /h\n");
	}
	tear_down(&fixture);
}

static void
test_headers(void)
{
	static const char *const values[] = { "plain", "", "with: colon; and \"quotes\"", "é€", "tab\tinside", "inner   blanks" };
	struct fixture fixture;
	set_up(&fixture, NULL, NULL);
	struct http_request request = { .method = g_strdup("GET"), .url = g_strconcat(fixture.url, "h", NULL) };
	for (unsigned i = 0; i < G_N_ELEMENTS(values); i++)
		http_headers_add(&request.headers, "X-Many", values[i]);
	struct http_response response;
	g_assert_true(http_client_send(fixture.client, &request, &response, NULL));
	/* There: as the body says. Back: without the empty one, which libmicrohttpd does not send. */
	g_autofree char *there = g_strjoinv("\nx-many: ", (char *[]){ (char *)"GET /h", (char *)values[0], (char *)values[1], (char *)values[2],
	                                                            (char *)values[3], (char *)values[4], (char *)values[5], NULL });
	g_assert_true(g_str_has_prefix(response.body->str, there));
	unsigned found = 0;
	for (size_t i = 0; i < response.headers.count; i++)
		if (g_ascii_strcasecmp(response.headers.items[i].name, "x-many") == 0)
			g_assert_cmpstr(response.headers.items[i].value, ==, values[found++ == 0 ? 0 : found]);
	g_assert_cmpuint(found, ==, G_N_ELEMENTS(values) - 1);
	http_response_clear(&response);
	/* A value that would begin a header of its own is not sent. */
	GError *error = NULL;
	http_headers_add(&request.headers, "X-Bad", "a\r\nX-Injected: b");
	g_assert_false(http_client_send(fixture.client, &request, &response, &error));
	expect_error(&error, ERR_INPUT, "X-Bad");
	http_request_clear(&request);
	tear_down(&fixture);
}

static void
test_big_bodies(void)
{
	enum { LENGTH = 12 << 20 };
	struct fixture fixture;
	set_up(&fixture, NULL, NULL);
	g_autofree char *body = g_malloc(LENGTH);
	for (unsigned i = 0; i < LENGTH; i++)
		body[i] = (char)(i * 2654435761u >> 24);
	struct http_response response = ask(&fixture, "POST", "big", NULL, body, LENGTH);
	g_autofree char *head = g_strdup_printf("POST /big\ncontent-length: %d\n", LENGTH);
	g_assert_cmpuint(response.body->len, ==, strlen(head) + LENGTH);
	g_assert_true(memcmp(response.body->str + strlen(head), body, LENGTH) == 0);
	http_response_clear(&response);
	tear_down(&fixture);
}

static void
test_limits(void)
{
	struct http_server_options options = { .body_max = 1000 };
	struct http_limits limits = { .body = 1100 };
	struct fixture fixture;
	set_up(&fixture, &options, &limits);
	g_autofree char *body = g_strnfill(1 << 20, 'b');
	for (size_t length = 999; length <= 1001; length++) {
		struct http_response response = ask(&fixture, "POST", "x", NULL, body, length);
		g_assert_cmpint(response.status, ==, length <= 1000 ? 200 : 413);
		if (length > 1000)
			g_assert_cmpstr(http_headers_get(&response.headers, "content-type"), ==, "application/problem+json");
		http_response_clear(&response);
	}
	struct http_response response = ask(&fixture, "POST", "x", NULL, body, 1 << 20);
	g_assert_cmpint(response.status, ==, 413);
	http_response_clear(&response);
	g_assert_cmpint(fixture.count, ==, 2);   /* the handler sees none of the others */
	tear_down(&fixture);
	/* The client's own limit, to the byte: "POST /x\ncontent-length: 900\n" is 28. */
	limits.body = 928;
	set_up(&fixture, NULL, &limits);
	response = ask(&fixture, "POST", "x", NULL, body, 900);
	g_assert_cmpuint(response.body->len, ==, 928);
	http_response_clear(&response);
	struct http_request request = { .method = (char *)"POST", .url = fixture.url, .body = g_string_new_len(body, 902) };   /* to "/", one byte less */
	GError *error = NULL;
	g_assert_false(http_client_send(fixture.client, &request, &response, &error));
	expect_error(&error, ERR_TOO_LARGE, "answered with more");
	g_string_free(request.body, TRUE);
	tear_down(&fixture);
}

static void
test_refusals(void)
{
	struct fixture fixture;
	set_up(&fixture, NULL, NULL);
	GError *error = NULL;
	struct http_server_options options = { .port = http_server_port(fixture.server) };
	g_assert_null(http_server_start(&options, echo, NULL, &error));
	g_assert_nonnull(strstr(error_remedy(error), "--port"));
	g_autofree char *message = g_strdup_printf("cannot listen on port %d: Address already in use", options.port);
	expect_error(&error, ERR_ENVIRONMENT, message);
	for (int i = 0; i < 2; i++) {
		options.port = i ? 65536 : -1;
		g_assert_null(http_server_start(&options, echo, NULL, &error));
		expect_error(&error, ERR_USAGE, "there is no port");
	}
	options = (struct http_server_options){ .address = "localhost" };
	g_assert_null(http_server_start(&options, echo, NULL, &error));
	expect_error(&error, ERR_USAGE, "'localhost' is no IPv4 address");
	static const char *const urls[] = { "file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x", "no url", "" };
	for (unsigned i = 0; i < G_N_ELEMENTS(urls); i++) {
		struct http_response response;
		g_assert_false(http_client_get(fixture.client, urls[i], &response, &error));
		expect_error(&error, ERR_FAILED, urls[i]);
	}
	tear_down(&fixture);
	http_server_stop(NULL);
	http_client_destroy(NULL);
}

static void *
ask_often(void *data)
{
	struct fixture mine = { .url = ((struct fixture *)data)->url, .client = http_client_create(NULL, NULL) };
	for (unsigned i = 0; i < 200; i++) {
		g_autofree char *path = g_strdup_printf("t%u", i), *expected = g_strdup_printf("PUT /t%u\ncontent-length: 1\nx", i);
		expect_answer(&mine, "PUT", path, NULL, "x", expected);
	}
	http_client_destroy(mine.client);
	return NULL;
}

static void
test_threads(void)
{
	struct fixture fixture;
	pthread_t threads[4];
	set_up(&fixture, NULL, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
		g_assert_cmpint(pthread_create(&threads[i], NULL, ask_often, &fixture), ==, 0);
	for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
		pthread_join(threads[i], NULL);
	g_assert_cmpint(__atomic_load_n(&fixture.count, __ATOMIC_RELAXED), ==, 800);
	tear_down(&fixture);
}

/* curl as the client: what it says on the wire is not what our client says. $U is the URL. */
static void
test_curl(void)
{
	static const struct {
		const char *script, *output;
	} rows[] = {
		{ "curl -s $U", "GET /\n" },
		{ "curl -s -0 $U", "GET /\n" },
		{ "curl -s -d a=b -H 'X-Y: z' $U", "POST /\nx-y: z\ncontent-length: 3\ncontent-type: application/x-www-form-urlencoded\na=b" },
		{ "printf chunky | curl -s -T - ${U}t", "PUT /t\nchunky" },
		{ "head -c 3000000 /dev/zero | curl -s --data-binary @- -H 'Content-Type:' -H 'Expect: 100-continue' $U | wc -c", "3000031\n" },
		{ "curl -s -I $U | grep -i content-length | tr -d '\\r'", "Content-Length: 7\n" },
		{ "curl -s -v $U ${U}b 2>&1 | grep -c -i 're-using existing'", "1\n" },
		{ "curl -s -o /dev/null -w '%{http_code}' -X POST -d @/dev/null -H 'Content-Length: x' $U", "400" },
		{ "curl -s -Z $U $U $U $U 2>/dev/null | sort -u", "GET /\n" },
	};
	g_autofree char *curl = g_find_program_in_path("curl");
	if (!curl) {
		g_test_skip("the program curl is missing");
		return;
	}
	struct fixture fixture;
	set_up(&fixture, NULL, NULL);
	g_autofree char *url = g_strconcat("U=", fixture.url, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct proc_spec spec = { .argv = (const char *const[]){ "sh", "-c", rows[i].script, NULL }, .deadline = clock_ms() + 60000,
			                  .environment = (const char *const[]){ url, "no_proxy=*", NULL } };
		struct proc_result result;
		g_assert_true(proc_run(&spec, NULL, &result, NULL));
		if (!g_str_equal(result.output, rows[i].output))
			g_error("%s gave: %s", rows[i].script, result.output);
		proc_result_clear(&result);
	}
	tear_down(&fixture);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/http/tables", test_tables);
	g_test_add_func("/http/exchange", test_exchange);
	g_test_add_func("/http/head", test_head);
	g_test_add_func("/http/headers", test_headers);
	g_test_add_func("/http/big-bodies", test_big_bodies);
	g_test_add_func("/http/limits", test_limits);
	g_test_add_func("/http/refusals", test_refusals);
	g_test_add_func("/http/threads", test_threads);
	g_test_add_func("/http/curl", test_curl);
	return g_test_run();
}
