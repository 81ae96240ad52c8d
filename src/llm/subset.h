/* The part of JSON Schema that model servers hold their answers to: objects that name all their members and allow no others, arrays,
 * choices, plain values. A schema is brought down to it for the request; the answer is checked against the whole schema afterwards. */
#ifndef LLM_SUBSET_H
#define LLM_SUBSET_H

#include "base/doc.h"

/* The schema in that form: members that may be missing are null instead, limits, formats and patterns are only told in the
 * description, references are replaced by what they refer to. NULL where it cannot be said: it is no object, refers to itself, nests deeper than SUBSET_DEPTH
 * objects, or leaves open which members there are. */
enum { SUBSET_DEPTH = 5, SUBSET_BYTES_MAX = 256 << 10 };
struct doc *subset_of(const struct value *schema);

/* The answer without the nulls that only the form above asked for: those of members that `schema` lets be missing and does not let be
 * null. Newly made. */
struct doc *subset_undo(const struct value *schema, const struct value *answer);

#endif
