/* The three ways to match a regular expression, from the quickest to the one that can do all. */
#ifndef SCHEMA_PATTERN_MATCH_H
#define SCHEMA_PATTERN_MATCH_H

#include "schema/pattern.h"
#include "schema/pattern_tree.h"

/* A sequence of character classes, each with a number of times, that one pass decides. */
struct classes;

/* NULL if the expression is more than that. */
struct classes *classes_build(const struct pattern_tree *tree);
void classes_free(struct classes *classes);
bool classes_match(const struct classes *classes, const char *text, size_t length);

/* Classes, groups, alternatives and repetitions, with ^ and $ at the ends: no going back either. */
struct states;

/* NULL if the expression is more than that, or too long. */
struct states *states_build(const struct pattern_tree *tree);
void states_free(struct states *states);
bool states_match(const struct states *states, const char *text, size_t length);

/* Anything else, by PCRE2. */
struct perl;

/* NULL with ERR_INVALID where PCRE2 cannot match such an expression; `text` is for the message. */
struct perl *perl_build(const struct pattern_tree *tree, const char *text, GError **error);
void perl_free(struct perl *perl);
/* A match that turns out to be hard costs a lot of *budget. */
enum pattern_result perl_match(const struct perl *perl, const char *text, size_t length, int64_t *budget);

#endif
