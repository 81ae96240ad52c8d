#include "schema/stream.h"

#include <string.h>

#include "schema/check.h"
#include "schema/pattern.h"
#include "schema/set.h"

enum {
	PARTS_MAX = 16,
	NODES_MAX = 64,
	MATCHES = 100000,   /* what matching names with patterns may cost */
};

/* What all the nodes that apply to one container say, before it is merged. */
struct gathering {
	const struct node *root;
	enum value_kind kind;
	const struct node *nodes[NODES_MAX];      /* that were gathered */
	const struct rule *parts[PARTS_MAX];      /* MEMBERS or ITEMS */
	const struct rule *required[PARTS_MAX];
	const struct rule *dependents[PARTS_MAX];
	const struct rule *conditions[PARTS_MAX];
	const struct node *names[PARTS_MAX];
	unsigned condition_count, node_count, part_count, required_count, dependent_count, name_count;
	const struct node *rest;
	uint64_t least, most;
	bool unique;
};

/* A node on the way from the root: a schema that leads back to itself never ends. */
struct way {
	const struct way *outer;
	const struct node *node;
};

static bool gather(struct gathering *gathering, const struct node *node, const struct way *outer);

/* The schema says nothing at all. */
static bool
is_empty(const struct node *node)
{
	return node->types == TYPE_ANY && node->first[GROUPS] == 0 && !(node->flags & (NODE_READ_ONLY | NODE_WRITE_ONLY));
}

static bool
can_fit(const struct gathering *gathering, const struct node *node)
{
	return node->types >> gathering->kind & 1;
}

/* Alternatives of which only one can fit such a value are no choice. */
static bool
gather_only(struct gathering *gathering, const struct rule *rule, const struct way *way)
{
	const struct node *only = NULL;
	for (uint32_t i = 0; i < rule->count; i++) {
		if (!can_fit(gathering, rule->nodes[i]))
			continue;
		if (only)
			return false;
		only = rule->nodes[i];
	}
	return only && gather(gathering, only, way);
}

static bool
gather_all(struct gathering *gathering, const struct rule *rule, const struct way *way)
{
	for (uint32_t i = 0; i < rule->count; i++)
		if (!gather(gathering, rule->nodes[i], way))
			return false;
	return true;
}

static bool
gather_branch(struct gathering *gathering, const struct rule *rule, const struct way *way)
{
	const struct node *otherwise = rule->nodes[2];
	if (!rule->nodes[1] && !otherwise && !gathering->rest)
		return true;
	return !can_fit(gathering, rule->nodes[0]) && (!otherwise || gather(gathering, otherwise, way));
}

/* What unevaluated… says counts for the root alone: an inner one sees only a part. */
static bool
gather_rest(struct gathering *gathering, const struct rule *rule, const struct way *way)
{
	bool mine = (rule->code == RULE_REST_ITEMS) == (gathering->kind == VALUE_ARRAY);
	if (mine && way->outer)
		return false;
	if (mine)
		gathering->rest = rule->node;
	return true;
}

static bool
add_rule(const struct rule **list, unsigned *count, const struct rule *rule)
{
	if (*count == PARTS_MAX)
		return false;
	list[(*count)++] = rule;
	return true;
}

/* A choice that only looks at which names are there. */
static bool
gather_condition(struct gathering *gathering, const struct rule *rule)
{
	return gathering->kind == VALUE_OBJECT && stream_conditional(rule) &&
	       add_rule(gathering->conditions, &gathering->condition_count, rule);
}

static bool
gather_dependents(struct gathering *gathering, const struct rule *rule)
{
	for (uint32_t i = 0; i < rule->dependents->count; i++)
		if (rule->dependents->items[i].node)
			return false;
	return add_rule(gathering->dependents, &gathering->dependent_count, rule);
}

static bool
gather_name(struct gathering *gathering, const struct node *node)
{
	if (gathering->name_count == PARTS_MAX)
		return false;
	gathering->names[gathering->name_count++] = node;
	return true;
}

