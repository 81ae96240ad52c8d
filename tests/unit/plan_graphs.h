/* Graphs for the tests of the plan room: from text, and random ones as an adjacency matrix, which
 * the oracles use instead of the rows under test. */
#ifndef TESTS_PLAN_GRAPHS_H
#define TESTS_PLAN_GRAPHS_H

#include "plan/graph.h"

#define MATRIX_MAX 24

struct matrix {
	uint32_t nodes;
	bool edge[MATRIX_MAX][MATRIX_MAX];
};

static inline void
add_edge(GArray *edges, uint32_t from, uint32_t to)
{
	struct graph_edge edge = { from, to };
	g_array_append_val(edges, edge);
}

/* "0>1 1>2" */
static inline struct graph *
graph_from_text(uint32_t nodes, const char *text)
{
	g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(struct graph_edge));
	g_auto(GStrv) words = g_strsplit_set(text, " ", -1);
	for (char **word = words; *word; word++) {
		char *end;
		if (!**word)
			continue;
		uint64_t from = g_ascii_strtoull(*word, &end, 10);
		g_assert_cmpint(*end, ==, '>');
		add_edge(edges, (uint32_t)from, (uint32_t)g_ascii_strtoull(end + 1, NULL, 10));
	}
	return graph_create(nodes, (const struct graph_edge *)(void *)edges->data, edges->len);
}

/* Edges with the given probability. Acyclic ones follow a random renaming of the nodes, so that
 * numbers say nothing about the order. */
static inline void
matrix_fill(struct matrix *matrix, GRand *random, uint32_t nodes, double density, bool acyclic)
{
	uint32_t name[MATRIX_MAX];
	g_assert_cmpuint(nodes, <=, MATRIX_MAX);
	*matrix = (struct matrix){ .nodes = nodes };
	for (uint32_t i = 0; i < nodes; i++) {
		uint32_t other = (uint32_t)g_rand_int_range(random, 0, (gint32)i + 1);
		name[i] = name[other];
		name[other] = i;
	}
	for (uint32_t i = 0; i < nodes; i++)
		for (uint32_t j = acyclic ? i + 1 : 0; j < nodes; j++)
			matrix->edge[name[i]][name[j]] = g_rand_double(random) < density;
}

/* The edges in random order, some of them several times. */
static inline struct graph *
graph_from_matrix(const struct matrix *matrix, GRand *random)
{
	g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(struct graph_edge));
	for (uint32_t i = 0; i < matrix->nodes; i++)
		for (uint32_t j = 0; j < matrix->nodes; j++)
			for (int n = matrix->edge[i][j] ? g_rand_int_range(random, 1, 4) / 2 + 1 : 0; n > 0; n--)
				add_edge(edges, i, j);
	for (guint i = edges->len; i > 1; i--) {
		struct graph_edge *a = &g_array_index(edges, struct graph_edge, i - 1);
		struct graph_edge *b = &g_array_index(edges, struct graph_edge, g_rand_int_range(random, 0, (gint32)i));
		struct graph_edge kept = *a;
		*a = *b;
		*b = kept;
	}
	return graph_create(matrix->nodes, (const struct graph_edge *)(void *)edges->data, edges->len);
}

/* Numbers in a row, for messages that show both sides. */
static inline char *
numbers_text(const uint32_t *numbers, size_t count)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < count; i++)
		g_string_append_printf(text, i ? " %u" : "%u", numbers[i]);
	return g_string_free(text, FALSE);
}

#endif
