/* The state of a mock as a document: all that it keeps, to be put back later or under another version of its contract. */
#ifndef CONTRACT_MOCK_SNAPSHOT_H
#define CONTRACT_MOCK_SNAPSHOT_H

#include "base/record.h"

struct snapshot_object {
	char *id;
	bool seeded;                 /* was there from the start */
	struct doc *value;
};
RECORD_LIST_OF(snapshot_object);
extern const struct record_type snapshot_object_record;

/* A collection: "/projects/{project_id}/tasks" of project 7. */
struct snapshot_shelf {
	char **path;                 /* the template, then the values of its parameters */
	char **owner;                /* the object that it belongs to: path of its shelf, then its id; empty for none */
	int64_t made;                /* objects that were ever made */
	bool pristine;               /* as it was at the start */
	char **gone;                 /* ids of what was deleted */
	struct snapshot_object_list objects;
};
RECORD_LIST_OF(snapshot_shelf);
extern const struct record_type snapshot_shelf_record;

struct snapshot {
	char *contract;              /* title and version */
	int64_t ticks;               /* the clock of the objects */
	struct snapshot_shelf_list shelves;
};
extern const struct record_type snapshot_record;

struct mock;

/* Of a mock that nobody else touches meanwhile; the caller finishes the record. */
void snapshot_take(struct mock *mock, struct snapshot *ret);
/* Puts a state in the place of the present one. With `fit`, what does not fit the document is completed, or left
 * out, and what is pristine begins anew; without it every object stays as it is. Returns how many objects stay. */
size_t snapshot_put(struct mock *mock, const struct snapshot *snapshot, bool fit);

#endif
