#include "engine/result.h"

#include <math.h>

#include "base/error.h"
#include "engine/asked.h"
#include "engine/debugging.h"

enum { TOO_SHORT_S = 30 };   /* less work than this says nothing about time saved */

static const struct record_field execution_fields[] = {
	RECORD_FIELD(execution, total_duration, RECORD_VOLATILE, "wall time in seconds"),
	RECORD_FIELD(execution, paused, RECORD_VOLATILE, "time in which no process worked on it, not in the wall time"),
	RECORD_FIELD(execution, sequential_duration, RECORD_VOLATILE, "sum of the work in seconds"),
	RECORD_FIELD(execution, critical_path, RECORD_VOLATILE, "longest chain of needs in seconds"),
	RECORD_FIELD(execution, waiting, RECORD_VOLATILE, "time that ready tasks waited for a worker"),
	RECORD_FIELD(execution, rework, RECORD_VOLATILE, "time of attempts that were not the last"),
	RECORD_FIELD(execution, parallelism_factor, RECORD_VOLATILE, "mean number of tasks in flight"),
	RECORD_FIELD(execution, time_savings_percent, RECORD_VOLATILE, "saved time / sum of the work"),
	RECORD_FIELD(execution, parallelization_achieved, RECORD_VOLATILE, "saved time / time that could be saved"),
	RECORD_FIELD(execution, note, RECORD_VOLATILE, "why a figure is missing"),
};
RECORD_TYPE(execution, RECORD_DROP, "what the run took");

static const struct record_field quality_fields[] = {
	RECORD_FIELD(quality, overall_quality_score, 0, "0 to 1, by the formula of the manual"),
	RECORD_FIELD(quality, band, 0, "the score in a word"),
	RECORD_FIELD(quality, contracts_fulfilled, 0, "contracts whose every criterion passed"),
	RECORD_FIELD(quality, contracts_total, 0, "contracts of the run"),
	RECORD_FIELD(quality, statements_covered, 0, "demands that are covered by evidence"),
	RECORD_FIELD(quality, statements_total, 0, "demands of the requirement"),
};
RECORD_TYPE(quality, RECORD_DROP, "how good it is");

static const struct record_field task_deliverables_fields[] = {
	RECORD_FIELD(task_deliverables, code, 0, "source files"),
	RECORD_FIELD(task_deliverables, contracts, 0, "contract files"),
	RECORD_FIELD(task_deliverables, documentation, 0, "documents"),
};
RECORD_TYPE(task_deliverables, RECORD_DROP, "files by kind");

static const struct record_field task_result_fields[] = {
	RECORD_FIELD(task_result, task_id, 0, "task of the plan"),
	RECORD_FIELD(task_result, persona_id, 0, "who did it"),
	RECORD_FIELD(task_result, contract_id, 0, "the contract"),
	RECORD_FIELD(task_result, outcome, 0, "how it ended"),
	RECORD_FIELD(task_result, reason, 0, "why"),
	RECORD_FIELD(task_result, success, 0, "it was accepted"),
	RECORD_FIELD(task_result, files_created, 0, "files below the output folder"),
	RECORD_PART(task_result, deliverables, task_deliverables, 0, "files by kind"),
	RECORD_FIELD(task_result, contract_fulfilled, 0, "every criterion passed"),
	RECORD_FIELD(task_result, fulfillment_score, 0, "criteria passed / all criteria"),
	RECORD_FIELD(task_result, missing_deliverables, 0, "what was owed and is not there"),
	RECORD_FIELD(task_result, quality_score, 0, "0 to 1"),
	RECORD_FIELD(task_result, completeness_score, 0, "statements covered / statements it had to cover"),
	RECORD_FIELD(task_result, quality_issues, 0, "findings"),
	RECORD_FIELD(task_result, duration_seconds, RECORD_VOLATILE, "work of all its attempts"),
	RECORD_FIELD(task_result, parallel_execution, RECORD_VOLATILE, "something else ran at the same time"),
	RECORD_FIELD(task_result, used_mock, 0, "it worked against a mock"),
};
RECORD_TYPE(task_result, RECORD_DROP, "how a task ended");

