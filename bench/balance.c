/* What a decision costs: CPU time of taking a seat and leaving it, with 100 servers of three models, beside a bare round robin over an
 * array of the same servers.
 *
 *	build/rel/bench/balance
 *
 * `busy` has half of all seats taken. A wish names a model that each server has, a capability and a run. Medians of interleaved
 * rounds. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "llm/balance.h"
#include "llm/queue.h"

enum { ROUNDS = 9, CALLS = 20000, SERVERS = 100, MODELS = 3, WAITING = 10000, LIMIT_US = 20 };

static const char *const capabilities[] = { "tools", NULL };
static const char *const names[] = { "first", "second", "third" };

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double
median(double *figures)
{
	qsort(figures, ROUNDS, sizeof *figures, compare);
	return figures[ROUNDS / 2];
}

static void
make_servers(struct endpoint_list *ret)
{
	for (int i = 0; i < SERVERS; i++) {
		struct endpoint *endpoint = record_append(&endpoint_record, ret);
		endpoint->name = g_strdup_printf("server-%d", i);
		endpoint->protocol = g_strdup("openai");
		endpoint->base_url = g_strdup("http://127.0.0.1:1");
		endpoint->max_in_flight = 64;
		for (int j = 0; j < MODELS; j++) {
			struct endpoint_model *model = record_append(&endpoint_model_record, &endpoint->models);
			model->name = g_strdup(names[j]);
			model->capabilities = g_strsplit("text tools schema", " ", -1);
			model->window = 200000;
		}
	}
}

static struct seat *
take(struct balance *balance, int number, int64_t now)
{
	char run[16];
	g_snprintf(run, sizeof run, "run-%d", number % 50);
	struct wish wish = { .model = "second", .capabilities = capabilities, .run = run, .tokens = 1000 };
	struct seat *seat;
	int64_t at;
	if (balance_take(balance, &wish, now, &seat, &at, NULL) != BALANCE_SEATED)
		g_error("no seat for call %d", number);
	return seat;
}

/* Microseconds of CPU time for a call. */
static double
measure(const struct endpoint_list *servers, enum balance_strategy strategy, int busy)
{
	struct balance *balance = balance_create(servers, strategy, 1);
	GPtrArray *held = g_ptr_array_new();
	for (int i = 0; i < busy; i++)
		g_ptr_array_add(held, take(balance, i, 0));
	int64_t begin = clock_cpu_us();
	for (int i = 0; i < CALLS; i++) {
		struct seat *seat = take(balance, i, i);
		seat_started(balance, seat, i);
		seat_leave(balance, seat, NULL, i);
	}
	int64_t end = clock_cpu_us();
	for (guint i = 0; i < held->len; i++)
		seat_leave(balance, held->pdata[i], NULL, CALLS);
	g_ptr_array_free(held, TRUE);
	balance_destroy(balance);
	return (double)(end - begin) / CALLS;
}

static volatile int chosen;

static double
measure_bare(void)
{
	int in_flight[SERVERS] = { 0 }, next = 0, calls = CALLS * 100;
	int64_t begin = clock_cpu_us();
	for (int i = 0; i < calls; i++) {
		next = (next + 1) % SERVERS;
		in_flight[next]++;
		chosen = next;
		in_flight[chosen]--;
	}
	return (double)(clock_cpu_us() - begin) / calls;
}

static enum queue_answer
serve_one(void *data, void *call)
{
	int *left = data;
	(void)call;
	return (*left)-- > 0 ? QUEUE_SERVED : QUEUE_STOP;
}

/* A call that comes and one that is served, with many waiting in 50 runs. */
static double
measure_queue(void)
{
	struct call_queue *queue = queue_create();
	char run[16];
	int64_t begin = 0;
	for (int i = 0; i < WAITING + CALLS; i++) {
		int one = 1;
		g_snprintf(run, sizeof run, "run-%d", i % 50);
		if (i == WAITING)
			begin = clock_cpu_us();
		queue_add(queue, &(struct queue_call){ .run = run, .kind = "second", .priority = i * 7919 % 1000, .cost = 1000 }, i);
		if (i >= WAITING && queue_serve(queue, serve_one, &one) != 1)
			g_error("nothing was served");
	}
	double cost = (double)(clock_cpu_us() - begin) / CALLS;
	queue_destroy(queue);
	return cost;
}

int
main(void)
{
	struct endpoint_list servers = { 0 };
	double figures[2][BALANCE_STRATEGIES][ROUNDS], bare[ROUNDS], queue[ROUNDS];
	bool ok = true;
	make_servers(&servers);
	for (int round = 0; round < ROUNDS; round++) {
		bare[round] = measure_bare();
		queue[round] = measure_queue();
		for (unsigned i = 0; i < 2; i++)
			for (unsigned j = 0; j < BALANCE_STRATEGIES; j++)
				figures[i][j][round] = measure(&servers, j, i ? SERVERS * 4 : 0);
	}
	double floor = median(bare);
	printf("%-30s %10s %12s\n", "take, start and leave", "us", "x bare turn");
	printf("%-30s %10.4f %12.0f\n", "bare round robin", floor, 1.0);
	for (unsigned i = 0; i < 2; i++)
		for (unsigned j = 0; j < BALANCE_STRATEGIES; j++) {
			g_autofree char *name = g_strdup_printf("%s, %s", balance_strategy_names[j], i ? "busy" : "idle");
			double cost = median(figures[i][j]);
			printf("%-30s %10.2f %12.0f\n", name, cost, cost / floor);
			ok &= cost <= LIMIT_US;
		}
	printf("%-30s %10.2f\n", "queue, 10 000 waiting", median(queue));
	printf("%s: at most %d us\n", ok ? "ok" : "MISSED", LIMIT_US);
	record_list_finish(&endpoint_record, &servers);
	return ok ? 0 : 1;
}
