#include "plan/graph.h"

#include "plan/heap.h"

/* Sorts the edges by their start (counting sort). The row of node n then ends at first[n + 1];
 * duplicates are still there. */
static void
fill_rows(struct graph *graph, const struct graph_edge *edges, size_t count)
{
	uint32_t *next = graph->first + 1;   /* where the next successor of each node goes */
	for (size_t i = 0; i < count; i++) {
		g_assert(edges[i].from < graph->nodes && edges[i].to < graph->nodes);
		next[edges[i].from]++;
	}
	for (uint32_t node = 0, sum = 0; node < graph->nodes; node++) {
		uint32_t length = next[node];
		next[node] = sum;
		sum += length;
	}
	for (size_t i = 0; i < count; i++)
		graph->to[next[edges[i].from]++] = edges[i].to;
}

/* Moves the rows together so that each successor stands once, and counts the needs. */
static void
drop_duplicates(struct graph *graph)
{
	g_autofree uint32_t *seen = g_new0(uint32_t, graph->nodes);   /* by the row of node seen - 1 */
	uint32_t read = 0, kept = 0;
	for (uint32_t node = 0; node < graph->nodes; node++) {
		for (uint32_t end = graph->first[node + 1]; read < end; read++) {
			uint32_t to = graph->to[read];
			if (seen[to] == node + 1)
				continue;
			seen[to] = node + 1;
			graph->needs[to]++;
			graph->to[kept++] = to;
		}
		graph->first[node + 1] = kept;
	}
}

struct graph *
graph_create(uint32_t nodes, const struct graph_edge *edges, size_t count)
{
	g_assert(nodes < UINT32_MAX && count < UINT32_MAX);
	struct graph *graph = g_new(struct graph, 1);
	graph->nodes = nodes;
	graph->first = g_new0(uint32_t, (size_t)nodes + 1);
	graph->to = g_new(uint32_t, count);
	graph->needs = g_new0(uint32_t, nodes);
	fill_rows(graph, edges, count);
	drop_duplicates(graph);
	return graph;
}

void
graph_destroy(struct graph *graph)
{
	if (!graph)
		return;
	g_free(graph->first);
	g_free(graph->to);
	g_free(graph->needs);
	g_free(graph);
}

/* Kahn's walk, first freed first: all nodes of a generation before the next. Returns how many
 * nodes it reached; the others, on or behind a cycle, keep a count in `blocked`. */
static uint32_t
walk(const struct graph *graph, uint32_t *order, uint32_t *blocked)
{
	uint32_t count = 0;
	for (uint32_t node = 0; node < graph->nodes; node++)
		if ((blocked[node] = graph->needs[node]) == 0)
			order[count++] = node;
	for (uint32_t done = 0; done < count; done++) {
		uint32_t end = graph->first[order[done] + 1];
		for (uint32_t edge = graph->first[order[done]]; edge < end; edge++)
			if (--blocked[graph->to[edge]] == 0)
				order[count++] = graph->to[edge];
	}
	return count;
}

/* Some topological order, for sums along the edges. */
static uint32_t *
any_order(const struct graph *graph)
{
	g_autofree uint32_t *blocked = g_new(uint32_t, graph->nodes);
	uint32_t *order = g_new(uint32_t, graph->nodes);
	uint32_t count = walk(graph, order, blocked);
	g_assert(count == graph->nodes);
	return order;
}

bool
graph_order(const struct graph *graph, uint32_t *order)
{
	g_autofree heap_entry *free_nodes = heap_create(graph->nodes);
	g_autofree uint32_t *blocked = g_new(uint32_t, graph->nodes);
	uint32_t waiting = 0, count = 0;
	for (uint32_t node = 0; node < graph->nodes; node++)
		if ((blocked[node] = graph->needs[node]) == 0)
			heap_push(free_nodes, &waiting, node);
	while (waiting > 0) {
		uint32_t node = heap_number(heap_pop(free_nodes, &waiting));
		order[count++] = node;
		for (uint32_t edge = graph->first[node]; edge < graph->first[node + 1]; edge++)
			if (--blocked[graph->to[edge]] == 0)
				heap_push(free_nodes, &waiting, graph->to[edge]);
	}
	return count == graph->nodes;
}

