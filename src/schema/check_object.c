/* Rules about objects. */
#include "schema/check.h"
#include "schema/findings.h"
#include "schema/pattern.h"

/* Schemas that are looked at to see whether one member travels, and whether one name does. */
enum { STAYS_MAX = 64, EXCUSES_MAX = 512 };

/* True if a schema, or what it refers to, says that its member never travels this way. */
static bool
node_stays(const struct node *node, enum node_flag flag, unsigned *left)
{
	if (node->flags & flag || !*left)
		return node->flags & flag;
	--*left;
	for (unsigned i = node->first[GROUP_ANY]; i < node->first[GROUPS]; i++) {
		const struct rule *rule = &node->rules[i];
		if (rule->code == RULE_REF && node_stays(rule->node, flag, left))
			return true;
		for (uint32_t part = 0; rule->code == RULE_ALL_OF && part < rule->count && *left; part++)
			if (node_stays(rule->nodes[part], flag, left))
				return true;
	}
	return false;
}

bool
check_stays(const struct check *check, const struct node *node)
{
	if (check->side == SCHEMA_SIDE_NONE)
		return false;
	unsigned left = STAYS_MAX;
	return node_stays(node, check->side == SCHEMA_SIDE_REQUEST ? NODE_READ_ONLY : NODE_WRITE_ONLY, &left);
}

/* True if a schema, or one applied with it, has a property of this name that does not travel. */
static bool
name_stays(const struct check *check, const struct node *node, const struct name *name, unsigned *left)
{
	for (unsigned i = 0; i < node->first[GROUPS] && *left; i++) {
		const struct rule *rule = &node->rules[i];
		if (rule->code == RULE_MEMBERS) {
			uint32_t at = names_find(&rule->members->names, name->print, name->text, name->length);
			if (at < rule->members->declared && check_stays(check, rule->members->items[at].node))
				return true;
		}
		--*left;
		if (rule->code == RULE_REF && name_stays(check, rule->node, name, left))
			return true;
		for (uint32_t part = 0; rule->code == RULE_ALL_OF && part < rule->count && *left; part++)
			if (name_stays(check, rule->nodes[part], name, left))
				return true;
	}
	return false;
}

/* A member that does not travel this way is not required: the property may be described by any
 * schema that is applied to the same object, from this one to the outermost. */
static bool
excused(const struct check *check, const struct value *value, const struct name *name)
{
	if (check->side == SCHEMA_SIDE_NONE)
		return false;
	unsigned left = EXCUSES_MAX;
	for (const struct frame *frame = check->top; frame && frame->value == value; frame = frame->outer)
		if (name_stays(check, frame->node, name, &left))
			return true;
	return false;
}

static bool
lacks(struct check *check, const struct value *keyword, const struct value *value, const struct name *name)
{
	return excused(check, value, name) ||
	       findings_report(check, keyword, value, "lacks the required member \"%s\"", name->text);
}

bool
check_required(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen G_GNUC_UNUSED)
{
	bool ok = true;
	for (uint32_t i = 0; i < rule->count; i++) {
		const struct name *name = &rule->names[i];
		if (value_member_n(value, name->text, name->length))
			continue;
		ok = lacks(check, rule->keyword, value, name) && ok;
		if (check_done(check, ok))
			return false;
	}
	return ok;
}

static bool
check_missing(struct check *check, const struct members *members, const struct value *value, uint64_t missing)
{
	bool ok = true;
	for (; missing; missing &= missing - 1) {
		const struct name *name = &members->names.items[__builtin_ctzll(missing)];
		ok = lacks(check, members->required_keyword, value, name) && ok;
		if (check_done(check, ok))
			return false;
	}
	return ok;
}

/* patternProperties; *matched becomes true if one applies. */
static bool
check_patterns(struct check *check, const struct members *members, const struct value *key, bool *matched)
{
	bool ok = true;
	for (uint32_t i = 0; i < members->patterns; i++) {
		const struct pattern *pattern = members->pattern[i].pattern;
		enum pattern_result result = pattern_match_within(pattern, key->text, key->length, &check->budget);
		if (result == PATTERN_GAVE_UP)
			return check_stopped(check, CHECK_PATTERN);
		if (result == PATTERN_MISSES)
			continue;
		*matched = true;
		ok = check_inner(check, members->pattern[i].node, key + 1) && ok;
		if (check_done(check, ok))
			return false;
	}
	return ok;
}

