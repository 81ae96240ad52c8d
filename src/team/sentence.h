/* The sentences of a requirement: lines of Markdown or plain text made into titles, headings, list
 * items and running text, and those cut where a sentence ends. */
#ifndef TEAM_SENTENCE_H
#define TEAM_SENTENCE_H

#include "team/token.h"

enum sentence_kind { SENTENCE_TEXT, SENTENCE_TITLE, SENTENCE_HEADING, SENTENCE_ITEM, SENTENCE_CODE };

struct sentence {
	size_t from, to;             /* tokens, without list marks and the mark at the end */
	enum sentence_kind kind;
	unsigned block;              /* paragraph or item that it stands in, ascending */
	bool background;             /* in a section of background: steps to reproduce, environment */
	bool outside;                /* in a section of what is not wanted */
	bool leads;                  /* ends with a colon */
};

/* Appends struct sentence; those without any word are left out, and so are headings of templates
 * ("Describe the bug"), greetings and comments. */
void sentences_read(const struct reading *reading, GArray *ret);

#endif
