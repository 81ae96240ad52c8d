/* What schemas say about resources: which answers are lists, what stands around an item, which
 * member is its identity. */
#ifndef CONTRACT_RESOURCE_SCHEMA_H
#define CONTRACT_RESOURCE_SCHEMA_H

#include "contract/resource.h"

/* The schema of an operation's successful JSON answer, and of its JSON (or form) body; NULL for none. */
const struct value *resource_answer_schema(const struct openapi *openapi, const struct openapi_operation *operation);
const struct value *resource_body_schema(const struct openapi *openapi, const struct openapi_operation *operation);
/* The schema of a list's items; *ret_member is the member that holds them, NULL where the answer is
 * an array. With `sure` false only what can be nothing but a list is one. NULL where it is no list. */
const struct value *resource_list_items(struct openapi *openapi, const struct value *schema, const char *name, bool sure, const char **ret_member);
/* The schema of the item in an answer or body, and the member around it (NULL for none). */
const struct value *resource_item_in(struct openapi *openapi, const struct value *schema, const char *name, const char **ret_member);
/* The member that a path parameter (NULL for none) stands for; NULL where there is none. `name` is the
 * collection's. *ret_guessed where it is only the likeliest. */
const char *resource_identity(struct openapi *openapi, const struct value *item, const struct openapi_parameter *parameter, const char *name,
                              bool *ret_guessed);
/* The member that names the item's parent; NULL for none. */
const char *resource_parent_member(struct openapi *openapi, const struct value *item, const char *parameter, const char *parent);

#endif
