#include "engine/run.h"

#include <math.h>

#include "base/clock.h"
#include "base/error.h"
#include "engine/debugging.h"
#include "engine/result.h"
#include "plan/schedule.h"

enum { LEASE_MS = 15000 };

/* The journal's names for states that a task or a run enters. */
static const char *const task_events[] = {
	[TASK_PLANNED] = "task.planned", [TASK_READY] = "task.ready", [TASK_RUNNING] = "task.running",
	[TASK_VERIFYING] = "task.verifying", [TASK_WAITING] = "task.waiting", [TASK_DONE] = "task.done",
};
static const char *const run_events[] = {
	[RUN_NEW] = "run.new", [RUN_ANALYSING] = "run.analysing", [RUN_DESIGNING] = "run.designing", [RUN_PLANNING] = "run.planning",
	[RUN_RUNNING] = "run.running", [RUN_WAITING] = "run.waiting", [RUN_REPORTING] = "run.reporting", [RUN_DONE] = "run.done",
};

static bool
read_until(struct run *run, GError **error)
{
	struct run_request request;
	if (!run->row.request)
		return true;
	if (!record_read_text(&run_request_record, "request", run->row.request, &request, error))
		return false;
	/* Whoever takes up a run that waits wants it to go on; one that lacked money was not there yet. */
	run->until = run->row.state == RUN_WAITING && run->row.outcome != RUN_IS_BUDGET ? UNTIL_END : request.until;
	record_finish(&run_request_record, &request);
	return true;
}

struct run *
run_load(struct store *store, const char *id, const struct owner_row *owner, GError **error)
{
	struct run *run = g_new0(struct run, 1);
	run->pending = g_array_new(FALSE, FALSE, sizeof(struct pending));
	run->waiters = g_ptr_array_new();
	record_copy(&owner_row_record, owner, &run->owner);
	bool ok = store->ops->run_read(store, id, &run->row, error) &&
	          store->ops->event_last(store, run->row.key, &run->events, error);
	run->kept_state = run->row.state;
	if (ok && read_until(run, error))
		return run;
	run_free(run);
	return NULL;
}

static bool
load_rows(struct run *run, struct store *store, GError **error)
{
	size_t count = run->charter->plan.tasks.count;
	struct task_row_list rows = { 0 };
	if (!store->ops->task_list(store, run->row.key, &rows, error))
		return false;
	bool ok = true;
	for (size_t i = 0; i < rows.count; i++) {
		size_t seq = (size_t)rows.items[i].seq;
		if (seq >= count) {
			ok = error_set(error, ERR_STORE, NULL, "run %s has a task %zu that is not in its plan", run->row.id, seq);
			record_finish(&task_row_record, &rows.items[i]);
			continue;
		}
		run->tasks[seq].row = rows.items[i];
		run->tasks[seq].kept_state = rows.items[i].state;
		run->tasks[seq].kept_attempt = rows.items[i].attempt;
	}
	g_free(rows.items);
	return ok;
}

/* Which tasks are done for the front: those whose successors may go on. */
static void
resume_front(struct run *run)
{
	size_t count = run->charter->plan.tasks.count;
	g_autofree uint8_t *done = g_new0(uint8_t, count);
	for (size_t i = 0; i < count; i++) {
		const struct task_row *row = &run->tasks[i].row;
		done[i] = row->state == TASK_DONE && task_outcome_is_good(row->outcome);
		run->left += row->state != TASK_DONE;
	}
	front_resume(&run->front, run->graph, run->priority, done);
}

/* What others worked on the run counts, what it waited does not. */
static bool
find_deadline(struct run *run, struct store *store, GError **error)
{
	double deadline = run->charter->request.deadline;
	struct event_row_list events = { 0 };
	if (run->deadline_ms)
		return true;
	run->deadline_ms = INT64_MAX;
	if (isnan(deadline))
		return true;
	bool ok = store->ops->event_list(store, run->row.key, 0, INT64_MAX, &events, error);
	run->deadline_ms = clock_ms() + (int64_t)(deadline * 1000) - journal_worked_ms(&events);
	record_list_finish(&event_row_record, &events);
	return ok;
}

struct charter *
run_charter(struct run *run, struct store *store, GError **error)
{
	if (!run->charter)
		run->charter = charter_load(store, &run->row, error);
	return run->charter && find_deadline(run, store, error) ? run->charter : NULL;
}

bool
run_is_late(const struct run *run)
{
	return run->deadline_ms && clock_ms() >= run->deadline_ms;
}

/* What somebody who watches wants to know before the first task starts. */
static char *
describe_plan(const struct run *run)
{
	const struct plan *plan = &run->charter->plan;
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "name", run->row.name);
	writer_member_text(&writer, "blueprint", plan->blueprint_id);
	writer_member_int(&writer, "tasks", (int64_t)plan->tasks.count);
	writer_member_int(&writer, "left", run->left);
	writer_member_int(&writer, "workers", plan->workers);
	writer_end(&writer);
	return writer_take(&writer);
}

