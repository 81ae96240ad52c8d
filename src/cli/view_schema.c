/* What validation says, as compilers say it: one fault a line, the figures last. */
#include "cli/view.h"

static void
add_part(struct view *view, const struct value *row, const char *member, const char *after)
{
	g_autofree char *text = view_scalar(value_member(row, member));
	view_add(view, TONE_PLAIN, "%s%s", text, after);
}

static char *
figure(const struct value *result, const char *member)
{
	return view_scalar(value_member(result, member));
}

/* "file:line:column: /pointer: what is wrong (keyword at its place)" */
static void
add_fault(struct view *view, const struct value *fault)
{
	const char *place = value_member_text(fault, "place");
	bool whole = value_member_text(fault, "where") && *value_member_text(fault, "where");
	add_part(view, fault, "file", ":");
	add_part(view, fault, "line", ":");
	add_part(view, fault, "column", ": ");
	if (whole)
		add_part(view, fault, "where", ": ");
	add_part(view, fault, "message", "");
	g_autofree char *rule = view_scalar(value_member(fault, "rule"));
	if (place && *place)
		view_add(view, TONE_FAINT, " (%s at %s)", rule, place);
	else
		view_add(view, TONE_FAINT, " (%s)", rule);
	view_add(view, TONE_PLAIN, "\n");
}

void
view_schema(struct view *view, const struct value *result)
{
	g_autofree char *valid = figure(result, "valid"), *invalid = figure(result, "invalid"), *cut = figure(result, "cut");
	VALUE_EACH (fault, value_member(result, "faults"))
		add_fault(view, fault);
	if (!g_str_equal(cut, "0"))
		view_add(view, TONE_FAINT, "%s of the documents may have more faults than are told\n", cut);
	if (g_str_equal(valid, "0") && g_str_equal(invalid, "0"))
		view_add(view, TONE_GOOD, "the schema is right; no documents were named");
	else
		view_add(view, g_str_equal(invalid, "0") ? TONE_GOOD : TONE_BAD, "%s valid, %s invalid", valid, invalid);
	view_add(view, TONE_PLAIN, "\n");
}

void
view_suite(struct view *view, const struct value *result)
{
	g_autofree char *passed = figure(result, "passed"), *failed = figure(result, "failed");
	VALUE_EACH (failure, value_member(result, "failures")) {
		add_part(view, failure, "file", ": ");
		add_part(view, failure, "group", ": ");
		add_part(view, failure, "test", ": expected ");
		add_part(view, failure, "expected", ": ");
		add_part(view, failure, "message", "\n");
	}
	view_add(view, g_str_equal(failed, "0") ? TONE_GOOD : TONE_BAD, "%s passed, %s failed", passed, failed);
	view_add(view, TONE_PLAIN, "\n");
}
