#include "plan/plan.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "plan/schedule.h"

enum { TASKS_MAX = 1000000 };

const char *const task_kind_names[] = { "assignment", "verification", "integration", "convergence", "synthesis", "milestone", NULL };

static const struct record_field plan_task_fields[] = {
	RECORD_FIELD(plan_task, id, RECORD_REQUIRED, "stable name"),
	RECORD_FIELD(plan_task, title, 0, "for people"),
	RECORD_ENUM(plan_task, kind, 0, task_kind_names, "what kind of task it is"),
	RECORD_FIELD(plan_task, persona_id, 0, "who does it"),
	RECORD_FIELD(plan_task, contract_id, 0, "the contract that it fulfils or uses"),
	RECORD_FIELD(plan_task, agent, 0, "what executes it: scaffold, command or specialists"),
	RECORD_FIELD(plan_task, command, 0, "program and arguments of a command agent"),
	RECORD_FIELD(plan_task, needs, 0, "tasks whose accepted deliverable it needs"),
	RECORD_FIELD(plan_task, uses, 0, "tasks whose contract it uses; a mock stands in"),
	RECORD_FIELD(plan_task, stream, 0, "work stream"),
	RECORD_FIELD(plan_task, seconds, 0, "predicted agent time in seconds"),
	RECORD_FIELD(plan_task, effort_hours, 0, "estimated human effort in hours"),
	RECORD_FIELD(plan_task, timeout_s, 0, "seconds that an attempt may take", .preset = "600"),
	RECORD_FIELD(plan_task, attempts, 0, "attempts at most", .preset = "1"),
	RECORD_FIELD(plan_task, why, 0, "why it is in the plan"),
};
RECORD_TYPE(plan_task, RECORD_REJECT, "a task of a plan");

static const struct record_field prediction_fields[] = {
	RECORD_FIELD(prediction, sequential, 0, "one after the other, in seconds"),
	RECORD_FIELD(prediction, barrier, 0, "group by group"),
	RECORD_FIELD(prediction, makespan, 0, "as planned"),
	RECORD_FIELD(prediction, lower_bound, 0, "no schedule is shorter"),
	RECORD_FIELD(prediction, rule, 0, "the order that was best"),
	RECORD_FIELD(prediction, critical_path, 0, "the longest chain of tasks"),
	RECORD_FIELD(prediction, basis, 0, "where the durations come from"),
};
RECORD_TYPE(prediction, RECORD_REJECT, "what a plan is predicted to take");

static const struct record_field plan_fields[] = {
	RECORD_FIELD(plan, id, 0, "name of the plan"),
	RECORD_FIELD(plan, name, 0, "for people"),
	RECORD_FIELD(plan, version, 0, "version of the format", .preset = "1"),
	RECORD_FIELD(plan, requirement, 0, "what it is for"),
	RECORD_FIELD(plan, blueprint_id, 0, "team pattern"),
	RECORD_FIELD(plan, coordination, 0, "how the team works together"),
	RECORD_FIELD(plan, scaling, 0, "how the team grows"),
	RECORD_FIELD(plan, workers, 0, "attempts at once", .preset = "0"),
	RECORD_LIST(plan, tasks, plan_task, RECORD_REQUIRED, "the tasks"),
	RECORD_PART(plan, prediction, prediction, 0, "what it is predicted to take"),
};
RECORD_TYPE(plan, RECORD_REJECT, "a plan");

/* Positions by id; they stay those of the plan. */
static GHashTable *
index_tasks(const struct plan *plan)
{
	GHashTable *index = g_hash_table_new(g_str_hash, g_str_equal);
	for (size_t i = 0; i < plan->tasks.count; i++)
		g_hash_table_insert(index, plan->tasks.items[i].id, GSIZE_TO_POINTER(i + 1));
	return index;
}

int64_t
plan_task_index(const struct plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->tasks.count; i++)
		if (g_str_equal(plan->tasks.items[i].id, id))
			return (int64_t)i;
	return -1;
}

static bool
check_edges(const struct plan *plan, GHashTable *index, GError **error)
{
	for (size_t i = 0; i < plan->tasks.count; i++) {
		const struct plan_task *task = &plan->tasks.items[i];
		char **lists[] = { task->needs, task->uses };
		for (unsigned k = 0; k < G_N_ELEMENTS(lists); k++)
			for (char **name = lists[k]; name && *name; name++)
				if (!g_hash_table_contains(index, *name))
					return error_set(error, ERR_INVALID, "add the task or correct the name",
					                 "task '%s' needs '%s', which is not in the plan", task->id, *name);
	}
	return true;
}

static bool
check_cycle(const struct plan *plan, GError **error)
{
	g_autoptr(Graph) graph = plan_graph(plan, false);
	size_t length;
	g_autofree uint32_t *cycle = graph_cycle(graph, &length);
	if (!cycle)
		return true;
	g_autoptr(GString) names = g_string_new(NULL);
	for (size_t i = 0; i <= length; i++)
		g_string_append_printf(names, "%s%s", i ? " -> " : "", plan->tasks.items[cycle[i % length]].id);
	return error_set(error, ERR_INVALID, "remove one of these edges", "the plan has a cycle: %s", names->str);
}

