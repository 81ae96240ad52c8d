/* The two ways to check a text, which must agree: in one pass, and by the tree of the document. */
#ifndef TESTS_SCHEMA_TWIN_H
#define TESTS_SCHEMA_TWIN_H

#include "schema/text.h"

/* True unless nothing but a limit kept the tree's check from saying more. */
static inline bool
twin_decided(const struct schema *schema, const struct value *root, enum schema_side side)
{
	struct schema_findings findings = { .limit = 1 };
	schema_check(schema, root, side, &findings);
	bool limited = findings.count && g_str_equal(findings.items[0].keyword, "limit");
	schema_findings_clear(&findings);
	return !limited;
}

/* What both say of a text; what the pass alone said in *ret_pass, which may be NULL. */
static inline enum schema_verdict
twin_check(const struct schema *schema, const char *text, size_t length, enum schema_side side, enum text_verdict *ret_pass)
{
	g_autoptr(GError) error = NULL, refusal = NULL;
	g_autoptr(Doc) doc = doc_read_json("twin", text, length, NULL, &refusal);
	enum schema_verdict verdict = SCHEMA_UNREADABLE, whole = schema_check_text(schema, "twin", text, length, side, NULL, &error);
	if (doc)
		verdict = schema_check(schema, doc_root(doc), side, NULL) ? SCHEMA_FITS : SCHEMA_MISFITS;
	struct check check = { .side = side, .budget = 1000 * 1000 };
	enum text_verdict pass = text_check(&check, (const struct node *)schema, text, length);
	if (!doc || twin_decided(schema, doc_root(doc), side)) {
		g_assert_cmpint(whole, ==, verdict);
		g_assert_true(pass != TEXT_FITS || verdict == SCHEMA_FITS);
		g_assert_true(pass != TEXT_MISFITS || verdict != SCHEMA_FITS);
	}
	g_assert_cmpstr(error ? error->message : NULL, ==, refusal ? refusal->message : NULL);
	if (ret_pass)
		*ret_pass = pass;
	return verdict;
}

/* The same for a text with one fault or change, by chance from `seed` on: mostly no JSON any more. */
static inline void
twin_check_broken(const struct schema *schema, const char *text, size_t length, unsigned seed)
{
	static const char bytes[] = "\"\\{}[],:0-.eEtfnu/ \n\t\x01\x80\xC3\xA9\xED";
	g_autoptr(GRand) random = g_rand_new_with_seed(seed);
	g_autoptr(GString) broken = g_string_new_len(text, (gssize)length);
	gsize at = (gsize)g_rand_int_range(random, 0, (gint32)length + 1), size = (gsize)g_rand_int_range(random, 1, 8);
	char byte = bytes[g_rand_int_range(random, 0, sizeof bytes)];
	switch (g_rand_int_range(random, 0, 5)) {
	case 0: g_string_truncate(broken, at); break;
	case 1: g_string_erase(broken, (gssize)at, (gssize)MIN(size, length - at)); break;
	case 2: g_string_insert_c(broken, (gssize)at, byte); break;
	case 3: g_string_insert_len(broken, (gssize)at, text + at, (gssize)(length - at)); break;
	default: g_string_overwrite_len(broken, at, &byte, 1); break;
	}
	twin_check(schema, broken->str, broken->len, SCHEMA_SIDE_NONE, NULL);
}

#endif
