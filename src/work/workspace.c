#include "work/workspace.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>

#include "base/error.h"

enum { OPEN_FOLDERS = 16 };

static int
remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status, (void)kind, (void)place;
	return remove(path);
}

bool
tree_remove(const char *path)
{
	return nftw(path, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0 || errno == ENOENT;
}

char *
workspace_create(const char *place, const char *run, const char *name, GError **error)
{
	g_autofree char *path = g_build_filename(place, "work", run, name, NULL);
	if (tree_remove(path) && g_mkdir_with_parents(path, 0700) == 0)
		return g_steal_pointer(&path);
	error_set(error, ERR_ENVIRONMENT, "make room, or choose another store with --store", "cannot make the workspace %s: %s", path,
	          g_strerror(errno));
	return NULL;
}

bool
workspace_remove_all(const char *place, const char *run)
{
	g_autofree char *path = g_build_filename(place, "work", run, NULL);
	return tree_remove(path);
}
