/* A closed loop around the balance: clients that call, wait for the answer and call again, servers with slots, queues and faults, and
 * a clock that jumps from event to event. The same seed makes the same world. */
#ifndef TESTS_BALANCE_WORLD_H
#define TESTS_BALANCE_WORLD_H

#include <math.h>

#include "llm/balance.h"

enum { WORLD_SERVERS = 8, WORLD_CLIENTS = 256, WORLD_TRIES = 6 };

struct world_server {
	int64_t slots, refuse_above;     /* calls it works on at once; more than that in its house are refused (0: they queue) */
	double service_ms, jitter;       /* of a call; 0.2: +-20 % */
	double fail_share;               /* of calls, by 500 after a moment */
	int64_t dead_from, dead_until;   /* refuses connections; both 0: never */
	int64_t slow_from, slow_until;   /* ten times slower */
	int64_t retry_after_ms;          /* with a refusal; 0: none */
	int64_t here, free_at[64];       /* calls in its house; when each slot is free again */
	int64_t calls, done, refused, dead_calls, most;
};

struct world_call {
	bool busy;
	struct seat *seat;
	int server;
	int64_t start_ms, first_ms, end_ms;   /* of the first try; of this one */
	int tries;
	struct failure failure;
	const char *avoid[WORLD_TRIES + 1];
	char run[16];
};

struct world {
	struct balance *balance;
	struct endpoint_list endpoints;
	struct world_server servers[WORLD_SERVERS];
	int server_count, clients;
	bool sticky, by_budget;              /* calls carry runs; retries ask the budget */
	double think_ms;
	struct world_call calls[WORLD_CLIENTS];
	int64_t now, firsts, tries, given_up;
	GArray *latencies;                   /* double, ms, of whole calls that came back */
	GRand *random;
};

static inline void
world_init(struct world *world, int servers, int clients, uint32_t seed)
{
	*world = (struct world){ .server_count = servers, .clients = clients, .random = g_rand_new_with_seed(seed),
		                 .latencies = g_array_new(FALSE, FALSE, sizeof(double)) };
	for (int i = 0; i < servers; i++) {
		struct endpoint *endpoint = record_append(&endpoint_record, &world->endpoints);
		endpoint->name = g_strdup_printf("s%d", i);
		endpoint->protocol = g_strdup("openai");
		endpoint->base_url = g_strdup("http://127.0.0.1:1");
		endpoint->max_in_flight = 64;
		((struct endpoint_model *)record_append(&endpoint_model_record, &endpoint->models))->name = g_strdup("m");
		world->servers[i] = (struct world_server){ .slots = 4, .service_ms = 1000, .jitter = 0.2 };
	}
}

static inline void
world_finish(struct world *world)
{
	for (int i = 0; i < world->clients; i++)
		if (world->calls[i].seat)
			seat_leave(world->balance, world->calls[i].seat, &(struct failure){ .class = FAILURE_CANCELLED, .retry_after_ms = -1 }, world->now);
	balance_destroy(world->balance);
	record_list_finish(&endpoint_record, &world->endpoints);
	g_array_free(world->latencies, TRUE);
	g_rand_free(world->random);
}

static inline double
world_service(struct world *world, const struct world_server *server)
{
	bool slow = world->now >= server->slow_from && world->now < server->slow_until;
	return server->service_ms * (slow ? 10 : 1) * g_rand_double_range(world->random, 1 - server->jitter, 1 + server->jitter + 1e-9);
}

static inline void
world_refuse(struct world_call *call, enum failure_class class, int status, int64_t end_ms, int64_t retry_after_ms)
{
	call->failure = (struct failure){ .class = class, .status = status, .retry_after_ms = retry_after_ms > 0 ? retry_after_ms : -1 };
	call->first_ms = -1;
	call->end_ms = end_ms;
}

/* The server takes the call: when it ends, and how. First in, first out over its slots; the first token comes a tenth into the service. */
static inline void
world_serve(struct world *world, struct world_call *call)
{
	struct world_server *server = &world->servers[call->server];
	server->calls++;
	if (world->now >= server->dead_from && world->now < server->dead_until) {
		server->dead_calls++;
		world_refuse(call, FAILURE_UNREACHABLE, 0, world->now + 1, 0);
		return;
	}
	server->here++;
	server->most = MAX(server->most, server->here);
	if (server->refuse_above && server->here > server->refuse_above) {
		server->refused++;
		world_refuse(call, FAILURE_RATE_LIMITED, 429, world->now + 5, server->retry_after_ms);
		return;
	}
	if (g_rand_double(world->random) < server->fail_share) {
		world_refuse(call, FAILURE_SERVER_ERROR, 500, world->now + 20, 0);
		return;
	}
	int64_t *slot = &server->free_at[0];
	for (int64_t i = 1; i < server->slots; i++)
		if (server->free_at[i] < *slot)
			slot = &server->free_at[i];
	double service = world_service(world, server);
	int64_t begin = MAX(*slot, world->now);
	call->failure = (struct failure){ .class = FAILURE_NONE, .retry_after_ms = -1 };
	call->first_ms = begin + (int64_t)(service / 10);
	call->end_ms = *slot = begin + (int64_t)service;
}

