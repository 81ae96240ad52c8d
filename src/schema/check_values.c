/* Rules about single values. */
#include <string.h>

#include "schema/check.h"
#include "schema/equal.h"
#include "schema/pattern.h"

/* A decimal of few characters against a small bound, both scaled to integers: the common case. */
static bool
compare_few(const struct value *value, int64_t small, int *ret)
{
	const char *text = value->text, *end = text + value->length;
	bool negative = *text == '-';
	int64_t sum = 0;
	if (value->length > 10 || small > 1000000 || small < -1000000)
		return false;
	for (text += negative; text < end; text++) {
		unsigned digit = (unsigned char)*text - '0';
		if (digit > 9)
			break;
		sum = sum * 10 + digit;
	}
	if (text < end && *text != '.')
		return false;
	while (text < end && ++text < end) {
		unsigned digit = (unsigned char)*text - '0';
		if (digit > 9)
			return false;
		sum = sum * 10 + digit;
		small *= 10;
	}
	sum = negative ? -sum : sum;
	*ret = sum < small ? -1 : sum > small;
	return true;
}

static int
compare(const struct rule *rule, const struct value *value)
{
	int order;
	if (rule->bound->is_small && compare_few(value, rule->bound->small, &order))
		return order;
	struct number number;
	number_read(value, &number);
	return number_compare(&number, &rule->bound->number);
}

static bool
is_multiple(const struct rule *rule, const struct value *value)
{
	struct number number;
	number_read(value, &number);
	return number_multiple(&number, &rule->bound->number);
}

/* Characters of a text, that is its bytes without those that continue one. */
uint64_t
check_characters(const struct value *value)
{
	const char *text = value->text;
	uint32_t length = value->length, i = 0;
	uint64_t continued = 0;
	for (; i + 8 <= length; i += 8) {
		uint64_t word;
		memcpy(&word, text + i, 8);
		/* 10xxxxxx: the top bit is set and the next one is not. */
		continued += (uint64_t)__builtin_popcountll(word & ~(word << 1) & UINT64_C(0x8080808080808080));
	}
	for (; i < length; i++)
		continued += ((unsigned char)text[i] & 0xC0) == 0x80;
	return length - continued;
}

/* A character has one to four bytes, so the length in bytes often decides. */
static bool
is_long_enough(const struct rule *rule, const struct value *value)
{
	if (value->length < rule->limit)
		return false;
	return (value->length + 3u) / 4 >= rule->limit || check_characters(value) >= rule->limit;
}

static bool
is_short_enough(const struct rule *rule, const struct value *value)
{
	return value->length <= rule->limit || check_characters(value) <= rule->limit;
}

static bool
matches(struct check *check, const struct rule *rule, const struct value *value)
{
	enum pattern_result result = pattern_match_within(rule->pattern, value->text, value->length, &check->budget);
	return result == PATTERN_GAVE_UP ? check_stopped(check, CHECK_PATTERN) : result == PATTERN_FITS;
}

static bool
is_content(const struct rule *rule, const struct value *value)
{
	const char *text = value->text;
	size_t length = value->length;
	g_autofree char *decoded = NULL;
	if (rule->count & CONTENT_BASE64) {
		if (!format_base64(text, length))
			return false;
		text = decoded = (char *)g_base64_decode(text, &length);
	}
	g_autoptr(Doc) doc = rule->count & CONTENT_JSON ? doc_read_json("content", text, length, NULL, NULL) : NULL;
	return doc || !(rule->count & CONTENT_JSON);
}

static bool
is_among(struct check *check, const struct choice *choice, const struct value *value)
{
	if (value->kind == VALUE_STRING) {
		struct name_print print = name_print(value->text, value->length);
		return names_find(&choice->strings, print, value->text, value->length) != NAMES_NONE;
	}
	for (uint32_t i = 0; i < choice->other_count; i++) {
		if (choice->others[i]->kind != value->kind)
			continue;
		if (!check_spend(check, MIN(choice->others[i]->span, value->span)))
			return false;
		if (equal_values(choice->others[i], value))
			return true;
	}
	return false;
}

/* The rules that apply no other schema. */
static inline G_ALWAYS_INLINE bool
leaf(struct check *check, const struct rule *rule, const struct value *value)
{
	switch ((enum rule_code)rule->code) {
	case RULE_MINIMUM: return compare(rule, value) >= 0;
	case RULE_MAXIMUM: return compare(rule, value) <= 0;
	case RULE_ABOVE: return compare(rule, value) > 0;
	case RULE_BELOW: return compare(rule, value) < 0;
	case RULE_MULTIPLE: return is_multiple(rule, value);
	case RULE_NUMBER_FORMAT: return rule->format->number(value);
	case RULE_MIN_LENGTH: return is_long_enough(rule, value);
	case RULE_MAX_LENGTH: return is_short_enough(rule, value);
	case RULE_PATTERN: return matches(check, rule, value);
	case RULE_FORMAT: return rule->format->fits(value->text, value->length);
	case RULE_CONTENT: return is_content(rule, value);
	case RULE_MIN_ITEMS:
	case RULE_MIN_MEMBERS: return value->length >= rule->limit;
	case RULE_MAX_ITEMS:
	case RULE_MAX_MEMBERS: return value->length <= rule->limit;
	case RULE_CHOICE: return is_among(check, rule->choice, value);
	default: return true;   /* unevaluated…, which says nothing about a value that is no container */
	}
}

bool
check_leaf(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen G_GNUC_UNUSED)
{
	return leaf(check, rule, value);
}

bool
check_scalar(struct check *check, const struct node *node, const struct value *value)
{
	check->budget -= check_cost(value);
	if (!type_fits(node, value))
		return false;
	/* First the rules of its kind, then those of any kind. */
	unsigned at = 0, end = 0;
	if (value->kind >= VALUE_NUMBER) {
		at = node->first[GROUP_NUMBER + value->kind - VALUE_NUMBER];
		end = node->first[GROUP_NUMBER + value->kind - VALUE_NUMBER + 1];
	}
	for (;; at = node->first[GROUP_ANY], end = node->first[GROUPS]) {
		for (; at < end; at++)
			if (!leaf(check, &node->rules[at], value))
				return false;
		if (end == node->first[GROUPS])
			return true;
	}
}
