/* The JSON reader, and what must hold for everything that it accepts: written and read again it is the same. */
#include <stdint.h>
#include <string.h>

#include "base/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void
check_round_trip(const struct doc *doc, bool pretty)
{
	g_autofree char *text = value_to_json(doc_root(doc), pretty);
	g_autoptr(Doc) again = doc_read_json("again", text, strlen(text), NULL, NULL);
	g_assert_true(again && value_equal(doc_root(doc), doc_root(again)));
	g_autofree char *second = value_to_json(doc_root(again), pretty);
	g_assert_cmpstr(text, ==, second);
}

/* Positions lie within the source, spans within the tree. */
static void
check_nodes(const struct doc *doc)
{
	size_t length;
	doc_source(doc, &length);
	const struct value *root = doc_root(doc);
	for (uint32_t i = 0; i < root->span; i++) {
		g_assert_cmpuint(root[i].offset, <, MAX(length, 1));
		g_assert_cmpuint(root[i].span, <=, root->span - i);
	}
	unsigned line, column;
	doc_position(doc, root + root->span - 1, &line, &column);
	g_assert_cmpuint(line, >=, 1);
	g_assert_cmpuint(column, >=, 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	GError *error = NULL;
	g_autoptr(Doc) doc = doc_read_json("fuzz", (const char *)bytes, length, NULL, &error);
	g_assert_true(!doc == !!error);
	g_clear_error(&error);
	if (!doc)
		return 0;
	check_nodes(doc);
	check_round_trip(doc, false);
	check_round_trip(doc, true);
	return 0;
}
