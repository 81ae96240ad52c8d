/* Rules that apply other schemas to the same value. */
#include "schema/check.h"
#include "schema/findings.h"

bool
check_ref(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen)
{
	return check_node(check, rule->node, value, seen);
}

/* The outermost resource on the way here that has the anchor wins (2020-12, core 8.2.3.2). */
bool
check_dynamic_ref(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen)
{
	const struct node *node = rule->dynamic->fallback;
	const struct resource *last = NULL;
	for (const struct frame *frame = check->top; frame; frame = frame->outer) {
		if (frame->node->resource == last)
			continue;
		last = frame->node->resource;
		const struct dynamic_anchor *anchor = __atomic_load_n(&last->dynamic, __ATOMIC_ACQUIRE);
		for (; anchor; anchor = anchor->next)
			if (anchor->name == rule->dynamic->anchor)
				node = anchor->node;
	}
	return check_node(check, node, value, seen);
}

bool
check_all_of(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen)
{
	bool ok = true;
	for (uint32_t i = 0; i < rule->count; i++) {
		ok = check_node(check, rule->nodes[i], value, seen) && ok;
		if (check_done(check, ok))
			return false;
	}
	return ok;
}

/* One alternative: what it evaluated counts only if the value fits. */
static bool
check_alternative(struct check *check, const struct node *node, const struct value *value, struct seen *outer)
{
	if (!outer)
		return check_quietly(check, node, value, NULL);
	struct seen seen;
	if (!check_spend(check, value_count(value) / 64))
		return false;
	seen_init(&seen, value);
	bool ok = check_quietly(check, node, value, &seen);
	if (ok)
		seen_merge(outer, &seen);
	seen_finish(&seen);
	return ok;
}

bool
check_any_of(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen)
{
	bool ok = false;
	for (uint32_t i = 0; i < rule->count && !(ok && !seen) && !check->stop; i++)
		ok = check_alternative(check, rule->nodes[i], value, seen) || ok;
	if (!ok && check->findings && !check->stop)
		findings_alternatives(check, rule, value);
	return ok && !check->stop;
}

bool
check_one_of(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen)
{
	uint32_t fits = 0, first = 0;
	for (uint32_t i = 0; i < rule->count && !check->stop; i++) {
		if (!check_alternative(check, rule->nodes[i], value, seen))
			continue;
		if (fits++)
			return findings_report(check, rule->keyword, value,
			                       "must fit exactly one of %u alternatives, but fits numbers %u and %u",
			                       rule->count, first + 1, i + 1);
		first = i;
	}
	if (!fits && check->findings && !check->stop)
		findings_alternatives(check, rule, value);
	return fits && !check->stop;
}

bool
check_discriminator(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen)
{
	const struct discriminator *discriminator = rule->discriminator;
	const struct name *property = &discriminator->property;
	const struct value *text = value_member_n(value, property->text, property->length);
	if (!value_is(text, VALUE_STRING)) {
		const struct rule *otherwise = &discriminator->otherwise;
		return (otherwise->code == RULE_ANY_OF ? check_any_of : check_one_of)(check, otherwise, value, seen);
	}
	uint32_t at = names_find(&discriminator->values, name_print(text->text, text->length), text->text, text->length);
	if (at != NAMES_NONE)
		return check_node(check, discriminator->nodes[at], value, seen);
	if (check->findings)
		findings_names(check, rule->keyword, text, &discriminator->values);
	return false;
}

bool
check_not(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen G_GNUC_UNUSED)
{
	return !check_quietly(check, rule->node, value, NULL) && !check->stop;
}

bool
check_if(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen)
{
	/* Alone it has no say; but what it evaluates counts. */
	if (!rule->nodes[1] && !rule->nodes[2] && !seen)
		return true;
	bool fits = check_alternative(check, rule->nodes[0], value, seen);
	const struct node *branch = rule->nodes[fits ? 1 : 2];
	if (check->stop)
		return false;
	return !branch || check_node(check, branch, value, seen);
}
