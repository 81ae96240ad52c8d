/* A whole document: read, resolved, its schemas compiled, resources inferred, samples and requests made. What the
 * sampler makes has to fit. */
#include <stdint.h>
#include <string.h>

#include "contract/exchange.h"
#include "contract/request.h"
#include "contract/resource.h"
#include "contract/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { OPERATIONS = 12 };

static void
try_schema(struct openapi *openapi, struct sampler *sampler, const struct value *node, enum schema_side side)
{
	const struct schema *schema = node ? openapi_schema(openapi, node, NULL) : NULL;
	struct sample_options options = { .side = side };
	if (!schema)
		return;
	shape_of(openapi, node);
	g_autoptr(Doc) sample = sample_make(sampler, node, "name", &options, NULL);
	if (sample)
		g_assert_true(schema_check(schema, doc_root(sample), side, NULL));
}

static void
try_content(struct openapi *openapi, struct sampler *sampler, const struct value *node, enum schema_side side)
{
	VALUE_EACH_MEMBER (media, object, value_member(openapi_resolve(openapi, node), "content")) {
		(void)media;
		try_schema(openapi, sampler, value_member(openapi_resolve(openapi, object), "schema"), side);
	}
}

static void
try_request(struct openapi *openapi, struct sampler *sampler, const struct openapi_operation *operation)
{
	struct request_options options = { .base = openapi_base_path(openapi) };
	struct http_request request;
	struct parsed_request parsed;
	struct faults faults = { 0 };
	if (!request_make(sampler, openapi, operation, &options, &request, NULL))
		return;
	exchange_judge_request(openapi, &request, &parsed, &faults);
	parsed_request_clear(&parsed);
	faults_clear(&faults);
	http_request_clear(&request);
}

static void
try_operation(struct openapi *openapi, struct sampler *sampler, const struct openapi_operation *operation)
{
	for (size_t i = 0; i < operation->parameter_count; i++)
		try_schema(openapi, sampler, operation->parameters[i].value_schema, SCHEMA_SIDE_REQUEST);
	try_content(openapi, sampler, operation->body, SCHEMA_SIDE_REQUEST);
	for (size_t i = 0; i < operation->response_count; i++)
		try_content(openapi, sampler, operation->responses[i].node, SCHEMA_SIDE_RESPONSE);
	try_request(openapi, sampler, operation);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const struct doc_limits limits = { .bytes = 1 << 16, .depth = 100, .nodes = 10000 };
	g_autoptr(Doc) doc = doc_read("fuzz", (const char *)bytes, length, &limits, NULL);
	GError *error = NULL;
	g_autoptr(Openapi) openapi = doc ? openapi_create(doc, &error) : NULL;
	g_assert_true(!doc || !openapi == !!error);
	g_clear_error(&error);
	if (!openapi)
		return 0;
	resources_destroy(resources_infer(openapi));
	g_autoptr(Sampler) sampler = sampler_create(openapi, length);
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	for (size_t i = 0; i < MIN(count, OPERATIONS); i++)
		try_operation(openapi, sampler, &operations[i]);
	return 0;
}
