/* How long teams need in virtual time: one after the other, with a barrier between groups where
 * everybody waits for the real thing, and as this program plans, where a contract is enough to start.
 *
 *	build/rel/bench/timelines [FILE...]
 *
 * Without files: all of bench/timelines, where each file explains its format. Fails where our time
 * is above the barrier's, or is not the optimum that the file states. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/record.h"
#include "plan/schedule.h"

#define FOLDER "bench/timelines"
#define SLACK 1e-9   /* for sums of fractions */

struct step {
	char *id, *persona;
	double duration;
	char **needs, **uses;
};
RECORD_LIST_OF(step);

struct timeline {
	char *name, *description;
	int64_t workers;
	double optimum;
	struct step_list tasks;
};

static const struct record_field step_fields[] = {
	RECORD_FIELD(step, id, RECORD_REQUIRED, "stable name"),
	RECORD_FIELD(step, persona, RECORD_REQUIRED, "who does it"),
	RECORD_FIELD(step, duration, RECORD_REQUIRED, "minutes"),
	RECORD_FIELD(step, needs, 0, "tasks whose accepted deliverable it needs"),
	RECORD_FIELD(step, uses, 0, "tasks whose contract it needs"),
};
static RECORD_TYPE(step, RECORD_REJECT, "one task of a timeline");

static const struct record_field timeline_fields[] = {
	RECORD_FIELD(timeline, name, RECORD_REQUIRED, "what it is called"),
	RECORD_FIELD(timeline, description, RECORD_REQUIRED, "what it shows"),
	RECORD_FIELD(timeline, workers, RECORD_REQUIRED, "tasks at once"),
	RECORD_FIELD(timeline, optimum, RECORD_REQUIRED, "the shortest time possible, in minutes"),
	RECORD_LIST(timeline, tasks, step, RECORD_REQUIRED, "the work"),
};
static RECORD_TYPE(timeline, RECORD_REJECT, "a team's work in virtual time");

static bool
add_edges(const struct step_list *tasks, uint32_t to, char **ids, GArray *edges, GError **error)
{
	for (char **id = ids; id && *id; id++) {
		uint32_t from = 0;
		while (from < tasks->count && !g_str_equal(tasks->items[from].id, *id))
			from++;
		if (from == tasks->count)
			return error_set(error, ERR_INPUT, "name a task of this file", "%s needs %s, which is no task",
			                 tasks->items[to].id, *id);
		struct graph_edge edge = { from, to };
		g_array_append_val(edges, edge);
	}
	return true;
}

/* The graph of the hard edges, with `all` of the soft ones too. */
static struct graph *
make_graph(const struct step_list *tasks, bool all, GError **error)
{
	g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(struct graph_edge));
	for (uint32_t i = 0; i < tasks->count; i++) {
		const struct step *step = &tasks->items[i];
		if (!add_edges(tasks, i, step->needs, edges, error) || (all && !add_edges(tasks, i, step->uses, edges, error)))
			return NULL;
	}
	g_autoptr(Graph) graph = graph_create((uint32_t)tasks->count, (const struct graph_edge *)(void *)edges->data, edges->len);
	size_t length;
	g_autofree uint32_t *cycle = graph_cycle(graph, &length);
	if (!cycle)
		return g_steal_pointer(&graph);
	error_set(error, ERR_INPUT, "turn one of its needs round", "%s waits for itself, over %zu tasks",
	          tasks->items[cycle[0]].id, length);
	return NULL;
}

static bool
check_timeline(const struct timeline *timeline, GError **error)
{
	if (timeline->workers < 1 || timeline->workers > UINT32_MAX)
		return error_set(error, ERR_INPUT, "give at least one", "%" PRId64 " workers cannot do it", timeline->workers);
	for (size_t i = 0; i < timeline->tasks.count; i++)
		if (!(timeline->tasks.items[i].duration >= 0))
			return error_set(error, ERR_INPUT, "give minutes", "task %s has no length", timeline->tasks.items[i].id);
	return true;
}

