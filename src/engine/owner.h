/* Who owns a run: a process with a lease, known by a random id and found alive or dead. */
#ifndef ENGINE_OWNER_H
#define ENGINE_OWNER_H

#include "store/store.h"

/* This process as an owner; epoch and lease are not set. */
void owner_init(struct owner_row *owner, const char *socket);
/* True where the process is certainly gone: another boot of this machine, or its pid is free or
 * used by a younger process. Of a process on another machine only its lease tells. */
bool owner_is_dead(const struct owner_row *owner);
/* Takes a run that nobody owns, whose lease has passed or whose owner is dead. On success `owner`
 * has the new epoch; `ret_orphaned` becomes true where another owner had it, whose processes may still run.
 * ERR_OWNED says who has it. Opens and commits a transaction. */
bool owner_take(struct store *store, int64_t key, const char *run, struct owner_row *owner, bool *ret_orphaned, GError **error);

#endif
