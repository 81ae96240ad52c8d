/* What models are told by this room itself: templates of catalogue/prompts. Nobody's project can change them. */
#ifndef LLM_INSTRUCTION_H
#define LLM_INSTRUCTION_H

#include <glib.h>

/* The template with one text in it, newly allocated; NULL with ERR_CONFIG. */
char *instruction_text(const char *path, const char *name, const char *text, GError **error);

#endif
