/* Calls that wait: shares of runs, order within a run, kinds that cannot be served, and that nobody waits for ever. */
#include "llm/queue.h"

#include "expect.h"

enum { RUNS = 6 };

/* A call as the queue carries it. */
struct item {
	int run, number;
	const char *kind;
	double cost;
	int64_t added_ms;
};

struct server {
	int seats;                   /* left in this round */
	const char *refused;         /* a kind that cannot be served */
	bool stop;
	GString *order;              /* "a1 b1 ..." */
	double served[RUNS];
	int64_t now, longest;
};

static enum queue_answer
serve(void *data, void *call)
{
	struct server *server = data;
	struct item *item = call;
	if (g_strcmp0(server->refused, item->kind) == 0 && item->kind)
		return QUEUE_LATER;
	if (server->seats == 0)
		return server->stop ? QUEUE_STOP : QUEUE_LATER;
	server->seats--;
	if (server->order)
		g_string_append_printf(server->order, "%c%d ", 'a' + item->run, item->number);
	server->served[item->run] += item->cost;
	server->longest = MAX(server->longest, server->now - item->added_ms);
	g_free(item);
	return QUEUE_SERVED;
}

static struct queue_ticket *
add(struct call_queue *queue, int run, int number, double priority, const char *kind, double cost, int64_t now)
{
	char name[] = { (char)('a' + run), '\0' };
	struct item *item = g_new(struct item, 1);
	*item = (struct item){ run, number, kind, cost, now };
	return queue_add(queue, &(struct queue_call){ .run = name, .kind = kind, .priority = priority, .cost = cost, .data = item }, now);
}

static void
expect_order(struct call_queue *queue, struct server server, const char *expected)
{
	server.order = g_string_new(NULL);
	queue_serve(queue, serve, &server);
	g_assert_cmpstr(server.order->str, ==, expected);
	g_string_free(server.order, TRUE);
}

static void
test_order(void)
{
	struct call_queue *queue = queue_create();
	add(queue, 0, 1, 5, NULL, 1, 0);
	add(queue, 0, 2, 9, NULL, 1, 0);
	add(queue, 0, 3, 9, NULL, 1, 0);
	add(queue, 0, 4, 10, NULL, 1, 6000);   /* waited six seconds less */
	expect_order(queue, (struct server){ .seats = 9 }, "a2 a3 a1 a4 ");
	g_assert_cmpuint(queue_length(queue), ==, 0);
	queue_destroy(queue);
}

/* One run with many calls does not keep out one with few, nor one that comes later. */
static void
test_fair(void)
{
	struct call_queue *queue = queue_create();
	for (int i = 1; i <= 6; i++)
		add(queue, 0, i, 0, NULL, 1, 0);
	add(queue, 1, 1, 0, NULL, 1, 0);
	add(queue, 1, 2, 0, NULL, 1, 0);
	expect_order(queue, (struct server){ .seats = 4 }, "a1 b1 a2 b2 ");
	add(queue, 2, 1, 0, NULL, 1, 0);
	add(queue, 2, 2, 0, NULL, 1, 0);
	expect_order(queue, (struct server){ .seats = 9 }, "c1 a3 c2 a4 a5 a6 ");
	queue_destroy(queue);
}

/* Who is served, leaves and comes back at once is not new: it has had its share. */
static void
test_return(void)
{
	struct call_queue *queue = queue_create();
	g_autoptr(GString) seen = g_string_new(NULL);
	for (int i = 0; i < 6; i++)
		add(queue, 0, i, 0, NULL, 1, 0);
	for (int i = 0; i < 6; i++) {
		struct server server = { .seats = 1, .stop = true, .order = seen };
		if (!strchr(seen->str + (seen->len > 3 ? seen->len - 3 : 0), 'b'))
			add(queue, 1, i, 100, NULL, 1, 0);
		queue_serve(queue, serve, &server);
	}
	g_assert_cmpstr(seen->str, ==, "b0 a0 b2 a1 b4 a2 ");
	expect_order(queue, (struct server){ .seats = 9 }, "a3 a4 a5 ");
	queue_destroy(queue);
}

static void
test_kinds(void)
{
	struct call_queue *queue = queue_create();
	add(queue, 0, 1, 9, "big", 1, 0);
	add(queue, 0, 2, 1, "small", 1, 0);
	add(queue, 1, 1, 0, "big", 1, 0);
	expect_order(queue, (struct server){ .seats = 9, .refused = "big" }, "a2 ");
	expect_order(queue, (struct server){ .seats = 9, .refused = "small" }, "b1 a1 ");
	queue_destroy(queue);
}

