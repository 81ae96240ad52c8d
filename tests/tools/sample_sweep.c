/* Makes a value for every component schema of OpenAPI documents, for requests and for responses, by example and without.
 *
 *	sample_sweep [--verbose] FILE...
 *
 * Writes a line for each schema that got none, and at the end one JSON object with the figures; exits 1 where there was one
 * that is not known to take nothing. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "contract/sample.h"

enum { SCHEMAS_MAX = 3000, SLOW_MS = 1000 };

struct figures {
	unsigned documents, unread, schemas, broken, values, missed;
	int64_t slowest_ms;
};

static void
try_schema(struct sampler *sampler, struct openapi *openapi, const struct value *name, const struct value *node, struct figures *figures, bool verbose)
{
	figures->schemas++;
	if (!openapi_schema(openapi, node, NULL)) {
		figures->broken++;
		return;
	}
	for (unsigned i = 0; i < 4; i++) {
		struct sample_options options = { .side = i % 2 ? SCHEMA_SIDE_REQUEST : SCHEMA_SIDE_RESPONSE, .fresh = i >= 2, .variation = i };
		GError *error = NULL;
		int64_t start = clock_cpu_us();
		g_autoptr(Doc) doc = sample_make(sampler, node, name->text, &options, &error);
		int64_t ms = (clock_cpu_us() - start) / 1000;
		figures->slowest_ms = MAX(figures->slowest_ms, ms);
		if (verbose && ms > SLOW_MS)
			printf("%s: %s took %d ms\n", doc_name(openapi_doc(openapi)), name->text, (int)ms);
		figures->values++;
		figures->missed += !doc;
		if (!doc && verbose)
			printf("%s: %s (%s): %.300s\n", doc_name(openapi_doc(openapi)), name->text, i % 2 ? "request" : "response", error->message);
		g_clear_error(&error);
	}
}

static void
try_file(const char *path, struct figures *figures, bool verbose)
{
	unsigned count = 0;
	g_autoptr(Openapi) openapi = openapi_read_file(path, NULL);
	if (!openapi) {
		figures->unread++;
		return;
	}
	g_autoptr(Sampler) sampler = sampler_create(openapi, 1);
	figures->documents++;
	VALUE_EACH_MEMBER (name, node, value_find(doc_root(openapi_doc(openapi)), "/components/schemas"))
		if (count++ < SCHEMAS_MAX)
			try_schema(sampler, openapi, name, node, figures, verbose);
}

int
main(int argc, char **argv)
{
	struct figures figures = { 0 };
	bool verbose = argc > 1 && strcmp(argv[1], "--verbose") == 0;
	for (int i = verbose ? 2 : 1; i < argc; i++)
		try_file(argv[i], &figures, verbose);
	printf("{\"documents\": %u, \"unread\": %u, \"schemas\": %u, \"broken\": %u, \"values\": %u, \"missed\": %u, \"slowest_ms\": %d}\n", figures.documents,
	       figures.unread, figures.schemas, figures.broken, figures.values, figures.missed, (int)figures.slowest_ms);
	return figures.missed ? 1 : 0;
}
