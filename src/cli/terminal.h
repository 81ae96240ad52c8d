/* What a person types in answer to a question. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Whether there is a person to ask: input and errors are a terminal. */
bool terminal_is_there(void);
/* A line without its end; what is beyond `size` is dropped. False at the end of input, or once terminal_interrupt was called. */
bool terminal_read(char *line, size_t size);
/* Whoever reads stops, now or later. Any thread. */
void terminal_interrupt(void);
bool terminal_is_interrupted(void);

#endif
