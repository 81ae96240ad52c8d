/* Sequences as bodies: JSON lines, JSON text sequences, server-sent events; what each item is held to. */
#include "contract/sequence.h"

#include "contract_text.h"
#include "contract/request.h"

#define ITEM "{itemSchema: {type: object, required: [n], properties: {n: {type: integer}}}}"
#define EVENT "{itemSchema: {type: object, required: [data], properties: {data: {type: string}, event: {enum: [tick]}}}}"

static const struct {
	const char *type, *media, *body, *value;   /* the value NULL: it is not interpreted; "" it cannot be read */
	const char *faults;                        /* names and messages hold this; NULL for none */
} rows[] = {
	{ "application/jsonl", ITEM, "{\"n\":1}\n{\"n\":2}\n", "[{'n': 1}, {'n': 2}]", NULL },
	{ "application/x-ndjson", ITEM, "{\"n\":1}\r\n\n{\"n\":2}", "[{'n': 1}, {'n': 2}]", NULL },
	{ "application/jsonl", ITEM, "", "[]", NULL },
	{ "application/jsonl", ITEM, "{\"n\":1}\n{\"n\":\"x\"}\n", "[{'n': 1}, {'n': 'x'}]", "/1/n" },
	{ "application/jsonl", ITEM, "{\"n\":1}\n{\"n\":\n", "", "/1" },
	{ "application/json-seq", ITEM, "\x1E{\"n\":1}\n\x1E{\"n\":\n2}\n", "[{'n': 1}, {'n': 2}]", NULL },
	{ "application/geo+json-seq", ITEM, "\x1E{\"n\":1.5}\n", "[{'n': 1.5}]", "/0/n" },
	{ "text/event-stream", EVENT, ": hello\nevent: tick\ndata: a\ndata: b\nid: 7\nretry: 10\n\ndata:c\n\n",
	  "[{'event': 'tick', 'data': 'a\\nb', 'id': '7', 'retry': 10}, {'data': 'c'}]", NULL },
	{ "text/event-stream", EVENT, "event: tock\ndata\n\ndata: unended\n", "[{'event': 'tock', 'data': ''}]", "/0/event" },
	{ "application/jsonl", "{schema: {type: array, maxItems: 1, items: {type: integer}}}", "1\n2\n", "[1, 2]", "maxItems" },
	/* Described as text, as it was until 3.2. */
	{ "text/event-stream", "{schema: {type: string}}", "data: x\n\n", NULL, NULL },
	{ "application/jsonl", "{}", "1\n", NULL, NULL },
};

static struct openapi *
openapi_with(const char *type, const char *media)
{
	g_autofree char *text = g_strdup_printf("openapi: 3.2.0\npaths:\n  /a:\n    post:\n      operationId: a\n"
	                                        "      requestBody: {content: {%s: {$ref: '#/components/mediaTypes/M'}}}\n      responses: {}\n"
	                                        "components: {mediaTypes: {M: %s}}\n", type, media);
	return openapi_from_text(text);
}

static void
test_read(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Openapi) openapi = openapi_with(rows[i].type, rows[i].media);
		struct faults faults = { 0 };
		const struct value *media = openapi_content(openapi, openapi_operation(openapi, "a")->body, rows[i].type, NULL);
		const struct body body = { rows[i].type, rows[i].body, strlen(rows[i].body), media };
		g_autoptr(Doc) doc = body_read(openapi, &body, &faults);
		g_assert_true(!doc == (!rows[i].value || !*rows[i].value));
		if (doc)
			assert_json(doc_root(doc), rows[i].value);
		if (doc)
			exchange_check_body(openapi, media, doc_root(doc), SCHEMA_SIDE_REQUEST, &faults);
		g_assert_cmpuint(faults.count, ==, rows[i].faults != NULL);
		if (faults.count && g_str_has_prefix(rows[i].faults, "/"))
			g_assert_cmpstr(faults.items[0].name, ==, rows[i].faults);
		faults_clear(&faults);
	}
}

static void
test_write(void)
{
	static const struct {
		const char *type, *media, *value, *body;
	} written[] = {
		{ "application/jsonl", ITEM, "[{'n': 1}, {'n': 2}]", "{\"n\":1}\n{\"n\":2}\n" },
		{ "application/json-seq", ITEM, "[{'n': 1}]", "\x1E{\"n\":1}\n" },
		{ "text/event-stream", EVENT, "[{'event': 'tick', 'data': 'a\\nb'}, 7]", "event: tick\ndata: a\ndata: b\n\ndata: 7\n\n" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(written); i++) {
		g_autoptr(Openapi) openapi = openapi_with(written[i].type, written[i].media);
		g_autoptr(Doc) value = doc_from_text(written[i].value);
		const struct value *media = openapi_content(openapi, openapi_operation(openapi, "a")->body, NULL, NULL);
		char *type = NULL;
		GString *text = body_write(openapi, written[i].type, media, doc_root(value), &type);
		g_assert_cmpstr(text->str, ==, written[i].body);
		g_string_free(text, TRUE);
		g_free(type);
	}
}

/* A request is made of what describes the items alone. */
static void
test_request(void)
{
	GError *error = NULL;
	g_autoptr(Openapi) openapi = openapi_with("application/jsonl", ITEM);
	struct sampler *sampler = sampler_create(openapi, 1);
	struct http_request request;
	g_assert_true(request_make(sampler, openapi, openapi_operation(openapi, "a"), &(struct request_options){ 0 }, &request, &error));
	g_assert_no_error(error);
	struct parsed_request parsed;
	struct faults faults = { 0 };
	g_assert_true(g_str_has_suffix(request.body->str, "}\n"));
	g_assert_true(exchange_judge_request(openapi, &request, &parsed, &faults));
	g_assert_true(value_is(doc_root(parsed.body), VALUE_ARRAY));
	parsed_request_clear(&parsed);
	http_request_clear(&request);
	sampler_destroy(sampler);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sequence/read", test_read);
	g_test_add_func("/sequence/write", test_write);
	g_test_add_func("/sequence/request", test_request);
	return g_test_run();
}