static const struct record_field uncovered_fields[] = {
	RECORD_FIELD(uncovered, statement, 0, "number of the statement"),
	RECORD_FIELD(uncovered, text, 0, "its words"),
	RECORD_FIELD(uncovered, reason, 0, "why nothing covers it"),
};
RECORD_TYPE(uncovered, RECORD_DROP, "a demand that is not covered");

static const struct record_field run_result_fields[] = {
	RECORD_FIELD(run_result, run, RECORD_VOLATILE, "name of the run"),
	RECORD_FIELD(run_result, name, 0, "name of the project"),
	RECORD_FIELD(run_result, success, 0, "all is well"),
	RECORD_FIELD(run_result, state, 0, "where the run stands"),
	RECORD_FIELD(run_result, outcome, 0, "how it ended"),
	RECORD_FIELD(run_result, reason, 0, "why"),
	RECORD_FIELD(run_result, output, RECORD_VOLATILE, "folder of the results"),
	RECORD_FIELD(run_result, requirement_type, 0, "what had to be delivered"),
	RECORD_FIELD(run_result, blueprint, 0, "team pattern"),
	RECORD_PART(run_result, execution, execution, 0, "what it took"),
	RECORD_PART(run_result, quality, quality, 0, "how good it is"),
	RECORD_LIST(run_result, tasks, task_result, 0, "task by task"),
	RECORD_LIST(run_result, not_covered, uncovered, 0, "demands that nothing covers"),
	RECORD_FIELD(run_result, integration_issues, 0, "what did not fit together"),
	RECORD_FIELD(run_result, models, RECORD_VOLATILE, "what models were asked, for what, and what it cost"),
};
RECORD_TYPE(run_result, RECORD_DROP, "the result of a run");

/* One stretch of work of a task: from the start of an attempt to its end. */
struct stretch {
	int64_t task, begin, end;
	bool last;
};

/* Where another process took the run over: how long nobody had worked on it, as far as the journal tells. */
static int64_t
pause_before(const struct event_row_list *events, size_t i)
{
	bool taken = i > 0 && g_str_equal(events->items[i].kind, "run.taken");
	return taken ? events->items[i].at_ms - events->items[i - 1].at_ms : 0;
}

int64_t
journal_worked_ms(const struct event_row_list *events)
{
	int64_t worked = events->count ? events->items[events->count - 1].at_ms - events->items[0].at_ms : 0;
	for (size_t i = 0; i < events->count; i++)
		worked -= pause_before(events, i);
	return worked;
}

/* What was under way when its process ended: it lasted until the last sign of life. */
static void
break_stretches(const struct event_row_list *events, size_t i, int64_t *open, size_t tasks, GArray *ret)
{
	for (size_t task = 0; i > 0 && g_str_equal(events->items[i].kind, "run.taken") && task < tasks; task++)
		if (open[task]) {
			struct stretch stretch = { (int64_t)task, open[task], events->items[i - 1].at_ms, false };
			g_array_append_val(ret, stretch);
			open[task] = 0;
		}
}

static bool
begins_work(const char *kind)
{
	return g_str_equal(kind, "task.running") || g_str_equal(kind, DEBUGGING_BEGUN);
}

