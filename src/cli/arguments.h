/* From words on a command line to a request, by the record table of the operation. */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include "engine/operation.h"

/* Options that every command has. */
struct globals {
	bool json, help, version, quiet;
	bool yes;                    /* no question before what may cost money */
	char *progress;
	bool has_project;            /* --project was given */
	GString *settings;           /* members for tw_open: "name": "value", … */
};

void globals_init(struct globals *globals);
/* Names the project of the working directory where no other was given. */
void globals_find_project(struct globals *globals);
void globals_finish(struct globals *globals);

/* Finds the operation that the words name ("contract validate" before "contract"); *ret_used is how
 * many words that took. NULL with ERR_USAGE, a near command named in the remedy. */
const struct operation *arguments_operation(int count, char **words, int *ret_used, GError **error);
/* The request as JSON, newly allocated. Takes out what belongs to `globals`. */
char *arguments_read(const struct operation *operation, int count, char **words, struct globals *globals, GError **error);
/* A request as another operation takes it: the members that both have, without those that are named (NULL-terminated), and `flag` (NULL: none)
 * set. Newly allocated JSON. */
char *arguments_carry(const struct operation *to, const struct value *request, const char *const *without, const char *flag);
/* "--quality-threshold" for a field. */
char *arguments_option(const struct record_field *field);

#endif
