/* A line that is a request's target, a line that is a header and a cookie: routed, and read as a parameter of the style
 * that the first byte picks, by schemas of all shapes. What is read is JSON, and can be written. */
#include <stdint.h>
#include <string.h>

#include "contract/exchange.h"
#include "contract/style.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char *const schemas[] = {
	"{\"type\":\"string\"}",
	"{\"type\":\"integer\"}",
	"{\"type\":[\"boolean\",\"null\"]}",
	"{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}",
	"{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
	"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}",
	"{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}",
	"{}",
};
static const struct {
	const char *location, *style;
} styles[] = {
	{ "path", "simple" }, { "path", "label" }, { "path", "matrix" }, { "query", "form" }, { "query", "spaceDelimited" },
	{ "query", "pipeDelimited" }, { "query", "deepObject" }, { "header", "simple" }, { "cookie", "form" },
	{ "cookie", "cookie" },
};

/* A path for each style, explode and schema; all of them in one document. */
static struct openapi *
model(void)
{
	static struct openapi *openapi;
	if (openapi)
		return openapi;
	g_autoptr(GString) text = g_string_new("{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Fuzz\",\"version\":\"1\"},\"paths\":{");
	for (unsigned i = 0; i < G_N_ELEMENTS(styles) * G_N_ELEMENTS(schemas) * 2; i++) {
		unsigned style = i / 2 % G_N_ELEMENTS(styles), schema = i / 2 / G_N_ELEMENTS(styles);
		g_string_append_printf(text, "%s\"/p%u/%s\":{\"get\":{\"parameters\":[{\"name\":\"v\",\"in\":\"%s\",\"required\":%s,\"style\":\"%s\",\"explode\":%s,"
		                       "\"schema\":%s}],\"responses\":{\"204\":{\"description\":\"\"}}}}", i ? "," : "", i,
		                       style < 3 ? "{v}" : "x", styles[style].location, style < 3 ? "true" : "false", styles[style].style,
		                       i % 2 ? "true" : "false", schemas[schema]);
	}
	g_string_append(text, "}}");
	g_autoptr(Doc) doc = doc_own(text->str);
	GError *error = NULL;
	openapi = openapi_create(doc, &error);
	g_assert_no_error(error);
	return openapi;
}

static enum style_result
decode(struct openapi *openapi, const struct openapi_operation *operation, const struct style_source *source, enum style_reading how, struct doc **ret)
{
	struct writer writer;
	writer_init(&writer, false);
	enum style_result result = style_decode(openapi, operation->parameters, source, how, operation, &writer);
	*ret = result == STYLE_READ ? doc_read_json("value", writer.text->str, writer.text->len, NULL, NULL) : NULL;
	g_assert_true(!*ret == (result != STYLE_READ));
	writer_finish(&writer);
	return result;
}

static void
try_operation(struct openapi *openapi, const struct openapi_operation *operation, const char *target, const char *header)
{
	const struct openapi_parameter *parameter = operation->parameters;
	struct style_pairs pairs = { 0 };
	struct style_source source = { 0 };
	const char *query = strchr(target, '?');
	g_autofree char *segment = g_strndup(target, strcspn(target, "/?"));
	if (parameter->location == OPENAPI_QUERY)
		style_split_query(query ? query + 1 : NULL, &pairs);
	else if (parameter->location == OPENAPI_COOKIE)
		style_split_cookies(header, &pairs);
	if (parameter->location == OPENAPI_QUERY || parameter->location == OPENAPI_COOKIE)
		source.pairs = &pairs;
	else
		source.text = parameter->location == OPENAPI_PATH ? segment : header;
	for (unsigned how = 0; how < STYLE_READINGS; how++) {
		g_autoptr(Doc) doc = NULL;
		if (decode(openapi, operation, &source, (enum style_reading)how, &doc) == STYLE_READ)
			g_free(style_encode(parameter, doc_root(doc)));
	}
	style_pairs_clear(&pairs);
}

static void
try_request(struct openapi *openapi, const char *target, const char *header)
{
	struct http_request request = { .method = g_strdup("GET"), .url = g_strconcat("/", target, NULL) };
	struct parsed_request parsed;
	struct faults faults = { 0 };
	http_headers_add(&request.headers, "v", header);
	http_headers_add(&request.headers, "cookie", header);
	bool good = exchange_judge_request(openapi, &request, &parsed, &faults);
	g_assert_true(good == !faults.count && good == !parsed.status);
	parsed_request_clear(&parsed);
	faults_clear(&faults);
	http_request_clear(&request);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct openapi *openapi = model();
	if (!length)
		return 0;
	g_autofree char *text = g_strndup((const char *)bytes + 1, MIN(length - 1, 4096));
	size_t kinds = G_N_ELEMENTS(styles) * 2;
	char *header = strchr(text, '\n');
	if (header)
		*header++ = '\0';
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	for (size_t i = bytes[0] % kinds; i < count; i += kinds)
		try_operation(openapi, &operations[i], text, header ? header : "");
	try_request(openapi, text, header ? header : "");
	return 0;
}
