/* What is known of the objects of a resource before there is any: worked out once. */
#ifndef CONTRACT_MOCK_MOULD_H
#define CONTRACT_MOCK_MOULD_H

#include "contract/resource.h"
#include "contract/shape.h"

struct mock;

/* A member that tells when an object was made or changed last. */
struct stamp {
	const struct shape_member *member;
	bool created, updated, day;
};

struct mould {
	const struct shape *shape;           /* of the item */
	struct stamp *stamps;
	size_t stamp_count;
	const struct value *views[RESOURCE_ROLE_COUNT];   /* the schemas that answers show an object by, each once */
	unsigned view_count;
	const struct value *id_schemas[2];   /* of the member and of the path's parameter */
	const struct schema *id_checks[2];   /* the same, compiled; NULL where one is no schema */
	unsigned id_count;
	bool numbered;                       /* ids are numbers, and the member is one */
	bool counted;                        /* ids are numbers in turn */
};

/* Made on first use, kept by the mock. */
const struct mould *mock_mould(struct mock *mock, const struct resource *resource);
void mould_free(void *mould);
/* True where nothing has to be added to a value for this schema: it fits, and has all members that a
 * server gives. */
bool mock_is_whole(struct mock *mock, const struct value *schema, const struct value *value);

#endif
