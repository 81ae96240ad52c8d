/* What the files of models share. */
#ifndef LLM_MODELS_MODEL_H
#define LLM_MODELS_MODEL_H

#include <pthread.h>

#include "llm/models.h"
#include "llm/replay.h"

struct models {
	pthread_mutex_t lock;        /* of the balance, and of `cancelled` of all who ask */
	pthread_cond_t changed;      /* a seat is free, or somebody is not wanted any more */
	struct balance *balance;
	struct ledger *ledger;
	struct transport *transport; /* NULL while only a recording answers */
	struct replay *record, *replay;
	uint64_t dice;
};

/* One try: a call on its way. */
struct flight {
	struct models *models;
	const struct ask *ask;
	struct seat *seat;
	struct reply *reply;         /* the transport's thread only, until `ended` */
	bool refused;                /* a status of 400 or more: its body is no stream */
	struct http_response refusal;
	bool started, ended;         /* under the lock of models */
	enum transport_end end;
	struct transport_times times;
	struct failure failure;
	int64_t begin_ms;
};

/* Waits for a free place at a server that can. False with the reason. */
bool models_sit(struct models *models, const struct ask *ask, const struct wish *wish, struct seat **ret_seat, GError **error);

/* Sends and waits for the end. False where it could not even be sent. */
bool flight_go(struct flight *flight, GError **error);
void flight_clear(struct flight *flight);

#endif
