/* The shape of a schema: which kinds of value it permits, which members and items it names. Seen
 * through references, allOf, anyOf and oneOf; a sketch for reading parameters, inferring resources
 * and arranging answers. Whether a value fits is for schema_check alone to say. */
#ifndef CONTRACT_SHAPE_H
#define CONTRACT_SHAPE_H

#include "contract/openapi.h"

struct shape_member {
	const char *name;
	const struct value *schema;
	bool required;               /* by every branch that counts */
	bool read_only, write_only;
};

struct shape {
	unsigned kinds;              /* SHAPE_KIND of every kind that is permitted */
	bool integer;                /* a number must be a whole one */
	bool closed;                 /* members beyond those named are forbidden */
	const struct value *additional;   /* the schema of such members, where there is one */
	const struct value *items;   /* of an array's items; NULL for none */
	const struct shape_member *members;
	size_t count;
};

#define SHAPE_KIND(kind) (1u << (kind))
#define SHAPE_SCALARS                                                                              \
	(SHAPE_KIND(VALUE_NULL) | SHAPE_KIND(VALUE_BOOL) | SHAPE_KIND(VALUE_NUMBER) | SHAPE_KIND(VALUE_STRING))
#define SHAPE_ANY (SHAPE_SCALARS | SHAPE_KIND(VALUE_ARRAY) | SHAPE_KIND(VALUE_OBJECT))

/* Made on first use and kept by the model. `node` may be NULL: anything goes. */
const struct shape *shape_of(struct openapi *openapi, const struct value *node);
const struct shape_member *shape_member(const struct shape *shape, const char *name);
void shape_free(void *shape);

#endif
