/* One check of one instance: what the rules share while they run. */
#ifndef SCHEMA_CHECK_H
#define SCHEMA_CHECK_H

#include "schema/format.h"
#include "schema/program.h"
#include "schema/schema.h"

enum { CHECK_DEPTH_MAX = 2048 };   /* of schemas applied within one another */

/* Why a check ended without having seen all. */
enum check_stop { CHECK_GOES_ON, CHECK_TOO_DEEP, CHECK_ENDLESS, CHECK_TOO_MUCH, CHECK_PATTERN, CHECK_FULL };

/* A schema that is being applied to a value, and those around it. */
struct frame {
	const struct frame *outer;
	const struct node *node;
	const struct value *value;
};

struct check {
	const struct frame *top;
	struct schema_findings *findings;   /* NULL: only the verdict counts */
	const struct value *root;           /* the instance */
	int64_t budget;                     /* schemas that may still be applied, values compared */
	unsigned depth;
	unsigned alternatives;              /* how often findings of an alternative are being collected */
	enum schema_side side;
	enum check_stop stop;
};

/* The characters of a string; not its bytes. */
uint64_t check_characters(const struct value *value);

/* Which members or items of one value were evaluated, by position. Only nodes that track have one. */
struct seen {
	uint64_t *words;
	uint32_t count;
	bool all;
	uint64_t few[4];
};

void seen_init(struct seen *seen, const struct value *value);
void seen_finish(struct seen *seen);
void seen_merge(struct seen *into, const struct seen *from);
bool seen_has(const struct seen *seen, uint32_t position);

static inline void
seen_add(struct seen *seen, uint32_t position)
{
	seen->words[position / 64] |= UINT64_C(1) << position % 64;
}

/* Applies a schema. `seen` (may be NULL) gets what it evaluated, if the value fits. */
bool check_node(struct check *check, const struct node *node, const struct value *value, struct seen *seen);
/* The same without findings. */
bool check_quietly(struct check *check, const struct node *node, const struct value *value, struct seen *seen);
/* True if a schema says that its member does not travel the way of this check. */
bool check_stays(const struct check *check, const struct node *node);
/* Ends the check; returns false. */
bool check_stopped(struct check *check, enum check_stop why);
/* Takes `cost` from the budget; false if it is used up. */
bool check_spend(struct check *check, uint64_t cost);

/* True where the verdict is known: something failed and no findings are wanted. */
static inline bool
check_done(const struct check *check, bool ok)
{
	return (!ok && !check->findings) || check->stop;
}

static inline bool
type_fits(const struct node *node, const struct value *value)
{
	if (node->types >> value->kind & 1)
		return true;
	if (value->kind != VALUE_NUMBER || !(node->types & TYPE_INTEGER))
		return false;
	struct number number;
	if (value->integer || node->flags & NODE_STRICT)
		return value->integer;
	number_read(value, &number);
	return number_integer(&number);
}

/* What applying a schema to a value costs, but for what is inside it. */
static inline int64_t
check_cost(const struct value *value)
{
	return 1 + (value->kind >= VALUE_ARRAY ? value->length : value->length / 64);
}

/* A plain schema and a value that is no container, where only the verdict counts. */
bool check_scalar(struct check *check, const struct node *node, const struct value *value);

/* Applies a schema to something inside the value: nothing else sees what it evaluates. */
static inline bool
check_inner(struct check *check, const struct node *node, const struct value *value)
{
	if (value->kind < VALUE_ARRAY && node->flags & NODE_PLAIN && !check->findings)
		return check_scalar(check, node, value);
	return check_node(check, node, value, NULL);
}

/* The rules: true if the value fits. Those that apply other schemas report what these find. */
typedef bool check_rule(struct check *check, const struct rule *rule, const struct value *value, struct seen *seen);
#define XX(code, function, group) check_rule check_##function;
RULE_MAP(XX)
#undef XX

#endif