/* The nodes of the cycle that `before` leads round backwards, the smallest number first. */
static uint32_t *
unroll(const uint32_t *before, uint32_t node, size_t *ret_length)
{
	size_t length = 1;
	uint32_t smallest = node;
	for (uint32_t other = before[node]; other != node; other = before[other], length++)
		smallest = MIN(smallest, other);
	uint32_t *cycle = g_new(uint32_t, length);
	cycle[0] = smallest;
	for (size_t i = length - 1; i > 0; i--)
		cycle[i] = before[cycle[(i + 1) % length]];
	*ret_length = length;
	return cycle;
}

uint32_t *
graph_cycle(const struct graph *graph, size_t *ret_length)
{
	g_autofree uint32_t *blocked = g_new(uint32_t, graph->nodes), *before = g_new(uint32_t, graph->nodes);
	*ret_length = 0;
	if (walk(graph, before, blocked) == graph->nodes)
		return NULL;
	/* What is left needs something that is left too: whoever goes back from need to need often
	 * enough is on a cycle. */
	uint32_t node = 0;
	for (uint32_t from = 0; from < graph->nodes; from++) {
		if (blocked[from] == 0)
			continue;
		node = from;
		for (uint32_t edge = graph->first[from]; edge < graph->first[from + 1]; edge++)
			before[graph->to[edge]] = from;
	}
	for (uint32_t step = 0; step < graph->nodes; step++)
		node = before[node];
	return unroll(before, node, ret_length);
}

uint32_t
graph_groups(const struct graph *graph, uint32_t *group)
{
	g_autofree uint32_t *order = any_order(graph);
	uint32_t groups = 0;
	for (uint32_t node = 0; node < graph->nodes; node++)
		group[node] = 0;
	for (uint32_t i = 0; i < graph->nodes; i++) {
		uint32_t node = order[i];
		groups = MAX(groups, group[node] + 1);
		for (uint32_t edge = graph->first[node]; edge < graph->first[node + 1]; edge++)
			group[graph->to[edge]] = MAX(group[graph->to[edge]], group[node] + 1);
	}
	return groups;
}

void
graph_upward_rank(const struct graph *graph, const double *duration, double *rank)
{
	g_autofree uint32_t *order = any_order(graph);
	for (uint32_t i = graph->nodes; i-- > 0;) {
		uint32_t node = order[i];
		double rest = 0;
		for (uint32_t edge = graph->first[node]; edge < graph->first[node + 1]; edge++)
			rest = MAX(rest, rank[graph->to[edge]]);
		rank[node] = duration[node] + rest;
	}
}

/* The successor with the longest way to the end, `node` itself where there is none. */
static uint32_t
longest_way(const struct graph *graph, const double *rank, uint32_t node)
{
	uint32_t edge = graph->first[node], end = graph->first[node + 1];
	uint32_t best = edge < end ? graph->to[edge] : node;
	for (; edge < end; edge++)
		if (rank[graph->to[edge]] > rank[best])
			best = graph->to[edge];
	return best;
}

double
graph_critical_path(const struct graph *graph, const double *duration, uint32_t *path, size_t *ret_count)
{
	g_autofree double *rank = g_new(double, graph->nodes);
	graph_upward_rank(graph, duration, rank);
	uint32_t node = 0;
	for (uint32_t other = 1; other < graph->nodes; other++)
		if (rank[other] > rank[node])
			node = other;
	double length = graph->nodes > 0 ? rank[node] : 0;
	size_t count = 0;
	for (uint32_t last = UINT32_MAX; graph->nodes > 0 && node != last; node = longest_way(graph, rank, node)) {
		if (path)
			path[count] = node;
		count++;
		last = node;
	}
	if (ret_count)
		*ret_count = count;
	return length;
}

void
graph_reach(const struct graph *graph, uint32_t start, uint8_t *reached)
{
	g_autofree uint32_t *queue = g_new(uint32_t, graph->nodes);
	uint32_t count = 0;
	if (!reached[start])
		queue[count++] = start;
	reached[start] = 1;
	for (uint32_t done = 0; done < count; done++) {
		uint32_t end = graph->first[queue[done] + 1];
		for (uint32_t edge = graph->first[queue[done]]; edge < end; edge++) {
			uint32_t to = graph->to[edge];
			if (!reached[to])
				queue[count++] = to;
			reached[to] = 1;
		}
	}
}
