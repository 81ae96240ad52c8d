#include <sys/eventfd.h>
#include <unistd.h>

#include "llm/transport_call.h"

struct inbox {
	unsigned references;     /* atomic */
	pthread_mutex_t mutex;   /* of what follows */
	GPtrArray *calls;        /* a reference each */
	int wake;
	bool rung;               /* the thread has been woken already */
	bool closed;
};

struct inbox *
inbox_create(int *ret_wake)
{
	struct inbox *inbox = g_new0(struct inbox, 1);
	inbox->references = 1;
	pthread_mutex_init(&inbox->mutex, NULL);
	inbox->calls = g_ptr_array_new();
	*ret_wake = inbox->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return inbox;
}

struct inbox *
inbox_ref(struct inbox *inbox)
{
	__atomic_add_fetch(&inbox->references, 1, __ATOMIC_RELAXED);
	return inbox;
}

void
inbox_unref(struct inbox *inbox)
{
	if (__atomic_sub_fetch(&inbox->references, 1, __ATOMIC_ACQ_REL))
		return;
	pthread_mutex_destroy(&inbox->mutex);
	g_ptr_array_free(inbox->calls, TRUE);
	close(inbox->wake);
	g_free(inbox);
}

static void
ring(struct inbox *inbox)
{
	if (!inbox->rung)
		eventfd_write(inbox->wake, 1);
	inbox->rung = true;
}

bool
inbox_post(struct inbox *inbox, struct transport_call *call)
{
	pthread_mutex_lock(&inbox->mutex);
	bool taken = !inbox->closed;
	if (taken) {
		__atomic_add_fetch(&call->references, 1, __ATOMIC_RELAXED);
		g_ptr_array_add(inbox->calls, call);
		ring(inbox);
	}
	pthread_mutex_unlock(&inbox->mutex);
	return taken;
}

void
inbox_ring(struct inbox *inbox)
{
	pthread_mutex_lock(&inbox->mutex);
	ring(inbox);
	pthread_mutex_unlock(&inbox->mutex);
}

bool
inbox_take(struct inbox *inbox, GPtrArray *calls, bool close)
{
	eventfd_t count;
	pthread_mutex_lock(&inbox->mutex);
	if (inbox->rung)
		eventfd_read(inbox->wake, &count);
	inbox->rung = false;
	for (unsigned i = 0; i < inbox->calls->len; i++)
		g_ptr_array_add(calls, inbox->calls->pdata[i]);
	g_ptr_array_set_size(inbox->calls, 0);
	inbox->closed = close && calls->len == 0;
	bool open = !inbox->closed;
	pthread_mutex_unlock(&inbox->mutex);
	return open;
}
