#include "store/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static char *
blob_path(const char *folder, const char *digest)
{
	return g_strdup_printf("%s/%.2s/%s", folder, digest, digest + 2);
}

static bool
sync_folder(const char *path)
{
	int file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = file >= 0 && fsync(file) == 0;
	if (file >= 0)
		close(file);
	return ok;
}

static bool
write_all(int file, const char *bytes, size_t length)
{
	while (length) {
		ssize_t put = write(file, bytes, length);
		if (put < 0 && errno != EINTR)
			return false;
		bytes += MAX(put, 0);
		length -= (size_t)MAX(put, 0);
	}
	return fsync(file) == 0;
}

/* Under a passing name first: a reader never sees half a blob. */
static bool
write_file(const char *path, const char *bytes, size_t length)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *passing = g_strdup_printf("%s/.new-XXXXXX", folder);
	if (g_mkdir_with_parents(folder, 0700))
		return false;
	int file = g_mkstemp_full(passing, O_WRONLY | O_CLOEXEC, 0600);
	if (file < 0)
		return false;
	bool ok = write_all(file, bytes, length);
	close(file);
	ok = ok && rename(passing, path) == 0 && sync_folder(folder);
	if (!ok) {
		int code = errno;
		unlink(passing);
		errno = code;
	}
	return ok;
}

char *
blob_write(const char *folder, const char *bytes, size_t length, GError **error)
{
	g_autofree char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
	g_autofree char *path = blob_path(folder, digest);
	struct stat status;
	if (stat(path, &status) == 0 && (size_t)status.st_size == length)
		return g_steal_pointer(&digest);
	if (!write_file(path, bytes, length)) {
		error_set(error, ERR_STORE, "make room or choose another store with --store", "cannot write %s: %s", path, g_strerror(errno));
		return NULL;
	}
	return g_steal_pointer(&digest);
}

GBytes *
blob_read(const char *folder, const char *digest, GError **error)
{
	char *bytes;
	gsize length;
	if (strlen(digest) < 3 || strspn(digest, "0123456789abcdef") != strlen(digest)) {
		error_set(error, ERR_STORE, NULL, "'%s' is no digest", digest);
		return NULL;
	}
	g_autofree char *path = blob_path(folder, digest);
	if (!g_file_get_contents(path, &bytes, &length, NULL)) {
		error_set(error, ERR_NOT_FOUND, "it may have been removed by 'teamwright gc'", "the store has no blob %s", digest);
		return NULL;
	}
	g_autofree char *found = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
	if (!g_str_equal(found, digest)) {
		error_set(error, ERR_STORE, "restore it from a backup, or run again", "the blob %s is damaged", digest);
		g_free(bytes);
		return NULL;
	}
	return g_bytes_new_take(bytes, length);
}

static void
visit_folder(const char *folder, const char *prefix, int64_t before_ms, void (*visit)(void *, const char *, int64_t), void *data)
{
	g_autofree char *path = g_build_filename(folder, prefix, NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *file = g_build_filename(path, name, NULL), *digest = g_strconcat(prefix, name, NULL);
		struct stat status;
		if (*name != '.' && stat(file, &status) == 0 && (int64_t)status.st_mtime * 1000 < before_ms)
			visit(data, digest, status.st_size);
	}
}

void
blob_each(const char *folder, int64_t before_ms, void (*visit)(void *data, const char *digest, int64_t bytes), void *data)
{
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	const char *prefix;
	while (directory && (prefix = g_dir_read_name(directory)))
		visit_folder(folder, prefix, before_ms, visit, data);
}

bool
blob_remove(const char *folder, const char *digest, GError **error)
{
	g_autofree char *path = blob_path(folder, digest);
	return unlink(path) == 0 || errno == ENOENT ||
	       error_set(error, ERR_STORE, "check its permissions", "cannot remove %s: %s", path, g_strerror(errno));
}
