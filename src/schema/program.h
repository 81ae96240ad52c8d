/* What schemas compile to: nodes, each with a packed array of rules. All of it is written before
 * the first check and never again; it lives as long as its set. */
#ifndef SCHEMA_PROGRAM_H
#define SCHEMA_PROGRAM_H

#include "schema/names.h"
#include "schema/number.h"

struct format;
struct node;
struct pattern;
struct stream_array;
struct stream_choice;
struct stream_object;

/* Rules by what they apply to. GROUP_NUMBER … GROUP_OBJECT follow the order of enum value_kind;
 * GROUP_LAST holds what has to see the annotations of all others. */
enum group { GROUP_NUMBER, GROUP_STRING, GROUP_ARRAY, GROUP_OBJECT, GROUP_ANY, GROUP_LAST, GROUPS };

/* code, the function check_… that it calls, group */
#define RULE_MAP(XX)                                                                               \
	XX(MINIMUM, leaf, NUMBER)                                                                  \
	XX(MAXIMUM, leaf, NUMBER)                                                                  \
	XX(ABOVE, leaf, NUMBER)                                                                    \
	XX(BELOW, leaf, NUMBER)                                                                    \
	XX(MULTIPLE, leaf, NUMBER)                                                                 \
	XX(NUMBER_FORMAT, leaf, NUMBER)                                                            \
	XX(MIN_LENGTH, leaf, STRING)                                                               \
	XX(MAX_LENGTH, leaf, STRING)                                                               \
	XX(PATTERN, leaf, STRING)                                                                  \
	XX(FORMAT, leaf, STRING)                                                                   \
	XX(CONTENT, leaf, STRING)                                                                  \
	XX(MIN_ITEMS, leaf, ARRAY)                                                                 \
	XX(MAX_ITEMS, leaf, ARRAY)                                                                 \
	XX(UNIQUE, unique, ARRAY)                                                                  \
	XX(ITEMS, items, ARRAY)                                                                    \
	XX(CONTAINS, contains, ARRAY)                                                              \
	XX(MIN_MEMBERS, leaf, OBJECT)                                                              \
	XX(MAX_MEMBERS, leaf, OBJECT)                                                              \
	XX(REQUIRED, required, OBJECT)                                                             \
	XX(MEMBERS, members, OBJECT)                                                               \
	XX(MEMBER_NAMES, member_names, OBJECT)                                                     \
	XX(DEPENDENT, dependent, OBJECT)                                                           \
	XX(CHOICE, leaf, ANY)                                                                      \
	XX(REF, ref, ANY)                                                                          \
	XX(DYNAMIC_REF, dynamic_ref, ANY)                                                          \
	XX(ALL_OF, all_of, ANY)                                                                    \
	XX(ANY_OF, any_of, ANY)                                                                    \
	XX(ONE_OF, one_of, ANY)                                                                    \
	XX(DISCRIMINATOR, discriminator, ANY)                                                      \
	XX(NOT, not, ANY)                                                                          \
	XX(IF, if, ANY)                                                                            \
	XX(REST_ITEMS, rest_items, LAST)                                                           \
	XX(REST_MEMBERS, rest_members, LAST)

enum rule_code {
#define XX(code, function, group) RULE_##code,
	RULE_MAP(XX)
#undef XX
	RULE_CODES
};

/* A bit for each enum value_kind, and one for integers. */
enum { TYPE_INTEGER = 1 << (VALUE_OBJECT + 1), TYPE_ANY = (1 << (VALUE_OBJECT + 2)) - 1 };

enum node_flag {
	NODE_TRACKS = 1,       /* unevaluated…: knows which members or items were evaluated */
	NODE_STRICT = 2,       /* 1.0 is no integer (draft 4) */
	NODE_READ_ONLY = 4,
	NODE_WRITE_ONLY = 8,
	NODE_PLAIN = 16,       /* applies no other schema to a value that is no container */
};

enum content { CONTENT_BASE64 = 1, CONTENT_JSON = 2 };

struct bound {
	struct number number;
	int64_t small;         /* the same where `is_small` */
	bool is_small;
};

struct items {
	const struct node *const *first;
	uint32_t count;
	const struct node *rest;              /* NULL: anything */
	const struct value *rest_keyword;
};

struct discriminator;

struct contains {
	const struct node *node;
	uint64_t least, most;
	const struct value *least_keyword, *most_keyword;   /* NULL: "contains" itself; no upper bound */
	bool marks;                           /* what is contained counts as evaluated */
};

struct member {
	const struct node *node;              /* NULL for a name that is only required */
	bool required;
	bool patterned;                       /* a pattern may fit the name, too */
};

struct pattern_member {
	const struct pattern *pattern;
	const struct node *node;
};

struct members {
	struct names names;                   /* the properties in order, then names only required */
	const struct member *items;
	uint32_t declared;                    /* how many of the names are properties */
	uint32_t patterns;
	uint64_t required;                    /* one bit for each required name; unused if over 64 names */
	const struct pattern_member *pattern;
	const struct node *rest;              /* NULL: anything */
	const struct value *required_keyword, *rest_keyword;
};

/* What the presence of one member demands. */
struct dependent {
	struct name name;
	const struct node *node;              /* or NULL, and then names */
	const struct name *required;
	uint32_t count;
};

struct dependents {
	const struct dependent *items;
	uint32_t count;
};

struct choice {
	struct names strings;
	const struct value *const *others;    /* what is no string */
	const struct value *const *all;       /* in the order of the schema */
	uint32_t other_count, count;
};

struct dynamic {
	const struct node *fallback;
	const char *anchor;                   /* interned by the set */
};

struct rule {
	uint8_t code;          /* enum rule_code */
	uint32_t count;
	const struct value *keyword;   /* the key in the schema: its name and its place */
	union {
		uint64_t limit;
		const struct bound *bound;
		const struct node *node;
		const struct node *const *nodes;
		const struct name *names;
		const struct pattern *pattern;
		const struct format *format;
		const struct items *items;
		const struct contains *contains;
		const struct members *members;
		const struct dependents *dependents;
		const struct choice *choice;
		const struct dynamic *dynamic;
		const struct discriminator *discriminator;
	};
};

/* Picks one of the alternatives by the value of a member. */
struct discriminator {
	struct name property;
	struct names values;
	const struct node *const *nodes;      /* one for each value */
	struct rule otherwise;                /* what holds where the member is absent */
};

struct node {
	const struct value *value;        /* the schema in its document */
	const struct resource *resource;
	const struct rule *rules;
	const struct value *type;         /* the key "type", NULL if there is none */
	const struct stream_object *object;   /* how texts of containers are checked in passing; */
	const struct stream_array *array;     /* NULL: their values become trees */
	const struct stream_choice *choice;   /* where `object` is NULL */
	uint16_t first[GROUPS + 1];       /* where each group of rules begins */
	uint8_t types;                    /* that fit; 0 for the schema false */
	uint8_t flags;
	uint8_t state;                    /* of compilation */
};

/* A node that stands for $dynamicAnchor in its resource. */
struct dynamic_anchor {
	const struct dynamic_anchor *next;
	const char *name;
	const struct node *node;
};

/* A schema with a URI of its own, or a whole document. */
struct resource {
	struct doc *doc;
	const struct value *root;
	const char *uri;
	const struct dialect *dialect;
	const struct dynamic_anchor *dynamic;   /* may grow at its head while others read */
};

#endif
