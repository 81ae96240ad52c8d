/* One schema object becoming one node. The builders of the keywords read `keys` and emit rules. */
#ifndef SCHEMA_COMPILE_H
#define SCHEMA_COMPILE_H

#include "schema/set.h"

enum { COMPILE_RULES_MAX = RULE_CODES + 8 };

struct compile {
	struct schema_set *set;
	GPtrArray *nodes;                        /* all that this run touched; also its queue */
	struct node *node;
	const struct place *place;
	const struct dialect *dialect;
	const struct value *keys[KEYWORDS];      /* the key of each keyword, NULL if it is absent */
	struct rule rules[COMPILE_RULES_MAX];
	unsigned count;
	GError **error;
};

/* Compiles `node` and all that it leads to. */
bool compile_node(struct schema_set *set, struct node *node, GError **error);

/* For builders. The value of a keyword, NULL if it is absent. */
const struct value *compile_value(const struct compile *compile, enum keyword_id id);
/* A new rule that answers for a keyword. */
struct rule *compile_emit(struct compile *compile, enum rule_code code, enum keyword_id id);
/* The node of a schema below; a plain $ref is followed. NULL with an error. */
const struct node *compile_child(struct compile *compile, const struct value *value);
/* The nodes of a list of schemas, in the arena. */
const struct node *const *compile_children(struct compile *compile, const struct value *list);
/* Where a reference leads; the target is compiled too. NULL with an error. */
struct node *compile_target(struct compile *compile, const struct value *reference);
const struct pattern *compile_pattern(struct compile *compile, const struct value *text);
/* The rule that a value is one of these. */
bool compile_choice(struct compile *compile, enum keyword_id id, const struct value *const *values, uint32_t count);
struct name compile_name(const struct value *text);
/* A count as a number; more than there can be is UINT64_MAX. */
uint64_t compile_count(const struct value *value);
/* True where subschemas beside a keyword see the same instance, so that what they evaluated has to
 * be known before what is left can be judged. */
bool compile_shares_instance(const struct compile *compile);
/* A table of names, which must differ. */
struct names compile_names(struct compile *compile, const struct name *items, uint32_t count);
/* An error at a value of the schema; returns false. */
bool compile_fail(struct compile *compile, const struct value *at, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The builders, each called where its keyword is present. */
typedef bool compile_builder(struct compile *compile);
compile_builder compile_types, compile_enum, compile_const;
compile_builder compile_minimum, compile_maximum, compile_above, compile_below, compile_multiple;
compile_builder compile_min_length, compile_max_length, compile_text_pattern, compile_format, compile_content;
compile_builder compile_min_items, compile_max_items, compile_unique, compile_items, compile_contains;
compile_builder compile_min_members, compile_max_members, compile_members, compile_required, compile_member_names;
compile_builder compile_dependent_required, compile_dependent_schemas, compile_dependencies;
compile_builder compile_ref, compile_dynamic_ref, compile_recursive_ref;
compile_builder compile_all_of, compile_any_of, compile_one_of, compile_not, compile_if;
compile_builder compile_rest_items, compile_rest_members;

#endif
