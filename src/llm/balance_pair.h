/* One (server, model): how many calls at once it takes, how fast it begins to answer, whether it is left alone for now. */
#ifndef LLM_BALANCE_PAIR_H
#define LLM_BALANCE_PAIR_H

#include "llm/balance.h"

enum { RATE_BUCKETS = 10 };

struct server {
	struct endpoint endpoint;
	int64_t in_flight;
	enum failure_class parked;   /* FAILURE_NONE: it is not */
	char *reason;                /* why it is parked */
	bool unreachable;            /* nobody answers there at all: its models are probed one at a time */
	int64_t back_ms;             /* and not before this */
	struct seat *probe;
};

/* Outcomes of the last 30 s, in steps of 3 s, by which a circuit opens. */
struct rate {
	int64_t steps[RATE_BUCKETS];
	uint32_t calls[RATE_BUCKETS], failures[RATE_BUCKETS];
};

struct pair {
	struct server *server;
	struct endpoint_model model;
	bool guessed;                /* nobody said that the server has it */
	int64_t in_flight, limit_most;
	double limit, limit_aim;     /* calls at once; above the aim it grows slowly */
	int64_t limit_cut_ms;        /* of the last cut: calls that began before it say nothing new */
	unsigned slowed;             /* refusals in a row */
	int64_t not_before_ms;       /* as the server asked, or by our own back-off */
	double first_ms;             /* peak EWMA; NaN: none yet */
	int64_t first_at_ms;
	enum circuit circuit;
	struct seat *probe;          /* the one call of a circuit that is half open */
	int64_t open_until_ms;
	unsigned openings;           /* without a recovery between */
	unsigned failed, worked;     /* in a row */
	struct rate rate;
	enum failure_class parked;   /* this model alone */
	char *reason;
	uint64_t turn;               /* when it was chosen last */
	int64_t calls, failures, retries, tokens;
	int64_t busy_ms, busy_since_ms;
	char *last_failure;
};

struct seat {
	struct pair *pair;
	int64_t taken_ms;
	int64_t started_ms;          /* -1: no token yet */
};

void pair_init(struct pair *pair, struct server *server, const struct endpoint_model *model);
void pair_finish(struct pair *pair);
bool pair_is_parked(const struct pair *pair);
/* No call before then, however few are in flight; in the past where it is open to all. */
int64_t pair_closed_until(const struct pair *pair);
/* Whether a call may begin now; else *ret_at (lowered only) is when it may, as far as that is known. */
bool pair_is_free(const struct pair *pair, int64_t now_ms, int64_t *ret_at);
/* Its circuit is open and its time has come: the next call is the probe. */
bool pair_is_due(const struct pair *pair, int64_t now_ms);
/* All seats are taken. */
bool pair_is_full(const struct pair *pair);
/* By the peak EWMA of the time to the first token, decayed until now, times the calls in flight and this one. */
bool pair_is_better(const struct pair *pair, const struct pair *other, int64_t now_ms);
void pair_take(struct pair *pair, struct seat *seat, int64_t now_ms);
void pair_start(struct pair *pair, struct seat *seat, int64_t now_ms);
void pair_leave(struct pair *pair, struct seat *seat, const struct failure *failure, int64_t now_ms, GRand *random);

#endif
