#include "team/crosscheck.h"

#include <string.h>

#include "team/quotation.h"

static void
test_quotation(void)
{
	static const struct {
		const char *text, *piece;
		size_t from;
		long offset, length;   /* -1: it stands nowhere */
	} rows[] = {
		{ "abc", "abc", 0, 0, 3 },
		{ "abc", "bc", 0, 1, 2 },
		{ "abc", "bd", 0, -1, 0 },
		{ "abc", "", 0, -1, 0 },
		{ "abc", " \n", 0, -1, 0 },
		{ "a  b\n\tc", "a b c", 0, 0, 7 },
		{ "a b", "a\n b", 0, 0, 3 },
		{ "ab", "a b", 0, -1, 0 },
		{ "x a b", "  a b ", 0, 2, 3 },
		{ "to to to", "to", 1, 3, 2 },
		{ "to to to", "to", 7, 0, 2 },          /* none behind it: the first one again */
		{ "to", "to", 99, 0, 2 },
		{ "aab", "ab", 0, 1, 2 },
		{ "Grüße an uns", "an uns", 0, 8, 6 },
		{ "abc", "ABC", 0, -1, 0 },
		{ "ab ", "ab c", 0, -1, 0 },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct quotation found = { 0 };
		bool stands = quotation_find(rows[i].text, rows[i].piece, rows[i].from, &found);
		g_test_message("'%s' in '%s'", rows[i].piece, rows[i].text);
		g_assert_cmpint(stands, ==, rows[i].offset >= 0);
		g_assert_cmpint((long)found.offset, ==, MAX(rows[i].offset, 0));
		g_assert_cmpint((long)found.length, ==, rows[i].length);
	}
}

static void
read_analysis(const char *text, struct analysis *ret)
{
	GError *error = NULL;
	record_read_text(&analysis_record, "analysis", text, ret, &error);
	g_assert_no_error(error);
}

/* "S1 text, S2 text": the statements as one line. */
static char *
list_statements(const struct analysis *analysis)
{
	GString *line = g_string_new(NULL);
	for (size_t i = 0; i < analysis->statements.count; i++)
		g_string_append_printf(line, "%s%s %s", i ? ", " : "", analysis->statements.items[i].id, analysis->statements.items[i].text);
	return g_string_free(line, FALSE);
}

static const char text[] = "Sell tea, sell milk, use Redis, and use Redis twice.";

#define HEAD "requirement_type: feature_development\ncomplexity: simple\nparallelizability: fully_sequential\n"

static void
test_merge(void)
{
	struct analysis offline, analysis;
	read_analysis(HEAD "confidence_score: 0.7\nstatements: [{id: S1, text: Sell tea, offset: 0, length: 8, kind: capability},"
	                   "{id: S2, text: Redis, offset: 25, length: 5, kind: technology}, {id: S3, text: twice, offset: 46, length: 5, kind: capability}]", &offline);
	read_analysis(HEAD "confidence_score: 0.9\nrationale: Because\nstatements: [{id: B, text: use Redis, kind: capability}, {id: A, text: sell milk, kind: capability},"
	                   "{id: C, text: use Redis, kind: capability}, {id: D, text: Sell tea, kind: capability}]\n"
	                   "entities: [{name: milk, fields: [{name: fat, type: number, statement: A}], relations: [{kind: has_many, target: milk, statement: C}], statements: [B, D]}]",
	              &analysis);
	g_assert_null(crosscheck_faults(text, &analysis));
	crosscheck_merge(text, &offline, &analysis);
	/* The same words twice are two places; a technology wants a statement of its kind; what nobody said is added. */
	g_autofree char *line = list_statements(&analysis);
	g_assert_cmpstr(line, ==, "S1 Sell tea, S2 sell milk, S3 use Redis, S4 Redis, S5 use Redis, S6 twice");
	g_assert_cmpint(analysis.statements.items[4].offset, ==, 36);
	const struct entity *entity = &analysis.entities.items[0];
	g_assert_cmpstr(entity->fields.items[0].statement, ==, "S2");
	g_assert_cmpstr(entity->relations.items[0].statement, ==, "S5");
	g_assert_cmpstr(entity->statements[0], ==, "S3");
	g_assert_cmpstr(entity->statements[1], ==, "S1");
	g_assert_cmpfloat(analysis.confidence_score, ==, 0.9);
	g_assert_cmpstr(analysis.rationale, ==, "Because. The offline analyst agrees (70 %). Its statements S4, S6 were kept: the model had left them out.");
	record_finish(&analysis_record, &offline);
	record_finish(&analysis_record, &analysis);
}

