/* Operations on model servers. */
#ifndef ENGINE_OP_MODELS_H
#define ENGINE_OP_MODELS_H

#include "engine/operation.h"
#include "engine/op_team.h"
#include "llm/endpoint.h"
#include "llm/price.h"
#include "llm/survey.h"

/* A server, without anything secret. */
struct server_entry {
	char *server, *protocol, *address;
	char *key, *key_state;       /* where it comes from; found, missing with the reason, not asked */
	int64_t priority, max_in_flight;
	bool local, probe;
	char **tags;
	char *origin;
};
RECORD_LIST_OF(server_entry);
extern const struct record_type server_entry_record;

struct model_entry {
	char *server, *model;
	char **aliases, **capabilities;
	int64_t window, max_output;  /* RECORD_NO_INT: unknown */
	double input_price, output_price, cache_read_price, cache_write_price;   /* NaN: unknown */
	char *prices;                /* whose they are: configured, of the table with its date, free, unknown */
};
RECORD_LIST_OF(model_entry);
extern const struct record_type model_entry_record;

struct models_result {
	struct server_entry_list servers;
	struct model_entry_list models;
};
extern const struct record_type models_result_record;

struct models_test_request {
	char *model, *server;
	bool all;
	char *record, *replay;
};
extern const struct record_type models_test_request_record;

struct model_trial {
	char *server, *model;
	bool ok;
	char *failure, *problem;
	double first_token_ms, total_ms;
	int64_t output_tokens;
	double dollars;
	int64_t tries;
	bool replayed;
};
RECORD_LIST_OF(model_trial);
extern const struct record_type model_trial_record;

struct models_test_result {
	struct model_trial_list trials;
	struct survey_entry_list servers;
};
extern const struct record_type models_test_result_record;

operation_handler op_models_list, op_models_test;

#endif
