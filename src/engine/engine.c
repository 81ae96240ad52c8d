#include "engine/engine.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/proc.h"
#include "engine/flow.h"
#include "engine/gateway.h"
#include "engine/note.h"
#include "engine/owner.h"

enum { SLOTS = 64, RENEW_MS = 5000 };

struct engine {
	struct engine_options options;
	struct store *store;
	struct mailbox *mailbox;
	struct pool *pool;
	struct owner_row self;
	GPtrArray *runs;             /* struct run * */
	GPtrArray *in_flight;        /* struct job *, posted and not yet taken back */
	struct flow flow;
	bool stopping;
	pthread_t thread;
};

/* Where a caller waits for the end of a run. */
struct reply {
	struct mailbox *box;
	struct run_row row;
	GError *error;
};

/* A letter that concerns one run, or all (NULL). */
struct order {
	struct letter letter;
	char *run;
	struct reply *reply;
};

/* --- runs in memory ------------------------------------------------------------------------- */

static struct run *
find_run(struct engine *engine, const char *id)
{
	for (unsigned i = 0; i < engine->runs->len; i++) {
		struct run *run = g_ptr_array_index(engine->runs, i);
		if (g_str_equal(run->row.id, id))
			return run;
	}
	return NULL;
}

static struct run *
find_run_by_key(struct engine *engine, int64_t key)
{
	for (unsigned i = 0; i < engine->runs->len; i++) {
		struct run *run = g_ptr_array_index(engine->runs, i);
		if (run->row.key == key)
			return run;
	}
	return NULL;
}

static void
answer(struct reply *reply, const struct run_row *row, const GError *error)
{
	if (row)
		record_copy(&run_row_record, row, &reply->row);
	if (error)
		reply->error = g_error_copy(error);
	mailbox_post(reply->box, reply);
}

/* Tells all who wait for the run, and forgets it. */
static void
drop_run(struct engine *engine, struct run *run, const GError *error)
{
	for (unsigned i = 0; i < run->waiters->len; i++)
		answer(g_ptr_array_index(run->waiters, i), error ? NULL : &run->row, error);
	g_ptr_array_remove_fast(engine->runs, run);
	run_free(run);
}

/* --- taking over a run ---------------------------------------------------------------------- */

/* Claims the run and reads it; what a dead owner left running is stopped first. */
static struct run *
claim_run(struct engine *engine, const struct run_row *row, GError **error)
{
	struct owner_row owner;
	bool orphaned = false;
	record_copy(&owner_row_record, &engine->self, &owner);
	bool ok = owner_take(engine->store, row->key, row->id, &owner, &orphaned, error);
	if (ok && orphaned)
		proc_sweep(row->id);
	struct run *run = ok ? run_load(engine->store, row->id, &owner, error) : NULL;
	if (run && row->state != RUN_NEW)
		run_note(run, "run.taken", -1, NULL);
	record_finish(&owner_row_record, &owner);
	return run;
}

static bool
take_order(struct engine *engine, struct order *order, GError **error)
{
	struct run *run = find_run(engine, order->run);
	struct run_row row = { 0 };
	if (!run) {
		if (!engine->store->ops->run_read(engine->store, order->run, &row, error))
			return false;
		run = row.state == RUN_DONE ? NULL : claim_run(engine, &row, error);
		if (run)
			g_ptr_array_add(engine->runs, run);
		else if (row.state == RUN_DONE)
			answer(order->reply, &row, NULL);
		bool ok = run || row.state == RUN_DONE;
		record_finish(&run_row_record, &row);
		if (!run)
			return ok;
	}
	g_ptr_array_add(run->waiters, order->reply);
	if (order->letter.kind == LETTER_CANCEL)
		run->letting_go = LET_GO_CANCEL;
	return true;
}

