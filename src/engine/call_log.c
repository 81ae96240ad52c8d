#include "engine/call_log.h"

#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "engine/debugging.h"
#include "llm/replay.h"

struct call_log {
	struct call_memory memory;
	struct worker *worker;
	const struct job *job;
	const char *purpose, *persona;
	pthread_mutex_t lock;        /* of the worker's store, and of what follows */
	struct asked_list answered;  /* before a crash or a halt; those that were taken have no request any more */
	GHashTable *lost;            /* request -> how many were sent and never answered */
};

/* --- what is known -------------------------------------------------------------------------- */

static int
count_lost(const struct call_log *log, const char *request)
{
	return GPOINTER_TO_INT(g_hash_table_lookup(log->lost, request));
}

/* An event of our purpose: what was sent is lost until its end comes by. */
static bool
take_event(void *data, const struct asked_event *event, GError **error)
{
	(void)error;
	struct call_log *log = data;
	const struct asked *asked = &event->asked;
	if (!asked->request || asked->replayed_calls || event->task != log->job->task || g_strcmp0(asked->purpose, log->purpose) != 0)
		return true;
	int lost = count_lost(log, asked->request) + (event->sent ? 1 : -1);
	g_hash_table_replace(log->lost, g_strdup(asked->request), GINT_TO_POINTER(MAX(lost - (event->sent ? 0 : (int)asked->repaid_calls), 0)));
	if (event->sent || !asked->answer)
		return true;
	struct asked *entry = record_append(&asked_record, &log->answered);
	record_finish(&asked_record, entry);
	record_copy(&asked_record, asked, entry);
	return true;
}

/* Work that was rejected is done anew: what was answered before is not wanted again. */
static size_t
find_begin(const struct event_row_list *events, int64_t task)
{
	size_t begin = events->count;
	while (begin > 0 && !(events->items[begin - 1].task == task && g_str_equal(events->items[begin - 1].kind, DEBUGGING_REJECTED)))
		begin--;
	return begin;
}

static bool
read_journal(struct call_log *log, const struct event_row_list *events, GError **error)
{
	size_t begin = find_begin(events, log->job->task);
	const struct event_row_list later = { events->items + begin, events->count - begin };
	return asked_each(&later, take_event, log, error);
}

static bool
read_answer(struct call_log *log, const char *digest, struct model_answer *ret)
{
	struct store *store = worker_store(log->worker, NULL);
	g_autoptr(GBytes) bytes = store ? store->ops->blob_read(store, digest, NULL) : NULL;
	gsize length;
	const char *text = bytes ? g_bytes_get_data(bytes, &length) : NULL;
	g_autofree char *json = text ? g_strndup(text, length) : NULL;
	return json && record_read_text(&model_answer_record, "answer", json, ret, NULL);
}

/* What cannot be read any more is asked once more. */
static bool
recall(void *data, const struct model_request *request, struct model_answer *ret)
{
	struct call_log *log = data;
	g_autofree char *hash = replay_hash(request);
	bool known = false;
	pthread_mutex_lock(&log->lock);
	for (size_t i = 0; i < log->answered.count && !known; i++) {
		struct asked *asked = &log->answered.items[i];
		if (g_strcmp0(asked->request, hash) != 0)
			continue;
		g_clear_pointer(&asked->request, g_free);
		known = read_answer(log, asked->answer, ret);
	}
	pthread_mutex_unlock(&log->lock);
	return known;
}

/* --- what is written ------------------------------------------------------------------------ */

static bool
note(struct call_log *log, const char *kind, struct asked *asked, GError **error)
{
	asked->purpose = g_strdup(log->purpose);
	asked->persona = g_strdup(log->persona);
	g_autofree char *text = record_to_json(&asked_record, asked, false);
	bool ok = worker_note(log->worker, log->job, kind, text, error);
	record_finish(&asked_record, asked);
	return ok;
}

static bool
sending(void *data, const struct model_request *request, GError **error)
{
	struct asked asked;
	record_init(&asked_record, &asked);
	asked.request = replay_hash(request);
	return note(data, ASKED_SENT_EVENT, &asked, error);
}

static char *
keep_answer(struct call_log *log, const struct model_answer *answer, GError **error)
{
	g_autofree char *text = record_to_json(&model_answer_record, answer, false);
	pthread_mutex_lock(&log->lock);
	struct store *store = worker_store(log->worker, error);
	char *digest = store ? store->ops->blob_put(store, text, strlen(text), error) : NULL;
	pthread_mutex_unlock(&log->lock);
	return digest;
}

static int
take_lost(struct call_log *log, const char *request)
{
	pthread_mutex_lock(&log->lock);
	int lost = count_lost(log, request);
	g_hash_table_remove(log->lost, request);
	pthread_mutex_unlock(&log->lock);
	return lost;
}

/* What was spent is noted even where the answer cannot be kept. */
static bool
ended(void *data, const struct model_request *request, const struct model_answer *answer, bool good, GError **error)
{
	struct call_log *log = data;
	const struct model_try *last = answer->tries.count ? &answer->tries.items[answer->tries.count - 1] : NULL;
	struct asked asked;
	record_init(&asked_record, &asked);
	asked_count(answer, &asked);
	asked.request = replay_hash(request);
	asked.model = g_strdup(last ? last->model : NULL);
	asked.repaid_calls = take_lost(log, asked.request);
	bool wanted = good && !answer->replayed;
	asked.answer = wanted ? keep_answer(log, answer, error) : NULL;
	bool kept = !wanted || asked.answer;
	return note(log, ASKED_EVENT, &asked, kept ? error : NULL) && kept;
}

/* --- opening -------------------------------------------------------------------------------- */

struct call_log *
call_log_open(struct worker *worker, const struct job *job, const char *purpose, const char *persona,
              const struct event_row_list *events, GError **error)
{
	struct call_log *log = g_new0(struct call_log, 1);
	*log = (struct call_log){ .worker = worker, .job = job, .purpose = purpose, .persona = persona };
	log->memory = (struct call_memory){ log, recall, sending, ended };
	log->lost = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	pthread_mutex_init(&log->lock, NULL);
	if (read_journal(log, events, error))
		return log;
	call_log_close(log);
	return NULL;
}

void
call_log_close(struct call_log *log)
{
	if (!log)
		return;
	record_list_finish(&asked_record, &log->answered);
	g_hash_table_unref(log->lost);
	pthread_mutex_destroy(&log->lock);
	g_free(log);
}

const struct call_memory *
call_log_memory(struct call_log *log)
{
	return &log->memory;
}
