/* The rules of the balance, one by one: who fits a wish, priorities, limits, circuits, Retry-After, parking, retries. */
#include "llm/balance.h"

#include <math.h>

#include "expect.h"

static struct endpoint_list endpoints;

static struct endpoint *
add_server(const char *name, int64_t priority, int64_t max_in_flight)
{
	struct endpoint *endpoint = record_append(&endpoint_record, &endpoints);
	endpoint->name = g_strdup(name);
	endpoint->protocol = g_strdup("openai");
	endpoint->key_env = g_strdup_printf("KEY_OF_%s", name);
	endpoint->base_url = g_strdup("http://127.0.0.1:1");
	endpoint->priority = priority;
	endpoint->max_in_flight = max_in_flight;
	return endpoint;
}

static struct endpoint_model *
add_model(struct endpoint *endpoint, const char *name, const char *capabilities)
{
	struct endpoint_model *model = record_append(&endpoint_model_record, &endpoint->models);
	model->name = g_strdup(name);
	model->capabilities = capabilities ? g_strsplit(capabilities, " ", -1) : NULL;
	return model;
}

static void
finish(struct balance *balance)
{
	balance_destroy(balance);
	record_list_finish(&endpoint_record, &endpoints);
	endpoints = (struct endpoint_list){ 0 };
}

/* Takes a seat and says at whose; "busy", "gone", "unknown" otherwise. */
static const char *
take(struct balance *balance, const struct wish *wish, int64_t now, struct seat **ret)
{
	static const char *const answers[] = { "seated", "busy", "gone", "unknown" };
	int64_t at;
	GError *error = NULL;
	enum balance_answer answer = balance_take(balance, wish, now, ret, &at, &error);
	g_assert_true((answer == BALANCE_GONE || answer == BALANCE_UNKNOWN) == (error != NULL));
	g_clear_error(&error);
	return *ret ? seat_endpoint(*ret)->name : answers[answer];
}

static void
leave(struct balance *balance, struct seat *seat, enum failure_class class, int64_t retry_after, int64_t now)
{
	struct failure failure = { .class = class, .retry_after_ms = retry_after };
	seat_leave(balance, seat, &failure, now);
}

/* A whole call that ends like that; whose it was. */
static const char *
call(struct balance *balance, const struct wish *wish, enum failure_class class, int64_t now)
{
	struct seat *seat;
	const char *who = take(balance, wish, now, &seat);
	if (seat)
		leave(balance, seat, class, -1, now);
	return who;
}

