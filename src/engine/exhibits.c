#include "engine/exhibits.h"

#include <string.h>

#include "work/manifest.h"

enum { BYTES_MAX = 64 << 10, LISTED_MAX = 100 };

static void
clear(void *data)
{
	struct exhibit *exhibit = data;
	g_free(exhibit->path);
	g_free(exhibit->digest);
	g_free(exhibit->content);
}

void
exhibits_init(struct exhibits *exhibits)
{
	exhibits->files = g_array_new(FALSE, TRUE, sizeof(struct exhibit));
	g_array_set_clear_func(exhibits->files, clear);
}

void
exhibits_finish(struct exhibits *exhibits)
{
	g_array_unref(exhibits->files);
}

bool
exhibits_add(struct exhibits *exhibits, struct store *store, const char *manifest, const char *folder, GError **error)
{
	struct manifest found;
	if (!manifest_read(store, manifest, &found, error))
		return false;
	for (size_t i = 0; i < found.files.count; i++) {
		const struct manifest_entry *entry = &found.files.items[i];
		struct exhibit exhibit = { .path = folder ? g_strdup_printf("%s/%s", folder, entry->path) : g_strdup(entry->path),
			                   .digest = g_strdup(entry->digest), .bytes = entry->bytes };
		g_array_append_val(exhibits->files, exhibit);
	}
	record_finish(&manifest_record, &found);
	return true;
}

static int
compare(const void *a, const void *b)
{
	const struct exhibit *one = a, *two = b;
	if (one->named != two->named)
		return one->named ? -1 : 1;
	return one->bytes != two->bytes ? (one->bytes > two->bytes) - (one->bytes < two->bytes) : strcmp(one->path, two->path);
}

static bool
read_one(struct exhibit *exhibit, struct store *store, GError **error)
{
	g_autoptr(GBytes) bytes = store->ops->blob_read(store, exhibit->digest, error);
	gsize length = 0;
	const char *data = bytes ? g_bytes_get_data(bytes, &length) : NULL;
	if (!bytes)
		return false;
	if (length && !g_utf8_validate(data, (gssize)length, NULL))
		exhibit->why = "it is no text";
	else
		exhibit->content = g_strndup(data ? data : "", length);
	return true;
}

/* The file's own name will do: who reports a fault rarely gives the whole path. */
static bool
is_named(const char *path, const char *text)
{
	const char *slash = strrchr(path, '/');
	return strstr(text, slash ? slash + 1 : path) != NULL;
}

bool
exhibits_read(struct exhibits *exhibits, struct store *store, const char *text, GError **error)
{
	int64_t sum = 0;
	for (unsigned i = 0; i < exhibits->files->len; i++) {
		struct exhibit *exhibit = &g_array_index(exhibits->files, struct exhibit, i);
		exhibit->named = is_named(exhibit->path, text);
	}
	g_array_sort(exhibits->files, compare);
	for (unsigned i = 0; i < exhibits->files->len; i++) {
		struct exhibit *exhibit = &g_array_index(exhibits->files, struct exhibit, i);
		if (sum + exhibit->bytes > BYTES_MAX)
			exhibit->why = "there was no room left for it";
		else if (!read_one(exhibit, store, error))
			return false;
		sum += exhibit->content ? exhibit->bytes : 0;
	}
	return true;
}

struct doc *
exhibits_left_out(const struct exhibits *exhibits)
{
	unsigned count = 0;
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_array(&writer);
	for (unsigned i = 0; i < exhibits->files->len; i++) {
		const struct exhibit *exhibit = &g_array_index(exhibits->files, struct exhibit, i);
		if (exhibit->content || count++ >= LISTED_MAX)
			continue;
		writer_begin_object(&writer);
		writer_member_text(&writer, "path", exhibit->path);
		writer_member_int(&writer, "bytes", exhibit->bytes);
		writer_member_text(&writer, "why", exhibit->why);
		writer_end(&writer);
	}
	writer_end(&writer);
	struct doc *doc = writer_doc(&writer);
	if (count)
		return doc;
	doc_unref(doc);
	return NULL;
}
