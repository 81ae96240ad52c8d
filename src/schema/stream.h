/* What a node asks of a container while its text goes by: the rules of the node and of all that it
 * applies to the same value without a choice, merged. Members are judged as they come, in one pass
 * and without a tree. A node whose rules need more has no stream, and its values become trees. */
#ifndef SCHEMA_STREAM_H
#define SCHEMA_STREAM_H

#include "schema/arena.h"
#include "schema/program.h"

enum { STREAM_NAMES_MAX = 256, STREAM_WORDS = STREAM_NAMES_MAX / 64 };

/* Schemas that all apply to the same value. */
struct stream_nodes {
	const struct node *const *items;
	uint32_t count;
};

/* A name and the quote behind it as they stand in a text, up to 16 bytes. */
struct stream_key {
	uint64_t head, head_mask, tail, tail_mask;
	uint32_t length;
};

struct stream_member {
	struct stream_key key;
	struct stream_nodes nodes;
};

/* If the first name is there, the others must be, too. */
struct stream_demand {
	uint16_t when, wanted;   /* positions of names */
};

/* What is asked about the presence of names alone: { "anyOf": [{ "required": ["a"] }, …] }. */
struct stream_condition {
	enum { CONDITION_ALL, CONDITION_ANY, CONDITION_ONE, CONDITION_NOT, CONDITION_HAS } kind;
	uint16_t name;         /* of CONDITION_HAS: its position */
	uint32_t count;
	const struct stream_condition *parts;
};

struct stream_object {
	struct names names;                    /* all that any rule speaks of */
	const struct stream_member *members;   /* as many */
	uint64_t required[STREAM_WORDS];
	struct stream_nodes others;            /* for other names, where `parts` is 0 */
	const struct members *const *parts;    /* else: whose patterns decide about other names */
	uint32_t part_count;
	const struct node *rest;               /* then: for what none of them knows; NULL: anything */
	struct stream_nodes name_nodes;        /* for the names themselves */
	const struct stream_demand *demands;
	uint32_t demand_count;
	struct stream_condition condition;     /* CONDITION_ALL of no parts where there is none */
	uint64_t least, most;
};

struct stream_array {
	const struct items *const *parts;
	uint32_t part_count;
	const struct node *rest;               /* for what none of them knows; NULL: anything */
	uint64_t least, most;
	bool unique;
};

/* Alternatives for an object, each with a stream; of one_of none can fit beside another. */
struct stream_choice {
	const struct node *const *nodes;
	uint32_t count;
};

/* Fills the streams of a node, all of whose rules and of those that it leads to are there. */
void stream_build(struct arena *arena, struct node *node);
/* Fills its choice, when all the others have their streams. */
void stream_build_choice(struct arena *arena, struct node *node);

/* The names of an object's rules, each once. */
struct stream_names {
	struct name *names;   /* STREAM_NAMES_MAX of them */
	uint32_t count;
};

/* The position of a name, which is added if it is new; STREAM_NAMES_MAX where there is no room. */
uint32_t stream_name(struct stream_names *listing, const struct name *name);
/* True if a rule that chooses asks for nothing but the presence of names. */
bool stream_conditional(const struct rule *rule);
/* That condition; false where there are too many names. */
bool stream_condition(struct arena *arena, struct stream_names *listing, const struct rule *rule, struct stream_condition *ret);

#endif
