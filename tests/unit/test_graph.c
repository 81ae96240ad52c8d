#include "plan/graph.h"

#include <math.h>

#include "plan_graphs.h"

#define NODES_LARGE 300000u

/* Durations of the table are 1, 2, 3 … by node number. */
static const struct shape {
	const char *name, *edges, *order, *groups, *path, *cycle;
	uint32_t nodes;
	double length;
} shapes[] = {
	{ "empty", "", "", "", "", NULL, 0, 0 },
	{ "one node", "", "0", "0", "0", NULL, 1, 1 },
	{ "chain", "0>1 1>2 2>3", "0 1 2 3", "0 1 2 3", "0 1 2 3", NULL, 4, 10 },
	{ "chain backwards", "3>2 2>1 1>0", "3 2 1 0", "3 2 1 0", "3 2 1 0", NULL, 4, 10 },
	{ "diamond", "0>1 0>2 1>3 2>3", "0 1 2 3", "0 1 1 2", "0 2 3", NULL, 4, 8 },
	{ "unbalanced diamond", "0>1 0>2 2>3 1>4 3>4", "0 1 2 3 4", "0 1 1 2 3", "0 2 3 4", NULL, 5, 13 },
	{ "layered", "0>2 0>3 1>2 1>3 2>4 3>4 2>5 3>5", "0 1 2 3 4 5", "0 0 1 1 2 2", "1 3 5", NULL, 6, 12 },
	{ "independent", "", "0 1 2 3", "0 0 0 0", "3", NULL, 4, 4 },
	{ "smallest free number first", "3>0 4>1", "2 3 0 4 1", "1 1 0 0 0", "4 1", NULL, 5, 7 },
	{ "duplicates", "0>1 1>2 0>1 0>1 1>2", "0 1 2", "0 1 2", "0 1 2", NULL, 3, 6 },
	{ "short cut", "0>2 0>1 1>2", "0 1 2", "0 1 2", "0 1 2", NULL, 3, 6 },
	{ "two parts", "0>1 2>3", "0 1 2 3", "0 1 0 1", "2 3", NULL, 4, 7 },
	{ "self loop", "1>1", NULL, NULL, NULL, "1", 3, 0 },
	{ "two nodes in a circle", "1>2 2>1", NULL, NULL, NULL, "1 2", 3, 0 },
	{ "cycle with a way in and a way out", "0>1 1>2 2>3 3>1 3>4 4>5", NULL, NULL, NULL, "1 2 3", 6, 0 },
	{ "everything behind the cycle", "3>2 2>1 1>3 1>0", NULL, NULL, NULL, "1 3 2", 4, 0 },
};

static void
check_numbers(const char *what, const char *expected, const uint32_t *numbers, size_t count)
{
	g_autofree char *text = numbers_text(numbers, count);
	g_test_message("%s", what);
	g_assert_cmpstr(text, ==, expected);
}

static void
check_acyclic(const struct shape *shape, const struct graph *graph, uint32_t *numbers)
{
	double durations[MATRIX_MAX];
	size_t count;
	for (uint32_t i = 0; i < shape->nodes; i++)
		durations[i] = i + 1;
	g_assert_true(graph_order(graph, numbers));
	check_numbers(shape->name, shape->order, numbers, shape->nodes);
	graph_groups(graph, numbers);
	check_numbers(shape->name, shape->groups, numbers, shape->nodes);
	g_assert_cmpfloat(graph_critical_path(graph, durations, numbers, &count), ==, shape->length);
	check_numbers(shape->name, shape->path, numbers, count);
	g_assert_cmpfloat(graph_critical_path(graph, durations, NULL, NULL), ==, shape->length);
}

static void
test_shapes(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
		const struct shape *shape = &shapes[i];
		g_autoptr(Graph) graph = graph_from_text(shape->nodes, shape->edges);
		uint32_t numbers[MATRIX_MAX];
		size_t length;
		g_autofree uint32_t *cycle = graph_cycle(graph, &length);
		g_assert_true(!cycle == !shape->cycle);
		if (cycle) {
			check_numbers(shape->name, shape->cycle, cycle, length);
			g_assert_false(graph_order(graph, numbers));
			continue;
		}
		g_assert_cmpuint(length, ==, 0);
		check_acyclic(shape, graph, numbers);
	}
	graph_destroy(NULL);
}

static void
test_two_cycles(void)
{
	g_autoptr(Graph) graph = graph_from_text(7, "0>1 1>2 2>0 3>4 4>3 2>4 4>5 6>0");
	size_t length;
	g_autofree uint32_t *cycle = graph_cycle(graph, &length);
	g_autofree char *text = numbers_text(cycle, length);
	g_test_message("%s", text);
	g_assert_true(g_str_equal(text, "0 1 2") || g_str_equal(text, "3 4"));
}

