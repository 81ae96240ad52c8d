/* Values as XML, as the xml objects of their schemas say (OpenAPI 3.1.1 section 4.8.26). */
#ifndef CONTRACT_XML_H
#define CONTRACT_XML_H

#include "contract/openapi.h"

/* A document; newly allocated. */
char *xml_text(struct openapi *openapi, const struct value *value, const struct value *schema);

#endif
