#include "team/orchestration.h"

#include <string.h>

#include "base/error.h"

enum { TASKS_MAX = 10000 };

static const struct record_field orchestra_task_fields[] = {
	RECORD_FIELD(orchestra_task, task_id, RECORD_REQUIRED, "stable name, once in the plan"),
	RECORD_FIELD(orchestra_task, specialist, RECORD_REQUIRED, "who works on it: a specialist or a persona"),
	RECORD_FIELD(orchestra_task, server, 0, "model server that is to answer, if it can; absent: whichever is free"),
	RECORD_FIELD(orchestra_task, input_data, 0, "what it gets: question, files, items, needs (tasks whose results it gets), and anything else"),
	RECORD_FIELD(orchestra_task, timeout, 0, "seconds that it may take", .preset = "300"),
};
RECORD_TYPE(orchestra_task, RECORD_REJECT, "a task of a specialist");

static const struct record_field orchestra_wave_fields[] = {
	RECORD_FIELD(orchestra_wave, wave_number, RECORD_REQUIRED, "from 1"),
	RECORD_LIST(orchestra_wave, tasks, orchestra_task, RECORD_REQUIRED, "what is done in it"),
};
RECORD_TYPE(orchestra_wave, RECORD_REJECT, "tasks of which those that name no needs wait for the wave before");

static const struct record_field orchestration_fields[] = {
	RECORD_FIELD(orchestration, problem, RECORD_REQUIRED, "what is to be found out"),
	RECORD_FIELD(orchestration, context, 0, "what every specialist has to know"),
	RECORD_LIST(orchestration, waves, orchestra_wave, RECORD_REQUIRED, "tasks in their order"),
	RECORD_FIELD(orchestration, synthesis_strategy, 0, "merge_all, use_first_result, consensus or custom:COMMAND", .preset = "merge_all"),
	RECORD_FIELD(orchestration, success_criteria, 0, "all_tasks_complete, any or quorum:N", .preset = "all_tasks_complete"),
};
RECORD_TYPE(orchestration, RECORD_REJECT, "a problem for several specialists");

size_t
orchestration_count(const struct orchestration *plan)
{
	size_t count = 0;
	for (size_t i = 0; i < plan->waves.count; i++)
		count += plan->waves.items[i].tasks.count;
	return count;
}

const struct orchestra_task **
orchestration_tasks(const struct orchestration *plan)
{
	const struct orchestra_task **tasks = g_new0(const struct orchestra_task *, orchestration_count(plan) + 1), **next = tasks;
	for (size_t i = 0; i < plan->waves.count; i++)
		for (size_t k = 0; k < plan->waves.items[i].tasks.count; k++)
			*next++ = &plan->waves.items[i].tasks.items[k];
	return tasks;
}

bool
synthesis_find(const char *strategy, enum synthesis_kind *ret, const char **ret_command)
{
	static const char *const names[] = { "merge_all", "use_first_result", "consensus", NULL };
	int found = strategy ? record_name_index(names, strategy) : -1;
	const char *command = strategy && g_str_has_prefix(strategy, "custom:") ? strategy + strlen("custom:") : NULL;
	if (found < 0 && (!command || !*command))
		return false;
	*ret = found < 0 ? SYNTHESIS_CUSTOM : (enum synthesis_kind)found;
	if (ret_command)
		*ret_command = command;
	return true;
}

int64_t
orchestration_demand(const char *criteria, size_t total)
{
	guint64 quorum;
	if (g_strcmp0(criteria, "all_tasks_complete") == 0)
		return (int64_t)total;
	if (g_strcmp0(criteria, "any") == 0)
		return 1;
	bool given = criteria && g_str_has_prefix(criteria, "quorum:") &&
	             g_ascii_string_to_unsigned(criteria + strlen("quorum:"), 10, 1, MAX(total, 1), &quorum, NULL);
	return given ? (int64_t)quorum : -1;
}

static const struct value *
needs_of(const struct orchestra_task *task)
{
	return task->input_data ? value_member(doc_root(task->input_data), "needs") : NULL;
}

/* --- checking ------------------------------------------------------------------------------- */

static bool
check_texts(const struct orchestra_task *task, const char *member, GError **error)
{
	const struct value *list = value_member(doc_root(task->input_data), member);
	if (list && !value_is(list, VALUE_ARRAY))
		return error_set(error, ERR_INVALID, "write it as a list of texts", "task %s: %s is no list", task->task_id, member);
	VALUE_EACH (item, list)
		if (!value_text(item))
			return error_set(error, ERR_INVALID, "write it as a list of texts", "task %s: %s holds something that is no text", task->task_id, member);
	return true;
}

