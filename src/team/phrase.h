/* Noun phrases and lists of them. */
#ifndef TEAM_PHRASE_H
#define TEAM_PHRASE_H

#include "team/token.h"

/* A range of tokens. */
struct range {
	size_t from, to;
};

/* A noun with its modifiers: "the overdue purchase orders". */
struct noun {
	size_t from, to;             /* from its first modifier to the token after its head */
	size_t head;
	const struct thing *thing;   /* NULL where the lists do not know the head */
	bool plural;
	bool field;                  /* a word that mostly names an attribute */
	bool ruled;                  /* singular, with a rule for such a field: "a stage", "a value" */
	bool determined;             /* "a", "the", "each" before it */
};

/* The noun phrase that begins at `from`, after determiners; false if there is none. */
bool noun_read(const struct reading *reading, size_t from, size_t to, struct noun *ret);
/* Its name as an entity: singular, lower snake case: "purchase_order". */
char *noun_name(const struct reading *reading, const struct noun *noun);
/* Its name as a field: all its words: "delivery_address". */
char *noun_field_name(const struct reading *reading, const struct noun *noun);

/* Cuts a list at commas and conjunctions outside of parentheses; appends struct range. */
void elements_read(const struct reading *reading, size_t from, size_t to, GArray *ret);

/* "order", "find", "build": nouns as well, but verbs where nothing makes nouns of them, and parts of
 * flags ("--resume"). `begin` is where the clause begins. */
bool token_acts_as_verb(const struct reading *reading, size_t at, size_t begin);

/* The token after the parenthesis that opens at `at`. */
size_t paren_end(const struct reading *reading, size_t at, size_t to);
/* The first token of a class outside of parentheses; `to` if there is none. */
size_t phrase_find(const struct reading *reading, size_t from, size_t to, enum word_class class);

/* The next token that is not inside the phrase at this one. */
static inline size_t
token_after(const struct reading *reading, size_t at)
{
	return at + MAX(reading->tokens[at].span, 1);
}

#endif