/* What the model calls background is not added, where half of it stands there; what it makes up or only touches counts for nothing. */
static void
test_background(void)
{
	static const struct {
		const char *background, *statements, *said;
	} rows[] = {
		{ "[]", "S1 Sell tea, S2 use Redis, S3 twice", "Its statements S2, S3 were kept: the model had left them out." },
		{ "[and use Redis twice., never said]", "S1 Sell tea", "What the offline analyst takes for demands, the model for background: \"use Redis\", \"twice\"." },
		{ "[use Redis, sell milk]", "S1 Sell tea, S2 twice", "for background: \"use Redis\"." },
		{ "[s twice]", "S1 Sell tea, S2 use Redis", "for background: \"twice\"." },
		{ "[Sell tea]", "S1 Sell tea, S2 use Redis, S3 twice", "Its statements S2, S3 were kept" },
		{ "[e]", "S1 Sell tea, S2 use Redis, S3 twice", "Its statements S2, S3 were kept" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct analysis offline, analysis;
		read_analysis(HEAD "statements: [{id: S1, text: use Redis, offset: 36, length: 9, kind: capability}, {id: S2, text: twice, offset: 46, length: 5, kind: capability}]",
		              &offline);
		g_autofree char *answer = g_strconcat(HEAD "confidence_score: 0.9\nstatements: [{id: S1, text: Sell tea, kind: capability}]\nbackground: ", rows[i].background, NULL);
		read_analysis(answer, &analysis);
		g_assert_null(crosscheck_faults(text, &analysis));
		crosscheck_merge(text, &offline, &analysis);
		g_autofree char *line = list_statements(&analysis);
		g_assert_cmpstr(line, ==, rows[i].statements);
		g_assert_nonnull(strstr(analysis.rationale, rows[i].said));
		for (char **passage = analysis.background; *passage; passage++)
			g_assert_nonnull(strstr(text, *passage));
		record_finish(&analysis_record, &offline);
		record_finish(&analysis_record, &analysis);
	}
}

static void
test_confidence(void)
{
	static const struct {
		double offline, model, result;
		const char *said;
	} rows[] = {
		{ 0.30, 0.9, 0.9, "leans towards bug_fix (30 %)" },
		{ 0.59, 0.9, 0.9, "leans towards bug_fix (59 %)" },
		{ 0.60, 0.9, 0.86, "the confidence falls from 0.90 to 0.86" },
		{ 0.90, 0.9, 0.50, "the confidence falls from 0.90 to 0.50" },
		{ 0.99, 0.5, 0.01, "the confidence falls from 0.50 to 0.01" },
		{ 1.00, 1.0, 0.50, "the confidence falls from 1.00 to 0.50" },
		{ 0.90, 0.0, 0.00, "the confidence falls from 0.00 to 0.00" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct analysis offline, analysis;
		read_analysis(HEAD "statements: [{id: S1, text: Sell tea}]", &analysis);
		read_analysis(HEAD "statements: []", &offline);
		offline.requirement_type = REQUIREMENT_BUG_FIX;
		offline.confidence_score = rows[i].offline;
		analysis.confidence_score = rows[i].model;
		crosscheck_merge(text, &offline, &analysis);
		g_assert_cmpfloat_with_epsilon(analysis.confidence_score, rows[i].result, 1e-9);
		g_assert_nonnull(strstr(analysis.rationale, rows[i].said));
		record_finish(&analysis_record, &offline);
		record_finish(&analysis_record, &analysis);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/crosscheck/quotation", test_quotation);
	g_test_add_func("/crosscheck/merge", test_merge);
	g_test_add_func("/crosscheck/background", test_background);
	g_test_add_func("/crosscheck/confidence", test_confidence);
	return g_test_run();
}
