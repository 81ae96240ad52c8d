/* Money, tokens and calls: reserved before a call, settled after it. A call is charged to several accounts at once, such as its run, its
 * persona and its task; all of them have to allow it. Any thread. */
#ifndef LLM_LEDGER_H
#define LLM_LEDGER_H

#include "base/record.h"
#include "llm/message.h"

/* What an account may spend; NaN and RECORD_NO_INT: any amount. */
struct allowance {
	double dollars;
	int64_t tokens;          /* of prompts and answers, those from a cache too */
	int64_t calls;
	int64_t deadline_ms;     /* monotonic: nothing begins after it; RECORD_NO_INT */
	const char *raise;       /* how it is raised; static, NULL: by the options of a resumption */
};

/* What was spent. Calls without a known price are counted, never as free. */
struct expense {
	char *account;
	int64_t calls, failed_calls, unpriced_calls, replayed_calls, repaid_calls;
	int64_t input_tokens, output_tokens, cache_read_tokens, cache_write_tokens;
	double dollars;          /* of the calls with a price */
	double busy_ms;          /* sum of the calls */
};
RECORD_LIST_OF(expense);
extern const struct record_type expense_record;

/* What a call may cost at most: the whole prompt and the longest answer. */
struct estimate {
	double dollars;          /* NaN: nobody knows */
	int64_t tokens;
};

struct ledger;
struct reservation;

struct ledger *ledger_create(void);
void ledger_destroy(struct ledger *ledger);
/* Opens an account or changes what it may spend, at any time: a run is resumed with more. */
void ledger_allow(struct ledger *ledger, const char *account, const struct allowance *allowance);
/* What was spent before, as the store remembers it. */
void ledger_restore(struct ledger *ledger, const struct expense *expense);

/* Sets the estimate aside in all accounts (a NULL-terminated list of names; unknown ones are opened without limits), or in none of them.
 * NULL with ERR_BUDGET naming account, limit and remedy; money that is limited wants a price, or a limit of tokens or calls. */
struct reservation *ledger_reserve(struct ledger *ledger, const char *const *accounts, const struct estimate *estimate, int64_t now_ms, GError **error);

enum settlement { SETTLED_SUCCESS, SETTLED_FAILURE, SETTLED_REPLAY, SETTLED_UNSENT };
/* What it was in the end; frees the reservation. `dollars` NaN: nobody knows. */
void ledger_settle(struct ledger *ledger, struct reservation *reservation, enum settlement how, const struct model_usage *usage, double dollars, double busy_ms);

/* All accounts by name. */
void ledger_list(struct ledger *ledger, struct expense_list *ret);
/* One; false where there is none. `ret` may be NULL. */
bool ledger_find(struct ledger *ledger, const char *account, struct expense *ret);

#endif
