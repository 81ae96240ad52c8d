/* What the classifier sees of a text: words and their beginnings, concepts, and its shape. */
#ifndef TEAM_FEATURE_H
#define TEAM_FEATURE_H

#include "team/concept.h"

enum { FEATURE_OF_TEXT = UINT32_MAX };   /* no word in particular shows it */

/* Kinds, by the first letter of the name: 'w' a word, 'h' a word at the head, 'p' the beginning of a
 * word; 'c' a concept, 'd' how dense it is, 'n' a concept at the head, 'f' the first one; 's' shape. */
struct feature {
	const char *name;    /* "w:crash"; owned by the list */
	double value;
	uint32_t word;       /* the first one that shows it, or FEATURE_OF_TEXT */
	uint32_t words;      /* how many together: 1 but for a phrase */
};

struct features {
	GArray *items;        /* struct feature */
	GPtrArray *words;     /* of the text */
	GStringChunk *texts;
	GHashTable *index;    /* name -> position in items */
};

/* Reads the first words of a text; the rest of a very long one is not looked at. */
void features_init(struct features *features, const struct concepts *concepts, const char *text);
void features_finish(struct features *features);

#endif
