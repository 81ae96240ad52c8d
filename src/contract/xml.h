/* Values as XML, as the xml objects of their schemas say (OpenAPI 3.1.1 section 4.8.26). */
#ifndef CONTRACT_XML_H
#define CONTRACT_XML_H

#include "contract/openapi.h"

/* A document; newly allocated. */
char *xml_text(struct openapi *openapi, const struct value *value, const struct value *schema);
/* The value that a document is by its schema; NULL with ERR_INPUT where it is none. What the schema does not
 * describe is text, or an object of text. */
struct doc *xml_read(struct openapi *openapi, const char *text, size_t length, const struct value *schema, GError **error);
/* The xml object of a schema, itself or behind its reference; NULL. */
const struct value *xml_object(const struct openapi *openapi, const struct value *schema);

#endif