static void
accept_order(struct engine *engine, struct order *order)
{
	g_autoptr(GError) error = NULL;
	if (engine->stopping)
		error_set(&error, ERR_INTERRUPTED, "go on with it later: teamwright resume", "this process is stopping");
	if (error || !take_order(engine, order, &error))
		answer(order->reply, NULL, error);
}

/* --- letting go ----------------------------------------------------------------------------- */

static void
cancel_jobs(struct engine *engine, const struct run *run)
{
	for (unsigned i = 0; i < engine->in_flight->len; i++) {
		struct job *job = g_ptr_array_index(engine->in_flight, i);
		if (job->run != run->row.key)
			continue;
		if (engine->options.gateway)
			gateway_cancel(engine->options.gateway, &job->cancelled);
		else
			__atomic_store_n(&job->cancelled, true, __ATOMIC_RELEASE);
	}
}

static void
interrupt_all(struct engine *engine)
{
	for (unsigned i = 0; i < engine->runs->len; i++) {
		struct run *run = g_ptr_array_index(engine->runs, i);
		if (!run->letting_go)
			run->letting_go = LET_GO_INTERRUPT;
	}
}

/* A run that is to be interrupted and has no job left: it is nobody's from now on. */
static void
release_run(struct engine *engine, struct run *run)
{
	struct store *store = engine->store;
	GError *error = NULL;
	if (store->ops->begin(store, NULL)) {
		bool ok = store->ops->owner_release(store, run->row.key, &run->owner, NULL);
		if (!ok || !store_commit(store, NULL))
			store->ops->rollback(store);   /* then its lease ends by itself */
	}
	g_autofree char *remedy = g_strdup_printf("go on with it: teamwright resume %s", run->row.id);
	error_set(&error, ERR_INTERRUPTED, remedy, "run %s was interrupted", run->row.id);
	drop_run(engine, run, error);
	g_error_free(error);
}

/* --- one batch ------------------------------------------------------------------------------ */

static void
take_note(struct engine *engine, struct note *note)
{
	struct run *run = find_run_by_key(engine, note->run);
	g_clear_error(&note->error);
	if (run)
		run_note(run, note->kind, note->task, g_strdup(note->data));
}

static void
handle(struct engine *engine, struct letter *letter)
{
	if (letter->kind == LETTER_JOB) {
		struct job *job = (struct job *)letter;
		struct run *run = find_run_by_key(engine, job->run);
		if (run)
			flow_take(&engine->flow, run, job);
	} else if (letter->kind == LETTER_NOTE) {
		take_note(engine, (struct note *)letter);
	} else if (letter->kind == LETTER_INTERRUPT) {
		interrupt_all(engine);
	} else if (letter->kind == LETTER_STOP) {
		engine->stopping = true;
		interrupt_all(engine);
	}
}

/* A run that cannot go on: it is marked failed where the store allows it, else left as it is. */
static void
break_run(struct engine *engine, struct run *run, GError *cause)
{
	struct store *store = engine->store;
	struct run *fresh = run_load(store, run->row.id, &run->owner, NULL);
	bool owned = false;
	if (fresh && fresh->row.state != RUN_DONE && store->ops->begin(store, NULL)) {
		run_to(fresh, RUN_DONE, RUN_IS_FAILED, cause->message);
		bool ok = run_flush(fresh, store, &owned, NULL) && owned;
		if (!ok || !store_commit(store, NULL))
			store->ops->rollback(store);
	}
	run_free(fresh);
	cancel_jobs(engine, run);
	drop_run(engine, run, cause);
	g_error_free(cause);
}

static void
advance_all(struct engine *engine)
{
	for (unsigned i = engine->runs->len; i-- > 0;) {
		struct run *run = g_ptr_array_index(engine->runs, i);
		GError *error = NULL;
		if (run->letting_go)
			cancel_jobs(engine, run);
		if (!flow_advance(&engine->flow, run, &error))
			run->fault = error;
	}
}

