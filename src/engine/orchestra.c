#include "engine/orchestra.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "engine/context.h"
#include "engine/counsel.h"
#include "plan/front.h"

const char *const specialist_state_names[] = { "done", "failed", "timed_out", "cancelled", "skipped", "budget_exceeded", NULL };

static const struct record_field specialist_result_fields[] = {
	RECORD_FIELD(specialist_result, task_id, 0, "task"),
	RECORD_FIELD(specialist_result, specialist, 0, "who"),
	RECORD_FIELD(specialist_result, success, 0, "there is an answer that keeps to its form"),
	RECORD_ENUM(specialist_result, state, 0, specialist_state_names, "how it ended"),
	RECORD_FIELD(specialist_result, server, RECORD_VOLATILE, "model server that was asked last"),
	RECORD_FIELD(specialist_result, model, RECORD_VOLATILE, "its model"),
	RECORD_FIELD(specialist_result, answer, 0, "the answer to the problem"),
	RECORD_LIST(specialist_result, findings, insight, 0, "what was found"),
	RECORD_FIELD(specialist_result, reason, 0, "why there is none, and what to do"),
	RECORD_FIELD(specialist_result, started, RECORD_VOLATILE, "seconds after the begin"),
	RECORD_FIELD(specialist_result, duration, RECORD_VOLATILE, "seconds"),
	RECORD_FIELD(specialist_result, work, RECORD_VOLATILE, "seconds without waiting for a free place"),
	RECORD_FIELD(specialist_result, calls, RECORD_VOLATILE, "of models"),
	RECORD_FIELD(specialist_result, retries, RECORD_VOLATILE, "calls that failed"),
	RECORD_FIELD(specialist_result, failovers, RECORD_VOLATILE, "changes to another server after a failure"),
	RECORD_FIELD(specialist_result, repairs, 0, "times that an answer went back because of its form"),
	RECORD_FIELD(specialist_result, input_tokens, RECORD_VOLATILE, "of prompts"),
	RECORD_FIELD(specialist_result, output_tokens, RECORD_VOLATILE, "of answers"),
	RECORD_FIELD(specialist_result, dollars, RECORD_VOLATILE, "of the calls with a known price"),
	RECORD_FIELD(specialist_result, unpriced_calls, RECORD_VOLATILE, "calls without a known price"),
	RECORD_FIELD(specialist_result, replayed, 0, "from a recording: nothing was called"),
	RECORD_FIELD(specialist_result, unrecorded, 0, "the recording does not know the request"),
};
RECORD_TYPE(specialist_result, RECORD_DROP, "what came of a task");

struct orchestra {
	const struct orchestra_order *order;
	const struct orchestra_task **tasks;
	struct graph *graph;
	double *rank;
	struct specialist_result *results;
	enum synthesis_kind synthesis;
	int64_t begin_us;
	bool unwanted;               /* set by models_cancel */
	const bool *cancelled;       /* that calls look at: this one, or the order's */
	pthread_mutex_t lock;        /* of what follows */
	pthread_cond_t changed;
	struct front front;
	bool stopped;                /* nothing begins any more */
};

static double
seconds_since(int64_t begin_us)
{
	return (double)(clock_us() - begin_us) / 1e6;
}

/* To the microsecond, as it was measured: a difference of two has more digits. */
static double
measured(double seconds)
{
	return round(seconds * 1e6) / 1e6;
}

/* --- one task ------------------------------------------------------------------------------- */

static enum specialist_state
state_of(const struct orchestra *orchestra, const GError *error)
{
	enum error_code code = error_code(error);
	bool unwanted = code == ERR_INTERRUPTED || __atomic_load_n(orchestra->cancelled, __ATOMIC_RELAXED);
	return code == ERR_BUDGET ? SPECIALIST_BUDGET : unwanted ? SPECIALIST_CANCELLED : code == ERR_TIMEOUT ? SPECIALIST_TIMED_OUT : SPECIALIST_FAILED;
}