/* False if the rule has to see the whole value. */
static bool
gather_rule(struct gathering *gathering, const struct rule *rule, const struct way *way)
{
	switch ((enum rule_code)rule->code) {
	case RULE_MIN_ITEMS:
	case RULE_MIN_MEMBERS: gathering->least = MAX(gathering->least, rule->limit); return true;
	case RULE_MAX_ITEMS:
	case RULE_MAX_MEMBERS: gathering->most = MIN(gathering->most, rule->limit); return true;
	case RULE_UNIQUE: gathering->unique = true; return true;
	case RULE_ITEMS:
	case RULE_MEMBERS: return add_rule(gathering->parts, &gathering->part_count, rule);
	case RULE_REQUIRED: return add_rule(gathering->required, &gathering->required_count, rule);
	case RULE_DEPENDENT: return gather_dependents(gathering, rule);
	case RULE_MEMBER_NAMES: return gather_name(gathering, rule->node);
	case RULE_REF: return gather(gathering, rule->node, way);
	case RULE_ALL_OF: return gather_all(gathering, rule, way);
	case RULE_ANY_OF:
	case RULE_ONE_OF: return gather_condition(gathering, rule) || gather_only(gathering, rule, way);
	case RULE_NOT: return !can_fit(gathering, rule->node) || gather_condition(gathering, rule);
	case RULE_IF: return gather_condition(gathering, rule) || gather_branch(gathering, rule, way);
	case RULE_REST_ITEMS:
	case RULE_REST_MEMBERS: return gather_rest(gathering, rule, way);
	default: return false;
	}
}

static bool
gather_group(struct gathering *gathering, const struct node *node, enum group group, const struct way *way)
{
	for (unsigned i = node->first[group]; i < node->first[group + 1]; i++)
		if (!gather_rule(gathering, &node->rules[i], way))
			return false;
	return true;
}

static bool
gather(struct gathering *gathering, const struct node *node, const struct way *outer)
{
	const struct way way = { outer, node };
	for (const struct way *at = outer; at; at = at->outer)
		if (at->node == node)
			return false;
	for (unsigned i = 0; i < gathering->node_count; i++)
		if (gathering->nodes[i] == node)
			return true;
	/* A dynamic reference below would have to meet the resources on the way. */
	if (node->resource != gathering->root->resource && node_place(node)->found)
		return false;
	if (!can_fit(gathering, node) || gathering->node_count == NODES_MAX)
		return false;
	gathering->nodes[gathering->node_count++] = node;
	/* What is left is looked at first: an `if` must know whether its evaluation counts. */
	return gather_group(gathering, node, GROUP_LAST, &way) &&
	       gather_group(gathering, node, (enum group)(GROUP_NUMBER + gathering->kind - VALUE_NUMBER), &way) &&
	       gather_group(gathering, node, GROUP_ANY, &way);
}

/* --- objects -------------------------------------------------------------------------------- */

static struct stream_key
key_of(const struct name *name)
{
	struct stream_key key = { .length = name->length };
	unsigned char text[16] = { 0 }, mask[16] = { 0 };
	for (uint32_t i = 0; i < MIN(name->length + 1, sizeof text); i++) {
		text[i] = i < name->length ? (unsigned char)name->text[i] : '"';
		mask[i] = 0xFF;
	}
	memcpy(&key.head, text, 8);
	memcpy(&key.tail, text + 8, 8);
	memcpy(&key.head_mask, mask, 8);
	memcpy(&key.tail_mask, mask + 8, 8);
	/* A name that is written with escapes is never found like this. */
	for (uint32_t i = 0; i < name->length; i++)
		if ((unsigned char)name->text[i] < 0x20 || name->text[i] == '"' || name->text[i] == '\\')
			key = (struct stream_key){ .head = 1 };
	return key;
}

uint32_t
stream_name(struct stream_names *listing, const struct name *name)
{
	for (uint32_t i = 0; i < listing->count; i++)
		if (name_is(&listing->names[i], name->print, name->text, name->length))
			return i;
	if (listing->count == STREAM_NAMES_MAX)
		return STREAM_NAMES_MAX;
	listing->names[listing->count] = *name;
	return listing->count++;
}

