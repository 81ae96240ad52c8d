/* JSON Pointers (RFC 6901): writing and reading a token. */
#ifndef BASE_POINTER_H
#define BASE_POINTER_H

#include <glib.h>

/* Appends "/" and the token with its escapes. */
void pointer_append(GString *pointer, const char *token, size_t length);
/* What an escaped token says, newly allocated; `ret_length` in bytes, may be NULL. An escape that is
 * none stays as it stands. */
char *pointer_read(const char *token, size_t length, size_t *ret_length);

#endif
