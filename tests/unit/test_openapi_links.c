/* Links, callbacks, webhooks, servers, and path items that are references. */
#include "contract/openapi.h"

#include "contract_text.h"

static const char shop[] =
	"openapi: 3.1.0\n"
	"servers: [{url: 'https://{host}/v{n}', variables: {host: {default: shop.example}, n: {default: '2'}}}]\n"
	"security: [{key: []}]\n"
	"paths:\n"
	"  /orders:\n"
	"    post:\n"
	"      operationId: order\n"
	"      servers: [{url: /own}]\n"
	"      responses:\n"
	"        '201':\n"
	"          links:\n"
	"            read: {operationId: read, parameters: {id: $response.body#/id, path.id: 7}, requestBody: {a: 1}, description: the order}\n"
	"            cancel: {operationRef: '#/paths/~1orders~1{id}/delete'}\n"
	"            shared: {$ref: '#/components/links/Shared'}\n"
	"            lost: {operationId: nobody}\n"
	"            foreign: {operationRef: 'https://example.com/api#/paths/~1x/get'}\n"
	"            x-ignored: {operationId: nobody}\n"
	"        '202': {description: no links}\n"
	"      callbacks:\n"
	"        done:\n"
	"          '{$request.body#/url}/done': {post: {requestBody: {required: true, content: {application/json: {}}}, responses: {'200': {}}}}\n"
	"          '{$request.body#/url}/failed': {$ref: '#/components/pathItems/Failed'}\n"
	"        shared: {$ref: '#/components/callbacks/Shared'}\n"
	"  /orders/{id}:\n"
	"    servers: [{url: /path}]\n"
	"    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]\n"
	"    get: {operationId: read, responses: {}}\n"
	"    delete: {responses: {}}\n"
	"  /copies/{id}:\n"
	"    $ref: '#/paths/~1orders~1{id}'\n"
	"    put: {operationId: beside, responses: {}}\n"
	"    get: {operationId: hidden, responses: {}}\n"
	"    parameters: [{name: more, in: query}]\n"
	"webhooks:\n"
	"  gone: {post: {operationId: told, responses: {'204': {}}}}\n"
	"  x-none: {post: {}}\n"
	"components:\n"
	"  links: {Shared: {operationId: read}}\n"
	"  callbacks: {Shared: {$url: {put: {operationId: called, callbacks: {again: {$ref: '#/components/callbacks/Shared'}}}}}}\n"
	"  pathItems: {Failed: {delete: {operationId: failed}}}\n";

static void
test_links(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(shop);
	const struct openapi_operation *order = openapi_operation(openapi, "order"), *read = openapi_operation(openapi, "read");
	const struct openapi_response *made = openapi_response_for(order, 201);
	static const char *const names[] = { "read", "cancel", "shared", "lost", "foreign" };
	g_assert_cmpuint(made->link_count, ==, G_N_ELEMENTS(names));
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
		g_assert_cmpstr(made->links[i].name, ==, names[i]);
	g_assert_true(made->links[0].operation == read);
	assert_json(made->links[0].parameters, "{'id': '$response.body#/id', 'path.id': 7}");
	assert_json(made->links[0].body, "{'a': 1}");
	g_assert_cmpstr(value_member_text(made->links[0].node, "description"), ==, "the order");
	g_assert_cmpstr(made->links[1].operation->id, ==, "DELETE /orders/{id}");
	g_assert_null(made->links[1].parameters);
	g_assert_true(made->links[2].operation == read);
	g_assert_null(made->links[3].operation);
	g_assert_null(made->links[4].operation);
	g_assert_cmpuint(openapi_response_for(order, 202)->link_count, ==, 0);
	g_autofree char *remarks = g_strjoinv("\n", (char **)(uintptr_t)openapi_remarks(openapi));
	g_assert_nonnull(strstr(remarks, "test:15:33: a link leads to the operation \"nobody\", which there is not"));
	g_assert_nonnull(strstr(remarks, "is no operation of this document"));
	g_assert_null(openapi_operation(openapi, "nobody"));
}

