/* What a task costs in the graph and in the front: CPU nanoseconds a node, beside a bare loop that
 * does the same (Kahn over compressed rows, no duplicates, no priorities).
 *
 *	build/rel/bench/graph
 *
 * layered: width 100, two parents; chain: one after the other; independent: no edges. A task is a
 * call that does nothing. `order` is the front with equal priorities, `rank` with upward ranks of
 * random durations. Medians of interleaved rounds; allocation and initialisation are included. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "plan/front.h"

#define ROUNDS 9
#define NODES_A_ROUND 1000000u
#define WIDTH 100u

enum shape { LAYERED, CHAIN, INDEPENDENT, SHAPES };
static const char *const shape_names[] = { "layered", "chain", "independent" };

enum column { BUILD_FLOOR, BUILD, RUN_FLOOR, RUN_ORDER, RUN_RANK, COLUMNS };

struct bench {
	uint32_t nodes;
	size_t count;
	struct graph_edge *edges;
	struct graph *graph;
	double *equal, *rank;
};

static volatile uint32_t last_task;

static void __attribute__((noinline))
task(uint32_t node)
{
	last_task = node;
}

static void
check(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "graph: %s\n", what);
	exit(1);
}

static void
bench_init(struct bench *bench, enum shape shape, uint32_t nodes)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(1);
	g_autofree double *duration = g_new(double, nodes);
	*bench = (struct bench){ .nodes = nodes, .edges = g_new(struct graph_edge, (size_t)nodes * 2) };
	for (uint32_t i = 0; i < nodes; i++) {
		uint32_t above = i / WIDTH * WIDTH - WIDTH;
		duration[i] = g_rand_double_range(random, 1, 100);
		if (shape == CHAIN && i > 0)
			bench->edges[bench->count++] = (struct graph_edge){ i - 1, i };
		if (shape != LAYERED || i < WIDTH)
			continue;
		bench->edges[bench->count++] = (struct graph_edge){ above + i * 7 % WIDTH, i };
		bench->edges[bench->count++] = (struct graph_edge){ above + (i * 13 + 5) % WIDTH, i };
	}
	bench->graph = graph_create(nodes, bench->edges, bench->count);
	bench->equal = g_new0(double, nodes);
	bench->rank = g_new(double, nodes);
	graph_upward_rank(bench->graph, duration, bench->rank);
}

static void
bench_finish(struct bench *bench)
{
	g_free(bench->edges);
	graph_destroy(bench->graph);
	g_free(bench->equal);
	g_free(bench->rank);
}

static void
build_floor(const struct bench *bench)
{
	g_autofree uint32_t *first = g_new0(uint32_t, bench->nodes + 1), *to = g_new(uint32_t, bench->count);
	g_autofree uint32_t *needs = g_new0(uint32_t, bench->nodes);
	for (size_t i = 0; i < bench->count; i++)
		first[bench->edges[i].from]++;
	for (uint32_t i = 0, sum = 0; i <= bench->nodes; i++)
		first[i] = sum += first[i];
	for (size_t i = 0; i < bench->count; i++) {
		to[--first[bench->edges[i].from]] = bench->edges[i].to;
		needs[bench->edges[i].to]++;
	}
	check(first[bench->nodes] == bench->count, "the bare build lost edges");
}

static void
build(const struct bench *bench)
{
	g_autoptr(Graph) graph = graph_create(bench->nodes, bench->edges, bench->count);
	check(graph->first[bench->nodes] <= bench->count, "the build made edges up");
}

static void
run_floor(const struct bench *bench)
{
	const struct graph *graph = bench->graph;
	g_autofree uint32_t *blocked = g_new(uint32_t, bench->nodes), *queue = g_new(uint32_t, bench->nodes);
	uint32_t count = 0, done = 0;
	memcpy(blocked, graph->needs, bench->nodes * sizeof *blocked);
	for (uint32_t i = 0; i < bench->nodes; i++)
		if (blocked[i] == 0)
			queue[count++] = i;
	for (; done < count; done++) {
		uint32_t node = queue[done];
		task(node);
		for (uint32_t edge = graph->first[node]; edge < graph->first[node + 1]; edge++)
			if (--blocked[graph->to[edge]] == 0)
				queue[count++] = graph->to[edge];
	}
	check(done == bench->nodes, "the bare loop did not reach all tasks");
}

static void
run_front(const struct bench *bench, const double *priority)
{
	struct front front;
	front_init(&front, bench->graph, priority);
	for (uint32_t node; (node = front_take(&front)) != FRONT_NONE;) {
		task(node);
		front_done(&front, node, NULL);
	}
	check(front.left == 0, "the front did not reach all tasks");
	front_finish(&front);
}

static void
run_order(const struct bench *bench)
{
	run_front(bench, bench->equal);
}

static void
run_rank(const struct bench *bench)
{
	run_front(bench, bench->rank);
}

static int
by_value(const void *a, const void *b)
{
	return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static double
measure(const struct bench *bench, void (*work)(const struct bench *))
{
	int64_t start = clock_cpu_us();
	for (uint32_t nodes = 0; nodes < NODES_A_ROUND; nodes += bench->nodes)
		work(bench);
	return (double)(clock_cpu_us() - start) * 1000 / NODES_A_ROUND;
}

static void
report(enum shape shape, uint32_t nodes)
{
	static void (*const works[])(const struct bench *) = { build_floor, build, run_floor, run_order, run_rank };
	double ns[COLUMNS][ROUNDS];
	struct bench bench;
	bench_init(&bench, shape, nodes);
	for (int round = 0; round < ROUNDS; round++)
		for (int column = 0; column < COLUMNS; column++)
			ns[column][round] = measure(&bench, works[column]);
	for (int column = 0; column < COLUMNS; column++)
		qsort(ns[column], ROUNDS, sizeof(double), by_value);
	double median[COLUMNS];
	for (int column = 0; column < COLUMNS; column++)
		median[column] = ns[column][ROUNDS / 2];
	printf("%-12s %7u | %6.1f %6.1f %6.2f | %6.1f %6.1f %6.2f %6.1f %6.2f\n", shape_names[shape], nodes, median[BUILD_FLOOR],
	       median[BUILD], median[BUILD] / median[BUILD_FLOOR], median[RUN_FLOOR], median[RUN_ORDER],
	       median[RUN_ORDER] / median[RUN_FLOOR], median[RUN_RANK], median[RUN_RANK] / median[RUN_FLOOR]);
	bench_finish(&bench);
}

int
main(void)
{
	printf("CPU ns a node             build                 take and done\n");
	printf("shape          nodes |  floor   ours  ratio |  floor  order  ratio   rank  ratio\n");
	for (uint32_t nodes = 10000; nodes <= 100000; nodes *= 10)
		for (unsigned shape = 0; shape < SHAPES; shape++)
			report(shape, nodes);
	return 0;
}
