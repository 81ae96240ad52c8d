#include "engine/debugging.h"

#include <string.h>

#include "base/error.h"

enum { REJECTIONS = 2 };   /* as many make a task stuck */

static bool
is_stuck(const struct event_row *event)
{
	g_autoptr(Doc) doc = event->data ? doc_read_json(event->kind, event->data, strlen(event->data), NULL, NULL) : NULL;
	return doc && value_truth(value_member(doc_root(doc), "stuck"));
}

static void
recall(struct run *run, const struct event_row_list *events)
{
	for (size_t i = 0; i < events->count; i++) {
		const struct event_row *event = &events->items[i];
		struct task *task = event->task >= 0 && event->task < (int64_t)run->graph->nodes ? &run->tasks[event->task] : NULL;
		if (task && g_str_equal(event->kind, DEBUGGING_REJECTED)) {
			task->rejections++;
			task->stuck |= is_stuck(event);
		} else if (task && g_str_equal(event->kind, DEBUGGING_DONE)) {
			task->stuck = false;
		}
	}
}

bool
debugging_recall(struct run *run, struct store *store, GError **error)
{
	struct event_row_list events = { 0 };
	bool tried = false;
	for (uint32_t i = 0; i < run->graph->nodes; i++)
		tried |= run->tasks[i].row.attempt > 0 && run->tasks[i].row.state != TASK_DONE;
	if (!tried)
		return true;
	bool ok = store->ops->event_list(store, run->row.key, 0, INT64_MAX, &events, error);
	if (ok)
		recall(run, &events);
	record_list_finish(&event_row_record, &events);
	return ok;
}

bool
debugging_is_near(const struct run *run, uint32_t number)
{
	return run->tasks[number].rejections == REJECTIONS - 1 && run->charter->plan.tasks.items[number].attempts > 1;
}

void
debugging_note_failure(struct run *run, uint32_t number, const struct job *job)
{
	struct task *task = &run->tasks[number];
	struct writer writer;
	if (job->kind != JOB_VERIFY || job->error || job->outcome != TASK_IS_REJECTED)
		return;
	task->rejections++;
	task->stuck |= job->stuck;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_int(&writer, "attempt", task->row.attempt);
	if (job->reason)
		writer_member_text(&writer, "reason", job->reason);
	if (job->stuck)
		writer_member_bool(&writer, "stuck", true);
	writer_end(&writer);
	run_note(run, DEBUGGING_REJECTED, number, writer_take(&writer));
}

static char *
tell(const char *reason)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "reason", reason);
	writer_end(&writer);
	return writer_take(&writer);
}

void
debugging_take(struct run *run, uint32_t number, const struct job *job)
{
	struct task *task = &run->tasks[number];
	enum error_code code = job->error ? error_code(job->error) : ERROR_CODES;
	bool again = job->cancelled || run_is_late(run) || code == ERR_BUDGET || code == ERR_INTERRUPTED;
	task->dirty |= job->result != NULL;
	if (!job->told && again) {
		run_note(run, "task.ready", number, tell(job->error ? job->error->message : "interrupted"));
		return;
	}
	task->stuck = false;
	run_note(run, DEBUGGING_DONE, number, job->told ? g_strdup(job->told) : tell(job->error ? job->error->message : "it said nothing"));
}
