/* Prompts: files in catalogue/prompts, Markdown with front matter. What a model is told stands there and nowhere else. */
#ifndef LLM_PROMPT_H
#define LLM_PROMPT_H

#include "base/catalogue.h"
#include "llm/message.h"

struct prompt {
	int64_t version;
	int64_t max_tokens;          /* of an answer; RECORD_NO_INT: the model's own */
	int64_t typical_tokens;      /* of an answer, as experience says, for estimates; RECORD_NO_INT: unknown */
	char *effort;                /* how long it may think; NULL: the model's own */
	char *text;                  /* below the front matter */
};
extern const struct record_type prompt_record;

/* prompts/NAME.md. ERR_CONFIG or ERR_INPUT naming file and line; free it with record_finish. */
bool prompt_load(struct catalogue *catalogue, const char *name, struct prompt *ret, GError **error);
/* A request with the prompt as its system text, which is the same for all that use it and worth keeping on the server. */
void prompt_begin(const struct prompt *prompt, struct model_request *ret);

/* A text of somebody else, between marks that it cannot hold: they carry its digest. `title` says what it is. Newly allocated. */
char *prompt_quote(struct catalogue *catalogue, const char *title, const char *text, GError **error);

#endif
