#include "llm/replay.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

enum { SHOWN = 120 };

static const struct record_field replay_entry_fields[] = {
	RECORD_FIELD(replay_entry, hash, RECORD_REQUIRED, "SHA-256 of what was asked"),
	RECORD_PART(replay_entry, request, model_request, 0, "what was asked"),
	RECORD_PART(replay_entry, response, model_response, 0, "what was answered"),
	RECORD_FIELD(replay_entry, failure, 0, "how the call failed"),
	RECORD_FIELD(replay_entry, detail, 0, "the server's words about the failure"),
	RECORD_FIELD(replay_entry, server, 0, "the endpoint that answered"),
	RECORD_FIELD(replay_entry, first_token_ms, RECORD_VOLATILE, "milliseconds to the first token"),
	RECORD_FIELD(replay_entry, total_ms, RECORD_VOLATILE, "milliseconds of the whole call"),
};
RECORD_TYPE(replay_entry, RECORD_DROP, "one recorded model call");

/* The answers to one request. */
struct answers {
	GPtrArray *entries;
	unsigned next;
};

struct replay {
	pthread_mutex_t lock;
	char *path;
	FILE *file;              /* of a recording under way; NULL */
	GPtrArray *entries;
	GHashTable *by_hash;     /* hash -> struct answers */
};

static void
free_entry(void *entry)
{
	record_finish(&replay_entry_record, entry);
	g_free(entry);
}

static void
free_answers(void *data)
{
	struct answers *answers = data;
	g_ptr_array_unref(answers->entries);
	g_free(answers);
}

static struct replay *
create(const char *path)
{
	struct replay *replay = g_new0(struct replay, 1);
	pthread_mutex_init(&replay->lock, NULL);
	replay->path = g_strdup(path);
	replay->entries = g_ptr_array_new_with_free_func(free_entry);
	replay->by_hash = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_answers);
	return replay;
}

static void
destroy(struct replay *replay)
{
	g_hash_table_unref(replay->by_hash);
	g_ptr_array_unref(replay->entries);
	pthread_mutex_destroy(&replay->lock);
	g_free(replay->path);
	g_free(replay);
}

char *
replay_hash(const struct model_request *request)
{
	struct model_request nameless = *request;
	nameless.model = NULL;
	g_autofree char *json = record_to_json(&model_request_record, &nameless, false);
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, json, -1);
}

/* --- recording ------------------------------------------------------------------------------ */

struct replay *
replay_record(const char *path, GError **error)
{
	FILE *file = fopen(path, "wxe");
	if (!file) {
		const char *remedy = errno == EEXIST ? "choose another name, or remove it" : "choose a file in a folder that can be written";
		error_set(error, errno == EEXIST ? ERR_CONFLICT : ERR_ENVIRONMENT, remedy, "cannot record to %s: %s", path, g_strerror(errno));
		return NULL;
	}
	struct replay *replay = create(path);
	replay->file = file;
	return replay;
}

bool
replay_add(struct replay *replay, const struct replay_entry *entry, GError **error)
{
	struct replay_entry hashed = *entry;
	g_autofree char *hash = replay_hash(&entry->request);
	hashed.hash = hash;
	g_autofree char *json = record_to_json(&replay_entry_record, &hashed, false);
	pthread_mutex_lock(&replay->lock);
	bool ok = fputs(json, replay->file) != EOF && fputc('\n', replay->file) != EOF && fflush(replay->file) == 0;
	pthread_mutex_unlock(&replay->lock);
	return ok || error_set(error, ERR_ENVIRONMENT, "make room on the disk", "cannot write to %s: %s", replay->path, g_strerror(errno));
}

bool
replay_close(struct replay *replay, GError **error)
{
	if (!replay)
		return true;
	bool ok = !replay->file || (fflush(replay->file) == 0 && fsync(fileno(replay->file)) == 0);
	if (!ok)
		error_set(error, ERR_ENVIRONMENT, "make room on the disk", "%s is not whole: %s", replay->path, g_strerror(errno));
	if (replay->file)
		fclose(replay->file);
	destroy(replay);
	return ok;
}

/* --- replaying ------------------------------------------------------------------------------ */

static void
index_entry(struct replay *replay, struct replay_entry *entry)
{
	struct answers *answers = g_hash_table_lookup(replay->by_hash, entry->hash);
	if (!answers) {
		answers = g_new0(struct answers, 1);
		answers->entries = g_ptr_array_new();
		g_hash_table_insert(replay->by_hash, entry->hash, answers);
	}
	g_ptr_array_add(answers->entries, entry);
	g_ptr_array_add(replay->entries, entry);
}

