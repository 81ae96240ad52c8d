#include "contract/exchange.h"

#include "contract/request.h"
#include "contract/style.h"
#include "contract_text.h"

static struct openapi *
openapi_with(const char *in, const char *style, const char *explode, const char *schema)
{
	g_autofree char *text = g_strdup_printf(
		"openapi: 3.1.0\npaths:\n  '/a/{color}':\n    get:\n      operationId: a\n      parameters:\n"
		"        - {name: color, in: %s, style: %s, explode: %s, schema: %s}\n      responses: {}\n", in, style, explode, schema);
	return openapi_from_text(text);
}

/* The value of a parameter that stands in a message as `text`; NULL where it is absent. */
static char *
decoded(struct openapi *openapi, const char *text, enum style_reading how)
{
	const struct openapi_parameter *parameter = &operation_named(openapi, "a")->parameters[0];
	struct style_pairs pairs = { 0 };
	struct writer writer;
	if (parameter->location == OPENAPI_QUERY)
		style_split_query(text, &pairs);
	else if (parameter->location == OPENAPI_COOKIE)
		style_split_cookies(text, &pairs);
	bool paired = parameter->location == OPENAPI_QUERY || parameter->location == OPENAPI_COOKIE;
	const struct style_source source = { .pairs = paired ? &pairs : NULL, .text = text };
	writer_init(&writer, false);
	enum style_result result = style_decode(openapi, parameter, &source, how, operation_named(openapi, "a"), &writer);
	style_pairs_clear(&pairs);
	if (result == STYLE_READ)
		return writer_take(&writer);
	writer_finish(&writer);
	return g_strdup(result == STYLE_ABSENT ? NULL : "malformed");
}

static const struct reading_case {
	const char *in, *style, *explode, *schema, *text, *value;
	enum style_reading how;
} reading_cases[] = {
	{ "query", "form", "true", "{type: integer}", "color=7", "7", STYLE_TYPED },
	{ "query", "form", "true", "{type: integer}", "color=seven", "'seven'", STYLE_TYPED },
	{ "query", "form", "true", "{type: integer}", "color=07", "'07'", STYLE_TYPED },
	{ "query", "form", "true", "{type: number}", "color=-1.5e3", "-1.5e3", STYLE_TYPED },
	{ "query", "form", "true", "{type: boolean}", "color=true", "true", STYLE_TYPED },
	{ "query", "form", "true", "{type: boolean}", "color=yes", "'yes'", STYLE_TYPED },
	{ "query", "form", "true", "{type: string}", "color=7", "'7'", STYLE_TYPED },
	{ "query", "form", "true", "{type: [string, integer]}", "color=7", "7", STYLE_TYPED },
	{ "query", "form", "true", "{type: [string, integer]}", "color=7", "'7'", STYLE_TEXT },
	{ "query", "form", "true", "{}", "color=7", "'7'", STYLE_TYPED },
	{ "query", "form", "true", "{type: [integer, 'null']}", "color=null", "null", STYLE_TYPED },
	{ "query", "form", "true", "{anyOf: [{type: integer}, {enum: [all]}]}", "color=12", "12", STYLE_TYPED },
	{ "query", "form", "true", "{type: string}", "color=a%20b+c%26d", "'a b c&d'", STYLE_TYPED },
	{ "query", "form", "true", "{type: string}", "color=%zz", "malformed", STYLE_TYPED },
	{ "query", "form", "true", "{type: string}", "color=%ff", "malformed", STYLE_TYPED },
	{ "query", "form", "true", "{type: string}", "other=1", NULL, STYLE_TYPED },
	{ "query", "form", "false", "{type: array, items: {type: integer}}", "color=1,2,3", "[1,2,3]", STYLE_TYPED },
	{ "query", "form", "false", "{type: array, items: {type: string}}", "color=a%2Cb,c", "['a,b','c']", STYLE_TYPED },
	{ "query", "form", "false", "{type: array, items: {type: string}}", "color=a%2Cb,c", "['a','b','c']", STYLE_LOOSE },
	{ "query", "form", "true", "{type: array, items: {type: integer}}", "color=1", "[1]", STYLE_TYPED },
	{ "query", "form", "true", "{oneOf: [{type: integer}, {type: array, items: {type: integer}}]}", "color=1&color=2", "[1,2]", STYLE_TYPED },
	{ "query", "form", "true", "{oneOf: [{type: integer}, {type: array, items: {type: integer}}]}", "color=1", "1", STYLE_TYPED },
	{ "query", "spaceDelimited", "false", "{type: array, items: {type: string}}", "color=a+b", "['a','b']", STYLE_TYPED },
	{ "query", "pipeDelimited", "false", "{type: array, items: {type: string}}", "color=a|b", "['a','b']", STYLE_TYPED },
	{ "query", "deepObject", "true", "{type: object, properties: {a: {type: object, properties: {b: {type: integer}}}, c: {type: array, items: {type: integer}}}}",
	  "color[a][b]=1&color[c][]=2&color[c][]=3&color[d]=x", "{'a':{'b':1},'c':[2,3],'d':'x'}", STYLE_TYPED },
	{ "query", "deepObject", "true", "{type: object}", "color[a]=1&color[a]=2", "{'a':'1'}", STYLE_TYPED },
	{ "query", "form", "true", "{type: object, properties: {R: {type: integer}}, additionalProperties: false}", "R=1&other=2", "{'R':1}", STYLE_TYPED },
	{ "query", "form", "true", "{type: object, properties: {R: {type: integer}}}", "R=1&R=2&x=2", "{'R':1,'x':'2'}", STYLE_TYPED },
	{ "path", "simple", "false", "{type: object}", "a,1,a,2", "{'a':'1'}", STYLE_TYPED },
	{ "path", "simple", "false", "{type: array, items: {type: object}}", "{%22a%22:1}", "[{'a':1}]", STYLE_TYPED },
	{ "path", "label", "false", "{type: array, items: {type: string}}", ".a.b", "['a','b']", STYLE_LOOSE },
	{ "header", "simple", "false", "{type: array, items: {type: integer}}", "1, 2 ,3", "[1,2,3]", STYLE_TYPED },
	{ "header", "simple", "false", "{type: string}", "a%20b", "'a%20b'", STYLE_TYPED },
	{ "cookie", "form", "true", "{type: integer}", "x=1; color=5; y=2", "5", STYLE_TYPED },
};

