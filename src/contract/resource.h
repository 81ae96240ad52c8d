/* Resources: what a document's paths and shapes say about the things behind them. A collection has
 * an item path; its items have an identity; sub-collections have a parent. */
#ifndef CONTRACT_RESOURCE_H
#define CONTRACT_RESOURCE_H

#include "contract/openapi.h"

enum resource_role {
	RESOURCE_NONE,               /* not resource-shaped: an action, a report, … */
	RESOURCE_LIST, RESOURCE_CREATE, RESOURCE_READ, RESOURCE_REPLACE, RESOURCE_PATCH, RESOURCE_DELETE,
	RESOURCE_ROLE_COUNT
};
extern const char *const resource_role_names[];

struct resource {
	const char *collection;      /* template of the collection: "/projects/{project_id}/tasks" */
	const char *item;            /* template of an item; NULL where items have no path */
	char *name;                  /* "tasks" */
	char *id_property;           /* of an item's body: "id"; NULL where nothing looks like one */
	bool guessed;                /* that member is only the likeliest: its name says nothing about the path */
	const struct resource *parent;   /* whose item path begins the collection path; NULL */
	char *parent_property;       /* of an item's body: "project_id"; NULL where it is not in the body */
	char *list_property;         /* where a list's answer is an object: the member that holds the items; NULL */
	/* The member that holds the item in a request or an answer: {"task": {…}}; NULL where it is the whole. */
	char *body_property[RESOURCE_ROLE_COUNT], *answer_property[RESOURCE_ROLE_COUNT];
	const struct openapi_operation *operations[RESOURCE_ROLE_COUNT];
	const struct value *item_schema;   /* of what is answered for an item; NULL where nothing says */
	const struct resource *home;       /* where the items really live, if this is another way to them; NULL */
	bool singleton;              /* "/profile": read and replaced, without a collection */
};

struct resources;
typedef struct resources Resources;

/* `openapi` must outlive it. */
struct resources *resources_infer(struct openapi *openapi);
void resources_destroy(struct resources *resources);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Resources, resources_destroy)
/* In the order of the document. */
const struct resource *const *resources_list(const struct resources *resources, size_t *ret_count);
/* What an operation does to which resource; NULL and RESOURCE_NONE where it is not resource-shaped. */
const struct resource *resources_of(const struct resources *resources, const struct openapi_operation *operation, enum resource_role *ret_role);
/* The resource whose item an operation is about though it is not resource-shaped, such as
 * POST /tasks/{id}/close; NULL. */
const struct resource *resources_around(const struct resources *resources, const struct openapi_operation *operation);
/* "task" of "tasks", newly allocated: English plurals, as far as they are regular. */
char *resource_singular(const char *plural);

#endif
