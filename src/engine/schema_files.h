/* What both operations on JSON Schema read: options, folders and the documents in them. */
#ifndef ENGINE_SCHEMA_FILES_H
#define ENGINE_SCHEMA_FILES_H

#include "schema/schema.h"

#define SCHEMA_DRAFTS "draft2020-12, draft7, draft4, openapi3.0 or openapi3.1"

/* ERR_USAGE where there is no such draft. */
bool schema_read_options(const char *draft, bool formats, struct schema_options *ret, GError **error);

/* A document that references may lead to. */
struct schema_remote {
	char *uri;
	struct doc *doc;
};

void schema_free_remote(void *data);
/* Names in a folder, sorted, so that reports do not depend on the file system. */
GPtrArray *schema_read_names(const char *folder, GError **error);
/* Every document below `folder`: its URI is `uri` and its path, or the path alone where that is NULL. */
bool schema_read_remotes(const char *folder, const char *uri, unsigned depth, GPtrArray *remotes, GError **error);

#endif