static bool
flush_all(struct engine *engine, GError **error)
{
	for (unsigned i = 0; i < engine->runs->len; i++) {
		struct run *run = g_ptr_array_index(engine->runs, i);
		if (!run->touched || run->fault)
			continue;
		bool owned;
		if (!run_flush(run, engine->store, &owned, error))
			return false;
		if (!owned)
			error_set(&run->fault, ERR_OWNED, "see 'teamwright status'", "run %s was taken over by another process",
			          run->row.id);
		else if ((run->row.state == RUN_DONE || run->row.state == RUN_WAITING) &&
		         !engine->store->ops->owner_release(engine->store, run->row.key, &run->owner, error))
			return false;
	}
	return true;
}

static void
watch_events(struct engine *engine, const struct run *run)
{
	if (!engine->options.watcher)
		return;
	int64_t now = clock_wall_ms();
	for (unsigned i = 0; i < run->pending->len; i++) {
		const struct pending *pending = &g_array_index(run->pending, struct pending, i);
		struct event_row event = { .seq = run->events + 1 + i, .at_ms = now, .kind = (char *)pending->kind,
			                   .task = pending->task, .data = pending->data };
		const struct plan_task *task = pending->task >= 0 ? &run->charter->plan.tasks.items[pending->task] : NULL;
		engine->options.watcher(engine->options.data, run->row.id, &event, task);
	}
}

/* What may happen only once it is true on the disk. */
static void
act(struct engine *engine)
{
	for (unsigned i = 0; i < engine->flow.jobs->len; i++) {
		struct job *job = g_ptr_array_index(engine->flow.jobs, i);
		job->place = engine->in_flight->len;
		g_ptr_array_add(engine->in_flight, job);
		pool_post(engine->pool, job);
	}
	g_ptr_array_set_size(engine->flow.jobs, 0);
	for (unsigned i = engine->runs->len; i-- > 0;) {
		struct run *run = g_ptr_array_index(engine->runs, i);
		if (run->fault) {
			break_run(engine, run, g_steal_pointer(&run->fault));
			continue;
		}
		if (run->touched) {
			watch_events(engine, run);
			run_flushed(run);
		}
		if (run->row.state == RUN_DONE || (run->row.state == RUN_WAITING && !run->busy))
			drop_run(engine, run, NULL);
		else if (run->letting_go == LET_GO_INTERRUPT && !run->busy)
			release_run(engine, run);
	}
}

static bool
anything_to_write(struct engine *engine)
{
	for (unsigned i = 0; i < engine->runs->len; i++)
		if (((struct run *)g_ptr_array_index(engine->runs, i))->touched)
			return true;
	return false;
}

/* Handles letters in one transaction. On failure nothing has changed, here or in the store. */
static bool
try_batch(struct engine *engine, void **letters, size_t count, GError **error)
{
	engine->flow.free_slots = engine->options.slots - MIN(engine->options.slots, engine->in_flight->len);
	for (size_t i = 0; i < count; i++)
		handle(engine, letters[i]);
	advance_all(engine);
	if (!anything_to_write(engine))
		return true;
	struct store *store = engine->store;
	if (!store->ops->begin(store, error))
		return false;
	if (flush_all(engine, error))
		return store_commit(store, error);
	store->ops->rollback(store);
	return false;
}

