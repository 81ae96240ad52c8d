/* Checking the text of a document in one pass, without a tree of it. */
#ifndef SCHEMA_TEXT_H
#define SCHEMA_TEXT_H

#include "schema/check.h"

enum text_verdict {
	TEXT_FITS,
	TEXT_MISFITS,   /* as far as it was read: what follows may be no JSON */
	TEXT_UNKNOWN,   /* no JSON, or more than a pass can tell: a tree has to be made */
};

enum { TEXT_DEPTH_MAX = 256, TEXT_BYTES_MAX = 64 << 20 };   /* as documents have them */

/* Without a node anything fits that is JSON. */
enum text_verdict text_check(struct check *check, const struct node *node, const char *text, size_t length);

/* The keys of one object that no rule names, to find one that stands twice. */
struct text_keys {
	struct name few[8];
	struct name *many;         /* a table of mask + 1 slots, where there are more */
	uint32_t count, mask;
};

static inline void
text_keys_init(struct text_keys *keys)
{
	keys->many = NULL;
	keys->count = 0;
}

static inline void
text_keys_finish(struct text_keys *keys)
{
	if (G_UNLIKELY(keys->many))
		g_free(keys->many);
}

/* False if the key is there already. Its text stays borrowed. */
bool text_keys_add(struct text_keys *keys, struct name_print print, const char *text, uint32_t length);

#endif
