/* What Anthropic's Messages answer. */
#ifndef LLM_ANTHROPIC_REPLY_H
#define LLM_ANTHROPIC_REPLY_H

#include "base/doc.h"

struct reply;

bool anthropic_take(struct reply *reply, const char *event, const char *data, size_t length);
bool anthropic_take_whole(struct reply *reply, struct doc *doc);

#endif
