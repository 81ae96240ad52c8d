/* Workspaces: the folder that one attempt, or one verification, may write. They live beside the
 * store, and go when their content is kept. */
#ifndef WORK_WORKSPACE_H
#define WORK_WORKSPACE_H

#include <glib.h>
#include <stdbool.h>

/* <place>/work/<run>/<name>, empty: what an earlier attempt left there goes. Newly allocated; NULL
 * with ERR_ENVIRONMENT. */
char *workspace_create(const char *place, const char *run, const char *name, GError **error);
/* Removes a folder with all that is in it; symbolic links are removed, not followed. Quiet where
 * there is none. False where something could not be removed. */
bool tree_remove(const char *path);
/* The workspaces of a run. */
bool workspace_remove_all(const char *place, const char *run);

#endif
