/* A question to a model whose answer is a record: a prompt of the catalogue, texts of others in quotation marks, a judge. */
#ifndef TEAM_INQUIRY_H
#define TEAM_INQUIRY_H

#include "base/catalogue.h"
#include "llm/structured.h"

/* A text that somebody else wrote; `text` NULL: there is none. */
struct inquiry_quote {
	const char *name, *text;
};

struct inquiry {
	const char *prompt;          /* prompts/NAME.md is what the model is told, prompts/NAME_ask.md the question around the quotes */
	const struct record_type *answer;
	const struct inquiry_quote *quotes;
	size_t quote_count;
	structured_judge *judge;     /* of an answer that can be read as the record */
	void *data;
};

struct inquiry_answer {
	struct doc *doc;
	char *model;
	unsigned rounds;             /* of repair */
	bool replayed;               /* from a recording: nothing was called */
};

/* At most three repairs. `like` says who pays, how long, and which model. The errors of structured_ask, or of a damaged catalogue. */
bool inquiry_make(struct catalogue *catalogue, struct models *models, const struct ask *like, const struct inquiry *inquiry, struct inquiry_answer *ret,
                  GError **error);
void inquiry_answer_clear(struct inquiry_answer *answer);
/* The answer as its record. An answer that a judge has seen can be read. */
bool inquiry_read(const struct inquiry *inquiry, const struct doc *doc, void *record, GError **error);

/* Whether an error leaves us no choice to go on without the model: ERR_BUDGET, ERR_CONFIG, ERR_INTERRUPTED, ERR_NOT_FOUND (a recording
 * that does not know the request). */
bool inquiry_error_is_final(const GError *error);
/* Why there is no answer, in one line; newly allocated. */
char *inquiry_why(const GError *error);

#endif
