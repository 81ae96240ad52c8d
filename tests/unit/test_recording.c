/* Recordings: bounded, readable again, whatever the bytes; used by several threads. */
#include "contract/recording.h"

#include <pthread.h>

#include "expect.h"

static void
add(struct recording *recording, const char *url, const char *body, size_t length, int status)
{
	struct http_request request = { .method = g_strdup("POST"), .url = g_strdup(url), .body = g_string_new_len(body, (gssize)length) };
	struct http_response response = { .status = status, .body = g_string_new("{}"), .duration_us = 7 };
	http_headers_add(&request.headers, "Accept", "text/html");
	http_headers_add(&request.headers, "accept", "text/*");
	http_headers_add(&request.headers, "X-Teamwright-Consumer", "web");
	http_headers_add(&response.headers, "Content-Type", "application/json");
	recording_add(recording, &request, &response);
	/* What was added is ours still. */
	g_assert_cmpstr(request.url, ==, url);
	http_request_clear(&request);
	http_response_clear(&response);
}

static void
test_bounded(void)
{
	g_autoptr(Recording) recording = recording_create(3);
	struct recorded_exchange_list list;
	for (unsigned i = 0; i < 8; i++) {
		g_autofree char *url = g_strdup_printf("/%u", i);
		add(recording, url, "x", 1, 200);
	}
	recording_list(recording, &list);
	g_assert_cmpuint(list.count, ==, 3);
	g_assert_cmpstr(list.items[0].target, ==, "/5");
	g_assert_cmpstr(list.items[2].target, ==, "/7");
	record_list_finish(&recorded_exchange_record, &list);
	recording_clear(recording);
	recording_list(recording, &list);
	g_assert_cmpuint(list.count, ==, 0);
	record_list_finish(&recorded_exchange_record, &list);
}

static void
test_round_trip(void)
{
	GError *error = NULL;
	g_autoptr(Recording) recording = recording_create(10);
	struct recorded_exchange_list list, back;
	add(recording, "/a?b=1", "{\"a\":\"\n\"}", 9, 201);
	add(recording, "/bytes", "\0\xff\x01", 3, 500);
	recording_list(recording, &list);
	g_autofree char *text = recording_text(&list), *padded = g_strconcat("\n", text, "\n  \n", NULL);
	g_assert_true(recording_read("file", padded, &back, &error));
	g_assert_no_error(error);
	g_autofree char *again = recording_text(&back);
	g_assert_cmpstr(text, ==, again);
	g_assert_cmpuint(back.count, ==, 2);
	g_assert_cmpstr(back.items[0].consumer, ==, "web");
	g_assert_cmpstr(back.items[0].request_body, ==, "{\"a\":\"\n\"}");
	g_assert_cmpint(back.items[0].status, ==, 201);
	g_assert_cmpstr(value_member_text(doc_root(back.items[0].request_headers), "accept"), ==, "text/html, text/*");
	g_assert_true(g_utf8_validate(back.items[1].request_body, -1, NULL));
	record_list_finish(&recorded_exchange_record, &list);
	record_list_finish(&recorded_exchange_record, &back);
}

static void
test_broken(void)
{
	static const struct {
		const char *text, *where;
	} cases[] = { { "{\"method\":\"GET\",\"target\":\"/\",\"status\":200}\n{", "line 2" }, { "[]", "line 1" }, { "{\"method\":\"GET\"}", "line 1" } };
	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		struct recorded_exchange_list list;
		g_assert_false(recording_read("file", cases[i].text, &list, &error));
		expect_error(&error, ERR_INPUT, cases[i].where);
	}
}

static void *
record_some(void *recording)
{
	for (unsigned i = 0; i < 500; i++)
		add(recording, "/", "body", 4, 200);
	return NULL;
}

static void
test_threads(void)
{
	g_autoptr(Recording) recording = recording_create(100);
	pthread_t threads[3];
	for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
		g_assert_cmpint(pthread_create(&threads[i], NULL, record_some, recording), ==, 0);
	for (unsigned i = 0; i < 20; i++) {
		struct recorded_exchange_list list;
		recording_list(recording, &list);
		g_assert_cmpuint(list.count, <=, 100);
		record_list_finish(&recorded_exchange_record, &list);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
		pthread_join(threads[i], NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/recording/bounded", test_bounded);
	g_test_add_func("/recording/round-trip", test_round_trip);
	g_test_add_func("/recording/broken", test_broken);
	g_test_add_func("/recording/threads", test_threads);
	return g_test_run();
}