static void
test_readings(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(reading_cases); i++) {
		const struct reading_case *want = &reading_cases[i];
		g_autoptr(Openapi) openapi = openapi_with(want->in, want->style, want->explode, want->schema);
		g_autofree char *read = decoded(openapi, want->text, want->how), *expected = want->value ? g_strdelimit(g_strdup(want->value), "'", '"') : NULL;
		g_test_message("%s %s", want->schema, want->text);
		g_assert_cmpstr(read, ==, expected);
	}
}

static const char service[] =
	"openapi: 3.1.0\n"
	"paths:\n"
	"  '/items/{id}':\n"
	"    parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1}}]\n"
	"    get:\n"
	"      operationId: read\n"
	"      parameters:\n"
	"        - {name: verbose, in: query, schema: {type: boolean, default: false}}\n"
	"        - {name: tags, in: query, explode: false, schema: {type: array, items: {enum: [a, b]}}}\n"
	"        - {name: X-Count, in: header, required: true, schema: {type: integer}}\n"
	"        - {name: note, in: query, allowEmptyValue: true, schema: {type: integer}}\n"
	"      responses:\n"
	"        '200':\n"
	"          description: ok\n"
	"          headers: {X-Rate: {required: true, schema: {type: integer}}, X-Page: {schema: {type: integer}}}\n"
	"          content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}, text/plain: {schema: {type: string}}}\n"
	"        '204': {description: none}\n"
	"        '404': {description: none}\n"
	"    put:\n"
	"      operationId: write\n"
	"      requestBody:\n"
	"        required: true\n"
	"        content:\n"
	"          application/json: {schema: {$ref: '#/components/schemas/Item'}}\n"
	"          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Item'}}\n"
	"          multipart/form-data: {schema: {$ref: '#/components/schemas/Item'}}\n"
	"          text/plain: {schema: {type: string, maxLength: 3}}\n"
	"          application/octet-stream: {}\n"
	"      responses: {'200': {description: ok}, '400': {description: bad}, '422': {description: bad}}\n"
	"  /open:\n"
	"    post: {operationId: open, requestBody: {content: {application/json: {schema: {type: object, required: [a]}}}}, responses: {'200': {description: ok}}}\n"
	"  /one:\n"
	"    post: {operationId: one, requestBody: {content: {application/json: {schema: {type: object, required: [a]}}}}, responses: {'400': {description: ok}}}\n"
	"  '/id/{id}':\n"
	"    get: {operationId: id, parameters: [{name: id, in: path, required: true, schema: {type: integer}}], responses: {'404': {description: none}}}\n"
	"  /secret:\n"
	"    get: {operationId: secret, security: [{basic: [], key: []}, {query: []}, {cookie: []}], responses: {'200': {description: ok}}}\n"
	"    post: {operationId: maybe, security: [{}, {basic: []}], responses: {'200': {description: ok}}}\n"
	"components:\n"
	"  securitySchemes:\n"
	"    basic: {type: http, scheme: basic}\n"
	"    key: {type: apiKey, in: header, name: X-Key}\n"
	"    query: {type: apiKey, in: query, name: key}\n"
	"    cookie: {type: apiKey, in: cookie, name: sid}\n"
	"  schemas:\n"
	"    Item:\n"
	"      type: object\n"
	"      required: [name, id]\n"
	"      additionalProperties: false\n"
	"      properties:\n"
	"        id: {type: integer, readOnly: true}\n"
	"        name: {type: string, minLength: 2}\n"
	"        size: {type: integer, maximum: 9}\n"
	"        tags: {type: array, items: {type: string}}\n"
	"        secret: {type: string, writeOnly: true}\n";

