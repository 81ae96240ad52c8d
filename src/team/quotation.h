/* Where in a text a piece of it stands that somebody else has copied: line breaks and blanks may have become others. */
#ifndef TEAM_QUOTATION_H
#define TEAM_QUOTATION_H

#include <stdbool.h>
#include <stddef.h>

struct quotation {
	size_t offset, length;       /* bytes of the text */
};

/* The first place at or after `from`, else the first one at all. False where it stands nowhere, or is empty. */
bool quotation_find(const char *text, const char *piece, size_t from, struct quotation *ret);

#endif