/* The stretches of all tasks, from the journal. */
static GArray *
read_stretches(const struct event_row_list *events, size_t tasks)
{
	GArray *stretches = g_array_new(FALSE, FALSE, sizeof(struct stretch));
	g_autofree int64_t *open = g_new0(int64_t, tasks);
	for (size_t i = 0; i < events->count; i++) {
		const struct event_row *event = &events->items[i];
		break_stretches(events, i, open, tasks, stretches);
		if (event->task < 0 || (size_t)event->task >= tasks)
			continue;
		bool begins = begins_work(event->kind), done = g_str_equal(event->kind, "task.done");
		bool ends = done || g_str_equal(event->kind, "task.ready") || g_str_equal(event->kind, "task.waiting") ||
		            g_str_equal(event->kind, DEBUGGING_DONE);
		if (ends && open[event->task]) {
			struct stretch stretch = { event->task, open[event->task], event->at_ms, done };
			g_array_append_val(stretches, stretch);
			open[event->task] = 0;
		}
		if (begins)
			open[event->task] = event->at_ms;
	}
	return stretches;
}

/* Which tasks ran while another did. */
static void
mark_parallel(const struct event_row_list *events, struct task_result_list *tasks)
{
	g_autofree bool *open = g_new0(bool, tasks->count);
	int64_t alone = -1;   /* runs, and nothing did at the same time so far */
	size_t running = 0;
	for (size_t i = 0; i < events->count; i++) {
		int64_t task = events->items[i].task;
		const char *kind = events->items[i].kind;
		if (g_str_equal(kind, "run.taken")) {   /* nothing of the process before runs any more */
			for (size_t k = 0; k < tasks->count; k++)
				open[k] = false;
			running = 0;
			alone = -1;
		}
		if (task < 0 || (size_t)task >= tasks->count)
			continue;
		bool begins = begins_work(kind), goes_on = begins || g_str_equal(kind, "task.verifying");
		if (begins && !open[task]) {
			if (alone >= 0)
				tasks->items[alone].parallel_execution = true;
			tasks->items[task].parallel_execution |= running > 0;
			alone = running++ ? -1 : task;
			open[task] = true;
		} else if (!goes_on && open[task]) {
			running--;
			open[task] = false;
			alone = alone == task ? -1 : alone;
		}
	}
}

/* Time from ready to running, over all tasks. */
static double
sum_waiting(const struct event_row_list *events, size_t tasks)
{
	g_autofree int64_t *ready = g_new0(int64_t, tasks);
	int64_t sum = 0;
	for (size_t i = 0; i < events->count; i++) {
		const struct event_row *event = &events->items[i];
		int64_t pause = pause_before(events, i);
		for (size_t task = 0; pause && task < tasks; task++)
			ready[task] += ready[task] ? pause : 0;
		if (event->task < 0 || (size_t)event->task >= tasks)
			continue;
		if (g_str_equal(event->kind, "task.ready") || g_str_equal(event->kind, DEBUGGING_DONE)) {
			ready[event->task] = event->at_ms;
		} else if (begins_work(event->kind) && ready[event->task]) {
			sum += event->at_ms - ready[event->task];
			ready[event->task] = 0;
		}
	}
	return (double)sum / 1000;
}

static void
measure(struct execution *execution, const struct plan *plan, const struct event_row_list *events)
{
	size_t tasks = plan->tasks.count;
	g_autoptr(GArray) stretches = read_stretches(events, tasks);
	g_autofree double *work = g_new0(double, tasks);
	double sum = 0, rework = 0;
	for (unsigned i = 0; i < stretches->len; i++) {
		const struct stretch *stretch = &g_array_index(stretches, struct stretch, i);
		double seconds = (double)(stretch->end - stretch->begin) / 1000;
		work[stretch->task] += seconds;
		sum += seconds;
		rework += stretch->last ? 0 : seconds;
	}
	if (!events->count || !tasks)
		return;
	g_autoptr(Graph) graph = plan_graph(plan, false);
	int64_t worked = journal_worked_ms(events), paused = events->items[events->count - 1].at_ms - events->items[0].at_ms - worked;
	double wall = (double)worked / 1000;
	double path = graph_critical_path(graph, work, NULL, NULL), saved = sum - wall;
	execution->total_duration = wall;
	execution->paused = (double)paused / 1000;
	execution->sequential_duration = sum;
	execution->critical_path = path;
	execution->waiting = sum_waiting(events, tasks);
	execution->rework = rework;
	execution->parallelism_factor = wall > 0 ? sum / wall : NAN;
	if (sum < TOO_SHORT_S) {
		execution->note = g_strdup_printf("%.1f s of work are too short to judge the time saved", sum);
		return;
	}
	execution->time_savings_percent = 100 * saved / sum;
	execution->parallelization_achieved = sum > path ? saved / (sum - path) : NAN;
}

