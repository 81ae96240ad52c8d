#include "plan/front.h"

#include <stdlib.h>

#include "plan_graphs.h"

enum { BLOCKED, READY, TAKEN, DONE };

/* Takes all of a graph, one at a time, and writes down the order. */
static char *
drain(uint32_t nodes, const char *edges, const double *priority)
{
	g_autoptr(Graph) graph = graph_from_text(nodes, edges);
	uint32_t order[MATRIX_MAX], count = 0;
	struct front front;
	front_init(&front, graph, priority);
	for (uint32_t node; (node = front_take(&front)) != FRONT_NONE; front_done(&front, node, NULL))
		order[count++] = node;
	g_assert_cmpuint(front.left, ==, nodes - count);
	front_finish(&front);
	return numbers_text(order, count);
}

static const struct drain_case {
	const char *name, *edges, *order;
	uint32_t nodes;
	double priority[6];
} drain_cases[] = {
	{ "empty", "", "", 0, { 0 } },
	{ "one node", "", "0", 1, { 0 } },
	{ "chain against its priorities", "0>1 1>2", "0 1 2", 3, { 1, 2, 3 } },
	{ "diamond", "0>1 0>2 1>3 2>3", "0 2 1 3", 4, { 0, 1, 2, 9 } },
	{ "equal ones by number", "", "0 1 2 3 4 5", 6, { 7, 7, 7, 7, 7, 7 } },
	{ "highest first", "", "3 1 5 0 4 2", 6, { 0.5, 2, -3, 1e300, -2.5, 1 } },
	{ "both zeros are one priority", "", "0 1 2 3 4 5", 6, { -0.0, 0.0, -0.0, 0.0, 0.0, -0.0 } },
	{ "what is freed overtakes", "1>3", "1 3 0 2", 4, { 1, 2, 0, 5 } },
	{ "behind a cycle nothing moves", "0>1 1>2 2>1 2>3", "0 4", 5, { 0 } },
	{ "self loop", "0>0", "1", 2, { 0 } },
};

static void
test_order(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(drain_cases); i++) {
		g_autofree char *order = drain(drain_cases[i].nodes, drain_cases[i].edges, drain_cases[i].priority);
		g_test_message("%s", drain_cases[i].name);
		g_assert_cmpstr(order, ==, drain_cases[i].order);
	}
}

static void
test_return(void)
{
	g_autoptr(Graph) graph = graph_from_text(4, "0>2 1>2 1>3");
	const double priority[] = { 2, 1, 0, 0 };
	uint32_t freed[4];
	struct front front;
	front_init(&front, graph, priority);
	g_assert_cmpuint(front.ready, ==, 2);
	g_assert_cmpuint(front_take(&front), ==, 0);
	g_assert_cmpuint(front_take(&front), ==, 1);
	g_assert_cmpuint(front_take(&front), ==, FRONT_NONE);
	front_return(&front, 1);
	front_return(&front, 0);
	g_assert_cmpuint(front.left, ==, 4);
	g_assert_cmpuint(front_take(&front), ==, 0);
	g_assert_cmpuint(front_done(&front, 0, freed), ==, 0);
	g_assert_cmpuint(front_take(&front), ==, 1);
	g_assert_cmpuint(front_done(&front, 1, freed), ==, 2);
	g_assert_cmpuint(freed[0] + freed[1], ==, 5);
	g_assert_cmpuint(front.ready, ==, 2);
	g_assert_cmpuint(front.left, ==, 2);
	front_finish(&front);
	g_assert_null(front.heap);
}

/* The oracle: a state for each node, and looking at all of them each time. */
struct oracle {
	const struct matrix *matrix;
	const double *priority;
	int state[MATRIX_MAX];
};

static uint32_t
oracle_release(struct oracle *oracle, uint32_t *freed)
{
	uint32_t count = 0;
	for (uint32_t node = 0; node < oracle->matrix->nodes; node++) {
		bool open = oracle->state[node] == BLOCKED;
		for (uint32_t need = 0; need < oracle->matrix->nodes; need++)
			open = open && (!oracle->matrix->edge[need][node] || oracle->state[need] == DONE);
		if (!open)
			continue;
		oracle->state[node] = READY;
		freed[count++] = node;
	}
	return count;
}

static uint32_t
oracle_first(const struct oracle *oracle)
{
	uint32_t first = FRONT_NONE;
	for (uint32_t node = 0; node < oracle->matrix->nodes; node++)
		if (oracle->state[node] == READY && (first == FRONT_NONE || oracle->priority[node] > oracle->priority[first]))
			first = node;
	return first;
}

/* A random node in a state, FRONT_NONE if there is none. */
static uint32_t
oracle_pick(const struct oracle *oracle, GRand *random, int state)
{
	uint32_t found[MATRIX_MAX], count = 0;
	for (uint32_t node = 0; node < oracle->matrix->nodes; node++)
		if (oracle->state[node] == state)
			found[count++] = node;
	return count ? found[g_rand_int_range(random, 0, (gint32)count)] : FRONT_NONE;
}

