#include "plan/front.h"

static void
make_ready(struct front *front, uint32_t node)
{
	heap_push(front->heap, &front->ready, heap_entry_of(-front->priority[node], node));
}

void
front_init(struct front *front, const struct graph *graph, const double *priority)
{
	front_resume(front, graph, priority, NULL);
}

void
front_resume(struct front *front, const struct graph *graph, const double *priority, const uint8_t *done)
{
	*front = (struct front){ .graph = graph, .priority = priority, .left = graph->nodes };
	front->blocked = g_memdup2(graph->needs, graph->nodes * sizeof *graph->needs);
	front->heap = heap_create(graph->nodes);
	for (uint32_t node = 0; done && node < graph->nodes; node++) {
		front->left -= done[node] != 0;
		for (uint32_t edge = graph->first[node]; done[node] && edge < graph->first[node + 1]; edge++)
			front->blocked[graph->to[edge]]--;
	}
	for (uint32_t node = 0; node < graph->nodes; node++) {
		if (done && done[node])
			front->blocked[node] = UINT32_MAX;
		else if (front->blocked[node] == 0)
			make_ready(front, node);
	}
}

void
front_finish(struct front *front)
{
	g_free(front->blocked);
	g_free(front->heap);
	*front = (struct front){ 0 };
}

uint32_t
front_take(struct front *front)
{
	return front->ready > 0 ? heap_number(heap_pop(front->heap, &front->ready)) : FRONT_NONE;
}

void
front_return(struct front *front, uint32_t node)
{
	g_assert(front->ready < front->left);
	make_ready(front, node);
}

uint32_t
front_done(struct front *front, uint32_t node, uint32_t *freed)
{
	const struct graph *graph = front->graph;
	uint32_t count = 0;
	g_assert(front->left > 0);
	front->left--;
	for (uint32_t edge = graph->first[node], end = graph->first[node + 1]; edge < end; edge++) {
		uint32_t next = graph->to[edge];
		if (--front->blocked[next] > 0)
			continue;
		make_ready(front, next);
		if (freed)
			freed[count] = next;
		count++;
	}
	return count;
}