static bool
is_used(const struct plan *plan, const char *contract)
{
	for (size_t i = 0; i < plan->tasks.count; i++)
		if (plan->tasks.items[i].uses && g_strv_contains((const char *const *)plan->tasks.items[i].uses, contract))
			return true;
	return false;
}

static bool
start_mock(struct run *run, size_t number, GError **error)
{
	const struct contract *contract = &run->charter->agreement.contracts.items[number].contract;
	g_autofree char *name = g_strdup_printf("%s %s", contract->id, contract->version);
	struct mock_options options = { .seed = g_str_hash(contract->id), .contract = name };
	struct openapi *openapi = openapi_create(run->charter->specs[number], error);
	run->mocks[number] = openapi ? mock_start(openapi, &options, error) : NULL;
	if (!run->mocks[number])
		return false;
	g_free(run->urls[number]);
	run->urls[number] = g_strdup_printf("http://127.0.0.1:%d", mock_port(run->mocks[number]));
	run_note(run, "mock.listening", -1, g_strdup_printf("{\"contract\":\"%s\",\"url\":\"%s\"}", contract->id, run->urls[number]));
	return true;
}

bool
run_start_mocks(struct run *run, GError **error)
{
	run_note(run, "run.entered", -1, describe_plan(run));
	const struct agreed_list *contracts = &run->charter->agreement.contracts;
	run->mocks = g_new0(struct mock *, contracts->count + 1);
	run->urls = g_new0(char *, contracts->count + 1);
	for (size_t i = 0; i < contracts->count; i++)
		run->urls[i] = g_strdup("");
	for (size_t i = 0; i < contracts->count; i++) {
		const struct contract *contract = &contracts->items[i].contract;
		if (run->charter->specs[i] && contract->mock_available && is_used(&run->charter->plan, contract->id) &&
		    !start_mock(run, i, error))
			return false;
	}
	return true;
}

bool
run_enter(struct run *run, struct store *store, GError **error)
{
	if (!run_charter(run, store, error))
		return false;
	const struct plan *plan = &run->charter->plan;
	run->tasks = g_new0(struct task, plan->tasks.count);
	for (size_t i = 0; i < plan->tasks.count; i++)
		run->tasks[i].row.seq = (int64_t)i;
	if (!load_rows(run, store, error))
		return false;
	run->graph = plan_graph(plan, false);
	run->priority = g_new(double, plan->tasks.count);
	run->freed = g_new(uint32_t, plan->tasks.count);
	g_autofree double *durations = plan_durations(plan, 60);
	int rule = plan->prediction.rule ? record_name_index(schedule_rule_names, plan->prediction.rule) : SCHEDULE_RANK;
	schedule_priority(run->graph, durations, (enum schedule_rule)MAX(rule, 0), run->priority);
	resume_front(run);
	run->entered = true;
	return debugging_recall(run, store, error);
}

static void
free_tasks(struct run *run)
{
	size_t count = run->tasks ? run->charter->plan.tasks.count : 0;
	for (size_t i = 0; i < count; i++) {
		if (run->tasks[i].job)
			__atomic_store_n(&run->tasks[i].job->cancelled, true, __ATOMIC_RELEASE);
		record_finish(&task_row_record, &run->tasks[i].row);
	}
	g_free(run->tasks);
}

void
run_forget_jobs(struct run *run)
{
	run->phase = NULL;
	for (uint32_t i = 0; run->entered && i < run->graph->nodes; i++)
		run->tasks[i].job = NULL;
}

static void
drop_pending(struct run *run)
{
	for (unsigned i = 0; i < run->pending->len; i++)
		g_free(g_array_index(run->pending, struct pending, i).data);
	g_array_set_size(run->pending, 0);
}

void
run_free(struct run *run)
{
	if (!run)
		return;
	free_tasks(run);
	for (size_t i = 0; run->mocks && i < run->charter->agreement.contracts.count; i++)
		mock_stop(run->mocks[i]);
	g_free(run->mocks);
	g_strfreev(run->urls);
	if (run->phase)
		__atomic_store_n(&run->phase->cancelled, true, __ATOMIC_RELEASE);
	if (run->entered)
		front_finish(&run->front);
	graph_destroy(run->graph);
	charter_unref(run->charter);
	g_clear_error(&run->fault);
	g_free(run->poor);
	drop_pending(run);
	g_array_free(run->pending, TRUE);
	g_ptr_array_free(run->waiters, TRUE);
	g_free(run->priority);
	g_free(run->freed);
	record_finish(&owner_row_record, &run->owner);
	record_finish(&run_row_record, &run->row);
	g_free(run);
}

