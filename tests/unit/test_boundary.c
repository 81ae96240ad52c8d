#include "verify/boundary.h"

#include "contract_text.h"

#define HEAD "{'openapi':'3.1.0','info':{'title':'t','version':'1'},'paths':{},'components':{'schemas':{'A':"
#define TAIL "}}}"

static struct boundary_list
find(const char *schema, const char *fitting, struct openapi **ret_openapi, struct sampler **ret_sampler)
{
	GError *error = NULL;
	g_autofree char *text = g_strconcat(HEAD, schema, TAIL, NULL);
	*ret_openapi = openapi_from_text(text);
	*ret_sampler = sampler_create(*ret_openapi, 1);
	g_autoptr(ValueBook) book = value_book_open(&error);
	g_assert_no_error(error);
	g_autoptr(Doc) value = doc_from_text(fitting);
	struct boundary_list list;
	boundaries_of(*ret_openapi, *ret_sampler, book, value_find(doc_root(openapi_doc(*ret_openapi)), "/components/schemas/A"), doc_root(value), &list);
	return list;
}

static const struct boundary *
look(const struct boundary_list *list, const char *text)
{
	g_autoptr(Doc) wanted = doc_from_text(text);
	for (size_t i = 0; i < list->count; i++)
		if (value_equal(doc_root(list->items[i].value), doc_root(wanted)))
			return &list->items[i];
	return NULL;
}

/* Schema, a fitting value, values that are proposed and fit, and some that do not with the point that they break. */
static const struct {
	const char *schema, *fitting, *good[6], *bad[6][2];
} rows[] = {
	{ "{'type':'integer','minimum':3,'maximum':9}", "5", { "3", "9", "4", "8" }, { { "2", "minimum" }, { "10", "maximum" }, { "5.5", "type" }, { "'5'", "type" }, { "null", "type" } } },
	{ "{'type':'integer','multipleOf':5,'minimum':5}", "10", { "5" }, { { "11", "multipleOf" } } },
	{ "{'type':'number','exclusiveMinimum':0}", "2", { "0.01", "1" }, { { "0", "exclusiveMinimum" } } },
	{ "{'type':'string','minLength':2,'maxLength':4}", "'abc'", { "'ab'", "'abca'", "'xx'" }, { { "'a'", "minLength" }, { "'abcab'", "maxLength" }, { "''", "minLength" } } },
	{ "{'type':'string','pattern':'^[A-Z]{3}-[0-9]$'}", "'ABC-1'", { NULL }, { { "'ABC-11'", "pattern" }, { "'AABC-1'", "pattern" }, { "'abc-1'", "pattern" } } },
	{ "{'type':'string','format':'date'}", "'2020-01-01'", { "'2024-02-29'" }, { { "'2023-02-29'", "format" }, { "'yesterday'", "format" } } },
	{ "{'type':'string','enum':['a','b','c']}", "'a'", { "'b'", "'c'" }, { { "'none-of-these'", "enum" }, { "'A'", "enum" } } },
	{ "{'type':['boolean','null']}", "true", { "false", "null" }, { { "'true'", "type" } } },
	{ "{'type':'array','items':{'type':'integer'},'minItems':1,'maxItems':3}", "[7]", { "[7,7,7]", "[7,7]" }, { { "[]", "minItems" }, { "[7,7,7,7]", "maxItems" } } },
	{ "{'type':'array','items':{'type':'string'},'uniqueItems':true}", "['a','b']", { "[]" }, { { "['a','a']", "/1 uniqueItems" } } },
	{ "{'type':'object','required':['a'],'additionalProperties':false,'properties':{'a':{'type':'integer'},'b':{'type':'integer'},'c':{'type':'integer'}}}",
	  "{'a':1,'b':2,'c':3}", { "{'a':1}", "{'a':1,'b':2}", "{'a':1,'c':3}" },
	  { { "{'b':2,'c':3}", "required" }, { "{'a':1,'b':2,'c':3,'not_in_the_contract':true}", NULL }, { "{'a':'1','b':2,'c':3}", "/a type" } } },
	{ "{'oneOf':[{'type':'object','required':['k'],'properties':{'k':{'const':'x'}}},{'type':'object','required':['k','n'],'properties':{'k':{'const':'y'},'n':{'type':'integer','minimum':1}}}]}",
	  "{'k':'x'}", { NULL }, { { "{'k':'none-of-these'}", NULL } } },
};

static void
test_rows(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Openapi) openapi = NULL;
		struct sampler *sampler;
		struct boundary_list list = find(rows[i].schema, rows[i].fitting, &openapi, &sampler);
		for (unsigned k = 0; k < 6 && rows[i].good[k]; k++) {
			const struct boundary *boundary = look(&list, rows[i].good[k]);
			if (!boundary || !boundary->fits)
				g_error("%s is not proposed as fitting %s", rows[i].good[k], rows[i].schema);
		}
		for (unsigned k = 0; k < 6 && rows[i].bad[k][0]; k++) {
			const struct boundary *boundary = look(&list, rows[i].bad[k][0]);
			if (!boundary || boundary->fits)
				g_error("%s is not proposed as breaking %s", rows[i].bad[k][0], rows[i].schema);
			if (rows[i].bad[k][1])
				g_assert_cmpstr(boundary->point, ==, rows[i].bad[k][1]);
		}
		boundaries_clear(&list);
		sampler_destroy(sampler);
	}
}

/* Nothing twice, nothing that is the value itself, and every verdict is the schema's. */
static void
test_verdicts(void)
{
	g_autoptr(Openapi) openapi = NULL;
	struct sampler *sampler;
	struct boundary_list list = find(rows[10].schema, rows[10].fitting, &openapi, &sampler);
	const struct schema *schema = openapi_schema(openapi, value_find(doc_root(openapi_doc(openapi)), "/components/schemas/A"), NULL);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(Doc) fitting = doc_from_text(rows[10].fitting);
	for (size_t i = 0; i < list.count; i++) {
		g_assert_true(g_hash_table_add(seen, value_to_json(doc_root(list.items[i].value), false)));
		g_assert_false(value_equal(doc_root(list.items[i].value), doc_root(fitting)));
		g_assert_true(schema_check(schema, doc_root(list.items[i].value), SCHEMA_SIDE_REQUEST, NULL) == list.items[i].fits);
	}
	boundaries_clear(&list);
	sampler_destroy(sampler);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/boundary/rows", test_rows);
	g_test_add_func("/boundary/verdicts", test_verdicts);
	return g_test_run();
}
