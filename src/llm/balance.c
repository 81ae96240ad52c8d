#include "llm/balance.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "llm/balance_pick.h"

/* Runs whose server is remembered at most; those that were not heard of for longest are forgotten first. */
enum { HOMES_MOST = 4096 };

/* Where a run has its prefix cached. */
struct home {
	struct pair *pair;
	int64_t used_ms;
};

static struct server *
add_server(struct balance *balance, const struct endpoint *endpoint)
{
	struct server *server = g_new0(struct server, 1);
	record_copy(&endpoint_record, endpoint, &server->endpoint);
	if (server->endpoint.max_in_flight == RECORD_NO_INT)
		server->endpoint.max_in_flight = INT64_MAX / 2;
	g_ptr_array_add(balance->servers, server);
	return server;
}

void
balance_add_pair(struct balance *balance, struct server *server, const struct endpoint_model *model, bool guessed)
{
	struct pair *pair = g_new(struct pair, 1);
	pair_init(pair, server, model);
	pair->guessed = guessed;
	g_ptr_array_add(balance->pairs, pair);
}

static void
free_server(void *data)
{
	struct server *server = data;
	record_finish(&endpoint_record, &server->endpoint);
	g_free(server->reason);
	g_free(server);
}

static void
free_pair(void *data)
{
	pair_finish(data);
	g_free(data);
}

struct balance *
balance_create(const struct endpoint_list *endpoints, enum balance_strategy strategy, uint64_t seed)
{
	const guint32 seeds[] = { (guint32)seed, (guint32)(seed >> 32) };
	struct balance *balance = g_new0(struct balance, 1);
	balance->strategy = strategy;
	balance->random = g_rand_new_with_seed_array(seeds, G_N_ELEMENTS(seeds));
	balance->servers = g_ptr_array_new_with_free_func(free_server);
	balance->pairs = g_ptr_array_new_with_free_func(free_pair);
	balance->choice = g_ptr_array_new();
	balance->homes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (size_t i = 0; i < endpoints->count; i++) {
		struct server *server = add_server(balance, &endpoints->items[i]);
		for (size_t j = 0; j < server->endpoint.models.count; j++)
			balance_add_pair(balance, server, &server->endpoint.models.items[j], false);
	}
	return balance;
}

void
balance_destroy(struct balance *balance)
{
	if (!balance)
		return;
	g_hash_table_destroy(balance->homes);
	g_ptr_array_free(balance->choice, TRUE);
	g_ptr_array_free(balance->pairs, TRUE);
	g_ptr_array_free(balance->servers, TRUE);
	g_rand_free(balance->random);
	g_free(balance);
}

/* --- sticky runs ------------------------------------------------------------------------------------------------------------ */

/* Caches of prefixes belong to a model. */
static char *
home_key(const struct wish *wish)
{
	return g_strconcat(wish->run, "\n", wish->model, NULL);
}

struct pair *
balance_home(const struct balance *balance, const struct wish *wish)
{
	g_autofree char *key = wish->run ? home_key(wish) : NULL;
	const struct home *home = key ? g_hash_table_lookup(balance->homes, key) : NULL;
	return home ? home->pair : NULL;
}

static void
forget_oldest(struct balance *balance)
{
	GHashTableIter iter;
	void *run, *oldest = NULL, *value;
	int64_t oldest_ms = INT64_MAX;
	g_hash_table_iter_init(&iter, balance->homes);
	while (g_hash_table_iter_next(&iter, &run, &value)) {
		const struct home *home = value;
		if (home->used_ms < oldest_ms) {
			oldest_ms = home->used_ms;
			oldest = run;
		}
	}
	if (oldest)
		g_hash_table_remove(balance->homes, oldest);
}

/* A run that has to go elsewhere for once, because its home is full, comes back; where its home is out of order it moves. */
static void
settle(struct balance *balance, const struct wish *wish, struct pair *pair, int64_t now_ms)
{
	g_autofree char *key = home_key(wish);
	struct home *home = g_hash_table_lookup(balance->homes, key);
	if (!home) {
		if (g_hash_table_size(balance->homes) >= HOMES_MOST)
			forget_oldest(balance);
		home = g_new0(struct home, 1);
		g_hash_table_insert(balance->homes, g_steal_pointer(&key), home);
	}
	if (!home->pair || pair_is_parked(home->pair) || home->pair->circuit != CIRCUIT_CLOSED)
		home->pair = pair;
	home->used_ms = now_ms;
}