/* One member whose name is at `at` of the table; *matched becomes true if anything applies. */
static bool
check_member(struct check *check, const struct members *members, const struct value *key, uint32_t at, bool *matched)
{
	bool ok = true;
	*matched = at < members->declared;
	if (*matched) {
		const struct node *node = members->items[at].node;
		ok = check_inner(check, node, key + 1);
		if (ok && check_stays(check, node))
			ok = findings_stays(check, node, key + 1);
	}
	if (members->patterns && (!*matched || members->items[at].patterned))
		ok = check_patterns(check, members, key, matched) && ok;
	if (*matched || !members->rest)
		return ok;
	*matched = true;
	if (members->rest->types == 0)
		return findings_unknown(check, members->rest_keyword, key);
	return check_inner(check, members->rest, key + 1);
}

/* The position of a key among the names, and on to the next: members mostly come in the order of
 * the schema. */
static inline G_ALWAYS_INLINE uint32_t
find_member(const struct names *names, const struct value *key, uint32_t *next, uint64_t *found)
{
	struct name_print print = name_print(key->text, key->length);
	uint32_t at = *next;
	if (at >= names->count || !name_is(&names->items[at], print, key->text, key->length))
		at = names_find(names, print, key->text, key->length);
	if (at == NAMES_NONE)
		return at;
	*found |= UINT64_C(1) << at % 64;
	*next = at + 1;
	return at;
}

/* check_members where only the verdict counts and nobody asks what was evaluated. */
static bool
check_quickly(struct check *check, const struct members *members, const struct value *value)
{
	uint32_t next = 0;
	uint64_t found = 0;
	bool matched;
	VALUE_EACH_MEMBER (key, item, value) {
		uint32_t at = find_member(&members->names, key, &next, &found);
		if (members->patterns && (at >= members->declared || members->items[at].patterned)) {
			if (!check_member(check, members, key, at, &matched))
				return false;
			continue;
		}
		const struct node *node = at < members->declared ? members->items[at].node : members->rest;
		if (node && !check_inner(check, node, item))
			return false;
	}
	uint64_t missing = members->required & ~found;
	return !missing || check_missing(check, members, value, missing);
}

bool
check_members(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen)
{
	const struct members *members = rule->members;
	uint32_t next = 0, position = 0;
	uint64_t found = 0;
	bool ok = true, matched;
	if (!check->findings && !seen && check->side == SCHEMA_SIDE_NONE)
		return check_quickly(check, members, value);
	VALUE_EACH_MEMBER (key, item, value) {
		uint32_t at = find_member(&members->names, key, &next, &found);
		ok = check_member(check, members, key, at, &matched) && ok;
		if (check_done(check, ok))
			return false;
		if (seen && matched)
			seen_add(seen, position);
		position++;
	}
	uint64_t missing = members->required & ~found;
	return missing ? check_missing(check, members, value, missing) && ok : ok;
}

bool
check_member_names(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen G_GNUC_UNUSED)
{
	bool ok = true;
	VALUE_EACH_MEMBER (key, item, value) {
		ok = check_inner(check, rule->node, key) && ok;
		if (check_done(check, ok))
			return false;
	}
	return ok;
}

static bool
check_demands(struct check *check, const struct rule *rule, const struct dependent *dependent, const struct value *value)
{
	bool ok = true;
	for (uint32_t i = 0; i < dependent->count; i++) {
		const struct name *name = &dependent->required[i];
		if (value_member_n(value, name->text, name->length) || excused(check, value, name))
			continue;
		ok = findings_report(check, rule->keyword, value, "lacks the member \"%s\", which \"%s\" requires", name->text,
		                     dependent->name.text);
		if (check_done(check, ok))
			return false;
	}
	return ok;
}

bool
check_dependent(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen)
{
	bool ok = true;
	for (uint32_t i = 0; i < rule->dependents->count; i++) {
		const struct dependent *dependent = &rule->dependents->items[i];
		if (!value_member_n(value, dependent->name.text, dependent->name.length))
			continue;
		if (dependent->node)
			ok = check_node(check, dependent->node, value, seen) && ok;
		else
			ok = check_demands(check, rule, dependent, value) && ok;
		if (check_done(check, ok))
			return false;
	}
	return ok;
}

bool
check_rest_members(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen)
{
	uint32_t position = 0;
	bool ok = true;
	if (value->kind != VALUE_OBJECT)
		return true;
	VALUE_EACH_MEMBER (key, item, value) {
		if (seen_has(seen, position++))
			continue;
		if (rule->node->types == 0)
			ok = findings_unknown(check, rule->keyword, key);
		else
			ok = check_inner(check, rule->node, item) && ok;
		if (check_done(check, ok))
			return false;
	}
	seen->all = true;
	return ok;
}
