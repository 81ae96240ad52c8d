/* Model servers, as the configuration names them or as they are found. */
#ifndef LLM_ENDPOINT_H
#define LLM_ENDPOINT_H

#include "base/config.h"
#include "base/record.h"
#include "llm/dialect.h"

struct endpoint_model {
	char *name;                  /* as the server calls it */
	char **aliases;              /* other names under which it may be asked for */
	char **capabilities;         /* text, tools, schema, vision, thinking, ...; what personas and specialists ask for */
	int64_t window;              /* tokens; RECORD_NO_INT: unknown */
	int64_t max_output;          /* tokens of an answer; RECORD_NO_INT: unknown */
	double input_price, output_price, cache_read_price, cache_write_price;   /* dollars for a million tokens; NaN: unknown */
	int64_t max_in_flight;       /* RECORD_NO_INT: that of the server */
};
RECORD_LIST_OF(endpoint_model);
extern const struct record_type endpoint_model_record;

struct endpoint {
	char *name;
	char *protocol;              /* anthropic, openai, ollama */
	char *base_url;
	char *key_env, *key_file;    /* where the key is; at most one of the three */
	char **key_command;
	struct endpoint_model_list models;   /* none: what the server lists */
	int64_t priority;            /* 0 first; the next ones only where all before them cannot */
	int64_t max_in_flight;       /* of all its models together */
	char **tags;
	char *keep_alive;            /* Ollama's */
	bool local;                  /* costs no money */
	bool probe;                  /* somebody has to ask first whether it is there: where it is not, it is no failure */
	int64_t connect_ms, headers_ms, first_ms, between_ms, total_ms;   /* deadlines; RECORD_NO_INT: the presets */
	int64_t load_ms;             /* in place of headers_ms and first_ms, from the start, while the server loads the model (Ollama) */
	char *origin;                /* file, line and column, or the variable that it was found by */
};
RECORD_LIST_OF(endpoint);
extern const struct record_type endpoint_record;

/* All there are, by priority and then in the order of the configuration (the user's file, then the project's); none is no error.
 * ERR_CONFIG names file, line and column. A project's file can name servers of its own, but neither keys nor a server of the user's:
 * what comes with a repository must run no command and lead no key elsewhere.
 * They come after all of the user's, which are, where the user's file has no section `endpoints`, what the environment names
 * (ANTHROPIC_API_KEY, OPENAI_API_KEY, OLLAMA_HOST, ...) and a local Ollama with `probe` set; an empty list there means none at all. */
bool endpoints_load(const struct config *config, struct endpoint_list *ret, GError **error);
/* The key, newly allocated; NULL without an error where it needs none. ERR_CONFIG where it cannot be had. The text of an error never
 * holds any of it. A command runs each time: ask once and keep it. */
char *endpoint_key(const struct endpoint *endpoint, GError **error);
/* Where its key comes from, for people and never the key: "ANTHROPIC_API_KEY", "file ~/.keys/one", "command pass"; newly allocated,
 * NULL where it needs none. */
char *endpoint_key_origin(const struct endpoint *endpoint);
/* By its name or one of its aliases; NULL where it is not listed. */
const struct endpoint_model *endpoint_model(const struct endpoint *endpoint, const char *name);

#endif
