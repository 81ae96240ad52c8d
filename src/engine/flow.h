/* How a run goes on: one function that is called whenever something about the run has changed, live
 * or after a crash, and leaves it where it has to wait. */
#ifndef ENGINE_FLOW_H
#define ENGINE_FLOW_H

#include "engine/run.h"

/* What the flow may use, and the jobs that it wants to be started after the commit. */
struct flow {
	struct store *store;
	unsigned free_slots;
	GPtrArray *jobs;             /* struct job *, new ones */
};

/* Moves the run as far as it goes. False with an error where it cannot: a fault of its content or
 * of the store, not of its tasks. */
bool flow_advance(struct flow *flow, struct run *run, GError **error);
/* A job of the run came back. Late ones (of an older attempt) are noted and dropped. */
void flow_take(struct flow *flow, struct run *run, struct job *job);

#endif
