/* Random events on random sets of servers: whatever comes, what has to hold holds. A failure prints its seed. */
#include "expect.h"
#include "llm/balance_pick.h"

enum { SERVERS = 5, MODELS = 3, SEATS = 64 };

struct trial {
	struct balance *balance;
	struct endpoint_list endpoints;
	GRand *random;
	uint32_t seed;
	int64_t now;
	struct seat *seats[SEATS];
	size_t seated;
	GHashTable *asked;           /* pair to the time that its server asked to wait for */
};

static void
check(const struct trial *trial, bool truth, const char *what)
{
	if (!truth)
		g_error("seed %u, at %" G_GINT64_FORMAT " ms: %s", trial->seed, trial->now, what);
}

static int
draw(struct trial *trial, int below)
{
	return g_rand_int_range(trial->random, 0, below);
}

static void
trial_init(struct trial *trial, uint32_t seed)
{
	*trial = (struct trial){ .seed = seed, .random = g_rand_new_with_seed(seed), .asked = g_hash_table_new_full(NULL, NULL, NULL, g_free) };
	int servers = 1 + draw(trial, SERVERS);
	for (int i = 0; i < servers; i++) {
		struct endpoint *endpoint = record_append(&endpoint_record, &trial->endpoints);
		endpoint->name = g_strdup_printf("s%d", i);
		endpoint->protocol = g_strdup("ollama");
		endpoint->base_url = g_strdup("http://127.0.0.1:1");
		endpoint->priority = draw(trial, 3);
		endpoint->max_in_flight = 1 + draw(trial, 20);
		for (int j = draw(trial, MODELS + 1); j > 0; j--)
			((struct endpoint_model *)record_append(&endpoint_model_record, &endpoint->models))->name = g_strdup_printf("m%d", j);
	}
	trial->balance = balance_create(&trial->endpoints, (enum balance_strategy)draw(trial, BALANCE_STRATEGIES), seed);
}

/* Counted anew from the seats that are out. */
static void
check_counts(struct trial *trial)
{
	const struct balance *balance = trial->balance;
	int64_t in_flight = 0, of_servers = 0;
	for (guint i = 0; i < balance->pairs->len; i++) {
		const struct pair *pair = balance->pairs->pdata[i];
		int64_t mine = 0;
		bool probe_is_out = !pair->probe;
		for (size_t j = 0; j < trial->seated; j++) {
			mine += trial->seats[j]->pair == pair;
			probe_is_out |= trial->seats[j] == pair->probe;
		}
		check(trial, mine == pair->in_flight, "calls in flight are miscounted");
		check(trial, probe_is_out, "a probe that nobody makes");
		check(trial, !pair->probe || pair->circuit == CIRCUIT_HALF_OPEN, "a probe of a circuit that is not half open");
		check(trial, pair->limit >= 1 && pair->limit <= (double)pair->limit_most, "a limit out of bounds");
		in_flight += mine;
	}
	for (guint i = 0; i < balance->servers->len; i++)
		of_servers += ((const struct server *)balance->servers->pdata[i])->in_flight;
	check(trial, in_flight == (int64_t)trial->seated && of_servers == in_flight, "seats are out of balance");
}

/* What must hold of a pair in the moment before a call of it begins. */
static void
check_allowed(struct trial *trial, const struct pair *pair, const struct pair *before)
{
	const int64_t *asked = g_hash_table_lookup(trial->asked, pair);
	check(trial, !pair_is_parked(pair), "a call of one that is parked");
	check(trial, !asked || trial->now >= *asked, "a call before the server said");
	check(trial, pair->server->in_flight <= pair->server->endpoint.max_in_flight, "more calls than the server takes");
	if (before->circuit == CIRCUIT_CLOSED)
		check(trial, (double)pair->in_flight <= pair->limit, "more calls than the limit");
	else
		check(trial, !before->probe && pair->probe && (before->circuit == CIRCUIT_HALF_OPEN || trial->now >= before->open_until_ms),
		      "a second probe, or one too early");
}

