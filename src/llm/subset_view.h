/* A schema as it is read here: what it refers to and allOf are taken together. */
#ifndef LLM_SUBSET_VIEW_H
#define LLM_SUBSET_VIEW_H

#include "base/doc.h"

enum {
	STEPS_MAX = 64,    /* of references and choices inside one another */
	CHOICES_MAX = 4,   /* inside one another, where null is looked for */
};

/* Schemas that hold all at once. */
struct subset_view {
	const struct value *parts[STEPS_MAX];
	unsigned count;
	bool failed;   /* a reference leads nowhere or round, or it is no object */
};

struct subset_view subset_look(const struct value *root, const struct value *schema);
/* A keyword, from the first part that has it. */
const struct value *subset_member(const struct subset_view *view, const char *key);
/* The list of anyOf, or else of oneOf. */
const struct value *subset_choices(const struct subset_view *view);
/* The one type beside null; NULL for none or several. */
const char *subset_type(const struct subset_view *view);
bool subset_allows_null(const struct value *root, const struct value *schema, unsigned steps);
bool subset_requires(const struct subset_view *view, const char *key);
/* The schema of a property, and the part that has it. */
const struct value *subset_property(const struct subset_view *view, const char *key, unsigned *ret_part);
bool subset_lists_null(const struct value *list);

#endif
