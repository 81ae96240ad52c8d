#include "contract/openapi.h"

#include <glib/gstdio.h>

#include "contract_text.h"

static const char tasks[] =
	"openapi: 3.1.0\n"
	"info: {title: Tasks, version: 2.1.0, x-team: blue}\n"
	"servers: [{url: 'https://{region}.example.com/v1/', variables: {region: {default: eu}}}, {url: /other}]\n"
	"security: [{key: []}]\n"
	"paths:\n"
	"  /tasks:\n"
	"    parameters:\n"
	"      - {name: tenant, in: header, required: true, schema: {type: string}}\n"
	"      - {name: limit, in: query, schema: {type: integer}}\n"
	"    get:\n"
	"      operationId: listTasks\n"
	"      summary: all tasks\n"
	"      parameters:\n"
	"        - {name: limit, in: query, schema: {type: integer, maximum: 10}}\n"
	"        - {name: tags, in: query, style: pipeDelimited, schema: {type: array}}\n"
	"        - {name: Accept, in: header, schema: {type: string}}\n"
	"        - $ref: '#/components/parameters/filter'\n"
	"      responses:\n"
	"        '200': {$ref: '#/components/responses/Page'}\n"
	"        4XX: {description: bad}\n"
	"        default: {description: else}\n"
	"    post:\n"
	"      deprecated: true\n"
	"      security: []\n"
	"      requestBody: {$ref: '#/components/requestBodies/Task'}\n"
	"      responses: {'201': {description: made}}\n"
	"components:\n"
	"  parameters:\n"
	"    filter: {name: filter, in: query, content: {application/json: {schema: {type: object}}}}\n"
	"  requestBodies:\n"
	"    Task: {$ref: '#/components/requestBodies/Real'}\n"
	"    Real: {required: true, content: {text/csv: {}, application/json: {schema: {$ref: '#/components/schemas/Task'}}}}\n"
	"  responses:\n"
	"    Page: {description: ok, content: {application/*: {schema: {type: string}}, text/plain;charset=utf-8: {schema: {type: integer}}}}\n"
	"  schemas:\n"
	"    Task: {type: object, properties: {parent: {$ref: '#/components/schemas/Task'}}, x-kept: 7}\n"
	"  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}\n";

static void
test_model(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(tasks);
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count), *list = operation_named(openapi, "listTasks");
	g_assert_cmpuint(count, ==, 2);
	g_assert_cmpstr(openapi_title(openapi), ==, "Tasks");
	g_assert_cmpstr(openapi_version(openapi), ==, "2.1.0");
	g_assert_cmpstr(openapi_base_path(openapi), ==, "/v1");
	g_assert_cmpstr(list->summary, ==, "all tasks");
	g_assert_false(list->deprecated);
	g_assert_nonnull(list->security);
	g_assert_null(list->body);
	g_assert_cmpstr(operations[1].id, ==, "POST /tasks");
	g_assert_true(operations[1].deprecated);
	g_assert_cmpuint(value_count(operations[1].security), ==, 0);
	g_assert_true(operations[1].body_required);
	/* What nobody interprets is there still. */
	g_assert_cmpstr(value_text(value_find(doc_root(openapi_doc(openapi)), "/info/x-team")), ==, "blue");
}

static void
test_parameters(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(tasks);
	const struct openapi_operation *list = operation_named(openapi, "listTasks");
	/* The path's first, the overridden one replaced, Accept left out. */
	g_assert_cmpuint(list->parameter_count, ==, 4);
	g_assert_cmpstr(list->parameters[0].name, ==, "tenant");
	g_assert_true(list->parameters[0].required);
	g_assert_cmpstr(list->parameters[0].style, ==, "simple");
	g_assert_false(list->parameters[0].explode);
	g_assert_cmpstr(list->parameters[1].name, ==, "limit");
	g_assert_nonnull(value_member(list->parameters[1].value_schema, "maximum"));
	g_assert_cmpstr(list->parameters[1].style, ==, "form");
	g_assert_true(list->parameters[1].explode);
	g_assert_cmpstr(list->parameters[2].style, ==, "pipeDelimited");
	g_assert_false(list->parameters[2].explode);
	g_assert_cmpstr(list->parameters[3].name, ==, "filter");
	g_assert_cmpstr(list->parameters[3].content, ==, "application/json");
	g_assert_cmpstr(value_member_text(list->parameters[3].value_schema, "type"), ==, "object");
}