/* Headers are "name: value" lines; a body may follow behind an empty line. */
static void
read_message(const char *text, struct http_headers *headers, GString **ret_body)
{
	const char *body = strstr(text, "\n\n");
	g_autofree char *head = body ? g_strndup(text, (size_t)(body - text)) : g_strdup(text);
	g_auto(GStrv) lines = g_strsplit(head, "\n", -1);
	for (unsigned i = 0; lines[i]; i++) {
		char *colon = strchr(lines[i], ':');
		if (colon) {
			*colon = '\0';
			http_headers_add(headers, lines[i], g_strstrip(colon + 1));
		}
	}
	*ret_body = body ? g_string_new(body + 2) : NULL;
}

static char *
faults_text(const struct faults *faults)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < faults->count; i++)
		g_string_append_printf(text, "%s%s|%s", i ? "\n" : "", faults->items[i].where, faults->items[i].name);
	return g_string_free(text, FALSE);
}

static const struct request_case {
	const char *method, *url, *message;
	int status;
	const char *faults;
} request_cases[] = {
	{ "GET", "/items/7", "X-Count: 1", 0, "" },
	{ "GET", "http://example.com:80/items/7?verbose=true&tags=a,b", "X-Count: 1", 0, "" },
	{ "GET", "/items/7", "", 422, "header|X-Count" },
	{ "GET", "/items/0?verbose=maybe&tags=a,c", "X-Count: x", 404, "path|id\nquery|verbose\nquery|tags/1\nheader|X-Count" },
	{ "GET", "/items/7?note=", "X-Count: 1", 0, "" },
	{ "GET", "/items/7?note=x", "X-Count: 1", 422, "query|note" },
	{ "GET", "/items/7?verbose=%ZZ", "X-Count: 1", 400, "query|verbose" },
	{ "GET", "/id/seven", "", 404, "path|id" },
	{ "GET", "/nowhere", "", 404, "path|" },
	{ "PATCH", "/items/7", "", 405, "path|" },
	{ "GET", "/items/7", "X-Count: 1\nAccept: text/html", 406, "header|Accept" },
	{ "GET", "/items/7", "X-Count: 1\nAccept: text/html, application/*;q=0.5", 0, "" },
	{ "GET", "/items/7", "X-Count: 1\nAccept: application/json;q=0, */*;q=0.1", 0, "" },
	{ "GET", "/items/7", "X-Count: 1\nAccept: application/json;q=0, text/plain;q=0", 406, "header|Accept" },
	{ "PUT", "/items/7", "", 400, "body|" },
	{ "PUT", "/items/7", "Content-Type: application/json\n\n{\"name\":\"ab\"}", 0, "" },
	{ "PUT", "/items/7", "Content-Type: application/json; charset=utf-8\n\n{\"name\":\"ab\",\"id\":3}", 0, "" },
	{ "PUT", "/items/7", "Content-Type: application/json\n\n{\"name\":\"a\",\"size\":10,\"x\":1}", 422, "body|/name\nbody|/size\nbody|/x" },
	{ "PUT", "/items/7", "Content-Type: application/json\n\n{\"size\":1}", 422, "body|" },
	{ "PUT", "/items/7", "Content-Type: application/json\n\n{\"name\":", 400, "body|" },
	{ "PUT", "/items/x", "Content-Type: application/json\n\n{\"name\":\"a\"}", 422, "body|/name\npath|id" },
	{ "PUT", "/items/7", "Content-Type: image/png\n\nx", 415, "media type|" },
	{ "PUT", "/items/7", "Content-Type: application/octet-stream\n\nx", 0, "" },
	{ "PUT", "/items/7", "Content-Type: text/plain\n\nabc", 0, "" },
	{ "PUT", "/items/7", "Content-Type: text/plain\n\nabcd", 422, "body|" },
	{ "PUT", "/items/7", "Content-Type: application/x-www-form-urlencoded\n\nname=a%20b&size=3&tags=x&tags=y", 0, "" },
	{ "PUT", "/items/7", "Content-Type: application/x-www-form-urlencoded\n\nname=a&size=x&more=1", 422, "body|/name\nbody|/size\nbody|/more" },
	{ "PUT", "/items/7", "Content-Type: multipart/form-data; boundary=b\n\n--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nab\r\n"
	  "--b\r\nContent-Disposition: form-data; name=\"size\"\r\n\r\n3\r\n--b--\r\n", 0, "" },
	{ "PUT", "/items/7", "Content-Type: multipart/form-data; boundary=b\n\n--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nab", 400, "body|" },
	{ "PUT", "/items/7", "Content-Type: multipart/form-data\n\n--b--", 400, "body|" },
	{ "POST", "/open", "Content-Type: application/json\n\n{}", 422, "body|" },
	{ "POST", "/open", "Content-Type: application/json\n\n{", 400, "body|" },
	{ "POST", "/one", "Content-Type: application/json\n\n{}", 400, "body|" },
	{ "GET", "/secret", "", 401, "header|Authorization\nheader|X-Key" },
	{ "GET", "/secret", "Authorization: Bearer x\nX-Key: 1", 401, "header|Authorization" },
	{ "GET", "/secret", "Authorization: basic eDp5\nX-Key: 1", 0, "" },
	{ "GET", "/secret?key=1", "", 0, "" },
	{ "GET", "/secret?key=", "", 401, "header|Authorization\nheader|X-Key" },
	{ "GET", "/secret", "Cookie: a=b; sid=7", 0, "" },
	{ "POST", "/secret", "", 0, "" },
};

