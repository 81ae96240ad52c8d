/* Schemas brought down to what model servers take: what comes of one is such a schema itself, and answers come back as JSON. */
#include <stdint.h>

#include "base/writer.h"
#include "llm/subset.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autoptr(Doc) schema = doc_read_json("fuzz", (const char *)bytes, length, NULL, NULL);
	if (!schema)
		return 0;
	g_autoptr(Doc) back = subset_undo(doc_root(schema), doc_root(schema));
	g_assert_cmpint(doc_root(back)->kind, ==, doc_root(schema)->kind);
	g_autoptr(Doc) form = subset_of(doc_root(schema));
	if (!form)
		return 0;
	g_autoptr(Doc) again = subset_of(doc_root(form));
	g_assert_nonnull(again);
	return 0;
}
