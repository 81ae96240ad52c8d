#include "schema/check.h"

#include "schema/findings.h"

static check_rule *const rules[] = {
#define XX(code, function, group) [RULE_##code] = check_##function,
	RULE_MAP(XX)
#undef XX
};

bool
check_stopped(struct check *check, enum check_stop why)
{
	if (!check->stop && check->findings)
		findings_stop(check, why);
	check->stop = why;
	return false;
}

bool
check_spend(struct check *check, uint64_t cost)
{
	check->budget -= (int64_t)MIN(cost, INT64_MAX / 2);
	return check->budget >= 0 || check_stopped(check, CHECK_TOO_MUCH);
}

/* The rules of the value's kind, then those of any kind. */
static bool
run(struct check *check, const struct node *node, const struct value *value, struct seen *seen)
{
	unsigned at = 0, end = 0;
	bool ok = true;
	if (value->kind >= VALUE_NUMBER) {
		at = node->first[GROUP_NUMBER + value->kind - VALUE_NUMBER];
		end = node->first[GROUP_NUMBER + value->kind - VALUE_NUMBER + 1];
	}
	for (;; at = node->first[GROUP_ANY], end = node->first[GROUPS]) {
		for (; at < end; at++) {
			const struct rule *rule = &node->rules[at];
			if (rules[rule->code](check, rule, value, seen))
				continue;
			ok = false;
			if (check->findings)
				findings_explain(check, rule, value);
			if (check_done(check, false))
				return false;
		}
		if (end == node->first[GROUPS])
			return ok;
	}
}

/* A node that tracks sees only what it and its own subschemas evaluate. */
static bool
run_tracked(struct check *check, const struct node *node, const struct value *value, struct seen *outer)
{
	struct seen seen;
	if (!check_spend(check, value_count(value) / 64))
		return false;
	seen_init(&seen, value);
	bool ok = run(check, node, value, &seen);
	if (ok && outer)
		seen_merge(outer, &seen);
	seen_finish(&seen);
	return ok;
}

/* A schema is applied to the same value within itself: no value could be shallow enough. */
static bool
comes_back(const struct frame *top)
{
	for (const struct frame *frame = top->outer; frame && frame->value == top->value; frame = frame->outer)
		if (frame->node == top->node)
			return true;
	return false;
}

bool
check_node(struct check *check, const struct node *node, const struct value *value, struct seen *seen)
{
	if (check->stop)
		return false;
	struct frame frame = { .outer = check->top, .node = node, .value = value };
	check->budget -= check_cost(value);
	if (check->budget < 0)
		return check_stopped(check, CHECK_TOO_MUCH);
	if (check->depth == CHECK_DEPTH_MAX)
		return check_stopped(check, comes_back(check->top) ? CHECK_ENDLESS : CHECK_TOO_DEEP);
	check->top = &frame;
	check->depth++;
	bool ok = type_fits(node, value);
	if (ok)
		ok = node->flags & NODE_TRACKS ? run_tracked(check, node, value, seen) : run(check, node, value, seen);
	else if (check->findings)
		findings_type(check, node, value);
	check->depth--;
	check->top = frame.outer;
	return ok;
}

bool
check_quietly(struct check *check, const struct node *node, const struct value *value, struct seen *seen)
{
	if (value->kind < VALUE_ARRAY && node->flags & NODE_PLAIN)
		return check_scalar(check, node, value);
	struct schema_findings *findings = check->findings;
	check->findings = NULL;
	bool ok = check_node(check, node, value, seen);
	check->findings = findings;
	return ok;
}
