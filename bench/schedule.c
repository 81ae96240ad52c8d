/* What the engine costs per task that does nothing: CPU time of the whole process, in memory (the
 * graph core alone) and durable (engine, workers and store, every commit on the disk).
 *
 *	schedule [TASKS…]      default: 10000 100000
 *
 * Beside it, in the same invocation: what the disk allows, as rows per second of a bare file with
 * fdatasync at the same group size. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "plan/front.h"
#include "plan/plan.h"
#include "work/workspace.h"

enum { WIDTH = 100, SLOTS = 64 };

enum shape { LAYERED, CHAIN, INDEPENDENT, SHAPES };
static const char *const shape_names[] = { "layered", "chain", "independent" };

static void
add_need(struct plan_task *task, char **names)
{
	task->needs = g_new0(char *, 3);
	for (unsigned i = 0; i < 2 && names[i]; i++)
		task->needs[i] = g_strdup_printf("t%s", names[i]);
}

static void
make_plan(struct plan *plan, unsigned tasks, enum shape shape)
{
	record_init(&plan_record, plan);
	plan->name = g_strdup(shape_names[shape]);
	for (unsigned i = 0; i < tasks; i++) {
		struct plan_task *task = record_append(&plan_task_record, &plan->tasks);
		task->id = g_strdup_printf("t%u", i);
		task->kind = TASK_KIND_MILESTONE;
		g_autofree char *one = g_strdup_printf("%u", shape == CHAIN ? i - 1 : i - WIDTH);
		g_autofree char *two = g_strdup_printf("%u", i - WIDTH + ((i + 1) % WIDTH ? 1 : 1 - WIDTH));
		if (shape == CHAIN && i)
			add_need(task, (char *[]){ one, NULL });
		else if (shape == LAYERED && i >= WIDTH)
			add_need(task, (char *[]){ one, two });
	}
}

static double
run_in_memory(const struct plan *plan)
{
	g_autoptr(Graph) graph = plan_graph(plan, false);
	g_autofree double *priority = g_new(double, graph->nodes), *durations = plan_durations(plan, 1);
	graph_upward_rank(graph, durations, priority);
	struct front front;
	int64_t begin = clock_cpu_us();
	front_init(&front, graph, priority);
	for (uint32_t node; (node = front_take(&front)) != FRONT_NONE;)
		front_done(&front, node, NULL);
	int64_t used = clock_cpu_us() - begin;
	g_assert(front.left == 0);
	front_finish(&front);
	return (double)used / graph->nodes;
}

static void
insert(struct store *store, struct run_row *row, const struct plan *plan)
{
	GError *error = NULL;
	g_autofree char *text = record_to_json(&plan_record, plan, false);
	row->id = g_uuid_string_random();
	row->plan = store->ops->blob_put(store, text, strlen(text), &error);
	row->created_ms = row->updated_ms = clock_wall_ms();
	if (!row->plan || !store->ops->begin(store, &error) || !store->ops->run_insert(store, row, &error) || !store_commit(store, &error))
		g_error("%s", error->message);
}

static int
compare_waits(const void *a, const void *b)
{
	return *(const int64_t *)a < *(const int64_t *)b ? -1 : *(const int64_t *)a > *(const int64_t *)b;
}

/* Milliseconds from ready to running, the 99th of a hundred. */
static int64_t
read_p99(struct store *store, int64_t key)
{
	struct task_row_list rows = { 0 };
	if (!store->ops->task_list(store, key, &rows, NULL) || !rows.count)
		return -1;
	g_autofree int64_t *waits = g_new(int64_t, rows.count);
	for (size_t i = 0; i < rows.count; i++)
		waits[i] = rows.items[i].started_ms - rows.items[i].ready_ms;
	qsort(waits, rows.count, sizeof *waits, compare_waits);
	int64_t p99 = waits[rows.count * 99 / 100];
	record_list_finish(&task_row_record, &rows);
	return p99;
}

static void
run_durable(const struct plan *plan, const char *place, const struct config *config, double *ret_cpu, double *ret_wall, int64_t *ret_p99)
{
	GError *error = NULL;
	g_autoptr(Store) store = store_open(place, &error);
	struct run_row row = { 0 }, end = { 0 };
	struct engine_options options = { .config = config, .place = place, .slots = SLOTS };
	struct engine *engine = store ? engine_start(&options, &error) : NULL;
	if (!engine)
		g_error("%s", error->message);
	insert(store, &row, plan);
	int64_t cpu = clock_cpu_us(), wall = clock_us();
	if (!engine_drive(engine, row.id, &end, &error) || end.outcome != RUN_IS_ACCEPTED)
		g_error("the run failed: %s", error ? error->message : end.reason);
	*ret_cpu = (double)(clock_cpu_us() - cpu) / (double)plan->tasks.count;
	*ret_wall = (double)(clock_us() - wall) / (double)plan->tasks.count;
	*ret_p99 = read_p99(store, row.key);
	engine_stop(engine);
	record_finish(&run_row_record, &row);
	record_finish(&run_row_record, &end);
}

/* Wall µs of one write of 200 bytes with fdatasync: the floor under every commit. */
static double
measure_disk(const char *place)
{
	enum { ROUNDS = 200 };
	g_autofree char *path = g_build_filename(place, "floor", NULL);
	char bytes[200] = { 0 };
	int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	int64_t begin = clock_us();
	for (int i = 0; i < ROUNDS; i++)
		if (write(file, bytes, sizeof bytes) < 0 || fdatasync(file))
			g_error("the disk cannot be written");
	close(file);
	return (double)(clock_us() - begin) / ROUNDS;
}

static void
measure(unsigned tasks, const char *place, const struct config *config)
{
	for (unsigned shape = 0; shape < SHAPES; shape++) {
		struct plan plan;
		double cpu, wall;
		int64_t p99;
		if (shape == CHAIN && tasks > 10000)
			continue;   /* a commit a task: minutes, and the figure is that of 10 000 */
		make_plan(&plan, tasks, shape);
		double memory = run_in_memory(&plan);
		run_durable(&plan, place, config, &cpu, &wall, &p99);
		printf("%-12s %8u %12.3f %12.2f %12.2f %10" G_GINT64_FORMAT "\n", shape_names[shape], tasks, memory, cpu, wall, p99);
		fflush(stdout);
		record_finish(&plan_record, &plan);
	}
}

int
main(int count, char **words)
{
	GError *error = NULL;
	g_autofree char *place = g_dir_make_tmp("teamwright-bench-XXXXXX", NULL);
	g_autoptr(Config) config = config_load(NULL, &error);
	if (!config)
		g_error("%s", error->message);
	printf("one write of 200 bytes with fdatasync: %.0f µs wall\n", measure_disk(place));
	printf("%-12s %8s %12s %12s %12s %10s\n", "shape", "tasks", "memory µs", "durable µs", "wall µs", "p99 ms");
	if (count < 2) {
		measure(10000, place, config);
		measure(100000, place, config);
	}
	for (int i = 1; i < count; i++)
		measure((unsigned)strtoul(words[i], NULL, 10), place, config);
	return tree_remove(place) ? 0 : 1;
}
