/* The specification's own tables of parameter styles, both ways: OpenAPI 3.1.1 section 4.8.12.4 and 3.2.0 section 4.12.6,
 * with what 3.0 showed otherwise, parameters with content, allowReserved and whole queries. */
#include "contract/style.h"

#include "contract_text.h"

#define EMPTY "{type: string}", "''"
#define TEXT "{type: string}", "'blue'"
#define LIST "{type: array, items: {type: string}}", "['blue', 'black', 'brown']"
#define OBJECT "{type: object, properties: {R: {type: integer}, G: {type: integer}, B: {type: integer}}}", "{'R': 100, 'G': 200, 'B': 150}"
#define NUMBER "{type: number}", "-1.50"
#define TRUTH "{type: [boolean, 'null']}", "true"
#define JSON_OBJECT "{application/json: {schema: {type: object}}}", "{'a': [1, 'x y'], 'b': {'c': null}}"
#define FORM_OBJECT                                                                                                      \
	"{application/x-www-form-urlencoded: {schema: {type: object, properties: {q: {type: string}, n: {type: integer}, "    \
	"tags: {type: array, items: {type: string}}}}}}", "{'q': 'a b&c', 'n': 7, 'tags': ['x', 'y']}"
#define PLAIN "{text/plain: {schema: {type: integer}}}", "42"

enum ways { BOTH, DECODED, LOOSELY };

