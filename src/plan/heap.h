/* A heap of numbers: the smallest key goes first, equal keys by number.
 *
 * Key and number are one 128-bit integer and a node has eight children: gcc compares without
 * branches that could be guessed wrong, and a large heap stays flat; together they halve what
 * taking costs. (clang 14 makes branches of it; four children would suit both, but cost gcc a
 * sixth more where 100 000 tasks are ready at once.) The eight places behind the last entry hold
 * HEAP_VOID, so that every inner node has all its children. */
#ifndef PLAN_HEAP_H
#define PLAN_HEAP_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

typedef unsigned __int128 heap_entry;

#define HEAP_CHILDREN 8   /* heap_pop has this many in its comparisons */
#define HEAP_VOID (~(heap_entry)0)

/* Integers that are ordered as the doubles are. Adding zero makes -0 and 0 the same. */
static inline heap_entry
heap_entry_of(double key, uint32_t number)
{
	uint64_t bits;
	key += 0.0;
	memcpy(&bits, &key, sizeof bits);
	bits ^= bits >> 63 ? UINT64_MAX : (uint64_t)1 << 63;
	return (heap_entry)bits << 64 | number;
}

static inline uint32_t
heap_number(heap_entry entry)
{
	return (uint32_t)entry;
}

/* An empty heap that will never hold more than `room` entries; g_free it. */
static inline heap_entry *
heap_create(uint32_t room)
{
	heap_entry *heap = g_new(heap_entry, (size_t)room + HEAP_CHILDREN);
	memset(heap, 0xff, HEAP_CHILDREN * sizeof *heap);
	return heap;
}

static inline void
heap_push(heap_entry *heap, uint32_t *count, heap_entry entry)
{
	size_t at = (*count)++;
	heap[at + HEAP_CHILDREN] = HEAP_VOID;
	while (at > 0 && entry < heap[(at - 1) / HEAP_CHILDREN]) {
		heap[at] = heap[(at - 1) / HEAP_CHILDREN];
		at = (at - 1) / HEAP_CHILDREN;
	}
	heap[at] = entry;
}

/* Takes the first entry of a heap that is not empty. */
static inline heap_entry
heap_pop(heap_entry *heap, uint32_t *count)
{
	heap_entry first = heap[0], last = heap[--*count];
	heap[*count] = HEAP_VOID;
	size_t at = 0, child;
	while ((child = HEAP_CHILDREN * at + 1) < *count) {
		size_t a = child + (heap[child + 1] < heap[child]);
		size_t b = child + 2 + (heap[child + 3] < heap[child + 2]);
		size_t c = child + 4 + (heap[child + 5] < heap[child + 4]);
		size_t d = child + 6 + (heap[child + 7] < heap[child + 6]);
		a = heap[b] < heap[a] ? b : a;
		c = heap[d] < heap[c] ? d : c;
		child = heap[c] < heap[a] ? c : a;
		if (last <= heap[child])
			break;
		heap[at] = heap[child];
		at = child;
	}
	if (*count > 0)
		heap[at] = last;
	return first;
}

#endif
