/* The store in SQLite: one file in WAL mode, every commit on the disk, blobs as files beside it. */
#ifndef STORE_STORE_SQLITE_H
#define STORE_STORE_SQLITE_H

#include "store/store.h"

struct store *store_sqlite_open(const char *folder, GError **error);

#endif