static void
take_failure(const struct orchestra *orchestra, GError *error, struct specialist_result *result)
{
	g_autofree char *text = error_text(error);
	const char *remedy = error_remedy(error);
	result->state = state_of(orchestra, error);
	result->unrecorded = error_code(error) == ERR_NOT_FOUND;
	result->reason = g_strdup_printf("%s%s%s", text, remedy ? "; " : "", remedy ? remedy : "");
	g_error_free(error);
}

static void
take_findings(const struct doc *doc, struct specialist_result *result)
{
	result->answer = g_strdup(value_member_text(doc_root(doc), "answer"));
	VALUE_EACH (item, value_member(doc_root(doc), "findings")) {
		struct insight insight;
		/* It has been held against the schema, so it can be read. */
		if (record_read(&insight_record, (struct doc *)(uintptr_t)doc, item, &insight, NULL))
			*(struct insight *)record_append(&insight_record, &result->findings) = insight;
	}
	result->success = true;
	result->state = SPECIALIST_DONE;
}

/* Waiting for a place is no work, and another server after a failure is a failover. */
static double
take_tries(const struct model_try_list *tries, struct specialist_result *result)
{
	double waited = 0;
	for (size_t i = 0; i < tries->count; i++) {
		const struct model_try *try = &tries->items[i];
		waited += isnan(try->wait_ms) ? 0 : try->wait_ms / 1e3;
		result->failovers += result->server && !g_str_equal(result->server, try->server);
		g_free(result->server);
		g_free(result->model);
		result->server = g_strdup(try->server);
		result->model = g_strdup(try->model);
	}
	return waited;
}

static void
take_expense(struct orchestra *orchestra, const char *account, struct specialist_result *result)
{
	struct expense expense;
	if (!ledger_find(models_ledger(orchestra->order->models), account, &expense))
		return;
	result->calls = expense.calls;
	result->retries = expense.failed_calls;
	result->input_tokens = expense.input_tokens + expense.cache_read_tokens + expense.cache_write_tokens;
	result->output_tokens = expense.output_tokens;
	result->dollars = expense.dollars;
	result->unpriced_calls = expense.unpriced_calls;
	record_finish(&expense_record, &expense);
}

static size_t
gather_inputs(const struct orchestra *orchestra, uint32_t number, const struct specialist_result **ret, bool *ret_any)
{
	size_t count = 0;
	*ret_any = false;
	for (uint32_t from = 0; from < orchestra->graph->nodes; from++)
		for (uint32_t edge = orchestra->graph->first[from]; edge < orchestra->graph->first[from + 1]; edge++)
			if (orchestra->graph->to[edge] == number) {
				ret[count++] = &orchestra->results[from];
				*ret_any |= orchestra->results[from].success;
			}
	return count;
}

/* Those who pay, and the task's own, by which its calls are counted; free the array alone. */
static const char **
accounts_of(const struct orchestra_order *order, const char *own)
{
	GPtrArray *accounts = g_ptr_array_new();
	for (const char *const *account = order->accounts; *account; account++)
		g_ptr_array_add(accounts, (void *)(uintptr_t)*account);
	g_ptr_array_add(accounts, (void *)(uintptr_t)own);
	g_ptr_array_add(accounts, NULL);
	return (const char **)(void *)g_ptr_array_free(accounts, FALSE);
}

