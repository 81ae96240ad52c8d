/* Runs, plans, analyses and verifications as people read them. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "cli/view.h"

static char *
span_of(const struct value *object, const char *name)
{
	double seconds = value_double(value_member(object, name));
	return isnan(seconds) ? g_strdup("-") : clock_span(seconds);
}

/* --- runs ----------------------------------------------------------------------------------- */

static void
add_times(struct view *view, const struct value *execution)
{
	if (isnan(value_double(value_member(execution, "total_duration"))))
		return;
	g_autofree char *wall = span_of(execution, "total_duration"), *sum = span_of(execution, "sequential_duration");
	g_autofree char *path = span_of(execution, "critical_path");
	double saved = value_double(value_member(execution, "time_savings_percent"));
	view_add(view, TONE_PLAIN, "  time        %s; the work one after the other %s, its longest chain %s", wall, sum, path);
	double paused = value_double(value_member(execution, "paused"));
	if (paused >= 1)
		view_add(view, TONE_PLAIN, "; paused for %.0f s", paused);
	if (!isnan(saved))
		view_add(view, TONE_PLAIN, "; %.0f %% saved", saved);
	else if (value_member(execution, "note"))
		view_add(view, TONE_FAINT, " (%s)", view_text_of(execution, "note"));
	view_add(view, TONE_PLAIN, "\n");
}

static void
add_task(struct view *view, const struct value *task)
{
	bool good = value_truth(value_member(task, "success"));
	g_autofree char *span = span_of(task, "duration_seconds");
	double quality = value_double(value_member(task, "quality_score"));
	g_autofree char *score = isnan(quality) ? g_strdup("") : g_strdup_printf("%.2f", quality);
	view_add(view, TONE_PLAIN, "  %-26s %-20s ", view_text_of(task, "task_id"), view_text_of(task, "persona_id"));
	view_add(view, good ? TONE_GOOD : TONE_BAD, "%-20s", view_text_of(task, "outcome"));
	view_add(view, TONE_PLAIN, " %5zu %9s %6s\n", value_count(value_member(task, "files_created")), span, score);
	if (!good && *view_text_of(task, "reason")) {
		g_autofree char *reason = view_scalar(value_member(task, "reason"));
		view_add(view, TONE_PLAIN, "      %s\n", reason);
	}
}

static void
add_tasks(struct view *view, const struct value *tasks)
{
	if (!value_count(tasks))
		return;
	view_add(view, TONE_FAINT, "\n  %-26s %-20s %-20s %5s %9s %6s\n", "task", "persona", "outcome", "files", "time", "score");
	VALUE_EACH (task, tasks)
		add_task(view, task);
}

/* The last lines: what is open, so that nobody overlooks it. */
static void
add_open(struct view *view, const struct value *result)
{
	const struct value *open = value_member(result, "not_covered");
	if (value_count(open))
		view_add(view, TONE_STRONG, "\nNot covered:\n");
	VALUE_EACH (entry, open) {
		g_autofree char *text = g_strdelimit(view_scalar(value_member(entry, "text")), "\n", ' ');
		view_add(view, TONE_PLAIN, "  %s \"%s\": %s\n", view_text_of(entry, "statement"), text, view_text_of(entry, "reason"));
	}
}

