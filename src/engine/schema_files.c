#include "engine/schema_files.h"

#include <string.h>

#include "base/error.h"
#include "base/record.h"

enum { DEPTH = 16 };   /* of folders */

static const char *const draft_names[] = { "draft2020-12", "draft7", "draft4", "openapi3.0", "openapi3.1", NULL };

bool
schema_read_options(const char *draft, bool formats, struct schema_options *ret, GError **error)
{
	int index = record_name_index(draft_names, draft);
	*ret = (struct schema_options){ .dialect = (enum schema_dialect)MAX(index, 0), .assert_formats = formats };
	return index >= 0 || error_set(error, ERR_USAGE, "say " SCHEMA_DRAFTS, "there is no draft '%s'", draft);
}

void
schema_free_remote(void *data)
{
	struct schema_remote *remote = data;
	g_free(remote->uri);
	doc_unref(remote->doc);
	g_free(remote);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *
schema_read_names(const char *folder, GError **error)
{
	GError *cause = NULL;
	g_autoptr(GDir) directory = g_dir_open(folder, 0, &cause);
	const char *name;
	if (!directory) {
		error_wrap(error, cause, ERR_INPUT, "name a folder of test files", "cannot read %s", folder);
		return NULL;
	}
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	while ((name = g_dir_read_name(directory)))
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, compare_names);
	return names;
}

static bool
is_document(const char *file)
{
	return g_str_has_suffix(file, ".json") || g_str_has_suffix(file, ".yaml") || g_str_has_suffix(file, ".yml");
}

bool
schema_read_remotes(const char *folder, const char *uri, unsigned depth, GPtrArray *remotes, GError **error)
{
	g_autoptr(GPtrArray) names = depth < DEPTH ? schema_read_names(folder, error) : g_ptr_array_new();
	for (unsigned i = 0; names && i < names->len; i++) {
		g_autofree char *file = g_build_filename(folder, names->pdata[i], NULL), *inner = uri ? g_strconcat(uri, "/", names->pdata[i], NULL) : g_strdup(names->pdata[i]);
		if (g_file_test(file, G_FILE_TEST_IS_DIR)) {
			if (!schema_read_remotes(file, inner, depth + 1, remotes, error))
				return false;
		} else if (is_document(file)) {
			struct doc *doc = doc_read_file(file, error);
			if (!doc)
				return false;
			struct schema_remote *remote = g_new(struct schema_remote, 1);
			*remote = (struct schema_remote){ g_steal_pointer(&inner), doc };
			g_ptr_array_add(remotes, remote);
		}
	}
	return names != NULL;
}
