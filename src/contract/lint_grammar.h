/* What each object of an OpenAPI document may hold, for one version: the catalogue's
 * lint/openapi.yaml, compiled for walking. */
#ifndef CONTRACT_LINT_GRAMMAR_H
#define CONTRACT_LINT_GRAMMAR_H

#include "base/catalogue.h"
#include "base/doc.h"
#include "schema/pattern.h"

enum grammar_shape {
	GRAMMAR_ANY, GRAMMAR_TEXT, GRAMMAR_INTEGER, GRAMMAR_COUNT, GRAMMAR_POSITIVE, GRAMMAR_NUMBER, GRAMMAR_BOOLEAN, GRAMMAR_NULL,
	GRAMMAR_URI, GRAMMAR_URL, GRAMMAR_EMAIL,
	GRAMMAR_LIST, GRAMMAR_MAP, GRAMMAR_TYPE,
};

struct grammar_type;

struct grammar_kind {
	enum grammar_shape shape;
	const struct grammar_type *type;     /* of GRAMMAR_TYPE */
	const struct grammar_kind *inner;    /* of a list or map */
	const struct grammar_kind *other;    /* the next alternative, NULL for none */
};

/* Rows of the rules' table that want to see an object or a member: positions in it. */
struct grammar_visits {
	unsigned char *rules;
	unsigned count;
};

struct grammar_member {
	char *name;
	const struct grammar_kind *kind;     /* NULL: not in this version */
	bool required, filled;
	char **words;                        /* NULL: any */
	char *since;                         /* of what this version lacks: "since OpenAPI 3.1" */
	struct grammar_visits visits;
};

struct grammar_keys {
	char *text;
	struct pattern *pattern;
	const struct grammar_kind *kind;
};

/* Demands over several members; the texts are in the file. */
struct grammar_group {
	bool some;                           /* at least one; otherwise at most one */
	char **members;
};

struct grammar_need {
	char *member, *value;
	char **members;
};

struct grammar_type {
	char *name;
	unsigned number;                     /* from 1 */
	bool reference, extensions, open;
	GHashTable *members;                 /* name -> struct grammar_member */
	GPtrArray *required;                 /* struct grammar_member, borrowed */
	GArray *keys, *groups, *needs;
	struct grammar_visits visits;
};

struct grammar {
	GHashTable *types;                   /* name -> struct grammar_type */
	GStringChunk *texts;
	GPtrArray *kinds;                    /* owns */
	GHashTable *by_text;                 /* text -> kind */
	unsigned version;                    /* 30, 31, 32 */
};
typedef struct grammar Grammar;

/* `version` is 30, 31 or 32. NULL with ERR_CONFIG where the catalogue's file is not understood. */
struct grammar *grammar_load(struct catalogue *catalogue, unsigned version, GError **error);
void grammar_free(struct grammar *grammar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Grammar, grammar_free)

struct grammar_type *grammar_type(const struct grammar *grammar, const char *name);
/* "Type" or "Type.member": the visits that belong to it; NULL where this version has no such thing. */
struct grammar_visits *grammar_place(const struct grammar *grammar, const char *place);
/* "a list of texts", "an object (Schema) or true or false"; newly allocated. */
char *grammar_kind_text(const struct grammar_kind *kind);

#endif
