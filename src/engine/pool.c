#include <pthread.h>

#include "base/clock.h"
#include "base/error.h"
#include "engine/job.h"
#include "engine/note.h"
#include "engine/perform.h"

enum { STACK = 512 * 1024, IDLE_MS = 60000 };

struct pool {
	unsigned limit, size;        /* threads at most, and now */
	pthread_t *threads;
	struct worker *workers;
	struct worker own;           /* what every worker starts with */
	unsigned idle;               /* workers that wait; atomic */
	struct mailbox *jobs, *back;
};

struct store *
worker_store(struct worker *worker, GError **error)
{
	if (!worker->store)
		worker->store = store_open(worker->place, error);
	return worker->store;
}

bool
worker_note(const struct worker *worker, const struct job *job, const char *kind, const char *data, GError **error)
{
	return note_post(worker->pool->back, job->run, job->task, kind, data, error);
}

void
job_free(struct job *job)
{
	if (!job)
		return;
	charter_unref(job->charter);
	char *facts[] = { job->facts.name, job->facts.analysis, job->facts.team, job->facts.contracts, job->facts.plan, job->facts.report };
	for (unsigned i = 0; i < G_N_ELEMENTS(facts); i++)
		g_free(facts[i]);
	if (job->facts.asked)
		g_ptr_array_unref(job->facts.asked);
	g_strfreev(job->inputs);
	g_strfreev(job->urls);
	g_free(job->before);
	g_free(job->reason);
	g_free(job->told);
	g_free(job->result);
	g_clear_error(&job->error);
	g_free(job);
}

static void *
work(void *data)
{
	struct worker *worker = data;
	struct pool *pool = worker->pool;
	/* A closed pool still hands out what waits; pool_destroy wants that back unused. */
	while (!mailbox_is_closed(pool->jobs)) {
		__atomic_fetch_add(&pool->idle, 1, __ATOMIC_RELAXED);
		struct job *job = mailbox_take_one(pool->jobs, clock_ms() + IDLE_MS);
		__atomic_fetch_sub(&pool->idle, 1, __ATOMIC_RELAXED);
		if (!job)
			continue;
		perform(worker, job);
		mailbox_post(pool->back, job);
	}
	store_close(worker->store);
	return NULL;
}

struct pool *
pool_create(unsigned limit, const struct worker *like, struct mailbox *back)
{
	struct pool *pool = g_new0(struct pool, 1);
	*pool = (struct pool){ .limit = limit, .jobs = mailbox_create(), .back = back };
	pool->own = *like;
	pool->own.pool = pool;
	pool->threads = g_new(pthread_t, limit);
	pool->workers = g_new0(struct worker, limit);
	return pool;
}

static bool
add_thread(struct pool *pool)
{
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK);
	pool->workers[pool->size] = pool->own;
	bool ok = pthread_create(&pool->threads[pool->size], &attributes, work, &pool->workers[pool->size]) == 0;
	pthread_attr_destroy(&attributes);
	pool->size += ok;
	return ok;
}

void
pool_post(struct pool *pool, struct job *job)
{
	bool wanted = !__atomic_load_n(&pool->idle, __ATOMIC_RELAXED) && pool->size < pool->limit;
	if (wanted && !add_thread(pool) && !pool->size) {
		error_set(&job->error, ERR_ENVIRONMENT, "raise the limit of threads", "no worker thread can be started");
		mailbox_post(pool->back, job);
		return;
	}
	mailbox_post(pool->jobs, job);
}

static void
discard(void *job)
{
	job_free(job);
}

void
pool_destroy(struct pool *pool)
{
	if (!pool)
		return;
	mailbox_close(pool->jobs);
	for (unsigned i = 0; i < pool->size; i++)
		pthread_join(pool->threads[i], NULL);
	mailbox_destroy(pool->jobs, discard);
	g_free(pool->threads);
	g_free(pool->workers);
	g_free(pool);
}
