/* The objects that a mock keeps: shelves of objects, one shelf for each collection there is, such as
 * the tasks of project 7. An object's own shelves go when it goes. Bounded: where there is no more room, the
 * oldest object of the shelf goes that somebody made and that has no shelves. */
#ifndef CONTRACT_STOCK_H
#define CONTRACT_STOCK_H

#include "base/doc.h"

enum { STOCK_OBJECTS = 5000, STOCK_BYTES = 256 << 20 };

struct stock;
struct shelf;

/* A text that an object was answered as, kept until it changes. */
struct rendering {
	const struct value *schema;
	char *json;
};

struct object {
	char *id;
	struct doc *doc;             /* all that is known of it; NULL while it is `like` another but for its id */
	struct doc *like;
	const struct value *place;   /* of the id in `like`, a number */
	size_t bytes;
	struct shelf *shelf;
	struct object *previous, *next;
	struct rendering *renderings;
	unsigned rendering_count;
	GPtrArray *shelves;          /* its own; NULL for none */
	bool seeded;                 /* was there from the start */
};

struct shelf {
	char *key;
	struct object *owner;        /* NULL where the shelf belongs to nobody */
	GHashTable *by_id;           /* the objects */
	GHashTable *gone;            /* ids of those that were deleted; NULL for none */
	struct object *first, *last;
	unsigned count, made;        /* objects; how many were ever made */
	uint64_t version;            /* changes with every change of what it holds */
	uint64_t seeded_version;     /* the same as long as all that it holds was there from the start, untouched */
};

struct stock *stock_create(void);
void stock_destroy(struct stock *stock);
void stock_clear(struct stock *stock);
/* Changes with every change of anything in it. */
uint64_t stock_version(const struct stock *stock);
/* NULL where there is none yet, or where there is no room for another. */
struct shelf *stock_shelf(struct stock *stock, const char *key);
struct shelf *stock_add_shelf(struct stock *stock, const char *key, struct object *owner);

/* All shelves, by their keys. */
GPtrArray *stock_shelves(const struct stock *stock);
/* From now on the shelf belongs to an object, and goes with it. */
void stock_own(struct shelf *shelf, struct object *owner);

/* An id that was there and is not any more. */
void shelf_lose(struct shelf *shelf, const char *id);
struct object *shelf_find(const struct shelf *shelf, const char *id);
bool shelf_lost(const struct shelf *shelf, const char *id);
/* Takes a reference to `doc`. NULL where there is no room and nothing that could go; the id must be free. */
struct object *shelf_add(struct stock *stock, struct shelf *shelf, const char *id, struct doc *doc);
/* The same for `like` with the id as the number at `place`: it costs next to nothing until somebody looks at it. */
struct object *shelf_add_alike(struct stock *stock, struct shelf *shelf, const char *id, struct doc *like, const struct value *place);
/* All that is known of an object; its own. */
struct doc *object_doc(const struct object *object);
void shelf_change(struct stock *stock, struct object *object, struct doc *doc);
void shelf_remove(struct stock *stock, struct object *object);
/* The text for a schema; NULL where there is none yet. Takes `json`. */
const char *object_rendering(const struct object *object, const struct value *schema);
const char *object_render(struct object *object, const struct value *schema, char *json);

#endif