/* True where the call has its seat; else *ret_at is when to ask again. */
static inline bool
world_call(struct world *world, int client, int64_t *ret_at)
{
	struct world_call *call = &world->calls[client];
	struct wish wish = { .model = "m", .run = world->sticky ? call->run : NULL, .avoid = call->tries ? call->avoid : NULL };
	GError *error = NULL;
	enum balance_answer answer = balance_take(world->balance, &wish, world->now, &call->seat, ret_at, &error);
	g_assert_no_error(error);
	if (answer == BALANCE_BUSY)
		return false;
	g_assert_cmpint(answer, ==, BALANCE_SEATED);
	const char *name = seat_endpoint(call->seat)->name;
	call->server = name[1] - '0';
	if (!call->busy)
		call->start_ms = world->now;
	call->busy = true;
	world->firsts += call->tries == 0;
	world->tries++;
	world_serve(world, call);
	return true;
}

static inline void
world_end_call(struct world *world, int client)
{
	struct world_call *call = &world->calls[client];
	struct world_server *server = &world->servers[call->server];
	bool failed = call->failure.class != FAILURE_NONE;
	if (call->failure.class != FAILURE_UNREACHABLE)
		server->here--;
	server->done += !failed;
	const char *name = seat_endpoint(call->seat)->name;
	seat_leave(world->balance, call->seat, failed ? &call->failure : NULL, world->now);
	call->seat = NULL;
	if (failed && call->tries + 1 < WORLD_TRIES && (!world->by_budget || balance_may_retry(world->balance, world->now))) {
		call->avoid[call->tries++] = name;
		call->avoid[call->tries] = NULL;
		return;
	}
	if (!failed) {
		double latency = (double)(world->now - call->start_ms);
		g_array_append_val(world->latencies, latency);
	}
	world->given_up += failed;
	call->tries = 0;
	call->busy = false;
}

/* Whatever is due now; the next moment at which anything is. */
static inline int64_t
world_step(struct world *world)
{
	int64_t next = INT64_MAX;
	for (int i = 0; i < world->clients; i++) {
		struct world_call *call = &world->calls[i];
		if (call->seat && call->first_ms == world->now)
			seat_started(world->balance, call->seat, world->now);
		if (call->seat && call->end_ms <= world->now) {
			world_end_call(world, i);
			call->end_ms = world->now + (call->busy ? 0 : (int64_t)(world->think_ms * g_rand_double(world->random) * 2));
		}
	}
	/* Who waits is asked in a new order each time, or the first ones would be served for ever. */
	int offset = g_rand_int_range(world->random, 0, world->clients);
	for (int i = 0; i < world->clients; i++) {
		struct world_call *call = &world->calls[(i + offset) % world->clients];
		int64_t at = INT64_MAX;
		if (!call->seat && call->end_ms <= world->now && !world_call(world, (i + offset) % world->clients, &at)) {
			next = MIN(next, at);
			continue;
		}
		if (call->seat && call->first_ms > world->now)
			next = MIN(next, call->first_ms);
		next = MIN(next, MAX(call->end_ms, world->now + 1));
	}
	return next;
}

static inline void
world_run(struct world *world, enum balance_strategy strategy, int64_t until_ms, uint64_t seed)
{
	if (!world->balance)
		world->balance = balance_create(&world->endpoints, strategy, seed);
	for (int i = 0; i < world->clients; i++)
		g_snprintf(world->calls[i].run, sizeof world->calls[i].run, "run%d", i);
	while (world->now < until_ms) {
		int64_t next = world_step(world);
		g_assert_cmpint(next, >, world->now);
		world->now = MIN(next, until_ms);
	}
}

static inline int
world_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static inline double
world_quantile(struct world *world, double q)
{
	g_array_sort(world->latencies, world_compare);
	return world->latencies->len ? g_array_index(world->latencies, double, (guint)(q * (world->latencies->len - 1))) : NAN;
}

#endif
