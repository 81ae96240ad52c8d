/* What the two halves of the parser of regular expressions share: terms and characters. */
#ifndef SCHEMA_PATTERN_PARSER_H
#define SCHEMA_PATTERN_PARSER_H

#include "schema/pattern_tree.h"

#define PARSER_END UINT32_MAX

struct parser {
	const char *text, *at, *end;
	struct pattern_tree *out;
	GPtrArray *names;        /* of groups, by number; NULL for those without */
	GPtrArray *wanted;       /* references by name, and the names that they want */
	unsigned depth;
	bool lenient;
	GError *cause;           /* why the text is no regular expression */
};

/* The next character, PARSER_END behind the last. */
uint32_t parser_peek(const struct parser *parser);
uint32_t parser_take(struct parser *parser);
/* Takes `c` if it comes next. */
bool parser_accept(struct parser *parser, char c);
/* An error at the current place; returns false. */
bool parser_fail(struct parser *parser, const char *what);

/* A character behind a backslash, which is taken already. Inside a class \b and \- are more. */
bool parser_escape(struct parser *parser, bool in_class, uint32_t *ret);
/* \d \D \s \S \w \W \p{…} \P{…}: true if one comes next (behind the backslash) and was read into
 * the set; *ret_ok becomes false on an error. */
bool parser_class_escape(struct parser *parser, struct charset *set, bool *ret_ok);
/* A class; its [ is taken already. */
bool parser_class(struct parser *parser, struct charset *set);

#endif
