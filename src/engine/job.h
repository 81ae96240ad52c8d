/* Jobs: what worker threads do for the engine, in plain blocking code. A job carries ids and
 * immutable documents; its result travels back in the same struct through the engine's mailbox. */
#ifndef ENGINE_JOB_H
#define ENGINE_JOB_H

#include "base/catalogue.h"
#include "base/config.h"
#include "base/mailbox.h"
#include "engine/charter.h"
#include "engine/letter.h"

enum job_kind {
	JOB_MILESTONE,   /* nothing is done: a point in the plan */
	JOB_ATTEMPT,     /* an agent works on an assignment */
	JOB_DEBUG,       /* specialists look at work that was rejected again and again */
	JOB_VERIFY,      /* its deliverable is checked */
	JOB_INTEGRATE,   /* consumers are checked against the real provider */
	JOB_ANALYSE,     /* phases of the whole run, task -1 */
	JOB_DESIGN,
	JOB_PLAN,
	JOB_REPORT,
	JOB_KIND_COUNT
};

/* What a phase found out: digests for the run's row, NULL where nothing changed. */
struct facts {
	char *name, *analysis, *team, *contracts, *plan, *report;
	GPtrArray *asked;            /* JSON of what models were asked, one for each purpose; NULL: none was */
	enum run_outcome outcome;    /* of a report */
};

struct job {
	struct letter letter;      /* first: a job is a letter to the engine when it comes back */
	enum job_kind kind;
	int64_t run;                 /* key in the store */
	int64_t task, attempt;       /* task is -1 for a job of the whole run */
	struct charter *charter;     /* counted */
	bool cancelled;              /* set by the engine, read atomically by the worker */
	int64_t deadline;            /* monotonic ms */
	unsigned place;              /* the engine's, among the jobs in flight */

	char **inputs;               /* digests: the task's own output so far, or those of its needs */
	char *before;                /* digest: the task's output of the attempt before; NULL */
	bool stuck;                  /* of a verification: one more rejection is too many; when it is back: there was one, and models can be asked */
	char **urls;                 /* of the mocks of the charter's contracts, "" for none; NULL: no mocks */

	struct facts facts;          /* of a phase */
	enum task_outcome outcome;   /* of an attempt or a verification */
	char *reason;                /* in words; NULL when there is nothing to say */
	char *told;                  /* JSON of what came of a debugging step, for the journal; NULL: it is to be made once more */
	char *result;                /* digest of what it brought, NULL for nothing */
	GError *error;               /* a fault of ours, not of the work */
};

void job_free(struct job *job);

/* What a worker thread has of its own. */
struct gateway;

struct worker {
	struct pool *pool;
	struct store *store;         /* opened when first needed, by worker_store */
	const struct config *config;
	struct catalogue *catalogue;
	struct gateway *gateway;     /* NULL for none */
	const char *place;
	const char *project;         /* NULL for none */
};

/* Opened for this thread. NULL with an error. */
struct store *worker_store(struct worker *worker, GError **error);
/* Blocks until an event of the job's run, or of its task, is on the disk; see note_post. Any thread that works for the worker. */
bool worker_note(const struct worker *worker, const struct job *job, const char *kind, const char *data, GError **error);

struct pool;

/* Worker threads, started as they are needed, at most `limit`, each with what `like` has; finished jobs are posted
 * to `back`. Posting is for one thread. */
struct pool *pool_create(unsigned limit, const struct worker *like, struct mailbox *back);
void pool_post(struct pool *pool, struct job *job);
/* Waits for running jobs, frees waiting ones. */
void pool_destroy(struct pool *pool);

#endif
