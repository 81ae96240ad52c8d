#include "llm/ledger.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/error.h"

static const struct record_field expense_fields[] = {
	RECORD_FIELD(expense, account, RECORD_REQUIRED, "who spent it: a run, a task or a persona"),
	RECORD_FIELD(expense, calls, 0, "calls that were sent"),
	RECORD_FIELD(expense, failed_calls, 0, "of them: those that ended without an answer"),
	RECORD_FIELD(expense, unpriced_calls, 0, "of them: those whose price nobody knows"),
	RECORD_FIELD(expense, replayed_calls, 0, "answered from a recording; they cost nothing"),
	RECORD_FIELD(expense, repaid_calls, 0, "sent once more because a crash lost the answer"),
	RECORD_FIELD(expense, input_tokens, 0, "of prompts, without what a cache held"),
	RECORD_FIELD(expense, output_tokens, 0, "of answers"),
	RECORD_FIELD(expense, cache_read_tokens, 0, "of prompts, from the server's cache"),
	RECORD_FIELD(expense, cache_write_tokens, 0, "of prompts, into the server's cache"),
	RECORD_FIELD(expense, dollars, 0, "of the calls whose price is known", .preset = "0"),
	RECORD_FIELD(expense, busy_ms, RECORD_VOLATILE, "milliseconds of all calls together", .preset = "0"),
};
RECORD_TYPE(expense, RECORD_DROP, "what was spent on model calls");

struct account {
	struct allowance allowance;
	struct expense spent;
	double reserved_dollars;
	double feared_dollars;       /* what calls may have cost whose cost nobody knows: a limit holds for them, too */
	int64_t reserved_tokens, reserved_calls;
};

struct reservation {
	struct estimate estimate;
	size_t count;
	struct account *accounts[];
};

struct ledger {
	pthread_mutex_t lock;
	GHashTable *accounts;        /* name -> struct account */
};

static const struct allowance anything = { NAN, RECORD_NO_INT, RECORD_NO_INT, RECORD_NO_INT, NULL };

static void
free_account(void *data)
{
	struct account *account = data;
	record_finish(&expense_record, &account->spent);
	g_free(account);
}

struct ledger *
ledger_create(void)
{
	struct ledger *ledger = g_new0(struct ledger, 1);
	pthread_mutex_init(&ledger->lock, NULL);
	ledger->accounts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_account);
	return ledger;
}

void
ledger_destroy(struct ledger *ledger)
{
	if (!ledger)
		return;
	g_hash_table_unref(ledger->accounts);
	pthread_mutex_destroy(&ledger->lock);
	g_free(ledger);
}

static struct account *
open_account(struct ledger *ledger, const char *name)
{
	struct account *account = g_hash_table_lookup(ledger->accounts, name);
	if (account)
		return account;
	account = g_new0(struct account, 1);
	account->allowance = anything;
	record_init(&expense_record, &account->spent);
	account->spent.account = g_strdup(name);
	g_hash_table_insert(ledger->accounts, account->spent.account, account);
	return account;
}

void
ledger_allow(struct ledger *ledger, const char *name, const struct allowance *allowance)
{
	pthread_mutex_lock(&ledger->lock);
	open_account(ledger, name)->allowance = *allowance;
	pthread_mutex_unlock(&ledger->lock);
}

void
ledger_restore(struct ledger *ledger, const struct expense *expense)
{
	pthread_mutex_lock(&ledger->lock);
	struct account *account = open_account(ledger, expense->account);
	char *name = g_steal_pointer(&account->spent.account);
	account->spent = *expense;
	account->spent.account = name;   /* the key of the table */
	pthread_mutex_unlock(&ledger->lock);
}

/* --- reserving ------------------------------------------------------------------------------ */

static int64_t
tokens_of(const struct expense *spent)
{
	return spent->input_tokens + spent->output_tokens + spent->cache_read_tokens + spent->cache_write_tokens;
}

static const char *
how_to_raise(const struct account *account, const char *option)
{
	return account->allowance.raise ? account->allowance.raise : option;
}

static bool
check_money(const struct account *account, const struct estimate *estimate, GError **error)
{
	const struct allowance *allowance = &account->allowance;
	if (isnan(allowance->dollars))
		return true;
	bool bounded = allowance->tokens != RECORD_NO_INT || allowance->calls != RECORD_NO_INT;
	if (isnan(estimate->dollars))
		return bounded || error_set(error, ERR_BUDGET, "state its price under endpoints, or limit tokens or calls too (--max-tokens, --max-calls)",
		                            "%s may spend %.2f dollars, but nobody knows the price of this model", account->spent.account, allowance->dollars);
	double gone = account->spent.dollars + account->reserved_dollars + account->feared_dollars;
	return gone + estimate->dollars <= allowance->dollars ||
	       error_set(error, ERR_BUDGET, how_to_raise(account, "resume with a higher --budget"), "%s may spend %.4f dollars: %.4f are gone, and a call may cost %.4f more",
	                 account->spent.account, allowance->dollars, gone, estimate->dollars);
}

