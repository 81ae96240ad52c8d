/* The balance in a closed loop: shares, tail latencies, dead servers, retries, capacities. */
#include "balance_world.h"
#include "expect.h"

/* Worlds of one kind, each with another seed. */
static unsigned
seeds(void)
{
	return at_full_size() ? 100 : 8;
}

/* Two that are alike get the same, within 10 %: under every strategy that balances. */
static void
test_equal(void)
{
	static const enum balance_strategy strategies[] = { BALANCE_ROUND_ROBIN, BALANCE_LOAD, BALANCE_CAPABILITY };
	for (unsigned seed = 0; seed < seeds() * 3; seed++) {
		struct world world;
		world_init(&world, 2, 6 + (int)seed % 24, seed);
		world.think_ms = seed % 2 ? 300 : 0;
		world_run(&world, strategies[seed % 3], 300000, seed);
		double a = (double)world.servers[0].done, b = (double)world.servers[1].done;
		g_test_message("seed %u: %g and %g", seed, a, b);
		g_assert_cmpfloat(fabs(a - b), <=, 0.1 * (a + b) / 2);
		world_finish(&world);
	}
}

/* One of two stumbles for a moment; half a second later that is forgotten, in rounds of a few hundred short calls too. */
static void
test_stumble(void)
{
	for (unsigned seed = 0; seed < seeds() * 2; seed++) {
		struct world world;
		world_init(&world, 2, 16, seed);
		for (unsigned i = 0; i < 2; i++) {
			world.servers[i].slots = 64;
			world.servers[i].service_ms = 40;
		}
		world.servers[0].slow_from = 200;
		world.servers[0].slow_until = 220;
		world_run(&world, BALANCE_LOAD, 1000, seed);
		double a = -(double)world.servers[0].done, b = -(double)world.servers[1].done;
		world_run(&world, BALANCE_LOAD, 1800, seed);
		a += (double)world.servers[0].done;
		b += (double)world.servers[1].done;
		g_test_message("seed %u: %g and %g", seed, a, b);
		g_assert_cmpfloat(fabs(a - b), <=, 0.1 * (a + b) / 2);
		world_finish(&world);
	}
}

/* Four to one, by slots and by speed; there is work enough for both, and more and more of it. */
static void
test_unequal(void)
{
	static const int clients[] = { 12, 16, 24, 40 };
	for (unsigned seed = 0; seed < seeds() * 2; seed++) {
		struct world world;
		bool faster = seed / 4 % 2;
		world_init(&world, 2, clients[seed % 4], seed);
		world.servers[0].slots = faster ? 2 : 8;
		world.servers[1].slots = 2;
		world.servers[0].service_ms = faster ? 250 : 1000;
		world_run(&world, BALANCE_LOAD, 600000, seed);
		double a = (double)world.servers[0].done, b = (double)world.servers[1].done, share = a / (a + b);
		double ideal = faster ? 600000.0 / 250 * 2 + 600000.0 / 1000 * 2 : 600000.0 / 1000 * 10;
		g_test_message("%d clients: share %.3f of 0.8, %.2f of what is possible", world.clients, share, (a + b) / ideal);
		g_assert_cmpfloat(fabs(share - 0.8), <=, 0.15 * 0.8);
		g_assert_cmpfloat(fabs(1 - share - 0.2), <=, 0.15 * 0.2);
		g_assert_cmpfloat(a + b, >=, 0.9 * ideal);
		world_finish(&world);
	}
}

/* One of three is ten times slower: who looks does not wait for it as often as who does not. */
static void
test_tail(void)
{
	for (unsigned seed = 0; seed < seeds(); seed++) {
		double p99[2], p50[2];
		for (unsigned i = 0; i < 2; i++) {
			struct world world;
			world_init(&world, 3, 10, seed);
			world.servers[2].slow_until = INT64_MAX;
			world_run(&world, i ? BALANCE_LOAD : BALANCE_ROUND_ROBIN, 600000, seed);
			p99[i] = world_quantile(&world, 0.99);
			p50[i] = world_quantile(&world, 0.5);
			world_finish(&world);
		}
		g_test_message("seed %u: p99 %g in turn, %g by load; p50 %g and %g", seed, p99[0], p99[1], p50[0], p50[1]);
		g_assert_cmpfloat(p99[1], <, p99[0]);
	}
}

