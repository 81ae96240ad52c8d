#include "engine/op_mock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "contract/mock.h"

static const struct record_field mock_request_fields[] = {
	RECORD_FIELD(mock_request, spec, RECORD_ARGUMENT | RECORD_REQUIRED, "OpenAPI document, JSON or YAML"),
	RECORD_FIELD(mock_request, port, 0, "port to listen on; 0 takes a free one", .preset = "3001"),
	RECORD_FIELD(mock_request, address, 0, "address to listen on", .preset = "127.0.0.1"),
	RECORD_FIELD(mock_request, seed, 0, "of generated values: the same seed gives the same data", .preset = "1"),
	RECORD_FIELD(mock_request, items, 0, "items that a collection holds at the start", .preset = "2"),
	RECORD_FIELD(mock_request, stateless, 0, "answer by schema and keep nothing"),
	RECORD_FIELD(mock_request, record, 0, "file for the exchanges, a JSON line each as they happen"),
};
RECORD_TYPE(mock_request, RECORD_REJECT, "what to mock");

static const struct record_field mock_result_fields[] = {
	RECORD_FIELD(mock_result, url, RECORD_VOLATILE, "where it listened"),
	RECORD_FIELD(mock_result, requests, RECORD_VOLATILE, "requests that came"),
	RECORD_FIELD(mock_result, recorded, 0, "file of the exchanges"),
};
RECORD_TYPE(mock_result, RECORD_DROP, "what a mock did");

/* Touched by the server's thread while the mock runs, by the caller's before and after. */
struct serving {
	struct house *house;
	FILE *record;                /* NULL: nothing is recorded */
	int64_t requests;
	int write_error;             /* errno of the first line that could not be written */
};

/* {"method", "target", "status", "us", "detail"}: the detail says why a request was refused. */
static void
tell(struct serving *serving, const struct http_request *request, const struct http_response *response)
{
	g_autoptr(Doc) problem = response->status >= 400 ? doc_read_json("answer", response->body->str, response->body->len, NULL, NULL) : NULL;
	const char *detail = problem ? value_member_text(doc_root(problem), "detail") : NULL;
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "method", request->method);
	writer_member_text(&writer, "target", request->url);
	writer_member_int(&writer, "status", response->status);
	writer_member_int(&writer, "us", response->duration_us);
	if (detail)
		writer_member_text(&writer, "detail", detail);
	writer_end(&writer);
	g_autofree char *text = writer_take(&writer);
	house_emit(serving->house, "mock.request", text);
}

static void
on_answer(void *data, const struct http_request *request, const struct http_response *response)
{
	struct serving *serving = data;
	if (g_str_has_prefix(request->url, "/__mock/"))
		return;
	serving->requests++;
	if (house_is_watched(serving->house))
		tell(serving, request, response);
	if (!serving->record)
		return;
	g_autofree char *line = recording_line(request, response);
	if ((fprintf(serving->record, "%s\n", line) < 0 || fflush(serving->record)) && !serving->write_error)
		serving->write_error = errno;
}

static void
tell_listening(struct house *house, struct mock *mock, const char *url)
{
	g_autofree char *routes = mock_routes(mock);
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "url", url);
	writer_member_text(&writer, "routes", routes);
	writer_end(&writer);
	g_autofree char *text = writer_take(&writer);
	house_emit(house, "mock.listening", text);
}

static bool
open_record(const char *path, FILE **ret, GError **error)
{
	*ret = path ? fopen(path, "we") : NULL;
	return !path || *ret || error_set(error, ERR_ENVIRONMENT, "choose a file that can be written", "cannot record into %s: %s", path, g_strerror(errno));
}

/* Serves until somebody interrupts. */
static bool
serve(struct serving *serving, const struct mock_request *request, struct mock_result *result, GError **error)
{
	struct openapi *openapi = openapi_read_file(request->spec, error);
	struct mock_options options = { .address = request->address, .port = (int)CLAMP(request->port, -1, G_MAXINT), .seed = (uint64_t)request->seed,
		                        .items = (unsigned)request->items, .empty = !request->items, .stateless = request->stateless,
		                        .log = on_answer, .log_data = serving };
	struct mock *mock = openapi ? mock_start(openapi, &options, error) : NULL;
	if (!mock)
		return false;
	const char *host = g_str_equal(request->address, "0.0.0.0") ? "127.0.0.1" : request->address;
	result->url = g_strdup_printf("http://%s:%d", host, mock_port(mock));
	tell_listening(serving->house, mock, result->url);
	house_await_interrupt(serving->house);
	mock_stop(mock);
	return true;
}

bool
op_mock_serve(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct mock_request *request = data;
	struct mock_result *result = data_result;
	struct serving serving = { .house = context->house };
	if (request->items < 0 || request->items > 1000)
		return error_set(error, ERR_USAGE, "choose a number from 0 to 1000", "a collection cannot begin with %d items", (int)request->items);
	if (!open_record(request->record, &serving.record, error))
		return false;
	bool ok = serve(&serving, request, result, error);
	if (serving.record && fclose(serving.record) && !serving.write_error)
		serving.write_error = errno;
	if (ok && serving.write_error)
		return error_set(error, ERR_ENVIRONMENT, "make room, or choose another file", "the recording %s is not whole: %s", request->record,
		                 g_strerror(serving.write_error));
	result->requests = serving.requests;
	result->recorded = g_strdup(request->record);
	return ok;
}
