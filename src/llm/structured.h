/* Answers that have to be JSON of a schema: asked for by the server's own means, and checked here whatever the server promises. */
#ifndef LLM_STRUCTURED_H
#define LLM_STRUCTURED_H

#include "llm/models.h"
#include "schema/schema.h"

/* More than a schema can say: NULL where `doc` will do, else what is wrong with it, in words for the model; newly allocated. */
typedef char *structured_judge(void *data, struct doc *doc);

struct structured {
	const struct doc *accepts;       /* the schema that an answer has to fit, where it is wider than the request's; NULL */
	const struct schema *schema;     /* that one, else the request's, compiled */
	structured_judge *judge;         /* NULL */
	void *data;
	unsigned rounds;                 /* of repair at most, after the first answer */
};

/* What it took. */
struct structured_answer {
	struct doc *doc;                 /* NULL where none was good */
	struct model_answer answer;      /* the last */
	unsigned rounds;                 /* of repair that were needed */
	char *findings;                  /* what was wrong with the last answer; NULL */
};

/* The object in an answer: the whole text, or what stands between braces where a model cannot help talking. NULL where there is none; the
 * error says what is wrong with the whole text. */
struct doc *structured_read(const char *text, GError **error);
/* Asks until the answer is good. The request of `ask` is not changed: what is said in between is a copy's. False: the errors of
 * models_ask, or ERR_INVALID where the last answer is not good either, with the findings. */
bool structured_ask(struct models *models, const struct ask *ask, const struct structured *structured, struct structured_answer *ret, GError **error);
void structured_answer_clear(struct structured_answer *answer);

#endif
