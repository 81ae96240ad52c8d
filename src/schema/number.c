#include "schema/number.h"

enum { EXACT_DIGITS = 19 };   /* what 64 bits hold for certain */

static const int64_t far = INT64_C(1000000000000000);   /* exponents beyond are all the same to us */

__extension__ typedef unsigned __int128 wide;

/* The exponent after an 'e', clamped. */
static int64_t
read_exponent(const char *text, const char *end)
{
	if (text == end)
		return 0;
	text++;
	bool negative = *text == '-';
	text += *text == '-' || *text == '+';
	int64_t sum = 0;
	for (; text < end; text++)
		sum = MIN(sum * 10 + (*text - '0'), far);
	return negative ? -sum : sum;
}

void
number_read(const struct value *value, struct number *ret)
{
	const char *text = value->text, *end = text + value->length;
	*ret = (struct number){ .text = text, .length = value->length, .negative = *text == '-', .exact = true };
	uint64_t mantissa = 0;
	uint32_t digits = 0, zeros = 0;   /* zeros that count only if another digit follows */
	int64_t fraction = 0;
	bool point = false;
	for (text += ret->negative; text < end && *text != 'e' && *text != 'E'; text++) {
		if (*text == '.') {
			point = true;
			continue;
		}
		fraction += point;
		if (*text == '0') {
			zeros += digits > 0;
			continue;
		}
		digits += zeros + 1;
		if (digits <= EXACT_DIGITS) {
			for (; zeros; zeros--)
				mantissa *= 10;
			mantissa = mantissa * 10 + (uint64_t)(*text - '0');
		}
		zeros = 0;
	}
	ret->digits = digits;
	ret->exact = digits <= EXACT_DIGITS;
	ret->mantissa = mantissa;
	ret->exponent = digits ? read_exponent(text, end) - fraction + zeros : 0;
	ret->negative &= digits > 0;
}

/* The next digit of a long mantissa; 0 behind its end. */
static int
next_digit(const char **at, const char *end)
{
	while (*at < end && (**at == '.' || **at == '-'))
		++*at;
	if (*at == end || **at == 'e' || **at == 'E')
		return 0;
	return *(*at)++ - '0';
}

/* Skips what stands before the first digit that counts. */
static const char *
first_digit(const struct number *number)
{
	const char *text = number->text;
	while (*text == '-' || *text == '0' || *text == '.')
		text++;
	return text;
}

static uint64_t
power_of_ten(uint32_t exponent)
{
	uint64_t power = 1;
	while (exponent--)
		power *= 10;
	return power;
}

/* Mantissas as if both began with the same power of ten. */
static int
compare_digits(const struct number *a, const struct number *b)
{
	if (a->exact && b->exact) {
		uint32_t most = MAX(a->digits, b->digits);
		wide left = (wide)a->mantissa * power_of_ten(most - a->digits);
		wide right = (wide)b->mantissa * power_of_ten(most - b->digits);
		return left < right ? -1 : left > right;
	}
	const char *left = first_digit(a), *right = first_digit(b);
	for (uint32_t i = MAX(a->digits, b->digits); i; i--) {
		int difference = next_digit(&left, a->text + a->length) - next_digit(&right, b->text + b->length);
		if (difference)
			return difference;
	}
	return 0;
}

int
number_compare(const struct number *a, const struct number *b)
{
	if (a->negative != b->negative)
		return a->negative ? -1 : 1;
	if (!a->digits || !b->digits)
		return (a->digits > 0) - (b->digits > 0);
	int64_t left = a->exponent + a->digits, right = b->exponent + b->digits;
	int order = left != right ? (left < right ? -1 : 1) : compare_digits(a, b);
	return a->negative ? -order : order;
}

bool
number_integer(const struct number *number)
{
	return number->exponent >= 0;
}

/* 10^exponent modulo `modulus`. */
static uint64_t
power_modulo(int64_t exponent, uint64_t modulus)
{
	uint64_t result = 1 % modulus, base = 10 % modulus;
	for (; exponent; exponent >>= 1) {
		if (exponent & 1)
			result = (uint64_t)((wide)result * base % modulus);
		base = (uint64_t)((wide)base * base % modulus);
	}
	return result;
}

static uint64_t
mantissa_modulo(const struct number *number, uint64_t modulus)
{
	if (number->exact)
		return number->mantissa % modulus;
	uint64_t rest = 0;
	const char *at = first_digit(number);
	for (uint32_t i = number->digits; i; i--)
		rest = (uint64_t)(((wide)rest * 10 + (unsigned)next_digit(&at, number->text + number->length)) % modulus);
	return rest;
}

bool
number_multiple(const struct number *a, const struct number *b)
{
	if (!a->digits)
		return true;
	/* The mantissa of a has no zero at its end: it is no multiple of ten times anything. */
	if (a->exponent < b->exponent)
		return false;
	uint64_t rest = mantissa_modulo(a, b->mantissa);
	return (wide)rest * power_modulo(a->exponent - b->exponent, b->mantissa) % b->mantissa == 0;
}

uint64_t
number_hash(const struct number *number)
{
	uint64_t sum = number->mantissa;
	if (!number->exact) {
		const char *at = first_digit(number);
		sum = 0;
		for (uint32_t i = number->digits; i; i--)
			sum = sum * 31 + (unsigned)next_digit(&at, number->text + number->length);
	}
	return (sum * 31 + (uint64_t)number->exponent) * 2 + number->negative;
}
