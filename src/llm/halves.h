/* Characters that a server has cut in two. Servers that count in UTF-16 send one half of a surrogate pair at the end of a piece and the
 * other at the beginning of the next. While their fellow is awaited, halves stand in our texts as characters of the last private plane,
 * U+10D800 to U+10DFFF. */
#ifndef LLM_HALVES_H
#define LLM_HALVES_H

#include <glib.h>
#include <stdbool.h>

/* JSON text with every lone half replaced by its mark, newly allocated; NULL where there is none. */
GString *halves_mark(const char *text, size_t length);
/* Makes one character of the two halves that meet at `seam`; returns the length. */
size_t halves_join(char *text, size_t seam, size_t length);
/* Halves that stayed alone become U+FFFD; returns the length. */
size_t halves_finish(char *text, size_t length);
/* Whether the text ends with a half that may find its fellow. */
bool halves_waits(const char *text, size_t length);

#endif
