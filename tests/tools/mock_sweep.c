/* Calls every operation of the mocks of OpenAPI documents with a generated valid request and judges
 * the answers.
 *
 *	mock_sweep [--verbose] [--blind] [--exchanges] FILE...
 *
 * Ids in paths are those of objects that are there; blindly, they are made up. With --exchanges there is a line of JSON for
 * each answer, for other judges: {document, method, path, target, status, type, body}.
 *
 * An operation that declares no success cannot be judged: it is mute. Writes one line a fault and at the end one JSON object with the figures; exits 1 where an answer was
 * not what its document declares. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/http_client.h"
#include "contract/exchange.h"
#include "contract/mock.h"
#include "contract/request.h"
#include "contract/resource.h"

enum { DOCUMENT_OPERATIONS = 3000, RETRIES = 8 };

struct figures {
	unsigned documents, unread, operations, unservable, requestless, called, valid, mute, undeclared, invalid, failed;
};

/* One document under test. */
struct sweep {
	struct openapi *openapi;             /* another model than the mock's */
	struct resources *resources;
	struct sampler *sampler;
	struct http_client *client;
	char *base;
	struct doc *state;                   /* what the mock holds from the start */
	struct figures *figures;
	bool verbose;
	bool exchanges;
	bool blind;                          /* no ids are looked up */
	bool brief;                          /* only required parameters: nothing is filtered out */
};

static bool
call(struct sweep *sweep, const struct openapi_operation *operation, const struct value *path, struct http_request *request,
     struct http_response *response)
{
	struct request_options options = { .base = sweep->base, .path = path, .fresh = g_str_equal(operation->method, "POST"), .required_only = sweep->brief };
	if (!request_make(sweep->sampler, sweep->openapi, operation, &options, request, NULL))
		return false;
	GError *error = NULL;
	if (http_client_send(sweep->client, request, response, &error))
		return true;
	fprintf(stderr, "%s %s: %s\n", operation->method, operation->path, error->message);
	g_error_free(error);
	http_request_clear(request);
	return false;
}

static struct doc *
write_path(const struct openapi_operation *operation, char *const *values)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	for (size_t i = 0; i < operation->path_name_count && i < OPENAPI_PATH_PARAMETERS; i++) {
		if (!values[i] || !g_hash_table_add(seen, (void *)(uintptr_t)operation->path_names[i]))
			continue;
		writer_key(&writer, operation->path_names[i]);
		char *end;
		g_ascii_strtoll(values[i], &end, 10);
		bool number = *values[i] && !*end;
		for (size_t j = 0; j < operation->parameter_count; j++) {
			const struct openapi_parameter *parameter = &operation->parameters[j];
			if (parameter->location == OPENAPI_PATH && strcmp(parameter->name, operation->path_names[i]) == 0)
				number &= g_strcmp0(value_member_text(parameter->value_schema, "type"), "string") != 0;
		}
		if (number)
			writer_int(&writer, g_ascii_strtoll(values[i], NULL, 10));
		else
			writer_text(&writer, values[i]);
	}
	writer_end(&writer);
	return writer_doc(&writer);
}

static size_t
parameters_of(const char *path)
{
	size_t count = 0;
	for (; *path; path++)
		count += *path == '{';
	return count;
}

static char *
text_of(const struct value *value)
{
	if (value_is(value, VALUE_STRING))
		return g_strdup(value->text);
	return value_is(value, VALUE_NUMBER) ? value_to_json(value, false) : NULL;
}

/* The id of an object that the mock holds from the start. */
static char *
held_id(struct sweep *sweep, const struct resource *resource)
{
	const struct value *objects = value_member(doc_root(sweep->state), resource->collection);
	return resource->id_property ? text_of(value_member(value_item(objects, 0), resource->id_property)) : NULL;
}

/* The id of an object that a list or a creation shows. */
static char *
shown_id(struct sweep *sweep, const struct resource *resource, enum resource_role role, char *const *values)
{
	struct http_request request;
	struct http_response response;
	const struct openapi_operation *operation = resource->operations[role];
	g_autoptr(Doc) path = operation ? write_path(operation, values) : NULL;
	sweep->brief = true;
	bool called = operation && resource->id_property && call(sweep, operation, doc_root(path), &request, &response);
	sweep->brief = false;
	if (!called)
		return NULL;
	g_autoptr(Doc) body = doc_read_json("body", response.body->str, response.body->len, NULL, NULL);
	const char *around = role == RESOURCE_LIST ? resource->list_property : resource->answer_property[role];
	const struct value *item = around ? value_member(doc_root(body), around) : doc_root(body);
	char *id = text_of(value_member(role == RESOURCE_LIST ? value_item(item, 0) : item, resource->id_property));
	http_request_clear(&request);
	http_response_clear(&response);
	return id;
}

