/* Clean-up: old runs go, and then the blobs that nothing refers to any more. A blob refers to
 * another by naming its digest anywhere in its text. */
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "engine/op_system.h"
#include "work/workspace.h"

enum { DIGEST_LENGTH = 64 };
#define DAY_MS ((int64_t)24 * 3600 * 1000)

static const struct record_field gc_request_fields[] = {
	RECORD_FIELD(gc_request, days, 0, "runs that ended longer ago go", .preset = "30"),
	RECORD_FIELD(gc_request, keep, 0, "the newest runs stay in any case", .preset = "20"),
	RECORD_FIELD(gc_request, dry_run, 0, "only say what would go"),
};
RECORD_TYPE(gc_request, RECORD_REJECT, "what to remove");

static const struct record_field gc_result_fields[] = {
	RECORD_FIELD(gc_result, runs, 0, "runs that went"),
	RECORD_FIELD(gc_result, blobs, 0, "blobs that went"),
	RECORD_FIELD(gc_result, bytes, 0, "their bytes"),
	RECORD_FIELD(gc_result, dry_run, 0, "nothing was removed"),
};
RECORD_TYPE(gc_result, RECORD_DROP, "what was removed");

struct collection {
	struct store *store;
	GHashTable *marked;          /* digests that something refers to */
	GPtrArray *queue;            /* those whose text is not searched yet */
	const struct gc_request *request;
	struct gc_result *result;
	GError *error;
};

static void
mark(struct collection *collection, const char *digest, size_t length)
{
	g_autofree char *copy = g_strndup(digest, length);
	if (g_hash_table_contains(collection->marked, copy))
		return;
	g_ptr_array_add(collection->queue, copy);
	g_hash_table_add(collection->marked, g_steal_pointer(&copy));
}

static void
mark_text(struct collection *collection, const char *text, size_t length)
{
	for (size_t at = 0; at + DIGEST_LENGTH <= length;) {
		size_t run = 0;
		while (at + run < length && (g_ascii_isdigit(text[at + run]) || (text[at + run] >= 'a' && text[at + run] <= 'f')))
			run++;
		if (run == DIGEST_LENGTH)
			mark(collection, text + at, run);
		at += run + 1;
	}
}

/* Everything that the kept runs lead to. */
static void
mark_all(struct collection *collection)
{
	while (collection->queue->len) {
		const char *digest = g_ptr_array_index(collection->queue, collection->queue->len - 1);
		g_ptr_array_set_size(collection->queue, (int)collection->queue->len - 1);
		g_autoptr(GBytes) bytes = collection->store->ops->blob_read(collection->store, digest, NULL);
		gsize length = 0;
		const char *text = bytes ? g_bytes_get_data(bytes, &length) : NULL;
		/* Only documents of ours refer to others: they are JSON objects. */
		if (text && length && *text == '{')
			mark_text(collection, text, length);
	}
}

static bool
mark_run(struct collection *collection, const struct run_row *row, GError **error)
{
	struct task_row_list tasks = { 0 };
	g_autofree char *text = record_to_json(&run_row_record, row, false);
	mark_text(collection, text, strlen(text));
	if (!collection->store->ops->task_list(collection->store, row->key, &tasks, error))
		return false;
	for (size_t i = 0; i < tasks.count; i++)
		if (tasks.items[i].result)
			mark(collection, tasks.items[i].result, strlen(tasks.items[i].result));
	record_list_finish(&task_row_record, &tasks);
	return true;
}

static bool
remove_run(struct collection *collection, struct context *context, const struct run_row *row, GError **error)
{
	struct store *store = collection->store;
	workspace_remove_all(context->house->place, row->id);
	if (!store->ops->begin(store, error))
		return false;
	if (store->ops->run_delete(store, row->key, error))
		return store_commit(store, error);
	store->ops->rollback(store);
	return false;
}

static bool
sort_runs(struct collection *collection, struct context *context, const struct run_row_list *rows, GError **error)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	int64_t limit = clock_wall_ms() - collection->request->days * DAY_MS;
	bool ok = true;
	for (size_t i = 0; ok && i < rows->count; i++) {
		const struct run_row *row = &rows->items[i];
		bool goes = (int64_t)i >= collection->request->keep && row->state == RUN_DONE && row->updated_ms < limit;
		if (!goes) {
			ok = mark_run(collection, row, error);
			continue;
		}
		g_strv_builder_add(builder, row->id);
		ok = collection->request->dry_run || remove_run(collection, context, row, error);
	}
	collection->result->runs = g_strv_builder_end(builder);
	return ok;
}

static void
sweep(void *data, const char *digest, int64_t bytes)
{
	struct collection *collection = data;
	if (collection->error || g_hash_table_contains(collection->marked, digest))
		return;
	if (!collection->request->dry_run && !collection->store->ops->blob_remove(collection->store, digest, &collection->error))
		return;
	collection->result->blobs++;
	collection->result->bytes += bytes;
}

bool
op_gc(struct context *context, const void *data, void *data_result, GError **error)
{
	struct run_row_list rows = { 0 };
	struct collection collection = { .store = context_store(context, error), .request = data, .result = data_result };
	if (!collection.store || !collection.store->ops->run_list(collection.store, INT64_MAX, &rows, error))
		return false;
	collection.marked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	collection.queue = g_ptr_array_new();
	collection.result->dry_run = collection.request->dry_run;
	bool ok = sort_runs(&collection, context, &rows, error);
	if (ok) {
		mark_all(&collection);
		/* What is younger may belong to a run that has not committed yet. */
		collection.store->ops->blob_each(collection.store, clock_wall_ms() - DAY_MS, sweep, &collection);
	}
	g_hash_table_unref(collection.marked);
	g_ptr_array_unref(collection.queue);
	record_list_finish(&run_row_record, &rows);
	if (!collection.error)
		return ok;
	g_propagate_error(error, collection.error);
	return false;
}
