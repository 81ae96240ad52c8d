/* Sets of characters: sorted ranges, and names of Unicode properties that only PCRE2 knows. */
#ifndef SCHEMA_CHARSET_H
#define SCHEMA_CHARSET_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { CHARSET_LAST = 0x10FFFF };

struct charset_range {
	uint32_t first, last;
};

struct charset {
	GArray *ranges;       /* of struct charset_range, sorted and apart once it is normal */
	GString *properties;  /* as PCRE2 writes them inside a class: "\p{Lu}\P{Nd}" */
	bool negated;         /* of ranges and properties together */
};

void charset_init(struct charset *set);
void charset_finish(struct charset *set);
void charset_add(struct charset *set, uint32_t first, uint32_t last);
/* The sets of \d \s \w, and with a capital letter all other characters. */
void charset_add_class(struct charset *set, char letter);
/* All but line ends: the dot. */
void charset_add_dot(struct charset *set);
/* Sorts and joins the ranges; without properties the negation is carried out. */
void charset_normalise(struct charset *set);

#endif
