/* Files of deliverables for specialists to look at, out of the store: text alone, and no more than a model can take.
 *
 * The rule: first the files that the matter itself names, then the others; of both the smallest first, of equal ones by path. A file that
 * does not fit any more is left out whole, and said to be. */
#ifndef ENGINE_EXHIBITS_H
#define ENGINE_EXHIBITS_H

#include "store/store.h"

struct exhibit {
	char *path, *digest;
	int64_t bytes;
	bool named;
	char *content;               /* NULL: left out */
	const char *why;             /* it was left out */
};

struct exhibits {
	GArray *files;               /* struct exhibit */
};

void exhibits_init(struct exhibits *exhibits);
void exhibits_finish(struct exhibits *exhibits);
/* The files of a manifest, below `folder` (NULL: none), still without content. */
bool exhibits_add(struct exhibits *exhibits, struct store *store, const char *manifest, const char *folder, GError **error);
/* Reads by the rule, for a matter of which `text` tells. */
bool exhibits_read(struct exhibits *exhibits, struct store *store, const char *text, GError **error);
/* A list of what was left out, each with path, bytes and why; NULL where nothing was. */
struct doc *exhibits_left_out(const struct exhibits *exhibits);

#endif
