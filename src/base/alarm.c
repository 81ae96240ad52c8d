#include "base/alarm.h"

#include <glib.h>
#include <pthread.h>

#include "base/clock.h"

struct alarm {
	int64_t due;
	void (*ring)(void *data);
	void *data;
};

struct alarms {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	pthread_t thread;
	GSequence *waiting;          /* of struct alarm, the next one first */
	bool running, ended;
};

struct alarms *
alarms_create(void)
{
	struct alarms *alarms = g_new0(struct alarms, 1);
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&alarms->mutex, NULL);
	pthread_cond_init(&alarms->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	alarms->waiting = g_sequence_new(g_free);
	return alarms;
}

static int
compare_due(const void *a, const void *b, void *data)
{
	(void)data;
	int64_t first = ((const struct alarm *)a)->due, second = ((const struct alarm *)b)->due;
	return (first > second) - (first < second);
}

/* The next alarm, waited for; false when there will be none. The mutex is held. */
static bool
await_due(struct alarms *alarms, struct alarm *ret)
{
	while (!alarms->ended) {
		GSequenceIter *first = g_sequence_get_begin_iter(alarms->waiting);
		if (g_sequence_iter_is_end(first)) {
			pthread_cond_wait(&alarms->changed, &alarms->mutex);
			continue;
		}
		*ret = *(const struct alarm *)g_sequence_get(first);
		if (ret->due <= clock_ms()) {
			g_sequence_remove(first);
			return true;
		}
		struct timespec until = clock_timespec(ret->due);
		pthread_cond_timedwait(&alarms->changed, &alarms->mutex, &until);
	}
	return false;
}

static void *
ring_on(void *data)
{
	struct alarms *alarms = data;
	struct alarm alarm;
	pthread_mutex_lock(&alarms->mutex);
	while (await_due(alarms, &alarm)) {
		pthread_mutex_unlock(&alarms->mutex);
		alarm.ring(alarm.data);
		pthread_mutex_lock(&alarms->mutex);
	}
	pthread_mutex_unlock(&alarms->mutex);
	return NULL;
}

bool
alarms_set(struct alarms *alarms, unsigned delay_ms, void (*ring)(void *data), void *data)
{
	pthread_mutex_lock(&alarms->mutex);
	if (!alarms->ended && !alarms->running)
		alarms->running = pthread_create(&alarms->thread, NULL, ring_on, alarms) == 0;
	bool taken = !alarms->ended && alarms->running;
	if (taken) {
		struct alarm *alarm = g_new(struct alarm, 1);
		*alarm = (struct alarm){ clock_ms() + delay_ms, ring, data };
		g_sequence_insert_sorted(alarms->waiting, alarm, compare_due, NULL);
		pthread_cond_signal(&alarms->changed);
	}
	pthread_mutex_unlock(&alarms->mutex);
	return taken;
}

static void
ring_now(void *item, void *data)
{
	(void)data;
	struct alarm *alarm = item;
	alarm->ring(alarm->data);
}

void
alarms_end(struct alarms *alarms)
{
	pthread_mutex_lock(&alarms->mutex);
	bool first = !alarms->ended;
	alarms->ended = true;
	pthread_cond_signal(&alarms->changed);
	pthread_mutex_unlock(&alarms->mutex);
	if (first && alarms->running)
		pthread_join(alarms->thread, NULL);
	/* Nobody else touches them now. */
	g_sequence_foreach(alarms->waiting, ring_now, NULL);
	g_sequence_remove_range(g_sequence_get_begin_iter(alarms->waiting), g_sequence_get_end_iter(alarms->waiting));
}

void
alarms_destroy(struct alarms *alarms)
{
	if (!alarms)
		return;
	alarms_end(alarms);
	g_sequence_free(alarms->waiting);
	pthread_cond_destroy(&alarms->changed);
	pthread_mutex_destroy(&alarms->mutex);
	g_free(alarms);
}
