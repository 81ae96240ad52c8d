/* Waiting for a free place: fair between runs, the critical path first. */
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "llm/models_model.h"

enum { PATIENCE_MS = 600000 };

struct waiter {
	struct caller *caller;
	const struct wish *wish;
	struct seat *seat;
	GError *error;
	bool done;
};

bool
ask_is_cancelled(const struct ask *ask)
{
	return ask->cancelled && __atomic_load_n(ask->cancelled, __ATOMIC_ACQUIRE);
}

void
caller_begin(struct caller *caller, struct models *models, const struct ask *ask)
{
	pthread_condattr_t attributes;
	*caller = (struct caller){ .models = models, .ask = ask };
	caller->among.data = caller->waiting.data = caller;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&caller->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_lock(&models->lock);
	g_queue_push_tail_link(&models->callers, &caller->among);
	pthread_mutex_unlock(&models->lock);
}

void
caller_end(struct caller *caller)
{
	struct models *models = caller->models;
	pthread_mutex_lock(&models->lock);
	g_queue_unlink(&models->callers, &caller->among);
	pthread_mutex_unlock(&models->lock);
	pthread_cond_destroy(&caller->wake);
}

static enum queue_answer
offer(void *data, void *call)
{
	(void)data;
	struct waiter *waiter = call;
	struct models *models = waiter->caller->models;
	int64_t at;
	enum balance_answer answer = balance_take(models->balance, waiter->wish, clock_ms(), &waiter->seat, &at, &waiter->error);
	if (answer == BALANCE_BUSY) {
		models->wake_ms = MIN(models->wake_ms, at);
		return QUEUE_LATER;
	}
	waiter->done = true;
	pthread_cond_signal(&waiter->caller->wake);
	return QUEUE_SERVED;
}

static void
wake_keeper(struct models *models)
{
	struct caller *keeper = g_queue_peek_head(&models->waiting);
	if (keeper)
		pthread_cond_signal(&keeper->wake);
}

/* Under the lock: whoever can sits down. */
static void
serve(struct models *models)
{
	int64_t before = models->wake_ms;
	models->wake_ms = INT64_MAX;
	queue_serve(models->queue, offer, NULL);
	if (models->wake_ms < before)
		wake_keeper(models);
}

static void
append_texts(GString *kind, const char *const *texts)
{
	for (; texts && *texts; texts++)
		g_string_append_printf(kind, "%s,", *texts);
	g_string_append_c(kind, '|');
}

/* Calls that want the same can be served by the same. */
static char *
kind_of(const struct wish *wish)
{
	GString *kind = g_string_new(NULL);
	g_string_append_printf(kind, "%s|%s|%s|", wish->model ? wish->model : "", wish->server ? wish->server : "", wish->prefer ? wish->prefer : "");
	append_texts(kind, wish->capabilities);
	append_texts(kind, wish->tags);
	append_texts(kind, wish->avoid);
	return g_string_free(kind, FALSE);
}

/* Under the lock, for a while: the one who keeps the time looks for all when something is due; the others are told. */
static void
doze(struct caller *caller, int64_t deadline)
{
	struct models *models = caller->models;
	bool keeper = models->waiting.head == &caller->waiting;
	struct timespec until = clock_timespec(keeper ? MIN(models->wake_ms, deadline) : deadline);
	pthread_cond_timedwait(&caller->wake, &models->lock, &until);
	if (models->waiting.head == &caller->waiting && clock_ms() >= models->wake_ms)
		serve(models);
}

static bool
wait_for(struct waiter *waiter, int64_t deadline, GError **error)
{
	struct models *models = waiter->caller->models;
	while (!waiter->done) {
		if (ask_is_cancelled(waiter->caller->ask))
			return error_set(error, ERR_INTERRUPTED, NULL, "the call is not wanted any more");
		int64_t now = clock_ms();
		/* To wait for nothing helps nobody: to the caller who has less time than that it is said at once. */
		if (models->wake_ms >= deadline && balance_is_late(models->balance, waiter->wish, now, deadline, error))
			return false;
		if (now >= deadline)
			return error_set(error, ERR_TIMEOUT, "add a server, raise its max_in_flight, or allow more time",
			                 "no model server had a free place in time");
		doze(waiter->caller, deadline);
	}
	if (waiter->error)
		g_propagate_error(error, g_steal_pointer(&waiter->error));
	return waiter->seat;
}

/* The next one keeps the time. */
static void
stop_waiting(struct caller *caller)
{
	struct models *models = caller->models;
	bool keeper = models->waiting.head == &caller->waiting;
	g_queue_unlink(&models->waiting, &caller->waiting);
	if (keeper && models->wake_ms != INT64_MAX)
		wake_keeper(models);
}

struct seat *
models_sit_now(struct models *models, const struct wish *wish)
{
	struct seat *seat = NULL;
	int64_t at;
	pthread_mutex_lock(&models->lock);
	if (!queue_length(models->queue))
		balance_take(models->balance, wish, clock_ms(), &seat, &at, NULL);
	pthread_mutex_unlock(&models->lock);
	return seat;
}

struct seat *
models_sit(struct caller *caller, const struct wish *wish, GError **error)
{
	struct models *models = caller->models;
	const struct ask *ask = caller->ask;
	struct waiter waiter = { .caller = caller, .wish = wish };
	g_autofree char *kind = kind_of(wish);
	int64_t now = clock_ms(), deadline = ask->deadline_ms ? ask->deadline_ms : now + PATIENCE_MS;
	struct queue_call call = { .run = wish->run, .kind = kind, .priority = ask->priority, .cost = (double)wish->tokens, .data = &waiter };
	pthread_mutex_lock(&models->lock);
	struct queue_ticket *ticket = queue_add(models->queue, &call, now);
	g_queue_push_tail_link(&models->waiting, &caller->waiting);
	serve(models);
	bool seated = wait_for(&waiter, deadline, error);
	stop_waiting(caller);
	if (!waiter.done)
		queue_remove(models->queue, ticket);
	pthread_mutex_unlock(&models->lock);
	g_assert(seated == (waiter.seat != NULL));
	return waiter.seat;
}

void
models_return(struct models *models, struct seat *seat)
{
	pthread_mutex_lock(&models->lock);
	seat_return(models->balance, seat, clock_ms());
	serve(models);
	pthread_mutex_unlock(&models->lock);
}

void
models_leave(struct models *models, struct seat *seat, const struct failure *failure)
{
	pthread_mutex_lock(&models->lock);
	seat_leave(models->balance, seat, failure, clock_ms());
	serve(models);
	/* It may have closed its server for longer than some of them have time. */
	if (failure->class != FAILURE_NONE && failure->class != FAILURE_CANCELLED)
		for (GList *at = models->waiting.head; at; at = at->next)
			pthread_cond_signal(&((struct caller *)at->data)->wake);
	pthread_mutex_unlock(&models->lock);
}

void
models_pause(struct caller *caller, int64_t until)
{
	struct models *models = caller->models;
	struct timespec at = clock_timespec(until);
	pthread_mutex_lock(&models->lock);
	while (!ask_is_cancelled(caller->ask) && clock_ms() < until)
		pthread_cond_timedwait(&caller->wake, &models->lock, &at);
	pthread_mutex_unlock(&models->lock);
}
