/* Waiting for a free place: fair between runs, the critical path first. */
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "llm/models_model.h"

enum { PATIENCE_MS = 600000 };

struct waiter {
	struct models *models;
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

static enum queue_answer
offer(void *data, void *call)
{
	(void)data;
	struct waiter *waiter = call;
	struct models *models = waiter->models;
	int64_t at;
	enum balance_answer answer = balance_take(models->balance, waiter->wish, clock_ms(), &waiter->seat, &at, &waiter->error);
	if (answer == BALANCE_BUSY) {
		models->wake_ms = MIN(models->wake_ms, at);
		return QUEUE_LATER;
	}
	waiter->done = true;
	return QUEUE_SERVED;
}

/* Under the lock: whoever can sits down. The others all wake at the first moment that counts for any of them: who was asked for his
 * kind may be gone by then. */
static void
serve(struct models *models)
{
	models->wake_ms = INT64_MAX;
	if (queue_serve(models->queue, offer, NULL))
		pthread_cond_broadcast(&models->changed);
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

static bool
wait_for(struct waiter *waiter, const struct ask *ask, int64_t deadline, GError **error)
{
	struct models *models = waiter->models;
	while (!waiter->done) {
		if (ask_is_cancelled(ask))
			return error_set(error, ERR_INTERRUPTED, NULL, "the call is not wanted any more");
		int64_t now = clock_ms();
		/* To wait for nothing helps nobody: to the caller who has less time than that it is said at once. */
		if (models->wake_ms >= deadline && balance_is_late(models->balance, waiter->wish, now, deadline, error))
			return false;
		if (now >= deadline)
			return error_set(error, ERR_TIMEOUT, "add a server, raise its max_in_flight, or allow more time",
			                 "no model server had a free place in time");
		struct timespec until = clock_timespec(MIN(models->wake_ms, deadline));
		pthread_cond_timedwait(&models->changed, &models->lock, &until);
		serve(models);
	}
	if (waiter->error)
		g_propagate_error(error, g_steal_pointer(&waiter->error));
	return waiter->seat;
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
models_sit(struct models *models, const struct ask *ask, const struct wish *wish, GError **error)
{
	struct waiter waiter = { .models = models, .wish = wish };
	g_autofree char *kind = kind_of(wish);
	int64_t now = clock_ms(), deadline = ask->deadline_ms ? ask->deadline_ms : now + PATIENCE_MS;
	struct queue_call call = { .run = wish->run, .kind = kind, .priority = ask->priority, .cost = (double)wish->tokens, .data = &waiter };
	pthread_mutex_lock(&models->lock);
	struct queue_ticket *ticket = queue_add(models->queue, &call, now);
	serve(models);
	bool seated = wait_for(&waiter, ask, deadline, error);
	if (!waiter.done)
		queue_remove(models->queue, ticket);
	pthread_mutex_unlock(&models->lock);
	g_assert(seated == (waiter.seat != NULL));
	return waiter.seat;
}

void
models_leave(struct models *models, struct seat *seat, const struct failure *failure)
{
	pthread_mutex_lock(&models->lock);
	seat_leave(models->balance, seat, failure, clock_ms());
	serve(models);
	pthread_cond_broadcast(&models->changed);
	pthread_mutex_unlock(&models->lock);
}

void
models_pause(struct models *models, const struct ask *ask, int64_t until)
{
	struct timespec at = clock_timespec(until);
	pthread_mutex_lock(&models->lock);
	while (!ask_is_cancelled(ask) && clock_ms() < until)
		pthread_cond_timedwait(&models->changed, &models->lock, &at);
	pthread_mutex_unlock(&models->lock);
}