void
view_run(struct view *view, const struct value *result)
{
	const struct value *quality = value_member(result, "quality");
	bool done = g_str_equal(view_text_of(result, "state"), "done"), success = value_truth(value_member(result, "success"));
	view_add(view, TONE_STRONG, "%s", view_text_of(result, "name"));
	view_add(view, success ? TONE_GOOD : TONE_BAD, "  %s\n", done ? view_text_of(result, "outcome") : view_text_of(result, "state"));
	if (*view_text_of(result, "reason"))
		view_add(view, TONE_PLAIN, "  because     %s\n", view_text_of(result, "reason"));
	view_add(view, TONE_PLAIN, "  run         %s\n", view_text_of(result, "run"));
	if (*view_text_of(result, "blueprint"))
		view_add(view, TONE_PLAIN, "  blueprint   %s\n", view_text_of(result, "blueprint"));
	if (view_number_of(quality, "contracts_total")) {
		view_add(view, TONE_PLAIN, "  contracts   %d of %d fulfilled\n", view_number_of(quality, "contracts_fulfilled"),
		         view_number_of(quality, "contracts_total"));
		view_add(view, TONE_PLAIN, "  statements  %d of %d covered by evidence\n", view_number_of(quality, "statements_covered"),
		         view_number_of(quality, "statements_total"));
		view_add(view, TONE_PLAIN, "  quality     %.2f, %s\n", value_double(value_member(quality, "overall_quality_score")),
		         view_text_of(quality, "band"));
	}
	add_times(view, value_member(result, "execution"));
	view_models(view, value_member(result, "models"));
	add_tasks(view, value_member(result, "tasks"));
	if (done && view_number_of(quality, "contracts_total"))
		view_add(view, TONE_PLAIN, "\nResults in %s; reports in contracts/validation_report.json and quality_report.json\n",
		         view_text_of(result, "output"));
	add_open(view, result);
}

static void
add_proof(struct view *view, const struct value *task)
{
	view_add(view, TONE_STRONG, "\n%s", view_text_of(task, "task_id"));
	view_add(view, TONE_PLAIN, "  %s by %s, %s, attempt %d, %d files, manifest %.12s\n", view_text_of(task, "outcome"), view_text_of(task, "persona_id"),
	         view_text_of(task, "agent"), view_number_of(task, "attempt"), view_number_of(task, "files"), view_text_of(task, "manifest"));
	VALUE_EACH (evidence, value_member(task, "evidence")) {
		g_autofree char *found = g_strdelimit(view_scalar(value_member(evidence, "found")), "\n", ' ');
		bool passed = value_truth(value_member(evidence, "passed"));
		view_add(view, passed ? TONE_GOOD : TONE_BAD, "  %s ", passed ? "passed" : "failed");
		view_add(view, TONE_PLAIN, "%-8s %s%s%s: %s", view_text_of(evidence, "check"), view_text_of(evidence, "subject"),
		         *view_text_of(evidence, "name") ? ", " : "", view_text_of(evidence, "name"), found);
		if (value_member(evidence, "status"))
			view_add(view, TONE_FAINT, " [%d]", view_number_of(evidence, "status"));
		if (view_number_of(evidence, "pid"))
			view_add(view, TONE_FAINT, " [process %d]", view_number_of(evidence, "pid"));
		if (*view_text_of(evidence, "output"))
			view_add(view, TONE_FAINT, " [%.12s]", view_text_of(evidence, "output"));
		view_add(view, TONE_PLAIN, "\n");
	}
}

void
view_show(struct view *view, const struct value *result)
{
	if (*view_text_of(result, "dot")) {
		view_add(view, TONE_PLAIN, "%s", view_text_of(result, "dot"));
		return;
	}
	view_run(view, value_member(result, "result"));
	VALUE_EACH (task, value_member(result, "proof"))
		add_proof(view, task);
}

/* --- analyses and plans --------------------------------------------------------------------- */

void
view_analysis(struct view *view, const struct value *result)
{
	static const char *const columns[] = { "id", "kind", "subject", "text", NULL };
	static const char *const members[] = { "requirement_type", "complexity", "parallelizability", "required_expertise", "components",
		                               "estimated_effort_hours", "confidence_score", "rationale", "dependencies", "risks" };
	for (unsigned i = 0; i < G_N_ELEMENTS(members); i++) {
		g_autofree char *text = view_scalar(value_member(result, members[i]));
		if (*text)
			view_add(view, TONE_PLAIN, "  %-22s %s\n", members[i], text);
	}
	if (value_double(value_member(result, "confidence_score")) < 0.45)
		view_add(view, TONE_FAINT, "  I am guessing; --blueprint chooses the team pattern yourself\n");
	if (value_truth(value_member(result, "replayed")))
		view_add(view, TONE_STRONG, "  replayed from a recording: nothing was called\n");
	view_add(view, TONE_STRONG, "\nStatements:\n");
	view_table(view, value_member(result, "statements"), columns);
	VALUE_EACH (entity, value_member(result, "entities")) {
		view_add(view, TONE_STRONG, "\n%s", view_text_of(entity, "name"));
		VALUE_EACH (field, value_member(entity, "fields"))
			view_add(view, TONE_PLAIN, "%s %s", field == value_member(entity, "fields") + 1 ? ":" : ",", view_text_of(field, "name"));
		VALUE_EACH (relation, value_member(entity, "relations"))
			view_add(view, TONE_PLAIN, "; %s %s", view_text_of(relation, "kind"), view_text_of(relation, "target"));
	}
	if (value_count(value_member(result, "entities")))
		view_add(view, TONE_PLAIN, "\n");
}

