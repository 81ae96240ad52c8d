#include "verify/echo.h"

#include "contract_text.h"

static const char *const document = "{'openapi':'3.0.3','info':{'title':'t','version':'1'},'paths':{},'components':{'schemas':{'A':{'type':'object',"
	"'properties':{'name':{'type':'string'},'author':{'type':'object','required':['id','name'],'properties':{'id':{'type':'integer'},"
	"'name':{'type':'string'}}},'tags':{'type':'array','items':{'type':'string'}},'secret':{'type':'string','writeOnly':true},"
	"'made':{'type':'string','readOnly':true},'count':{'type':'integer'}}}}}}";

static const struct echo_case {
	const char *sent, *got, *found;
} cases[] = {
	{ "{'name':'a'}", "{'name':'a'}", "" },
	{ "{'name':'a'}", "{'name':'b'}", "name was sent as \"a\" and came back as \"b\"" },
	{ "{'name':'a'}", "{}", "name was sent as \"a\" and came back as nothing" },
	{ "{'tags':['a','b']}", "{'tags':['a']}", "tags was sent as [\"a\",\"b\"] and came back as [\"a\"]" },
	{ "{'name':'a','tags':['a']}", "{'name':'b','tags':['b']}",
	  "name was sent as \"a\" and came back as \"b\"; tags was sent as [\"a\"] and came back as [\"b\"]" },
	{ "{'author':{'id':1,'name':'x'}}", "{'author':{'id':1,'name':'x','born':1815}}", "" },           /* a server may add */
	{ "{'author':{'id':1,'name':'x'}}", "{'author':{'id':2,'name':'x'}}",
	  "author was sent as {\"id\":1,\"name\":\"x\"} and came back as {\"id\":2,\"name\":\"x\"}" },
	{ "{'author':{'id':1}}", "{'author':{'id':1,'name':'y'}}", "" },   /* as it was sent, the answer cannot show it */
	{ "{'count':'many'}", "{}", "" },
	{ "{'secret':'s','made':'m','other':1}", "{}", "" },
};

static void
test_differences(void)
{
	g_autoptr(Doc) doc = doc_from_text(document);
	g_autoptr(Openapi) openapi = openapi_create(doc, NULL);
	const struct value *schema = value_find(doc_root(doc), "/components/schemas/A");
	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Doc) sent = doc_from_text(cases[i].sent), got = doc_from_text(cases[i].got);
		g_autofree char *found = echo_differences(openapi, schema, doc_root(sent), doc_root(got));
		g_assert_cmpstr(found, ==, cases[i].found);
	}
}

static void
test_replace(void)
{
	static const char *const rows[][3] = {
		{ "{'id':1,'a':2}", NULL, "{\"id\":\"new\",\"a\":2}" },
		{ "{'b':{'id':1,'a':2},'id':3}", "b", "{\"b\":{\"id\":\"new\",\"a\":2},\"id\":3}" },
		{ "{'a':2}", NULL, "{\"a\":2}" },        /* only what is there is replaced */
		{ "{'id':1}", "b", "{\"id\":1}" },
		{ "[1]", NULL, "[1]" },
	};
	g_autoptr(Doc) value = doc_from_text("'new'");
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Doc) body = doc_from_text(rows[i][0]), replaced = echo_replace(doc_root(body), rows[i][1], "id", doc_root(value));
		g_autofree char *json = value_to_json(doc_root(replaced), false);
		g_assert_cmpstr(json, ==, rows[i][2]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/echo/differences", test_differences);
	g_test_add_func("/echo/replace", test_replace);
	return g_test_run();
}