static bool
check_account(const struct account *account, const struct estimate *estimate, int64_t now_ms, GError **error)
{
	const struct allowance *allowance = &account->allowance;
	const char *name = account->spent.account;
	int64_t tokens = tokens_of(&account->spent) + account->reserved_tokens, calls = account->spent.calls + account->reserved_calls;
	if (allowance->deadline_ms != RECORD_NO_INT && now_ms >= allowance->deadline_ms)
		return error_set(error, ERR_BUDGET, how_to_raise(account, "resume with a later --deadline"), "the time of %s is over", name);
	if (allowance->calls != RECORD_NO_INT && calls >= allowance->calls)
		return error_set(error, ERR_BUDGET, how_to_raise(account, "resume with a higher --max-calls"), "%s may make %" G_GINT64_FORMAT " calls, and has made them", name, allowance->calls);
	if (allowance->tokens != RECORD_NO_INT && tokens + estimate->tokens > allowance->tokens)
		return error_set(error, ERR_BUDGET, how_to_raise(account, "resume with higher --max-tokens"),
		                 "%s may use %" G_GINT64_FORMAT " tokens: %" G_GINT64_FORMAT " are gone, and a call may take %" G_GINT64_FORMAT " more", name,
		                 allowance->tokens, tokens, estimate->tokens);
	return check_money(account, estimate, error);
}

/* Adds the estimate to what is reserved, or takes it back. */
static void
set_aside(struct reservation *reservation, int sign)
{
	for (size_t i = 0; i < reservation->count; i++) {
		struct account *account = reservation->accounts[i];
		account->reserved_calls += sign;
		account->reserved_tokens += sign * reservation->estimate.tokens;
		if (!isnan(reservation->estimate.dollars))
			account->reserved_dollars += sign * reservation->estimate.dollars;
	}
}

struct reservation *
ledger_reserve(struct ledger *ledger, const char *const *accounts, const struct estimate *estimate, int64_t now_ms, GError **error)
{
	size_t count = g_strv_length((char **)(uintptr_t)accounts);
	struct reservation *reservation = g_malloc(sizeof *reservation + count * sizeof *reservation->accounts);
	*reservation = (struct reservation){ .estimate = *estimate, .count = count };
	bool allowed = true;
	pthread_mutex_lock(&ledger->lock);
	for (size_t i = 0; allowed && i < count; i++) {
		reservation->accounts[i] = open_account(ledger, accounts[i]);
		allowed = check_account(reservation->accounts[i], estimate, now_ms, error);
	}
	if (allowed)
		set_aside(reservation, 1);
	pthread_mutex_unlock(&ledger->lock);
	if (!allowed)
		g_clear_pointer(&reservation, g_free);
	return reservation;
}

/* --- settling ------------------------------------------------------------------------------- */

static void
add_tokens(int64_t *sum, int64_t tokens)
{
	if (tokens != RECORD_NO_INT)
		*sum += tokens;
}

static void
charge(struct expense *spent, enum settlement how, const struct model_usage *usage, double dollars, double busy_ms)
{
	if (how == SETTLED_REPLAY) {
		spent->replayed_calls++;
		return;
	}
	spent->calls++;
	spent->failed_calls += how == SETTLED_FAILURE;
	spent->unpriced_calls += isnan(dollars);
	spent->dollars += isnan(dollars) ? 0 : dollars;
	spent->busy_ms += busy_ms;
	if (!usage)
		return;
	add_tokens(&spent->input_tokens, usage->input_tokens);
	add_tokens(&spent->output_tokens, usage->output_tokens);
	add_tokens(&spent->cache_read_tokens, usage->cache_read_tokens);
	add_tokens(&spent->cache_write_tokens, usage->cache_write_tokens);
}

void
ledger_settle(struct ledger *ledger, struct reservation *reservation, enum settlement how, const struct model_usage *usage, double dollars, double busy_ms)
{
	pthread_mutex_lock(&ledger->lock);
	set_aside(reservation, -1);
	double feared = how != SETTLED_REPLAY && isnan(dollars) && !isnan(reservation->estimate.dollars) ? reservation->estimate.dollars : 0;
	for (size_t i = 0; how != SETTLED_UNSENT && i < reservation->count; i++) {
		charge(&reservation->accounts[i]->spent, how, usage, dollars, busy_ms);
		reservation->accounts[i]->feared_dollars += feared;
	}
	pthread_mutex_unlock(&ledger->lock);
	g_free(reservation);
}

/* --- looking -------------------------------------------------------------------------------- */

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
ledger_list(struct ledger *ledger, struct expense_list *ret)
{
	*ret = (struct expense_list){ 0 };
	pthread_mutex_lock(&ledger->lock);
	unsigned count;
	g_autofree const char **names = (const char **)g_hash_table_get_keys_as_array(ledger->accounts, &count);
	qsort(names, count, sizeof *names, compare_names);
	for (unsigned i = 0; i < count; i++) {
		struct account *account = g_hash_table_lookup(ledger->accounts, names[i]);
		struct expense *expense = record_append(&expense_record, ret);
		record_finish(&expense_record, expense);
		record_copy(&expense_record, &account->spent, expense);
	}
	pthread_mutex_unlock(&ledger->lock);
}

bool
ledger_find(struct ledger *ledger, const char *name, struct expense *ret)
{
	pthread_mutex_lock(&ledger->lock);
	const struct account *account = g_hash_table_lookup(ledger->accounts, name);
	if (account && ret)
		record_copy(&expense_record, &account->spent, ret);
	pthread_mutex_unlock(&ledger->lock);
	return account;
}
