/* Thoughts as OpenRouter tells them: a list of pieces, some signed or sealed, which it wants back with the next request just as they were.
 * In a stream the texts of one piece come bit by bit. */
#ifndef LLM_REASONING_H
#define LLM_REASONING_H

#include "base/doc.h"

/* {"reasoning_details": [...]} of what came: objects in their order, with commas between; `streamed`: bits of one piece become one.
 * NULL where they are no objects. */
struct doc *reasoning_join(const char *pieces, size_t length, bool streamed);

#endif
