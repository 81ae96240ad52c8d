#include "engine/owner.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"

enum { LEASE_MS = 15000, STARTED_FIELD = 22 };

static char *
read_line(const char *path)
{
	g_autofree char *text = NULL;
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return NULL;
	return g_strdup(g_strchomp(text));
}

/* When a process was started, in ticks after boot; 0 where there is none. proc(5), field 22. */
static int64_t
started_at(int64_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%" G_GINT64_FORMAT "/stat", pid);
	g_autofree char *line = read_line(path);
	char *rest = line ? strrchr(line, ')') : NULL;   /* the name in brackets may hold anything */
	if (!rest)
		return 0;
	g_auto(GStrv) fields = g_strsplit(rest + 2, " ", -1);
	bool long_enough = g_strv_length(fields) > STARTED_FIELD - 3;
	return long_enough ? g_ascii_strtoll(fields[STARTED_FIELD - 3], NULL, 10) : 0;
}

void
owner_init(struct owner_row *owner, const char *socket)
{
	record_init(&owner_row_record, owner);
	owner->id = g_uuid_string_random();
	owner->host = read_line("/proc/sys/kernel/random/boot_id");
	owner->pid = getpid();
	owner->started = started_at(getpid());
	owner->socket = g_strdup(socket);
}

bool
owner_is_dead(const struct owner_row *owner)
{
	g_autofree char *boot = read_line("/proc/sys/kernel/random/boot_id");
	if (!owner->host || !boot || !g_str_equal(owner->host, boot))
		return false;
	return started_at(owner->pid) != owner->started;
}

static bool
refuse(const char *run, const struct owner_row *holder, GError **error)
{
	g_autofree char *until = clock_text(holder->lease_ms);
	return error_set(error, ERR_OWNED, "wait for it (see 'teamwright status'), or end it with 'teamwright cancel'",
	                 "run %s belongs to process %" G_GINT64_FORMAT " (its lease holds until %s)", run, holder->pid, until);
}

static bool
take(struct store *store, int64_t key, const char *run, struct owner_row *owner, bool *orphaned, GError **error)
{
	struct owner_row holder;
	if (!store->ops->owner_read(store, key, &holder, error))
		return false;
	bool ours = holder.id && g_str_equal(holder.id, owner->id);
	bool dead = holder.id && !ours && owner_is_dead(&holder);
	bool free = !holder.id || ours || dead || holder.lease_ms < clock_wall_ms();
	bool done = false;
	owner->lease_ms = clock_wall_ms() + LEASE_MS;
	bool ok = free ? store->ops->owner_claim(store, key, owner, holder.epoch, &done, error) : refuse(run, &holder, error);
	if (ok && !done)
		ok = refuse(run, &holder, error);
	owner->epoch = holder.epoch + 1;
	*orphaned = ok && holder.id && !ours;
	record_finish(&owner_row_record, &holder);
	return ok;
}

bool
owner_take(struct store *store, int64_t key, const char *run, struct owner_row *owner, bool *ret_orphaned, GError **error)
{
	if (!store->ops->begin(store, error))
		return false;
	if (take(store, key, run, owner, ret_orphaned, error))
		return store_commit(store, error);
	store->ops->rollback(store);
	return false;
}
