/* JUnit XML, as continuous integration reads it: a suite per contract, a case per criterion. */
#include "engine/report.h"

static void
add_attribute(GString *xml, const char *name, const char *value)
{
	g_autofree char *escaped = g_markup_escape_text(value ? value : "", -1);
	g_string_append_printf(xml, " %s=\"%s\"", name, escaped);
}

static void
add_skipped(GString *xml, const char *open)
{
	g_string_append(xml, "      <skipped");
	add_attribute(xml, "message", open ? open : "nothing verified it");
	g_string_append(xml, "/>\n");
}

static void
add_case(GString *xml, const char *suite, const struct criterion_result *criterion)
{
	int64_t spent = 0;
	for (size_t i = 0; i < criterion->evidence.count; i++)
		spent += criterion->evidence.items[i].duration_us;
	g_string_append(xml, "    <testcase");
	add_attribute(xml, "classname", suite);
	add_attribute(xml, "name", criterion->text);
	g_string_append_printf(xml, " time=\"%.3f\">\n", (double)spent / 1e6);
	if (criterion->verdict == VERDICT_UNVERIFIED)
		add_skipped(xml, criterion->open);
	for (size_t i = 0; i < criterion->evidence.count; i++) {
		const struct evidence *evidence = &criterion->evidence.items[i];
		if (evidence->passed)
			continue;
		g_autofree char *message = g_strdup_printf("%s%s%s: expected %s, found %s", evidence->subject, evidence->name ? ", " : "",
		                                           evidence->name ? evidence->name : "", evidence->expected, evidence->found);
		g_string_append(xml, "      <failure");
		add_attribute(xml, "message", message);
		g_string_append(xml, "/>\n");
	}
	g_string_append(xml, "    </testcase>\n");
}

static void
add_suite(GString *xml, const struct task_facts *task)
{
	size_t failed = 0, skipped = 0;
	const struct criterion_result_list *criteria = &task->verification.criteria;
	for (size_t i = 0; i < criteria->count; i++) {
		failed += criteria->items[i].verdict == VERDICT_FAILED;
		skipped += criteria->items[i].verdict == VERDICT_UNVERIFIED;
	}
	g_string_append(xml, "  <testsuite");
	add_attribute(xml, "name", task->planned->id);
	g_string_append_printf(xml, " tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\">\n", criteria->count, failed, skipped);
	for (size_t i = 0; i < criteria->count; i++)
		add_case(xml, task->planned->id, &criteria->items[i]);
	g_string_append(xml, "  </testsuite>\n");
}

char *
report_junit(const struct report *report)
{
	GString *xml = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"teamwright\">\n");
	for (size_t i = 0; i < report->task_count; i++)
		if (report->tasks[i].verified)
			add_suite(xml, &report->tasks[i]);
	g_string_append(xml, "</testsuites>\n");
	/* Control characters have no place in XML 1.0, not even escaped. */
	for (char *c = xml->str; *c; c++)
		if (g_ascii_iscntrl(*c) && *c != '\n' && *c != '\t')
			*c = '?';
	return g_string_free(xml, FALSE);
}
