/* What is in a deliverable's folder, and which of it a glob means. */
#include "verify/files.h"

#include <string.h>
#include <sys/stat.h>

enum { FILES_MAX = 20000, DEPTH_MAX = 32 };

static void
collect(GPtrArray *files, const char *root, const char *below, unsigned depth)
{
	g_autofree char *path = g_build_filename(root, below, NULL);
	g_autoptr(GDir) directory = depth < DEPTH_MAX ? g_dir_open(path, 0, NULL) : NULL;
	const char *name;
	while (directory && files->len < FILES_MAX && (name = g_dir_read_name(directory))) {
		g_autofree char *next = *below ? g_strconcat(below, "/", name, NULL) : g_strdup(name);
		g_autofree char *whole = g_build_filename(root, next, NULL);
		struct stat status;
		if (g_str_equal(name, "node_modules") || g_str_equal(name, ".git") || lstat(whole, &status))
			continue;
		if (S_ISDIR(status.st_mode))
			collect(files, root, next, depth + 1);
		else if (S_ISREG(status.st_mode) && status.st_size > 0)
			g_ptr_array_add(files, g_steal_pointer(&next));
	}
}

GPtrArray *
files_list(const char *folder)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	collect(files, folder, "", 0);
	return files;
}

bool
verify_glob(const char *glob, const char *path)
{
	g_autoptr(GString) pattern = g_string_new("^");
	for (const char *c = glob; *c; c++) {
		if (g_str_has_prefix(c, "**/")) {
			g_string_append(pattern, "(?:.*/)?");
			c += 2;
		} else if (g_str_has_prefix(c, "**")) {
			g_string_append(pattern, ".*");
			c++;
		} else if (*c == '*') {
			g_string_append(pattern, "[^/]*");
		} else if (*c == '?') {
			g_string_append(pattern, "[^/]");
		} else if (*c == '[' && strchr(c, ']')) {
			const char *end = strchr(c, ']');
			g_string_append_len(pattern, c, end - c + 1);
			c = end;
		} else {
			g_autofree char *plain = g_regex_escape_string(c, 1);
			g_string_append(pattern, plain);
		}
	}
	g_string_append_c(pattern, '$');
	return g_regex_match_simple(pattern->str, path, 0, 0);
}

size_t
files_match(const GPtrArray *files, const char *glob)
{
	size_t count = 0;
	for (unsigned i = 0; i < files->len; i++)
		count += verify_glob(glob, g_ptr_array_index(files, i));
	return count;
}