void
run_note(struct run *run, const char *kind, int64_t task, char *data)
{
	/* The tasks of a run that waits are not in memory. */
	struct pending pending = { kind, run->entered ? task : -1, data };
	g_array_append_val(run->pending, pending);
	run->touched = true;
}

/* {"outcome": …, "reason": …} for the journal; NULL where there is nothing to say. */
static char *
outcome_data(const char *outcome, const char *reason, int64_t attempt)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	if (outcome)
		writer_member_text(&writer, "outcome", outcome);
	if (reason)
		writer_member_text(&writer, "reason", reason);
	if (attempt > 1)
		writer_member_int(&writer, "attempt", attempt);
	writer_end(&writer);
	return writer_take(&writer);
}

void
run_to(struct run *run, enum run_state to, enum run_outcome outcome, const char *reason)
{
	g_assert(run_state_allows(run->row.state, to));
	run->row.state = to;
	run->row.outcome = outcome;
	if (reason) {
		g_free(run->row.reason);
		run->row.reason = g_strdup(reason);
	}
	run->row.updated_ms = clock_wall_ms();
	run->dirty = true;
	bool says = outcome != RUN_IS_NONE || reason;
	run_note(run, run_events[to], -1, says ? outcome_data(run_outcome_names[outcome], reason, 0) : NULL);
}

static void
stamp(struct task_row *row, enum task_state to)
{
	int64_t now = clock_wall_ms();
	if (to == TASK_READY)
		row->ready_ms = now;
	else if (to == TASK_RUNNING)
		row->started_ms = now;
	else if (to == TASK_DONE)
		row->finished_ms = now;
}

void
task_to(struct run *run, uint32_t number, enum task_state to, enum task_outcome outcome, const char *reason)
{
	struct task *task = &run->tasks[number];
	g_assert(task_state_allows(task->row.state, to));
	task->row.state = to;
	task->row.outcome = outcome;
	task->row.attempt += to == TASK_RUNNING;
	if (reason || task->row.reason) {
		g_free(task->row.reason);
		task->row.reason = g_strdup(reason);
	}
	stamp(&task->row, to);
	task->dirty = true;
	bool says = (outcome != TASK_IS_NONE && outcome != TASK_IS_ACCEPTED) || reason || task->row.attempt > 1;
	run_note(run, task_events[to], number,
	         says ? outcome_data(outcome ? task_outcome_names[outcome] : NULL, reason, task->row.attempt) : NULL);
}

static bool
flush_tasks(struct run *run, struct store *store, GError **error)
{
	/* Every task that changed has an event, so the events lead to the tasks that are to be written. */
	for (unsigned i = 0; i < run->pending->len; i++) {
		int64_t number = g_array_index(run->pending, struct pending, i).task;
		struct task *task = number >= 0 ? &run->tasks[number] : NULL;
		if (!task || !task->dirty)
			continue;
		bool done;
		if (!store->ops->task_put(store, run->row.key, &task->row, task->kept_state, task->kept_attempt, &done, error))
			return false;
		if (!done)
			return error_set(error, ERR_STORE, NULL, "task %s of run %s is not in the state that was expected",
			                 run->charter->plan.tasks.items[number].id, run->row.id);
		task->dirty = false;
	}
	return true;
}

static bool
flush_events(struct run *run, struct store *store, GError **error)
{
	int64_t now = clock_wall_ms();
	for (unsigned i = 0; i < run->pending->len; i++) {
		const struct pending *pending = &g_array_index(run->pending, struct pending, i);
		struct event_row event = { .seq = run->events + 1 + i, .at_ms = now, .kind = (char *)pending->kind,
			                   .task = pending->task, .data = pending->data };
		if (!store->ops->event_put(store, run->row.key, &event, error))
			return false;
	}
	return true;
}

bool
run_flush(struct run *run, struct store *store, bool *ret_owned, GError **error)
{
	run->owner.lease_ms = clock_wall_ms() + LEASE_MS;
	if (!store->ops->owner_renew(store, run->row.key, &run->owner, ret_owned, error))
		return false;
	if (!*ret_owned)
		return true;
	if (run->dirty) {
		bool done;
		if (!store->ops->run_update(store, &run->row, run->kept_state, &done, error))
			return false;
		if (!done)
			return error_set(error, ERR_STORE, NULL, "run %s is not in the state that was expected", run->row.id);
	}
	return flush_tasks(run, store, error) && flush_events(run, store, error);
}

void
run_flushed(struct run *run)
{
	for (unsigned i = 0; i < run->pending->len; i++) {
		int64_t number = g_array_index(run->pending, struct pending, i).task;
		if (number >= 0) {
			run->tasks[number].kept_state = run->tasks[number].row.state;
			run->tasks[number].kept_attempt = run->tasks[number].row.attempt;
		}
	}
	run->events += run->pending->len;
	run->kept_state = run->row.state;
	run->dirty = run->touched = false;
	drop_pending(run);
}
