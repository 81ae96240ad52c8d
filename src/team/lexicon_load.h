/* What the loader of the word lists fills and lexicon.c reads. */
#ifndef TEAM_LEXICON_LOAD_H
#define TEAM_LEXICON_LOAD_H

#include "team/lexicon.h"

enum { TONGUES_MAX = 64, TONGUE_SCRIPTS = 3 };

struct tongue {
	const char *code;           /* "en"; "common" for names that are alike in all languages */
	GHashTable *lexemes;        /* phrase -> struct lexeme, owned */
	unsigned endings;           /* letters that may follow a listed word … */
	unsigned stem;              /* … of at least so many letters */
	bool compounds;             /* words are joined, the head comes last */
	bool dense;                 /* no white space between words */
	GUnicodeScript scripts[TONGUE_SCRIPTS];   /* the first is its own alone; 0 for Latin and Cyrillic */
};

struct lexicon {
	GPtrArray *docs;            /* keep the texts alive */
	GStringChunk *texts;
	GPtrArray *tongues;
	struct tongue *english, *common;
	GHashTable *things;         /* name -> struct thing, owned */
	GHashTable *fields;         /* name -> struct field_rule, owned */
	GHashTable *plurals, *singulars;   /* irregular ones */
	const struct value *plural_endings, *singular_endings, *entities, *weights;
};

/* A word with an ending that the list does not spell out: "projekte" by "projekt"; NULL. */
const struct lexeme *tongue_find_stem(const struct tongue *tongue, const char *phrase);

#endif