static void
test_responses(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(tasks);
	const struct openapi_operation *list = operation_named(openapi, "listTasks");
	const char *media = NULL;
	g_assert_cmpstr(openapi_response_for(list, 200)->status, ==, "200");
	g_assert_cmpstr(openapi_response_for(list, 404)->status, ==, "4XX");
	g_assert_cmpstr(openapi_response_for(list, 503)->status, ==, "default");
	g_assert_null(openapi_response_for(operation_named(openapi, "POST /tasks"), 200));
	const struct value *ok = openapi_response_for(list, 200)->node, *body = operation_named(openapi, "POST /tasks")->body;
	g_assert_nonnull(openapi_content(openapi, ok, "application/vnd.x+json", &media));
	g_assert_cmpstr(media, ==, "application/*");
	g_assert_nonnull(openapi_content(openapi, ok, "text/plain", &media));
	g_assert_cmpstr(media, ==, "text/plain;charset=utf-8");
	g_assert_null(openapi_content(openapi, ok, "image/png", &media));
	/* JSON goes before what stands before it. */
	g_assert_nonnull(openapi_content(openapi, body, NULL, &media));
	g_assert_cmpstr(media, ==, "application/json");
}

static void
test_cycle(void)
{
	GError *error = NULL;
	g_autoptr(Openapi) openapi = openapi_from_text(tasks);
	g_autoptr(Doc) fits = doc_from_text("{'parent': {'parent': {}}}"), not = doc_from_text("{'parent': {'parent': 1}}");
	const struct value *node = value_find(doc_root(openapi_doc(openapi)), "/components/schemas/Task");
	const struct schema *schema = openapi_schema(openapi, node, &error);
	g_assert_no_error(error);
	g_assert_true(openapi_schema(openapi, node, NULL) == schema);
	g_assert_true(schema_check(schema, doc_root(fits), SCHEMA_SIDE_NONE, NULL));
	g_assert_false(schema_check(schema, doc_root(not), SCHEMA_SIDE_NONE, NULL));
	g_autofree char *pointer = openapi_pointer(openapi, node), *where = openapi_where(openapi, node);
	g_assert_cmpstr(pointer, ==, "#/components/schemas/Task");
	g_assert_cmpstr(where, ==, "test:36:11");
}

static const struct refusal {
	const char *text, *where, *what;
} refusals[] = {
	{ "swagger: '2.0'\npaths: {}", "test:1:1", "Swagger 2" },
	{ "info: {}", "test:1:1", "no OpenAPI document" },
	{ "openapi: 4.0.0\npaths: {}", "test:1:10", "OpenAPI 4.0.0" },
	{ "openapi: 3.0.0", "test:1:1", "no \"paths\"" },
	{ "openapi: 3.0.0\npaths: 7", "test:2:8", "an object, not integer" },
	{ "openapi: 3.0.0\npaths:\n  /a:\n    get: 1", "test:4:10", "an operation" },
	{ "openapi: 3.0.0\npaths:\n  /a:\n    get: {parameters: {}}", "test:4:23", "an array" },
	{ "openapi: 3.0.0\npaths:\n  /a:\n    $ref: '#/nowhere'", "test:4:11", "\"#/nowhere\" leads nowhere" },
	{ "openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: {items: {$ref: '#/components/schemas/B'}}}}", "test:3:42", "leads nowhere" },
	{ "openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: {$ref: 'https://example.com/a.json'}}}", "test:3:34", "nothing is fetched" },
	{ "openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: {$ref: 'b.yaml#/x'}}}", "test:3:34", "leads nowhere" },
};

static void
test_refusals(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(refusals); i++) {
		GError *error = NULL;
		g_autoptr(Doc) doc = doc_from_text(refusals[i].text);
		g_assert_null(openapi_create(doc, &error));
		g_assert_error(error, ERROR_DOMAIN, ERR_INVALID);
		if (!strstr(error->message, refusals[i].where) || !strstr(error->message, refusals[i].what))
			g_error("%s: %s", refusals[i].text, error->message);
		g_error_free(error);
	}
}

