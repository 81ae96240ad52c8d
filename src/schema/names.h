/* Tables of names: which of a schema's members an instance's key is. A name is compared by a print
 * of two words, which holds all of a name of up to 16 bytes, and of a longer one its beginning and
 * a hash. Hashes use factors that differ from process to process, so that nobody can prepare names
 * that collide. */
#ifndef SCHEMA_NAMES_H
#define SCHEMA_NAMES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct name_print {
	uint64_t head, tail;
};

struct name {
	struct name_print print;
	const char *text;
	uint32_t length;
};

struct names {
	uint32_t count, mask, shift;   /* a hash's upper bits are the slot: 64 - log2(mask + 1) */
	const struct name *items;
	uint32_t *slots;         /* position + 1, 0 is empty; mask + 1 of them */
};

#define NAMES_NONE UINT32_MAX

/* Two odd factors. They are set by names_prepare, which comes before anything else here. */
extern uint64_t names_factors[2];
void names_prepare(void);

/* A hash of a name of at least eight bytes. */
uint64_t name_fold(const char *text, uint32_t length);

static inline struct name_print
name_print(const char *text, uint32_t length)
{
	if (length >= 8) {
		struct name_print print;
		memcpy(&print.head, text, 8);
		if (length > 16)
			print.tail = name_fold(text, length);
		else
			memcpy(&print.tail, text + length - 8, 8);
		return print;
	}
	if (length >= 4) {
		uint32_t head, tail;
		memcpy(&head, text, 4);
		memcpy(&tail, text + length - 4, 4);
		return (struct name_print){ head, tail };
	}
	if (!length)
		return (struct name_print){ 0, 0 };
	/* First, middle and last byte: of one to three bytes that is all of them. */
	uint64_t word = (uint64_t)(unsigned char)text[0] | (uint64_t)(unsigned char)text[length / 2] << 8;
	return (struct name_print){ word | (uint64_t)(unsigned char)text[length - 1] << 16, 0 };
}

static inline bool
name_is(const struct name *name, struct name_print print, const char *text, uint32_t length)
{
	return name->print.head == print.head && name->print.tail == print.tail && name->length == length &&
	       (length <= 16 || memcmp(name->text, text, length) == 0);
}

/* The slot of a name, from which on it is looked for. */
static inline uint32_t
names_slot(const struct names *names, struct name_print print, uint32_t length)
{
	return (uint32_t)((print.head * names_factors[0] + (print.tail + length) * names_factors[1]) >> names->shift);
}

/* The position of a name, NAMES_NONE if it is none of them. */
static inline uint32_t
names_find(const struct names *names, struct name_print print, const char *text, uint32_t length)
{
	uint32_t at = names_slot(names, print, length);
	for (; names->slots[at]; at = (at + 1) & names->mask)
		if (name_is(&names->items[names->slots[at] - 1], print, text, length))
			return names->slots[at] - 1;
	return NAMES_NONE;
}

/* Fills `slots`, which are mask + 1 zeros, from `items`. */
void names_index(struct names *names);

#endif
