#include "llm/balance_pick.h"

#include <string.h>

static bool
has_all(char **list, const char *const *words)
{
	for (; words && *words; words++)
		if (!list || !g_strv_contains((const char *const *)list, *words))
			return false;
	return true;
}

static bool
is_called(const struct endpoint_model *model, const char *name)
{
	return !name || g_str_equal(model->name, name) || (model->aliases && g_strv_contains((const char *const *)model->aliases, name));
}

static bool
is_wished_server(const struct server *server, const struct wish *wish)
{
	return (!wish->server || g_str_equal(server->endpoint.name, wish->server)) && has_all(server->endpoint.tags, wish->tags);
}

enum fit { FIT_NOT, FIT_GUESSED, FIT };

/* A model of which nobody says what it can may do it. */
static enum fit
fit_of(const struct pair *pair, const struct wish *wish)
{
	const struct endpoint_model *model = &pair->model;
	if (!is_called(model, wish->model) || (model->window != RECORD_NO_INT && wish->tokens >= model->window))
		return FIT_NOT;
	if (pair->guessed && !wish->model)
		return FIT_NOT;
	bool unknown = !model->capabilities && wish->capabilities && *wish->capabilities;
	if (!unknown && !has_all(model->capabilities, wish->capabilities))
		return FIT_NOT;
	return unknown || pair->guessed ? FIT_GUESSED : FIT;
}

/* Fills the choice with those that fit that well; false where there are none. */
static bool
find_fitting(struct balance *balance, const struct wish *wish, enum fit least)
{
	g_ptr_array_set_size(balance->choice, 0);
	for (guint i = 0; i < balance->pairs->len; i++) {
		struct pair *pair = balance->pairs->pdata[i];
		if (is_wished_server(pair->server, wish) && fit_of(pair, wish) >= least)
			g_ptr_array_add(balance->choice, pair);
	}
	return balance->choice->len > 0;
}

bool
balance_find(struct balance *balance, const struct wish *wish)
{
	return find_fitting(balance, wish, FIT_GUESSED);
}

static bool
has_pair(const struct balance *balance, const struct server *server, const char *model)
{
	for (guint i = 0; i < balance->pairs->len; i++) {
		const struct pair *pair = balance->pairs->pdata[i];
		if (pair->server == server && is_called(&pair->model, model))
			return true;
	}
	return false;
}

/* Servers that list no models are asked for whatever is wished. */
static void
add_guesses(struct balance *balance, const struct wish *wish)
{
	for (guint i = 0; wish->model && i < balance->servers->len; i++) {
		struct server *server = balance->servers->pdata[i];
		if (server->endpoint.models.count > 0 || !is_wished_server(server, wish) || has_pair(balance, server, wish->model))
			continue;
		struct endpoint_model model;
		record_init(&endpoint_model_record, &model);
		model.name = g_strdup(wish->model);
		balance_add_pair(balance, server, &model, true);
		record_finish(&endpoint_model_record, &model);
	}
}

/* False: none is left. */
static bool
drop_parked(struct balance *balance)
{
	GPtrArray *choice = balance->choice;
	guint kept = 0;
	for (guint i = 0; i < choice->len; i++)
		if (!pair_is_parked(choice->pdata[i]))
			choice->pdata[kept++] = choice->pdata[i];
	g_ptr_array_set_size(choice, (gint)kept);
	return kept > 0;
}

enum balance_answer
balance_choose(struct balance *balance, const struct wish *wish)
{
	if (find_fitting(balance, wish, FIT) && drop_parked(balance))
		return BALANCE_SEATED;
	add_guesses(balance, wish);
	if (!balance_find(balance, wish))
		return BALANCE_UNKNOWN;
	return drop_parked(balance) ? BALANCE_SEATED : BALANCE_GONE;
}

/* --- strategies ------------------------------------------------------------------------------------------------------------- */

struct picking {
	struct balance *balance;
	const struct wish *wish;
	int64_t now_ms;
	struct pair **pairs;         /* free ones of one priority */
	guint count;
};

/* The one whose turn is longest ago. */
static struct pair *
pick_in_turn(const struct picking *picking)
{
	struct pair *best = picking->pairs[0];
	for (guint i = 1; i < picking->count; i++)
		if (picking->pairs[i]->turn < best->turn)
			best = picking->pairs[i];
	return best;
}

/* Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 1996: the better of two drawn at random. All that look at the
 * best at the same moment would rush there together; two at random do not. */
static struct pair *
pick_by_load(const struct picking *picking)
{
	if (picking->count == 1)
		return picking->pairs[0];
	guint one = (guint)g_rand_int_range(picking->balance->random, 0, (gint32)picking->count);
	guint other = (guint)g_rand_int_range(picking->balance->random, 0, (gint32)picking->count - 1);
	struct pair *a = picking->pairs[one], *b = picking->pairs[other + (other >= one)];
	return pair_is_better(a, b, picking->now_ms) ? a : b;
}

static guint
count_capabilities(const struct pair *pair)
{
	return pair->model.capabilities ? g_strv_length(pair->model.capabilities) : 0;
}

/* Those that can least beside what is wished, so that those that can more are free for who needs it; among them by load. */
static struct pair *
pick_by_capability(const struct picking *picking)
{
	struct picking narrowed = *picking;
	guint fewest = G_MAXUINT;
	narrowed.count = 0;
	for (guint i = 0; i < picking->count; i++) {
		struct pair *pair = picking->pairs[i];
		guint count = count_capabilities(pair);
		if (count > fewest)
			continue;
		if (count < fewest)
			narrowed.count = 0;
		fewest = count;
		narrowed.pairs[narrowed.count++] = pair;
	}
	return pick_by_load(&narrowed);
}

/* Where its prefix is cached, as long as there is room. */
static struct pair *
pick_home(const struct picking *picking)
{
	struct pair *home = balance_home(picking->balance, picking->wish);
	for (guint i = 0; home && i < picking->count; i++)
		if (picking->pairs[i] == home)
			return home;
	return pick_by_load(picking);
}

static const struct strategy {
	struct pair *(*pick)(const struct picking *picking);
} strategies[BALANCE_STRATEGIES] = {
	[BALANCE_ROUND_ROBIN] = { pick_in_turn },
	[BALANCE_CAPABILITY] = { pick_by_capability },
	[BALANCE_LOAD] = { pick_by_load },
	[BALANCE_STICKY] = { pick_home },
};

const char *const balance_strategy_names[] = {
	[BALANCE_ROUND_ROBIN] = "round_robin",
	[BALANCE_CAPABILITY] = "capability_based",
	[BALANCE_LOAD] = "load_aware",
	[BALANCE_STICKY] = "sticky",
	[BALANCE_STRATEGIES] = NULL,
};

/* --- who may be taken ------------------------------------------------------------------------------------------------------- */

/* Lower goes first. A retry avoids where it failed before it avoids lower priorities, and is no probe where it need not be. Who is
 * preferred goes before all but that; so a server that is probed for its health gets the call of those who prefer it. */
static int64_t
rank_of(const struct pair *pair, const struct wish *wish, bool due)
{
	bool retry = wish->avoid && *wish->avoid;
	bool avoided = retry && g_strv_contains(wish->avoid, pair->server->endpoint.name);
	bool last = retry && due;
	bool other = wish->prefer && !g_str_equal(wish->prefer, pair->server->endpoint.name);
	return (int64_t)avoided << 41 | (int64_t)other << 40 | (int64_t)last << 39 | MIN(pair->server->endpoint.priority, 1 << 30);
}

struct pair *
balance_pick(struct balance *balance, const struct wish *wish, int64_t now_ms, int64_t *ret_at)
{
	struct pair **pairs = (struct pair **)balance->choice->pdata, *probe = NULL;
	struct picking picking = { .balance = balance, .wish = wish, .now_ms = now_ms, .pairs = pairs };
	int64_t best = INT64_MAX;
	for (guint i = 0; i < balance->choice->len; i++) {
		struct pair *pair = pairs[i];
		if (!pair_is_free(pair, now_ms, ret_at))
			continue;
		bool due = pair->circuit != CIRCUIT_CLOSED;
		int64_t rank = rank_of(pair, wish, due);
		if (rank > best)
			continue;
		if (rank < best) {
			picking.count = 0;
			probe = NULL;
		}
		best = rank;
		picking.pairs[picking.count++] = pair;   /* never ahead of `i` */
		probe = due ? pair : probe;
	}
	if (probe)
		return probe;   /* nobody else finds out whether it is back */
	return picking.count ? strategies[balance->strategy].pick(&picking) : NULL;
}
