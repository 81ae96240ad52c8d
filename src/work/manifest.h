/* Manifests: the content of a folder, file by file, with the bytes in the store. What an attempt
 * brought is its manifest; it can be laid out again anywhere, at any time. */
#ifndef WORK_MANIFEST_H
#define WORK_MANIFEST_H

#include "base/record.h"
#include "store/store.h"

struct manifest_entry {
	char *path;                  /* below the folder, with slashes */
	char *digest;
	int64_t bytes;
	bool executable;
};
RECORD_LIST_OF(manifest_entry);
extern const struct record_type manifest_entry_record;

struct manifest {
	struct manifest_entry_list files;   /* by path */
	char **left_out;             /* what is no regular file, or belongs to tools: node_modules, .git */
};
extern const struct record_type manifest_record;

/* Keeps all files below `folder`. ERR_TOO_LARGE beyond 10 000 files or 256 MiB. */
bool manifest_make(struct store *store, const char *folder, struct manifest *ret, GError **error);
/* The manifest itself as a blob; and back. */
char *manifest_keep(struct store *store, const struct manifest *manifest, GError **error);
bool manifest_read(struct store *store, const char *digest, struct manifest *ret, GError **error);
/* Writes the files below `folder`, which is made. */
bool manifest_lay_out(struct store *store, const struct manifest *manifest, const char *folder, GError **error);

#endif
