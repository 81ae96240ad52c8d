/* Words, numbers and marks of a requirement, each with its bytes and with what the lexicon knows. */
#ifndef TEAM_TOKEN_H
#define TEAM_TOKEN_H

#include "team/lexicon.h"

enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_MARK, TOKEN_BREAK, TOKEN_ADDRESS };

struct token {
	uint32_t offset, length;       /* bytes of the text */
	enum token_kind kind;
	char mark;                     /* of a mark: its ASCII form, '.' for any full stop; 0 for others */
	uint8_t span;                  /* tokens that the lexeme covers; 0 inside a longer phrase */
	bool space;                    /* white space before it */
	bool capital;                  /* begins with a capital letter */
	bool possessive;               /* "project's" */
	const char *word;              /* in lower case; "" unless a word */
	const struct lexeme *lexeme;   /* never NULL */
};

enum { MARK_BULLET = 1 };   /* of a token: any sign that only begins items of a list */

/* A text in tokens. A token of kind BREAK stands for each line feed. */
struct reading {
	const struct lexicon *lexicon;
	const struct tongue *tongue;
	const char *text;
	size_t length;
	size_t end;                    /* where reading stopped: before the end of a huge text */
	struct token *tokens;          /* one more than `count`: a BREAK at the end of the text */
	size_t count;
	GStringChunk *words;
};

void reading_init(struct reading *reading, const struct lexicon *lexicon, const char *text);
void reading_finish(struct reading *reading);

static inline bool
token_is(const struct token *token, enum word_class class)
{
	return lexeme_is(token->lexeme, class);
}

static inline bool
token_is_mark(const struct token *token, char mark)
{
	return token->kind == TOKEN_MARK && token->mark == mark;
}

/* What the lexicon knows of this word alone, not of the phrase that it begins. */
const struct lexeme *reading_lexeme(const struct reading *reading, size_t at);

#endif
