/* Choices that a pass can make: those about names alone, and those between objects that exclude one another. */
#include "schema/pattern.h"
#include "schema/stream.h"

/* PARTS_MAX: of one condition. References may make a small schema say something very long. */
enum { CONDITION_DEPTH = 8, PARTS_MAX = 128, ALTERNATIVES_MAX = 32 };

/* --- conditions ----------------------------------------------------------------------------- */

static bool is_condition(const struct node *node, unsigned depth, unsigned *left);

static bool
are_conditions(const struct rule *rule, uint32_t count, unsigned depth, unsigned *left)
{
	for (uint32_t i = 0; i < count; i++)
		if (rule->nodes[i] && !is_condition(rule->nodes[i], depth, left))
			return false;
	return true;
}

static bool
is_condition_rule(const struct rule *rule, unsigned depth, unsigned *left)
{
	const struct members *members = rule->members;
	if (!*left)
		return false;
	--*left;
	switch ((enum rule_code)rule->code) {
	case RULE_REQUIRED: return rule->count <= PARTS_MAX;
	case RULE_MEMBERS: return !members->declared && !members->patterns && !members->rest;
	case RULE_REF:
	case RULE_NOT: return is_condition(rule->node, depth, left);
	case RULE_ALL_OF:
	case RULE_ANY_OF:
	case RULE_ONE_OF: return are_conditions(rule, rule->count, depth, left);
	case RULE_IF: return are_conditions(rule, 3, depth, left);
	default: return false;
	}
}

/* A schema that says of objects only which names must be there. */
static bool
is_condition(const struct node *node, unsigned depth, unsigned *left)
{
	if (!*left)
		return false;
	--*left;
	if (!(node->types >> VALUE_OBJECT & 1))
		return true;
	if (!depth || node->first[GROUP_LAST] != node->first[GROUPS])
		return false;
	for (unsigned i = node->first[GROUP_OBJECT]; i < node->first[GROUPS]; i++)
		if (!is_condition_rule(&node->rules[i], depth - 1, left))
			return false;
	return true;
}

bool
stream_conditional(const struct rule *rule)
{
	unsigned left = PARTS_MAX;
	return is_condition_rule(rule, CONDITION_DEPTH, &left);
}

static bool
add_name(struct stream_names *listing, const struct name *name, struct stream_condition *ret)
{
	*ret = (struct stream_condition){ .kind = CONDITION_HAS, .name = (uint16_t)stream_name(listing, name) };
	return ret->name < STREAM_NAMES_MAX;
}

static bool
add_names(struct arena *arena, struct stream_names *listing, const struct rule *rule, struct stream_condition *ret)
{
	struct stream_condition *parts = arena_zero(arena, rule->count * sizeof *parts);
	*ret = (struct stream_condition){ .kind = CONDITION_ALL, .count = rule->count, .parts = parts };
	for (uint32_t i = 0; i < rule->count; i++)
		if (!add_name(listing, &rule->names[i], &parts[i]))
			return false;
	return true;
}

/* What MEMBERS without a property demands. */
static bool
add_required(struct arena *arena, struct stream_names *listing, const struct members *members, struct stream_condition *ret)
{
	struct stream_condition *parts = arena_zero(arena, 64 * sizeof *parts);
	*ret = (struct stream_condition){ .kind = CONDITION_ALL, .parts = parts };
	for (uint64_t left = members->required; left; left &= left - 1)
		if (!add_name(listing, &members->names.items[__builtin_ctzll(left)], &parts[ret->count++]))
			return false;
	return true;
}

/* Where the schema cannot fit an object at all, a choice of nothing stands for it. */
static bool
add_node(struct arena *arena, struct stream_names *listing, const struct node *node, struct stream_condition *ret)
{
	unsigned from = node->first[GROUP_OBJECT], to = node->first[GROUPS];
	*ret = (struct stream_condition){ .kind = CONDITION_ANY };
	if (!(node->types >> VALUE_OBJECT & 1))
		return true;
	struct stream_condition *parts = arena_zero(arena, (to - from) * sizeof *parts);
	*ret = (struct stream_condition){ .kind = CONDITION_ALL, .count = to - from, .parts = parts };
	for (unsigned i = from; i < to; i++)
		if (!stream_condition(arena, listing, &node->rules[i], &parts[i - from]))
			return false;
	return true;
}

/* if and then, or not if and else. */
static bool
add_branches(struct arena *arena, struct stream_names *listing, const struct rule *rule, struct stream_condition *ret)
{
	struct stream_condition *ways = arena_zero(arena, 2 * sizeof *ways);
	*ret = (struct stream_condition){ .kind = CONDITION_ANY, .count = 2, .parts = ways };
	for (unsigned way = 0; way < 2; way++) {
		struct stream_condition *parts = arena_zero(arena, 2 * sizeof *parts), *test = arena_zero(arena, sizeof *test);
		const struct node *branch = rule->nodes[way + 1];
		ways[way] = (struct stream_condition){ .kind = CONDITION_ALL, .count = branch ? 2 : 1, .parts = parts };
		if (!add_node(arena, listing, rule->nodes[0], test) || (branch && !add_node(arena, listing, branch, &parts[1])))
			return false;
		parts[0] = way ? (struct stream_condition){ .kind = CONDITION_NOT, .count = 1, .parts = test } : *test;
	}
	return true;
}

static bool
add_list(struct arena *arena, struct stream_names *listing, const struct node *const *nodes, uint32_t count, struct stream_condition *ret)
{
	struct stream_condition *parts = arena_zero(arena, count * sizeof *parts);
	ret->count = count;
	ret->parts = parts;
	for (uint32_t i = 0; i < count; i++)
		if (!add_node(arena, listing, nodes[i], &parts[i]))
			return false;
	return true;
}

