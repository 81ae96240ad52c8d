/* Rules about arrays. */
#include <string.h>

#include "schema/check.h"
#include "schema/equal.h"
#include "schema/findings.h"

enum { PAIRWISE = 16 };   /* up to so many items are compared each with each */

bool
check_items(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen)
{
	const struct items *items = rule->items;
	uint32_t position = 0;
	bool ok = true;
	VALUE_EACH (item, value) {
		const struct node *node = position < items->count ? items->first[position] : items->rest;
		if (!node)
			break;
		if (node->types == 0 && position >= items->count)
			ok = findings_report(check, items->rest_keyword, item, "must not be there: at most %u items are allowed",
			                     items->count);
		else
			ok = check_inner(check, node, item) && ok;
		if (check_done(check, ok))
			return false;
		if (seen)
			seen_add(seen, position);
		position++;
	}
	return ok;
}

bool
check_contains(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen)
{
	const struct contains *contains = rule->contains;
	uint64_t found = 0;
	uint32_t position = 0;
	VALUE_EACH (item, value) {
		if (check_quietly(check, contains->node, item, NULL)) {
			found++;
			if (seen && contains->marks)
				seen_add(seen, position);
		}
		position++;
		if (check->stop || found > contains->most || (found >= contains->least && contains->most == UINT64_MAX && !seen))
			break;
	}
	if (check->stop)
		return false;
	if (found < contains->least) {
		const struct value *keyword = contains->least_keyword ? contains->least_keyword : rule->keyword;
		return findings_report(check, keyword, value,
		                       "must have at least %" G_GUINT64_FORMAT " item%s that fit%s the schema under \"contains\", but has %" G_GUINT64_FORMAT,
		                       contains->least, contains->least == 1 ? "" : "s", contains->least == 1 ? "s" : "", found);
	}
	if (found > contains->most)
		return findings_report(check, contains->most_keyword, value,
		                       "must have at most %" G_GUINT64_FORMAT " item%s that fit%s the schema under \"contains\", but has more",
		                       contains->most, contains->most == 1 ? "" : "s", contains->most == 1 ? "s" : "");
	return true;
}

static bool
unique_pairwise(const struct value *value, const struct value **ret_first, const struct value **ret_second)
{
	VALUE_EACH (item, value) {
		VALUE_EACH (other, value) {
			if (other == item)
				break;
			if (!equal_values(item, other))
				continue;
			*ret_first = other;
			*ret_second = item;
			return false;
		}
	}
	return true;
}

struct slot {
	uint64_t hash;
	const struct value *item;
};

/* Hashes can be made to collide on purpose: every step is paid for. */
static bool
unique_hashed(struct check *check, const struct value *value, const struct value **ret_first, const struct value **ret_second)
{
	size_t mask = 31;
	while (mask < value->length * (size_t)2)
		mask = mask * 2 + 1;
	g_autofree struct slot *slots = g_new0(struct slot, mask + 1);
	VALUE_EACH (item, value) {
		uint64_t hash = equal_hash(item);
		size_t at = (hash ^ hash >> 32) & mask;
		for (; slots[at].item; at = (at + 1) & mask) {
			if (!check_spend(check, 1))
				return false;
			if (slots[at].hash != hash || !equal_values(slots[at].item, item))
				continue;
			*ret_first = slots[at].item;
			*ret_second = item;
			return false;
		}
		slots[at] = (struct slot){ hash, item };
	}
	return true;
}

bool
check_unique(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen G_GNUC_UNUSED)
{
	const struct value *first = NULL, *second = NULL;
	if (!check_spend(check, value->span))
		return false;
	if (value->length <= PAIRWISE ? unique_pairwise(value, &first, &second) : unique_hashed(check, value, &first, &second))
		return true;
	if (check->findings && second)
		findings_same(check, rule->keyword, first, second);
	return false;
}

bool
check_rest_items(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen)
{
	uint32_t position = 0;
	bool ok = true;
	if (value->kind != VALUE_ARRAY)
		return true;
	VALUE_EACH (item, value) {
		if (seen_has(seen, position++))
			continue;
		if (rule->node->types == 0)
			ok = findings_report(check, rule->keyword, item, "must not be there: no rule allows this item");
		else
			ok = check_inner(check, rule->node, item) && ok;
		if (check_done(check, ok))
			return false;
	}
	seen->all = true;
	return ok;
}
