/* Concepts: what words mean to the classifier, whatever the language. The lists are in
 * catalogue/lexicon/concepts.yaml. */
#ifndef TEAM_CONCEPT_H
#define TEAM_CONCEPT_H

#include <stdint.h>

#include "base/catalogue.h"

struct concepts;
typedef struct concepts Concepts;

/* A concept found in a text: which, and the words that carry it. */
struct concept_hit {
	unsigned concept;
	uint32_t word, count;
};

/* NULL with ERR_CONFIG where the file is damaged. Immutable: threads may share it. */
struct concepts *concepts_load(struct catalogue *catalogue, GError **error);
void concepts_destroy(struct concepts *concepts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Concepts, concepts_destroy)

unsigned concepts_count(const struct concepts *concepts);
const char *concepts_name(const struct concepts *concepts, unsigned concept);
/* Whether it names a part of a system: user interface, storage, payment. */
bool concepts_is_area(const struct concepts *concepts, unsigned concept);

/* Cuts a text into words in lower case, at most `most`: runs of letters, digits and underscores;
 * each character is a word in scripts that put no space between words. Texts are owned by `ret_texts`. */
void concepts_words(const char *text, unsigned most, GStringChunk *ret_texts, GPtrArray *ret_words);
/* Adds a struct concept_hit for each concept that begins at each word, in order. */
void concepts_find(const struct concepts *concepts, const GPtrArray *words, GArray *ret_hits);

#endif
