/* Which server gets the next call: pure bookkeeping over (server, model) pairs, told the time by its caller. Not for several threads:
 * its owner locks. */
#ifndef LLM_BALANCE_H
#define LLM_BALANCE_H

#include "base/record.h"
#include "llm/endpoint.h"
#include "llm/failure.h"

enum balance_strategy { BALANCE_ROUND_ROBIN, BALANCE_CAPABILITY, BALANCE_LOAD, BALANCE_STICKY, BALANCE_STRATEGIES };
extern const char *const balance_strategy_names[];   /* round_robin, capability_based, load_aware, sticky */

/* What a call needs. */
struct wish {
	const char *model;               /* a name or alias; NULL: any */
	const char *const *capabilities; /* all of them; NULL */
	const char *const *tags;         /* of the server, all of them; NULL */
	const char *server;              /* this one and no other; NULL */
	const char *prefer;              /* this one where it is free and has not failed this call; NULL */
	const char *run;                 /* whose prefix is cached where it is served; NULL */
	int64_t tokens;                  /* of the prompt, estimated: larger windows only; 0: unknown */
	const char *const *avoid;        /* servers that failed this call already, where there is another; NULL */
};

struct balance;
struct seat;   /* one call in flight at one (server, model) */

enum balance_answer {
	BALANCE_SEATED,
	BALANCE_BUSY,          /* later: ask again when a seat is left, and at ret_at at the latest (INT64_MAX: only then) */
	BALANCE_GONE,          /* none of those that could is left: parked, with the reason */
	BALANCE_UNKNOWN,       /* no server has what is wished */
};

/* Copies the endpoints, whose priorities and limits count from then on. A server that lists no models is asked for any name, where
 * no other lists it; the same goes for models whose capabilities nobody states. */
struct balance *balance_create(const struct endpoint_list *endpoints, enum balance_strategy strategy, uint64_t seed);
/* All seats have to be left before. */
void balance_destroy(struct balance *balance);

/* GONE and UNKNOWN set the error; the wish is only read during the call. */
enum balance_answer balance_take(struct balance *balance, const struct wish *wish, int64_t now_ms, struct seat **ret_seat, int64_t *ret_at, GError **error);
/* True where none of those that could is free before `until`, whoever leaves: they said when to come back, or are out of order. The error
 * says which and until when. */
bool balance_is_late(struct balance *balance, const struct wish *wish, int64_t now_ms, int64_t until, GError **error);
const struct endpoint *seat_endpoint(const struct seat *seat);
const struct endpoint_model *seat_model(const struct seat *seat);
/* How long its first tokens take (peak EWMA, milliseconds); NaN: nobody knows yet. */
double seat_first_token_ms(const struct seat *seat);
/* The first token came. */
void seat_started(struct balance *balance, struct seat *seat, int64_t now_ms);
/* The call is over; `failure` NULL or NONE for a success. Frees the seat. */
void seat_leave(struct balance *balance, struct seat *seat, const struct failure *failure, int64_t now_ms);
/* There was no call at all: it is not counted. Frees the seat. */
void seat_return(struct balance *balance, struct seat *seat, int64_t now_ms);

/* The retry budget: a fifth of the first tries of the last ten seconds, or ten a minute where those are few. True takes one, whose
 * call names in `avoid` where it failed. False: no more now. */
bool balance_may_retry(struct balance *balance, int64_t now_ms);

enum circuit { CIRCUIT_CLOSED, CIRCUIT_OPEN, CIRCUIT_HALF_OPEN, CIRCUIT_PARKED };

/* One (server, model) as it stands, for people. */
struct standing {
	char *server, *model;
	unsigned circuit;
	int64_t in_flight, limit;
	double first_token_ms;       /* peak EWMA; NaN: none yet */
	int64_t calls, failures, retries, tokens;   /* tokens: of prompts, as they were estimated */
	double busy_ms;              /* in which at least one call was in flight */
	char *last_failure;
	int64_t open_until_ms;       /* RECORD_NO_INT */
};
RECORD_LIST_OF(standing);
extern const struct record_type standing_record;
void balance_list(const struct balance *balance, int64_t now_ms, struct standing_list *ret);

#endif
