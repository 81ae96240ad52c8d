#include "base/doc_build.h"

#include <stdalign.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"

enum { INDEXED = 9 };   /* objects of so many members get a hash index */

struct doc_block {
	struct doc_block *next;
	size_t used, room;
	alignas(8) char bytes[];
};

static const struct doc_limits usual = { .bytes = 64u << 20, .depth = 256, .nodes = 1000000 };

static void *
allocate(struct doc *doc, size_t size)
{
	size = (size + 7) & ~(size_t)7;
	struct doc_block *block = doc->blocks;
	if (!block || block->room - block->used < size) {
		size_t room = MAX(size, block ? MIN(block->room * 2, 1u << 20) : 256);
		block = g_malloc(sizeof *block + room);
		*block = (struct doc_block){ .next = doc->blocks, .room = room };
		doc->blocks = block;
	}
	void *memory = block->bytes + block->used;
	block->used += size;
	return memory;
}

/* Large memory, with advice to the system on how it will be used. */
static void *
allocate_large(size_t size, int advice)
{
	enum { LARGE = 4 << 20 };
	char *memory = g_malloc(size);
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), skip = -(uintptr_t)memory & (page - 1);
	if (size >= LARGE)
		madvise(memory + skip, (size - skip) & ~(page - 1), advice);
	return memory;
}

char *
doc_source_allocate(size_t length)
{
	char *source = allocate_large(length + DOC_PADDING, MADV_POPULATE_WRITE);
	memset(source + length, 0, DOC_PADDING);
	return source;
}

bool
doc_builder_init(struct doc_builder *builder, const char *name, const char *text, size_t length, const struct doc_limits *limits, GError **error)
{
	limits = limits ? limits : &usual;
	if (length > limits->bytes || length >= UINT32_MAX / 2)
		return error_set(error, ERR_TOO_LARGE, "split it or raise the limit", "%s has %zu bytes, more than the %zu that are read", name, length,
		                 limits->bytes);
	char *source = doc_source_allocate(length);
	memcpy(source, text, length);
	doc_builder_take(builder, name, source, length, limits);
	return true;
}

void
doc_builder_take(struct doc_builder *builder, const char *name, char *source, size_t length, const struct doc_limits *limits)
{
	builder->doc = g_new(struct doc, 1);
	*builder->doc = (struct doc){ .references = 1, .name = g_strdup(name), .source = source, .length = length };
	builder->limits = *limits;
	builder->limits.depth = MIN(limits->depth, DOC_DEPTH_MAX);
	builder->count = builder->depth = 0;
	builder->room = length / 16 + 8;
	builder->nodes = allocate_large(builder->room * sizeof *builder->nodes, MADV_HUGEPAGE);
}

void
doc_builder_grow(struct doc_builder *builder)
{
	builder->room *= 2;
	builder->nodes = g_renew(struct value, builder->nodes, builder->room);
}

bool
doc_builder_open(struct doc_builder *builder, enum value_kind kind, size_t offset, GError **error)
{
	if (builder->depth == builder->limits.depth)
		return doc_builder_fail(builder, offset, error, "nested deeper than %u levels", builder->limits.depth);
	builder->open[builder->depth++] = (uint32_t)builder->count;
	doc_builder_add(builder, kind, offset);
	return true;
}

/* Eight bytes of a key from `at` on, with zeros behind its end: memory of texts is so large. */
static inline uint64_t
key_word(const char *at, size_t left)
{
	uint64_t word;
	memcpy(&word, at, sizeof word);
	word = GUINT64_FROM_LE(word);
	return left < 8 ? word & ((UINT64_C(1) << left * 8) - 1) : word;
}

/* Of the seed of this process, so that nobody can prepare keys that collide. */
static uint64_t
hash_seed(void)
{
	static uint64_t seed;
	uint64_t known = __atomic_load_n(&seed, __ATOMIC_RELAXED), none = 0;
	if (known)
		return known;
	known = ((uint64_t)g_random_int() << 32 | g_random_int()) | 1;
	return __atomic_compare_exchange_n(&seed, &none, known, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED) ? known : none;
}

