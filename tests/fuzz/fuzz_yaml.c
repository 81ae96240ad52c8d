/* The YAML reader: what it accepts survives JSON and YAML, written and read again. */
#include <stdint.h>
#include <string.h>

#include "base/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	/* Aliases may not make a small input large: that is what the limit is for. */
	static const struct doc_limits limits = { .bytes = 1 << 20, .depth = 200, .nodes = 10000 };
	GError *error = NULL;
	g_autoptr(Doc) doc = doc_read_yaml("fuzz", (const char *)bytes, length, &limits, &error);
	g_assert_true(!doc == !!error);
	g_clear_error(&error);
	if (!doc)
		return 0;
	g_autofree char *json = value_to_json(doc_root(doc), false);
	g_autoptr(Doc) from_json = doc_read_json("json", json, strlen(json), NULL, NULL);
	g_assert_true(from_json && value_equal(doc_root(doc), doc_root(from_json)));
	g_autofree char *yaml = value_to_yaml(doc_root(doc));
	g_autoptr(Doc) from_yaml = doc_read_yaml("yaml", yaml, strlen(yaml), NULL, &error);
	g_assert_no_error(error);
	g_assert_true(value_equal(doc_root(doc), doc_root(from_yaml)));
	return 0;
}
