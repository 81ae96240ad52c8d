/* Media types that are a sequence of items (OpenAPI 3.2.0 section 4.14.3): JSON lines, JSON text sequences (RFC 7464) and
 * server-sent events. As a value they are an array; an event is {"event", "data", "id", "retry"}. */
#ifndef CONTRACT_SEQUENCE_H
#define CONTRACT_SEQUENCE_H

#include "contract/body.h"
#include "contract/sample.h"

/* True where the content of a media type object is to be read as one: it has an itemSchema, or its schema is of an array.
 * `type` is a media type without parameters, in lower case. */
bool sequence_is(struct openapi *openapi, const char *type, const struct value *media);
bool sequence_is_type(const char *type);
/* An array of so many items made up for an itemSchema. */
struct doc *sequence_sample(struct sampler *sampler, const struct value *each, const struct sample_options *options, unsigned count, GError **error);
/* NULL with a fault that names the item where one cannot be read. */
struct doc *sequence_read(const char *type, const char *bytes, size_t length, struct faults *faults);
/* An array; anything else is the only item. */
GString *sequence_write(const char *type, const struct value *value);

#endif