/* Rows and needs against the matrix: each edge once. */
static void
check_rows(const struct graph *graph, const struct matrix *matrix)
{
	uint32_t edges = 0;
	for (uint32_t from = 0; from < matrix->nodes; from++) {
		uint32_t needs = 0, successors = 0;
		for (uint32_t other = 0; other < matrix->nodes; other++) {
			needs += matrix->edge[other][from];
			successors += matrix->edge[from][other];
		}
		g_assert_cmpuint(graph->needs[from], ==, needs);
		g_assert_cmpuint(graph->first[from + 1] - graph->first[from], ==, successors);
		for (uint32_t edge = graph->first[from]; edge < graph->first[from + 1]; edge++, edges++)
			g_assert_true(matrix->edge[from][graph->to[edge]]);
	}
	g_assert_cmpuint(graph->first[matrix->nodes], ==, edges);
}

/* Floyd and Warshall: the longest sum of durations from the start of i to the start of j, minus
 * infinity where there is no way. On a graph with cycles only finite or not means something. */
static void
longest_ways(const struct matrix *matrix, const double *duration, double way[MATRIX_MAX][MATRIX_MAX])
{
	for (uint32_t i = 0; i < matrix->nodes; i++)
		for (uint32_t j = 0; j < matrix->nodes; j++)
			way[i][j] = matrix->edge[i][j] ? duration[i] : -INFINITY;
	for (uint32_t k = 0; k < matrix->nodes; k++)
		for (uint32_t i = 0; i < matrix->nodes; i++)
			for (uint32_t j = 0; j < matrix->nodes; j++)
				way[i][j] = fmax(way[i][j], way[i][k] + way[k][j]);
}

static void
check_reach(const struct graph *graph, double way[MATRIX_MAX][MATRIX_MAX])
{
	uint8_t both[MATRIX_MAX] = { 0 };
	for (uint32_t start = 0; start < graph->nodes; start++) {
		uint8_t reached[MATRIX_MAX] = { 0 };
		graph_reach(graph, start, reached);
		for (uint32_t i = 0; i < graph->nodes; i++)
			g_assert_cmpuint(reached[i], ==, i == start || isfinite(way[start][i]));
	}
	if (graph->nodes < 2)
		return;
	graph_reach(graph, 0, both);
	graph_reach(graph, 1, both);
	for (uint32_t i = 0; i < graph->nodes; i++)
		g_assert_cmpuint(both[i], ==, i < 2 || isfinite(way[0][i]) || isfinite(way[1][i]));
}

/* Each time the smallest number whose predecessors all stand in the order already. */
static void
check_order(const struct graph *graph, const struct matrix *matrix)
{
	uint32_t order[MATRIX_MAX];
	bool placed[MATRIX_MAX] = { false };
	g_assert_true(graph_order(graph, order));
	for (uint32_t position = 0; position < matrix->nodes; position++) {
		uint32_t smallest = 0;
		for (bool ready = false; !ready; smallest += !ready) {
			ready = !placed[smallest];
			for (uint32_t i = 0; i < matrix->nodes; i++)
				ready = ready && (placed[i] || !matrix->edge[i][smallest]);
		}
		g_assert_cmpuint(order[position], ==, smallest);
		placed[smallest] = true;
	}
}

static void
check_lengths(const struct graph *graph, const struct matrix *matrix, const double *duration)
{
	double way[MATRIX_MAX][MATRIX_MAX], steps[MATRIX_MAX][MATRIX_MAX], ones[MATRIX_MAX], rank[MATRIX_MAX], longest = 0;
	uint32_t group[MATRIX_MAX], path[MATRIX_MAX], groups = graph_groups(graph, group), expected_groups = 0;
	size_t count;
	for (uint32_t i = 0; i < matrix->nodes; i++)
		ones[i] = 1;
	longest_ways(matrix, duration, way);
	longest_ways(matrix, ones, steps);
	graph_upward_rank(graph, duration, rank);
	for (uint32_t i = 0; i < matrix->nodes; i++) {
		double expected_rank = duration[i], expected_group = 0;
		for (uint32_t j = 0; j < matrix->nodes; j++) {
			expected_rank = fmax(expected_rank, way[i][j] + duration[j]);
			expected_group = fmax(expected_group, steps[j][i]);
		}
		g_assert_cmpfloat(rank[i], ==, expected_rank);
		g_assert_cmpuint(group[i], ==, (uint32_t)expected_group);
		longest = fmax(longest, expected_rank);
		expected_groups = MAX(expected_groups, (uint32_t)expected_group + 1);
	}
	g_assert_cmpuint(groups, ==, expected_groups);
	g_assert_cmpfloat(graph_critical_path(graph, duration, path, &count), ==, longest);
	double sum = 0;
	for (size_t i = 0; i < count; i++) {
		sum += duration[path[i]];
		g_assert_true(i == 0 || matrix->edge[path[i - 1]][path[i]]);
	}
	g_assert_cmpfloat(sum, ==, longest);
	check_reach(graph, way);
}

