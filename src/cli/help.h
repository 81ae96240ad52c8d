/* Help, rendered from the operation table. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "engine/operation.h"

/* Newly allocated. */
char *help_overview(void);
char *help_operation(const struct operation *operation);
/* All commands as one Markdown document, and as a manual page: docs/reference.md and man/teamwright.1. */
char *help_reference(void);
char *help_manual(void);

/* The parts they share. */
void help_add_row(GString *text, const char *left, const char *right);
void help_add_shared(GString *text);   /* options of every command */
void help_add_exits(GString *text);

#endif
