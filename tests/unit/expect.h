/* What the unit tests say more often than once. */
#ifndef TESTS_EXPECT_H
#define TESTS_EXPECT_H

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"

/* The error is there, has this code and says `part` somewhere; it is cleared. */
static inline void
expect_error(GError **error, enum error_code code, const char *part)
{
	g_assert_nonnull(*error);
	if (error_code(*error) != code || !strstr((*error)->message, part))
		g_error("expected %s saying '%s', not %s: %s", error_name(code), part, error_name(error_code(*error)), (*error)->message);
	g_clear_error(error);
}

/* True in ./dev soak: full sizes. */
static inline bool
at_full_size(void)
{
	return g_getenv("TEAMWRIGHT_SOAK") != NULL;
}

/* A new folder below the system's place for temporary ones; newly allocated. */
static inline char *
temporary_folder(void)
{
	GError *error = NULL;
	char *path = g_dir_make_tmp("tw-XXXXXX", &error);
	g_assert_no_error(error);
	return path;
}

/* Removes a folder with everything in it. */
static inline void
remove_folder(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		if (g_file_test(inner, G_FILE_TEST_IS_DIR) && !g_file_test(inner, G_FILE_TEST_IS_SYMLINK))
			remove_folder(inner);
		else
			g_unlink(inner);
	}
	g_rmdir(path);
}

/* Writes `text` to folder/name, whose folder is made. */
static inline void
write_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

#endif