static void
work_on(struct orchestra *orchestra, uint32_t number, const char *material)
{
	const struct orchestra_order *order = orchestra->order;
	const struct orchestra_task *task = orchestra->tasks[number];
	struct specialist_result *result = &orchestra->results[number];
	g_autofree char *account = g_strdup_printf("%s/%s", order->account, task->task_id);
	g_autofree const char **accounts = accounts_of(order, account);
	int64_t deadline = clock_ms() + (int64_t)(task->timeout * 1e3);
	struct counsel counsel = { .models = order->models, .model = order->model, .accounts = accounts, .memory = order->memory,
		                   .cancelled = orchestra->cancelled, .run = order->run,
		                   .deadline_ms = order->deadline_ms ? MIN(deadline, order->deadline_ms) : deadline };
	struct question question = { .form = order->form, .material = material, .server = task->server,
		                     .identity = personas_find(order->specialists, task->specialist)->instructions, .priority = orchestra->rank[number] };
	struct structured_answer answer;
	GError *error = NULL;
	if (counsel_ask(&counsel, &question, &answer, &error))
		take_findings(answer.doc, result);
	else
		take_failure(orchestra, error, result);
	double waited = take_tries(&answer.answer.tries, result);
	result->repairs = answer.rounds;
	result->replayed = answer.answer.replayed;
	structured_answer_clear(&answer);
	take_expense(orchestra, account, result);
	result->duration = measured(seconds_since(orchestra->begin_us) - result->started);
	result->work = measured(MAX(result->duration - waited, 0));
}

static void
perform_task(struct orchestra *orchestra, uint32_t number)
{
	struct specialist_result *result = &orchestra->results[number];
	g_autofree const struct specialist_result **inputs = g_new0(const struct specialist_result *, orchestra->graph->nodes + 1);
	bool any;
	size_t count = gather_inputs(orchestra, number, inputs, &any);
	result->started = seconds_since(orchestra->begin_us);
	if (count && !any) {
		result->state = SPECIALIST_SKIPPED;
		result->reason = g_strdup("nothing that it needs came about");
		return;
	}
	g_autofree char *material = briefing_message(orchestra->order->briefing, orchestra->tasks[number], inputs, count);
	work_on(orchestra, number, material);
}

/* --- all of them ---------------------------------------------------------------------------- */

static void
tell_begin(const struct orchestra *orchestra)
{
	const struct orchestra_order *order = orchestra->order;
	if (!order->tell)
		return;
	g_autofree char *data = g_strdup_printf("{\"tasks\":%u,\"left\":%u}", orchestra->graph->nodes, orchestra->graph->nodes);
	order->tell(order->data, "run.entered", NULL, data);
	order->tell(order->data, "run.running", NULL, NULL);
}

static void
tell_end(const struct orchestra *orchestra, const struct specialist_result *result)
{
	struct writer writer;
	if (!orchestra->order->tell)
		return;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "outcome", specialist_state_names[result->state]);
	if (result->reason)
		writer_member_text(&writer, "reason", result->reason);
	writer_member_int(&writer, "calls", result->calls);
	writer_member_int(&writer, "unpriced_calls", result->unpriced_calls);
	writer_member_int(&writer, "input_tokens", result->input_tokens);
	writer_member_int(&writer, "output_tokens", result->output_tokens);
	writer_key(&writer, "dollars");
	writer_double(&writer, result->dollars);
	writer_end(&writer);
	g_autofree char *text = writer_take(&writer);
	orchestra->order->tell(orchestra->order->data, "task.done", result, text);
}

/* Under the lock: the next task that can begin; FRONT_NONE where all are over. */
static uint32_t
next_task(struct orchestra *orchestra)
{
	while (!orchestra->stopped && orchestra->front.left && !__atomic_load_n(orchestra->cancelled, __ATOMIC_RELAXED)) {
		uint32_t number = front_take(&orchestra->front);
		if (number != FRONT_NONE)
			return number;
		pthread_cond_wait(&orchestra->changed, &orchestra->lock);
	}
	return FRONT_NONE;
}

/* The first answer is enough, or somebody interrupts: the calls that are on their way end at once. */
static void
stop(void *data)
{
	struct orchestra *orchestra = data;
	models_cancel(orchestra->order->models, &orchestra->unwanted);
	pthread_mutex_lock(&orchestra->lock);
	orchestra->stopped = true;
	pthread_cond_broadcast(&orchestra->changed);
	pthread_mutex_unlock(&orchestra->lock);
}