void
view_plan(struct view *view, const struct value *result)
{
	static const char *const task_columns[] = { "id", "kind", "persona_id", "agent", "needs", "uses", "why", NULL };
	static const char *const member_columns[] = { "persona_id", "provides", "why", NULL };
	const struct value *plan = value_member(result, "plan"), *team = value_member(result, "team");
	const struct value *prediction = value_member(plan, "prediction");
	if (*view_text_of(result, "dot")) {
		view_add(view, TONE_PLAIN, "%s", view_text_of(result, "dot"));
		return;
	}
	view_add(view, TONE_STRONG, "%s\n", view_text_of(plan, "name"));
	view_add(view, TONE_PLAIN, "  blueprint  %s: %s\n", view_text_of(team, "blueprint_id"), view_text_of(team, "reason"));
	view_table(view, value_member(team, "members"), member_columns);
	view_add(view, TONE_STRONG, "\nContracts:\n");
	view_table(view, value_member(result, "contracts"), NULL);
	view_add(view, TONE_STRONG, "\nTasks, %d at once:\n", view_number_of(plan, "workers"));
	view_table(view, value_member(plan, "tasks"), task_columns);
	g_autofree char *makespan = span_of(prediction, "makespan"), *sequential = span_of(prediction, "sequential");
	g_autofree char *barrier = span_of(prediction, "barrier"), *bound = span_of(prediction, "lower_bound");
	g_autofree char *path = view_scalar(value_member(prediction, "critical_path"));
	view_add(view, TONE_PLAIN, "\n  predicted  %s (%s durations); one after the other %s, group by group %s, no schedule under %s\n", makespan,
	         view_text_of(prediction, "basis"), sequential, barrier, bound);
	view_add(view, TONE_PLAIN, "  longest    %s\n", path);
	view_models(view, value_member(result, "models"));
	view_estimate(view, value_member(result, "estimate"));
	if (*view_text_of(result, "run"))
		view_add(view, TONE_PLAIN, "\nRun it: teamwright resume %s\n", view_text_of(result, "run"));
	if (*view_text_of(result, "saved"))
		view_add(view, TONE_PLAIN, "or from its file: teamwright run --plan %s\n", view_text_of(result, "saved"));
}

/* --- verifications, demonstrations, doctor -------------------------------------------------- */

static void
add_fault(struct view *view, const struct value *fault)
{
	g_autofree char *found = view_scalar(value_member(fault, "found"));
	view_add(view, TONE_BAD, "  %s", view_text_of(fault, "subject"));
	view_add(view, TONE_PLAIN, "%s%s  [%s]\n", *view_text_of(fault, "name") ? ", " : "", view_text_of(fault, "name"), view_text_of(fault, "contract"));
	const char *place = view_text_of(fault, "place"), *check = view_text_of(fault, "check");
	view_add(view, TONE_PLAIN, "      expected %s%s%s%s\n      found    %s\n", view_text_of(fault, "expected"), *place ? "  (" : "", place, *place ? ")" : "", found);
	if (*view_text_of(fault, "phase"))
		view_add(view, TONE_PLAIN, "      check    %s, phase %s, seed %d\n", check, view_text_of(fault, "phase"), view_number_of(fault, "seed"));
	g_auto(GStrv) lines = g_strsplit(view_text_of(fault, "curl"), "\n", -1);
	for (char **line = lines; *line; line++)
		if (**line)
			view_add(view, TONE_FAINT, "      %s\n", *line);
}

