#include "base/clock.h"
#include "expect.h"

static void
test_texts(void)
{
	static const struct {
		int64_t wall_ms;
		const char *text;
	} moments[] = {
		{ 0, "1970-01-01T00:00:00.000Z" }, { 1795161662345, "2026-11-20T08:01:02.345Z" }, { 951827696007, "2000-02-29T12:34:56.007Z" },
		{ -1, "1969-12-31T23:59:59.999Z" }, { 253402300799999, "9999-12-31T23:59:59.999Z" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(moments); i++) {
		g_autofree char *text = clock_text(moments[i].wall_ms);
		g_assert_cmpstr(text, ==, moments[i].text);
	}
	static const struct {
		double seconds;
		const char *text;
	} spans[] = {
		{ 0, "0.00 s" }, { 3.2, "3.20 s" }, { 9.994, "9.99 s" }, { 9.996, "10.0 s" }, { 59.94, "59.9 s" }, { 59.96, "1 min 00 s" },
		{ 245, "4 min 05 s" }, { 3599.4, "59 min 59 s" }, { 3599.6, "1 h 00 min" }, { 7260, "2 h 01 min" }, { 360000, "100 h 00 min" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(spans); i++) {
		g_autofree char *text = clock_span(spans[i].seconds);
		g_assert_cmpstr(text, ==, spans[i].text);
	}
}

static void
test_clocks(void)
{
	int64_t before = clock_ms(), us = clock_us(), cpu = clock_cpu_us();
	volatile unsigned work = 0;
	while (clock_cpu_us() < cpu + 2000)
		work++;
	g_assert_cmpint(clock_us(), >=, us);
	g_assert_cmpint(clock_ms(), >=, before);
	us = clock_us();
	g_assert_cmpint(us / 1000, <=, clock_ms());
	int64_t wall = clock_wall_ms();
	g_assert_cmpint(wall, <=, g_get_real_time() / 1000);
	struct timespec at = clock_timespec(12345);
	g_assert_cmpint(at.tv_sec, ==, 12);
	g_assert_cmpint(at.tv_nsec, ==, 345000000);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/clock/texts", test_texts);
	g_test_add_func("/clock/clocks", test_clocks);
	return g_test_run();
}