static void
test_requests(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(service);
	for (unsigned i = 0; i < G_N_ELEMENTS(request_cases); i++) {
		const struct request_case *want = &request_cases[i];
		struct http_request request = { .method = g_strdup(want->method), .url = g_strdup(want->url) };
		struct parsed_request parsed;
		struct faults faults = { 0 };
		read_message(want->message, &request.headers, &request.body);
		g_test_message("%u: %s %s %s", i, want->method, want->url, want->message);
		bool faultless = exchange_judge_request(openapi, &request, &parsed, &faults);
		g_autofree char *found = faults_text(&faults);
		g_assert_cmpstr(found, ==, want->faults);
		g_assert_cmpint(parsed.status, ==, want->status);
		g_assert_true(faultless == !want->status);
		parsed_request_clear(&parsed);
		faults_clear(&faults);
		http_request_clear(&request);
	}
}

static void
test_parsed(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(service);
	struct http_request request = { .method = g_strdup("GET"), .url = g_strdup("/items/7?tags=a") };
	struct parsed_request parsed;
	struct faults faults = { 0 };
	http_headers_add(&request.headers, "x-count", "5");
	g_assert_true(exchange_judge_request(openapi, &request, &parsed, &faults));
	assert_json(doc_root(parsed.parameters), "{'path':{'id':7},'query':{'verbose':false,'tags':['a']},'header':{'X-Count':5},'cookie':{}}");
	g_assert_cmpstr(parsed.match.operation->id, ==, "read");
	parsed_request_clear(&parsed);
	http_request_clear(&request);
	request = (struct http_request){ .method = g_strdup("DELETE"), .url = g_strdup("/items/7") };
	g_assert_false(exchange_judge_request(openapi, &request, &parsed, &faults));
	g_assert_cmpstr(parsed.allow, ==, "GET, PUT");
	parsed_request_clear(&parsed);
	http_request_clear(&request);
	faults_clear(&faults);
	request = (struct http_request){ .method = g_strdup("GET"), .url = g_strdup("/secret") };
	g_assert_false(exchange_judge_request(openapi, &request, &parsed, &faults));
	g_assert_cmpstr(parsed.allow, ==, "Basic realm=\"*\"");
	parsed_request_clear(&parsed);
	http_request_clear(&request);
	faults_clear(&faults);
}

