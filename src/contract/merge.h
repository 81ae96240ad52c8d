/* Changing documents: JSON Merge Patch (RFC 7396) and JSON Patch (RFC 6902). */
#ifndef CONTRACT_MERGE_H
#define CONTRACT_MERGE_H

#include "base/doc.h"

struct doc *merge_patch(const struct value *target, const struct value *patch);
/* NULL with ERR_INVALID naming the operation that cannot be carried out. */
struct doc *merge_json_patch(const struct value *target, const struct value *operations, GError **error);

#endif
