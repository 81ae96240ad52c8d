/* The names that an entity has in an OpenAPI document, and its schemas. */
#ifndef TEAM_DESIGN_SCHEMA_H
#define TEAM_DESIGN_SCHEMA_H

#include "team/design.h"

/* Names made from an entity's; ASCII, unique in the document. */
struct shape {
	const struct entity *entity;
	char *id;               /* "order_item": names of parameters and foreign keys */
	char *path;             /* "order-items" */
	char *schema, *schemas; /* "OrderItem", "OrderItems" */
	char *words, *plural;   /* "order item", "order items" */
};

struct design {
	struct writer writer;
	struct shape *shapes;
	size_t count;
	struct design_wishes wishes;
};

void shapes_create(struct design *design, const struct entity_list *entities);
void shapes_destroy(struct design *design);
const struct shape *shape_find(const struct design *design, const char *entity);

/* A foreign key or list of them: relations that the document shows as properties. */
bool shape_owns(const struct design *design, const struct shape *shape, const struct entity_relation *relation);
/* "project_id", "course_ids"; newly allocated. */
char *shape_key(const struct shape *target, const struct entity_relation *relation);

/* Members of a schema: {type, bounds, examples …} for a field and for a key. */
void schema_write_field(struct writer *writer, const struct shape *shape, const struct entity_field *field);
void schema_write_key(struct writer *writer, const struct shape *target, const struct entity_relation *relation);
/* OrderItem, OrderItemInput, OrderItemUpdate, OrderItemPage. */
void schema_write_all(struct design *design, const struct shape *shape);
/* Members "x-covers" of those ids that are there; nothing where none is. */
void schema_write_covers(struct writer *writer, char *const *statements);

/* A member whose text is a format, and one that is {"$ref": …}. */
void schema_write_text(struct writer *writer, const char *key, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The same with a pattern in which {one} and {many} stand for the entity. */
void schema_write_words(struct writer *writer, const char *key, const char *pattern, const struct shape *shape);
void schema_write_ref(struct writer *writer, const char *key, const char *kind, const char *name, const char *suffix);

#endif