/* At most one probe for each cool-down, which doubles from 2 s to 2 minutes; when it is back, it is used. */
static void
test_dead(void)
{
	for (unsigned seed = 0; seed < seeds(); seed++) {
		struct world world;
		world_init(&world, 2, 6, seed);
		world.by_budget = true;
		world.servers[1].dead_from = 60000;
		world.servers[1].dead_until = 660000;
		world_run(&world, BALANCE_LOAD, 660000, seed);
		/* Cool-downs that fit into ten minutes: 2+4+8+16+32+64+120+120+120, eight to nine; and those that opened the circuit, with
		 * what was on its way there at that moment. */
		int64_t probes = world.servers[1].dead_calls;
		g_test_message("seed %u: %d calls at a dead server", seed, (int)probes);
		g_assert_cmpint(probes, <=, 9 + 5 + 3);
		g_assert_cmpint(world.given_up, ==, 0);
		int64_t before = world.servers[1].done;
		world_run(&world, BALANCE_LOAD, 960000, seed);
		g_assert_cmpint(world.servers[1].done - before, >, 200);
		world_finish(&world);
	}
}

/* Half of the servers fail every call, or half of their calls: no more than 1.2 tries for each call. */
static void
test_amplification(void)
{
	for (unsigned seed = 0; seed < seeds() * 2; seed++) {
		struct world world;
		world_init(&world, 4, 40, seed);
		world.by_budget = true;
		world.servers[0].fail_share = world.servers[1].fail_share = seed % 2 ? 1 : 0.5;
		world_run(&world, seed % 4 < 2 ? BALANCE_LOAD : BALANCE_ROUND_ROBIN, 600000, seed);
		double amplification = (double)world.tries / (double)world.firsts;
		g_test_message("seed %u: %.3f tries a call, %d of %d given up", seed, amplification, (int)world.given_up, (int)world.firsts);
		g_assert_cmpfloat(amplification, <=, 1.2);
		g_assert_cmpint(world.given_up * 20, <=, world.firsts);
		world_finish(&world);
	}
}

/* A server that refuses more than so many: nearly all its slots are used, and few calls are refused. */
static void
test_capacity(void)
{
	static const int64_t capacities[] = { 2, 5, 12, 40 };
	for (unsigned seed = 0; seed < seeds(); seed++) {
		struct world world;
		int64_t capacity = capacities[seed % G_N_ELEMENTS(capacities)];
		world_init(&world, 1, 60, seed);
		world.servers[0].slots = world.servers[0].refuse_above = capacity;
		world_run(&world, BALANCE_LOAD, 600000, seed);
		double used = (double)world.servers[0].done / (600.0 * (double)capacity);
		double refused = (double)world.servers[0].refused / (double)world.servers[0].calls;
		g_test_message("capacity %d: %.2f used, %.3f refused", (int)capacity, used, refused);
		g_assert_cmpfloat(used, >=, 0.75);
		g_assert_cmpfloat(refused, <=, 0.12);
		world_finish(&world);
	}
}

/* Each run has one server as long as that has room, and goes back there. */
static void
test_sticky(void)
{
	for (unsigned seed = 0; seed < seeds(); seed++) {
		struct world world;
		int server[WORLD_CLIENTS], moved = 0;
		world_init(&world, 4, 12, seed);
		world.sticky = true;
		world.think_ms = 500;
		world_run(&world, BALANCE_STICKY, 60000, seed);
		for (int i = 0; i < world.clients; i++)
			server[i] = world.calls[i].server;
		for (int64_t until = 70000; until < 300000; until += 10000) {
			world_run(&world, BALANCE_STICKY, until, seed);
			for (int i = 0; i < world.clients; i++)
				moved += server[i] != world.calls[i].server;
		}
		g_assert_cmpint(moved, ==, 0);
		world_finish(&world);
	}
}

/* The same seed makes the same choices. */
static void
test_replay(void)
{
	int64_t calls[2][4];
	for (unsigned i = 0; i < 2; i++) {
		struct world world;
		world_init(&world, 4, 40, 5);
		world.servers[0].fail_share = 0.3;
		world.servers[1].refuse_above = 3;
		world.servers[2].dead_until = 20000;
		world_run(&world, BALANCE_LOAD, 100000, 9);
		for (unsigned j = 0; j < 4; j++)
			calls[i][j] = world.servers[j].calls;
		world_finish(&world);
	}
	g_assert_cmpmem(calls[0], sizeof calls[0], calls[1], sizeof calls[1]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/balance-world/equal", test_equal);
	g_test_add_func("/balance-world/stumble", test_stumble);
	g_test_add_func("/balance-world/unequal", test_unequal);
	g_test_add_func("/balance-world/tail", test_tail);
	g_test_add_func("/balance-world/dead", test_dead);
	g_test_add_func("/balance-world/amplification", test_amplification);
	g_test_add_func("/balance-world/capacity", test_capacity);
	g_test_add_func("/balance-world/sticky", test_sticky);
	g_test_add_func("/balance-world/replay", test_replay);
	return g_test_run();
}