static void
take(struct trial *trial)
{
	static const char *const models[] = { NULL, "m1", "m2", "m3", "m9" }, *const runs[] = { NULL, "r1", "r2" };
	static const char *const avoid[] = { "s0", "s1", NULL };
	struct wish wish = { .model = models[draw(trial, 5)], .run = runs[draw(trial, 3)], .avoid = draw(trial, 4) ? NULL : avoid };
	const GPtrArray *pairs = trial->balance->pairs;
	struct pair before[SERVERS * (MODELS + 4)];
	guint count = pairs->len;
	GError *error = NULL;
	struct seat *seat;
	int64_t at;
	if (trial->seated == SEATS)
		return;
	for (guint i = 0; i < count; i++)
		before[i] = *(const struct pair *)pairs->pdata[i];
	enum balance_answer answer = balance_take(trial->balance, &wish, trial->now, &seat, &at, &error);
	check(trial, (seat != NULL) == (answer == BALANCE_SEATED), "an answer without its seat");
	check(trial, (error != NULL) == (answer == BALANCE_GONE || answer == BALANCE_UNKNOWN), "an answer without its reason");
	check(trial, answer != BALANCE_BUSY || at > trial->now, "busy until now");
	check(trial, answer != BALANCE_BUSY || at != INT64_MAX || trial->seated > 0, "busy with nothing, for ever");
	g_clear_error(&error);
	if (!seat)
		return;
	trial->seats[trial->seated++] = seat;
	for (guint i = 0; i < count; i++)
		if (pairs->pdata[i] == seat->pair)
			check_allowed(trial, seat->pair, &before[i]);
}

static void
leave(struct trial *trial)
{
	if (trial->seated == 0)
		return;
	size_t at = (size_t)draw(trial, (int)trial->seated);
	struct seat *seat = trial->seats[at];
	struct pair *pair = seat->pair;
	struct failure failure = { .class = FAILURE_NONE, .retry_after_ms = -1 };
	if (draw(trial, 2))
		failure.class = (enum failure_class)draw(trial, FAILURE_CLASSES);
	/* What parks for good is rare, or soon nothing is left. */
	if (failure_flags(failure.class) & FAILURE_PARKS && draw(trial, 20))
		failure.class = FAILURE_SILENT;
	if (failure.class && draw(trial, 4) == 0)
		failure.retry_after_ms = draw(trial, 20000);
	trial->seats[at] = trial->seats[--trial->seated];
	seat_leave(trial->balance, seat, &failure, trial->now);
	if (failure.retry_after_ms > 0 && failure.class != FAILURE_CANCELLED) {
		const int64_t *asked = g_hash_table_lookup(trial->asked, pair);
		int64_t until = trial->now + failure.retry_after_ms;
		g_hash_table_insert(trial->asked, pair, g_memdup2(&(int64_t){ asked ? MAX(*asked, until) : until }, sizeof(int64_t)));
	}
}

static void
step(struct trial *trial)
{
	switch (draw(trial, 8)) {
	case 0:
		trial->now += draw(trial, 20) ? draw(trial, 500) : draw(trial, 200000);
		break;
	case 1:
		if (trial->seated > 0)
			seat_started(trial->balance, trial->seats[draw(trial, (int)trial->seated)], trial->now);
		break;
	case 2:
	case 3:
	case 4:
		leave(trial);
		break;
	default:
		take(trial);
	}
	check_counts(trial);
}

static void
trial_finish(struct trial *trial)
{
	struct failure cancelled = { .class = FAILURE_CANCELLED, .retry_after_ms = -1 };
	while (trial->seated > 0)
		seat_leave(trial->balance, trial->seats[--trial->seated], &cancelled, trial->now);
	check_counts(trial);
	balance_destroy(trial->balance);
	record_list_finish(&endpoint_record, &trial->endpoints);
	g_hash_table_destroy(trial->asked);
	g_rand_free(trial->random);
}

static void
test_events(void)
{
	uint32_t first = g_random_int(), trials = at_full_size() ? 20000 : 400;
	for (uint32_t i = 0; i < trials; i++) {
		struct trial trial;
		trial_init(&trial, first + i);
		for (unsigned j = 0; j < 500; j++)
			step(&trial);
		trial_finish(&trial);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/balance-property/events", test_events);
	return g_test_run();
}
