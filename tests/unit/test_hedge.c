/* Two servers for one question: the first word wins, the other call ends. */
#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "expect.h"
#include "llm/models.h"

static const char stream[] =
	"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
	"data: {\"id\":\"a\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"here\"},\"finish_reason\":null}]}\n\n"
	"data: {\"id\":\"a\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
	"data: [DONE]\n\n";

/* A server that answers a number of calls, and hears when those that it leaves without an answer are given up. */
struct server {
	int listener, port;
	bool silent;
	bool given_up;               /* by the client, before any answer */
	unsigned calls;
	pthread_t thread;
};

static void *
serve(void *data)
{
	struct server *server = data;
	for (int file; (file = accept(server->listener, NULL, NULL)) >= 0; close(file)) {
		char bytes[65536];
		if (read(file, bytes, sizeof bytes) <= 0)
			continue;
		server->calls++;
		if (!server->silent)
			(void)!write(file, stream, sizeof stream - 1);
		else
			while (read(file, bytes, sizeof bytes) > 0)
				continue;
		server->given_up |= server->silent;
	}
	return NULL;
}

static void
start(struct server *server, bool silent)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof address;
	*server = (struct server){ .listener = socket(AF_INET, SOCK_STREAM, 0), .silent = silent };
	g_assert_cmpint(bind(server->listener, (struct sockaddr *)&address, sizeof address), ==, 0);
	g_assert_cmpint(listen(server->listener, 8), ==, 0);
	getsockname(server->listener, (struct sockaddr *)&address, &length);
	server->port = ntohs(address.sin_port);
	g_assert_cmpint(pthread_create(&server->thread, NULL, serve, server), ==, 0);
}

static void
stop(struct server *server)
{
	shutdown(server->listener, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->listener);
}

static void
add_endpoint(struct endpoint_list *endpoints, const char *name, int port)
{
	struct endpoint *endpoint = record_append(&endpoint_record, endpoints);
	endpoint->name = g_strdup(name);
	endpoint->protocol = g_strdup("openai");
	endpoint->base_url = g_strdup_printf("http://127.0.0.1:%d/v1", port);
	endpoint->priority = (int64_t)endpoints->count - 1;
	endpoint->max_in_flight = 4;
	endpoint->local = true;
	struct endpoint_model *model = record_append(&endpoint_model_record, &endpoint->models);
	model->name = g_strdup("m");
}

static void
ask_both(bool hedged, bool tools, struct server *silent, struct server *quick)
{
	struct endpoint_list endpoints = { 0 };
	start(silent, true);
	start(quick, false);
	add_endpoint(&endpoints, "silent", silent->port);
	add_endpoint(&endpoints, "quick", quick->port);
	endpoints.items[0].headers_ms = endpoints.items[0].first_ms = 4000;
	struct models_options options = { .endpoints = &endpoints };
	struct models *models = models_open(&options, NULL);
	struct model_request request;
	record_init(&model_request_record, &request);
	model_request_say(&request, MESSAGE_USER, "where?");
	if (tools)
		((struct model_tool *)record_append(&model_tool_record, &request.tools))->name = g_strdup("look");
	struct ask ask = { .request = &request, .hedge = hedged };
	struct model_answer answer;
	GError *error = NULL;
	g_assert_true(models_ask(models, &ask, &answer, &error));
	g_autofree char *text = model_response_text(&answer.response);
	g_assert_cmpstr(text, ==, "here");
	g_assert_cmpuint(answer.tries.count, ==, 2);
	g_assert_cmpstr(answer.tries.items[0].server, ==, "silent");
	g_assert_cmpstr(answer.tries.items[0].failure, ==, hedged && !tools ? "cancelled" : "silent");
	g_assert_cmpstr(answer.tries.items[1].server, ==, "quick");
	g_assert_null(answer.tries.items[1].failure);
	record_finish(&model_answer_record, &answer);
	record_finish(&model_request_record, &request);
	g_assert_true(models_close(models, NULL));
	record_list_finish(&endpoint_record, &endpoints);
	stop(silent);
	stop(quick);
	g_assert_cmpuint(silent->calls, ==, 1);
	g_assert_cmpuint(quick->calls, ==, 1);
	g_assert_true(silent->given_up);
}

static void
test_hedged(void)
{
	struct server silent, quick;
	ask_both(true, false, &silent, &quick);
}

static void
test_not_asked_for(void)
{
	struct server silent, quick;
	ask_both(false, false, &silent, &quick);
}

/* Tools act: two models must not hold them at the same time. */
static void
test_tools(void)
{
	struct server silent, quick;
	ask_both(true, true, &silent, &quick);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hedge/slow-server", test_hedged);
	g_test_add_func("/hedge/only-where-wanted", test_not_asked_for);
	g_test_add_func("/hedge/never-with-tools", test_tools);
	return g_test_run();
}
