/* Recordings of model calls, a line of JSON each: written while a run talks to models, or answering in their place. A request is known
 * by the hash of all that it asks, so that one that changed is not answered by chance. Any thread. */
#ifndef LLM_REPLAY_H
#define LLM_REPLAY_H

#include "llm/failure.h"
#include "llm/message.h"

struct replay_entry {
	char *hash;              /* of the request: replay_hash */
	struct model_request request;
	struct model_response response;
	char *failure;           /* the class, where the call failed: it fails in the same way again; NULL */
	char *detail;
	char *server;
	double first_token_ms, total_ms;   /* NaN: not measured */
};
extern const struct record_type replay_entry_record;

struct replay;

/* Starts a recording; the file must not be there yet. */
struct replay *replay_record(const char *path, GError **error);
/* Reads one. ERR_INPUT names file and line. */
struct replay *replay_open(const char *path, GError **error);
/* Closes it; a recording is on the disk then. False where it could not be written whole. NULL is allowed. */
bool replay_close(struct replay *replay, GError **error);

/* SHA-256 over the request in its stable form, without the model's name: a recording answers for any server. Newly allocated. */
char *replay_hash(const struct model_request *request);

/* Appends to a recording. `server` NULL for none; `failure` NULL for an answer. ERR_ENVIRONMENT where it cannot be written. */
bool replay_add(struct replay *replay, const struct replay_entry *entry, GError **error);
/* The next answer to this very request, of several in their order, the last one again and again. NULL with ERR_NOT_FOUND where the
 * recording has none: it says which request it is, and which recorded one is most like it. Good until replay_close. */
const struct replay_entry *replay_find(struct replay *replay, const struct model_request *request, GError **error);
/* Entries that nobody asked for. */
size_t replay_unused(struct replay *replay);

#endif
