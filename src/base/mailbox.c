#include "base/mailbox.h"

#include <glib.h>
#include <pthread.h>

#include "base/clock.h"

struct mailbox {
	pthread_mutex_t mutex;
	pthread_cond_t posted;
	void **waiting, **taken;          /* the array being filled, and the reader's */
	size_t first, count, room, taken_room;
	unsigned readers;                 /* threads that wait for `posted` */
	bool closed;
};

struct mailbox *
mailbox_create(void)
{
	struct mailbox *mailbox = g_new0(struct mailbox, 1);
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&mailbox->mutex, NULL);
	pthread_cond_init(&mailbox->posted, &attributes);
	pthread_condattr_destroy(&attributes);
	return mailbox;
}

void
mailbox_destroy(struct mailbox *mailbox, void (*discard)(void *message))
{
	if (!mailbox)
		return;
	for (size_t i = mailbox->first; discard && i < mailbox->count; i++)
		discard(mailbox->waiting[i]);
	pthread_mutex_destroy(&mailbox->mutex);
	pthread_cond_destroy(&mailbox->posted);
	g_free(mailbox->waiting);
	g_free(mailbox->taken);
	g_free(mailbox);
}

void
mailbox_post(struct mailbox *mailbox, void *message)
{
	pthread_mutex_lock(&mailbox->mutex);
	if (mailbox->count == mailbox->room) {
		mailbox->room = mailbox->room ? mailbox->room * 2 : 64;
		mailbox->waiting = g_renew(void *, mailbox->waiting, mailbox->room);
	}
	mailbox->waiting[mailbox->count++] = message;
	/* Under the mutex: who takes the message may destroy the mailbox at once, as one that waited for a reply does. */
	if (mailbox->readers)
		pthread_cond_signal(&mailbox->posted);
	pthread_mutex_unlock(&mailbox->mutex);
}

void
mailbox_close(struct mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->mutex);
	mailbox->closed = true;
	pthread_cond_broadcast(&mailbox->posted);
	pthread_mutex_unlock(&mailbox->mutex);
}

bool
mailbox_is_closed(struct mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->mutex);
	bool closed = mailbox->closed;
	pthread_mutex_unlock(&mailbox->mutex);
	return closed;
}

/* With the mutex held: waits until there is a message, the end or the deadline. */
static void
await(struct mailbox *mailbox, int64_t deadline)
{
	struct timespec until = clock_timespec(deadline);
	mailbox->readers++;
	while (mailbox->first == mailbox->count && !mailbox->closed)
		if (pthread_cond_timedwait(&mailbox->posted, &mailbox->mutex, &until))
			break;
	mailbox->readers--;
}

size_t
mailbox_take_all(struct mailbox *mailbox, int64_t deadline, void ***ret_messages)
{
	pthread_mutex_lock(&mailbox->mutex);
	await(mailbox, deadline);
	void **messages = mailbox->waiting;
	size_t room = mailbox->room, count = mailbox->count;
	mailbox->waiting = mailbox->taken;
	mailbox->room = mailbox->taken_room;
	mailbox->count = 0;
	mailbox->taken = messages;
	mailbox->taken_room = room;
	pthread_mutex_unlock(&mailbox->mutex);
	*ret_messages = messages;
	return count;
}

void *
mailbox_take_one(struct mailbox *mailbox, int64_t deadline)
{
	pthread_mutex_lock(&mailbox->mutex);
	await(mailbox, deadline);
	void *message = NULL;
	if (mailbox->first < mailbox->count)
		message = mailbox->waiting[mailbox->first++];
	if (mailbox->first == mailbox->count)
		mailbox->first = mailbox->count = 0;
	pthread_mutex_unlock(&mailbox->mutex);
	return message;
}
