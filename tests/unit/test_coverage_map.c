#include "verify/coverage_map.h"

#include "contract_text.h"

static const char *const document = "{'openapi':'3.0.3','info':{'title':'t','version':'1'},'paths':{'/a':{'post':{'operationId':'make',"
	"'parameters':[{'name':'n','in':'query','schema':{'type':'integer','minimum':1,'maximum':9}},{'name':'X-H','in':'header','required':true,'schema':{'type':'string'}}],"
	"'requestBody':{'required':true,'content':{'application/json':{'schema':{'$ref':'#/components/schemas/A'}}}},"
	"'responses':{'201':{'description':'d'},'4XX':{'description':'d'}}}}},'components':{'schemas':{'A':{'type':'object','additionalProperties':false,'required':['k'],"
	"'properties':{'k':{'type':'string','enum':['x','y']},'t':{'type':'string','maxLength':3,'nullable':true},'o':{'type':'boolean'},'self':{'$ref':'#/components/schemas/A'}}}}}}";

/* How often a point was exercised; -1 where there is none. */
static int
times(const struct coverage_map *map, const char *place, const char *what)
{
	struct covered_point_list list = { 0 };
	int found = -1;
	coverage_map_list(map, &list);
	for (size_t i = 0; i < list.count; i++)
		if (g_str_equal(list.items[i].place, place) && g_str_equal(list.items[i].what, what)) {
			g_assert_cmpstr(list.items[i].operation, ==, "POST /a");
			g_assert_true((list.items[i].times > 0) == (list.items[i].phase != NULL));
			found = (int)list.items[i].times;
		}
	record_list_finish(&covered_point_record, &list);
	return found;
}

static void
send(struct coverage_map *map, const struct openapi_operation *operation, const char *query, const char *header, const char *body, int status)
{
	g_autoptr(TestCase) test = case_create(operation, CASE_VALID, "");
	g_autoptr(Doc) number = query ? doc_from_text(query) : NULL, text = header ? doc_from_text(header) : NULL, sent = doc_from_text(body);
	case_set(test, 0, doc_root(number));
	case_set(test, 1, doc_root(text));
	case_set_body(test, doc_root(sent));
	coverage_map_observe(map, test, status, "phase");
}

static void
test_points(void)
{
	static const char *const points[][2] = {
		{ "operation", "asked" }, { "answer", "status 201" }, { "answer", "status 4XX" }, { "query n", "left out" }, { "query n", "given" },
		{ "query n", "minimum 1 met" }, { "query n", "minimum 1 broken" }, { "query n", "maximum 9 met" }, { "query n", "maximum 9 broken" },
		{ "query n", "type broken" }, { "header X-H", "required broken" }, { "body", "as application/json" }, { "body", "a further member" },
		{ "body/k", "required broken" }, { "body/k", "= \"x\"" }, { "body/k", "= \"y\"" }, { "body/k", "none of the enum" }, { "body/t", "left out" },
		{ "body/t", "= null" }, { "body/t", "maxLength 3 met" }, { "body/t", "maxLength 3 broken" }, { "body/o", "= true" }, { "body/o", "= false" },
	};
	g_autoptr(Openapi) openapi = openapi_from_text(document);
	g_autoptr(CoverageMap) map = coverage_map_create(openapi);
	for (unsigned i = 0; i < G_N_ELEMENTS(points); i++)
		if (times(map, points[i][0], points[i][1]) != 0)
			g_error("there is no point %s: %s", points[i][0], points[i][1]);
	g_assert_cmpint(times(map, "header X-H", "given"), ==, -1);     /* it is required */
	g_assert_cmpint(times(map, "body/t", "minLength 0 broken"), ==, -1);
}

static void
test_observed(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(document);
	const struct openapi_operation *operation = operation_named(openapi, "make");
	g_autoptr(CoverageMap) map = coverage_map_create(openapi);
	send(map, operation, "9", "'h'", "{'k':'x','t':'abc','o':true}", 201);
	g_assert_cmpint(times(map, "answer", "status 201"), ==, 1);
	g_assert_cmpint(times(map, "query n", "maximum 9 met"), ==, 1);
	g_assert_cmpint(times(map, "query n", "minimum 1 met"), ==, 0);
	g_assert_cmpint(times(map, "body/k", "= \"x\""), ==, 1);
	g_assert_cmpint(times(map, "body/t", "maxLength 3 met"), ==, 1);
	g_assert_cmpint(times(map, "body/o", "= false"), ==, 0);
	send(map, operation, "0", NULL, "{'t':'abcd','o':false,'z':1}", 422);
	g_assert_cmpint(times(map, "answer", "status 4XX"), ==, 1);
	g_assert_cmpint(times(map, "query n", "minimum 1 broken"), ==, 1);
	g_assert_cmpint(times(map, "header X-H", "required broken"), ==, 1);
	g_assert_cmpint(times(map, "body/k", "required broken"), ==, 1);
	g_assert_cmpint(times(map, "body/t", "maxLength 3 broken"), ==, 1);
	g_assert_cmpint(times(map, "body", "a further member"), ==, 1);
	send(map, operation, NULL, "'h'", "{'k':'z','t':null}", 422);
	g_assert_cmpint(times(map, "query n", "left out"), ==, 1);
	g_assert_cmpint(times(map, "body/k", "none of the enum"), ==, 1);
	g_assert_cmpint(times(map, "body/t", "= null"), ==, 1);
	g_assert_cmpint(times(map, "operation", "asked"), ==, 3);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/coverage/points", test_points);
	g_test_add_func("/coverage/observed", test_observed);
	return g_test_run();
}
