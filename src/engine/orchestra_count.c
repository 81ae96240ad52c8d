/* What an orchestration took. The formulas are those of DESIGN, section 4 ("Scores, with formulas"):
 * parallel_efficiency = sequential / parallel; parallelism_factor = mean tasks in flight; parallelization_achieved = saved / (sum - critical
 * path); utilisation = busy / total per server; time_savings_percent = saved / sequential, withheld below 30 s of work (invariant 12). */
#include <math.h>
#include <string.h>

#include "engine/orchestra.h"

static const double JUDGED_FROM = 30;   /* seconds of work */

static const struct record_field server_use_fields[] = {
	RECORD_FIELD(server_use, server, 0, "model server"),
	RECORD_FIELD(server_use, calls, RECORD_VOLATILE, "of models"),
	RECORD_FIELD(server_use, failures, RECORD_VOLATILE, "of them"),
	RECORD_FIELD(server_use, tasks, RECORD_VOLATILE, "that it answered"),
	RECORD_FIELD(server_use, busy, RECORD_VOLATILE, "seconds with a call in flight"),
	RECORD_FIELD(server_use, utilisation, RECORD_VOLATILE, "busy / duration"),
};
RECORD_TYPE(server_use, RECORD_DROP, "what a server did");

static const struct record_field orchestra_statistics_fields[] = {
	RECORD_FIELD(orchestra_statistics, tasks, 0, "of the plan"),
	RECORD_FIELD(orchestra_statistics, completed, 0, "with an answer"),
	RECORD_FIELD(orchestra_statistics, failed, 0, "that failed, ran out of time or of budget"),
	RECORD_FIELD(orchestra_statistics, cancelled, 0, "that were not wanted any more"),
	RECORD_FIELD(orchestra_statistics, skipped, 0, "whose inputs did not come about"),
	RECORD_FIELD(orchestra_statistics, success_rate, 0, "completed / (tasks - cancelled)"),
	RECORD_FIELD(orchestra_statistics, sequential_duration, RECORD_VOLATILE, "seconds: sum of the work of all tasks"),
	RECORD_FIELD(orchestra_statistics, duration, RECORD_VOLATILE, "seconds from the first begin to the last end"),
	RECORD_FIELD(orchestra_statistics, critical_path, RECORD_VOLATILE, "seconds: the longest chain of tasks that need each other"),
	RECORD_FIELD(orchestra_statistics, overhead, RECORD_VOLATILE, "seconds: duration - critical_path; waiting for free places is in it"),
	RECORD_FIELD(orchestra_statistics, parallel_efficiency, RECORD_VOLATILE, "sequential_duration / duration"),
	RECORD_FIELD(orchestra_statistics, parallelism_factor, RECORD_VOLATILE, "mean tasks in flight, those that wait for a server among them"),
	RECORD_FIELD(orchestra_statistics, parallelization_achieved, RECORD_VOLATILE, "saved / (sequential_duration - critical_path)"),
	RECORD_FIELD(orchestra_statistics, time_savings_percent, RECORD_VOLATILE, "saved / sequential_duration; absent below 30 s of work"),
	RECORD_LIST(orchestra_statistics, servers, server_use, RECORD_VOLATILE, "by name"),
	RECORD_FIELD(orchestra_statistics, calls, RECORD_VOLATILE, "of models"),
	RECORD_FIELD(orchestra_statistics, retries, RECORD_VOLATILE, "calls that failed and were tried again, or given up"),
	RECORD_FIELD(orchestra_statistics, failovers, RECORD_VOLATILE, "changes to another server after a failure"),
	RECORD_FIELD(orchestra_statistics, input_tokens, RECORD_VOLATILE, "of prompts"),
	RECORD_FIELD(orchestra_statistics, output_tokens, RECORD_VOLATILE, "of answers"),
	RECORD_FIELD(orchestra_statistics, unpriced_calls, RECORD_VOLATILE, "calls whose price nobody knows: not in dollars"),
	RECORD_FIELD(orchestra_statistics, dollars, RECORD_VOLATILE, "of the calls with a known price"),
};
RECORD_TYPE(orchestra_statistics, RECORD_DROP, "what an orchestration took");

