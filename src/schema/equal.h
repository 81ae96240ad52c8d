/* Equality of JSON Schema: numbers by their exact value, objects without order. */
#ifndef SCHEMA_EQUAL_H
#define SCHEMA_EQUAL_H

#include "base/doc.h"

bool equal_values(const struct value *a, const struct value *b);
/* Equal values have equal hashes. */
uint64_t equal_hash(const struct value *value);

#endif
