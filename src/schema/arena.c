#include "schema/arena.h"

#include <glib.h>
#include <stdalign.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
	size_t used, room;
	alignas(8) char bytes[];
};

void *
arena_zero(struct arena *arena, size_t size)
{
	size = (size + 7) & ~(size_t)7;
	struct arena_block *block = arena->blocks;
	if (!block || block->room - block->used < size) {
		size_t room = MAX(size, block ? MIN(block->room * 2, 1u << 20) : 4000);
		block = g_malloc(sizeof *block + room);
		block->used = 0;
		block->room = room;
		block->next = arena->blocks;
		arena->blocks = block;
	}
	void *memory = block->bytes + block->used;
	block->used += size;
	return memset(memory, 0, size);
}

void *
arena_copy(struct arena *arena, const void *bytes, size_t size)
{
	return size ? memcpy(arena_zero(arena, size), bytes, size) : NULL;
}

void
arena_finish(struct arena *arena)
{
	for (struct arena_block *block = arena->blocks, *next; block; block = next) {
		next = block->next;
		g_free(block);
	}
	arena->blocks = NULL;
}
