/* Operations: one table for all faces. Command line, --help, --json, control socket, library and
 * manual are rendered from it. */
#ifndef ENGINE_OPERATION_H
#define ENGINE_OPERATION_H

#include "base/record.h"
#include "engine/context.h"

enum operation_flag {
	OPERATION_READ = 1,        /* changes nothing */
	OPERATION_WRITE = 2,
	OPERATION_LONG = 4,        /* shows progress */
	OPERATION_PAID = 8,        /* may cost money */
	OPERATION_DANGEROUS = 16,  /* removes or overwrites */
};

typedef bool operation_handler(struct context *context, const void *request, void *result, GError **error);

struct operation {
	const char *name;                    /* "run.start" */
	const char *command;                 /* on the command line: "run", "contract validate" */
	const struct record_type *request, *result;
	operation_handler *handler;
	unsigned flags;
	const char *help;                    /* one line */
	const char *examples;                /* lines of "arguments # what it does" */
};

/* Sorted as people shall see them; ends with a row without name. */
extern const struct operation operation_table[];

const struct operation *operation_find(const char *name);
const struct operation *operation_by_command(const char *command);

/* Decodes the request, carries out, encodes the result: newly allocated JSON, NULL with an error.
 * *ret_exit is the exit code of a call that has a result. */
char *operation_call(struct house *house, const char *name, const char *request, int *ret_exit, GError **error);

/* {"code", "message", "remedy", "status"}, newly allocated. */
char *operation_error_json(const GError *error);

#endif