/* Data may look like a reference, and names like keywords. */
static void
test_no_references(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(
		"openapi: 3.1.0\n"
		"paths: {}\n"
		"components:\n"
		"  schemas:\n"
		"    A: {example: {$ref: '#/no'}, default: {$ref: '#/no'}, enum: [{$ref: '#/no'}], const: {$ref: '#/no'}, x-a: {$ref: '#/no'}}\n"
		"    B: {properties: {$ref: {type: string}, example: {$ref: '#/components/schemas/A'}}}\n"
		"  examples: {E: {value: {$ref: '#/no'}}}\n");
	const struct value *reference = value_find(doc_root(openapi_doc(openapi)), "/components/schemas/B/properties/example");
	g_autofree char *pointer = openapi_pointer(openapi, openapi_resolve(openapi, reference));
	g_assert_cmpstr(pointer, ==, "#/components/schemas/A");
}

static void
test_resolve(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(
		"openapi: 3.1.0\n"
		"paths: {'/a~b/{x}': {get: {parameters: [{$ref: '#/components/parameters/P'}], responses: {}}}}\n"
		"components:\n"
		"  parameters: {P: {name: x, in: path, required: true, schema: {type: integer}}, Loop: {$ref: '#/components/parameters/Loop'}}\n"
		"  schemas:\n"
		"    Named: {$anchor: named}\n"
		"    ByAnchor: {$ref: '#named'}\n"
		"    Escaped: {$ref: '#/paths/~1a~0b~1%7Bx%7D/get/parameters/0/schema'}\n");
	const struct value *schemas = value_find(doc_root(openapi_doc(openapi)), "/components/schemas");
	g_assert_true(openapi_resolve(openapi, value_member(schemas, "ByAnchor")) == value_member(schemas, "Named"));
	/* Through a reference on the way, too. */
	g_assert_cmpstr(value_member_text(openapi_resolve(openapi, value_member(schemas, "Escaped")), "type"), ==, "integer");
	g_assert_null(openapi_resolve(openapi, value_find(doc_root(openapi_doc(openapi)), "/components/parameters/Loop")));
	g_assert_null(openapi_resolve(openapi, NULL));
}

static const char routes[] =
	"openapi: 3.0.3\n"
	"servers: [{url: 'https://example.com/v1'}, {url: /v1/beta}]\n"
	"paths:\n"
	"  /: {get: {operationId: root, responses: {}}}\n"
	"  /pets: {get: {operationId: list, responses: {}}, post: {operationId: create, responses: {}}}\n"
	"  /pets/{id}: {get: {operationId: read, responses: {}}, delete: {operationId: drop, responses: {}}}\n"
	"  /pets/mine: {get: {operationId: mine, responses: {}}}\n"
	"  /pets/{id}/toys/{toy}: {get: {operationId: toy, responses: {}}}\n"
	"  /pets/mine/toys: {get: {operationId: mytoys, responses: {}}}\n"
	"  /files/{name}.{ext}: {get: {operationId: file, responses: {}}}\n"
	"  /files/{name}.tar.gz: {get: {operationId: archive, responses: {}}}\n"
	"  /files/{name}: {get: {operationId: any, responses: {}}}\n"
	"  /days/{year}-{month}-{day}: {get: {operationId: day, responses: {}}}\n"
	"  /jobs/{job}:cancel: {post: {operationId: cancel, responses: {}}}\n"
	"  /caf%C3%A9/{x}/: {get: {operationId: slash, responses: {}}}\n";