static void
test_callbacks(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(shop);
	const struct openapi_operation *order = openapi_operation(openapi, "order");
	g_assert_cmpuint(order->callback_count, ==, 3);
	const struct openapi_callback *done = &order->callbacks[0], *failed = &order->callbacks[1], *shared = &order->callbacks[2];
	g_assert_cmpstr(done->name, ==, "done");
	g_assert_cmpstr(done->expression, ==, "{$request.body#/url}/done");
	g_assert_cmpuint(done->operation_count, ==, 1);
	g_assert_cmpstr(done->operations[0].method, ==, "POST");
	g_assert_true(done->operations[0].body_required);
	/* What is asked of clients is not asked of the provider. */
	g_assert_null(done->operations[0].security);
	g_assert_cmpstr(failed->name, ==, "done");
	g_assert_cmpstr(failed->operations[0].id, ==, "failed");
	g_assert_cmpstr(shared->expression, ==, "$url");
	g_assert_cmpstr(shared->operations[0].id, ==, "called");
	g_assert_cmpuint(shared->operations[0].callback_count, ==, 0);
	/* They are not served. */
	struct openapi_match match;
	g_autofree char *allow = NULL;
	g_assert_false(openapi_match(openapi, "PUT", "/$url", &match, &allow));
	g_assert_false(openapi_match(openapi, "POST", "/gone", &match, &allow));
}

static void
test_webhooks(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(shop);
	size_t count;
	const struct openapi_operation *webhooks = openapi_webhooks(openapi, &count);
	g_assert_cmpuint(count, ==, 1);
	g_assert_cmpstr(webhooks[0].path, ==, "gone");
	g_assert_cmpstr(webhooks[0].id, ==, "told");
	g_assert_cmpstr(webhooks[0].responses[0].status, ==, "204");
	g_autoptr(Openapi) only = openapi_from_text("openapi: 3.1.0\nwebhooks: {a: {post: {responses: {}}}}\n");
	openapi_operations(only, &count);
	g_assert_cmpuint(count, ==, 0);
	openapi_webhooks(only, &count);
	g_assert_cmpuint(count, ==, 1);
}

static void
test_servers(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(shop);
	static const struct {
		const char *id, *url;
	} rows[] = {
		{ "order", "/own" }, { "read", "/path" }, { "beside", "/path" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *url = openapi_server_url(value_item(openapi_operation(openapi, rows[i].id)->servers, 0));
		g_assert_cmpstr(url, ==, rows[i].url);
	}
	g_autofree char *whole = openapi_server_url(value_find(doc_root(openapi_doc(openapi)), "/servers/0"));
	g_assert_cmpstr(whole, ==, "https://shop.example/v2");
	g_assert_cmpstr(openapi_base_path(openapi), ==, "/v2");
}

/* What stands beside the $ref of a path item adds to it. */
static void
test_path_reference(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(shop);
	const struct openapi_operation *beside = openapi_operation(openapi, "beside");
	g_assert_cmpstr(beside->path, ==, "/copies/{id}");
	g_assert_cmpuint(beside->parameter_count, ==, 2);
	g_assert_cmpstr(beside->parameters[0].name, ==, "id");
	g_assert_cmpstr(beside->parameters[1].name, ==, "more");
	g_assert_null(openapi_operation(openapi, "hidden"));
	size_t count;
	openapi_operations(openapi, &count);
	g_assert_cmpuint(count, ==, 6);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/openapi-links/links", test_links);
	g_test_add_func("/openapi-links/callbacks", test_callbacks);
	g_test_add_func("/openapi-links/webhooks", test_webhooks);
	g_test_add_func("/openapi-links/servers", test_servers);
	g_test_add_func("/openapi-links/path-reference", test_path_reference);
	return g_test_run();
}
