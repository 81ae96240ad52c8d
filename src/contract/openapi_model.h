/* What the files of the document model share. */
#ifndef CONTRACT_OPENAPI_MODEL_H
#define CONTRACT_OPENAPI_MODEL_H

#include "contract/openapi.h"
#include "contract/route.h"

struct openapi_file {
	struct doc *doc;
	char *path;                  /* absolute; NULL for a document that is no file */
	GHashTable *anchors;         /* $anchor -> schema object */
};

struct openapi {
	struct doc *doc;             /* the first file's */
	GArray *files;               /* struct openapi_file */
	GStringChunk *texts;         /* made by us: names of operations without an id, … */
	GArray *operations;          /* struct openapi_operation; does not move once built */
	GPtrArray *remarks;
	GPtrArray *bases;            /* paths of the servers, the first server's first */
	struct route_tree *routes;
	struct schema_set *schemas;
	GHashTable *compiled;        /* node -> schema */
	GHashTable *failed;          /* nodes that are no schemas */
	GHashTable *shapes;          /* node -> struct shape, shape.c */
	bool identified;             /* some schema has an $id */
};

/* Fills error with "file:line:column: message"; returns false. */
bool openapi_fail(const struct openapi *openapi, const struct value *node, GError **error, const char *remedy, const char *format, ...)
	G_GNUC_PRINTF(5, 6);
void openapi_remark(struct openapi *openapi, const struct value *node, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The file that holds a node. */
const struct openapi_file *openapi_file_of(const struct openapi *openapi, const struct value *node);

/* openapi_refs.c: reads the files that are referred to, and finds references that lead nowhere. */
bool openapi_read_files(struct openapi *openapi, GError **error);
bool openapi_check_refs(struct openapi *openapi, GError **error);
/* One step: what the text of a $ref, a node itself, leads to. */
const struct value *openapi_target(const struct openapi *openapi, const struct value *reference);
/* openapi_operations.c: fills operations, routes and bases. */
bool openapi_read_operations(struct openapi *openapi, GError **error);

#endif
