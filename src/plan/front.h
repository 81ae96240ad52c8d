/* The front of a running graph: which nodes wait, which are ready, in which order they go. The
 * engine's scheduler and the simulation are this one piece of code. */
#ifndef PLAN_FRONT_H
#define PLAN_FRONT_H

#include "plan/graph.h"
#include "plan/heap.h"

#define FRONT_NONE UINT32_MAX

struct front {
	const struct graph *graph;
	const double *priority;   /* the highest goes first; equal ones by number */
	uint32_t *blocked;        /* unfinished needs of each node; meaningless when it was resumed as done */
	heap_entry *heap;         /* ready nodes */
	uint32_t ready;           /* nodes in the heap */
	uint32_t left;            /* nodes that are not done */
};

/* All nodes without needs are ready. Graph and priorities must outlive the front. Nodes on or
 * behind a cycle never become ready: `left` stays above zero with nothing taken and nothing ready. */
void front_init(struct front *front, const struct graph *graph, const double *priority);
/* The same for a graph of which the nodes with done[n] are done already. They never become ready,
 * even where something that they need is not done yet. */
void front_resume(struct front *front, const struct graph *graph, const double *priority, const uint8_t *done);
void front_finish(struct front *front);
/* Takes the first ready node; FRONT_NONE if none is ready. */
uint32_t front_take(struct front *front);
/* A taken node goes back among the ready ones (it was not started, or is tried again). */
void front_return(struct front *front, uint32_t node);
/* A node is done: each successor that needs nothing else becomes ready. Those are appended to
 * `freed` (room for all nodes; may be NULL); returns how many. */
uint32_t front_done(struct front *front, uint32_t node, uint32_t *freed);

#endif
