#include "contract/recording.h"

#include <pthread.h>

#include "base/clock.h"

enum { BYTES_MAX = 64 << 20 };

/* A ring: the oldest exchange stands at `first`. */
struct recording {
	pthread_mutex_t lock;
	struct entry {
		int64_t at_ms, duration_us;
		struct kept *kept;
	} *ring;
	size_t room, first, count, bytes;
};

struct recording *
recording_create(size_t exchanges)
{
	struct recording *recording = g_new0(struct recording, 1);
	pthread_mutex_init(&recording->lock, NULL);
	recording->room = MAX(exchanges, 1);
	recording->ring = g_new0(struct entry, recording->room);
	return recording;
}

void
recording_clear(struct recording *recording)
{
	pthread_mutex_lock(&recording->lock);
	for (size_t i = 0; i < recording->room; i++)
		kept_unref(g_steal_pointer(&recording->ring[i].kept));
	recording->first = recording->count = recording->bytes = 0;
	pthread_mutex_unlock(&recording->lock);
}

void
recording_destroy(struct recording *recording)
{
	if (!recording)
		return;
	recording_clear(recording);
	pthread_mutex_destroy(&recording->lock);
	g_free(recording->ring);
	g_free(recording);
}

void
recording_add(struct recording *recording, const struct http_request *request, const struct http_response *response)
{
	struct kept *kept = kept_create(request, response);
	recording_keep(recording, kept, clock_wall_ms(), response->duration_us);
	kept_unref(kept);
}

static void
forget_oldest(struct recording *recording)
{
	struct kept *kept = g_steal_pointer(&recording->ring[recording->first].kept);
	recording->first = (recording->first + 1) % recording->room;
	recording->count--;
	recording->bytes -= kept->bytes;
	kept_unref(kept);
}

void
recording_keep(struct recording *recording, struct kept *kept, int64_t at_ms, int64_t duration_us)
{
	struct entry entry = { at_ms, duration_us, kept_ref(kept) };
	pthread_mutex_lock(&recording->lock);
	while (recording->count == recording->room || (recording->count && recording->bytes + kept->bytes > BYTES_MAX))
		forget_oldest(recording);
	recording->ring[(recording->first + recording->count++) % recording->room] = entry;
	recording->bytes += kept->bytes;
	pthread_mutex_unlock(&recording->lock);
}

/* A copy for people who read it later. */
static void
fill_exchange(const struct entry *entry, struct recorded_exchange *exchange)
{
	exchange->at_ms = entry->at_ms;
	recorded_exchange_fill(exchange, &entry->kept->request, &entry->kept->response);
	exchange->duration_us = entry->duration_us;
}

void
recording_list(struct recording *recording, struct recorded_exchange_list *ret)
{
	*ret = (struct recorded_exchange_list){ 0 };
	pthread_mutex_lock(&recording->lock);
	for (size_t i = 0; i < recording->count; i++)
		fill_exchange(&recording->ring[(recording->first + i) % recording->room], record_append(&recorded_exchange_record, ret));
	pthread_mutex_unlock(&recording->lock);
}
