/* Runtime expressions: the examples of OpenAPI 3.1.1 section 4.8.20.5, and what is none. */
#include "contract/expression.h"

#include "base/writer.h"
#include "expect.h"

#define NOTHING "(nothing)"

static const char request_body[] = "{\"user\": {\"uuid\": \"u-1\"}, \"a/b\": [1, 2.50, null], \"successUrls\": [\"http://c\", \"http://d\"], \"failedUrl\": \"http://f\"}";
static const char response_body[] = "{\"id\": 17, \"status\": \"ok\", \"nested\": {\"x\": true}}";
static const char parameters[] = "{\"path\": {\"eventType\": \"my event\", \"id\": 5}, \"query\": {\"typed\": [1]}}";

static const struct {
	const char *text, *result;   /* as JSON; NULL where it is malformed */
} rows[] = {
	{ "$url", "\"/subscribe/x?queryUrl=http%3A%2F%2Fq&raw=a+b&odd=%FF\"" },
	{ "$method", "\"POST\"" },
	{ "$statusCode", "201" },
	{ "$request.path.eventType", "\"my event\"" },
	{ "$request.path.id", "5" },
	{ "$request.path.none", NOTHING },
	{ "$request.query.queryUrl", "\"http://q\"" },
	{ "$request.query.raw", "\"a b\"" },
	{ "$request.query.typed", "[1]" },
	{ "$request.header.content-Type", "\"application/json\"" },
	{ "$request.header.X-None", NOTHING },
	{ "$request.query.odd", "\"\xEF\xBF\xBD\"" },
	{ "$request.body#/failedUrl", "\"http://f\"" },
	{ "$request.body#/successUrls/1", "\"http://d\"" },
	{ "$request.body#/a~1b/1", "2.50" },
	{ "$request.body#/a~1b/2", "null" },
	{ "$request.body#/none", NOTHING },
	{ "$response.header.Location", "\"http://l/1\"" },
	{ "$response.body#/id", "17" },
	{ "$response.body#/nested", "{\"x\":true}" },
	{ "$response.body#", "{\"id\":17,\"status\":\"ok\",\"nested\":{\"x\":true}}" },
	{ "$response.body", "{\"id\":17,\"status\":\"ok\",\"nested\":{\"x\":true}}" },
	{ "{$response.body#/id}", "17" },
	{ "http://h/{$request.body#/user/uuid}?n={$response.body#/id}&l={$request.query.typed}#e", "\"http://h/u-1?n=17&l=[1]#e\"" },
	{ "{$request.body#/failedUrl}/{$request.body#/none}", NOTHING },
	{ "{$request.body#/failedUrl}{$method}", "\"http://fPOST\"" },
	{ "plain", "\"plain\"" },
	{ "", "\"\"" },
	{ "{id} costs 5$", "\"{id} costs 5$\"" },
	{ "open {$url", "\"open {$url\"" },
	{ "$", NULL },
	{ "$uri", NULL },
	{ "$url2", NULL },
	{ "$request", NULL },
	{ "$request.body/user", NULL },
	{ "$request.body#user", NULL },
	{ "$request.header.", NULL },
	{ "$request.header.a b", NULL },
	{ "$request.cookie.a", NULL },
	{ "$response.path.a", NULL },
	{ "at {$nothing.here}", NULL },
};

static void
evaluate(const struct expression_context *context, const char *text, const char *result)
{
	struct value value = { .kind = VALUE_STRING, .span = 1, .text = text, .length = (uint32_t)strlen(text) };
	GError *error = NULL;
	g_autoptr(Doc) doc = expression_evaluate(&value, context, &error);
	g_autofree char *json = doc ? value_to_json(doc_root(doc), false) : NULL;
	if (result && strcmp(result, NOTHING) != 0)
		g_assert_cmpstr(json, ==, result);
	else
		g_assert_null(doc);
	if (!doc)
		expect_error(&error, result ? ERR_NOT_FOUND : ERR_INVALID, "$");
}

static void
test_rows(void)
{
	g_autoptr(Doc) request = doc_own(request_body), response = doc_own(response_body), values = doc_own(parameters);
	struct http_header type = { (char[]){ "Content-Type" }, (char[]){ "application/json" } };
	struct http_header location = { (char[]){ "location" }, (char[]){ "http://l/1" } };
	const struct http_request sent = { .method = (char[]){ "POST" }, .url = (char[]){ "/subscribe/x?queryUrl=http%3A%2F%2Fq&raw=a+b&odd=%FF" }, .headers = { &type, 1 } };
	const struct http_response got = { .status = 201, .headers = { &location, 1 } };
	const struct expression_context context = { &sent, &got, doc_root(values), doc_root(request), doc_root(response) };
	const struct expression_context empty = { 0 };
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *text = rows[i].text, *result = rows[i].result;
		GError *error = NULL;
		g_assert_true(expression_check(text, &error) == (result != NULL));
		g_assert_true(result ? !error : error_code(error) == ERR_INVALID);
		g_clear_error(&error);
		evaluate(&context, text, result);
		bool some = result && (*text == '$' || strstr(text, "{$")) && strchr(text, '}') == strrchr(text, '}') && !strstr(text, "open");
		if (some) {
			g_assert_true(expression_is(text));
			evaluate(&empty, text, NOTHING);
		}
	}
	g_assert_false(expression_is("plain"));
	g_assert_false(expression_is("$5"));
}

/* A literal with expressions inside, as a link's requestBody may be. */
static void
test_nested(void)
{
	g_autoptr(Doc) response = doc_own(response_body);
	g_autoptr(Doc) literal = doc_own("{\"of\": \"$response.body#/id\", \"list\": [\"n {$response.body#/id}\", 1.0, {}], \"$url\": null}");
	const struct expression_context context = { .response_body = doc_root(response) };
	GError *error = NULL;
	g_autoptr(Doc) doc = expression_evaluate(doc_root(literal), &context, &error);
	g_assert_no_error(error);
	g_autofree char *json = value_to_json(doc_root(doc), false);
	g_assert_cmpstr(json, ==, "{\"of\":17,\"list\":[\"n 17\",1.0,{}],\"$url\":null}");
	g_autoptr(Doc) broken = doc_own("{\"a\": [\"$response.body#/no\", {\"b\": 1}], \"c\": 2}");
	g_assert_null(expression_evaluate(doc_root(broken), &context, &error));
	expect_error(&error, ERR_NOT_FOUND, "$response.body#/no");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/expression/rows", test_rows);
	g_test_add_func("/expression/nested", test_nested);
	return g_test_run();
}
