#include "work/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "work/workspace.h"

enum { FILES_MAX = 10000, DEPTH_MAX = 64 };
static const int64_t BYTES_MAX = (int64_t)256 << 20;

/* Folders that tools fill and that can be made again. */
static const char *const left_out[] = { "node_modules", ".git", ".teamwright", NULL };

static const struct record_field manifest_entry_fields[] = {
	RECORD_FIELD(manifest_entry, path, RECORD_REQUIRED, "below the folder"),
	RECORD_FIELD(manifest_entry, digest, RECORD_REQUIRED, "SHA-256 of the bytes"),
	RECORD_FIELD(manifest_entry, bytes, 0, "size"),
	RECORD_FIELD(manifest_entry, executable, 0, "it is a program"),
};
RECORD_TYPE(manifest_entry, RECORD_REJECT, "a file");

static const struct record_field manifest_fields[] = {
	RECORD_LIST(manifest, files, manifest_entry, 0, "the files, by path"),
	RECORD_FIELD(manifest, left_out, 0, "what was not kept"),
};
RECORD_TYPE(manifest, RECORD_REJECT, "the content of a folder");

struct scan {
	struct store *store;
	const char *root;
	struct manifest *manifest;
	GStrvBuilder *left_out;
	int64_t bytes;
	GError **error;
};

static bool scan_folder(struct scan *scan, const char *below, unsigned depth);

static bool
scan_file(struct scan *scan, const char *below, const char *path, const struct stat *status)
{
	scan->bytes += status->st_size;
	if (scan->manifest->files.count == FILES_MAX || scan->bytes > BYTES_MAX)
		return error_set(scan->error, ERR_TOO_LARGE, "leave generated files out of the deliverable",
		                 "%s holds more than %d files or 256 MiB", scan->root, FILES_MAX);
	g_autofree char *bytes = NULL;
	gsize length;
	GError *cause = NULL;
	if (!g_file_get_contents(path, &bytes, &length, &cause))
		return error_wrap(scan->error, cause, ERR_ENVIRONMENT, "check its permissions", "cannot keep %s", path);
	struct manifest_entry *entry = record_append(&manifest_entry_record, &scan->manifest->files);
	entry->path = g_strdup(below);
	entry->bytes = (int64_t)length;
	entry->executable = status->st_mode & S_IXUSR;
	entry->digest = scan->store->ops->blob_put(scan->store, bytes, length, scan->error);
	return entry->digest != NULL;
}

static bool
scan_entry(struct scan *scan, const char *folder, const char *name, unsigned depth)
{
	g_autofree char *below = *folder ? g_strconcat(folder, "/", name, NULL) : g_strdup(name);
	g_autofree char *path = g_build_filename(scan->root, below, NULL);
	struct stat status;
	if (lstat(path, &status))
		return true;   /* it went away meanwhile */
	if (S_ISDIR(status.st_mode) && !g_strv_contains(left_out, name))
		return scan_folder(scan, below, depth + 1);
	if (S_ISREG(status.st_mode))
		return scan_file(scan, below, path, &status);
	g_strv_builder_add(scan->left_out, below);
	return true;
}

static bool
scan_folder(struct scan *scan, const char *below, unsigned depth)
{
	if (depth == DEPTH_MAX)
		return error_set(scan->error, ERR_TOO_LARGE, NULL, "%s is nested deeper than %d folders", scan->root, DEPTH_MAX);
	g_autofree char *path = g_build_filename(scan->root, below, NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory)))
		if (!scan_entry(scan, below, name, depth))
			return false;
	return true;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct manifest_entry *)a)->path, ((const struct manifest_entry *)b)->path);
}

bool
manifest_make(struct store *store, const char *folder, struct manifest *ret, GError **error)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	struct scan scan = { .store = store, .root = folder, .manifest = ret, .left_out = builder, .error = error };
	record_init(&manifest_record, ret);
	bool ok = scan_folder(&scan, "", 0);
	if (!ok) {
		record_finish(&manifest_record, ret);
		return false;
	}
	ret->left_out = g_strv_builder_end(builder);
	if (ret->files.count)
		qsort(ret->files.items, ret->files.count, sizeof *ret->files.items, compare_paths);
	return true;
}

char *
manifest_keep(struct store *store, const struct manifest *manifest, GError **error)
{
	g_autofree char *text = record_to_json(&manifest_record, manifest, false);
	return store->ops->blob_put(store, text, strlen(text), error);
}

bool
manifest_read(struct store *store, const char *digest, struct manifest *ret, GError **error)
{
	memset(ret, 0, sizeof *ret);
	g_autoptr(GBytes) bytes = store->ops->blob_read(store, digest, error);
	if (!bytes)
		return false;
	gsize length;
	const char *text = g_bytes_get_data(bytes, &length);
	g_autoptr(Doc) doc = doc_read_json("manifest", text, length, NULL, error);
	return doc && record_read(&manifest_record, doc, doc_root(doc), ret, error);
}

/* A path from a manifest stays below its folder whatever it says. */
static bool
is_inside(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);
	for (char **part = parts; *part; part++)
		if (!**part || g_str_equal(*part, ".") || g_str_equal(*part, ".."))
			return false;
	return true;
}

static bool
lay_out_file(struct store *store, const struct manifest_entry *entry, const char *folder, GError **error)
{
	g_autofree char *path = g_build_filename(folder, entry->path, NULL), *parent = g_path_get_dirname(path);
	g_autoptr(GBytes) bytes = is_inside(entry->path) ? store->ops->blob_read(store, entry->digest, error) : NULL;
	if (!bytes)
		return is_inside(entry->path) ? false : error_set(error, ERR_STORE, NULL, "'%s' leads out of its folder", entry->path);
	gsize length;
	const char *data = g_bytes_get_data(bytes, &length);
	GError *cause = NULL;
	if (g_mkdir_with_parents(parent, 0777) == 0 &&
	    g_file_set_contents_full(path, data ? data : "", (gssize)length, G_FILE_SET_CONTENTS_NONE, entry->executable ? 0777 : 0666, &cause))
		return true;
	if (!cause)
		return error_set(error, ERR_ENVIRONMENT, "choose a folder that can be written", "cannot make %s: %s", parent, g_strerror(errno));
	return error_wrap(error, cause, ERR_ENVIRONMENT, "make room, or choose a folder that can be written", "cannot write %s", path);
}

bool
manifest_lay_out(struct store *store, const struct manifest *manifest, const char *folder, GError **error)
{
	if (g_mkdir_with_parents(folder, 0777))
		return error_set(error, ERR_ENVIRONMENT, "choose a folder that can be written", "cannot make %s: %s", folder, g_strerror(errno));
	for (size_t i = 0; i < manifest->files.count; i++)
		if (!lay_out_file(store, &manifest->files.items[i], folder, error))
			return false;
	return true;
}
