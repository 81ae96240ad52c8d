/* What recorded traffic says of a contract: consumer by consumer, each finding with how to repeat it. */
#include "cli/view.h"

static void
add_part(struct view *view, enum view_tone tone, const char *before, const struct value *finding, const char *name)
{
	g_autofree char *text = view_scalar(value_member(finding, name));
	view_add(view, tone, "%s%s", before, text);
}

static void
add_finding(struct view *view, const struct value *finding, enum view_tone tone)
{
	int64_t times = 0;
	value_int64(value_member(finding, "times"), &times);
	add_part(view, TONE_STRONG, "  ", finding, "consumer");
	add_part(view, tone, ": ", finding, "kind");
	add_part(view, TONE_PLAIN, ", ", finding, "operation");
	add_part(view, TONE_FAINT, "  [request ", finding, "request");
	add_part(view, TONE_FAINT, " of ", finding, "recording");
	if (times > 1)
		view_add(view, TONE_FAINT, ", %d in all", (int)MIN(times, G_MAXINT));
	view_add(view, TONE_FAINT, "]\n");
	add_part(view, TONE_PLAIN, "      expected ", finding, "expected");
	add_part(view, TONE_PLAIN, "\n      found    ", finding, "found");
	add_part(view, TONE_FAINT, "\n      ", finding, "curl");
	view_add(view, TONE_PLAIN, "\n");
}

static void
add_list(struct view *view, const char *title, const struct value *list, enum view_tone tone)
{
	if (value_count(list))
		view_add(view, TONE_STRONG, "\n%s:\n", title);
	VALUE_EACH (finding, list)
		add_finding(view, finding, tone);
}

static void
add_usage(struct view *view, const struct value *usage)
{
	g_autofree char *consumer = view_scalar(value_member(usage, "consumer"));
	g_autofree char *contract = view_scalar(value_member(usage, "contract"));
	size_t used = value_count(value_member(usage, "operations")), unused = value_count(value_member(usage, "unused"));
	view_add(view, TONE_PLAIN, "  %s uses %zu of %zu operations of %s\n", consumer, used, used + unused, contract);
}

void
view_traffic(struct view *view, const struct value *result)
{
	const struct value *broken = value_member(result, "broken"), *notes = value_member(result, "notes");
	bool passed = value_truth(value_member(result, "passed"));
	VALUE_EACH (usage, value_member(result, "usages"))
		add_usage(view, usage);
	add_list(view, "Not as agreed", broken, TONE_BAD);
	add_list(view, "To be known", notes, TONE_FAINT);
	view_add(view, passed ? TONE_GOOD : TONE_BAD, "\n%s", passed ? "passed" : "failed");
	view_add(view, TONE_PLAIN, ": %zu against the contract, %zu to be known", value_count(broken), value_count(notes));
	add_part(view, TONE_FAINT, "; exchanges with other servers: ", result, "ignored");
	view_add(view, TONE_PLAIN, "\n");
}
