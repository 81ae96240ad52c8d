/* What the files of the linter share. */
#ifndef CONTRACT_LINT_MODEL_H
#define CONTRACT_LINT_MODEL_H

#include "contract/lint.h"
#include "contract/lint_grammar.h"
#include "schema/schema.h"

/* Where the walk is: an object, and the objects around it. What is reached through a reference has
 * no objects around it. */
struct lint_at {
	const struct lint_at *parent;
	const struct value *key, *node;      /* key: of the member that it is, NULL for none */
	const struct grammar_type *type;
};

struct lint;

/* Looks at an object of the type, or at one that has the member; says what it finds with lint_say. */
typedef void lint_visit(struct lint *lint, const struct lint_at *at);

/* `on` are types ("Operation"), members ("Schema.enum") or "end" (once, when all was seen). The first
 * rows have no visit: the walk itself finds those. */
struct lint_rule {
	const char *id;
	enum lint_severity severity;
	const char *help, *remedy;
	const char *on;
	lint_visit *visit;
	unsigned first, last;                /* versions: 30 to 32, 0 for all */
	enum lint_severity older;            /* before version `strict` (31 where not said), where that differs */
	unsigned strict;
	bool always;                         /* it collects for others, and is asked even where it is off */
};
extern const struct lint_rule lint_rule_table[];
extern const unsigned lint_rule_count;

/* Rules of the walk, in the order of the table. */
enum {
	LINT_UNREADABLE, LINT_MISSING, LINT_TYPE, LINT_UNKNOWN, LINT_VALUE, LINT_FORM, LINT_TOGETHER, LINT_KEYWORD,
	LINT_REF, LINT_REF_TARGET, LINT_REF_SIBLINGS, LINT_REF_REMOTE, LINT_LIMIT,
};

enum { LINT_FIRST = 30, LINT_VERSIONS = 3 };

struct lint_levels {
	enum lint_severity *of;
	bool *chosen;                        /* by the user: for all versions */
	struct grammar *grammars[LINT_VERSIONS];   /* with their visits; NULL until needed */
	struct doc *words;                   /* lint/words.yaml */
};

struct lint_file {
	struct doc *doc;
	char *path;                          /* absolute */
	char *name;                          /* as messages call it */
	unsigned char *seen;                 /* a byte for each node: the type as which it was walked */
	GHashTable *anchors;                 /* made when first needed */
	bool ignores;                        /* x-teamwright-ignore stands somewhere in it */
	bool known;                          /* to the schema set */
};

struct lint_raw {                            /* a finding, before its place is known in words */
	unsigned rule;
	unsigned file;
	const struct value *node, *where;    /* for the pointer; for line and column */
	char *message;
};

struct lint_example {                        /* a value that has to fit a schema; judged when all files are known */
	unsigned rule;
	const struct value *schema, *value;
	enum schema_side side;
};

struct lint_ref {
	const struct value *text;            /* of the $ref */
	const struct grammar_type *type;     /* what is wanted there; NULL: anything */
};

struct lint {
	const struct lint_levels *levels;
	struct grammar *grammar;
	GPtrArray *files;                    /* struct lint_file *; the document first */
	GArray *raws;
	GArray *refs;                        /* that wait for their target to be walked */
	GHashTable *used;                    /* nodes that a reference leads to */
	GPtrArray *loose;                    /* references within extensions */
	GHashTable *absent;                  /* paths that cannot be read */
	GHashTable *ids;                     /* operationId -> node of the text */
	GHashTable *tags;                    /* declared names */
	GHashTable *secured;                 /* names of security schemes that are used */
	GHashTable *identified;              /* $id and $self -> node; made when first needed */
	GPtrArray *links;                    /* nodes that are judged at the end */
	GArray *examples;                    /* struct lint_example */
	const struct doc *words;             /* lint/words.yaml */
	int64_t operations;
	struct schema_set *schemas;
	unsigned rule;                       /* the row whose visitor runs */
	unsigned depth, hops;                /* of pointers that lead through references */
	unsigned steps;                      /* left for a question that leads through many schemas */
	unsigned suggestions;                /* looked for so far */
	bool full;                           /* no more findings are collected */
};

/* The rule that runs says something. `node` is what it is about, `where` what line and column show;
 * NULL for the same. */
void lint_say(struct lint *lint, const struct value *node, const struct value *where, const char *format, ...) G_GNUC_PRINTF(4, 5);
/* The same for a rule of the walk. */
void lint_say_as(struct lint *lint, unsigned rule, const struct value *node, const struct value *where, const char *format, ...)
	G_GNUC_PRINTF(5, 6);
bool lint_enabled(const struct lint *lint, unsigned rule);

enum lint_severity lint_severity(const struct lint *lint, unsigned rule);
/* The root of the document, and a member of its components. */
const struct value *lint_root(const struct lint *lint);
const struct value *lint_components(const struct lint *lint, const char *group);
/* The value is of a type of the schema: "type" is a text or a list of texts. */
bool lint_fits_types(const struct value *value, const struct value *types);
/* A list of lint/words.yaml has the word. */
bool lint_has_word(const struct value *list, const char *word);

/* lint_walk.c: an object as a type, and everything below it that was not seen. */
void lint_walk(struct lint *lint, const struct lint_at *at);
void lint_walk_refs(struct lint *lint);

/* lint_refs.c */
struct lint_file *lint_file_of(const struct lint *lint, const struct value *node);
/* One step: where the text of a reference leads, NULL if nowhere. *ret_remote: it leads out of the files. */
const struct value *lint_target(struct lint *lint, const struct value *reference, bool *ret_remote);
/* What stands behind any number of references, or the node itself; NULL where they lead nowhere. */
const struct value *lint_resolve(struct lint *lint, const struct value *node);
struct lint_file *lint_add_file(struct lint *lint, struct doc *doc, const char *path, const char *name);
void lint_free_file(void *data);

/* A container has the node somewhere in it. */
static inline bool
lint_holds(const struct value *container, const struct value *node)
{
	return node > container && node < value_next(container);
}

/* The value of its first member, or its first item; for a container that has one. */
static inline const struct value *
lint_first_child(const struct value *container)
{
	return container + (container->kind == VALUE_OBJECT ? 2 : 1);
}

/* The child that is the node or holds it; NULL behind the last step. */
const struct value *lint_child_with(const struct value *container, const struct value *node);

/* lint_place.c: findings from what was collected. */
void lint_place(struct lint *lint, struct lint_report *report, struct lint_document *document);

/* lint_words.c: the word of a list that is meant by a misspelt one; NULL if none is near. */
const char *lint_nearest(const char *word, GList *candidates);

#endif
