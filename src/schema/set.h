/* Inside a set: its documents, the places in them that have a URI, and the nodes found there. */
#ifndef SCHEMA_SET_H
#define SCHEMA_SET_H

#include "base/catalogue.h"
#include "schema/arena.h"
#include "schema/dialect.h"
#include "schema/program.h"

struct document {
	struct doc *doc;
	struct place *place;       /* of its root */
	GPtrArray *places;         /* all of them */
};

/* A dynamic anchor on its way into its resource, where checks see it. */
struct found_anchor {
	struct dynamic_anchor anchor;
	struct found_anchor *next;
	bool published;
};

/* A resource with what only compiling needs. */
struct place {
	struct resource resource;        /* the first member: nodes point to it */
	const struct value *extent;      /* everything below belongs to this place, unless to an inner one */
	struct document *document;
	GHashTable *anchors;             /* name -> value; NULL until there is one */
	struct found_anchor *found;      /* dynamic anchors, published when they are compiled */
	GError *error;                   /* why its dialect cannot be used */
};

struct schema_set {
	struct schema_options options;
	struct arena arena;
	GStringChunk *strings;
	GPtrArray *documents;
	unsigned scanned;          /* how many of them were looked through */
	GHashTable *by_root;       /* value -> document */
	GHashTable *by_uri;        /* URI -> place */
	GHashTable *nodes;         /* value -> node */
	GHashTable *dialects;      /* URI of a metaschema -> dialect */
	GHashTable *patterns;      /* text -> pattern */
	Catalogue *catalogue;      /* opened when first needed */
};

enum node_state { NODE_KNOWN, NODE_QUEUED, NODE_DONE };

/* The document, made known under `uri` (may be NULL). */
struct document *set_document(struct schema_set *set, struct doc *doc, const char *uri);
/* The place that is known under an absolute URI; a metaschema is read from the catalogue then. */
struct place *set_place(struct schema_set *set, const char *uri);
/* The innermost place around a value. */
struct place *set_place_around(const struct document *document, const struct value *value);
/* A new place in a document; `uri` is absolute. */
struct place *set_add_place(struct schema_set *set, struct document *document, const struct value *extent, const char *uri);
void set_add_uri(struct schema_set *set, const char *uri, struct place *place);
/* What $schema means. NULL with ERR_INVALID where nobody knows it. */
const struct dialect *set_dialect(struct schema_set *set, const char *uri, GError **error);

/* Finds identifiers and anchors in all documents that were not looked at yet. */
void scan_documents(struct schema_set *set);
/* The node of a schema; looks for identifiers below it first where that was not done yet. */
struct node *scan_node(struct schema_set *set, struct document *document, const struct value *value);

/* Where a reference in `place` leads. NULL with ERR_INVALID: it leads nowhere. */
struct node *refer_resolve(struct schema_set *set, const struct place *place, const char *reference, GError **error);
/* The name of a reference's target if that is a dynamic anchor, else NULL. */
const char *refer_dynamic(const struct node *target, const char *reference);

static inline struct place *
node_place(const struct node *node)
{
	return (struct place *)(uintptr_t)node->resource;
}

#endif
