/* What servers say when they refuse: all of them mean the same few things. */
#ifndef LLM_REFUSAL_H
#define LLM_REFUSAL_H

#include "base/doc.h"
#include "llm/failure.h"

/* The class of an error: `status` is that of the answer, 0 for an error inside a stream; `error` is the body or the event, NULL where
 * it is no JSON. */
enum failure_class refusal_class(int status, const struct value *error);
/* The words of the server, NULL for none; borrowed. */
const char *refusal_message(const struct value *error);
/* A text as one line of bounded length, newly allocated. */
char *refusal_line(const char *text, size_t length);

#endif