bool
plan_check(const struct plan *plan, GError **error)
{
	if (!plan->tasks.count || plan->tasks.count > TASKS_MAX)
		return error_set(error, ERR_INVALID, "a plan has 1 to 1 000 000 tasks", "the plan has %zu tasks", plan->tasks.count);
	g_autoptr(GHashTable) index = index_tasks(plan);
	for (size_t i = 0; i < plan->tasks.count; i++)
		if (GPOINTER_TO_SIZE(g_hash_table_lookup(index, plan->tasks.items[i].id)) != i + 1)
			return error_set(error, ERR_INVALID, "give each task an id of its own", "two tasks are called '%s'",
			                 plan->tasks.items[i].id);
	return check_edges(plan, index, error) && check_cycle(plan, error);
}

static void
add_edges(GArray *edges, GHashTable *index, char **names, size_t to)
{
	for (; names && *names; names++) {
		size_t from = GPOINTER_TO_SIZE(g_hash_table_lookup(index, *names)) - 1;
		struct graph_edge edge = { (uint32_t)from, (uint32_t)to };
		g_array_append_val(edges, edge);
	}
}

struct graph *
plan_graph(const struct plan *plan, bool soft)
{
	g_autoptr(GHashTable) index = index_tasks(plan);
	g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(struct graph_edge));
	for (size_t i = 0; i < plan->tasks.count; i++) {
		add_edges(edges, index, plan->tasks.items[i].needs, i);
		if (soft)
			add_edges(edges, index, plan->tasks.items[i].uses, i);
	}
	return graph_create((uint32_t)plan->tasks.count, (const struct graph_edge *)(void *)edges->data, edges->len);
}

double *
plan_durations(const struct plan *plan, double unknown)
{
	double *durations = g_new(double, plan->tasks.count);
	for (size_t i = 0; i < plan->tasks.count; i++) {
		double seconds = plan->tasks.items[i].seconds;
		bool milestone = plan->tasks.items[i].kind == TASK_KIND_MILESTONE;
		durations[i] = !isnan(seconds) ? seconds : milestone ? 0 : unknown;
	}
	return durations;
}

static void
predict_path(struct plan *plan, const struct graph *graph, const double *durations)
{
	g_autofree uint32_t *path = g_new(uint32_t, plan->tasks.count);
	size_t count;
	graph_critical_path(graph, durations, path, &count);
	g_strfreev(plan->prediction.critical_path);
	plan->prediction.critical_path = g_new0(char *, count + 1);
	for (size_t i = 0; i < count; i++)
		plan->prediction.critical_path[i] = g_strdup(plan->tasks.items[path[i]].id);
}

static bool
all_declared(const struct plan *plan)
{
	for (size_t i = 0; i < plan->tasks.count; i++)
		if (isnan(plan->tasks.items[i].seconds) && plan->tasks.items[i].kind != TASK_KIND_MILESTONE)
			return false;
	return true;
}

void
plan_predict(struct plan *plan, unsigned limit)
{
	enum { ASSUMED_S = 60 };
	struct prediction *prediction = &plan->prediction;
	g_autoptr(Graph) graph = plan_graph(plan, false), waiting = plan_graph(plan, true);
	g_autofree double *durations = plan_durations(plan, ASSUMED_S);
	if (!plan->workers)
		plan->workers = schedule_workers(graph, durations, limit);
	uint32_t workers = (uint32_t)plan->workers;
	g_autoptr(Schedule) best = schedule_best(graph, durations, workers);
	/* The barrier order of engines without mocks: who uses a contract waits for its provider. */
	size_t loop;
	g_autofree uint32_t *cycle = graph_cycle(waiting, &loop);
	g_autoptr(Schedule) barrier = schedule_simulate(cycle ? graph : waiting, durations, workers, SCHEDULE_BARRIER);
	prediction->sequential = 0;
	for (size_t i = 0; i < plan->tasks.count; i++)
		prediction->sequential += durations[i];
	prediction->barrier = barrier->makespan;
	prediction->makespan = best->makespan;
	prediction->lower_bound = schedule_lower_bound(graph, durations, workers);
	g_free(prediction->basis);
	prediction->basis = g_strdup(all_declared(plan) ? "declared" : "assumed");
	g_free(prediction->rule);
	prediction->rule = g_strdup(schedule_rule_names[best->rule]);
	predict_path(plan, graph, durations);
}

static void
dot_edges(GString *text, char **names, const char *to, const char *style)
{
	for (; names && *names; names++) {
		g_autofree char *from = g_strescape(*names, NULL), *target = g_strescape(to, NULL);
		g_string_append_printf(text, "  \"%s\" -> \"%s\"%s;\n", from, target, style);
	}
}

char *
plan_dot(const struct plan *plan)
{
	GString *text = g_string_new("digraph plan {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n");
	for (size_t i = 0; i < plan->tasks.count; i++) {
		const struct plan_task *task = &plan->tasks.items[i];
		g_autofree char *id = g_strescape(task->id, NULL), *who = g_strescape(task->persona_id ? task->persona_id : "", NULL);
		g_string_append_printf(text, "  \"%s\" [label=\"%s\\n%s\"];\n", id, id, who);
		dot_edges(text, task->needs, task->id, "");
		dot_edges(text, task->uses, task->id, " [style=dashed, label=mock]");
	}
	g_string_append(text, "}\n");
	return g_string_free(text, FALSE);
}