/* --- seats ------------------------------------------------------------------------------------------------------------------ */

static struct seat *
sit_down(struct balance *balance, struct pair *pair, const struct wish *wish, int64_t now_ms)
{
	struct seat *seat = g_new(struct seat, 1);
	bool retry = wish->avoid && *wish->avoid;
	pair_take(pair, seat, now_ms);
	pair->turn = ++balance->turn;
	pair->retries += retry;
	pair->tokens += MAX(wish->tokens, 0);
	if (!retry)
		budget_call(&balance->budget, now_ms);
	if (wish->run && balance->strategy == BALANCE_STICKY)
		settle(balance, wish, pair, now_ms);
	return seat;
}

enum balance_answer
balance_take(struct balance *balance, const struct wish *wish, int64_t now_ms, struct seat **ret_seat, int64_t *ret_at, GError **error)
{
	*ret_seat = NULL;
	*ret_at = INT64_MAX;
	enum balance_answer answer = balance_choose(balance, wish);
	if (answer == BALANCE_UNKNOWN)
		balance_explain_unknown(balance, wish, error);
	if (answer == BALANCE_GONE)
		balance_explain_gone(balance, wish, error);
	if (answer != BALANCE_SEATED)
		return answer;
	struct pair *pair = balance_pick(balance, wish, now_ms, ret_at);
	if (!pair)
		return BALANCE_BUSY;
	*ret_seat = sit_down(balance, pair, wish, now_ms);
	*ret_at = now_ms;
	return BALANCE_SEATED;
}

bool
balance_is_late(struct balance *balance, const struct wish *wish, int64_t now_ms, int64_t until, GError **error)
{
	int64_t first = INT64_MAX;
	if (balance_choose(balance, wish) != BALANCE_SEATED)
		return false;
	for (guint i = 0; i < balance->choice->len; i++)
		first = MIN(first, pair_closed_until(balance->choice->pdata[i]));
	if (first < until)
		return false;
	balance_explain_late(balance, wish, first - now_ms, error);
	return true;
}

const struct endpoint *
seat_endpoint(const struct seat *seat)
{
	return &seat->pair->server->endpoint;
}

const struct endpoint_model *
seat_model(const struct seat *seat)
{
	return &seat->pair->model;
}

double
seat_first_token_ms(const struct seat *seat)
{
	return seat->pair->first_ms;
}

void
seat_started(struct balance *balance, struct seat *seat, int64_t now_ms)
{
	(void)balance;
	pair_start(seat->pair, seat, now_ms);
}

void
seat_leave(struct balance *balance, struct seat *seat, const struct failure *failure, int64_t now_ms)
{
	pair_leave(seat->pair, seat, failure, now_ms, balance->random);
	g_free(seat);
}

void
seat_return(struct balance *balance, struct seat *seat, int64_t now_ms)
{
	seat->pair->calls--;
	seat_leave(balance, seat, &(struct failure){ .class = FAILURE_CANCELLED, .retry_after_ms = -1 }, now_ms);
}

/* --- retries ---------------------------------------------------------------------------------------------------------------- */

static struct budget_second *
budget_at(struct budget *budget, int64_t now_ms)
{
	int64_t second = now_ms / 1000;
	struct budget_second *at = &budget->seconds[second % BUDGET_SECONDS];
	if (at->second != second)
		*at = (struct budget_second){ .second = second };
	return at;
}

void
budget_call(struct budget *budget, int64_t now_ms)
{
	budget_at(budget, now_ms)->calls++;
}

/* Finagle's retry budget: 20 % of the requests of the last ten seconds, and a floor where there are few. The floor counts all retries,
 * so that it adds nothing to the share where there are many. */
static bool
budget_retry(struct budget *budget, int64_t now_ms)
{
	int64_t second = now_ms / 1000;
	unsigned calls = 0, retries = 0, all = 0;
	for (unsigned i = 0; i < BUDGET_SECONDS; i++) {
		const struct budget_second *at = &budget->seconds[i];
		if (at->second <= second - BUDGET_SECONDS)
			continue;
		all += at->retries;
		if (at->second <= second - 10)
			continue;
		calls += at->calls;
		retries += at->retries;
	}
	if ((retries + 1) * 5 > calls && all >= BUDGET_FLOOR)
		return false;
	budget_at(budget, now_ms)->retries++;
	return true;
}

bool
balance_may_retry(struct balance *balance, int64_t now_ms)
{
	return budget_retry(&balance->budget, now_ms);
}