static const struct standing *
standing_of(struct balance *balance, const char *server, struct standing_list *list)
{
	record_list_finish(&standing_record, list);
	balance_list(balance, 0, list);
	for (size_t i = 0; i < list->count; i++)
		if (g_str_equal(list->items[i].server, server))
			return &list->items[i];
	g_assert_not_reached();
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
test_fit(void)
{
	struct endpoint *one = add_server("one", 0, 9);
	one->tags = g_strsplit("paid fast", " ", -1);
	struct endpoint_model *big = add_model(one, "big", "text tools vision");
	big->window = 1000;
	big->aliases = g_strsplit("best", " ", -1);
	struct endpoint *two = add_server("two", 0, 9);
	add_model(two, "small", "text")->window = 100;
	add_model(two, "odd", NULL);
	add_server("open", 0, 9);
	struct balance *balance = balance_create(&endpoints, BALANCE_ROUND_ROBIN, 1);
	const struct { struct wish wish; const char *expected; } cases[] = {
		{ { .model = "big" }, "one" },
		{ { .model = "best" }, "one" },
		{ { .capabilities = WORDS("tools", "vision") }, "one" },
		{ { .model = "small", .capabilities = WORDS("tools") }, "open" },   /* it lists nothing, so it may have it */
		{ { .model = "small", .server = "two", .capabilities = WORDS("tools") }, "unknown" },
		{ { .model = "odd", .server = "two", .capabilities = WORDS("tools") }, "two" },   /* nobody says that it cannot */
		{ { .model = "small", .tokens = 99 }, "two" },
		{ { .model = "small", .tokens = 100, .server = "two" }, "unknown" },
		{ { .tokens = 500, .server = "one" }, "one" },
		{ { .tags = WORDS("fast") }, "one" },
		{ { .tags = WORDS("fast", "slow") }, "unknown" },
		{ { .model = "else" }, "open" },
		{ { .model = "else", .server = "one" }, "unknown" },
		{ { .server = "three" }, "unknown" },
		{ { .server = "open" }, "unknown" },   /* which model of it? */
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("case %u", i);
		g_assert_cmpstr(call(balance, &cases[i].wish, FAILURE_NONE, 0), ==, cases[i].expected);
	}
	finish(balance);
}

static void
test_capability(void)
{
	add_model(add_server("all", 0, 1), "m", "text tools vision");
	add_model(add_server("some", 0, 1), "m", "text tools");
	struct balance *balance = balance_create(&endpoints, BALANCE_CAPABILITY, 1);
	struct wish tools = { .capabilities = WORDS("tools") };
	struct seat *first, *second;
	g_assert_cmpstr(take(balance, &tools, 0, &first), ==, "some");
	g_assert_cmpstr(take(balance, &tools, 0, &second), ==, "all");
	leave(balance, first, FAILURE_NONE, -1, 1);
	leave(balance, second, FAILURE_NONE, -1, 1);
	finish(balance);
}

static void
test_turns(void)
{
	for (unsigned i = 0; i < 3; i++)
		add_model(add_server((const char *[]){ "a", "b", "c" }[i], 0, 9), "m", NULL);
	struct balance *balance = balance_create(&endpoints, BALANCE_ROUND_ROBIN, 1);
	struct wish any = { 0 };
	g_autoptr(GString) seen = g_string_new(NULL);
	for (unsigned i = 0; i < 7; i++)
		g_string_append(seen, call(balance, &any, FAILURE_NONE, i));
	g_assert_cmpstr(seen->str, ==, "abcabca");
	finish(balance);
}

/* The next priority only where all before it cannot: full, open, parked, or failed for this very call. */
static void
test_priority(void)
{
	add_model(add_server("first", 0, 1), "m", NULL);
	add_model(add_server("next", 1, 9), "m", NULL);
	struct balance *balance = balance_create(&endpoints, BALANCE_LOAD, 1);
	struct wish any = { 0 }, again = { .avoid = WORDS("first") };
	struct seat *held, *other;
	g_assert_cmpstr(take(balance, &any, 0, &held), ==, "first");
	g_assert_cmpstr(take(balance, &any, 0, &other), ==, "next");
	leave(balance, other, FAILURE_NONE, -1, 1);
	leave(balance, held, FAILURE_NONE, -1, 1);
	g_assert_cmpstr(call(balance, &any, FAILURE_NONE, 2), ==, "first");
	g_assert_cmpstr(call(balance, &again, FAILURE_NONE, 2), ==, "next");
	g_assert_cmpstr(call(balance, &any, FAILURE_QUOTA, 3), ==, "first");
	g_assert_cmpstr(call(balance, &any, FAILURE_NONE, 4), ==, "next");
	/* Where there is no other, the one that failed is better than none. */
	struct wish both = { .avoid = WORDS("first", "next") };
	g_assert_cmpstr(call(balance, &both, FAILURE_NONE, 5), ==, "next");
	finish(balance);
}

/* The limits of a model and of its server, whichever is less. */
static void
test_limits(void)
{
	struct endpoint *server = add_server("a", 0, 3);
	add_model(server, "m", NULL)->max_in_flight = 2;
	add_model(server, "n", NULL);
	struct balance *balance = balance_create(&endpoints, BALANCE_LOAD, 1);
	struct wish m = { .model = "m" }, n = { .model = "n" };
	struct seat *seats[3], *none;
	int64_t at = 0;
	g_assert_cmpstr(take(balance, &m, 0, &seats[0]), ==, "a");
	g_assert_cmpstr(take(balance, &m, 0, &seats[1]), ==, "a");
	g_assert_cmpstr(take(balance, &m, 0, &none), ==, "busy");
	g_assert_cmpstr(take(balance, &n, 0, &seats[2]), ==, "a");
	g_assert_cmpint(balance_take(balance, &n, 0, &none, &at, NULL), ==, BALANCE_BUSY);
	g_assert_cmpint(at, ==, INT64_MAX);
	for (unsigned i = 0; i < 3; i++)
		leave(balance, seats[i], FAILURE_NONE, -1, 1);
	finish(balance);
}

/* Not a millisecond before, and at that millisecond. */
static void
test_retry_after(void)
{
	static const enum failure_class classes[] = { FAILURE_RATE_LIMITED, FAILURE_OVERLOADED, FAILURE_SERVER_ERROR };
	for (unsigned i = 0; i < G_N_ELEMENTS(classes); i++) {
		add_model(add_server("a", 0, 9), "m", NULL);
		struct balance *balance = balance_create(&endpoints, BALANCE_LOAD, 1);
		struct wish any = { 0 };
		struct seat *seat;
		int64_t at, now = 1000;
		for (unsigned j = 0; j < 12; j++) {   /* the circuit opens on the way: the server's word counts all the same */
			int64_t asked = 100 + j * 17000;
			g_assert_cmpstr(take(balance, &any, now, &seat), ==, "a");
			leave(balance, seat, classes[i], asked, now);
			g_assert_cmpint(balance_take(balance, &any, now + asked - 1, &seat, &at, NULL), ==, BALANCE_BUSY);
			g_assert_cmpint(at, ==, now + asked);
			now = at;
		}
		g_assert_cmpstr(call(balance, &any, FAILURE_NONE, now), ==, "a");
		finish(balance);
	}
}

/* Five failures in a row open it; each failed probe doubles the pause; one probe at a time; then slowly up again. */
static void
test_circuit(void)
{
	struct standing_list list = { 0 };
	add_model(add_server("a", 0, 32), "m", NULL);
	struct balance *balance = balance_create(&endpoints, BALANCE_LOAD, 7);
	struct wish any = { 0 };
	struct seat *probe, *none, *seats[2];
	int64_t now = 0, at;
	for (unsigned i = 0; i < 5; i++)
		g_assert_cmpstr(call(balance, &any, FAILURE_RESET, now), ==, "a");
	double pause = 2000;
	for (unsigned i = 0; i < 8; i++, pause = MIN(pause * 2, 120000)) {
		g_assert_cmpint(balance_take(balance, &any, now, &none, &at, NULL), ==, BALANCE_BUSY);
		g_assert_cmpint(standing_of(balance, "a", &list)->circuit, ==, CIRCUIT_OPEN);
		g_assert_cmpint(list.items[0].open_until_ms, ==, at);
		g_assert_cmpfloat((double)(at - now), >=, pause);
		g_assert_cmpfloat((double)(at - now), <=, pause * 1.2);
		now = at;
		g_assert_cmpstr(take(balance, &any, now, &probe), ==, "a");
		g_assert_cmpstr(take(balance, &any, now, &none), ==, "busy");
		g_assert_cmpint(standing_of(balance, "a", &list)->circuit, ==, CIRCUIT_HALF_OPEN);
		now += 50;
		leave(balance, probe, FAILURE_SILENT, -1, now);
	}
	now += 150000;
	g_assert_cmpstr(take(balance, &any, now, &probe), ==, "a");
	leave(balance, probe, FAILURE_CANCELLED, -1, now);   /* tells nothing: still half open */
	g_assert_cmpstr(take(balance, &any, now, &probe), ==, "a");
	g_assert_cmpstr(take(balance, &any, now, &none), ==, "busy");
	leave(balance, probe, FAILURE_NONE, -1, now + 10);
	g_assert_cmpint(standing_of(balance, "a", &list)->circuit, ==, CIRCUIT_CLOSED);
	g_assert_cmpint(list.items[0].limit, ==, 2);
	g_assert_cmpstr(take(balance, &any, now + 10, &seats[0]), ==, "a");
	g_assert_cmpstr(take(balance, &any, now + 10, &seats[1]), ==, "a");
	g_assert_cmpstr(take(balance, &any, now + 10, &none), ==, "busy");
	leave(balance, seats[0], FAILURE_NONE, -1, now + 20);
	leave(balance, seats[1], FAILURE_RESET, -1, now + 20);
	g_assert_cmpint(standing_of(balance, "a", &list)->circuit, ==, CIRCUIT_CLOSED);
	g_assert_cmpstr(call(balance, &any, FAILURE_RESET, now + 30), ==, "a");   /* two are enough, so soon after */
	g_assert_cmpint(standing_of(balance, "a", &list)->circuit, ==, CIRCUIT_OPEN);
	record_list_finish(&standing_record, &list);
	finish(balance);
}

/* A server that takes two and refuses six of eight that came together is not broken: they count as one refusal. */
static void
test_burst(void)
{
	static const enum failure_class classes[] = { FAILURE_RATE_LIMITED, FAILURE_OVERLOADED };
	for (unsigned i = 0; i < G_N_ELEMENTS(classes); i++) {
		struct standing_list list = { 0 };
		struct seat *seats[8];
		struct wish any = { 0 };
		add_model(add_server("a", 0, 32), "m", NULL);
		struct balance *balance = balance_create(&endpoints, BALANCE_LOAD, 7);
		for (unsigned j = 0; j < 8; j++)
			g_assert_cmpstr(take(balance, &any, 10, &seats[j]), ==, "a");
		for (unsigned j = 0; j < 6; j++)
			leave(balance, seats[j], classes[i], -1, 20);
		g_assert_cmpint(standing_of(balance, "a", &list)->circuit, ==, CIRCUIT_CLOSED);
		g_assert_cmpint(list.items[0].limit, ==, 5);
		g_assert_cmpstr(take(balance, &any, 20, &seats[0]), ==, "a");
		for (unsigned j = 6; j < 9; j++)
			leave(balance, seats[j % 8], FAILURE_NONE, -1, 30);
		record_list_finish(&standing_record, &list);
		finish(balance);
	}
}

/* Half of ten or more, even where no five of them come in a row. */
static void
test_rate(void)
{
	struct standing_list list = { 0 };
	add_model(add_server("a", 0, 32), "m", NULL);
	struct balance *balance = balance_create(&endpoints, BALANCE_LOAD, 7);
	struct wish any = { 0 };
	for (unsigned i = 0; i < 9; i++)
		call(balance, &any, i % 2 ? FAILURE_NONE : FAILURE_TRUNCATED, i * 100);
	g_assert_cmpint(standing_of(balance, "a", &list)->circuit, ==, CIRCUIT_CLOSED);
	call(balance, &any, FAILURE_NONE, 950);
	call(balance, &any, FAILURE_TRUNCATED, 1000);
	g_assert_cmpint(standing_of(balance, "a", &list)->circuit, ==, CIRCUIT_OPEN);
	g_assert_cmpint(list.items[0].failures, ==, 6);
	g_assert_cmpint(list.items[0].calls, ==, 11);
	record_list_finish(&standing_record, &list);
	finish(balance);
}

/* What says nothing about the server does not count against it. */
static void
test_harmless(void)
{
	static const enum failure_class classes[] = { FAILURE_CANCELLED, FAILURE_REJECTED, FAILURE_WINDOW, FAILURE_OVERTIME, FAILURE_TOO_LARGE };
	struct standing_list list = { 0 };
	add_model(add_server("a", 0, 32), "m", NULL);
	struct balance *balance = balance_create(&endpoints, BALANCE_LOAD, 7);
	struct wish any = { 0 };
	for (unsigned i = 0; i < 100; i++)
		g_assert_cmpstr(call(balance, &any, classes[i % G_N_ELEMENTS(classes)], i), ==, "a");
	g_assert_cmpint(standing_of(balance, "a", &list)->circuit, ==, CIRCUIT_CLOSED);
	g_assert_cmpint(list.items[0].limit, ==, 8);
	record_list_finish(&standing_record, &list);
	finish(balance);
}

static void
expect_gone(struct balance *balance, const struct wish *wish, const char *text, const char *remedy)
{
	GError *error = NULL;
	struct seat *seat;
	int64_t at;
	g_assert_cmpint(balance_take(balance, wish, 0, &seat, &at, &error), ==, BALANCE_GONE);
	g_assert_nonnull(strstr(error->message, text));
	g_assert_nonnull(strstr(error_remedy(error), remedy));
	expect_error(&error, ERR_CONFIG, "no server is left");
}

static void
test_parking(void)
{
	struct wish m = { .model = "m" }, n = { .model = "n" }, any = { 0 };
	struct endpoint *one = add_server("one", 0, 9);
	add_model(one, "m", NULL);
	add_model(one, "n", NULL);
	add_model(add_server("two", 1, 9), "m", NULL);
	struct balance *balance = balance_create(&endpoints, BALANCE_LOAD, 7);
	/* A model that is missing is missing alone. */
	g_assert_cmpstr(call(balance, &n, FAILURE_NO_MODEL, 0), ==, "one");
	expect_gone(balance, &n, "one: no_model: the server does not have the model", "correct the name n of a model of one");
	g_assert_cmpstr(call(balance, &m, FAILURE_NONE, 0), ==, "one");
	/* A wrong key is wrong for all models. */
	struct seat *seat;
	take(balance, &m, 0, &seat);
	seat_leave(balance, seat, &(struct failure){ .class = FAILURE_CREDENTIALS, .status = 401, .retry_after_ms = -1, .detail = (char *)"invalid x-api-key" }, 0);
	g_assert_cmpstr(call(balance, &any, FAILURE_QUOTA, 0), ==, "two");
	expect_gone(balance, &m, "one: credentials (401): invalid x-api-key; two: quota: ", "correct the key of one (KEY_OF_one), or raise the spending limit");
	g_assert_cmpstr(call(balance, &any, FAILURE_NONE, INT64_MAX / 2), ==, "gone");
	finish(balance);
}

static void
test_nobody(void)
{
	GError *error = NULL;
	struct seat *seat;
	int64_t at;
	struct balance *balance = balance_create(&endpoints, BALANCE_STICKY, 7);
	g_assert_cmpint(balance_take(balance, &(struct wish){ .model = "m" }, 0, &seat, &at, &error), ==, BALANCE_UNKNOWN);
	expect_error(&error, ERR_CONFIG, "there is no model server, so the model m cannot be had");
	finish(balance);
}

/* Where nothing answers at all, its models are not tried one after the other. */
static void
test_unreachable(void)
{
	struct endpoint *server = add_server("a", 0, 99);
	const char *const names[] = { "k", "l", "m" };
	for (unsigned i = 0; i < 3; i++)
		add_model(server, names[i], NULL);
	struct balance *balance = balance_create(&endpoints, BALANCE_LOAD, 7);
	int64_t calls = 0, at = 0;
	for (unsigned i = 0; i < 3; i++)
		for (unsigned j = 0; j < 5; j++)
			g_assert_cmpstr(call(balance, &(struct wish){ .model = names[i] }, FAILURE_UNREACHABLE, 0), ==, "a");
	struct seat *none;
	g_assert_cmpint(balance_take(balance, &(struct wish){ 0 }, 0, &none, &at, NULL), ==, BALANCE_BUSY);
	for (unsigned i = 0; i < 3; i++)
		calls += g_str_equal(call(balance, &(struct wish){ .model = names[i] }, FAILURE_UNREACHABLE, at + 1000), "a");
	g_assert_cmpint(calls, ==, 1);
	finish(balance);
}

static void
test_budget(void)
{
	add_model(add_server("a", 0, 64), "m", NULL);
	struct balance *balance = balance_create(&endpoints, BALANCE_LOAD, 7);
	struct wish any = { 0 };
	unsigned allowed = 0;
	/* Few calls: ten a minute all the same. */
	for (unsigned i = 0; i < 20; i++)
		allowed += balance_may_retry(balance, 5000 + i);
	g_assert_cmpuint(allowed, ==, 10);
	g_assert_false(balance_may_retry(balance, 64999));
	g_assert_true(balance_may_retry(balance, 65000));
	/* Many: a fifth, over ten seconds. */
	allowed = 0;
	for (unsigned i = 0; i < 1000; i++)
		call(balance, &any, FAILURE_NONE, 200000);
	for (unsigned i = 0; i < 1000; i++)
		allowed += balance_may_retry(balance, 205000);
	g_assert_cmpuint(allowed, ==, 200);
	g_assert_false(balance_may_retry(balance, 210000));
	finish(balance);
}

static void
test_sticky(void)
{
	for (unsigned i = 0; i < 3; i++)
		add_model(add_server((const char *[]){ "a", "b", "c" }[i], 0, 2), "m", NULL);
	struct balance *balance = balance_create(&endpoints, BALANCE_STICKY, 3);
	struct wish wish = { .run = "r" };
	struct seat *seats[2], *other;
	g_autofree char *home = g_strdup(call(balance, &wish, FAILURE_NONE, 0));
	for (unsigned i = 0; i < 50; i++)
		g_assert_cmpstr(call(balance, &wish, FAILURE_NONE, i), ==, home);
	g_assert_cmpstr(take(balance, &wish, 60, &seats[0]), ==, home);
	g_assert_cmpstr(take(balance, &wish, 60, &seats[1]), ==, home);
	g_assert_cmpstr(take(balance, &wish, 60, &other), !=, home);   /* full */
	leave(balance, seats[0], FAILURE_NONE, -1, 70);
	g_assert_cmpstr(call(balance, &wish, FAILURE_NONE, 70), ==, home);
	leave(balance, other, FAILURE_NONE, -1, 70);
	leave(balance, seats[1], FAILURE_QUOTA, -1, 70);
	g_autofree char *moved = g_strdup(call(balance, &wish, FAILURE_NONE, 80));
	g_assert_cmpstr(moved, !=, home);
	for (unsigned i = 0; i < 50; i++)
		g_assert_cmpstr(call(balance, &wish, FAILURE_NONE, 90), ==, moved);
	finish(balance);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/balance/fit", test_fit);
	g_test_add_func("/balance/capability", test_capability);
	g_test_add_func("/balance/turns", test_turns);
	g_test_add_func("/balance/priority", test_priority);
	g_test_add_func("/balance/limits", test_limits);
	g_test_add_func("/balance/retry-after", test_retry_after);
	g_test_add_func("/balance/circuit", test_circuit);
	g_test_add_func("/balance/burst", test_burst);
	g_test_add_func("/balance/rate", test_rate);
	g_test_add_func("/balance/harmless", test_harmless);
	g_test_add_func("/balance/parking", test_parking);
	g_test_add_func("/balance/nobody", test_nobody);
	g_test_add_func("/balance/unreachable", test_unreachable);
	g_test_add_func("/balance/budget", test_budget);
	g_test_add_func("/balance/sticky", test_sticky);
	return g_test_run();
}
