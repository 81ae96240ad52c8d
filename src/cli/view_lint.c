/* What the linter found: grouped by rule, the worst first, and short unless all is asked for. */
#include <string.h>

#include "cli/view.h"

/* Findings of one rule that are shown: of errors, warnings, hints. */
enum { ERRORS = 8, WARNINGS = 3, INFOS = 0, WIDE = 200 };

static const struct {
	const char *severity;
	enum view_tone tone;
	unsigned shown;
} manners[] = { { "error", TONE_BAD, ERRORS }, { "warning", TONE_STRONG, WARNINGS }, { "info", TONE_FAINT, INFOS } };

static int64_t
figure(const struct value *object, const char *member)
{
	int64_t number = 0;
	value_int64(value_member(object, member), &number);
	return number;
}

static void
add_document(struct view *view, const struct value *document)
{
	g_autofree char *file = view_scalar(value_member(document, "file")), *title = view_scalar(value_member(document, "title"));
	g_autofree char *version = view_scalar(value_member(document, "version"));
	view_add(view, TONE_STRONG, "%s", file);
	if (*view_text_of(document, "openapi"))
		view_add(view, TONE_PLAIN, ": %s%s%s, OpenAPI %s, %" G_GINT64_FORMAT " operation%s", title, *title && *version ? " " : "", version,
		         view_text_of(document, "openapi"), figure(document, "operations"), figure(document, "operations") == 1 ? "" : "s");
	view_add(view, TONE_PLAIN, "\n");
}

/* A file is named where it is not the only document. */
static void
add_finding(struct view *view, const struct value *finding, const char *only)
{
	g_autofree char *message = view_scalar(value_member(finding, "message")), *file = view_scalar(value_member(finding, "file"));
	bool named = !only || !g_str_equal(only, file);
	bool wide = g_utf8_strlen(message, -1) > WIDE;
	g_autofree char *start = wide ? g_utf8_substring(message, 0, WIDE) : NULL;
	view_add(view, TONE_PLAIN, "  %s%s%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT "  %s%s\n", named ? file : "", named ? ":" : "", figure(finding, "line"), figure(finding, "column"),
	         wide ? start : message, wide ? "…" : "");
}

/* The one document; NULL where there are several, or where each finding is to be a line that tools understand. */
static const char *
only_file(const struct value *result)
{
	const struct value *documents = value_member(result, "documents");
	bool one = value_count(documents) == 1 && !value_truth(value_member(result, "all"));
	return one ? view_text_of(value_item(documents, 0), "file") : NULL;
}

static void
add_rule(struct view *view, const struct value *rule, const GPtrArray *findings, const struct value *result)
{
	bool all = value_truth(value_member(result, "all"));
	unsigned manner = 0;
	while (manner + 1 < G_N_ELEMENTS(manners) && !g_str_equal(manners[manner].severity, view_text_of(rule, "severity")))
		manner++;
	unsigned shown = all ? findings->len : MIN(findings->len, manners[manner].shown);
	view_add(view, manners[manner].tone, "%s %s", manners[manner].severity, view_text_of(rule, "id"));
	view_add(view, TONE_PLAIN, "  %s", view_text_of(rule, "help"));
	view_add(view, TONE_FAINT, "; %s", view_text_of(rule, "remedy"));
	if (!shown)
		view_add(view, TONE_PLAIN, " (%u)", findings->len);
	view_add(view, TONE_PLAIN, "\n");
	for (unsigned i = 0; i < shown; i++)
		add_finding(view, findings->pdata[i], only_file(result));
	if (shown && shown < findings->len)
		view_add(view, TONE_FAINT, "  … and %u more\n", findings->len - shown);
}

static void
add_count(struct view *view, int64_t count, const char *what, enum view_tone tone)
{
	view_add(view, count ? tone : TONE_PLAIN, "%" G_GINT64_FORMAT " %s%s", count, what, count == 1 ? "" : "s");
}

static void
add_sum(struct view *view, const struct value *result)
{
	int64_t errors = figure(result, "errors"), warnings = figure(result, "warnings"), infos = figure(result, "infos");
	add_count(view, errors, "error", TONE_BAD);
	view_add(view, TONE_PLAIN, ", ");
	add_count(view, warnings, "warning", TONE_STRONG);
	view_add(view, TONE_PLAIN, ", ");
	add_count(view, infos, "hint", TONE_FAINT);
	if (!errors)
		view_add(view, TONE_GOOD, "; valid");
	if (errors + warnings + infos && !value_truth(value_member(result, "all")))
		view_add(view, TONE_FAINT, " (--all shows each)");
	view_add(view, TONE_PLAIN, "\n");
}

void
view_lint(struct view *view, const struct value *result)
{
	g_autoptr(GHashTable) by_rule = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
	VALUE_EACH (finding, value_member(result, "findings")) {
		GPtrArray *list = g_hash_table_lookup(by_rule, view_text_of(finding, "rule"));
		if (!list) {
			list = g_ptr_array_new();
			g_hash_table_insert(by_rule, (void *)(uintptr_t)view_text_of(finding, "rule"), list);
		}
		g_ptr_array_add(list, (void *)(uintptr_t)finding);
	}
	VALUE_EACH (document, value_member(result, "documents"))
		add_document(view, document);
	VALUE_EACH (rule, value_member(result, "rules"))
		add_rule(view, rule, g_hash_table_lookup(by_rule, view_text_of(rule, "id")), result);
	if (value_count(value_member(result, "operations")))
		view_table(view, value_member(result, "operations"), NULL);
	VALUE_EACH (remark, value_member(result, "remarks"))
		view_add(view, TONE_PLAIN, "  %s\n", value_text(remark) ? remark->text : "");
	add_sum(view, result);
}

void
view_rules(struct view *view, const struct value *result)
{
	static const char *const columns[] = { "id", "severity", "help", NULL };
	view_table(view, value_member(result, "rules"), columns);
}