static uint32_t
hash(const char *key, size_t length)
{
	uint64_t sum = hash_seed() ^ length;
	for (size_t i = 0; i < length; i += 8) {
		uint64_t word = 0;
		memcpy(&word, key + i, MIN(length - i, sizeof word));
		sum = (sum ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		sum ^= sum >> 29;
	}
	return (uint32_t)(sum ^ sum >> 32);
}

static uint32_t
index_mask(uint32_t members)
{
	uint32_t slots = 16;
	while (slots < members * 2)
		slots *= 2;
	return slots - 1;
}

static bool
same_key(const struct value *key, const char *text, size_t length)
{
	return key->length == length && memcmp(key->text, text, length) == 0;
}

static bool
refuse_duplicate(struct doc_builder *builder, const struct value *first, const struct value *second, GError **error)
{
	unsigned line, column;
	doc_source_position(builder->doc, first->offset, &line, &column);
	return doc_builder_fail(builder, second->offset, error, "the key \"%s\" stands a second time (first in line %u, column %u)",
	                        second->text, line, column);
}

uint32_t
doc_index_room(uint32_t members)
{
	return members >= INDEXED ? index_mask(members) + 1 : 0;
}

static bool
compare_all(const struct value *object, const struct value **ret_first, const struct value **ret_second)
{
	uint64_t words[INDEXED];
	unsigned count = 0;
	VALUE_EACH_MEMBER (key, item, object) {
		uint64_t word = key_word(key->text, key->length);
		bool same = false;
		for (unsigned i = 0; i < count; i++)
			same |= words[i] == word;
		words[count++] = word;
		for (const struct value *other = object + 1; same && other < key; other = value_next(other + 1)) {
			if (!same_key(other, key->text, key->length))
				continue;
			*ret_first = other;
			*ret_second = key;
			return false;
		}
	}
	return true;
}

bool
doc_index(struct value *object, uint32_t *slots, const struct value **ret_first, const struct value **ret_second)
{
	if (!slots)
		return compare_all(object, ret_first, ret_second);
	uint32_t mask = index_mask(object->length);
	memset(slots, 0, (mask + 1) * sizeof *slots);
	VALUE_EACH_MEMBER (key, item, object) {
		uint32_t at = hash(key->text, key->length) & mask;
		for (; slots[at]; at = (at + 1) & mask) {
			if (!same_key(object + slots[at], key->text, key->length))
				continue;
			*ret_first = object + slots[at];
			*ret_second = key;
			return false;
		}
		slots[at] = (uint32_t)(key - object);
	}
	object->index = slots;
	return true;
}

bool
doc_builder_close(struct doc_builder *builder, GError **error)
{
	struct value *container = doc_builder_container(builder);
	builder->depth--;
	container->span = (uint32_t)(builder->nodes + builder->count - container);
	if (container->kind != VALUE_OBJECT)
		return true;
	const struct value *first, *second;
	uint32_t room = doc_index_room(container->length), *slots = room ? allocate(builder->doc, room * sizeof *slots) : NULL;
	return doc_index(container, slots, &first, &second) || refuse_duplicate(builder, first, second, error);
}

/* True where the subtree at `start` may stand in the innermost container as far as depth goes. */
static bool
fits_here(struct doc_builder *builder, uint32_t start)
{
	const struct value *nodes = builder->nodes;
	unsigned depth = builder->depth;
	/* Beyond `depth` the open containers' room holds where those of the subtree end. */
	for (uint32_t i = start; i < start + nodes[start].span; i++) {
		while (depth > builder->depth && i >= builder->open[depth - 1])
			depth--;
		if (nodes[i].kind != VALUE_ARRAY && nodes[i].kind != VALUE_OBJECT)
			continue;
		if (depth == builder->limits.depth)
			return false;
		builder->open[depth++] = i + nodes[i].span;
	}
	return true;
}

bool
doc_builder_copy(struct doc_builder *builder, uint32_t start, size_t offset, GError **error)
{
	uint32_t span = builder->nodes[start].span;
	if (span > builder->limits.nodes)
		return doc_builder_fail(builder, offset, error, "aliases add more nodes than are allowed");
	if (!fits_here(builder, start))
		return doc_builder_fail(builder, offset, error, "nested deeper than %u levels", builder->limits.depth);
	builder->limits.nodes -= span;
	if (builder->nodes[start].refers)
		doc_builder_mark(builder);
	for (uint32_t i = 0; i < span; i++) {
		struct value copy = builder->nodes[start + i];
		*doc_builder_add(builder, copy.kind, copy.offset) = copy;
	}
	return true;
}

char *
doc_builder_text(struct doc_builder *builder, size_t length)
{
	char *text = allocate(builder->doc, length + 1);
	text[length] = '\0';
	return text;
}

bool
doc_builder_fail(struct doc_builder *builder, size_t offset, GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	unsigned line, column;
	doc_source_position(builder->doc, MIN(offset, builder->doc->length), &line, &column);
	return error_set(error, ERR_INPUT, "correct the file there", "%s:%u:%u: %s", builder->doc->name, line, column, text);
}

struct doc *
doc_builder_finish(struct doc_builder *builder, bool ok)
{
	struct doc *doc = builder->doc;
	/* One node more than is used: the macros may form a pointer behind the end. */
	doc->nodes = g_renew(struct value, builder->nodes, builder->count + 1);
	doc->root = doc->nodes;
	if (!ok)
		doc_unref(g_steal_pointer(&doc));
	return doc;
}

struct doc *
doc_ref(struct doc *doc)
{
	__atomic_fetch_add(&doc->references, 1, __ATOMIC_RELAXED);
	return doc;
}

void
doc_unref(struct doc *doc)
{
	if (!doc || __atomic_sub_fetch(&doc->references, 1, __ATOMIC_ACQ_REL))
		return;
	doc_unref(doc->parent);
	for (struct doc_block *block = doc->blocks, *next; block; block = next) {
		next = block->next;
		g_free(block);
	}
	g_free(doc->marks);
	g_free(doc->nodes);
	g_free(doc->source);
	g_free(doc->name);
	g_free(doc);
}

const struct value *
value_member_n(const struct value *object, const char *key, size_t length)
{
	if (!value_is(object, VALUE_OBJECT))
		return NULL;
	if (!object->index) {
		VALUE_EACH_MEMBER (name, item, object)
			if (same_key(name, key, length))
				return item;
		return NULL;
	}
	uint32_t mask = index_mask(object->length);
	for (uint32_t at = hash(key, length) & mask; object->index[at]; at = (at + 1) & mask)
		if (same_key(object + object->index[at], key, length))
			return object + object->index[at] + 1;
	return NULL;
}