/* Whole durations keep sums exact; zeros are among them. */
static void
test_random_acyclic(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(1);
	for (int round = 0; round < 3000; round++) {
		struct matrix matrix;
		double duration[MATRIX_MAX];
		matrix_fill(&matrix, random, (uint32_t)g_rand_int_range(random, 0, MATRIX_MAX + 1), g_rand_double(random), true);
		g_autoptr(Graph) graph = graph_from_matrix(&matrix, random);
		size_t length;
		for (uint32_t i = 0; i < matrix.nodes; i++)
			duration[i] = g_rand_int_range(random, 0, 10);
		g_assert_null(graph_cycle(graph, &length));
		check_rows(graph, &matrix);
		check_order(graph, &matrix);
		check_lengths(graph, &matrix, duration);
	}
}

static void
check_cycle(const struct matrix *matrix, const uint32_t *cycle, size_t length)
{
	bool seen[MATRIX_MAX] = { false };
	for (size_t i = 0; i < length; i++) {
		g_assert_false(seen[cycle[i]]);
		seen[cycle[i]] = true;
		g_assert_cmpuint(cycle[i], >=, cycle[0]);
		g_assert_true(matrix->edge[cycle[i]][cycle[(i + 1) % length]]);
	}
}

static void
test_random_cyclic(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(2);
	unsigned cyclic = 0;
	for (int round = 0; round < 3000; round++) {
		struct matrix matrix;
		double ones[MATRIX_MAX], way[MATRIX_MAX][MATRIX_MAX];
		uint32_t order[MATRIX_MAX];
		bool expected = false;
		matrix_fill(&matrix, random, (uint32_t)g_rand_int_range(random, 1, MATRIX_MAX), g_rand_double(random) / 8, false);
		g_autoptr(Graph) graph = graph_from_matrix(&matrix, random);
		size_t length;
		g_autofree uint32_t *cycle = graph_cycle(graph, &length);
		for (uint32_t i = 0; i < matrix.nodes; i++)
			ones[i] = 1;
		longest_ways(&matrix, ones, way);
		for (uint32_t i = 0; i < matrix.nodes; i++)
			expected |= way[i][i] > 0;
		cyclic += expected;
		g_assert_true((cycle != NULL) == expected);
		g_assert_true(graph_order(graph, order) == !expected);
		check_cycle(&matrix, cycle, length);
		check_rows(graph, &matrix);
		check_reach(graph, way);
	}
	g_assert_cmpuint(cyclic, >, 500);
	g_assert_cmpuint(cyclic, <, 2500);
}

/* Long chains end the stack of whoever recurses. */
static void
test_large_chain(void)
{
	g_autofree struct graph_edge *edges = g_new(struct graph_edge, NODES_LARGE);
	g_autofree double *duration = g_new(double, NODES_LARGE);
	g_autofree uint32_t *numbers = g_new(uint32_t, NODES_LARGE);
	g_autofree uint8_t *reached = g_new0(uint8_t, NODES_LARGE);
	size_t count;
	for (uint32_t i = 0; i < NODES_LARGE; i++) {
		edges[i] = (struct graph_edge){ i, (i + 1) % NODES_LARGE };
		duration[i] = 1;
	}
	g_autoptr(Graph) ring = graph_create(NODES_LARGE, edges, NODES_LARGE);
	g_autoptr(Graph) chain = graph_create(NODES_LARGE, edges, NODES_LARGE - 1);
	g_autofree uint32_t *cycle = graph_cycle(ring, &count);
	g_assert_cmpuint(count, ==, NODES_LARGE);
	for (uint32_t i = 0; i < NODES_LARGE; i++)
		g_assert_true(cycle[i] == i);
	g_assert_false(graph_order(ring, numbers));
	g_assert_true(graph_order(chain, numbers));
	g_assert_cmpuint(graph_groups(chain, numbers), ==, NODES_LARGE);
	g_assert_cmpfloat(graph_critical_path(chain, duration, numbers, &count), ==, NODES_LARGE);
	g_assert_cmpuint(count, ==, NODES_LARGE);
	graph_reach(chain, NODES_LARGE / 2, reached);
	g_assert_cmpuint(reached[NODES_LARGE / 2 - 1], ==, 0);
	g_assert_cmpuint(reached[NODES_LARGE - 1], ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/graph/shapes", test_shapes);
	g_test_add_func("/graph/two-cycles", test_two_cycles);
	g_test_add_func("/graph/random-acyclic", test_random_acyclic);
	g_test_add_func("/graph/random-cyclic", test_random_cyclic);
	g_test_add_func("/graph/large-chain", test_large_chain);
	return g_test_run();
}
