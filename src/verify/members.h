/* The members of a value as a schema names them: what is promised, what is deprecated, what may be
 * left out. */
#ifndef VERIFY_MEMBERS_H
#define VERIFY_MEMBERS_H

#include "contract/openapi.h"
#include "contract/shape.h"

/* One place in a value; the items of a list, and the members of a map, are one place. */
struct member_place {
	char *pointer;               /* such as /items/-/name, with a star for the dash */
	bool named;                  /* some schema has it: else nobody promises it */
	bool required, deprecated;
	unsigned kinds;              /* SHAPE_KIND of what it may be; SHAPE_ANY where nobody says */
};

/* By pointer, struct member_place; owned by the table. */
GHashTable *members_table(void);
/* Adds the places of a value below the schema at `node` (NULL: anything goes). */
void members_collect(struct openapi *openapi, const struct value *node, const struct value *value, GHashTable *places);

#endif