static const struct row {
	const char *in, *style;
	bool explode;
	const char *schema, *value, *text;
	enum ways ways;            /* a text that is only read, or only by a loose reader */
	const char *more;          /* other members of the parameter; "content" with the schema in it */
} rows[] = {
	{ "path", "matrix", false, EMPTY, ";color", BOTH, NULL },
	{ "path", "matrix", false, TEXT, ";color=blue", BOTH, NULL },
	{ "path", "matrix", false, LIST, ";color=blue,black,brown", BOTH, NULL },
	{ "path", "matrix", false, OBJECT, ";color=R,100,G,200,B,150", BOTH, NULL },
	{ "path", "matrix", true, EMPTY, ";color", BOTH, NULL },
	{ "path", "matrix", true, TEXT, ";color=blue", BOTH, NULL },
	{ "path", "matrix", true, LIST, ";color=blue;color=black;color=brown", BOTH, NULL },
	{ "path", "matrix", true, OBJECT, ";R=100;G=200;B=150", BOTH, NULL },
	{ "path", "label", false, EMPTY, ".", BOTH, NULL },
	{ "path", "label", false, TEXT, ".blue", BOTH, NULL },
	{ "path", "label", false, LIST, ".blue,black,brown", BOTH, NULL },
	{ "path", "label", false, LIST, ".blue.black.brown", LOOSELY, NULL },
	{ "path", "label", false, OBJECT, ".R,100,G,200,B,150", BOTH, NULL },
	{ "path", "label", false, OBJECT, ".R.100.G.200.B.150", LOOSELY, NULL },
	{ "path", "label", true, EMPTY, ".", BOTH, NULL },
	{ "path", "label", true, TEXT, ".blue", BOTH, NULL },
	{ "path", "label", true, LIST, ".blue.black.brown", BOTH, NULL },
	{ "path", "label", true, OBJECT, ".R=100.G=200.B=150", BOTH, NULL },
	{ "path", "simple", false, EMPTY, "", BOTH, NULL },
	{ "path", "simple", false, TEXT, "blue", BOTH, NULL },
	{ "path", "simple", false, LIST, "blue,black,brown", BOTH, NULL },
	{ "path", "simple", false, OBJECT, "R,100,G,200,B,150", BOTH, NULL },
	{ "path", "simple", true, EMPTY, "", BOTH, NULL },
	{ "path", "simple", true, TEXT, "blue", BOTH, NULL },
	{ "path", "simple", true, LIST, "blue,black,brown", BOTH, NULL },
	{ "path", "simple", true, OBJECT, "R=100,G=200,B=150", BOTH, NULL },
	{ "header", "simple", false, TEXT, "blue", BOTH, NULL },
	{ "header", "simple", false, LIST, "blue,black,brown", BOTH, NULL },
	{ "header", "simple", false, LIST, "blue, black ,brown", DECODED, NULL },
	{ "header", "simple", false, OBJECT, "R,100,G,200,B,150", BOTH, NULL },
	{ "header", "simple", true, LIST, "blue,black,brown", BOTH, NULL },
	{ "header", "simple", true, OBJECT, "R=100,G=200,B=150", BOTH, NULL },
	{ "query", "form", false, EMPTY, "color=", BOTH, NULL },
	{ "query", "form", false, TEXT, "color=blue", BOTH, NULL },
	{ "query", "form", false, LIST, "color=blue,black,brown", BOTH, NULL },
	{ "query", "form", false, LIST, "color=blue%2Cblack%2cbrown", LOOSELY, NULL },
	{ "query", "form", false, OBJECT, "color=R,100,G,200,B,150", BOTH, NULL },
	{ "query", "form", true, EMPTY, "color=", BOTH, NULL },
	{ "query", "form", true, TEXT, "color=blue", BOTH, NULL },
	{ "query", "form", true, LIST, "color=blue&color=black&color=brown", BOTH, NULL },
	{ "query", "form", true, LIST, "x=1&color=blue&y&color=black&color=brown", DECODED, NULL },
	{ "query", "form", true, OBJECT, "R=100&G=200&B=150", BOTH, NULL },
	{ "query", "spaceDelimited", false, LIST, "color=blue%20black%20brown", BOTH, NULL },
	{ "query", "spaceDelimited", false, LIST, "color=blue+black+brown", DECODED, NULL },
	{ "query", "spaceDelimited", false, OBJECT, "color=R%20100%20G%20200%20B%20150", BOTH, NULL },
	{ "query", "spaceDelimited", true, LIST, "color=blue&color=black&color=brown", BOTH, NULL },
	{ "query", "pipeDelimited", false, LIST, "color=blue%7Cblack%7Cbrown", BOTH, NULL },
	{ "query", "pipeDelimited", false, LIST, "color=blue|black|brown", DECODED, NULL },
	{ "query", "pipeDelimited", false, OBJECT, "color=R%7C100%7CG%7C200%7CB%7C150", BOTH, NULL },
	{ "query", "pipeDelimited", true, LIST, "color=blue&color=black&color=brown", BOTH, NULL },
	{ "query", "deepObject", true, OBJECT, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150", BOTH, NULL },
	{ "query", "deepObject", true, OBJECT, "color[R]=100&color[G]=200&color[B]=150", DECODED, NULL },
	{ "cookie", "form", false, EMPTY, "color=", BOTH, NULL },
	{ "cookie", "form", false, TEXT, "color=blue", BOTH, NULL },
	{ "cookie", "form", false, LIST, "color=blue,black,brown", BOTH, NULL },
	{ "cookie", "form", false, OBJECT, "color=R,100,G,200,B,150", BOTH, NULL },
	{ "cookie", "form", true, TEXT, "color=blue", BOTH, NULL },
	{ "cookie", "cookie", false, EMPTY, "color=", BOTH, NULL },
	{ "cookie", "cookie", false, TEXT, "color=blue", BOTH, NULL },
	{ "cookie", "cookie", false, LIST, "color=blue,black,brown", BOTH, NULL },
	{ "cookie", "cookie", false, OBJECT, "color=R,100,G,200,B,150", BOTH, NULL },
	{ "cookie", "cookie", true, TEXT, "color=blue", BOTH, NULL },
	{ "cookie", "cookie", true, LIST, "color=blue; color=black; color=brown", BOTH, NULL },
	{ "cookie", "cookie", true, OBJECT, "R=100; G=200; B=150", BOTH, NULL },
	{ "cookie", "cookie", false, "{type: string}", "'a%20b'", "color=a%20b", BOTH, NULL },
	{ "path", "simple", false, NUMBER, "-1.50", BOTH, NULL },
	{ "query", "form", true, NUMBER, "color=-1.50", BOTH, NULL },
	{ "header", "simple", false, TRUTH, "true", BOTH, NULL },
	{ "cookie", "form", true, TRUTH, "color=true", BOTH, NULL },
	{ "query", "form", true, "{type: string}", "'a b&c=d/e?f#+%ü'", "color=a%20b%26c%3Dd%2Fe%3Ff%23%2B%25%C3%BC", BOTH, NULL },
	{ "query", "form", true, "{type: string}", "'a b&c=d/e?f#+%ü'", "color=a%20b%26c=d/e?f%23%2B%25%C3%BC", BOTH, "allowReserved: true" },
	{ "query", "form", false, "{type: array, items: {type: string}}", "['http://h:1/a', 'b,c']", "color=http://h:1/a,b%2Cc", BOTH, "allowReserved: true" },
	{ "path", "simple", false, "{type: string}", "'a/b:c@d'", "a%2Fb:c@d", BOTH, "allowReserved: true" },
	{ "query", "form", true, JSON_OBJECT, "color=%7B%22a%22%3A%5B1%2C%22x%20y%22%5D%2C%22b%22%3A%7B%22c%22%3Anull%7D%7D", BOTH, "content" },
	{ "path", "simple", false, JSON_OBJECT, "%7B%22a%22%3A%5B1%2C%22x%20y%22%5D%2C%22b%22%3A%7B%22c%22%3Anull%7D%7D", BOTH, "content" },
	{ "header", "simple", false, JSON_OBJECT, "{\"a\":[1,\"x y\"],\"b\":{\"c\":null}}", BOTH, "content" },
	{ "cookie", "form", true, PLAIN, "color=42", BOTH, "content" },
	{ "querystring", "form", true, JSON_OBJECT, "%7B%22a%22%3A%5B1%2C%22x%20y%22%5D%2C%22b%22%3A%7B%22c%22%3Anull%7D%7D", BOTH, "content" },
	{ "querystring", "form", true, FORM_OBJECT, "q=a%20b%26c&n=7&tags=x&tags=y", BOTH, "content" },
	{ "querystring", "form", true, FORM_OBJECT, "tags=x&n=7&tags=y&q=a+b%26c", DECODED, "content" },
};

static struct openapi *
openapi_with(const struct row *row)
{
	bool content = g_strcmp0(row->more, "content") == 0, whole = g_str_equal(row->in, "querystring");
	g_autofree char *style = g_strdup_printf("style: %s, explode: %s, %s, schema: %s", row->style, row->explode ? "true" : "false",
	                                         row->more ? row->more : "x-none: 1", row->schema);
	g_autofree char *inner = content ? g_strdup_printf("content: %s", row->schema) : g_steal_pointer(&style);
	g_autofree char *text = g_strdup_printf("openapi: 3.2.0\npaths:\n  '/a/{color}':\n    get:\n      operationId: a\n      parameters:\n"
	                                        "        - {name: %s, in: %s, required: true, %s}\n      responses: {}\n",
	                                        whole ? "whole" : "color", row->in, inner);
	return openapi_from_text(text);
}

static void
expect_decoded(const struct row *row, struct openapi *openapi, const struct openapi_operation *operation, const struct value *value)
{
	struct style_pairs pairs = { 0 };
	struct writer writer;
	bool query = g_str_equal(row->in, "query"), cookie = g_str_equal(row->in, "cookie");
	if (query)
		style_split_query(row->text, &pairs);
	else if (cookie)
		style_split_cookies(row->text, &pairs);
	const struct style_source source = { .pairs = query || cookie ? &pairs : NULL, .text = row->text };
	writer_init(&writer, false);
	enum style_reading how = row->ways == LOOSELY ? STYLE_LOOSE : STYLE_TYPED;
	enum style_result result = style_decode(openapi, operation->parameters, &source, how, operation, &writer);
	style_pairs_clear(&pairs);
	if (result != STYLE_READ)
		g_error("%s %s: %s is not read: %d", row->in, row->style, row->text, result);
	g_autoptr(Doc) doc = writer_doc(&writer);
	g_autofree char *found = value_to_json(doc_root(doc), false);
	if (!value_equal(doc_root(doc), value))
		g_error("%s %s%s: %s is read as %s", row->in, row->style, row->explode ? "*" : "", row->text, found);
}

static void
test_table(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct row *row = &rows[i];
		g_autoptr(Openapi) openapi = openapi_with(row);
		const struct openapi_operation *operation = openapi_operation(openapi, "a");
		g_assert_cmpuint(operation->parameter_count, ==, 1);
		g_autoptr(Doc) value = doc_from_text(row->value);
		g_autofree char *text = style_encode(operation->parameters, doc_root(value));
		if (row->ways == BOTH && !g_str_equal(text, row->text))
			g_error("%s %s%s: %s is written as %s, not %s", row->in, row->style, row->explode ? "*" : "", row->value, text, row->text);
		expect_decoded(row, openapi, operation, doc_root(value));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/style-table/table", test_table);
	return g_test_run();
}
