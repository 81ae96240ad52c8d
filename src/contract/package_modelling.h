/* What the files of the model behind a standalone mock share. */
#ifndef CONTRACT_PACKAGE_MODELLING_H
#define CONTRACT_PACKAGE_MODELLING_H

#include "base/writer.h"
#include "contract/mock_model.h"

/* A model under way. */
struct modelling {
	struct mock *mock;
	struct openapi *openapi;
	struct writer *writer;
	const struct resource *const *resources;
	size_t resource_count;
	unsigned seeds;
};

/* The pointer to a node in the written document; nothing where there is no node. */
void modelling_pointer(struct modelling *modelling, const char *key, const struct value *node);
/* The number of a resource, null for none. */
void modelling_number_of(struct modelling *modelling, const char *key, const struct resource *resource);
/* Names that an answer shows of an object; null where it shows all. */
void modelling_members(struct modelling *modelling, const char *key, const struct value *schema);

/* What an operation answers and changes: members of the object under way. */
void modelling_answers(struct modelling *modelling, struct mock_plan *plan);
/* What all collections hold at first. */
void modelling_seeds(struct modelling *modelling);
void modelling_resource(struct modelling *modelling, const struct resource *resource);

#endif
