/* Keys in answers: some servers repeat the one that they were sent. A key of less than SECRET_LEAST bytes is a placeholder ("ollama") that
 * an answer may well have as a word. */
#ifndef LLM_SECRET_H
#define LLM_SECRET_H

#include <glib.h>
#include <stdbool.h>

enum { SECRET_LEAST = 8 };

/* "***" for each, and for a beginning of it at the end of the text that says something of it. NULL: there is none. */
void secret_hide(GString *text, const char *secret);

/* Text as it comes, for somebody who watches: what could be the beginning of the key is held back in `held` until more has come, and is
 * told, or hidden, at the latest where `end`. */
void secret_pass(GString *held, const char *secret, const char *text, size_t length, bool end, void (*tell)(void *data, const char *text, size_t length),
                 void *data);

#endif
