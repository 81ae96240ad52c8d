/* What specialists found, for people. */
#include <math.h>

#include "base/clock.h"
#include "cli/view.h"

static char *
member(const struct value *object, const char *name)
{
	return view_scalar(value_member(object, name));
}

static void
add_plan(struct view *view, const struct value *plan)
{
	static const char *const columns[] = { "task_id", "specialist", "server", "timeout", NULL };
	g_autofree char *problem = member(plan, "problem"), *synthesis = member(plan, "synthesis_strategy"), *success = member(plan, "success_criteria");
	view_add(view, TONE_STRONG, "%s\n", problem);
	VALUE_EACH (wave, value_member(plan, "waves")) {
		g_autofree char *number = member(wave, "wave_number");
		view_add(view, TONE_STRONG, "\nWave %s:\n", number);
		view_table(view, value_member(wave, "tasks"), columns);
	}
	view_add(view, TONE_PLAIN, "\n  synthesis  %s\n  success    %s\n", synthesis, success);
}

static void
add_stances(struct view *view, const struct value *topic)
{
	VALUE_EACH (stance, value_member(topic, "stances")) {
		g_autofree char *claim = member(stance, "claim"), *sources = member(stance, "sources"), *severity = member(stance, "severity");
		bool chosen = value_truth(value_member(stance, "chosen")), proven = value_truth(value_member(stance, "proven"));
		view_add(view, chosen ? TONE_PLAIN : TONE_FAINT, "    %s %s", chosen ? "=" : "x", claim);
		view_add(view, TONE_FAINT, "  (%s; %s%s)\n", severity, sources, proven ? "; quoted from the material" : "");
	}
}

static void
add_topics(struct view *view, const struct value *synthesis)
{
	if (value_count(value_member(synthesis, "topics")))
		view_add(view, TONE_STRONG, "\nFindings:\n");
	VALUE_EACH (topic, value_member(synthesis, "topics")) {
		g_autofree char *subject = member(topic, "subject"), *how = member(topic, "resolved_by"), *reason = member(topic, "reason");
		bool contradiction = value_truth(value_member(topic, "contradiction"));
		view_add(view, TONE_PLAIN, "  %s", subject);
		view_add(view, contradiction ? TONE_BAD : TONE_FAINT, "%s%s%s%s", contradiction ? "  contradiction, decided by " : "", contradiction ? how : "",
		         *reason ? ": " : "", reason);
		view_add(view, TONE_PLAIN, "\n");
		add_stances(view, topic);
	}
}

/* What those of each group mean, where a judge has said it in words for all of them, else what one of them says. */
static void
add_groups(struct view *view, const struct value *groups)
{
	int votes = 0;
	VALUE_EACH (group, groups)
		votes += view_number_of(group, "votes");
	VALUE_EACH (group, groups) {
		g_autofree char *meaning = member(group, "meaning"), *answer = member(group, "answer"), *sources = member(group, "sources");
		view_add(view, TONE_PLAIN, "  %3.0f %%  %s: %s\n", votes ? 100.0 * view_number_of(group, "votes") / votes : 0, sources, *meaning ? meaning : answer);
	}
}

static void
add_consensus(struct view *view, const struct value *synthesis)
{
	double agreement = value_double(value_member(synthesis, "agreement")), confidence = value_double(value_member(synthesis, "confidence"));
	if (isnan(agreement))
		return;
	view_add(view, TONE_STRONG, "\nAgreement %.0f %%, confidence %.2f:\n", agreement * 100, confidence);
	add_groups(view, value_member(synthesis, "groups"));
}

static void
add_synthesis(struct view *view, const struct value *synthesis)
{
	g_autofree char *answer = member(synthesis, "answer"), *problem = member(synthesis, "problem"), *from = member(synthesis, "merged_from");
	if (*answer)
		view_add(view, TONE_STRONG, "\n%s\n", answer);
	if (*from)
		view_add(view, TONE_FAINT, "  put together: %s\n", from);
	add_consensus(view, synthesis);
	add_topics(view, synthesis);
	if (*problem)
		view_add(view, TONE_BAD, "\n%s\n", problem);
}

static void
add_statistics(struct view *view, const struct value *statistics)
{
	static const char *const columns[] = { "server", "calls", "failures", "tasks", "utilisation", NULL };
	double duration = value_double(value_member(statistics, "duration")), sequential = value_double(value_member(statistics, "sequential_duration"));
	g_autofree char *wall = clock_span(isnan(duration) ? 0 : duration), *sum = clock_span(isnan(sequential) ? 0 : sequential);
	g_autofree char *input = member(statistics, "input_tokens"), *output = member(statistics, "output_tokens"), *unpriced = member(statistics, "unpriced_calls");
	g_autofree char *done = member(statistics, "completed"), *tasks = member(statistics, "tasks");
	if (value_count(value_member(statistics, "servers")))
		view_table(view, value_member(statistics, "servers"), columns);
	view_add(view, TONE_PLAIN, "  %s of %s tasks in %s, one after the other %s; %s tokens in, %s out, ", done, tasks, wall, sum, input, output);
	bool known = view_number_of(statistics, "calls") > view_number_of(statistics, "unpriced_calls") || !view_number_of(statistics, "calls");
	if (known)
		view_add(view, TONE_PLAIN, "$%.4f", value_double(value_member(statistics, "dollars")));
	view_add(view, TONE_PLAIN, "%s%s%s\n", known && *unpriced != '0' ? " and " : "", *unpriced != '0' ? unpriced : "", *unpriced != '0' ? " calls whose price nobody knows" : "");
}

void
view_orchestrate(struct view *view, const struct value *result)
{
	static const char *const columns[] = { "task_id", "state", "server", "duration", "answer", "reason", NULL };
	g_autofree char *saved = member(result, "saved"), *reason = member(result, "reason");
	VALUE_EACH (plan, value_member(result, "plan"))
		add_plan(view, plan);
	view_estimate(view, value_member(result, "estimate"));
	if (value_count(value_member(result, "results"))) {
		view_table(view, value_member(result, "results"), columns);
		add_synthesis(view, value_member(result, "synthesis"));
		view_add(view, TONE_PLAIN, "\n");
		add_statistics(view, value_member(result, "statistics"));
		bool success = value_truth(value_member(result, "success"));
		view_add(view, success ? TONE_GOOD : TONE_BAD, "%s%s%s", success ? "success" : "no success", *reason ? ": " : "", reason);
		view_add(view, TONE_PLAIN, "%s\n", value_truth(value_member(result, "replayed")) ? " (replayed from a recording: nothing was called)" : "");
	}
	if (*saved)
		view_add(view, TONE_PLAIN, "plan: %s\n", saved);
}
