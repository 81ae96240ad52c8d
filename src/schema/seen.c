/* Annotations of unevaluatedProperties and unevaluatedItems: one bit for each member or item. */
#include <string.h>

#include "schema/check.h"

void
seen_init(struct seen *seen, const struct value *value)
{
	*seen = (struct seen){ .words = seen->few, .count = (uint32_t)(value_count(value) + 63) / 64 };
	if (seen->count > G_N_ELEMENTS(seen->few))
		seen->words = g_new0(uint64_t, seen->count);
}

void
seen_finish(struct seen *seen)
{
	if (seen->words != seen->few)
		g_free(seen->words);
}

void
seen_merge(struct seen *into, const struct seen *from)
{
	into->all |= from->all;
	for (uint32_t i = 0; i < into->count; i++)
		into->words[i] |= from->words[i];
}

bool
seen_has(const struct seen *seen, uint32_t position)
{
	return seen->all || seen->words[position / 64] >> position % 64 & 1;
}
