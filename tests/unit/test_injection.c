/* Faults in words: what is read, what is refused, and that a seed means the same. */
#include "contract/injection.h"

#include <string.h>

#include "expect.h"

static void
test_refused(void)
{
	static const char *const texts[] = { "x", "delay", "delay=", "delay=-1", "delay=5..", "delay=9..5", "delay=x", "delay=700000", "status=", "status=99",
		                             "status=600", "status=5x", "drip", "drip=0/1", "drip=5", "cut=x", "malformed=1", "type=", "delay=5@", "delay=5@101%",
		                             "delay=5@-1", "delay=1~x", "delay=1~200%", "delay=5 6", "delay=5, status", "=", "@5%" };
	for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct injections injections;
		GError *error = NULL;
		g_test_message("%s", texts[i]);
		g_assert_false(injections_read(texts[i], &injections, &error));
		expect_error(&error, ERR_USAGE, "is no fault to inject");
	}
}

static const struct {
	const char *text, *told;
} rows[] = {
	{ "", "" },
	{ "none", "" },
	{ "delay=200", "delay=200" },
	{ " DELAY = 200ms ; status=503 ", "delay=200, status=503" },
	{ "delay=1.5s", "delay=1500" },
	{ "delay=7..7", "delay=7" },
	{ "delay=100~0%", "delay=100" },
	{ "status=503@100%,cut", "status=503, cut=0" },
	{ "status=503@0%", "" },
	{ "cut=10@1", "cut=10" },
	{ "drip=10/100", "drip=10/100" },
	{ "drip=10/1.5s", "drip=10/1500" },
	{ "malformed, type", "malformed, type=text/html" },
	{ "type=text/x", "type=text/x" },
	{ "delay=1, delay=2", "delay=2" },
};

static void
test_read(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct injections injections;
		struct mishap mishap;
		GError *error = NULL;
		GRand *dice = g_rand_new_with_seed(1);
		g_assert_true(injections_read(rows[i].text, &injections, &error));
		g_assert_no_error(error);
		injections_decide(&injections, dice, &mishap);
		g_assert_cmpstr(mishap.told ? mishap.told->str : "", ==, rows[i].told);
		mishap_clear(&mishap);
		injections_clear(&injections);
		g_rand_free(dice);
	}
}

/* How often, and how much: as said, and the same for the same seed. */
static void
test_dice(void)
{
	struct injections injections;
	g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);
	GString *series[] = { first, second };
	g_assert_true(injections_read("status=500@25%, delay=10..20", &injections, NULL));
	for (unsigned round = 0; round < 2; round++) {
		GRand *dice = g_rand_new_with_seed(7);
		unsigned failed = 0;
		for (unsigned i = 0; i < 2000; i++) {
			struct mishap mishap;
			injections_decide(&injections, dice, &mishap);
			failed += mishap.status == 500;
			g_assert_cmpint(mishap.manner.delay_ms, >=, 10);
			g_assert_cmpint(mishap.manner.delay_ms, <=, 20);
			g_string_append(series[round], mishap.told->str);
			mishap_clear(&mishap);
		}
		g_assert_cmpint(failed, >, 400);
		g_assert_cmpint(failed, <, 600);
		g_rand_free(dice);
	}
	g_assert_cmpstr(first->str, ==, second->str);
	injections_clear(&injections);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/injection/refused", test_refused);
	g_test_add_func("/injection/read", test_read);
	g_test_add_func("/injection/dice", test_dice);
	return g_test_run();
}
