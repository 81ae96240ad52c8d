/* Numbers as JSON writes them: decimals of any size, compared and divided exactly. A double would
 * say that 19.99 is no multiple of 0.01 and that 2^64 + 1 equals 2^64. */
#ifndef SCHEMA_NUMBER_H
#define SCHEMA_NUMBER_H

#include "base/doc.h"

/* mantissa * 10^exponent, the mantissa without zeros at its end. Where it has more than 19 digits
 * (`exact` false) the digits are read from `text`. */
struct number {
	const char *text;
	uint32_t length;
	uint32_t digits;     /* of the mantissa; 0 for zero */
	uint64_t mantissa;
	int64_t exponent;
	bool negative, exact;
};

/* From a VALUE_NUMBER; the text stays borrowed. */
void number_read(const struct value *value, struct number *ret);
/* Negative, 0 or positive as `a` is less than, equal to or greater than `b`. */
int number_compare(const struct number *a, const struct number *b);
/* `a` is an integer times `b`, which is exact and not 0. */
bool number_multiple(const struct number *a, const struct number *b);
bool number_integer(const struct number *number);
/* Equal numbers have equal hashes. */
uint64_t number_hash(const struct number *number);

/* True with the number where it is written as an integer of at most 18 digits: the common case. */
static inline bool
number_small(const struct value *value, int64_t *ret)
{
	if (!value->integer || value->length > 18)
		return false;
	const char *text = value->text, *end = text + value->length;
	bool negative = *text == '-';
	int64_t sum = 0;
	for (text += negative; text < end; text++)
		sum = sum * 10 + (*text - '0');
	*ret = negative ? -sum : sum;
	return true;
}

#endif
