/* Task graphs as arrays: pure functions, no I/O. A node is a number; an edge says that `to` needs
 * `from`. */
#ifndef PLAN_GRAPH_H
#define PLAN_GRAPH_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct graph_edge {
	uint32_t from, to;
};

/* Successors in compressed rows: those of node n are to[first[n]] … to[first[n + 1] - 1]. */
struct graph {
	uint32_t nodes;
	uint32_t *first, *to;
	uint32_t *needs;      /* number of predecessors of each node */
};
typedef struct graph Graph;

/* Edges that stand several times count once; an edge from a node to itself is a cycle. Numbers
 * that are not below `nodes` are a bug of the caller. */
struct graph *graph_create(uint32_t nodes, const struct graph_edge *edges, size_t count);
void graph_destroy(struct graph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Graph, graph_destroy)

/* A topological order (Kahn 1962; among free nodes the smallest number first) into `order`, room
 * for all nodes. False where there is a cycle. */
bool graph_order(const struct graph *graph, uint32_t *order);
/* The nodes of one cycle, in its direction, its smallest number first, newly allocated; NULL with
 * *ret_length 0 if acyclic. */
uint32_t *graph_cycle(const struct graph *graph, size_t *ret_length);
/* The topological generation of each node into `group`, from 0; returns how many there are.
 * These three want an acyclic graph. */
uint32_t graph_groups(const struct graph *graph, uint32_t *group);
/* Longest path from each node's start to the end of the graph, own duration included: HEFT's
 * upward rank without communication (Topcuoglu et al. 2002). */
void graph_upward_rank(const struct graph *graph, const double *duration, double *rank);
/* The length of the critical path; its nodes in order into `path` (room for all nodes, may be
 * NULL), their number into *ret_count (may be NULL). Of equal ways the first in the graph. */
double graph_critical_path(const struct graph *graph, const double *duration, uint32_t *path, size_t *ret_count);
/* Marks all nodes that can be reached from `start`, itself included. `reached` has a byte a node;
 * what is marked already is taken as marked with all behind it, so calls add up. */
void graph_reach(const struct graph *graph, uint32_t start, uint8_t *reached);

#endif
