/* The transport among servers that do everything wrong: each fault ends as what it is, at its deadline, once. */
#include "scripted_peer.h"
#include "transport_taker.h"

static const struct transport_deadlines brief = { 400, 400, 400, 400, 3000 };
static const struct transport_deadlines hasty = { 400, 200, 200, 200, 600 };

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define CHUNKED HEAD "Transfer-Encoding: chunked\r\n\r\n"
#define TOKEN "8\r\ndata: x\n\r\n"

struct fault {
	struct scripted_peer peer;
	struct heard *heard;
	struct transport_call *call;
};

static void
test_faults(void)
{
	const struct {
		const char *what, *const *script;
		enum transport_end end;
		int status;
		const char *bytes;            /* all of them; NULL: any */
		int64_t from_ms, to_ms;
	} rows[] = {
		{ "whole", STEPS("<", ">" CHUNKED, ">" TOKEN TOKEN "0\r\n\r\n"), TRANSPORT_DONE, 200, "data: x\ndata: x\n", 0, 400 },
		{ "trailers", STEPS("<", ">" CHUNKED, ">" TOKEN "0\r\nX: y\r\n\r\n"), TRANSPORT_DONE, 200, "data: x\n", 0, 400 },
		{ "until closed", STEPS("<", ">" HEAD "\r\nab"), TRANSPORT_DONE, 200, "ab", 0, 400 },
		{ "by length", STEPS("<", ">" HEAD "Content-Length: 2\r\n\r\nab", "."), TRANSPORT_DONE, 200, "ab", 0, 400 },
		{ "early hints", STEPS("<", ">HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" HEAD "Content-Length: 0\r\n\r\n", "."), TRANSPORT_DONE, 200, "", 0, 400 },
		{ "a refusal", STEPS("<", ">HTTP/1.1 429 Slow\r\nContent-Length: 3\r\n\r\nno\n", "."), TRANSPORT_DONE, 429, "no\n", 0, 400 },
		{ "a redirect", STEPS("<", ">HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "."), TRANSPORT_DONE, 302, "", 0, 400 },
		{ "silent before headers", STEPS("<", "."), TRANSPORT_NO_HEADERS, 0, "", 400, 900 },
		{ "half of the headers", STEPS("<", ">" HEAD, "."), TRANSPORT_NO_HEADERS, 0, "", 400, 900 },
		{ "only early hints", STEPS("<", ">HTTP/1.1 103 Early Hints\r\n\r\n", "."), TRANSPORT_NO_HEADERS, 0, "", 400, 900 },
		{ "silent after headers", STEPS("<", ">" CHUNKED, "."), TRANSPORT_NO_FIRST, 200, "", 400, 900 },
		{ "bytes but no token", STEPS("<", ">" HEAD "\r\n", "~"), TRANSPORT_NO_FIRST, 200, NULL, 400, 900 },
		{ "one token", STEPS("<", ">" CHUNKED TOKEN, "."), TRANSPORT_NO_MORE, 200, "data: x\n", 400, 900 },
		{ "one token, then bytes", STEPS("<", ">" HEAD "\r\ndata: x\n", "~"), TRANSPORT_NO_MORE, 200, NULL, 400, 900 },
		{ "without end", STEPS("<", ">" HEAD "\r\n", "*"), TRANSPORT_OVERTIME, 200, NULL, 3000, 3500 },
		{ "closed at once", STEPS("<"), TRANSPORT_RESET, 0, "", 0, 400 },
		{ "reset at once", STEPS("<", "!"), TRANSPORT_RESET, 0, "", 0, 400 },
		{ "closed in the headers", STEPS("<", ">" HEAD), TRANSPORT_CUT, 0, "", 0, 400 },
		{ "cut by length", STEPS("<", ">" HEAD "Content-Length: 9\r\n\r\nab"), TRANSPORT_CUT, 200, "ab", 0, 400 },
		{ "cut in chunks", STEPS("<", ">" CHUNKED TOKEN), TRANSPORT_CUT, 200, "data: x\n", 0, 400 },
		{ "reset in chunks", STEPS("<", ">" CHUNKED TOKEN, "!"), TRANSPORT_CUT, 200, NULL, 0, 400 },
		{ "no chunks", STEPS("<", ">" CHUNKED "zz\r\n", "."), TRANSPORT_CUT, 200, "", 0, 400 },
		{ "no HTTP", STEPS("<", ">nonsense\r\n\r\nnonsense", "."), TRANSPORT_CUT, 0, "", 0, 400 },
	};
	/* All at once: no fault is another call's business. */
	struct transport *transport = transport_create(NULL, NULL);
	struct fault faults[G_N_ELEMENTS(rows) * 2];
	for (unsigned i = 0; i < G_N_ELEMENTS(faults); i++) {
		faults[i] = (struct fault){ .peer.scripts = { rows[i / 2].script }, .heard = heard_create() };
		scripted_start(&faults[i].peer);
		faults[i].call = heard_send(transport, faults[i].peer.url, i % 2 ? "{}" : NULL, &brief, faults[i].heard);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(faults); i++) {
		struct heard *heard = faults[i].heard;
		const char *what = rows[i / 2].what;
		heard_await(heard, 0);
		expect_end(heard, what, rows[i / 2].end);
		g_assert_cmpint(heard->status, ==, rows[i / 2].status);
		g_assert_cmpuint(heard->heads, ==, rows[i / 2].status != 0);
		if (rows[i / 2].bytes)
			g_assert_cmpstr(heard->bytes->str, ==, rows[i / 2].bytes);
		if (heard->times.total_ms < rows[i / 2].from_ms || heard->times.total_ms > rows[i / 2].to_ms + 1500)
			g_error("%s: ended after %d ms", what, (int)heard->times.total_ms);
		g_assert_cmpuint(scripted_count(&faults[i].peer.accepted), ==, 1);
		g_assert_null(strstr(heard->detail, TEST_KEY));
		transport_call_unref(faults[i].call);
		heard_destroy(heard);
	}
	transport_destroy(transport);
	for (unsigned i = 0; i < G_N_ELEMENTS(faults); i++)
		scripted_stop(&faults[i].peer);
}

/* What comes is told in its order, and when. */
static void
test_times(void)
{
	struct scripted_peer peer = { .scripts = { STEPS("<", ">" HEAD "Content-Length: 8\r\n\r\n", ">data: x\n", "<", ">" HEAD "Content-Length: 0\r\n\r\n", ".") } };
	struct transport *transport = transport_create(NULL, NULL);
	scripted_start(&peer);
	struct heard *first = heard_all(transport, peer.url, "{}", NULL), *second = heard_all(transport, peer.url, "{}", NULL);
	const struct transport_times *times = &first->times;
	expect_end(first, "first", TRANSPORT_DONE);
	expect_end(second, "second", TRANSPORT_DONE);
	g_assert_true(0 <= times->connected_ms && times->connected_ms <= times->headers_ms && times->headers_ms <= times->first_ms &&
	              times->first_ms <= times->total_ms);
	g_assert_false(first->times.reused);
	g_assert_true(second->times.reused);
	g_assert_cmpint(second->times.first_ms, ==, -1);
	g_assert_cmpint(second->times.version, ==, 1);
	g_assert_cmpuint(scripted_count(&peer.accepted), ==, 1);
	heard_destroy(first);
	heard_destroy(second);
	transport_destroy(transport);
	scripted_stop(&peer);
}

/* Nobody listens, no such host, no such protocol, a header that cannot be sent; and no word of it holds a key. */
static void
test_unreachable(void)
{
	struct scripted_peer gone = { .scripts = { STEPS("<") } };
	scripted_start(&gone);
	scripted_stop(&gone);
	g_autofree char *secret = g_strdup_printf("http://user:" TEST_KEY "@127.0.0.1:1/?key=" TEST_KEY);
	const char *const urls[] = { gone.url, secret, "ftp://127.0.0.1/", "http://", TEST_KEY "://a/", "http://127.0.0.1:99999/", "http://a b/?key=" TEST_KEY };
	struct transport *transport = transport_create(NULL, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(urls); i++) {
		struct heard *heard = heard_all(transport, urls[i], "{}", &brief);
		expect_end(heard, urls[i], TRANSPORT_UNREACHABLE);
		g_assert_cmpint(heard->times.connected_ms, ==, -1);
		g_assert_cmpstr(heard->detail, !=, "");
		heard_destroy(heard);
	}
	struct http_request request = { .method = g_strdup("GET"), .url = g_strdup(gone.url) };
	http_headers_add(&request.headers, "x-api-key", TEST_KEY "\n");
	struct heard *heard = heard_create();
	struct transport_taker taker = heard_taker(heard);
	struct transport_call *call = transport_send(transport, &request, NULL, &taker);
	heard_await(heard, 0);
	expect_end(heard, "line break", TRANSPORT_UNREACHABLE);
	g_assert_nonnull(strstr(heard->detail, "x-api-key"));
	g_assert_null(strstr(heard->detail, TEST_KEY));
	transport_call_unref(call);
	http_request_clear(&request);
	heard_destroy(heard);
	transport_destroy(transport);
}

/* A listener whose queue is full: the connection is never made. */
static void
test_black_hole(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof address;
	int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), waiting[4];
	g_assert_cmpint(bind(file, (struct sockaddr *)&address, length), ==, 0);
	g_assert_cmpint(listen(file, 0), ==, 0);
	g_assert_cmpint(getsockname(file, (struct sockaddr *)&address, &length), ==, 0);
	for (unsigned i = 0; i < G_N_ELEMENTS(waiting); i++) {
		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		connect(waiting[i], (struct sockaddr *)&address, length);
	}
	g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/", ntohs(address.sin_port));
	struct transport *transport = transport_create(NULL, NULL);
	struct heard *heard = heard_all(transport, url, NULL, &brief);
	expect_end(heard, "black hole", TRANSPORT_UNREACHABLE);
	g_assert_cmpint(heard->times.total_ms, >=, 395);
	g_assert_cmpint(heard->times.total_ms, <, 2000);
	heard_destroy(heard);
	transport_destroy(transport);
	for (unsigned i = 0; i < G_N_ELEMENTS(waiting); i++)
		close(waiting[i]);
	close(file);
}

#define OK_LINE ">" HEAD "Content-Length: 3\r\n\r\nok\n"

/* A kept connection that broke before the first byte: once more over a new one, and only once. */
static void
test_kept_connection(void)
{
	const struct {
		const char *what, *const *scripts[3];
		enum transport_end end;
		unsigned accepted, requests;
	} rows[] = {
		{ "reset, then well", { STEPS("<", OK_LINE, "<", "!"), STEPS("<", OK_LINE, ".") }, TRANSPORT_DONE, 2, 3 },
		{ "closed, then well", { STEPS("<", OK_LINE, "<"), STEPS("<", OK_LINE, ".") }, TRANSPORT_DONE, 2, 3 },
		{ "reset twice", { STEPS("<", OK_LINE, "<", "!"), STEPS("<", "!") }, TRANSPORT_RESET, 2, 3 },
		{ "closed twice", { STEPS("<", OK_LINE, "<"), STEPS("<") }, TRANSPORT_RESET, 2, 3 },
		{ "cut after the first byte", { STEPS("<", OK_LINE, "<", ">HTTP/1.1 2", "."), STEPS("<", OK_LINE) }, TRANSPORT_NO_HEADERS, 1, 2 },
		{ "cut in the headers", { STEPS("<", OK_LINE, "<", ">" HEAD), STEPS("<", OK_LINE) }, TRANSPORT_CUT, 1, 2 },
		{ "silent", { STEPS("<", OK_LINE, "<", "."), STEPS("<", OK_LINE) }, TRANSPORT_NO_HEADERS, 1, 2 },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct transport *transport = transport_create(NULL, NULL);
		struct scripted_peer peer = { .scripts = { rows[i].scripts[0], rows[i].scripts[1] } };
		scripted_start(&peer);
		struct heard *first = heard_all(transport, peer.url, "{}", &brief), *second = heard_all(transport, peer.url, "{}", &brief);
		expect_end(first, rows[i].what, TRANSPORT_DONE);
		expect_end(second, rows[i].what, rows[i].end);
		g_assert_cmpuint(scripted_count(&peer.accepted), ==, rows[i].accepted);
		g_assert_cmpuint(scripted_count(&peer.requests), ==, rows[i].requests);
		heard_destroy(first);
		heard_destroy(second);
		transport_destroy(transport);
		scripted_stop(&peer);
	}
}

/* Several kept connections that all break: no second one of them is tried. */
static void
test_kept_connections(void)
{
	const char *const *breaking = STEPS("<", "#3", OK_LINE, "<", "!");
	struct scripted_peer peer = { .scripts = { breaking, breaking, breaking, STEPS("<", OK_LINE, ".") } };
	struct transport *transport = transport_create(NULL, NULL);
	struct heard *heard[3];
	struct transport_call *calls[3];
	scripted_start(&peer);
	for (unsigned i = 0; i < 3; i++)
		calls[i] = heard_send(transport, peer.url, "{}", &brief, heard[i] = heard_create());
	for (unsigned i = 0; i < 3; i++) {
		heard_await(heard[i], 0);
		expect_end(heard[i], "first", TRANSPORT_DONE);
		transport_call_unref(calls[i]);
		heard_destroy(heard[i]);
	}
	struct heard *again = heard_all(transport, peer.url, "{}", &brief);
	expect_end(again, "again", TRANSPORT_DONE);
	g_assert_cmpuint(scripted_count(&peer.accepted), ==, 4);
	g_assert_cmpuint(scripted_count(&peer.requests), ==, 5);
	g_assert_false(again->times.reused);
	heard_destroy(again);
	transport_destroy(transport);
	scripted_stop(&peer);
}

/* Headers without end are not kept. */
static void
test_flood(void)
{
	g_autoptr(GString) answer = g_string_new(">" HEAD);
	for (unsigned i = 0; i < 4000; i++)
		g_string_append_printf(answer, "X-%u: some value of a header\r\n", i);
	const char *const script[] = { "<", answer->str, ".", NULL };
	struct scripted_peer peer = { .scripts = { script } };
	struct transport *transport = transport_create(NULL, NULL);
	scripted_start(&peer);
	struct heard *heard = heard_all(transport, peer.url, "{}", &brief);
	expect_end(heard, "flood", TRANSPORT_CUT);
	g_assert_nonnull(strstr(heard->detail, "headers"));
	heard_destroy(heard);
	transport_destroy(transport);
	scripted_stop(&peer);
}

/* A long prompt is sent whole, and the answer comes while the memory of the prompt is gone already. */
static void
test_long_body(void)
{
	g_autofree char *body = g_strnfill(3000000, 'x');
	struct scripted_peer peer = { .scripts = { STEPS("<", ">" CHUNKED TOKEN, ">" TOKEN "0\r\n\r\n", "<", ">" CHUNKED TOKEN "0\r\n\r\n", ".") } };
	struct transport *transport = transport_create(NULL, NULL);
	scripted_start(&peer);
	for (unsigned i = 0; i < 2; i++) {
		struct heard *heard = heard_all(transport, peer.url, body, NULL);
		expect_end(heard, "long", TRANSPORT_DONE);
		heard_destroy(heard);
	}
	g_assert_cmpuint(scripted_count(&peer.requests), ==, 2);
	transport_destroy(transport);
	scripted_stop(&peer);
}

/* The taker has enough. */
static void
test_stopped(void)
{
	struct scripted_peer peer = { .scripts = { STEPS("<", ">" HEAD "\r\n", "*") } };
	struct transport *transport = transport_create(NULL, NULL);
	struct heard *heard = heard_create();
	scripted_start(&peer);
	heard->enough = 20;
	struct transport_call *call = heard_send(transport, peer.url, NULL, NULL, heard);
	heard_await(heard, 0);
	expect_end(heard, "stopped", TRANSPORT_STOPPED);
	transport_call_unref(call);
	heard_destroy(heard);
	transport_destroy(transport);
	scripted_stop(&peer);
}

/* At every moment of a call, from two threads, also when it is over. */
static void *
cancel(void *data)
{
	for (unsigned i = 0; i < 3; i++)
		transport_cancel(data);
	return NULL;
}

static void
test_cancel(void)
{
	const struct {
		const char *what, *const *script;
		unsigned tokens;                /* wait for so many first; 0: cancel at once */
		bool over;
	} rows[] = {
		{ "at once", STEPS("<", "."), 0, false },
		{ "streaming", STEPS("<", ">" HEAD "\r\n", "*"), 3, false },
		{ "over", STEPS("<", OK_LINE), 9, true },
	};
	struct transport *transport = transport_create(NULL, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(rows) * 20; i++) {
		unsigned row = i % G_N_ELEMENTS(rows);
		struct scripted_peer peer = { .scripts = { rows[row].script } };
		scripted_start(&peer);
		struct heard *heard = heard_create();
		struct transport_call *call = heard_send(transport, peer.url, "{}", NULL, heard);
		if (rows[row].tokens)
			heard_await(heard, rows[row].tokens);
		pthread_t other;
		g_assert_cmpint(pthread_create(&other, NULL, cancel, call), ==, 0);
		cancel(call);
		pthread_join(other, NULL);
		heard_await(heard, 0);
		expect_end(heard, rows[row].what, rows[row].over ? TRANSPORT_DONE : TRANSPORT_CANCELLED);
		g_assert_cmpint(heard->times.total_ms, <, 5000);
		transport_call_unref(call);
		heard_destroy(heard);
		scripted_stop(&peer);
	}
	transport_destroy(transport);
}

/* Who is told of the end sends once more, as the transport ends: that call ends as well. */
struct stubborn {
	struct transport *transport;
	struct transport_call *call;
	char *url;
	unsigned left, ends;
};

static void stubborn_send(struct stubborn *stubborn);

static void
stubborn_end(void *data, enum transport_end end, const struct transport_times *times, const char *detail)
{
	(void)times, (void)detail;
	struct stubborn *stubborn = data;
	g_assert_cmpint(end, ==, TRANSPORT_CANCELLED);
	transport_call_unref(stubborn->call);
	stubborn->call = NULL;
	stubborn->ends++;
	if (stubborn->left-- > 0)
		stubborn_send(stubborn);
}

static void
stubborn_send(struct stubborn *stubborn)
{
	struct http_request request = { .method = (char *)"GET", .url = stubborn->url };
	struct transport_taker taker = { stubborn, heard_head, heard_bytes, stubborn_end, NULL };
	stubborn->call = transport_send(stubborn->transport, &request, NULL, &taker);
}

/* With calls at every stage; handles stay good. */
static void
test_destroy(void)
{
	struct scripted_peer silent = { .scripts = { STEPS("<", ".") } }, streaming = { .scripts = { STEPS("<", ">" HEAD "\r\n", "*") } };
	struct heard *heard[60];
	struct transport_call *calls[60];
	struct transport *transport = transport_create(NULL, NULL);
	scripted_start(&silent);
	scripted_start(&streaming);
	struct stubborn stubborn = { .transport = transport, .url = silent.url, .left = 3 };
	stubborn_send(&stubborn);
	for (unsigned i = 0; i < 60; i++)
		calls[i] = heard_send(transport, i % 2 ? silent.url : streaming.url, "{}", NULL, heard[i] = heard_create());
	heard_await(heard[0], 2);
	int64_t before = clock_ms();
	transport_destroy(transport);
	g_assert_cmpint(clock_ms() - before, <, 2000);
	g_assert_cmpuint(stubborn.ends, ==, 4);
	for (unsigned i = 0; i < 60; i++) {
		expect_end(heard[i], "destroyed", TRANSPORT_CANCELLED);
		transport_cancel(calls[i]);
		transport_call_unref(calls[i]);
		heard_destroy(heard[i]);
	}
	scripted_stop(&silent);
	scripted_stop(&streaming);
}

/* Many threads send, read and cancel at random; every call ends exactly once. */
struct crowd {
	struct transport *transport;
	const char *const *urls;
	unsigned seed;
};

static void *
jostle(void *data)
{
	const struct crowd *crowd = data;
	g_autoptr(GRand) rand = g_rand_new_with_seed(crowd->seed);
	for (unsigned round = 0; round < (at_full_size() ? 30 : 4); round++) {
		struct heard *heard[16];
		struct transport_call *calls[16];
		for (unsigned i = 0; i < 16; i++)
			calls[i] = heard_send(crowd->transport, crowd->urls[g_rand_int_range(rand, 0, 4)], "{}", &hasty, heard[i] = heard_create());
		for (unsigned i = 0; i < 16; i++) {
			if (g_rand_boolean(rand))
				heard_await(heard[i], 1);
			if (g_rand_boolean(rand) || round % 4)
				transport_cancel(calls[i]);
			if (g_rand_boolean(rand))
				transport_call_unref(g_steal_pointer(&calls[i]));
		}
		for (unsigned i = 0; i < 16; i++) {
			heard_await(heard[i], 0);
			transport_call_unref(calls[i]);
			heard_destroy(heard[i]);
		}
	}
	return NULL;
}

static void
test_crowd(void)
{
	struct scripted_peer peers[] = {
		{ .scripts = { STEPS("<", OK_LINE, "<", OK_LINE, "<", "!") } },
		{ .scripts = { STEPS("<", ">" HEAD "\r\n", "*") } },
		{ .scripts = { STEPS("<", ".") } },
		{ .scripts = { STEPS("<", ">" CHUNKED TOKEN, ".") } },
	};
	const char *urls[4];
	for (unsigned i = 0; i < 4; i++) {
		scripted_start(&peers[i]);
		urls[i] = peers[i].url;
	}
	struct transport *transport = transport_create(NULL, NULL);
	pthread_t threads[6];
	struct crowd crowds[6];
	for (unsigned i = 0; i < 6; i++) {
		crowds[i] = (struct crowd){ transport, urls, i };
		g_assert_cmpint(pthread_create(&threads[i], NULL, jostle, &crowds[i]), ==, 0);
	}
	for (unsigned i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	transport_destroy(transport);
	for (unsigned i = 0; i < 4; i++)
		scripted_stop(&peers[i]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transport/faults", test_faults);
	g_test_add_func("/transport/times", test_times);
	g_test_add_func("/transport/unreachable", test_unreachable);
	g_test_add_func("/transport/black_hole", test_black_hole);
	g_test_add_func("/transport/kept_connection", test_kept_connection);
	g_test_add_func("/transport/kept_connections", test_kept_connections);
	g_test_add_func("/transport/flood", test_flood);
	g_test_add_func("/transport/long_body", test_long_body);
	g_test_add_func("/transport/stopped", test_stopped);
	g_test_add_func("/transport/cancel", test_cancel);
	g_test_add_func("/transport/destroy", test_destroy);
	g_test_add_func("/transport/crowd", test_crowd);
	return g_test_run();
}
