/* JSON Schema: compiled once into an immutable program, checked by any number of threads.
 *
 * A set owns documents and everything compiled from them; schemas that refer to one another are
 * compiled once however many entry points lead to them. Compiling is for one thread at a time,
 * checking for all. */
#ifndef SCHEMA_SCHEMA_H
#define SCHEMA_SCHEMA_H

#include "base/doc.h"

enum schema_dialect {
	SCHEMA_DRAFT_2020_12,
	SCHEMA_DRAFT_7,
	SCHEMA_DRAFT_4,
	SCHEMA_OPENAPI_3_0,   /* a draft 4 of its own: nullable, exclusiveMaximum as boolean, discriminator */
	SCHEMA_OPENAPI_3_1,   /* 2020-12 with the OpenAPI base vocabulary */
};

/* Which way an instance travels: readOnly members are not required in requests and refused
 * there, writeOnly members likewise in responses. */
enum schema_side { SCHEMA_SIDE_NONE, SCHEMA_SIDE_REQUEST, SCHEMA_SIDE_RESPONSE };

struct schema_options {
	enum schema_dialect dialect;   /* where no $schema says otherwise */
	bool assert_formats;           /* format is a rule, not only an annotation */
	bool strict;                   /* an unknown keyword (but x-…) is an error, not an annotation */
};

struct schema_set;
typedef struct schema_set SchemaSet;
struct schema;                         /* an entry point; owned by its set */

struct schema_set *schema_set_create(const struct schema_options *options);
void schema_set_destroy(struct schema_set *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SchemaSet, schema_set_destroy)

/* Makes a document known under a URI, so that references lead to it; the set keeps a reference.
 * Nothing is ever fetched. The draft metaschemas are known already. */
void schema_set_add(struct schema_set *set, const char *uri, struct doc *doc);

/* Compiles the schema at `value`, a node of `doc`. `uri` is the document's base URI (NULL: that
 * under which it was added, or none). The same node compiled twice is the same schema. NULL with
 * ERR_INVALID naming file, line, column and what is wrong: an unresolved reference, a keyword of
 * the wrong type, an unknown keyword (strict), a pattern that is no regular expression. */
const struct schema *schema_compile(struct schema_set *set, struct doc *doc, const struct value *value, const char *uri, GError **error);

/* One way in which an instance does not fit. All texts are newly allocated. */
struct schema_finding {
	char *instance;   /* JSON pointer into the instance, "" for its root */
	char *schema;     /* JSON pointer of the keyword, with the document's URI if it has one */
	char *keyword;
	char *message;    /* in plain words: what was expected and what was found */
};

struct schema_findings {
	struct schema_finding *items;
	size_t count, limit;   /* no more than `limit` are collected; 0 means 100 */
};

void schema_findings_clear(struct schema_findings *findings);

/* True if `instance` fits. `findings` (may be NULL) collects why it does not, up to its limit;
 * without it the first fault ends the check. */
bool schema_check(const struct schema *schema, const struct value *instance, enum schema_side side, struct schema_findings *findings);

/* The same for the verdict alone, within a budget of work that is shared by many checks: what is spent is taken off it,
 * and with nothing left nothing fits. */
bool schema_check_within(const struct schema *schema, const struct value *instance, enum schema_side side, int64_t *budget);

enum schema_verdict { SCHEMA_FITS, SCHEMA_MISFITS, SCHEMA_UNREADABLE };

/* The same for a JSON text, mostly in one pass over it that makes no tree. SCHEMA_UNREADABLE with
 * ERR_INPUT or ERR_TOO_LARGE, just as doc_read_json refuses it; `name` is how messages call it. */
enum schema_verdict schema_check_text(const struct schema *schema, const char *name, const char *text, size_t length, enum schema_side side,
                                      struct schema_findings *findings, GError **error);

#endif