/* After a failed batch: every run again as the store has it, jobs under way where they belong. */
static void
reload_all(struct engine *engine, const GError *cause)
{
	for (unsigned i = 0; i < engine->flow.jobs->len; i++)
		job_free(g_ptr_array_index(engine->flow.jobs, i));
	g_ptr_array_set_size(engine->flow.jobs, 0);
	for (unsigned i = engine->runs->len; i-- > 0;) {
		struct run *run = g_ptr_array_index(engine->runs, i);
		struct run *fresh = run_load(engine->store, run->row.id, &run->owner, NULL);
		bool ok = fresh && (fresh->row.state != RUN_RUNNING || run_enter(fresh, engine->store, NULL));
		if (!ok) {
			run_free(fresh);
			drop_run(engine, run, cause);
			continue;
		}
		for (unsigned k = 0; k < engine->in_flight->len; k++) {
			struct job *job = g_ptr_array_index(engine->in_flight, k);
			bool task = job->run == fresh->row.key && job->task >= 0 && fresh->entered &&
			            job->attempt == fresh->tasks[job->task].row.attempt;
			bool phase = job->run == fresh->row.key && job->task < 0;
			if (task)
				fresh->tasks[job->task].job = job;
			else if (phase)
				fresh->phase = job;
			fresh->busy += task || phase;
		}
		g_ptr_array_extend_and_steal(fresh->waiters, g_ptr_array_ref(run->waiters));
		g_ptr_array_set_size(run->waiters, 0);
		fresh->letting_go = run->letting_go;
		if (fresh->entered) {   /* else they were started by what is undone now */
			fresh->mocks = g_steal_pointer(&run->mocks);
			fresh->urls = g_steal_pointer(&run->urls);
		}
		run_forget_jobs(run);
		run_free(run);
		g_ptr_array_index(engine->runs, i) = fresh;
	}
}

static void
land(struct engine *engine, const struct job *job)
{
	struct job *last = g_ptr_array_index(engine->in_flight, engine->in_flight->len - 1);
	g_ptr_array_remove_index_fast(engine->in_flight, job->place);
	last->place = job->place;
}

/* A run that could not go on was dropped with all that was noted of it. */
static void
finish_note(struct engine *engine, struct note *note)
{
	if (!note->error && !find_run_by_key(engine, note->run))
		error_set(&note->error, ERR_OWNED, "see 'teamwright status'", "the run is not this process's any more");
	note_answer(note);
}

static void
free_letter(struct engine *engine, struct letter *letter)
{
	if (letter->kind == LETTER_NOTE) {
		finish_note(engine, (struct note *)letter);
		return;
	}
	if (letter->kind == LETTER_JOB) {
		land(engine, (struct job *)letter);
		job_free((struct job *)letter);
		return;
	}
	g_free(((struct order *)letter)->run);
	g_free(letter);
}

/* A letter that cannot be committed even by itself. */
static void
give_up(struct engine *engine, struct letter *letter, const GError *error)
{
	struct job *job = letter->kind == LETTER_JOB ? (struct job *)letter : NULL;
	struct run *run = job ? find_run_by_key(engine, job->run) : NULL;
	if (run)
		break_run(engine, run, g_error_copy(error));
	if (letter->kind == LETTER_NOTE)
		((struct note *)letter)->error = g_error_copy(error);
}

static void
process(struct engine *engine, void **letters, size_t count)
{
	g_autoptr(GError) error = NULL;
	if (try_batch(engine, letters, count, &error)) {
		act(engine);
		return;
	}
	reload_all(engine, error);
	/* One at a time, so that one run's fault does not take the others with it. */
	for (size_t i = 0; i < count; i++) {
		g_clear_error(&error);
		if (try_batch(engine, &letters[i], 1, &error)) {
			act(engine);
			continue;
		}
		reload_all(engine, error);
		give_up(engine, letters[i], error);
	}
}

static void
renew_leases(struct engine *engine)
{
	for (unsigned i = 0; i < engine->runs->len; i++) {
		struct run *run = g_ptr_array_index(engine->runs, i);
		run->touched |= run->owner.lease_ms - clock_wall_ms() < 2 * RENEW_MS;
	}
}

/* When to look again though nobody wrote: leases, and deadlines of runs. */
static int64_t
next_look(const struct engine *engine)
{
	int64_t at = clock_ms() + RENEW_MS;
	for (unsigned i = 0; i < engine->runs->len; i++) {
		const struct run *run = g_ptr_array_index(engine->runs, i);
		if (run->deadline_ms && !run_is_late(run))
			at = MIN(at, run->deadline_ms);
	}
	return at;
}