static void
read_tasks(const struct plan *plan, const struct task_row_list *rows, struct task_result_list *ret)
{
	for (size_t i = 0; i < plan->tasks.count; i++) {
		const struct plan_task *planned = &plan->tasks.items[i];
		struct task_result *task = record_append(&task_result_record, ret);
		task->task_id = g_strdup(planned->id);
		task->persona_id = g_strdup(planned->persona_id);
		task->contract_id = g_strdup(planned->contract_id);
		task->outcome = g_strdup("planned");
	}
	for (size_t i = 0; i < rows->count; i++) {
		const struct task_row *row = &rows->items[i];
		if (row->seq < 0 || (size_t)row->seq >= ret->count)
			continue;
		struct task_result *task = &ret->items[row->seq];
		bool done = row->state == TASK_DONE;
		g_free(task->outcome);
		task->outcome = g_strdup(done ? task_outcome_names[row->outcome] : task_state_names[row->state]);
		task->reason = g_strdup(row->reason);
		task->success = done && task_outcome_is_good(row->outcome);
		if (done && row->started_ms)
			task->duration_seconds = (double)(row->finished_ms - row->started_ms) / 1000;
	}
}

static bool
read_facts(struct store *store, const struct run_row *row, struct run_result *ret, GError **error)
{
	g_autoptr(Charter) charter = charter_load(store, row, error);
	struct task_row_list tasks = { 0 };
	struct event_row_list events = { 0 };
	struct asked_list asked = { 0 };
	bool ok = charter && store->ops->task_list(store, row->key, &tasks, error) &&
	          store->ops->event_list(store, row->key, 0, INT64_MAX, &events, error) && asked_collect(&events, &asked, error);
	if (ok) {
		read_tasks(&charter->plan, &tasks, &ret->tasks);
		mark_parallel(&events, &ret->tasks);
		measure(&ret->execution, &charter->plan, &events);
		ret->blueprint = g_strdup(charter->plan.blueprint_id);
		ret->models = asked_document(&asked);
	}
	record_list_finish(&asked_record, &asked);
	record_list_finish(&task_row_record, &tasks);
	record_list_finish(&event_row_record, &events);
	return ok;
}

static bool
measure_row(struct store *store, const struct run_row *row, struct run_result *ret, GError **error)
{
	record_init(&run_result_record, ret);
	ret->run = g_strdup(row->id);
	ret->name = g_strdup(row->name);
	ret->state = g_strdup(run_state_names[row->state]);
	ret->outcome = g_strdup(run_outcome_names[row->outcome]);
	ret->reason = g_strdup(row->reason);
	ret->output = g_strdup(row->output);
	ret->success = row->outcome == RUN_IS_ACCEPTED;
	if (read_facts(store, row, ret, error))
		return true;
	record_finish(&run_result_record, ret);
	return false;
}

bool
run_result_measure(struct store *store, const char *run, struct run_result *ret, GError **error)
{
	struct run_row row = { 0 };
	bool ok = store->ops->run_read(store, run, &row, error) && measure_row(store, &row, ret, error);
	record_finish(&run_row_record, &row);
	return ok;
}

bool
run_result_read(struct store *store, const char *run, struct run_result *ret, GError **error)
{
	struct run_row row = { 0 };
	if (!store->ops->run_read(store, run, &row, error))
		return false;
	bool ok = row.report ? charter_read(store, row.report, &run_result_record, ret, error) : measure_row(store, &row, ret, error);
	record_finish(&run_row_record, &row);
	return ok;
}