static bool
list_names(struct stream_names *listing, const struct gathering *gathering)
{
	bool ok = true;
	for (unsigned i = 0; i < gathering->part_count; i++) {
		const struct names *names = &gathering->parts[i]->members->names;
		for (uint32_t at = 0; at < names->count && ok; at++)
			ok = stream_name(listing, &names->items[at]) < STREAM_NAMES_MAX;
	}
	for (unsigned i = 0; i < gathering->required_count; i++)
		for (uint32_t at = 0; at < gathering->required[i]->count && ok; at++)
			ok = stream_name(listing, &gathering->required[i]->names[at]) < STREAM_NAMES_MAX;
	for (unsigned i = 0; i < gathering->dependent_count; i++) {
		const struct dependents *dependents = gathering->dependents[i]->dependents;
		for (uint32_t at = 0; at < dependents->count && ok; at++) {
			const struct dependent *dependent = &dependents->items[at];
			ok = stream_name(listing, &dependent->name) < STREAM_NAMES_MAX;
			for (uint32_t name = 0; name < dependent->count && ok; name++)
				ok = stream_name(listing, &dependent->required[name]) < STREAM_NAMES_MAX;
		}
	}
	return ok;
}

static void
push(GPtrArray *list, const struct node *node)
{
	if (!is_empty(node))
		g_ptr_array_add(list, (void *)(uintptr_t)node);
}

static struct stream_nodes
keep(struct arena *arena, GPtrArray *list)
{
	struct stream_nodes nodes = { .count = list->len };
	nodes.items = arena_copy(arena, list->pdata, list->len * sizeof *nodes.items);
	g_ptr_array_set_size(list, 0);
	return nodes;
}

/* All schemas that apply to the member of this name; false where a pattern cannot tell. */
static bool
find_nodes(const struct gathering *gathering, const struct name *name, int64_t *budget, GPtrArray *list)
{
	bool known = false;
	for (unsigned i = 0; i < gathering->part_count; i++) {
		const struct members *members = gathering->parts[i]->members;
		uint32_t at = names_find(&members->names, name->print, name->text, name->length);
		bool matched = at < members->declared;
		if (matched)
			push(list, members->items[at].node);
		for (uint32_t pattern = 0; pattern < members->patterns; pattern++) {
			enum pattern_result result = pattern_match_within(members->pattern[pattern].pattern, name->text, name->length, budget);
			if (result == PATTERN_GAVE_UP || --*budget < 0)
				return false;
			if (result == PATTERN_FITS)
				push(list, members->pattern[pattern].node);
			matched |= result == PATTERN_FITS;
		}
		if (!matched && members->rest)
			push(list, members->rest);
		known |= matched || members->rest;
	}
	if (!known && gathering->rest)
		push(list, gathering->rest);
	return true;
}

/* For all other names it is decided here, too, where no pattern has to be asked. */
static void
add_others(struct arena *arena, const struct gathering *gathering, struct stream_object *object, GPtrArray *list)
{
	bool known = false;
	for (unsigned i = 0; i < gathering->part_count; i++)
		object->part_count |= gathering->parts[i]->members->patterns;
	if (object->part_count) {
		const struct members **parts = arena_zero(arena, gathering->part_count * sizeof *parts);
		for (unsigned i = 0; i < gathering->part_count; i++)
			parts[i] = gathering->parts[i]->members;
		object->parts = parts;
		object->part_count = gathering->part_count;
		object->rest = gathering->rest;
		return;
	}
	for (unsigned i = 0; i < gathering->part_count; i++) {
		const struct node *rest = gathering->parts[i]->members->rest;
		known |= rest != NULL;
		if (rest)
			push(list, rest);
	}
	if (!known && gathering->rest)
		push(list, gathering->rest);
	object->others = keep(arena, list);
}

static void
require(struct stream_object *object, uint32_t at)
{
	object->required[at / 64] |= UINT64_C(1) << at % 64;
}

static void
add_required(const struct gathering *gathering, struct stream_names *listing, struct stream_object *object)
{
	for (unsigned i = 0; i < gathering->part_count; i++) {
		const struct members *members = gathering->parts[i]->members;
		for (uint64_t left = members->required; left; left &= left - 1)
			require(object, stream_name(listing, &members->names.items[__builtin_ctzll(left)]));
	}
	for (unsigned i = 0; i < gathering->required_count; i++)
		for (uint32_t at = 0; at < gathering->required[i]->count; at++)
			require(object, stream_name(listing, &gathering->required[i]->names[at]));
}

