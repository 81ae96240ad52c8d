#include "llm/ledger.h"

#include <math.h>
#include <pthread.h>

#include "base/error.h"
#include "expect.h"

static const struct allowance anything = { NAN, RECORD_NO_INT, RECORD_NO_INT, RECORD_NO_INT, NULL };
static const char *const run_alone[] = { "run r", NULL }, *const run_and_persona[] = { "run r", "persona p", NULL };

static void
expect_refused(struct ledger *ledger, const char *const *accounts, const struct estimate *estimate, int64_t now_ms, const char *text)
{
	GError *error = NULL;
	g_assert_null(ledger_reserve(ledger, accounts, estimate, now_ms, &error));
	g_assert_cmpint(error_code(error), ==, ERR_BUDGET);
	g_assert_nonnull(strstr(error->message, text));
	g_assert_nonnull(error_remedy(error));
	g_clear_error(&error);
}

static void
spend(struct ledger *ledger, const char *const *accounts, double dollars, int64_t tokens)
{
	struct estimate estimate = { dollars, tokens };
	struct model_usage usage = { .input_tokens = tokens - tokens / 2, .output_tokens = tokens / 2, .cache_read_tokens = RECORD_NO_INT, .cache_write_tokens = 0 };
	GError *error = NULL;
	struct reservation *reservation = ledger_reserve(ledger, accounts, &estimate, 0, &error);
	g_assert_no_error(error);
	ledger_settle(ledger, reservation, SETTLED_SUCCESS, &usage, dollars, 10);
}

static void
test_limits(void)
{
	struct ledger *ledger = ledger_create();
	struct allowance run = anything, persona = anything;
	run.dollars = 1;
	persona.tokens = 1000;
	ledger_allow(ledger, "run r", &run);
	ledger_allow(ledger, "persona p", &persona);
	spend(ledger, run_and_persona, 0.4, 600);
	expect_refused(ledger, run_and_persona, &(struct estimate){ 0.1, 500 }, 0, "persona p may use 1000 tokens: 600 are gone");
	expect_refused(ledger, run_alone, &(struct estimate){ 0.7, 1 }, 0, "run r may spend 1.0000 dollars: 0.4000 are gone");
	spend(ledger, run_alone, 0.6, 5000);
	expect_refused(ledger, run_alone, &(struct estimate){ 0.01, 1 }, 0, "higher --budget");
	run.dollars = 2;
	ledger_allow(ledger, "run r", &run);
	spend(ledger, run_alone, 0.5, 1);
	ledger_destroy(ledger);
}

/* What is under way counts as spent until it is settled. */
static void
test_reservation(void)
{
	struct ledger *ledger = ledger_create();
	struct allowance allowance = anything;
	allowance.calls = 2;
	ledger_allow(ledger, "run r", &allowance);
	struct estimate estimate = { 0, 10 };
	struct reservation *first = ledger_reserve(ledger, run_alone, &estimate, 0, NULL), *second = ledger_reserve(ledger, run_alone, &estimate, 0, NULL);
	expect_refused(ledger, run_alone, &estimate, 0, "may make 2 calls");
	ledger_settle(ledger, first, SETTLED_UNSENT, NULL, NAN, 0);
	first = ledger_reserve(ledger, run_alone, &estimate, 0, NULL);
	g_assert_nonnull(first);
	ledger_settle(ledger, first, SETTLED_REPLAY, NULL, NAN, 0);
	ledger_settle(ledger, second, SETTLED_FAILURE, NULL, NAN, 7);
	struct expense expense;
	g_assert_true(ledger_find(ledger, "run r", &expense));
	g_assert_cmpint(expense.calls, ==, 1);
	g_assert_cmpint(expense.failed_calls, ==, 1);
	g_assert_cmpint(expense.unpriced_calls, ==, 1);
	g_assert_cmpint(expense.replayed_calls, ==, 1);
	record_finish(&expense_record, &expense);
	ledger_destroy(ledger);
}

static void
test_unpriced(void)
{
	struct ledger *ledger = ledger_create();
	struct allowance allowance = anything;
	struct estimate unpriced = { NAN, 100 };
	allowance.dollars = 5;
	ledger_allow(ledger, "run r", &allowance);
	expect_refused(ledger, run_alone, &unpriced, 0, "nobody knows the price");
	allowance.tokens = 150;
	ledger_allow(ledger, "run r", &allowance);
	spend(ledger, run_alone, NAN, 100);
	expect_refused(ledger, run_alone, &unpriced, 0, "150 tokens");
	ledger_destroy(ledger);
}

static void
test_deadline(void)
{
	struct ledger *ledger = ledger_create();
	struct allowance allowance = anything;
	allowance.deadline_ms = 500;
	ledger_allow(ledger, "run r", &allowance);
	struct reservation *reservation = ledger_reserve(ledger, run_alone, &(struct estimate){ 0, 1 }, 499, NULL);
	g_assert_nonnull(reservation);
	expect_refused(ledger, run_alone, &(struct estimate){ 0, 1 }, 500, "time of run r is over");
	ledger_settle(ledger, reservation, SETTLED_SUCCESS, NULL, 0, 1);
	ledger_destroy(ledger);
}

/* --- many threads, one limit ---------------------------------------------------------------- */

enum { THREADS = 4, ROUNDS = 2000, CALLS = 5000 };

static void *
spend_often(void *data)
{
	struct ledger *ledger = data;
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct reservation *reservation = ledger_reserve(ledger, run_and_persona, &(struct estimate){ 0.001, 3 }, 0, NULL);
		if (reservation)
			ledger_settle(ledger, reservation, i % 3 ? SETTLED_SUCCESS : SETTLED_UNSENT, NULL, 0.001, 1);
	}
	return NULL;
}

static void
test_threads(void)
{
	struct ledger *ledger = ledger_create();
	struct allowance allowance = anything;
	allowance.calls = CALLS;
	ledger_allow(ledger, "persona p", &allowance);
	pthread_t threads[THREADS];
	for (unsigned i = 0; i < THREADS; i++)
		g_assert_cmpint(pthread_create(&threads[i], NULL, spend_often, ledger), ==, 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	struct expense_list list;
	ledger_list(ledger, &list);
	g_assert_cmpuint(list.count, ==, 2);
	g_assert_cmpstr(list.items[0].account, ==, "persona p");
	g_assert_cmpint(list.items[0].calls, <=, CALLS);
	g_assert_cmpint(list.items[0].calls, ==, list.items[1].calls);
	g_assert_cmpfloat_with_epsilon(list.items[0].dollars, 0.001 * (double)list.items[0].calls, 1e-6);
	record_list_finish(&expense_record, &list);
	ledger_destroy(ledger);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ledger/limits", test_limits);
	g_test_add_func("/ledger/reservation", test_reservation);
	g_test_add_func("/ledger/unpriced", test_unpriced);
	g_test_add_func("/ledger/deadline", test_deadline);
	g_test_add_func("/ledger/threads", test_threads);
	return g_test_run();
}
