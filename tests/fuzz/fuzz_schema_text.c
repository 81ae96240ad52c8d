/* A schema in the first line, and behind it a text that need not be JSON: checking it in one pass has to say what its tree
 * says. The first byte picks dialect and side. */
#include <string.h>

#include "../unit/schema_twin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	if (!end || end == data)
		return 0;
	g_autoptr(Doc) doc = doc_read_json("fuzz", (const char *)data + 1, (size_t)(end - data - 1), NULL, NULL);
	if (!doc)
		return 0;
	struct schema_options options = { .dialect = (enum schema_dialect)(*data % 5), .assert_formats = true };
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	const struct schema *schema = schema_compile(set, doc, doc_root(doc), NULL, NULL);
	size_t length = (size_t)(data + size - end - 1);
	g_autofree char *text = g_memdup2(end + 1, length);
	if (schema)
		twin_check(schema, text ? text : "", length, (enum schema_side)(*data / 5 % 3), NULL);
	return 0;
}
