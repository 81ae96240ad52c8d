/* The languages of model servers: Anthropic Messages, OpenAI-compatible Chat Completions, Ollama's own. Each is one row of
 * functions: a request into its body, the pieces of a stream into an answer, a refusal into a failure. */
#ifndef LLM_DIALECT_H
#define LLM_DIALECT_H

#include "base/http.h"
#include "llm/failure.h"
#include "llm/message.h"

/* What a server wants said beside the request. */
struct dialect_options {
	const char *key;             /* a secret; NULL for none */
	int64_t window;              /* tokens of the model; Ollama's num_ctx; 0: unknown */
	const char *keep_alive;      /* Ollama's; NULL: its own */
	bool strict_schema;          /* the server can hold its answer to a schema by itself; where it cannot, the prompt has to tell it */
	bool completion_tokens;      /* OpenAI's own: the limit is called max_completion_tokens, and max_tokens is refused */
};

struct reply;

struct dialect {
	const char *name;            /* "anthropic" */
	const char *path;            /* of the call, behind the base URL */
	const char *models_path;     /* of the list of models */
	const char *loaded_path;     /* of the list of those in memory; NULL: the server loads none, or says nothing of it */
	bool lines;                  /* a stream of JSON lines; else of server-sent events */
	void (*add_headers)(const struct dialect_options *options, struct http_headers *headers);
	char *(*write)(const struct model_request *request, const struct dialect_options *options);
	/* One event of the stream, EVENTS_PADDING zeros behind it. False: the reply has failed. */
	bool (*take)(struct reply *reply, const char *event, const char *data, size_t length);
	/* A whole answer that is no stream. False: the reply has failed. */
	bool (*take_whole)(struct reply *reply, struct doc *doc);
	/* The names of models in an answer of `models_path`; NULL with ERR_FAILED where it is none. */
	char **(*read_models)(const char *text, size_t length, GError **error);
};

/* By its name; NULL where there is none. */
const struct dialect *dialect_find(const char *name);
extern const char *const dialect_names[];

/* An answer that is coming. Not for several threads at once. */
struct reply *reply_create(const struct dialect *dialect);
void reply_destroy(struct reply *reply);
/* Status and headers are here. False: the reply has failed already (not the content type of a stream). */
bool reply_begin(struct reply *reply, int status, const struct http_headers *headers);
/* Bytes as they come, cut anywhere. False: it has failed, and `reply_failure` says how. What comes behind the end of a whole reply is
 * ignored, so that the connection can be kept. */
bool reply_take(struct reply *reply, const char *bytes, size_t length);
/* The connection is at its end: a reply that is not whole is TRUNCATED or EMPTY, one with a status of 400 or more is what the status
 * and the body say. */
void reply_end(struct reply *reply);

bool reply_is_started(const struct reply *reply);    /* a token came, be it one of thought */
bool reply_is_whole(const struct reply *reply);      /* the dialect's own end was seen */
uint64_t reply_tokens(const struct reply *reply);    /* pieces of text, thought or arguments so far: a sign of life, no count of tokens */
/* What there is, whole or not: text that is partial is evidence, never a result. A tool call that is still coming has no arguments. */
const struct model_response *reply_response(const struct reply *reply);
const struct failure *reply_failure(const struct reply *reply);
/* Called for each piece of visible text, for people who watch. */
void reply_watch(struct reply *reply, void (*text)(void *data, const char *text, size_t length), void *data);

/* Every dialect's refusal: an answer with a status of 400 or more. */
void dialect_refuse(const struct http_response *response, struct failure *failure);
/* Where the server says when to come back: retry-after (seconds or a date), retry-after-ms; -1 for nothing that makes sense. */
int64_t dialect_retry_after(const struct http_headers *headers, int64_t now_wall_ms);

#endif
