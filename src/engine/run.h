/* A run in memory, owned by the engine thread. run_to and task_to are the only writers of a state:
 * they check the transition, and note state, facts and event, which run_flush writes in the one
 * transaction of the batch. */
#ifndef ENGINE_RUN_H
#define ENGINE_RUN_H

#include "contract/mock.h"
#include "engine/charter.h"
#include "engine/job.h"
#include "plan/front.h"

struct task {
	struct task_row row;
	enum task_state kept_state;    /* as the store has it */
	int64_t kept_attempt;
	bool dirty;
	struct job *job;               /* under way, on a worker or about to be; NULL if none */
	bool taken;                    /* from the front */
	unsigned rejections;           /* of its deliverables, by verifications */
	bool stuck;                    /* before its next attempt specialists look at what was rejected */
};

/* An event that the next flush writes. */
struct pending {
	const char *kind;
	int64_t task;
	char *data;
};

struct run {
	struct run_row row;
	enum run_state kept_state;
	bool dirty, touched;           /* the row changed; something of the run changed */
	struct owner_row owner;
	enum until until;              /* where it stops by itself */
	bool stopped;                  /* it waits until somebody takes it up again */
	int64_t deadline_ms;           /* monotonic: nothing begins after it; INT64_MAX: none, 0: not known yet */
	char *poor;                    /* a limit was reached: nothing begins any more, and it waits as soon as nothing runs; NULL */
	struct charter *charter;       /* what is known so far; NULL until it is needed */
	struct job *phase;             /* the job of the whole run that is under way; NULL if none */
	struct mock **mocks;           /* of the charter's contracts, NULL for none */
	char **urls;                   /* where they listen, "" for none; NULL: no mocks */

	struct task *tasks;            /* as many as the plan has */
	struct graph *graph;
	double *priority;
	struct front front;
	enum { LET_GO_NOT, LET_GO_INTERRUPT, LET_GO_CANCEL } letting_go;
	bool entered;                  /* graph and front are there */
	uint32_t left;                 /* tasks that are not done */
	uint32_t busy;                 /* tasks with a job */
	uint32_t *freed;               /* scratch of front_done */

	GArray *pending;               /* struct pending */
	int64_t events;                /* number of the last event */
	GError *fault;                 /* why it cannot go on, until the engine has dealt with it */
	GPtrArray *waiters;            /* struct reply *, of those who wait for the end */
};

/* Reads a run whose owner we are. NULL with an error; nothing is written. */
struct run *run_load(struct store *store, const char *id, const struct owner_row *owner, GError **error);
/* The run's charter as its row says now. NULL with an error. */
struct charter *run_charter(struct run *run, struct store *store, GError **error);
/* Its --deadline is over: nothing new begins. */
bool run_is_late(const struct run *run);
/* Makes a run with a plan ready to go on, whether it is new or was interrupted: charter, tasks as
 * the store has them, graph and front. */
bool run_enter(struct run *run, struct store *store, GError **error);
/* Consumers can start at once: what they use answers from now on. */
bool run_start_mocks(struct run *run, GError **error);
/* Its jobs, if any, are told to stop. */
void run_free(struct run *run);
/* Its jobs are another's from now on. */
void run_forget_jobs(struct run *run);

/* `reason` may be NULL. A transition that the table does not allow is a fault of ours: asserted. */
void run_to(struct run *run, enum run_state to, enum run_outcome outcome, const char *reason);
void task_to(struct run *run, uint32_t task, enum task_state to, enum task_outcome outcome, const char *reason);
/* Notes an event of the run (task -1) or of a task. Takes `data`, JSON or NULL. */
void run_note(struct run *run, const char *kind, int64_t task, char *data);

/* Writes all that was noted, inside the open transaction; *ret_owned is false, and nothing is
 * written, where the run belongs to another process by now. */
bool run_flush(struct run *run, struct store *store, bool *ret_owned, GError **error);
/* After the commit: what the store has is what we have. */
void run_flushed(struct run *run);

#endif
