/* A regular expression as a tree: what the parser of ECMA-262 makes, and the two matchers read. */
#ifndef SCHEMA_PATTERN_TREE_H
#define SCHEMA_PATTERN_TREE_H

#include "schema/charset.h"

enum tree_kind {
	TREE_SET,        /* one character of a set */
	TREE_START,      /* ^ */
	TREE_END,        /* $ */
	TREE_EDGE,       /* \b; \B with `negative` */
	TREE_BACK,       /* a reference back to a group */
	TREE_GROUP,      /* the child, captured */
	TREE_LOOK,       /* the child, here or before here, not consumed */
	TREE_REPEAT,     /* the child, again and again */
	TREE_SEQUENCE,   /* all children in order; none is empty */
	TREE_CHOICE,     /* one of the children */
};

#define TREE_UNBOUNDED UINT32_MAX

struct tree {
	enum tree_kind kind;
	struct tree *child, *next;
	struct charset *set;
	uint32_t least, most;        /* of a repetition; TREE_UNBOUNDED has no end */
	uint32_t group;              /* number of a group, from 1; where a reference leads */
	uint32_t offset, end;        /* where it begins and ends in the text */
	bool lazy, negative, behind;
	bool nothing;                /* a reference to what is never set there: it matches nothing */
};

struct pattern_tree {
	struct tree *root;
	GPtrArray *trees, *sets;     /* all there are, to free them */
	uint32_t groups;             /* captures in it */
	bool references;             /* it has references back */
};

/* NULL with ERR_INVALID. `lenient` as in pattern_compile. */
struct pattern_tree *pattern_parse(const char *text, size_t length, bool lenient, GError **error);
void pattern_tree_destroy(struct pattern_tree *tree);

/* The spelling of a Unicode property for PCRE2, "Lu" for "General_Category=Uppercase_Letter";
 * newly allocated, NULL where ECMA-262 has no such property. */
char *pattern_property(const char *text, size_t length);

#endif
