/* The data behind the standalone mock: what the live mock knows of a document, as JSON. */
#ifndef CONTRACT_PACKAGE_MODEL_H
#define CONTRACT_PACKAGE_MODEL_H

#include "base/writer.h"
#include "contract/openapi.h"

/* {"document", "bases", "routes", "resources", "seeds", "today"}. False with ERR_CONFIG. */
bool package_write_model(struct openapi *openapi, struct writer *writer, GError **error);
/* A node of the document with its references made local, and the pointer to a node in it. */
void package_write_bundled(const struct openapi *openapi, const struct value *value, struct writer *writer);
char *package_pointer(const struct openapi *openapi, const struct value *node);

#endif
