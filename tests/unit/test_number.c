/* Exact decimals: by hand, and against 128-bit integers on random numbers. */
#include <string.h>

#include "schema/number.h"

__extension__ typedef __int128 wide;

static struct number
number(const char *text)
{
	struct value value = { .kind = VALUE_NUMBER, .length = (uint32_t)strlen(text), .text = text };
	struct number result;
	number_read(&value, &result);
	return result;
}

static const struct {
	const char *a, *b;
	int order;
} orders[] = {
	{ "0", "-0", 0 },
	{ "0.0", "0e9", 0 },
	{ "1", "1.0", 0 },
	{ "100", "1e2", 0 },
	{ "1E+2", "0.001e5", 0 },
	{ "-1", "1", -1 },
	{ "-2", "-1", -1 },
	{ "0", "1e-400", -1 },
	{ "1e400", "1e401", -1 },
	{ "9e399", "1e400", -1 },
	{ "-1e400", "-1e401", 1 },
	{ "18446744073709551616", "18446744073709551617", -1 },
	{ "9007199254740993", "9007199254740992", 1 },
	{ "972783798187987123879878123.18878137", "972783798187987123879878123.188781371", -1 },
	{ "1000000000000000000000000000000", "1e30", 0 },
	{ "1000000000000000000000000000001", "1e30", 1 },
	{ "0.1000000000000000000000000000000", "0.1", 0 },
	{ "123456789012345678901234567890", "1.2345678901234567890123456789e29", 0 },
	{ "1e99999999999999999999", "1e-99999999999999999999", 1 },
	{ "0e99999999999999999999", "0", 0 },
};

static void
test_order(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(orders); i++) {
		struct number a = number(orders[i].a), b = number(orders[i].b);
		int forth = number_compare(&a, &b), back = number_compare(&b, &a);
		g_assert_cmpint((forth > 0) - (forth < 0), ==, orders[i].order);
		g_assert_cmpint((back > 0) - (back < 0), ==, -orders[i].order);
		if (orders[i].order == 0)
			g_assert_cmpuint(number_hash(&a), ==, number_hash(&b));
	}
}

static const struct {
	const char *a, *b;
	bool multiple;
} multiples[] = {
	{ "19.99", "0.01", true },
	{ "19.999", "0.01", false },
	{ "0.0075", "0.0001", true },
	{ "0.00751", "0.0001", false },
	{ "1e308", "0.123456789", false },
	{ "1e308", "0.5", true },
	{ "4.5", "1.5", true },
	{ "0", "7", true },
	{ "1", "10", false },
	{ "100", "1e1", true },
	{ "123456789012345678901234567890", "10", true },
	{ "123456789012345678901234567891", "10", false },
	{ "340282366920938463463374607431768211456", "65536", true },
	{ "340282366920938463463374607431768211457", "65536", false },
	{ "-9.3", "3.1", true },
	{ "1e-300", "1e-300", true },
};

static void
test_multiple(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(multiples); i++) {
		struct number a = number(multiples[i].a), b = number(multiples[i].b);
		g_assert_true(number_multiple(&a, &b) == multiples[i].multiple);
	}
}

static void
test_integer(void)
{
	static const char *const whole[] = { "0", "-0.0", "1.0", "1e2", "1.50e1", "12345678901234567890123", "1e400", "0e-5" };
	static const char *const parts[] = { "1.5", "1e-1", "15e-1", "0.1e0", "12345678901234567890.5", "1e-400" };
	for (unsigned i = 0; i < G_N_ELEMENTS(whole); i++) {
		struct number n = number(whole[i]);
		g_assert_true(number_integer(&n));
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
		struct number n = number(parts[i]);
		g_assert_false(number_integer(&n));
	}
}

/* mantissa * 10^-scale, written in one of several ways. */
static char *
spelling(int64_t mantissa, int scale)
{
	const char *sign = mantissa < 0 ? "-" : "";
	uint64_t digits = (uint64_t)(mantissa < 0 ? -mantissa : mantissa);
	uint64_t power = 1;
	for (int i = 0; i < scale; i++)
		power *= 10;
	switch (g_test_rand_int_range(0, 3)) {
	case 0: return g_strdup_printf("%s%" G_GUINT64_FORMAT "e-%d", sign, digits, scale);
	case 1: return g_strdup_printf("%s%" G_GUINT64_FORMAT "000E%d", sign, digits, -scale - 3);
	}
	if (!scale)
		return g_strdup_printf("%s%" G_GUINT64_FORMAT, sign, digits);
	return g_strdup_printf("%s%" G_GUINT64_FORMAT ".%0*" G_GUINT64_FORMAT, sign, digits / power, scale, digits % power);
}

static wide
scaled(int64_t mantissa, int scale)
{
	wide result = mantissa;
	for (; scale < 6; scale++)
		result *= 10;
	return result;
}

static void
test_random(void)
{
	for (unsigned i = 0; i < 20000; i++) {
		int64_t left = g_test_rand_int_range(-5000, 5000), right = g_test_rand_int_range(-5000, 5000);
		if (g_test_rand_bit())
			left *= INT64_C(1000000007);
		int left_scale = g_test_rand_int_range(0, 6), right_scale = g_test_rand_int_range(0, 6);
		g_autofree char *a_text = spelling(left, left_scale), *b_text = spelling(right, right_scale);
		struct number a = number(a_text), b = number(b_text);
		wide a_wide = scaled(left, left_scale), b_wide = scaled(right, right_scale);
		int order = number_compare(&a, &b);
		g_assert_true((order < 0) == (a_wide < b_wide) && (order > 0) == (a_wide > b_wide));
		g_assert_true(number_integer(&a) == (a_wide % 1000000 == 0));
		if (right > 0)
			g_assert_true(number_multiple(&a, &b) == (a_wide % b_wide == 0));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/number/order", test_order);
	g_test_add_func("/number/multiple", test_multiple);
	g_test_add_func("/number/integer", test_integer);
	g_test_add_func("/number/random", test_random);
	return g_test_run();
}
