/* What the files of the document model share. */
#ifndef CONTRACT_OPENAPI_MODEL_H
#define CONTRACT_OPENAPI_MODEL_H

#include "contract/openapi.h"
#include "contract/route.h"

struct openapi_file {
	struct doc *doc;
	char *path;                  /* absolute; NULL for a document that is no file */
	char *uri;                   /* $self, or made of the path */
};

/* A schema with an $id. */
struct openapi_resource {
	const struct value *node;
	char *uri;
};

struct openapi {
	struct doc *doc;             /* the first file's */
	GArray *files;               /* struct openapi_file */
	GStringChunk *texts;         /* made by us: names of operations without an id, … */
	GArray *operations;          /* struct openapi_operation; does not move once built */
	GArray *webhooks;            /* the same */
	GPtrArray *callbacks;        /* GArray of the same, for each of the expressions */
	GPtrArray *remarks;
	GPtrArray *bases;            /* paths of the servers, the first server's first */
	struct route_tree *routes;
	struct schema_set *schemas;
	GHashTable *compiled;        /* node -> schema */
	GHashTable *failed;          /* nodes that are no schemas */
	GHashTable *shapes;          /* node -> struct shape, shape.c */
	GHashTable *places;          /* URI, URI#anchor -> node: files and what names itself */
	GArray *resources;           /* struct openapi_resource */
	GPtrArray *references;       /* texts of all $ref */
	GPtrArray *hints;            /* and of what may lead nowhere: mappings of discriminators, operations of links */
	size_t bytes;                /* of all files */
};

/* Fills error with "file:line:column: message"; returns false. */
bool openapi_fail(const struct openapi *openapi, const struct value *node, GError **error, const char *remedy, const char *format, ...)
	G_GNUC_PRINTF(5, 6);
void openapi_remark(struct openapi *openapi, const struct value *node, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The file that holds a node. */
const struct openapi_file *openapi_file_of(const struct openapi *openapi, const struct value *node);

/* openapi_refs.c: reads the files that are referred to, and finds references that lead nowhere. */
void openapi_add_file(struct openapi *openapi, struct doc *doc, const char *path);
bool openapi_read_files(struct openapi *openapi, GError **error);
bool openapi_check_refs(struct openapi *openapi, GError **error);
/* One step: what the text of a $ref, a node itself, leads to. */
const struct value *openapi_target(const struct openapi *openapi, const struct value *reference);
/* What the operations of one path share. */
struct openapi_path {
	const struct value *key;          /* its template */
	const struct value *node;         /* the path item, resolved */
	const struct value *beside;       /* the one with the $ref, which may say more; NULL */
	const struct value *security, *servers;
};

/* openapi_operations.c: fills operations, routes and bases. */
bool openapi_read_operations(struct openapi *openapi, GError **error);
/* Adds the operations of a path item to an array of struct openapi_operation. */
bool openapi_read_path(struct openapi *openapi, struct openapi_path path, GArray *into, GError **error);
/* openapi_links.c: webhooks, callbacks and links; operations are there. */
bool openapi_read_links(struct openapi *openapi, GError **error);
void openapi_clear_operation(void *operation);

#endif
