/* What an author says about resources: with links, and with x-mock-resource at a path. */
#ifndef CONTRACT_RESOURCE_SAID_H
#define CONTRACT_RESOURCE_SAID_H

#include "contract/resource.h"

/* x-mock-resource: false at a path: nothing there is a resource. */
bool resource_is_denied(const struct openapi_operation *operation);
/* A member of x-mock-resource: {id, parent, home} at the item's path or the collection's; NULL for none.
 *   id: member of an item that is its identity    parent: member that names the parent
 *   home: template of the collection where the items really live */
const char *resource_said(const struct resource *resource, const char *member);
/* The member of an answer that a link hands to the last path parameter of `target`: "number" of
 * {reference: $response.body#/number}. `around` is the member that holds the item (NULL for none).
 * Newly allocated; NULL where it says no such thing. */
char *resource_linked_member(const struct openapi_link *link, const char *around);

#endif
