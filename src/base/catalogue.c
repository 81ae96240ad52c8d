#include "base/catalogue.h"

#include <errno.h>
#include <gio/gio.h>
#include <pthread.h>
#include <string.h>

#include "base/error.h"

#define ROOT "/teamwright/"

struct catalogue {
	char *layers[2];   /* folders that override the built-in files, strongest first; NULL for none */
};

/* In the source that glib-compile-resources makes. */
void built_in_register_resource(void);

struct catalogue *
catalogue_open(const char *project)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, built_in_register_resource);
	struct catalogue *catalogue = g_new0(struct catalogue, 1);
	if (project)
		catalogue->layers[0] = g_build_filename(project, ".teamwright", NULL);
	catalogue->layers[1] = g_build_filename(g_get_user_config_dir(), "teamwright", NULL);
	return catalogue;
}

void
catalogue_close(struct catalogue *catalogue)
{
	if (!catalogue)
		return;
	g_free(catalogue->layers[0]);
	g_free(catalogue->layers[1]);
	g_free(catalogue);
}

/* Names come from outside too: none leads out of the layers. */
static bool
leads_out(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);
	return g_strv_contains((const char *const *)parts, "..");
}

GBytes *
catalogue_read(struct catalogue *catalogue, const char *path, char **ret_origin, GError **error)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(catalogue->layers); i++) {
		if (!catalogue->layers[i] || leads_out(path))
			continue;
		g_autofree char *file = g_build_filename(catalogue->layers[i], path, NULL);
		GError *cause = NULL;
		char *text;
		gsize length;
		if (!g_file_test(file, G_FILE_TEST_IS_REGULAR))
			continue;
		if (!g_file_get_contents(file, &text, &length, &cause)) {
			error_wrap(error, cause, ERR_CONFIG, "check its permissions", "cannot read %s", file);
			return NULL;
		}
		if (ret_origin)
			*ret_origin = g_steal_pointer(&file);
		return g_bytes_new_take(text, length);
	}
	g_autofree char *resource = g_strconcat(ROOT, path, NULL);
	GBytes *bytes = g_resources_lookup_data(resource, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	if (!bytes)
		error_set(error, ERR_NOT_FOUND, "list what there is with 'teamwright catalogue list'", "the catalogue has no %s", path);
	else if (ret_origin)
		*ret_origin = g_strdup("built-in");
	return bytes;
}

char *
catalogue_text(struct catalogue *catalogue, const char *path, char **ret_origin, GError **error)
{
	g_autofree char *origin = NULL;
	g_autoptr(GBytes) bytes = catalogue_read(catalogue, path, &origin, error);
	if (!bytes)
		return NULL;
	gsize length;
	const char *data = g_bytes_get_data(bytes, &length);
	if (!g_utf8_validate_len(data ? data : "", length, NULL)) {
		error_set(error, ERR_CONFIG, "save it as UTF-8 text", "%s (%s) is not UTF-8 text", path, origin);
		return NULL;
	}
	if (ret_origin)
		*ret_origin = g_steal_pointer(&origin);
	return g_strndup(data ? data : "", length);
}

static void
add_names(GHashTable *names, char **children)
{
	for (size_t i = 0; children && children[i]; i++)
		if (!g_str_has_suffix(children[i], "/"))
			g_hash_table_add(names, g_strdup(children[i]));
}

static void
add_directory(GHashTable *names, const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		if (*name != '.' && g_file_test(file, G_FILE_TEST_IS_REGULAR))
			g_hash_table_add(names, g_strdup(name));
	}
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
catalogue_list(struct catalogue *catalogue, const char *folder)
{
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *resource = g_strconcat(ROOT, folder, NULL);
	g_auto(GStrv) children = g_resources_enumerate_children(resource, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	add_names(names, children);
	for (unsigned i = 0; i < G_N_ELEMENTS(catalogue->layers); i++) {
		if (!catalogue->layers[i] || leads_out(folder))
			continue;
		g_autofree char *path = g_build_filename(catalogue->layers[i], folder, NULL);
		add_directory(names, path);
	}
	GPtrArray *sorted = g_ptr_array_new();
	GHashTableIter walk;
	void *name;
	g_hash_table_iter_init(&walk, names);
	while (g_hash_table_iter_next(&walk, &name, NULL))
		g_ptr_array_add(sorted, g_strdup(name));
	g_ptr_array_sort(sorted, compare_names);
	g_ptr_array_add(sorted, NULL);
	return (char **)g_ptr_array_free(sorted, FALSE);
}

char **
catalogue_folders(const char *folder)
{
	g_autofree char *resource = g_strconcat(ROOT, folder, NULL);
	g_auto(GStrv) children = g_resources_enumerate_children(resource, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	for (size_t i = 0; children && children[i]; i++) {
		g_autofree char *name = g_strndup(children[i], strcspn(children[i], "/"));
		if (g_str_has_suffix(children[i], "/"))
			g_strv_builder_add(builder, name);
	}
	char **names = g_strv_builder_end(builder);
	qsort(names, g_strv_length(names), sizeof *names, compare_names);
	return names;
}

static bool
export_folder(const char *resource, const char *directory, unsigned *written, GError **error)
{
	g_auto(GStrv) children = g_resources_enumerate_children(resource, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	if (g_mkdir_with_parents(directory, 0777))
		return error_set(error, ERR_ENVIRONMENT, "choose a folder that can be written", "cannot make %s: %s", directory, g_strerror(errno));
	for (size_t i = 0; children && children[i]; i++) {
		g_autofree char *inner = g_strconcat(resource, children[i], NULL);
		g_autofree char *path = g_build_filename(directory, children[i], NULL);
		if (g_str_has_suffix(children[i], "/")) {
			if (!export_folder(inner, path, written, error))
				return false;
			continue;
		}
		GError *cause = NULL;
		g_autoptr(GBytes) bytes = g_resources_lookup_data(inner, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
		if (g_file_test(path, G_FILE_TEST_EXISTS))
			continue;
		if (!g_file_set_contents(path, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes), &cause))
			return error_wrap(error, cause, ERR_ENVIRONMENT, "choose a folder that can be written", "cannot write %s", path);
		++*written;
	}
	return true;
}

bool
catalogue_export(const char *directory, unsigned *ret_written, GError **error)
{
	*ret_written = 0;
	return export_folder(ROOT, directory, ret_written, error);
}
