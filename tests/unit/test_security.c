/* Security requirements: what carries a credential, what is missing, and that what is supplied is enough. */
#include "contract/security.h"

#include "contract_text.h"

static const char document[] =
	"openapi: 3.1.0\n"
	"security: [{bearer: []}]\n"
	"paths:\n"
	"  /default: {get: {operationId: default, responses: {}}}\n"
	"  /open: {get: {operationId: open, security: [], responses: {}}}\n"
	"  /maybe: {get: {operationId: maybe, security: [{basic: []}, {}], responses: {}}}\n"
	"  /basic: {get: {operationId: basic, security: [{basic: []}], responses: {}}}\n"
	"  /both: {get: {operationId: both, security: [{header: [], cookie: []}], responses: {}}}\n"
	"  /either: {get: {operationId: either, security: [{query: []}, {cookie: []}], responses: {}}}\n"
	"  /oauth: {get: {operationId: oauth, security: [{oauth: [read]}], responses: {}}}\n"
	"  /listed: {get: {operationId: listed, security: [{listed: []}], responses: {}}}\n"
	"  /listed_key: {get: {operationId: listed_key, security: [{listed_key: []}], responses: {}}}\n"
	"  /tls: {get: {operationId: tls, security: [{tls: []}], responses: {}}}\n"
	"  /odd: {get: {operationId: odd, security: [{nobody: []}], responses: {}}}\n"
	"components:\n"
	"  securitySchemes:\n"
	"    bearer: {type: http, scheme: bearer}\n"
	"    basic: {type: http, scheme: basic}\n"
	"    header: {type: apiKey, in: header, name: X-Key}\n"
	"    query: {type: apiKey, in: query, name: api key}\n"
	"    cookie: {type: apiKey, in: cookie, name: sid}\n"
	"    listed: {type: http, scheme: basic, x-mock-credentials: ['ada:secret']}\n"
	"    listed_key: {type: apiKey, in: header, name: X-Other, x-mock-credentials: [one, one two]}\n"
	"    oauth: {type: oauth2, flows: {}}\n"
	"    tls: {type: mutualTLS}\n";

static const struct security_case {
	const char *id, *header, *value, *query, *cookies;   /* what a request has */
	const char *missing, *challenge;                     /* names of what it lacks; "" for nothing */
	int status;                                          /* where it is not 401 */
} cases[] = {
	{ "default", NULL, NULL, "", "", "Authorization", "Bearer", 0 },
	{ "default", "Authorization", "Bearer abc", "", "", "", NULL, 0 },
	{ "default", "authorization", "bearer abc", "", "", "", NULL, 0 },
	{ "default", "Authorization", "Bearer", "", "", "Authorization", "Bearer", 0 },
	{ "default", "Authorization", "Bearer ", "", "", "Authorization", "Bearer", 0 },
	{ "default", "Authorization", "Basic abc", "", "", "Authorization", "Bearer", 0 },
	{ "open", NULL, NULL, "", "", "", NULL, 0 },
	{ "maybe", NULL, NULL, "", "", "", NULL, 0 },
	{ "basic", "Authorization", "Basic eDp5", "", "", "", NULL, 0 },
	{ "basic", NULL, NULL, "", "", "Authorization", "Basic realm=\"*\"", 0 },
	{ "both", "X-Key", "1", "", "", "sid", NULL, 0 },
	{ "both", NULL, NULL, "", "sid=1", "X-Key", NULL, 0 },
	{ "both", "X-Key", "1", "", "sid=1", "", NULL, 0 },
	{ "both", "X-Key", "", "", "sid=", "X-Key sid", NULL, 0 },
	{ "either", NULL, NULL, "api%20key=7", "", "", NULL, 0 },
	{ "either", NULL, NULL, "", "a=b; sid=7", "", NULL, 0 },
	{ "either", NULL, NULL, "", "", "api key", NULL, 0 },
	{ "oauth", "Authorization", "Bearer x", "", "", "", NULL, 0 },
	{ "oauth", "Authorization", "Bearer e30.eyJzY29wZSI6IndyaXRlIn0.x", "", "", "Authorization", NULL, 403 },
	{ "oauth", "Authorization", "Bearer e30.eyJzY29wZSI6IndyaXRlIHJlYWQifQ.x", "", "", "", NULL, 0 },
	{ "oauth", "Authorization", "Bearer e30.eyJzY3AiOlsicmVhZCJdfQ.x", "", "", "", NULL, 0 },
	{ "oauth", "Authorization", "Bearer e30.eyJzdWIiOiJ4In0.x", "", "", "", NULL, 0 },
	{ "oauth", NULL, NULL, "", "", "Authorization", "Bearer", 0 },
	{ "listed", "Authorization", "Basic YWRhOnNlY3JldA==", "", "", "", NULL, 0 },
	{ "listed", "Authorization", "Basic YWRhOmd1ZXNz", "", "", "Authorization", "Basic realm=\"*\"", 0 },
	{ "basic", "Authorization", "Basic YWJj", "", "", "Authorization", "Basic realm=\"*\"", 0 },
	{ "listed_key", "X-Other", "one two", "", "", "", NULL, 0 },
	{ "listed_key", "X-Other", "three", "", "", "X-Other", NULL, 0 },
	{ "tls", NULL, NULL, "", "", "", NULL, 0 },
	{ "odd", NULL, NULL, "", "", "", NULL, 0 },
};

static char *
missing_names(const struct faults *faults)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < faults->count; i++)
		g_string_append_printf(text, "%s%s", i ? " " : "", faults->items[i].name);
	return g_string_free(text, FALSE);
}

static int
check(const struct openapi *openapi, const char *id, const struct http_headers *headers, const char *query, const char *cookies,
      struct faults *faults, char **ret_challenge)
{
	struct style_pairs in_query, in_cookies;
	style_split_query(query, &in_query);
	style_split_cookies(cookies, &in_cookies);
	struct credentials credentials = { headers, &in_query, &in_cookies };
	int status = security_check(openapi, operation_named(openapi, id), &credentials, faults, ret_challenge);
	style_pairs_clear(&in_query);
	style_pairs_clear(&in_cookies);
	return status;
}

static void
test_cases(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(document);
	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct security_case *want = &cases[i];
		struct http_headers headers = { 0 };
		struct faults faults = { 0 };
		g_autofree char *challenge = NULL;
		if (want->header)
			http_headers_add(&headers, want->header, want->value);
		int status = check(openapi, want->id, &headers, want->query, want->cookies, &faults, &challenge);
		g_autofree char *missing = missing_names(&faults);
		g_test_message("%s %s", want->id, want->missing);
		g_assert_cmpstr(missing, ==, want->missing);
		g_assert_cmpstr(challenge, ==, want->challenge);
		g_assert_cmpint(status, ==, !*want->missing ? 0 : want->status ? want->status : 401);
		faults_clear(&faults);
		http_headers_clear(&headers);
	}
}

static void
test_supply(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(document);
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	for (size_t i = 0; i < count; i++) {
		struct http_headers headers = { 0 };
		struct faults faults = { 0 };
		g_autofree char *challenge = NULL;
		g_autoptr(GString) query = g_string_new(NULL), cookies = g_string_new(NULL);
		security_supply(openapi, &operations[i], &headers, query, cookies);
		g_assert_cmpint(check(openapi, operations[i].id, &headers, query->str, cookies->str, &faults, &challenge), ==, 0);
		http_headers_clear(&headers);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/security/cases", test_cases);
	g_test_add_func("/security/supply", test_supply);
	return g_test_run();
}