static void *
work(void *data)
{
	struct orchestra *orchestra = data;
	uint32_t number;
	pthread_mutex_lock(&orchestra->lock);
	while ((number = next_task(orchestra)) != FRONT_NONE) {
		pthread_mutex_unlock(&orchestra->lock);
		struct specialist_result *result = &orchestra->results[number];
		if (orchestra->order->tell)
			orchestra->order->tell(orchestra->order->data, "task.running", result, NULL);
		perform_task(orchestra, number);
		tell_end(orchestra, result);
		if (orchestra->synthesis == SYNTHESIS_FIRST && result->success)
			stop(orchestra);
		pthread_mutex_lock(&orchestra->lock);
		front_done(&orchestra->front, number, NULL);
		pthread_cond_broadcast(&orchestra->changed);
	}
	pthread_mutex_unlock(&orchestra->lock);
	return NULL;
}

static void
run_threads(struct orchestra *orchestra)
{
	unsigned count = MAX(MIN(orchestra->order->workers, orchestra->graph->nodes), 1), started = 0;
	struct interruptee interruptee = { stop, orchestra, NULL };
	g_autofree pthread_t *threads = g_new0(pthread_t, count);
	tell_begin(orchestra);
	if (orchestra->order->listen)
		orchestra->order->listen(orchestra->order->data, &interruptee, true);
	while (started < count && pthread_create(&threads[started], NULL, work, orchestra) == 0)
		started++;
	if (!started)   /* with fewer it takes longer; with none this one does it */
		work(orchestra);
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	if (orchestra->order->listen)
		orchestra->order->listen(orchestra->order->data, &interruptee, false);
}

static void
name_results(struct orchestra *orchestra, struct specialist_result_list *ret)
{
	for (size_t i = 0; i < orchestra->graph->nodes; i++) {
		struct specialist_result *result = record_append(&specialist_result_record, ret);
		result->task_id = g_strdup(orchestra->tasks[i]->task_id);
		result->specialist = g_strdup(orchestra->tasks[i]->specialist);
		result->state = SPECIALIST_CANCELLED;   /* until it has begun and ended */
		result->started = result->duration = result->work = NAN;
		result->dollars = 0;
	}
	orchestra->results = ret->items;
}

void
orchestra_perform(const struct orchestra_order *order, struct specialist_result_list *ret, double *ret_seconds)
{
	const struct orchestration *plan = order->briefing->plan;
	struct orchestra orchestra = { .order = order, .tasks = orchestration_tasks(plan), .graph = orchestration_graph(plan), .begin_us = clock_us() };
	g_autofree double *length = g_new(double, orchestra.graph->nodes + 1);
	orchestra.cancelled = order->listen ? &orchestra.unwanted : order->cancelled;
	orchestra.rank = g_new0(double, orchestra.graph->nodes + 1);
	for (uint32_t i = 0; i < orchestra.graph->nodes; i++)
		length[i] = 1;
	graph_upward_rank(orchestra.graph, length, orchestra.rank);
	synthesis_find(plan->synthesis_strategy, &orchestra.synthesis, NULL);
	name_results(&orchestra, ret);
	pthread_mutex_init(&orchestra.lock, NULL);
	pthread_cond_init(&orchestra.changed, NULL);
	front_init(&orchestra.front, orchestra.graph, orchestra.rank);
	run_threads(&orchestra);
	*ret_seconds = seconds_since(orchestra.begin_us);
	front_finish(&orchestra.front);
	pthread_cond_destroy(&orchestra.changed);
	pthread_mutex_destroy(&orchestra.lock);
	graph_destroy(orchestra.graph);
	g_free(orchestra.tasks);
	g_free(orchestra.rank);
	for (size_t i = 0; i < ret->count; i++)
		if (ret->items[i].state == SPECIALIST_CANCELLED && !ret->items[i].reason)
			ret->items[i].reason = g_strdup("it had not begun when it was not wanted any more");
}
