/* Content-addressed files: <folder>/ab/cdef…, named by the SHA-256 of their bytes. */
#ifndef STORE_BLOB_H
#define STORE_BLOB_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Writes the bytes unless they are there; they are on the disk when it returns. The digest, newly
 * allocated; NULL with ERR_STORE. */
char *blob_write(const char *folder, const char *bytes, size_t length, GError **error);
/* NULL with ERR_NOT_FOUND, or ERR_STORE where the content does not match its name. */
GBytes *blob_read(const char *folder, const char *digest, GError **error);
/* Calls `visit` for each blob that was written before `before_ms` (wall). */
void blob_each(const char *folder, int64_t before_ms, void (*visit)(void *data, const char *digest, int64_t bytes), void *data);
bool blob_remove(const char *folder, const char *digest, GError **error);

#endif