static bool
check_task(const struct orchestra_task *task, const struct persona_list *specialists, GError **error)
{
	if (!*task->task_id)
		return error_set(error, ERR_INVALID, "give every task a name", "a task has an empty task_id");
	if (!personas_find(specialists, task->specialist))
		return error_set(error, ERR_INVALID, "see 'teamwright specialists list' and 'teamwright personas list'", "task %s: there is no specialist '%s'",
		                 task->task_id, task->specialist);
	if (!(task->timeout > 0 && task->timeout <= 86400))
		return error_set(error, ERR_INVALID, "give seconds above 0, up to 86400", "task %s has the timeout %g", task->task_id, task->timeout);
	if (task->input_data && !value_is(doc_root(task->input_data), VALUE_OBJECT))
		return error_set(error, ERR_INVALID, "write it as an object", "task %s: input_data is no object", task->task_id);
	return !task->input_data || (check_texts(task, "needs", error) && check_texts(task, "files", error));
}

/* The numbers of the tasks by their names. */
static GHashTable *
index_tasks(const struct orchestra_task *const *tasks, const char **ret_twice)
{
	GHashTable *index = g_hash_table_new(g_str_hash, g_str_equal);
	*ret_twice = NULL;
	for (unsigned i = 0; tasks[i]; i++)
		if (!g_hash_table_insert(index, tasks[i]->task_id, GUINT_TO_POINTER(i)))
			*ret_twice = tasks[i]->task_id;
	return index;
}

static bool
check_needs(const struct orchestra_task *const *tasks, GError **error)
{
	const char *twice;
	g_autoptr(GHashTable) index = index_tasks(tasks, &twice);
	if (twice)
		return error_set(error, ERR_INVALID, "give each task a name of its own", "two tasks are called %s", twice);
	for (; *tasks; tasks++)
		VALUE_EACH (need, needs_of(*tasks))
			if (!g_hash_table_contains(index, value_text(need)))
				return error_set(error, ERR_INVALID, "name a task of the plan", "task %s needs %s, which is not in the plan", (*tasks)->task_id,
				                 value_text(need));
	return true;
}

static bool
check_order(const struct orchestration *plan, const struct orchestra_task *const *tasks, GError **error)
{
	g_autoptr(Graph) graph = orchestration_graph(plan);
	size_t length;
	g_autofree uint32_t *cycle = graph_cycle(graph, &length);
	return !cycle || error_set(error, ERR_INVALID, "let one of them not need the others", "task %s waits for itself, over %zu tasks",
	                           tasks[cycle[0]]->task_id, length);
}

static bool
check_words(const struct orchestration *plan, size_t total, GError **error)
{
	enum synthesis_kind kind;
	if (!synthesis_find(plan->synthesis_strategy, &kind, NULL))
		return error_set(error, ERR_INVALID, "say merge_all, use_first_result, consensus or custom:COMMAND", "there is no synthesis '%s'",
		                 plan->synthesis_strategy);
	if (orchestration_demand(plan->success_criteria, total) < 0)
		return error_set(error, ERR_INVALID, "say all_tasks_complete, any or quorum:N with N from 1 to the number of tasks",
		                 "'%s' cannot be the criterion of success for %zu tasks", plan->success_criteria, total);
	for (size_t i = 1; i < plan->waves.count; i++)
		if (plan->waves.items[i].wave_number <= plan->waves.items[i - 1].wave_number)
			return error_set(error, ERR_INVALID, "number the waves in their order", "wave %d stands behind wave %d",
			                 (int)plan->waves.items[i].wave_number, (int)plan->waves.items[i - 1].wave_number);
	return true;
}

bool
orchestration_check(const struct orchestration *plan, const struct persona_list *specialists, GError **error)
{
	size_t total = orchestration_count(plan);
	if (!total || total > TASKS_MAX)
		return error_set(error, ERR_INVALID, "give it one task at least", "the plan has %zu tasks; 1 to %d are possible", total, TASKS_MAX);
	g_autofree const struct orchestra_task **tasks = orchestration_tasks(plan);
	for (size_t i = 0; i < total; i++)
		if (!check_task(tasks[i], specialists, error))
			return false;
	return check_needs(tasks, error) && check_words(plan, total, error) && check_order(plan, tasks, error);
}

/* --- order ---------------------------------------------------------------------------------- */

static void
add_edge(GArray *edges, uint32_t from, uint32_t to)
{
	struct graph_edge edge = { from, to };
	g_array_append_val(edges, edge);
}

struct graph *
orchestration_graph(const struct orchestration *plan)
{
	const char *twice;
	g_autofree const struct orchestra_task **tasks = orchestration_tasks(plan);
	g_autoptr(GHashTable) index = index_tasks(tasks, &twice);
	g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(struct graph_edge));
	uint32_t before = 0, begin = 0, at = 0;
	for (size_t i = 0; i < plan->waves.count; i++) {
		before = begin;
		begin = at;
		for (size_t k = 0; k < plan->waves.items[i].tasks.count; k++, at++) {
			const struct value *needs = needs_of(tasks[at]);
			VALUE_EACH (need, needs)
				add_edge(edges, GPOINTER_TO_UINT(g_hash_table_lookup(index, value_text(need))), at);
			for (uint32_t n = before; !needs && n < begin; n++)
				add_edge(edges, n, at);
		}
	}
	return graph_create(at, (const struct graph_edge *)(const void *)edges->data, edges->len);
}