static void
test_remove(void)
{
	struct call_queue *queue = queue_create();
	struct queue_ticket *tickets[3];
	struct item items[3] = { { .number = 0 } };
	for (int i = 0; i < 3; i++)
		tickets[i] = queue_add(queue, &(struct queue_call){ .data = &items[i] }, 0);
	queue_remove(queue, tickets[1]);
	queue_remove(queue, tickets[0]);
	g_assert_cmpuint(queue_length(queue), ==, 1);
	queue_remove(queue, tickets[2]);
	g_assert_cmpuint(queue_length(queue), ==, 0);
	struct server server = { .stop = true };
	g_assert_cmpuint(queue_serve(queue, serve, &server), ==, 0);
	queue_destroy(queue);
}

/* Runs that never run dry, with calls of different cost: each gets the same, whatever its calls cost. */
static void
test_shares(void)
{
	static const double costs[RUNS] = { 1, 3, 10, 1, 7, 2 };
	struct call_queue *queue = queue_create();
	struct server server = { .stop = true };
	g_autoptr(GRand) random = g_rand_new_with_seed(3);
	for (int run = 0; run < RUNS; run++)
		for (int i = 0; i < 50; i++)
			add(queue, run, i, g_rand_double_range(random, 0, 100), NULL, costs[run], 0);
	double before[RUNS] = { 0 };
	for (int round = 0; round < 2000; round++) {
		server.seats = 1;
		queue_serve(queue, serve, &server);
		for (int run = 0; run < RUNS; run++) {
			if (server.served[run] > before[run])
				add(queue, run, round, g_rand_double_range(random, 0, 100), NULL, costs[run], round);
			before[run] = server.served[run];
		}
	}
	/* SFQ's bound: two runs that wait all the time differ by one call of each at most. */
	for (int run = 1; run < RUNS; run++)
		g_assert_cmpfloat(ABS(server.served[run] - server.served[0]), <=, costs[run] + costs[0]);
	server = (struct server){ .seats = 100000 };
	queue_serve(queue, serve, &server);
	queue_destroy(queue);
}

/* Calls of high priority keep coming, in the same run and in others, at the rate at which they are served: the least call is served. */
static void
test_starvation(void)
{
	for (uint32_t seed = 0; seed < (at_full_size() ? 500 : 20); seed++) {
		struct call_queue *queue = queue_create();
		g_autoptr(GRand) random = g_rand_new_with_seed(seed);
		struct server server = { .stop = true };
		for (int run = 0; run < RUNS; run++)
			for (int i = 0; i < 5; i++)
				add(queue, run, i, 0, NULL, 1, 0);
		for (server.now = 0; server.now < 3600000; server.now += 1000) {
			int seats = g_rand_int_range(random, 0, 3);
			for (int i = 0; i < seats; i++)
				add(queue, g_rand_int_range(random, 0, RUNS), i, 300, NULL, 1, server.now);
			server.seats = seats;
			queue_serve(queue, serve, &server);
		}
		/* Five minutes of priority, and the queue before it. */
		g_assert_cmpint(server.longest, <=, 600000);
		server.seats = 100000;
		server.now = 0;
		queue_serve(queue, serve, &server);
		queue_destroy(queue);
	}
}

/* A run whose kind cannot be served stops nobody, and is not forgotten. */
static void
test_blocked(void)
{
	struct call_queue *queue = queue_create();
	struct server server = { .refused = "big" };
	add(queue, 0, 1, 0, "big", 1, 0);
	for (int i = 0; i < 100; i++) {
		add(queue, 1, i, 0, "small", 1, 0);
		server.seats = 1;
		g_assert_cmpuint(queue_serve(queue, serve, &server), ==, 1);
	}
	add(queue, 2, 1, 0, "small", 1, 0);
	add(queue, 1, 1, 0, "small", 1, 0);
	add(queue, 1, 2, 0, "small", 1, 0);
	expect_order(queue, (struct server){ .seats = 9 }, "a1 c1 b1 b2 ");
	queue_destroy(queue);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/queue/order", test_order);
	g_test_add_func("/queue/fair", test_fair);
	g_test_add_func("/queue/return", test_return);
	g_test_add_func("/queue/kinds", test_kinds);
	g_test_add_func("/queue/remove", test_remove);
	g_test_add_func("/queue/shares", test_shares);
	g_test_add_func("/queue/starvation", test_starvation);
	g_test_add_func("/queue/blocked", test_blocked);
	return g_test_run();
}
