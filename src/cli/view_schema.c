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

void
view_schema(struct view *view, const struct value *result)
{
	g_autofree char *valid = figure(result, "valid"), *invalid = figure(result, "invalid");
	VALUE_EACH (fault, value_member(result, "faults")) {
		add_part(view, fault, "file", "#");
		add_part(view, fault, "where", ": ");
		add_part(view, fault, "message", "");
		g_autofree char *rule = view_scalar(value_member(fault, "rule"));
		view_add(view, TONE_FAINT, " (%s)", rule);
		view_add(view, TONE_PLAIN, "\n");
	}
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
