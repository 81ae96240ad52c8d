#include "base/watch.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/error.h"

enum { REST_MS = 40, EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE };

struct watch {
	int inotify, ended;          /* descriptors */
	pthread_t thread;
	GHashTable *folders;         /* watch descriptor -> GHashTable of file names */
	void (*changed)(struct watch *watch, void *data);
	void *data;
};

static void
add_file(struct watch *watch, const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path), *name = g_path_get_basename(path);
	int place = inotify_add_watch(watch->inotify, folder, EVENTS);
	if (place < 0)
		return;
	GHashTable *names = g_hash_table_lookup(watch->folders, GINT_TO_POINTER(place));
	if (!names) {
		names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		g_hash_table_insert(watch->folders, GINT_TO_POINTER(place), names);
	}
	g_hash_table_add(names, g_steal_pointer(&name));
}

void
watch_set(struct watch *watch, char *const *files)
{
	GHashTable *before = watch->folders;
	GHashTableIter iter;
	void *place;
	watch->folders = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
	for (; *files; files++)
		add_file(watch, *files);
	g_hash_table_iter_init(&iter, before);
	while (g_hash_table_iter_next(&iter, &place, NULL))
		if (!g_hash_table_contains(watch->folders, place))
			inotify_rm_watch(watch->inotify, GPOINTER_TO_INT(place));
	g_hash_table_unref(before);
}

/* Reads what has happened; true where it concerns one of the files. */
static bool
read_events(struct watch *watch)
{
	_Alignas(struct inotify_event) char buffer[16384];
	bool ours = false;
	ssize_t length;
	while ((length = read(watch->inotify, buffer, sizeof buffer)) > 0)
		for (const char *at = buffer; at < buffer + length;) {
			const struct inotify_event *event = (const void *)at;
			GHashTable *names = g_hash_table_lookup(watch->folders, GINT_TO_POINTER(event->wd));
			ours |= event->mask & IN_Q_OVERFLOW || (names && event->len && g_hash_table_contains(names, event->name));
			at += sizeof *event + event->len;
		}
	return ours;
}

static void *
attend(void *data)
{
	struct watch *watch = data;
	struct pollfd waits[] = { { watch->inotify, POLLIN, 0 }, { watch->ended, POLLIN, 0 } };
	bool waiting = false;        /* for the end of what goes on */
	for (;;) {
		int count = poll(waits, G_N_ELEMENTS(waits), waiting ? REST_MS : -1);
		if (waits[1].revents || (count < 0 && errno != EINTR))
			return NULL;
		if (count > 0) {
			waiting |= read_events(watch);
		} else if (count == 0) {
			waiting = false;
			watch->changed(watch, watch->data);
		}
	}
}

static void
destroy(struct watch *watch)
{
	if (watch->inotify >= 0)
		close(watch->inotify);
	if (watch->ended >= 0)
		close(watch->ended);
	g_hash_table_unref(watch->folders);
	g_free(watch);
}

struct watch *
watch_start(char *const *files, void (*changed)(struct watch *watch, void *data), void *data, GError **error)
{
	struct watch *watch = g_new0(struct watch, 1);
	*watch = (struct watch){ .changed = changed, .data = data };
	watch->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	watch->ended = eventfd(0, EFD_CLOEXEC);
	watch->folders = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
	if (watch->inotify >= 0 && watch->ended >= 0) {
		watch_set(watch, files);
		if (pthread_create(&watch->thread, NULL, attend, watch) == 0)
			return watch;
	}
	error_set(error, ERR_ENVIRONMENT, "raise fs.inotify.max_user_instances", "files cannot be watched: %s", g_strerror(errno));
	destroy(watch);
	return NULL;
}

void
watch_stop(struct watch *watch)
{
	uint64_t one = 1;
	if (!watch)
		return;
	if (write(watch->ended, &one, sizeof one) == sizeof one)
		pthread_join(watch->thread, NULL);
	destroy(watch);
}
