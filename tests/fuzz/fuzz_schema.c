/* A JSON array [schema, instance]: compiles and checks in one of the dialects, which the length picks.
 * Verdict and findings must agree, and every finding's places must exist. */
#include <string.h>

#include "schema/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define URI "https://example.com/fuzz"

static void
check(const struct schema *schema, const struct value *root, const struct value *instance, enum schema_side side)
{
	struct schema_findings findings = { .limit = 8 };
	bool fits = schema_check(schema, instance, side, NULL);
	g_assert_true(schema_check(schema, instance, side, &findings) == fits);
	g_assert_true(fits == (findings.count == 0) && findings.count <= 8);
	for (size_t i = 0; i < findings.count; i++) {
		g_assert_nonnull(value_find(instance, findings.items[i].instance));
		if (g_str_has_prefix(findings.items[i].schema, URI "#"))
			g_assert_nonnull(value_find(root, findings.items[i].schema + strlen(URI "#")));
	}
	schema_findings_clear(&findings);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(Doc) doc = doc_read_json("fuzz", (const char *)data, size, NULL, NULL);
	const struct value *first = value_item(doc_root(doc), 0), *instance = value_item(doc_root(doc), 1);
	if (!instance)
		return 0;
	struct schema_options options = { .dialect = (enum schema_dialect)(size % 5), .assert_formats = true };
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	g_autoptr(Doc) part = doc_sub(doc, first);
	const struct schema *schema = schema_compile(set, part, first, URI, NULL);
	if (schema)
		check(schema, first, instance, (enum schema_side)(size / 5 % 3));
	return 0;
}
