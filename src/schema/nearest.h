/* Which of some names was meant by one that is none of them. */
#ifndef SCHEMA_NEAREST_H
#define SCHEMA_NEAREST_H

#include "schema/names.h"

/* Changes of a character (another, one more, one less, two swapped) from one text to the other, at
 * most `limit` + 1; both are compared byte by byte. */
unsigned nearest_distance(const char *left, const char *right, unsigned limit);
/* The name that is so near that it may have been meant; NULL if none is. */
const char *nearest_name(const struct names *names, const char *text);

#endif