bool
stream_condition(struct arena *arena, struct stream_names *listing, const struct rule *rule, struct stream_condition *ret)
{
	*ret = (struct stream_condition){ .kind = CONDITION_ALL };
	switch ((enum rule_code)rule->code) {
	case RULE_REQUIRED: return add_names(arena, listing, rule, ret);
	case RULE_MEMBERS: return add_required(arena, listing, rule->members, ret);
	case RULE_REF: return add_node(arena, listing, rule->node, ret);
	case RULE_IF: return add_branches(arena, listing, rule, ret);
	case RULE_NOT:
		ret->kind = CONDITION_NOT;
		return add_list(arena, listing, &rule->node, 1, ret);
	case RULE_ANY_OF:
	case RULE_ONE_OF:
		ret->kind = rule->code == RULE_ANY_OF ? CONDITION_ANY : CONDITION_ONE;
		return add_list(arena, listing, rule->nodes, rule->count, ret);
	default: return add_list(arena, listing, rule->nodes, rule->count, ret);
	}
}

/* --- alternatives --------------------------------------------------------------------------- */

static bool
says_no(struct stream_nodes nodes)
{
	for (uint32_t i = 0; i < nodes.count; i++)
		if (nodes.items[i]->types == 0)
			return true;
	return false;
}

/* An object with a member of this name never fits. */
static bool
forbids(const struct stream_object *object, const struct name *name)
{
	uint32_t at = names_find(&object->names, name->print, name->text, name->length);
	if (at != NAMES_NONE)
		return says_no(object->members[at].nodes);
	if (!object->part_count)
		return says_no(object->others);
	for (uint32_t i = 0; i < object->part_count; i++) {
		const struct members *members = object->parts[i];
		bool matched = !members->rest || members->rest->types;
		for (uint32_t pattern = 0; pattern < members->patterns && !matched; pattern++)
			matched = pattern_match(members->pattern[pattern].pattern, name->text, name->length) != PATTERN_MISSES;
		if (!matched)
			return true;
	}
	return false;
}

static const struct choice *
texts_of(const struct node *node)
{
	for (unsigned i = node->first[GROUP_ANY]; i < node->first[GROUP_LAST]; i++)
		if (node->rules[i].code == RULE_CHOICE)
			return node->rules[i].choice->other_count ? NULL : node->rules[i].choice;
	return NULL;
}

/* No value fits both. */
static bool
are_apart(const struct node *left, const struct node *right)
{
	unsigned number = 1u << VALUE_NUMBER;
	unsigned types = left->types | (left->types & TYPE_INTEGER ? number : 0), others = right->types | (right->types & TYPE_INTEGER ? number : 0);
	if (!(types & others & ~(unsigned)TYPE_INTEGER))
		return true;
	const struct choice *a = texts_of(left), *b = texts_of(right);
	if (!a || !b)
		return false;
	for (uint32_t i = 0; i < a->strings.count; i++) {
		const struct name *text = &a->strings.items[i];
		if (names_find(&b->strings, text->print, text->text, text->length) != NAMES_NONE)
			return false;
	}
	return true;
}

static bool
differ_in(struct stream_nodes left, struct stream_nodes right)
{
	for (uint32_t i = 0; i < left.count; i++)
		for (uint32_t k = 0; k < right.count; k++)
			if (are_apart(left.items[i], right.items[k]))
				return true;
	return false;
}

/* What `one` requires the other forbids, or wants to be something else. */
static bool
excludes(const struct stream_object *one, const struct stream_object *other)
{
	for (uint32_t i = 0; i < one->names.count; i++) {
		const struct name *name = &one->names.items[i];
		if (!(one->required[i / 64] >> i % 64 & 1))
			continue;
		if (forbids(other, name))
			return true;
		uint32_t at = names_find(&other->names, name->print, name->text, name->length);
		if (at != NAMES_NONE && differ_in(one->members[i].nodes, other->members[at].nodes))
			return true;
	}
	return false;
}

/* The only rule for objects, if that is a choice. */
static const struct rule *
only_rule(const struct node *node)
{
	if (node->first[GROUPS] - node->first[GROUP_OBJECT] != 1)
		return NULL;
	const struct rule *rule = &node->rules[node->first[GROUP_OBJECT]];
	return rule->code == RULE_ANY_OF || rule->code == RULE_ONE_OF ? rule : NULL;
}

void
stream_build_choice(struct arena *arena, struct node *node)
{
	const struct rule *rule = node->object ? NULL : only_rule(node);
	if (!rule || rule->count > ALTERNATIVES_MAX)
		return;
	const struct node **nodes = arena_zero(arena, rule->count * sizeof *nodes);
	uint32_t count = 0;
	for (uint32_t i = 0; i < rule->count; i++) {
		if (!(rule->nodes[i]->types >> VALUE_OBJECT & 1))
			continue;
		nodes[count] = rule->nodes[i];
		if (!nodes[count++]->object)
			return;
	}
	for (uint32_t i = 0; i < count && rule->code == RULE_ONE_OF; i++)
		for (uint32_t k = 0; k < i; k++)
			if (!excludes(nodes[i]->object, nodes[k]->object) && !excludes(nodes[k]->object, nodes[i]->object))
				return;
	struct stream_choice *choice = arena_zero(arena, sizeof *choice);
	*choice = (struct stream_choice){ nodes, count };
	node->choice = choice;
}