static void
add_demands(struct arena *arena, const struct gathering *gathering, struct stream_names *listing, struct stream_object *object)
{
	g_autoptr(GArray) demands = g_array_new(FALSE, FALSE, sizeof(struct stream_demand));
	for (unsigned i = 0; i < gathering->dependent_count; i++) {
		const struct dependents *dependents = gathering->dependents[i]->dependents;
		for (uint32_t at = 0; at < dependents->count; at++) {
			const struct dependent *dependent = &dependents->items[at];
			for (uint32_t name = 0; name < dependent->count; name++) {
				struct stream_demand demand = { .when = (uint16_t)stream_name(listing, &dependent->name) };
				demand.wanted = (uint16_t)stream_name(listing, &dependent->required[name]);
				g_array_append_val(demands, demand);
			}
		}
	}
	object->demands = arena_copy(arena, demands->data, demands->len * sizeof(struct stream_demand));
	object->demand_count = demands->len;
}

static bool
add_conditions(struct arena *arena, const struct gathering *gathering, struct stream_names *listing, struct stream_object *object)
{
	struct stream_condition *parts = arena_zero(arena, gathering->condition_count * sizeof *parts);
	object->condition = (struct stream_condition){ .kind = CONDITION_ALL, .count = gathering->condition_count, .parts = parts };
	for (unsigned i = 0; i < gathering->condition_count; i++)
		if (!stream_condition(arena, listing, gathering->conditions[i], &parts[i]))
			return false;
	return true;
}

static void
index_names(struct arena *arena, const struct stream_names *listing, struct stream_object *object)
{
	struct names *names = &object->names;
	*names = (struct names){ .count = listing->count, .mask = 1 };
	while (names->mask < names->count * 2)
		names->mask = names->mask * 2 + 1;
	names->items = arena_copy(arena, listing->names, listing->count * sizeof *listing->names);
	names->slots = arena_zero(arena, (names->mask + 1) * sizeof *names->slots);
	names_index(names);
}

static const struct stream_object *
build_object(struct arena *arena, const struct gathering *gathering)
{
	struct name room[STREAM_NAMES_MAX];
	int64_t budget = MATCHES;
	struct stream_names listing = { .names = room };
	struct stream_object *object = arena_zero(arena, sizeof *object);
	if (!list_names(&listing, gathering) || !add_conditions(arena, gathering, &listing, object))
		return NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	struct stream_member *members = arena_zero(arena, listing.count * sizeof *members);
	for (uint32_t i = 0; i < listing.count; i++) {
		if (!find_nodes(gathering, &listing.names[i], &budget, list))
			return NULL;
		members[i] = (struct stream_member){ key_of(&listing.names[i]), keep(arena, list) };
	}
	object->members = members;
	object->least = gathering->least;
	object->most = gathering->most;
	add_others(arena, gathering, object, list);
	add_required(gathering, &listing, object);
	add_demands(arena, gathering, &listing, object);
	for (unsigned i = 0; i < gathering->name_count; i++)
		push(list, gathering->names[i]);
	object->name_nodes = keep(arena, list);
	index_names(arena, &listing, object);
	return object;
}

/* --- arrays --------------------------------------------------------------------------------- */

static const struct stream_array *
build_array(struct arena *arena, const struct gathering *gathering)
{
	struct stream_array *array = arena_zero(arena, sizeof *array);
	const struct items **parts = arena_zero(arena, gathering->part_count * sizeof *parts);
	for (unsigned i = 0; i < gathering->part_count; i++)
		parts[i] = gathering->parts[i]->items;
	*array = (struct stream_array){
		.parts = parts, .part_count = gathering->part_count, .rest = gathering->rest,
		.least = gathering->least, .most = gathering->most, .unique = gathering->unique,
	};
	return array;
}

void
stream_build(struct arena *arena, struct node *node)
{
	struct gathering gathering = { .root = node, .kind = VALUE_OBJECT, .most = UINT64_MAX };
	if (gather(&gathering, node, NULL))
		node->object = build_object(arena, &gathering);
	gathering = (struct gathering){ .root = node, .kind = VALUE_ARRAY, .most = UINT64_MAX };
	if (gather(&gathering, node, NULL))
		node->array = build_array(arena, &gathering);
}
