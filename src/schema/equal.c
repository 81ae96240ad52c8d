#include "schema/equal.h"

#include <string.h>

#include "schema/names.h"
#include "schema/number.h"

static bool
same_numbers(const struct value *a, const struct value *b)
{
	if (a->length == b->length && memcmp(a->text, b->text, a->length) == 0)
		return true;
	struct number left, right;
	number_read(a, &left);
	number_read(b, &right);
	return number_compare(&left, &right) == 0;
}

static bool
same_items(const struct value *a, const struct value *b)
{
	const struct value *other = b + 1;
	VALUE_EACH (item, a) {
		if (!equal_values(item, other))
			return false;
		other = value_next(other);
	}
	return true;
}

static bool
same_members(const struct value *a, const struct value *b)
{
	VALUE_EACH_MEMBER (key, item, a) {
		const struct value *other = value_member_n(b, key->text, key->length);
		if (!other || !equal_values(item, other))
			return false;
	}
	return true;
}

bool
equal_values(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return false;
	switch ((enum value_kind)a->kind) {
	case VALUE_NULL: return true;
	case VALUE_BOOL: return a->truth == b->truth;
	case VALUE_NUMBER: return same_numbers(a, b);
	case VALUE_STRING: return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
	case VALUE_ARRAY: return a->length == b->length && same_items(a, b);
	case VALUE_OBJECT: return a->length == b->length && same_members(a, b);
	}
	return false;
}

static uint64_t
mix(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return sum ^ sum >> 29;
}

static uint64_t
hash_text(const struct value *value)
{
	uint64_t sum = value->length;
	uint32_t i = 0;
	for (; i + 8 <= value->length; i += 8) {
		uint64_t word;
		memcpy(&word, value->text + i, 8);
		sum = mix(sum, word);
	}
	uint64_t rest = 0;
	for (; i < value->length; i++)
		rest = rest << 8 | (unsigned char)value->text[i];
	return mix(sum, rest);
}

static uint64_t
hash_number(const struct value *value)
{
	struct number number;
	number_read(value, &number);
	return number_hash(&number);
}

uint64_t
equal_hash(const struct value *value)
{
	uint64_t sum = value->kind;
	switch ((enum value_kind)value->kind) {
	case VALUE_NULL: break;
	case VALUE_BOOL: sum = mix(sum, value->truth); break;
	case VALUE_NUMBER: sum = mix(sum, hash_number(value)); break;
	case VALUE_STRING: sum = mix(sum, hash_text(value)); break;
	case VALUE_ARRAY:
		VALUE_EACH (item, value)
			sum = mix(sum, equal_hash(item));
		break;
	case VALUE_OBJECT:
		/* A sum, since the order does not count. */
		VALUE_EACH_MEMBER (key, item, value)
			sum += mix(hash_text(key), equal_hash(item));
		break;
	}
	return sum;
}