/* People may shorten or mend a recording by hand: the hash is made anew. */
static bool
read_line(struct replay *replay, const char *line, unsigned number, GError **error)
{
	g_autofree char *name = g_strdup_printf("%s, line %u", replay->path, number);
	struct replay_entry *entry = g_new0(struct replay_entry, 1);
	GError *cause = NULL;
	if (!record_read_text(&replay_entry_record, name, line, entry, &cause)) {
		g_free(entry);
		return error_wrap(error, cause, ERR_INPUT, "give a file that --record wrote", "the recording cannot be read");
	}
	g_free(entry->hash);
	entry->hash = replay_hash(&entry->request);
	index_entry(replay, entry);
	return true;
}

struct replay *
replay_open(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	GError *cause = NULL;
	gsize length;
	if (!g_file_get_contents(path, &text, &length, &cause)) {
		error_wrap(error, cause, ERR_INPUT, "give a file that --record wrote", "the recording cannot be read");
		return NULL;
	}
	struct replay *replay = create(path);
	unsigned number = 0;
	for (char *line = text; *line;) {
		char *end = strchrnul(line, '\n'), *next = *end ? end + 1 : end;
		*end = '\0';
		number++;
		if (*g_strstrip(line) && !read_line(replay, line, number, error)) {
			destroy(replay);
			return NULL;
		}
		line = next;
	}
	return replay;
}

/* What a person would know the request by: the begin of the last thing said. */
static char *
gist(const struct model_request *request)
{
	const struct message *last = request->messages.count ? &request->messages.items[request->messages.count - 1] : NULL;
	const char *text = last && last->parts.count ? last->parts.items[last->parts.count - 1].text : NULL;
	g_autofree char *line = g_strndup(text ? text : "nothing", SHOWN);
	g_autofree char *valid = g_utf8_make_valid(g_strdelimit(line, "\r\n\t", ' '), -1);
	return g_steal_pointer(&valid);
}

/* How much two requests have in common, coarsely. */
static unsigned
likeness(const struct model_request *a, const struct model_request *b)
{
	g_autofree char *left = gist(a), *right = gist(b);
	unsigned same = 0;
	while (left[same] && left[same] == right[same])
		same++;
	return same + (g_strcmp0(a->system, b->system) == 0 ? SHOWN : 0) + (a->messages.count == b->messages.count ? SHOWN / 2 : 0);
}

static bool
unknown(const struct replay *replay, const struct model_request *request, GError **error)
{
	const struct replay_entry *nearest = NULL;
	for (unsigned i = 0; i < replay->entries->len; i++) {
		const struct replay_entry *entry = g_ptr_array_index(replay->entries, i);
		if (!nearest || likeness(&entry->request, request) > likeness(&nearest->request, request))
			nearest = entry;
	}
	g_autofree char *said = gist(request), *hash = replay_hash(request), *other = nearest ? gist(&nearest->request) : g_strdup("none: it is empty");
	return error_set(error, ERR_NOT_FOUND, "record again with --record: prompts, personas or the requirement have changed",
	                 "%s does not know the request %.12s (\"%s\"); the nearest that it knows: \"%s\"", replay->path, hash, said, other);
}

const struct replay_entry *
replay_find(struct replay *replay, const struct model_request *request, GError **error)
{
	g_autofree char *hash = replay_hash(request);
	const struct replay_entry *entry = NULL;
	pthread_mutex_lock(&replay->lock);
	struct answers *answers = g_hash_table_lookup(replay->by_hash, hash);
	if (answers) {
		entry = g_ptr_array_index(answers->entries, MIN(answers->next, answers->entries->len - 1));
		answers->next++;
	}
	pthread_mutex_unlock(&replay->lock);
	if (!entry)
		unknown(replay, request, error);
	return entry;
}

size_t
replay_unused(struct replay *replay)
{
	size_t used = 0;
	pthread_mutex_lock(&replay->lock);
	GHashTableIter walk;
	void *answers;
	g_hash_table_iter_init(&walk, replay->by_hash);
	while (g_hash_table_iter_next(&walk, NULL, &answers))
		used += MIN(((struct answers *)answers)->next, ((struct answers *)answers)->entries->len);
	size_t unused = replay->entries->len - used;
	pthread_mutex_unlock(&replay->lock);
	return unused;
}
