/* Operations that look into a run: why a task is where it is, and the journal. */
#include "base/clock.h"
#include "base/error.h"
#include "engine/op_run.h"

static const struct record_field explain_request_fields[] = {
	RECORD_FIELD(explain_request, task, RECORD_ARGUMENT | RECORD_REQUIRED, "name of the task"),
	RECORD_FIELD(explain_request, run, 0, "name of the run; the newest if none is given"),
};
RECORD_TYPE(explain_request, RECORD_REJECT, "which task to explain");

static const struct record_field explain_result_fields[] = {
	RECORD_FIELD(explain_result, task, 0, "name of the task"),
	RECORD_FIELD(explain_result, state, 0, "where it stands"),
	RECORD_FIELD(explain_result, outcome, 0, "how it ended"),
	RECORD_FIELD(explain_result, attempt, 0, "executions so far"),
	RECORD_FIELD(explain_result, because, 0, "why it waits, runs, was skipped or is redone"),
	RECORD_FIELD(explain_result, waits_for, 0, "tasks that it still needs"),
	RECORD_FIELD(explain_result, frees, 0, "tasks that need it"),
};
RECORD_TYPE(explain_result, RECORD_DROP, "why a task is where it is");

static const struct record_field logs_request_fields[] = {
	RECORD_FIELD(logs_request, run, RECORD_ARGUMENT, "name of the run; the newest if none is given"),
	RECORD_FIELD(logs_request, after, 0, "only events after this number", .preset = "0"),
	RECORD_FIELD(logs_request, limit, 0, "at most so many", .preset = "1000"),
};
RECORD_TYPE(logs_request, RECORD_REJECT, "which events");

static const struct record_field log_entry_fields[] = {
	RECORD_FIELD(log_entry, seq, 0, "number"),
	RECORD_FIELD(log_entry, at, RECORD_VOLATILE, "when"),
	RECORD_FIELD(log_entry, kind, 0, "what happened"),
	RECORD_FIELD(log_entry, task, 0, "to which task"),
	RECORD_FIELD(log_entry, data, 0, "the facts"),
};
RECORD_TYPE(log_entry, RECORD_DROP, "an event");

static const struct record_field logs_result_fields[] = {
	RECORD_LIST(logs_result, events, log_entry, 0, "in order"),
};
RECORD_TYPE(logs_result, RECORD_DROP, "the journal");

static void
add_name(char ***list, const char *name)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	for (char **old = *list; old && *old; old++)
		g_strv_builder_add(builder, *old);
	g_strv_builder_add(builder, name);
	g_strfreev(*list);
	*list = g_strv_builder_end(builder);
}

static void
explain_edges(const struct plan *plan, const struct task_row *rows, size_t number, struct explain_result *result)
{
	const struct plan_task *task = &plan->tasks.items[number];
	for (char **need = task->needs; need && *need; need++) {
		int64_t other = plan_task_index(plan, *need);
		if (rows[other].state != TASK_DONE)
			add_name(&result->waits_for, *need);
	}
	for (size_t i = 0; i < plan->tasks.count; i++)
		if (plan->tasks.items[i].needs && g_strv_contains((const char *const *)plan->tasks.items[i].needs, task->id))
			add_name(&result->frees, plan->tasks.items[i].id);
}

static char *
explain_state(const struct task_row *row, const struct explain_result *result)
{
	if (row->reason)
		return g_strdup(row->reason);
	if (row->state == TASK_PLANNED && result->waits_for) {
		g_autofree char *names = g_strjoinv(", ", result->waits_for);
		return g_strdup_printf("it waits for %s", names);
	}
	static const char *const words[] = {
		[TASK_PLANNED] = "the run has not come to it", [TASK_READY] = "its needs are met; it waits for a free worker",
		[TASK_RUNNING] = "an attempt is under way", [TASK_VERIFYING] = "its deliverable is being checked",
		[TASK_WAITING] = "it waits for a person or a limit", [TASK_DONE] = "it is done",
	};
	return g_strdup(words[row->state]);
}

static bool
explain_task(struct store *store, const struct run_row *run, const char *name, struct explain_result *result, GError **error)
{
	g_autoptr(Charter) charter = charter_load(store, run, error);
	struct task_row_list kept = { 0 };
	if (!charter || !store->ops->task_list(store, run->key, &kept, error))
		return false;
	const struct plan *plan = &charter->plan;
	int64_t number = plan_task_index(plan, name);
	if (number >= 0) {
		g_autofree struct task_row *rows = g_new0(struct task_row, plan->tasks.count);
		for (size_t i = 0; i < kept.count; i++)
			rows[kept.items[i].seq] = kept.items[i];
		const struct task_row *row = &rows[number];
		result->task = g_strdup(name);
		result->state = g_strdup(task_state_names[row->state]);
		result->outcome = row->outcome ? g_strdup(task_outcome_names[row->outcome]) : NULL;
		result->attempt = row->attempt;
		explain_edges(plan, rows, (size_t)number, result);
		result->because = explain_state(row, result);
	}
	record_list_finish(&task_row_record, &kept);
	return number >= 0 || error_set(error, ERR_NOT_FOUND, "see 'teamwright status' for its tasks", "run %s has no task '%s'", run->id, name);
}

bool
op_run_explain(struct context *context, const void *data, void *result, GError **error)
{
	const struct explain_request *request = data;
	struct store *store = context_store(context, error);
	g_autofree char *run = store ? run_find(store, request->run, error) : NULL;
	struct run_row row = { 0 };
	if (!run || !store->ops->run_read(store, run, &row, error))
		return false;
	bool ok = explain_task(store, &row, request->task, result, error);
	record_finish(&run_row_record, &row);
	return ok;
}

static void
fill_events(const struct plan *plan, const struct event_row_list *rows, struct logs_result *result)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct event_row *row = &rows->items[i];
		struct log_entry *entry = record_append(&log_entry_record, &result->events);
		bool known = row->task >= 0 && (size_t)row->task < plan->tasks.count;
		entry->seq = row->seq;
		entry->at = clock_text(row->at_ms);
		entry->kind = g_strdup(row->kind);
		entry->task = known ? g_strdup(plan->tasks.items[row->task].id) : NULL;
		entry->data = row->data ? doc_own(row->data) : NULL;
	}
}

bool
op_run_logs(struct context *context, const void *data, void *result, GError **error)
{
	const struct logs_request *request = data;
	struct store *store = context_store(context, error);
	g_autofree char *run = store ? run_find(store, request->run, error) : NULL;
	struct run_row row = { 0 };
	struct event_row_list rows = { 0 };
	if (!run || !store->ops->run_read(store, run, &row, error))
		return false;
	g_autoptr(Charter) charter = charter_load(store, &row, error);
	bool ok = charter && store->ops->event_list(store, row.key, request->after, request->limit, &rows, error);
	if (ok)
		fill_events(&charter->plan, &rows, result);
	record_list_finish(&event_row_record, &rows);
	record_finish(&run_row_record, &row);
	return ok;
}