static const struct response_case {
	int status;
	const char *message, *faults;
} response_cases[] = {
	{ 200, "Content-Type: application/json\nX-Rate: 3\n\n{\"id\":1,\"name\":\"ab\"}", "" },
	{ 200, "Content-Type: application/json\n\n{\"id\":1,\"name\":\"ab\"}", "header|X-Rate" },
	{ 200, "Content-Type: application/json\nX-Rate: x\nX-Page: y\n\n{\"id\":1,\"name\":\"ab\"}", "header|X-Rate\nheader|X-Page" },
	{ 200, "Content-Type: application/json\nX-Rate: 3\n\n{\"name\":\"ab\"}", "body|" },
	{ 200, "Content-Type: application/json\nX-Rate: 3\n\n{\"id\":1,\"name\":\"ab\",\"secret\":\"x\"}", "body|/secret" },
	{ 200, "Content-Type: application/json\nX-Rate: 3\n\n{", "body|" },
	{ 200, "Content-Type: application/json\nX-Rate: 3", "body|" },
	{ 200, "Content-Type: text/html\nX-Rate: 3\n\nx", "media type|" },
	{ 200, "Content-Type: text/plain\nX-Rate: 3\n\nx", "" },
	{ 204, "", "" },
	{ 204, "Content-Type: text/plain\n\nx", "body|" },
	{ 404, "Content-Type: text/plain\n\nx", "" },
	{ 500, "", "status|" },
};

static void
test_responses(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(service);
	struct http_request request = { .method = g_strdup("GET"), .url = g_strdup("/items/7") };
	for (unsigned i = 0; i < G_N_ELEMENTS(response_cases); i++) {
		const struct response_case *want = &response_cases[i];
		struct http_response response = { .status = want->status };
		struct faults faults = { 0 };
		read_message(want->message, &response.headers, &response.body);
		g_test_message("%u: %d %s", i, want->status, want->message);
		bool ok = exchange_judge_response(openapi, operation_named(openapi, "read"), &request, &response, &faults);
		g_autofree char *found = faults_text(&faults);
		g_assert_cmpstr(found, ==, want->faults);
		g_assert_true(ok == !*want->faults);
		faults_clear(&faults);
		http_response_clear(&response);
	}
	http_request_clear(&request);
}

static void
test_problem(void)
{
	struct faults faults = { 0 };
	faults_add(&faults, "body", "/a", "must be %s", "x");
	faults_add(&faults, "query", "q", "is missing");
	g_autofree char *text = exchange_problem(422, NULL, &faults), *plain = exchange_problem(404, "no", NULL);
	g_autoptr(Doc) problem = doc_from_text(text), other = doc_from_text(plain);
	assert_json(doc_root(problem), "{'type':'about:blank','title':'Unprocessable Content','status':422,'detail':'body /a must be x; query q is missing',"
		"'errors':[{'in':'body','name':'/a','detail':'must be x'},{'in':'query','name':'q','detail':'is missing'}]}");
	assert_json(doc_root(other), "{'type':'about:blank','title':'Not Found','status':404,'detail':'no'}");
	faults_clear(&faults);
}

/* Whatever a document asks for, a request made for it is one that it accepts. */
static void
test_made_requests(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(service);
	g_autoptr(Sampler) sampler = sampler_create(openapi, 3);
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	for (unsigned i = 0; i < 50 * count; i++) {
		struct request_options options = { .fresh = i >= count, .required_only = i % 3 == 2 };
		struct http_request request;
		struct parsed_request parsed;
		struct faults faults = { 0 };
		GError *error = NULL;
		g_assert_true(request_make(sampler, openapi, &operations[i % count], &options, &request, &error));
		bool ok = exchange_judge_request(openapi, &request, &parsed, &faults);
		g_autofree char *found = faults_text(&faults);
		g_test_message("%s %s", request.method, request.url);
		g_assert_cmpstr(found, ==, "");
		g_assert_true(ok && parsed.match.operation == &operations[i % count]);
		parsed_request_clear(&parsed);
		http_request_clear(&request);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/exchange/readings", test_readings);
	g_test_add_func("/exchange/requests", test_requests);
	g_test_add_func("/exchange/parsed", test_parsed);
	g_test_add_func("/exchange/responses", test_responses);
	g_test_add_func("/exchange/problem", test_problem);
	g_test_add_func("/exchange/made-requests", test_made_requests);
	return g_test_run();
}