static void *
own_state(void *data)
{
	struct engine *engine = data;
	/* Jobs of runs that were dropped may still want an answer. */
	while (!engine->stopping || engine->runs->len || engine->in_flight->len) {
		void **letters;
		size_t count = mailbox_take_all(engine->mailbox, next_look(engine), &letters);
		for (size_t i = 0; i < count; i++) {
			struct letter *letter = letters[i];
			if (letter->kind == LETTER_DRIVE || letter->kind == LETTER_CANCEL)
				accept_order(engine, letters[i]);
		}
		renew_leases(engine);
		process(engine, letters, count);
		for (size_t i = 0; i < count; i++)
			free_letter(engine, letters[i]);
	}
	return NULL;
}

/* --- for other threads ---------------------------------------------------------------------- */

struct engine *
engine_start(const struct engine_options *options, GError **error)
{
	struct store *store = store_open(options->place, error);
	if (!store)
		return NULL;
	struct engine *engine = g_new0(struct engine, 1);
	*engine = (struct engine){ .options = *options, .store = store, .mailbox = mailbox_create(),
		                   .runs = g_ptr_array_new(), .in_flight = g_ptr_array_new() };
	engine->options.slots = options->slots ? options->slots : SLOTS;
	engine->flow = (struct flow){ .store = store, .jobs = g_ptr_array_new() };
	struct worker like = { .place = options->place, .gateway = options->gateway, .config = options->config, .catalogue = options->catalogue,
		               .project = options->project };
	engine->pool = pool_create(engine->options.slots, &like, engine->mailbox);
	owner_init(&engine->self, options->socket);
	if (pthread_create(&engine->thread, NULL, own_state, engine))
		g_error("cannot start the engine thread");
	return engine;
}

static void
post_order(struct engine *engine, enum letter_kind kind, const char *run, struct reply *reply)
{
	struct order *order = g_new0(struct order, 1);
	*order = (struct order){ .letter.kind = kind, .run = g_strdup(run), .reply = reply };
	mailbox_post(engine->mailbox, order);
}

static void
discard_letter(void *letter)
{
	const struct letter *any = letter;
	g_assert(any->kind != LETTER_NOTE);
	if (any->kind == LETTER_JOB) {
		job_free(letter);
		return;
	}
	g_free(((struct order *)letter)->run);
	g_free(letter);
}

void
engine_stop(struct engine *engine)
{
	if (!engine)
		return;
	post_order(engine, LETTER_STOP, NULL, NULL);
	pthread_join(engine->thread, NULL);
	pool_destroy(engine->pool);
	mailbox_destroy(engine->mailbox, discard_letter);
	g_ptr_array_free(engine->flow.jobs, TRUE);
	g_ptr_array_free(engine->runs, TRUE);
	g_ptr_array_free(engine->in_flight, TRUE);
	record_finish(&owner_row_record, &engine->self);
	store_close(engine->store);
	g_free(engine);
}

static bool
order_and_wait(struct engine *engine, enum letter_kind kind, const char *run, struct run_row *ret, GError **error)
{
	struct reply reply = { .box = mailbox_create() };
	post_order(engine, kind, run, &reply);
	/* The engine answers every order: at the latest when it stops. */
	while (!mailbox_take_one(reply.box, clock_ms() + 60000))
		continue;
	mailbox_destroy(reply.box, NULL);
	*ret = reply.row;
	if (!reply.error)
		return true;
	g_propagate_error(error, reply.error);
	return false;
}

bool
engine_drive(struct engine *engine, const char *run, struct run_row *ret, GError **error)
{
	return order_and_wait(engine, LETTER_DRIVE, run, ret, error);
}

bool
engine_cancel(struct engine *engine, const char *run, struct run_row *ret, GError **error)
{
	return order_and_wait(engine, LETTER_CANCEL, run, ret, error);
}

void
engine_interrupt(struct engine *engine)
{
	post_order(engine, LETTER_INTERRUPT, NULL, NULL);
}
