/* A line that is a Content-Type, the rest a body: read as JSON, form, multipart form, sequence or text by schemas of several
 * shapes, in requests and in answers. */
#include <stdint.h>
#include <string.h>

#include "contract/body.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define SHAPES                                                                                     \
	"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}," \
	"\"c\":{\"type\":\"object\",\"properties\":{\"d\":{\"type\":\"boolean\"}}},\"file\":{\"type\":\"string\",\"format\":\"binary\"}}}", \
	"{\"type\":\"object\",\"additionalProperties\":{\"type\":\"array\",\"items\":{\"type\":\"number\"}}}", "{\"type\":\"string\"}", "{}"

static struct openapi *
model(void)
{
	static const char *const shapes[] = { SHAPES };
	static struct openapi *openapi;
	if (openapi)
		return openapi;
	g_autoptr(GString) text = g_string_new("{\"openapi\":\"3.2.0\",\"info\":{\"title\":\"Fuzz\",\"version\":\"1\"},\"paths\":{");
	for (unsigned i = 0; i < G_N_ELEMENTS(shapes) * 2; i++) {
		const char *shape = shapes[i / 2], *key = i % 2 ? "itemSchema" : "schema";
		g_string_append_printf(text, "%s\"/%u\":{\"post\":{\"requestBody\":{\"content\":{\"*/*\":{\"%s\":%s,\"encoding\":{\"b\":{\"style\":"
		                       "\"pipeDelimited\",\"explode\":false},\"c\":{\"style\":\"deepObject\",\"explode\":true},"
		                       "\"file\":{\"contentType\":\"text/plain, image/png\"}}}}},\"responses\":{\"200\":{"
		                       "\"description\":\"\",\"content\":{\"*/*\":{\"%s\":%s}}}}}}", i ? "," : "", i, key, shape, key, shape);
	}
	g_string_append(text, "}}");
	g_autoptr(Doc) doc = doc_own(text->str);
	GError *error = NULL;
	openapi = openapi_create(doc, &error);
	g_assert_no_error(error);
	return openapi;
}

static void
try_operation(struct openapi *openapi, const struct openapi_operation *operation, const char *type, const char *bytes, size_t length)
{
	struct http_request request = { .method = g_strdup("POST"), .url = g_strdup(operation->path), .body = g_string_new_len(bytes, (gssize)length) };
	struct http_response response = { .status = 200, .body = g_string_new_len(bytes, (gssize)length) };
	struct parsed_request parsed;
	struct faults faults = { 0 };
	http_headers_add(&request.headers, "Content-Type", type);
	http_headers_add(&response.headers, "Content-Type", type);
	bool good = exchange_judge_request(openapi, &request, &parsed, &faults);
	g_assert_true(good == !faults.count);
	faults_clear(&faults);
	good = exchange_judge_response(openapi, operation, &request, &response, &faults);
	g_assert_true(good == !faults.count);
	faults_clear(&faults);
	/* What was read can be written in the same form, and that can be read. */
	char *written = NULL;
	const struct value *media = openapi_content(openapi, operation->body, type, NULL);
	g_autofree char *plain = http_media_type(type);
	GString *again = parsed.body ? body_write(openapi, plain, media, doc_root(parsed.body), &written) : NULL;
	struct body body = { written, again ? again->str : NULL, again ? again->len : 0, media };
	if (again && again->len)
		doc_unref(body_read(openapi, &body, &faults));
	g_assert_true(!faults.count);
	faults_clear(&faults);
	if (again)
		g_string_free(again, TRUE);
	g_free(written);
	parsed_request_clear(&parsed);
	http_request_clear(&request);
	http_response_clear(&response);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const char *line = length ? memchr(bytes, '\n', length) : NULL;
	if (!line)
		return 0;
	struct openapi *openapi = model();
	size_t first = (size_t)(line - (const char *)bytes) + 1;
	g_autofree char *type = g_strndup((const char *)bytes, first - 1);
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	for (size_t i = 0; i < count; i++)
		try_operation(openapi, &operations[i], type, line + 1, length - first);
	return 0;
}