static void
print_row(const struct timeline *timeline, double sequential, double barrier, const struct schedule *ours, double bound)
{
	printf("%-20s %5zu %7" PRId64 " %10g %7g %5g %5g  %-16s %6.1f %% %8.1f %%\n", timeline->name, timeline->tasks.count,
	       timeline->workers, sequential, barrier, ours->makespan, bound, schedule_rule_names[ours->rule],
	       100 * (sequential - ours->makespan) / fmax(sequential, SLACK),
	       100 * (barrier - ours->makespan) / fmax(barrier, SLACK));
}

static bool
compare(const struct timeline *timeline, GError **error)
{
	g_autoptr(Graph) hard = make_graph(&timeline->tasks, false, error);
	g_autoptr(Graph) all = hard ? make_graph(&timeline->tasks, true, error) : NULL;
	if (!all || !check_timeline(timeline, error))
		return false;
	g_autofree double *duration = g_new(double, timeline->tasks.count);
	double sequential = 0;
	for (size_t i = 0; i < timeline->tasks.count; i++)
		sequential += duration[i] = timeline->tasks.items[i].duration;
	uint32_t workers = (uint32_t)timeline->workers;
	g_autoptr(Schedule) barrier = schedule_simulate(all, duration, workers, SCHEDULE_BARRIER);
	g_autoptr(Schedule) ours = schedule_best(hard, duration, workers);
	double bound = schedule_lower_bound(hard, duration, workers);
	print_row(timeline, sequential, barrier->makespan, ours, bound);
	if (ours->makespan > barrier->makespan + SLACK)
		return error_set(error, ERR_FAILED, NULL, "the barrier is faster: %g, ours %g", barrier->makespan, ours->makespan);
	if (fabs(ours->makespan - timeline->optimum) > SLACK || timeline->optimum < bound - SLACK)
		return error_set(error, ERR_FAILED, NULL, "the optimum is %g, the bound %g, ours %g", timeline->optimum, bound,
		                 ours->makespan);
	return true;
}

static bool
run(const char *path)
{
	struct timeline timeline;
	g_autoptr(GError) error = NULL;
	g_autoptr(Doc) doc = doc_read_file(path, &error);
	record_init(&timeline_record, &timeline);
	bool ok = doc && record_read(&timeline_record, doc, doc_root(doc), &timeline, &error) && compare(&timeline, &error);
	if (!ok)
		fprintf(stderr, "%s: %s\n", path, error->message);
	record_finish(&timeline_record, &timeline);
	return ok;
}

static int
by_name(const void *a, const void *b)
{
	return g_strcmp0(*(char *const *)a, *(char *const *)b);
}

/* The files of the folder by name; NULL if it cannot be read. */
static char **
list_folder(GError **error)
{
	g_autoptr(GDir) folder = g_dir_open(FOLDER, 0, error);
	if (!folder)
		return NULL;
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	for (const char *name; (name = g_dir_read_name(folder));)
		if (g_str_has_suffix(name, ".yaml"))
			g_ptr_array_add(paths, g_build_filename(FOLDER, name, NULL));
	qsort(paths->pdata, paths->len, sizeof(char *), by_name);
	g_ptr_array_add(paths, NULL);
	return (char **)g_ptr_array_steal(paths, NULL);
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) paths = argc > 1 ? g_strdupv(argv + 1) : list_folder(&error);
	if (!paths || !*paths) {
		fprintf(stderr, "timelines: %s\n", error ? error->message : "no .yaml file in " FOLDER);
		return 1;
	}
	bool ok = true;
	printf("virtual minutes      tasks workers sequential barrier  ours bound  %-16s    saved  on barrier\n", "rule");
	for (char **path = paths; *path; path++)
		ok &= run(*path);
	return ok ? 0 : 1;
}