/* How much of a document was exercised, and some of what was not. */
static void
add_exercised(struct view *view, const struct value *result)
{
	enum { SHOWN = 10 };
	int never = 0;
	if (!value_count(value_member(result, "exercised")))
		return;
	view_add(view, TONE_STRONG, "\nExercised:");
	const char *between = "  ";
	VALUE_EACH (entry, value_member(result, "exercised")) {
		view_add(view, TONE_PLAIN, "%s%s %d/%d", between, view_text_of(entry, "kind"), view_number_of(entry, "exercised"), view_number_of(entry, "points"));
		between = " · ";
	}
	view_add(view, TONE_PLAIN, "\n");
	VALUE_EACH (point, value_member(result, "coverage")) {
		if (*view_text_of(point, "phase") || never++ >= SHOWN)
			continue;
		view_add(view, TONE_FAINT, "%s%s, %s: %s\n", never == 1 ? "  never    " : "           ", view_text_of(point, "operation"), view_text_of(point, "place"),
		         view_text_of(point, "what"));
	}
	if (never > SHOWN)
		view_add(view, TONE_FAINT, "           and %d more: see coverage in --json\n", never - SHOWN);
}

void
view_verify(struct view *view, const struct value *result)
{
	g_autofree char *span = span_of(result, "seconds");
	bool passed = value_truth(value_member(result, "passed"));
	view_table(view, value_member(result, "contracts"), NULL);
	if (value_count(value_member(result, "usages"))) {
		view_traffic(view, result);
		return;
	}
	if (value_count(value_member(result, "faults")))
		view_add(view, TONE_STRONG, "\nNot as agreed:\n");
	VALUE_EACH (fault, value_member(result, "faults"))
		add_fault(view, fault);
	add_exercised(view, result);
	view_add(view, passed ? TONE_GOOD : TONE_BAD, "\n%s", passed ? "passed" : "failed");
	view_add(view, TONE_PLAIN, ": %zu faults, %zu findings, %s\n", value_count(value_member(result, "faults")),
	         value_count(value_member(result, "findings")), span);
}

void
view_demo(struct view *view, const struct value *result)
{
	static const char *const columns[] = { "demo", "declared", "outcome", "as_declared", "exit", "statements", "contracts", "quality",
		                               "seconds", "title", NULL };
	view_table(view, value_member(result, "demos"), columns);
	VALUE_EACH (demo, value_member(result, "demos"))
		if (*view_text_of(demo, "reason"))
			view_add(view, TONE_PLAIN, "\n  %s: %s", view_text_of(demo, "demo"), view_text_of(demo, "reason"));
	view_add(view, TONE_STRONG, "\n\n%d/%d as declared\n", view_number_of(result, "as_declared"), view_number_of(result, "total"));
}

void
view_doctor(struct view *view, const struct value *result)
{
	static const char *const columns[] = { "name", "value", "origin", NULL };
	VALUE_EACH (check, value_member(result, "checks")) {
		bool ok = value_truth(value_member(check, "ok"));
		view_add(view, ok ? TONE_GOOD : TONE_BAD, "  %-8s", ok ? "ok" : "missing");
		view_add(view, TONE_PLAIN, "%-20s %s\n", view_text_of(check, "name"), view_text_of(check, "found"));
		if (!ok)
			view_add(view, TONE_PLAIN, "          %s\n", view_text_of(check, "remedy"));
	}
	view_add(view, TONE_STRONG, "\nSettings:\n");
	view_table(view, value_member(result, "settings"), columns);
}

void
view_persona(struct view *view, const struct value *result)
{
	g_autofree char *skills = view_scalar(value_member(result, "skills"));
	view_add(view, TONE_STRONG, "%s", view_text_of(result, "id"));
	view_add(view, TONE_PLAIN, "  %s\n  skills %s; from %s\n\n%s\n", view_text_of(result, "description"), skills, view_text_of(result, "origin"),
	         view_text_of(result, "instructions"));
}
