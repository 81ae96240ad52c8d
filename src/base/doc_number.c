/* Numbers of a document: their text is what counts, doubles and integers are views of it. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/doc.h"

double
value_double(const struct value *value)
{
	return value_is(value, VALUE_NUMBER) ? g_ascii_strtod(value->text, NULL) : NAN;
}

/* A number as 0.DIGITS times ten to the power of `order`; zero has no digits. */
struct decimal {
	const char *at, *end;   /* from the first digit that is not 0; a point may stand among them */
	int64_t order;
	bool negative;
};

static struct decimal
decimal_of(const struct value *value)
{
	const char *text = value->text, *end = text + value->length, *mantissa_end = text;
	while (mantissa_end < end && (*mantissa_end | 0x20) != 'e')
		mantissa_end++;
	const char *point = memchr(text, '.', (size_t)(mantissa_end - text)), *first = text;
	while (first < mantissa_end && (*first < '1' || *first > '9'))
		first++;
	int64_t exponent = mantissa_end < end ? g_ascii_strtoll(mantissa_end + 1, NULL, 10) : 0;
	int64_t order = (point ? point : mantissa_end) - first + (point && point < first);
	return (struct decimal){ first, mantissa_end, CLAMP(exponent, INT64_MIN / 2, INT64_MAX / 2) + order, *text == '-' };
}

static char
next_digit(struct decimal *decimal)
{
	if (decimal->at < decimal->end && *decimal->at == '.')
		decimal->at++;
	return decimal->at < decimal->end ? *decimal->at++ : '0';
}

/* A number with a fraction or an exponent that is a whole one all the same: 1.50e2. */
static bool
whole_decimal(struct decimal decimal, int64_t *ret)
{
	int64_t number = 0, order = decimal.at == decimal.end ? 0 : decimal.order;
	if (order > 19)
		return false;
	for (; order > 0; order--) {
		int digit = next_digit(&decimal) - '0';
		if (__builtin_mul_overflow(number, 10, &number) || __builtin_sub_overflow(number, digit, &number))
			return false;
	}
	while (decimal.at < decimal.end)
		if (next_digit(&decimal) != '0')
			return false;
	/* Counted downwards, since the negative side is the larger one. */
	if (!decimal.negative && number == INT64_MIN)
		return false;
	*ret = decimal.negative ? number : -number;
	return true;
}

bool
value_int64(const struct value *value, int64_t *ret)
{
	if (!value_is(value, VALUE_NUMBER))
		return false;
	if (!value->integer)
		return whole_decimal(decimal_of(value), ret);
	errno = 0;
	int64_t number = g_ascii_strtoll(value->text, NULL, 10);
	if (errno)
		return false;
	*ret = number;
	return true;
}

static bool
equal_decimals(struct decimal a, struct decimal b)
{
	if (a.at == a.end || b.at == b.end)
		return a.at == a.end && b.at == b.end;
	if (a.negative != b.negative || a.order != b.order)
		return false;
	while (a.at < a.end || b.at < b.end)
		if (next_digit(&a) != next_digit(&b))
			return false;
	return true;
}

/* Equal doubles are not enough, for a double holds 17 digits at most. */
bool
value_equal_numbers(const struct value *a, const struct value *b)
{
	int64_t left, right;
	if (value_int64(a, &left) && value_int64(b, &right))
		return left == right;
	return value_double(a) == value_double(b) && equal_decimals(decimal_of(a), decimal_of(b));
}