/* A value for a path parameter that names nothing that could be listed. */
static char *
made_up(struct sweep *sweep, const struct resource *resource, size_t place)
{
	for (unsigned role = 0; role < RESOURCE_ROLE_COUNT; role++) {
		const struct openapi_operation *operation = resource->operations[role];
		for (size_t i = 0; operation && place < operation->path_name_count && i < operation->parameter_count; i++) {
			const struct openapi_parameter *parameter = &operation->parameters[i];
			struct sample_options options = { .side = SCHEMA_SIDE_REQUEST };
			if (parameter->location != OPENAPI_PATH || strcmp(parameter->name, operation->path_names[place]) != 0 || !parameter->value_schema)
				continue;
			g_autoptr(Doc) doc = sample_make(sweep->sampler, parameter->value_schema, parameter->name, &options, NULL);
			return text_of(doc_root(doc));
		}
	}
	return NULL;
}

/* Fills the values of a path with ids of objects that are there, from the root down. */
static void
find_values(struct sweep *sweep, const struct resource *resource, bool item, char **values)
{
	if (resource->parent)
		find_values(sweep, resource->parent, true, values);
	size_t place = parameters_of(resource->collection);
	for (size_t i = 0; i < place && i < OPENAPI_PATH_PARAMETERS; i++)
		if (!values[i])
			values[i] = made_up(sweep, resource, i);
	if (!item || values[place] || place >= OPENAPI_PATH_PARAMETERS)
		return;
	values[place] = shown_id(sweep, resource, RESOURCE_LIST, values);
	if (!values[place])
		values[place] = held_id(sweep, resource);
	if (!values[place])
		values[place] = shown_id(sweep, resource, RESOURCE_CREATE, values);
	if (!values[place] && resource->home)
		values[place] = shown_id(sweep, resource->home, RESOURCE_LIST, values);
}

/* True where the document says nothing about success. */
static bool
is_mute(const struct openapi_operation *operation)
{
	for (size_t i = 0; i < operation->response_count; i++)
		if ((*operation->responses[i].status >= '2' && *operation->responses[i].status < '4') || g_str_equal(operation->responses[i].status, "default"))
			return false;
	return true;
}

static void
report(struct sweep *sweep, const struct openapi_operation *operation, const struct http_request *request, const struct http_response *response, const struct faults *faults)
{
	struct figures *figures = sweep->figures;
	bool undeclared = g_str_equal(faults->items[0].where, "status");
	if (undeclared && response->status < 300 && is_mute(operation)) {
		figures->mute++;
		return;
	}
	if (response->status == 500 || response->status == 507)
		figures->failed++;
	else if (undeclared)
		figures->undeclared++;
	else
		figures->invalid++;
	if (sweep->verbose)
		printf("%s: %s %s: %d: %s %s %s: %.300s\n", doc_name(openapi_doc(sweep->openapi)), request->method, request->url, response->status,
		       faults->items[0].where, faults->items[0].name, faults->items[0].message, response->body->str);
}

/* A made-up id may be taken: then another one is tried. */
static bool
call_patiently(struct sweep *sweep, const struct openapi_operation *operation, const struct value *path, struct http_request *request,
               struct http_response *response)
{
	for (unsigned i = 0;; i++) {
		if (!call(sweep, operation, path, request, response))
			return false;
		if (response->status != 409 || i == RETRIES)
			return true;
		http_request_clear(request);
		http_response_clear(response);
	}
}

static void
write_exchange(const struct sweep *sweep, const struct openapi_operation *operation, const struct http_request *request, const struct http_response *response)
{
	struct writer writer;
	g_autofree char *body = g_utf8_make_valid(response->body->str, (gssize)response->body->len);
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "document", doc_name(openapi_doc(sweep->openapi)));
	writer_member_text(&writer, "method", operation->method);
	writer_member_text(&writer, "path", operation->path);
	writer_member_text(&writer, "target", request->url);
	writer_member_int(&writer, "status", response->status);
	writer_member_text(&writer, "type", http_headers_get(&response->headers, "content-type"));
	writer_member_text(&writer, "body", body);
	writer_end(&writer);
	g_autofree char *line = writer_take(&writer);
	puts(line);
}

