/* Routes: path templates in a tree, one level a segment. Literal segments are tried before mixed ones
 * ("{id}.json"), those before plain parameters; a dead end goes back to the next best. */
#ifndef CONTRACT_ROUTE_H
#define CONTRACT_ROUTE_H

#include "contract/openapi.h"

struct route_tree;

enum route_fault { ROUTE_ADDED, ROUTE_HIDDEN, ROUTE_MALFORMED };

struct route_tree *route_tree_create(void);
void route_tree_destroy(struct route_tree *tree);
/* HIDDEN where an equal template has that method already (*ret_first is its operation), MALFORMED
 * where the template is none. The operation must outlive the tree. */
enum route_fault route_add(struct route_tree *tree, const struct openapi_operation *operation, const struct openapi_operation **ret_first);
/* `path` begins with '/' and ends before the query. Methods that fit the path but are not `method`
 * are added to `others`. */
bool route_find(const struct route_tree *tree, const char *method, const char *path, size_t length, struct openapi_match *ret, GPtrArray *others);

#endif
