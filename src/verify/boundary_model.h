/* What the files that propose values share. */
#ifndef VERIFY_BOUNDARY_MODEL_H
#define VERIFY_BOUNDARY_MODEL_H

#include "base/writer.h"
#include "verify/boundary.h"

enum { BOUNDARY_NODES = 32 };

struct value_book {
	struct doc *doc;
};

/* The search through one value. */
struct bounding {
	struct openapi *openapi;
	struct sampler *sampler;
	const struct value_book *book;
	const struct value *root;    /* the fitting value */
	const struct value *node;    /* its schema, and that compiled */
	const struct schema *schema;
	GArray *items;               /* struct boundary */
	GHashTable *seen;            /* values, as JSON */
	GString *pointer;
	const char *within;          /* only places here and below are changed: a pointer; NULL for all */
	unsigned depth;
};

/* A value inside, and the schemas that it has to meet: references and allOf resolved, and of oneOf and
 * anyOf the branches that it meets. */
struct spot {
	const struct value *value;
	const struct value *nodes[BOUNDARY_NODES];
	unsigned count;
};
/* A keyword of the first schema that has it; NULL. */
const struct value *spot_keyword(const struct spot *spot, const char *keyword);

/* Another value in this place, as JSON (NULL: none at all, of a member or an item); `what` names what
 * it is meant to show: "minLength 1". */
void propose(struct bounding *bounding, const struct spot *spot, const char *json, const char *what);
void propose_text(struct bounding *bounding, const struct spot *spot, const char *text, const char *what);
/* A member more, of an object. */
void propose_member(struct bounding *bounding, const struct spot *spot, const char *name, const char *json, const char *what);

/* boundary_scalar.c, boundary_container.c */
void propose_kinds(struct bounding *bounding, const struct spot *spot);
void propose_values(struct bounding *bounding, const struct spot *spot);
void propose_numbers(struct bounding *bounding, const struct spot *spot);
void propose_texts(struct bounding *bounding, const struct spot *spot);
void propose_items(struct bounding *bounding, const struct spot *spot);
void propose_members(struct bounding *bounding, const struct spot *spot);
void propose_branches(struct bounding *bounding, const struct spot *spot);

#endif