static void
sweep_operation(struct sweep *sweep, const struct openapi_operation *operation)
{
	char *values[OPENAPI_PATH_PARAMETERS + 1] = { NULL };
	enum resource_role role;
	const struct resource *resource = resources_of(sweep->resources, operation, &role);
	const struct resource *about = resource ? resource : resources_around(sweep->resources, operation);
	struct http_request request;
	struct http_response response;
	struct faults faults = { 0 };
	sweep->figures->operations++;
	if (strpbrk(operation->path, "?#")) {
		sweep->figures->unservable++;
		return;
	}
	if (about && !sweep->blind)
		find_values(sweep, about, !resource || (about->item && g_str_equal(operation->path, about->item)), values);
	g_autoptr(Doc) path = sweep->blind ? NULL : write_path(operation, values);
	if (call_patiently(sweep, operation, doc_root(path), &request, &response)) {
		sweep->figures->called++;
		if (sweep->exchanges)
			write_exchange(sweep, operation, &request, &response);
		if (exchange_judge_response(sweep->openapi, operation, &request, &response, &faults))
			sweep->figures->valid++;
		else
			report(sweep, operation, &request, &response, &faults);
		http_request_clear(&request);
		http_response_clear(&response);
	} else {
		sweep->figures->requestless++;
	}
	faults_clear(&faults);
	for (size_t i = 0; i < OPENAPI_PATH_PARAMETERS; i++)
		g_free(values[i]);
}

static int
compare_paths(const void *a, const void *b)
{
	const char *paths[] = { (*(const struct openapi_operation *const *)a)->path, (*(const struct openapi_operation *const *)b)->path };
	size_t depths[2] = { 0, 0 };
	for (unsigned i = 0; i < 2; i++)
		for (const char *at = paths[i]; *at; at++)
			depths[i] += *at == '/';
	return (depths[0] < depths[1]) - (depths[0] > depths[1]);
}

/* Deletions come last, the innermost first, so that there is something to call the others with. */
static void
sweep_operations(struct sweep *sweep)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(sweep->openapi, &count);
	g_autoptr(GPtrArray) deletions = g_ptr_array_new();
	for (size_t i = 0; i < MIN(count, DOCUMENT_OPERATIONS); i++) {
		if (g_str_equal(operations[i].method, "DELETE"))
			g_ptr_array_add(deletions, (void *)(uintptr_t)&operations[i]);
		else
			sweep_operation(sweep, &operations[i]);
	}
	g_ptr_array_sort(deletions, compare_paths);
	for (unsigned i = 0; i < deletions->len; i++)
		sweep_operation(sweep, deletions->pdata[i]);
}

static struct doc *
read_state(struct http_client *client, int port)
{
	struct http_response response;
	g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/__mock/state", port);
	if (!http_client_get(client, url, &response, NULL))
		return NULL;
	struct doc *doc = doc_read_json("state", response.body->str, response.body->len, NULL, NULL);
	http_response_clear(&response);
	return doc;
}

static void
sweep_file(const char *path, const struct sweep *how)
{
	GError *error = NULL;
	struct sweep sweep = *how;
	struct openapi *served = openapi_read_file(path, &error);
	sweep.openapi = served ? openapi_read_file(path, &error) : NULL;
	struct mock_options options = { .seed = 1 };
	struct mock *mock = sweep.openapi ? mock_start(served, &options, &error) : NULL;
	if (!mock) {
		sweep.figures->unread++;
		if (sweep.verbose)
			printf("%s: %s\n", path, error->message);
		g_clear_error(&error);
		return;
	}
	sweep.resources = resources_infer(sweep.openapi);
	sweep.sampler = sampler_create(sweep.openapi, 7);
	sweep.base = g_strdup_printf("http://127.0.0.1:%d%s", mock_port(mock), openapi_base_path(sweep.openapi));
	sweep.state = read_state(sweep.client, mock_port(mock));
	sweep.figures->documents++;
	sweep_operations(&sweep);
	doc_unref(sweep.state);
	g_free(sweep.base);
	sampler_destroy(sweep.sampler);
	resources_destroy(sweep.resources);
	openapi_destroy(sweep.openapi);
	mock_stop(mock);
}

int
main(int argc, char **argv)
{
	struct figures figures = { 0 };
	GError *error = NULL;
	g_autoptr(HttpClient) client = http_client_create(NULL, &error);
	if (!client) {
		fprintf(stderr, "%s\n", error->message);
		g_error_free(error);
		return 3;
	}
	struct sweep sweep = { .client = client, .figures = &figures };
	for (int i = 1; i < argc; i++) {
		if (g_str_equal(argv[i], "--verbose"))
			sweep.verbose = true;
		else if (g_str_equal(argv[i], "--blind"))
			sweep.blind = true;
		else if (g_str_equal(argv[i], "--exchanges"))
			sweep.exchanges = true;
		else
			sweep_file(argv[i], &sweep);
	}
	printf("{\"documents\": %u, \"unread\": %u, \"operations\": %u, \"unservable\": %u, \"requestless\": %u, \"called\": %u, \"valid\": %u, "
	       "\"mute\": %u, \"undeclared\": %u, \"invalid\": %u, \"failed\": %u}\n",
	       figures.documents, figures.unread, figures.operations, figures.unservable, figures.requestless, figures.called, figures.valid, figures.mute,
	       figures.undeclared, figures.invalid, figures.failed);
	return figures.valid + figures.mute == figures.called ? 0 : 1;
}
