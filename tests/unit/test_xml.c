/* XML and back: what a schema says of names, attributes and lists holds both ways. */
#include "contract/xml.h"

#include "contract_text.h"

static const char document[] =
	"openapi: 3.1.0\n"
	"info: {title: x, version: '1'}\n"
	"paths: {}\n"
	"components:\n"
	"  schemas:\n"
	"    Plain: {type: object, properties: {name: {type: string}, size: {type: integer}, good: {type: boolean}, rate: {type: number}}}\n"
	"    Named: {type: object, xml: {name: thing, prefix: t, namespace: 'urn:t'}, properties: {id: {type: integer, xml: {attribute: true}},"
	" label: {type: string, xml: {name: title}}}}\n"
	"    Lists: {type: object, properties: {tags: {type: array, items: {type: string}},"
	" codes: {type: array, xml: {wrapped: true}, items: {type: integer, xml: {name: code}}},"
	" parts: {type: array, items: {$ref: '#/components/schemas/Plain'}}}}\n"
	"    All: {type: array, items: {$ref: '#/components/schemas/Plain'}}\n"
	"    Inner: {type: object, properties: {one: {$ref: '#/components/schemas/Named'}, none: {type: [integer, 'null']}}}\n"
	"    Closed: {type: object, additionalProperties: false, properties: {a: {type: string}}}\n";

static const struct value *
schema_named(const struct openapi *openapi, const char *name)
{
	return value_member(value_member(value_member(doc_root(openapi_doc(openapi)), "components"), "schemas"), name);
}

static void
test_round(void)
{
	static const char *const rows[][2] = {
		{ "Plain", "{'name':'a <b> & \\\"c\\\"','size':7,'good':true,'rate':1.5}" },
		{ "Plain", "{}" },
		{ "Plain", "{'name':''}" },
		{ "Named", "{'id':3,'label':'x'}" },
		{ "Lists", "{'tags':['a','b'],'codes':[1,2],'parts':[{'name':'p'},{'size':1}]}" },
		{ "Lists", "{'codes':[]}" },
		{ "All", "[{'name':'p'},{'name':'q'}]" },
		{ "Inner", "{'one':{'id':1,'label':'y'},'none':null}" },
		{ "Plain", "{'name':'n','more':'m'}" },
	};
	g_autoptr(Openapi) openapi = openapi_from_text(document);
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *json = g_strdelimit(g_strdup(rows[i][1]), "'", '"');
		g_autoptr(Doc) doc = doc_own(json);
		const struct value *schema = schema_named(openapi, rows[i][0]);
		g_autofree char *text = xml_text(openapi, doc_root(doc), schema);
		GError *error = NULL;
		g_test_message("%s", text);
		g_autoptr(Doc) back = xml_read(openapi, text, strlen(text), schema, &error);
		g_assert_no_error(error);
		assert_json(doc_root(back), rows[i][1]);
	}
}

static void
test_read(void)
{
	static const char *const rows[][3] = {
		{ "Plain", "<!-- c --><p><size> 7</size><name><![CDATA[<b>]]></name></p>", "{'name':'<b>','size':' 7'}" },
		{ "Plain", "<p><size>seven</size></p>", "{'size':'seven'}" },
		{ "Closed", "<p><a>1</a><b><c>2</c></b></p>", "{'a':'1','b':{'c':'2'}}" },
		{ "Plain", "<p>", NULL },
		{ "Plain", "", NULL },
		{ "Plain", "<p></q>", NULL },
		{ "Plain", "<!DOCTYPE p [<!ENTITY a 'b'>]><p><name>&a;</name></p>", NULL },
	};
	g_autoptr(Openapi) openapi = openapi_from_text(document);
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		g_autoptr(Doc) doc = xml_read(openapi, rows[i][1], strlen(rows[i][1]), schema_named(openapi, rows[i][0]), &error);
		g_test_message("%s", rows[i][1]);
		g_assert_true(!doc == (error != NULL) && !doc == !rows[i][2]);
		if (doc)
			assert_json(doc_root(doc), rows[i][2]);
		g_clear_error(&error);
	}
}

/* Elements in elements, and more of them than anybody needs. */
static void
test_bounds(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(document);
	for (unsigned many = 0; many < 2; many++) {
		g_autoptr(GString) text = g_string_new("<p>");
		GError *error = NULL;
		for (unsigned i = 0; i < 200000; i++)
			g_string_append(text, many ? "<a/>" : "<a>");
		g_string_append(text, "</p>");
		g_assert_null(xml_read(openapi, text->str, text->len, schema_named(openapi, "Plain"), &error));
		g_assert_nonnull(strstr(error->message, "too many elements"));
		g_clear_error(&error);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xml/round", test_round);
	g_test_add_func("/xml/read", test_read);
	g_test_add_func("/xml/bounds", test_bounds);
	return g_test_run();
}