static struct server_use *
find_use(struct server_use_list *list, const char *server)
{
	for (size_t i = 0; i < list->count; i++)
		if (g_str_equal(list->items[i].server, server))
			return &list->items[i];
	struct server_use *use = record_append(&server_use_record, list);
	use->server = g_strdup(server);
	use->busy = 0;
	return use;
}

static const struct standing *
find_standing(const struct standing_list *list, const struct standing *like)
{
	for (size_t i = 0; i < list->count; i++)
		if (g_str_equal(list->items[i].server, like->server) && g_strcmp0(list->items[i].model, like->model) == 0)
			return &list->items[i];
	return NULL;
}

/* A server with several models is busy while any of them is: the longest of them, at least. */
static void
count_servers(const struct specialist_result_list *results, const struct standing_list *before, const struct standing_list *after,
              struct server_use_list *ret)
{
	for (size_t i = 0; i < after->count; i++) {
		const struct standing *now = &after->items[i], *then = find_standing(before, now);
		if (now->calls == (then ? then->calls : 0))
			continue;
		struct server_use *use = find_use(ret, now->server);
		use->calls += now->calls - (then ? then->calls : 0);
		use->failures += now->failures - (then ? then->failures : 0);
		use->busy = MAX(use->busy, (now->busy_ms - (then ? then->busy_ms : 0)) / 1e3);
	}
	for (size_t i = 0; i < results->count; i++)
		if (results->items[i].success && results->items[i].server)
			find_use(ret, results->items[i].server)->tasks++;
}

static void
add_result(const struct specialist_result *result, struct orchestra_statistics *ret)
{
	ret->tasks++;
	ret->completed += result->success;
	ret->cancelled += result->state == SPECIALIST_CANCELLED;
	ret->skipped += result->state == SPECIALIST_SKIPPED;
	ret->failed += result->state == SPECIALIST_FAILED || result->state == SPECIALIST_TIMED_OUT || result->state == SPECIALIST_BUDGET;
	ret->calls += result->calls;
	ret->retries += result->retries;
	ret->failovers += result->failovers;
	ret->input_tokens += result->input_tokens;
	ret->output_tokens += result->output_tokens;
	ret->unpriced_calls += result->unpriced_calls;
	ret->dollars += result->dollars;
	ret->sequential_duration += isnan(result->work) ? 0 : result->work;
	ret->parallelism_factor += isnan(result->duration) ? 0 : result->duration;
}

void
orchestra_rate(struct orchestra_statistics *statistics)
{
	double sum = statistics->sequential_duration, wall = statistics->duration, path = statistics->critical_path, saved = sum - wall;
	int64_t wanted = statistics->tasks - statistics->cancelled;
	statistics->success_rate = wanted ? (double)statistics->completed / (double)wanted : NAN;
	statistics->parallel_efficiency = wall > 0 ? sum / wall : NAN;
	statistics->parallelism_factor = wall > 0 ? statistics->parallelism_factor / wall : NAN;
	statistics->parallelization_achieved = sum - path > 1e-6 ? saved / (sum - path) : NAN;
	statistics->time_savings_percent = sum >= JUDGED_FROM ? 100 * saved / sum : NAN;
	for (size_t i = 0; i < statistics->servers.count; i++)
		statistics->servers.items[i].utilisation = wall > 0 ? MIN(statistics->servers.items[i].busy / wall, 1) : NAN;
}

void
orchestra_count(const struct orchestration *plan, const struct specialist_result_list *results, double seconds, const struct standing_list *before,
                const struct standing_list *after, struct orchestra_statistics *ret)
{
	g_autoptr(Graph) graph = orchestration_graph(plan);
	g_autofree double *work = g_new0(double, results->count + 1);
	ret->sequential_duration = ret->parallelism_factor = ret->dollars = 0;
	for (size_t i = 0; i < results->count; i++) {
		add_result(&results->items[i], ret);
		work[i] = isnan(results->items[i].work) ? 0 : results->items[i].work;
	}
	ret->duration = seconds;
	ret->critical_path = graph_critical_path(graph, work, NULL, NULL);
	ret->overhead = seconds - ret->critical_path;
	count_servers(results, before, after, &ret->servers);
	orchestra_rate(ret);
}
