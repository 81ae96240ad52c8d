/* What the files of models share. */
#ifndef LLM_MODELS_MODEL_H
#define LLM_MODELS_MODEL_H

#include <pthread.h>

#include "llm/models.h"
#include "llm/queue.h"
#include "llm/replay.h"

struct models {
	pthread_mutex_t lock;        /* of the balance, the queue, the callers, and `cancelled` of all who ask */
	struct balance *balance;
	struct call_queue *queue;
	GQueue callers;              /* struct caller: all who ask */
	GQueue waiting;              /* of them: those who wait for a place, who came first first; that one keeps the time */
	int64_t wake_ms;             /* when he has to look again at the latest; INT64_MAX: when somebody leaves */
	GHashTable *keys;            /* of servers by their names, where a command had to be asked for one */
	struct ledger *ledger;
	struct transport *transport; /* NULL while a recording answers */
	struct replay *record, *replay;
	uint64_t dice;
	bool hedge;
};

/* A thread that asks. Each is woken for itself: thousands may wait, and what happens concerns one of them. */
struct caller {
	struct models *models;
	const struct ask *ask;
	pthread_cond_t wake;         /* it has a seat, a call of its has begun or ended, or it is not wanted any more */
	GList among, waiting;        /* its places in the lists of models */
};

void caller_begin(struct caller *caller, struct models *models, const struct ask *ask);
void caller_end(struct caller *caller);

/* A free place at once, where nobody else waits for one; NULL. */
struct seat *models_sit_now(struct models *models, const struct wish *wish);
/* Waits for a free place at a server that can. NULL with the reason. */
struct seat *models_sit(struct caller *caller, const struct wish *wish, GError **error);
/* Leaves it, and lets the next sit down. */
void models_leave(struct models *models, struct seat *seat, const struct failure *failure);
/* The same where nothing was asked there. */
void models_return(struct models *models, struct seat *seat);
/* Waits until `until` (monotonic ms) or a cancellation. */
void models_pause(struct caller *caller, int64_t until);
/* Under the lock of models, or where nobody changes it. */
bool ask_is_cancelled(const struct ask *ask);

struct flight;

/* Calls for one answer: the one that says the first word wins. */
struct race {
	struct flight *winner;       /* under the lock of models */
	bool contested;              /* somebody waits for the first word */
};

/* One try: a call on its way. */
struct flight {
	struct caller *caller;
	struct race *race;
	struct seat *seat;
	struct reservation *reservation;
	struct transport_call *call; /* NULL: it could not even be sent */
	double wait_ms;              /* for its seat */
	struct reply *reply;         /* the transport's thread only, until `ended` */
	struct loading *loading;     /* that thread's alone; NULL where the call is not late */
	int64_t begin_ms;            /* when it was sent */
	bool started, ended, dropped;   /* under the lock of models */
	enum transport_end end;
	struct transport_times times;
	struct failure failure;
	GString *held;               /* of the text that is watched: it could become the key; NULL: nobody watches */
	char *key;                   /* a secret: servers repeat it in their refusals */
};

/* Sends. False where it could not even be sent. */
bool flight_begin(struct flight *flight, GError **error);
/* Waits until somebody has the word or all have ended: false; true where `until` (monotonic ms) came first. */
bool flights_await_word(struct caller *caller, const struct race *race, const struct flight *flights, unsigned count, int64_t until);
/* Waits until all have ended; those that lost the race are cancelled, all where nobody wants the answer any more. */
void flights_await_end(struct caller *caller, const struct race *race, struct flight *flights, unsigned count);
/* It has ended: what it came to. */
void flight_conclude(struct flight *flight);
void flight_clear(struct flight *flight);

#endif
