#include "engine/op_mock.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/tls.h"
#include "base/watch.h"
#include "contract/mock.h"

enum { TOLD_A_SECOND = 1000, HEAP_STEP = 1 << 20, RECORDED = 2000 };

static const struct record_field mock_request_fields[] = {
	RECORD_FIELD(mock_request, spec, RECORD_ARGUMENT | RECORD_REQUIRED, "OpenAPI document, JSON or YAML"),
	RECORD_FIELD(mock_request, port, 0, "port to listen on; 0 takes a free one", .preset = "3001"),
	RECORD_FIELD(mock_request, address, 0, "address to listen on", .preset = "127.0.0.1"),
	RECORD_FIELD(mock_request, seed, 0, "of generated values: the same seed gives the same data", .preset = "1"),
	RECORD_FIELD(mock_request, items, 0, "items that a collection holds at the start; -1: as the document says (x-mock-items), else 2", .preset = "-1"),
	RECORD_FIELD(mock_request, stateless, 0, "answer by schema and keep nothing"),
	RECORD_FIELD(mock_request, dynamic, 0, "other values in every answer; examples are left aside, nothing is kept"),
	RECORD_FIELD(mock_request, no_validate, 0, "serve requests whatever is wrong with them; the header sl-violations says it"),
	RECORD_FIELD(mock_request, no_cors, 0, "say nothing to pages of other origins"),
	RECORD_FIELD(mock_request, fault, 0, "to inject: 'delay=100..300, status=503@10%, cut@1%, drip=10/100, malformed@2%, type=text/html'"),
	RECORD_FIELD(mock_request, no_watch, 0, "go on with the document as it is now, whatever happens to its files"),
	RECORD_FIELD(mock_request, restore, 0, "file of a snapshot to begin with"),
	RECORD_FIELD(mock_request, snapshot, 0, "file for a snapshot at the end; GET /__mock/snapshot gives one at any time"),
	RECORD_FIELD(mock_request, tls, 0, "speak TLS, with a certificate made for now where none is given"),
	RECORD_FIELD(mock_request, tls_cert, 0, "file of a certificate, PEM"),
	RECORD_FIELD(mock_request, tls_key, 0, "file of its key, PEM"),
	RECORD_FIELD(mock_request, body_max, 0, "bytes of a request's body; more is 413", .preset = "16777216"),
	RECORD_FIELD(mock_request, connections, 0, "connections at once", .preset = "10240"),
	RECORD_FIELD(mock_request, idle, 0, "seconds after which a silent connection is closed", .preset = "60"),
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
	const char *spec;
	struct mock *mock;
	FILE *record;                /* NULL: nothing is recorded */
	int64_t requests;
	int64_t second;              /* the one that `told` and `untold` are about */
	unsigned told, untold;
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

/* Nobody reads thousands of lines a second: beyond some, they are counted. */
static bool
is_told(struct serving *serving)
{
	int64_t second = time(NULL);
	if (second != serving->second && serving->untold) {
		g_autofree char *text = g_strdup_printf("{\"more\":%u}", serving->untold);
		house_emit(serving->house, "mock.more", text);
	}
	if (second != serving->second)
		serving->told = serving->untold = 0;
	serving->second = second;
	bool told = serving->told < TOLD_A_SECOND;
	*(told ? &serving->told : &serving->untold) += 1;
	return told;
}

static void
on_answer(void *data, const struct http_request *request, const struct http_response *response)
{
	struct serving *serving = data;
	if (g_str_has_prefix(request->url, "/__mock/"))
		return;
	serving->requests++;
	if (house_is_watched(serving->house) && is_told(serving))
		tell(serving, request, response);
	if (!serving->record)
		return;
	g_autofree char *line = recording_line(request, response);
	if ((fprintf(serving->record, "%s\n", line) < 0 || fflush(serving->record)) && !serving->write_error)
		serving->write_error = errno;
}

/* On the watch's thread: the document has changed. A broken one is told of, and the mock goes on with what it has. */
static void
reload(struct watch *watch, void *data)
{
	struct serving *serving = data;
	GError *error = NULL;
	size_t kept = 0;
	struct openapi *openapi = openapi_read_file(serving->spec, &error);
	bool ok = openapi && mock_reload(serving->mock, openapi, &kept, &error);
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "spec", serving->spec);
	if (ok) {
		g_auto(GStrv) files = mock_files(serving->mock);
		watch_set(watch, files);
		writer_member_int(&writer, "kept", (int64_t)kept);
	} else {
		g_autofree char *text = error_text(error);
		writer_member_text(&writer, "detail", text);
		g_clear_error(&error);
	}
	writer_end(&writer);
	g_autofree char *text = writer_take(&writer);
	house_emit(serving->house, ok ? "mock.reloaded" : "mock.unchanged", text);
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

static bool
read_identity(const struct mock_request *request, struct tls_identity *ret, GError **error)
{
	if (!request->tls_cert != !request->tls_key)
		return error_set(error, ERR_USAGE, "give both --tls-cert and --tls-key", "a certificate and its key belong together");
	if (request->tls_cert)
		return tls_identity_read(request->tls_cert, request->tls_key, ret, error);
	return !request->tls || tls_identity_make(request->address, ret, error);
}

static bool
read_state(const char *path, char **ret, GError **error)
{
	GError *cause = NULL;
	return g_file_get_contents(path, ret, NULL, &cause) ||
	       error_wrap(error, cause, ERR_INPUT, "name a snapshot, as --snapshot or GET /__mock/snapshot gives it", "cannot restore");
}

static struct mock *
start(struct serving *serving, const struct mock_request *request, const struct tls_identity *identity, GError **error)
{
	struct openapi *openapi = openapi_read_file(request->spec, error);
	struct mock_options options = {
		.address = request->address,
		.port = (int)CLAMP(request->port, -1, G_MAXINT),
		.seed = (uint64_t)request->seed,
		.items = (unsigned)MAX(request->items, 0),
		.empty = !request->items,
		.recorded = RECORDED,
		.stateless = request->stateless,
		.dynamic = request->dynamic,
		.unchecked = request->no_validate,
		.no_cors = request->no_cors,
		.faults = request->fault,
		.body_max = (size_t)request->body_max,
		.connections = (unsigned)request->connections,
		.idle_s = (unsigned)request->idle,
		.certificate = identity->certificate,
		.key = identity->key,
		.log = on_answer,
		.log_data = serving,
	};
	g_autofree char *state = NULL;
	if (openapi && request->restore && !read_state(request->restore, &state, error)) {
		openapi_destroy(openapi);
		return NULL;
	}
	options.state = state;
	return openapi ? mock_start(openapi, &options, error) : NULL;
}

/* Until somebody interrupts. What can be saved is saved. */
static bool
attend(struct serving *serving, const struct mock_request *request, GError **error)
{
	GError *cause = NULL;
	g_auto(GStrv) files = mock_files(serving->mock);
	struct watch *watch = request->no_watch ? NULL : watch_start(files, reload, serving, error);
	if (!request->no_watch && !watch)
		return false;
	house_await_interrupt(serving->house);
	watch_stop(watch);
	mock_halt(serving->mock);
	g_autofree char *state = request->snapshot ? mock_snapshot(serving->mock) : NULL;
	if (!state || g_file_set_contents(request->snapshot, state, -1, &cause))
		return true;
	return error_wrap(error, cause, ERR_ENVIRONMENT, "make room, or choose another file", "the snapshot is lost");
}

/* Serves until somebody interrupts. */
static bool
serve(struct serving *serving, const struct mock_request *request, struct mock_result *result, GError **error)
{
	struct tls_identity identity = { 0 };
	struct mock *mock = read_identity(request, &identity, error) ? start(serving, request, &identity, error) : NULL;
	bool ok = mock;
	serving->mock = mock;
	if (mock) {
		const char *host = g_str_equal(request->address, "0.0.0.0") ? "127.0.0.1" : request->address;
		result->url = g_strdup_printf("http%s://%s:%d", identity.certificate ? "s" : "", host, mock_port(mock));
		tell_listening(serving->house, mock, result->url);
		ok = attend(serving, request, error);
		mock_stop(mock);
	}
	tls_identity_clear(&identity);
	return ok;
}

static const struct limit {
	const char *name;
	size_t offset;
	int64_t least, most;
} limits[] = {
	{ "--items", offsetof(struct mock_request, items), -1, 1000 },
	{ "--body-max", offsetof(struct mock_request, body_max), 1, INT64_C(1) << 30 },
	{ "--connections", offsetof(struct mock_request, connections), 1, 100000 },
	{ "--idle", offsetof(struct mock_request, idle), 1, 86400 },
};

static bool
check_limits(const struct mock_request *request, GError **error)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(limits); i++) {
		int64_t number = *(const int64_t *)((const char *)request + limits[i].offset);
		if (number >= limits[i].least && number <= limits[i].most)
			continue;
		g_autofree char *remedy = g_strdup_printf("choose a number from %" PRId64 " to %" PRId64, limits[i].least, limits[i].most);
		return error_set(error, ERR_USAGE, remedy, "%s cannot be %" PRId64, limits[i].name, number);
	}
	return true;
}

bool
op_mock_serve(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct mock_request *request = data;
	struct mock_result *result = data_result;
	struct serving serving = { .house = context->house, .spec = request->spec };
	/* One thread does all the work here: the main heap grows in large steps, those of other threads page by page. */
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_TOP_PAD, HEAP_STEP);
	if (!check_limits(request, error) || !open_record(request->record, &serving.record, error))
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