static const struct match_case {
	const char *method, *path, *id, *values, *allow;
} match_cases[] = {
	{ "GET", "/v1/pets", "list", "", NULL },
	{ "GET", "/v1/beta/pets", "list", "", NULL },
	{ "GET", "/pets", "list", "", NULL },
	{ "GET", "/v1", "root", "", NULL },
	{ "GET", "/v1/", "root", "", NULL },
	{ "GET", "/v2/pets", NULL, NULL, NULL },
	{ "GET", "/v1pets", NULL, NULL, NULL },
	{ "GET", "/pets/mine", "mine", "", NULL },
	{ "GET", "/pets/7", "read", "7", NULL },
	{ "HEAD", "/pets/7", "read", "7", NULL },
	{ "GET", "/pets/7?x=/a/b", "read", "7", NULL },
	{ "DELETE", "/pets/mine", "drop", "mine", NULL },
	{ "PUT", "/pets/mine", NULL, NULL, "GET, DELETE" },
	{ "PATCH", "/pets", NULL, NULL, "GET, POST" },
	{ "GET", "/pets/", NULL, NULL, NULL },
	{ "GET", "/pets/mine/toys", "mytoys", "", NULL },
	{ "GET", "/pets/mine/toys/3", "toy", "mine 3", NULL },
	{ "GET", "/pets/a%2Fb", "read", "a%2Fb", NULL },
	{ "GET", "/pets/m%69ne", "mine", "", NULL },
	{ "GET", "/files/a.b.txt", "file", "a.b txt", NULL },
	{ "GET", "/files/a.b.tar.gz", "archive", "a.b", NULL },
	{ "GET", "/files/.txt", "any", ".txt", NULL },
	{ "GET", "/files/plain", "any", "plain", NULL },
	{ "GET", "/days/2024-01-31", "day", "2024 01 31", NULL },
	{ "GET", "/days/2024-01", NULL, NULL, NULL },
	{ "POST", "/jobs/9:cancel", "cancel", "9", NULL },
	{ "POST", "/jobs/9", NULL, NULL, NULL },
	{ "GET", "/caf\xC3\xA9/1/", "slash", "1", NULL },
	{ "GET", "/caf%c3%a9/1/", "slash", "1", NULL },
	{ "GET", "/caf%C3%A9/1", NULL, NULL, NULL },
	{ "GET", "", "root", "", NULL },
};

static void
test_match(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(routes);
	for (unsigned i = 0; i < G_N_ELEMENTS(match_cases); i++) {
		const struct match_case *want = &match_cases[i];
		struct openapi_match match;
		g_autofree char *allow = NULL;
		g_test_message("%s %s", want->method, want->path);
		bool found = openapi_match(openapi, want->method, want->path, &match, &allow);
		g_assert_cmpstr(found ? match.operation->id : NULL, ==, want->id);
		g_assert_cmpstr(allow, ==, want->allow);
		if (!found)
			continue;
		g_autofree char *values = g_strjoinv(" ", match.values);
		g_assert_cmpstr(values, ==, want->values);
		g_assert_cmpuint(match.count, ==, match.operation->path_name_count);
		openapi_match_clear(&match);
	}
}

static void
test_remarks(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(
		"openapi: 3.0.3\n"
		"paths:\n"
		"  /a/{x}: {get: {operationId: first, responses: {}}}\n"
		"  /a/{y}: {get: {operationId: second, responses: {}}, put: {operationId: third, responses: {}}}\n"
		"  /b#c: {get: {responses: {}}}\n"
		"  /d: {get: {parameters: [{in: query}], responses: {}}}\n");
	const char *const *remarks = openapi_remarks(openapi);
	struct openapi_match match;
	char *allow;
	g_assert_cmpuint(g_strv_length((char **)(uintptr_t)remarks), ==, 3);
	g_assert_nonnull(strstr(remarks[0], "test:6:27: a parameter without a name"));
	g_assert_nonnull(strstr(remarks[1], "GET /a/{y} cannot be served: it is the same as /a/{x}"));
	g_assert_nonnull(strstr(remarks[2], "GET /b#c cannot be served"));
	/* Equal templates share what they have between them. */
	g_assert_true(openapi_match(openapi, "PUT", "/a/1", &match, &allow));
	g_assert_cmpstr(match.operation->id, ==, "third");
	openapi_match_clear(&match);
	g_assert_true(openapi_match(openapi, "GET", "/a/1", &match, &allow));
	g_assert_cmpstr(match.operation->id, ==, "first");
	openapi_match_clear(&match);
}

