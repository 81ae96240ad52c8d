/* Memory that never moves and is freed at once: programs live in it, so that threads may run them
 * while more is compiled. */
#ifndef SCHEMA_ARENA_H
#define SCHEMA_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
};

/* Zeroed memory, aligned for anything that programs hold. */
void *arena_zero(struct arena *arena, size_t size);
/* A copy of `size` bytes; NULL for none. */
void *arena_copy(struct arena *arena, const void *bytes, size_t size);
void arena_finish(struct arena *arena);

#endif
