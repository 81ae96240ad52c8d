/* The engine: one thread that owns the state of all runs of this process. It takes what waits in
 * its mailbox, changes states, commits once, then acts (DESIGN 2). */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "base/catalogue.h"
#include "base/config.h"
#include "plan/plan.h"
#include "store/store.h"

struct engine;

/* Called on the engine thread after the commit that made the event true; must not block. `task` is
 * NULL where the event concerns the run. */
typedef void engine_watcher(void *data, const char *run, const struct event_row *event, const struct plan_task *task);

struct gateway;

struct engine_options {
	const struct config *config;
	struct catalogue *catalogue;
	const char *place;           /* of the store */
	const char *project;         /* whose .teamwright/ and .claude/agents/ count; NULL for none */
	struct gateway *gateway;     /* to the models; NULL: there are none */
	const char *socket;          /* where this process listens, for the owner row; NULL: nowhere */
	unsigned slots;              /* attempts at once, over all runs; 0: 64 */
	engine_watcher *watcher;     /* may be NULL */
	void *data;
};

struct engine *engine_start(const struct engine_options *options, GError **error);
/* Interrupts what runs, so that it can be resumed, and ends the thread. NULL is allowed. */
void engine_stop(struct engine *engine);

/* Claims a run and goes on with it until it is done; fills `ret`. Blocks. Fails with ERR_OWNED
 * where another process has it, ERR_INTERRUPTED where it was interrupted (and can be resumed). */
bool engine_drive(struct engine *engine, const char *run, struct run_row *ret, GError **error);
/* Ends a run for good: what is under way is stopped, its outcome is cancelled. Blocks until then. */
bool engine_cancel(struct engine *engine, const char *run, struct run_row *ret, GError **error);
/* Lets go of all runs; each engine_drive fails with ERR_INTERRUPTED. Does not block. */
void engine_interrupt(struct engine *engine);

#endif