static void
write_file(const char *folder, const char *name, const char *text)
{
	GError *error = NULL;
	g_autofree char *path = g_build_filename(folder, name, NULL), *parent = g_path_get_dirname(path);
	g_mkdir_with_parents(parent, 0755);
	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
}

static void
test_files(void)
{
	GError *error = NULL;
	g_autofree char *folder = g_dir_make_tmp("openapi-XXXXXX", NULL), *main = g_build_filename(folder, "api.yaml", NULL);
	write_file(folder, "api.yaml", "openapi: 3.1.0\npaths:\n  /a: {$ref: 'parts/paths.json#/a'}\n");
	write_file(folder, "parts/paths.json", "{\"a\": {\"get\": {\"operationId\": \"a\", \"responses\": {\"200\": {\"content\": "
		"{\"application/json\": {\"schema\": {\"$ref\": \"../common.yaml#/Thing\"}}}}}}}}");
	write_file(folder, "common.yaml", "Thing: {type: object, required: [other], properties: {other: {$ref: '#/Other'}}}\nOther: {type: integer}\n");
	g_autoptr(Openapi) openapi = openapi_read_file(main, &error);
	g_assert_no_error(error);
	const struct value *media = openapi_content(openapi, operation_named(openapi, "a")->responses[0].node, NULL, NULL);
	const struct value *node = openapi_resolve(openapi, value_member(media, "schema"));
	const struct schema *schema = openapi_schema(openapi, value_member(media, "schema"), &error);
	g_assert_no_error(error);
	g_autoptr(Doc) fits = doc_from_text("{'other': 1}"), not = doc_from_text("{'other': 'x'}");
	g_assert_true(schema_check(schema, doc_root(fits), SCHEMA_SIDE_NONE, NULL));
	g_assert_false(schema_check(schema, doc_root(not), SCHEMA_SIDE_NONE, NULL));
	g_autofree char *where = openapi_where(openapi, node), *expected = g_build_filename(folder, "common.yaml:1:8", NULL);
	g_assert_cmpstr(where, ==, expected);
	write_file(folder, "api.yaml", "openapi: 3.1.0\npaths:\n  /a: {$ref: 'missing.json#/a'}\n");
	g_assert_null(openapi_read_file(main, &error));
	g_assert_error(error, ERROR_DOMAIN, ERR_INPUT);
	g_assert_nonnull(strstr(error->message, "api.yaml:3:14"));
	g_error_free(error);
	for (unsigned i = 0; i < 4; i++) {
		static const char *const names[] = { "api.yaml", "common.yaml", "parts/paths.json", "parts" };
		g_autofree char *path = g_build_filename(folder, names[i], NULL);
		g_remove(path);
	}
	g_rmdir(folder);
}

/* 3.2: QUERY, methods of one's own, the whole query as a value. */
static void
test_newer(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(
		"openapi: 3.2.0\n"
		"paths:\n"
		"  /a:\n"
		"    query: {operationId: q, responses: {}}\n"
		"    additionalOperations: {COPY: {operationId: c, responses: {}}}\n"
		"    get: {operationId: g, parameters: [{name: all, in: querystring, content: {application/json: {schema: {type: object}}}}], responses: {}}\n");
	g_assert_cmpstr(operation_named(openapi, "q")->method, ==, "QUERY");
	g_assert_cmpstr(operation_named(openapi, "c")->method, ==, "COPY");
	g_assert_cmpint(operation_named(openapi, "g")->parameters[0].location, ==, OPENAPI_QUERYSTRING);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/openapi/model", test_model);
	g_test_add_func("/openapi/parameters", test_parameters);
	g_test_add_func("/openapi/responses", test_responses);
	g_test_add_func("/openapi/cycle", test_cycle);
	g_test_add_func("/openapi/refusals", test_refusals);
	g_test_add_func("/openapi/no-references", test_no_references);
	g_test_add_func("/openapi/resolve", test_resolve);
	g_test_add_func("/openapi/match", test_match);
	g_test_add_func("/openapi/remarks", test_remarks);
	g_test_add_func("/openapi/files", test_files);
	g_test_add_func("/openapi/newer", test_newer);
	return g_test_run();
}
