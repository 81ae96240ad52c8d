/* What balance.c, balance_pick.c and balance_words.c share. */
#ifndef LLM_BALANCE_PICK_H
#define LLM_BALANCE_PICK_H

#include "llm/balance_pair.h"

enum { BUDGET_SECONDS = 60, BUDGET_FLOOR = 10 };

struct budget {
	struct budget_second {
		int64_t second;
		uint32_t calls, retries;
	} seconds[BUDGET_SECONDS];
};

struct balance {
	enum balance_strategy strategy;
	GRand *random;
	GPtrArray *servers, *pairs;  /* struct server, struct pair; both own theirs */
	GPtrArray *choice;           /* the pairs that a wish is about, for the moment */
	GHashTable *homes;           /* run and model, to struct home */
	uint64_t turn;
	struct budget budget;
};

void budget_call(struct budget *budget, int64_t now_ms);
void balance_add_pair(struct balance *balance, struct server *server, const struct endpoint_model *model, bool guessed);
/* Where the run of a wish was served; NULL where nobody knows it. */
struct pair *balance_home(const struct balance *balance, const struct wish *wish);

/* Fills `choice` with the pairs that have what is wished, parked or not. False: there is none. */
bool balance_find(struct balance *balance, const struct wish *wish);
/* The same with those that can be called some time (SEATED), or why there are none (GONE, UNKNOWN). Guesses only where nothing
 * better is left. */
enum balance_answer balance_choose(struct balance *balance, const struct wish *wish);
/* The one to be taken of `choice`; NULL where none is free, with the time of the first that will be. */
struct pair *balance_pick(struct balance *balance, const struct wish *wish, int64_t now_ms, int64_t *ret_at);

void balance_explain_unknown(const struct balance *balance, const struct wish *wish, GError **error);
/* Of those in `choice`. */
void balance_explain_late(const struct balance *balance, const struct wish *wish, int64_t wait_ms, GError **error);
void balance_explain_gone(struct balance *balance, const struct wish *wish, GError **error);

#endif
