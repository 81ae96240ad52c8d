/* Another document under a running mock, and its state taken out and put back. */
#include "base/error.h"
#include "contract/mock_model.h"
#include "contract/mock_snapshot.h"
#include "contract/openapi_model.h"

char *
mock_write_snapshot(struct mock *mock)
{
	struct snapshot snapshot;
	snapshot_take(mock, &snapshot);
	char *json = record_to_json(&snapshot_record, &snapshot, true);
	record_finish(&snapshot_record, &snapshot);
	return json;
}

bool
mock_read_snapshot(struct mock *mock, const char *json, GError **error)
{
	struct snapshot snapshot;
	if (!record_read_text(&snapshot_record, "snapshot", json, &snapshot, error))
		return false;
	snapshot_put(mock, &snapshot, false);
	record_finish(&snapshot_record, &snapshot);
	return true;
}

char *
mock_snapshot(struct mock *mock)
{
	pthread_mutex_lock(mock->mutex);
	char *json = mock_write_snapshot(mock);
	pthread_mutex_unlock(mock->mutex);
	return json;
}

bool
mock_restore(struct mock *mock, const char *json, GError **error)
{
	pthread_mutex_lock(mock->mutex);
	bool ok = mock_read_snapshot(mock, json, error);
	pthread_mutex_unlock(mock->mutex);
	return ok;
}

char **
mock_files(struct mock *mock)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	pthread_mutex_lock(mock->mutex);
	for (unsigned i = 0; i < mock->openapi->files->len; i++) {
		const struct openapi_file *file = &g_array_index(mock->openapi->files, struct openapi_file, i);
		if (file->path)
			g_ptr_array_add(paths, g_strdup(file->path));
	}
	pthread_mutex_unlock(mock->mutex);
	g_ptr_array_add(paths, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&paths), FALSE);
}

/* What a mock is made of, all but what outlives a document. */
static void
exchange_documents(struct mock *mock, struct mock *fresh)
{
	struct mock old = *mock;
	*mock = *fresh;
	mock->mutex = old.mutex;
	mock->recording = old.recording;
	mock->server = old.server;
	mock->headers = old.headers;
	mock->header_room = old.header_room;
	mock->injections = old.injections;
	mock->dice = old.dice;
	old.mutex = fresh->mutex;
	old.recording = fresh->recording;
	old.server = fresh->server;
	old.headers = fresh->headers;
	old.header_room = fresh->header_room;
	old.injections = fresh->injections;
	old.dice = fresh->dice;
	*fresh = old;
}

bool
mock_reload(struct mock *mock, struct openapi *openapi, size_t *ret_kept, GError **error)
{
	struct mock *fresh = mock_create(openapi, &mock->options, error);
	struct snapshot snapshot;
	if (!fresh) {
		openapi_destroy(openapi);
		return false;
	}
	pthread_mutex_lock(mock->mutex);
	snapshot_take(mock, &snapshot);
	*ret_kept = snapshot_put(fresh, &snapshot, true);
	exchange_documents(mock, fresh);
	pthread_mutex_unlock(mock->mutex);
	record_finish(&snapshot_record, &snapshot);
	struct openapi *before = fresh->openapi;
	mock_destroy(fresh);
	openapi_destroy(before);
	return true;
}
