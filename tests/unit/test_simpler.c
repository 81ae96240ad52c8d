#include "verify/simpler.h"

#include "contract_text.h"

static const char *const document = "{'openapi':'3.0.3','info':{'title':'t','version':'1'},'paths':{'/a/{id}':{'post':{'operationId':'make',"
	"'parameters':[{'name':'id','in':'path','required':true,'schema':{'type':'string'}},{'name':'q','in':'query','schema':{'type':'string'}}],"
	"'requestBody':{'content':{'application/json':{'schema':{'type':'object'}}}},'responses':{'200':{'description':'d'}}}}}}";

static bool
holds(GPtrArray *list, const char *text)
{
	g_autoptr(Doc) wanted = doc_from_text(text);
	for (guint i = 0; i < list->len; i++)
		if (value_equal(doc_root(g_ptr_array_index(list, i)), doc_root(wanted)))
			return true;
	return false;
}

static void
test_values(void)
{
	static const char *const rows[][4] = {
		{ "{'a':1,'b':[true,'xy']}", "{'b':[true,'xy']}", "{'a':1,'b':['xy']}", "{'a':1,'b':[true,'']}" },
		{ "{'a':1}", "{}", "{'a':0}", NULL },
		{ "[12345]", "[]", "[0]", "[100]" },
		{ "'long text'", "''", "'long'", "'aaaaaaaaa'" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Doc) value = doc_from_text(rows[i][0]);
		g_autoptr(GPtrArray) list = value_simpler(doc_root(value));
		for (unsigned k = 1; k < 4 && rows[i][k]; k++)
			if (!holds(list, rows[i][k]))
				g_error("%s is not among what is simpler than %s", rows[i][k], rows[i][0]);
	}
}

/* Whatever is taken, it ends. */
static void
test_end(void)
{
	g_autoptr(Doc) value = doc_from_text("{'a':{'b':['one','two',3.5,-7,{'c':null}]},'d':'Zo\xc3\xab','e':100000}");
	for (unsigned choice = 0; choice < 3; choice++) {
		g_autoptr(Doc) now = doc_ref(value);
		unsigned steps = 0;
		for (;; steps++) {
			g_autoptr(GPtrArray) list = value_simpler(doc_root(now));
			if (!list->len)
				break;
			g_assert_cmpuint(steps, <, 200);
			struct doc *next = doc_ref(g_ptr_array_index(list, choice == 0 ? 0 : choice == 1 ? list->len - 1 : list->len / 2));
			doc_unref(now);
			now = next;
		}
		g_assert_cmpuint(steps, >, 1);
	}
}

static void
test_cases(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(document);
	const struct openapi_operation *operation = operation_named(openapi, "make");
	g_autoptr(TestCase) test = case_create(operation, CASE_VALID, "about");
	g_autoptr(Doc) id = doc_from_text("'seven'"), query = doc_from_text("'yes'"), body = doc_from_text("{'a':1}");
	case_set(test, 0, doc_root(id));
	case_set(test, 1, doc_root(query));
	case_set_body(test, doc_root(body));
	g_autoptr(GPtrArray) list = case_simpler(test);
	unsigned without_body = 0, without_query = 0;
	for (guint i = 0; i < list->len; i++) {
		const struct test_case *simpler = g_ptr_array_index(list, i);
		without_body += !simpler->body;
		without_query += !simpler->values[1];
		g_assert_cmpstr(value_text(doc_root(simpler->values[0])), ==, "seven");   /* a path is no value to simplify */
		g_assert_cmpstr(simpler->about, ==, "about");
	}
	g_assert_cmpuint(without_body, ==, 1);
	g_assert_cmpuint(without_query, ==, 1);
	g_assert_null(((struct test_case *)g_ptr_array_index(list, 0))->body);   /* what takes most away stands first */
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/simpler/values", test_values);
	g_test_add_func("/simpler/end", test_end);
	g_test_add_func("/simpler/cases", test_cases);
	return g_test_run();
}
