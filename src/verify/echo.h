/* Does what was sent come back? Values of a request compared with an answer, member by member. */
#ifndef VERIFY_ECHO_H
#define VERIFY_ECHO_H

#include "contract/openapi.h"

/* What was sent and is not in `got` as it was sent, in words and newly allocated: "" for nothing. A
 * member counts only where `schema`, that of the answer, shows it and permits the value; what a
 * server adds to an object is its own matter. */
char *echo_differences(struct openapi *openapi, const struct value *schema, const struct value *sent, const struct value *got);

/* A copy of an object with another value for a member that it has, at its top or inside `wrapper`
 * (NULL for none). */
struct doc *echo_replace(const struct value *body, const char *wrapper, const char *name, const struct value *value);

#endif
