/* What Chat Completions answer. */
#ifndef LLM_OPENAI_REPLY_H
#define LLM_OPENAI_REPLY_H

#include "base/doc.h"

struct reply;

bool openai_take(struct reply *reply, const char *event, const char *data, size_t length);
bool openai_take_whole(struct reply *reply, struct doc *doc);

#endif