static int
by_number(const void *a, const void *b)
{
	return (*(const uint32_t *)a > *(const uint32_t *)b) - (*(const uint32_t *)a < *(const uint32_t *)b);
}

static void
step_done(struct front *front, struct oracle *oracle, uint32_t node)
{
	uint32_t freed[MATRIX_MAX], expected[MATRIX_MAX];
	oracle->state[node] = DONE;
	uint32_t count = front_done(front, node, freed), expected_count = oracle_release(oracle, expected);
	qsort(freed, count, sizeof *freed, by_number);
	g_autofree char *text = numbers_text(freed, count), *expected_text = numbers_text(expected, expected_count);
	g_assert_cmpstr(text, ==, expected_text);
}

/* Starts anew where the oracle has any nodes done, whether their needs are or not. */
static void
resume(struct front *front, const struct graph *graph, struct oracle *oracle, GRand *random)
{
	uint8_t done[MATRIX_MAX];
	uint32_t freed[MATRIX_MAX], left = graph->nodes;
	double share = g_rand_double(random);
	for (uint32_t node = 0; node < graph->nodes; node++) {
		done[node] = g_rand_double(random) < share ? (uint8_t)g_rand_int_range(random, 1, 256) : 0;
		oracle->state[node] = done[node] ? DONE : BLOCKED;
		left -= done[node] != 0;
	}
	front_resume(front, graph, oracle->priority, done);
	g_assert_cmpuint(front->ready, ==, oracle_release(oracle, freed));
	g_assert_cmpuint(front->left, ==, left);
}

/* One of: take the first, put one back, finish one. */
static void
step(struct front *front, struct oracle *oracle, GRand *random)
{
	int action = g_rand_int_range(random, 0, 8);
	uint32_t taken = oracle_pick(oracle, random, TAKEN);
	if (action < 4 || taken == FRONT_NONE) {
		uint32_t node = front_take(front);
		g_assert_cmpuint(node, ==, oracle_first(oracle));
		if (node != FRONT_NONE)
			oracle->state[node] = TAKEN;
	} else if (action == 4) {
		front_return(front, taken);
		oracle->state[taken] = READY;
	} else {
		step_done(front, oracle, taken);
	}
}

static void
test_random(void)
{
	static const double few[] = { -1, -0.0, 0.0, 1 };
	g_autoptr(GRand) random = g_rand_new_with_seed(3);
	for (int round = 0; round < 4000; round++) {
		struct matrix matrix;
		double priority[MATRIX_MAX];
		uint32_t freed[MATRIX_MAX];
		uint32_t nodes = (uint32_t)g_rand_int_range(random, 0, MATRIX_MAX + 1);
		matrix_fill(&matrix, random, nodes, g_rand_double(random) / 2, true);
		g_autoptr(Graph) graph = graph_from_matrix(&matrix, random);
		for (uint32_t i = 0; i < matrix.nodes; i++)
			priority[i] = round % 2 ? few[g_rand_int_range(random, 0, 4)] : g_rand_double_range(random, -1e9, 1e9);
		struct oracle oracle = { .matrix = &matrix, .priority = priority };
		struct front front;
		if (g_rand_boolean(random)) {
			resume(&front, graph, &oracle, random);
		} else {
			front_init(&front, graph, priority);
			g_assert_cmpuint(front.ready, ==, oracle_release(&oracle, freed));
		}
		unsigned steps = 0;
		for (; front.left > 0 && steps < 100 * MATRIX_MAX; steps++)
			step(&front, &oracle, random);
		g_assert_cmpuint(front.left, ==, 0);
		front_finish(&front);
	}
}

/* A heap with many levels: the order is that of a sort. */
static void
test_large(void)
{
	enum { NODES = 20000 };
	g_autoptr(GRand) random = g_rand_new_with_seed(4);
	g_autofree double *priority = g_new(double, NODES);
	g_autoptr(Graph) graph = graph_create(NODES, NULL, 0);
	struct front front;
	for (uint32_t i = 0; i < NODES; i++)
		priority[i] = g_rand_int_range(random, 0, NODES / 4);
	front_init(&front, graph, priority);
	uint32_t last = front_take(&front);
	for (uint32_t i = 1; i < NODES; i++) {
		uint32_t node = front_take(&front);
		g_assert_cmpuint(node, !=, FRONT_NONE);
		g_assert_true(priority[last] > priority[node] || (priority[last] == priority[node] && last < node));
		last = node;
	}
	g_assert_cmpuint(front_take(&front), ==, FRONT_NONE);
	front_finish(&front);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/front/order", test_order);
	g_test_add_func("/front/return", test_return);
	g_test_add_func("/front/random", test_random);
	g_test_add_func("/front/large", test_large);
	return g_test_run();
}
