/* Forms as bodies, URL-encoded and of several parts, with what their encoding objects say; both ways. */
#include "contract/body.h"

#include "contract_text.h"

#define PART "--teamwright-part-boundary\r\nContent-Disposition: form-data; name="
#define END "--teamwright-part-boundary--\r\n"
#define FORM "application/x-www-form-urlencoded"
#define PARTS "multipart/form-data"
#define PROPERTIES                                                                                                       \
	"schema: {type: object, properties: {s: {type: string}, n: {type: integer}, l: {type: array, items: {type: string}}, "    \
	"o: {type: object, properties: {a: {type: integer}, b: {type: string}}}, f: {type: string, format: binary}, "             \
	"m: {type: string, contentMediaType: image/png}, ol: {type: array, items: {type: object}}}}"

static const struct {
	const char *type, *encoding, *value, *body;
} rows[] = {
	{ FORM, "{}", "{'s': 'a b&c', 'n': 7, 'l': ['x', 'y z']}", "s=a%20b%26c&n=7&l=x&l=y%20z" },
	{ FORM, "{}", "{'o': {'a': 1, 'b': 'x'}}", "o=%7B%22a%22%3A1%2C%22b%22%3A%22x%22%7D" },
	{ FORM, "{o: {style: deepObject, explode: true}}", "{'o': {'a': 1, 'b': 'x'}}", "o%5Ba%5D=1&o%5Bb%5D=x" },
	{ FORM, "{o: {style: form, explode: false}}", "{'o': {'a': 1, 'b': 'x'}}", "o=a,1,b,x" },
	{ FORM, "{l: {explode: false}}", "{'l': ['x', 'y']}", "l=x,y" },
	{ FORM, "{l: {style: spaceDelimited, explode: false}}", "{'l': ['x', 'y']}", "l=x%20y" },
	{ FORM, "{l: {style: pipeDelimited, explode: false}}", "{'l': ['x', 'y']}", "l=x%7Cy" },
	{ FORM, "{s: {allowReserved: true}}", "{'s': 'http://h/a?b=c'}", "s=http://h/a?b=c" },
	{ PARTS, "{}", "{'s': 'a b', 'n': 7}", PART "\"s\"\r\n\r\na b\r\n" PART "\"n\"\r\n\r\n7\r\n" END },
	{ PARTS, "{}", "{'l': ['x', 'y']}", PART "\"l\"\r\n\r\nx\r\n" PART "\"l\"\r\n\r\ny\r\n" END },
	{ PARTS, "{}", "{'o': {'a': 1, 'b': 'x'}}", PART "\"o\"\r\nContent-Type: application/json\r\n\r\n{\"a\":1,\"b\":\"x\"}\r\n" END },
	{ PARTS, "{}", "{'ol': [{'a': 1}, {'b': 2}]}",
	  PART "\"ol\"\r\nContent-Type: application/json\r\n\r\n{\"a\":1}\r\n" PART "\"ol\"\r\nContent-Type: application/json\r\n\r\n{\"b\":2}\r\n" END },
	{ PARTS, "{}", "{'f': 'raw'}", PART "\"f\"; filename=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\nraw\r\n" END },
	{ PARTS, "{}", "{'m': 'raw'}", PART "\"m\"; filename=\"file\"\r\nContent-Type: image/png\r\n\r\nraw\r\n" END },
	{ PARTS, "{f: {contentType: 'image/jpeg, image/png'}}", "{'f': 'raw'}", PART "\"f\"; filename=\"file\"\r\nContent-Type: image/jpeg\r\n\r\nraw\r\n" END },
	{ PARTS, "{f: {contentType: image/*}}", "{'f': 'raw'}", PART "\"f\"; filename=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\nraw\r\n" END },
	{ PARTS, "{l: {contentType: application/json}}", "{'l': ['x', 'y']}", PART "\"l\"\r\nContent-Type: application/json\r\n\r\n[\"x\",\"y\"]\r\n" END },
	{ PARTS, "{s: {contentType: text/csv}}", "{'s': 'a,b'}", PART "\"s\"\r\nContent-Type: text/csv\r\n\r\na,b\r\n" END },
};

static struct openapi *
openapi_with(const char *type, const char *encoding)
{
	g_autofree char *text = g_strdup_printf("openapi: 3.1.0\npaths:\n  /a:\n    post:\n      operationId: a\n      requestBody: {content: {%s: {%s, "
	                                        "encoding: %s}}}\n      responses: {}\n", type, PROPERTIES, encoding);
	return openapi_from_text(text);
}

static void
test_both_ways(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Openapi) openapi = openapi_with(rows[i].type, rows[i].encoding);
		g_autoptr(Doc) value = doc_from_text(rows[i].value);
		const struct value *media = openapi_content(openapi, openapi_operation(openapi, "a")->body, NULL, NULL);
		g_autofree char *type = NULL;
		GString *text = body_write(openapi, rows[i].type, media, doc_root(value), &type);
		g_assert_cmpstr(text->str, ==, rows[i].body);
		struct faults faults = { 0 };
		const struct body body = { type, text->str, text->len, media };
		g_autoptr(Doc) doc = body_read(openapi, &body, &faults);
		/* An image is sent as what it is, not as just any bytes. */
		bool vague = strstr(rows[i].encoding, "image/*") != NULL;
		g_assert_cmpuint(faults.count, ==, vague);
		if (vague)
			g_assert_cmpstr(faults.items[0].message, ==, "is sent as application/octet-stream, not as image/*");
		g_assert_nonnull(doc);
		assert_json(doc_root(doc), rows[i].value);
		faults_clear(&faults);
		g_string_free(text, TRUE);
	}
}

/* Content that looks like the boundary does not end its part. */
static void
test_boundary(void)
{
	g_autoptr(Openapi) openapi = openapi_with(PARTS, "{}");
	g_autoptr(Doc) value = doc_from_text("{'s': '--teamwright-part-boundary--\\r\\n--teamwright-part-boundary-1'}");
	const struct value *media = openapi_content(openapi, openapi_operation(openapi, "a")->body, NULL, NULL);
	g_autofree char *type = NULL;
	GString *text = body_write(openapi, PARTS, media, doc_root(value), &type);
	struct faults faults = { 0 };
	g_autoptr(Doc) doc = body_read(openapi, &(struct body){ type, text->str, text->len, media }, &faults);
	g_assert_cmpuint(faults.count, ==, 0);
	g_assert_true(value_equal(doc_root(doc), doc_root(value)));
	g_string_free(text, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/form/both-ways", test_both_ways);
	g_test_add_func("/form/boundary", test_boundary);
	return g_test_run();
}
