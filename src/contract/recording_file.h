/* Recordings in files: JSON lines of our own, HTTP archives, Pact files; told apart by their content. */
#ifndef CONTRACT_RECORDING_FILE_H
#define CONTRACT_RECORDING_FILE_H

#include "contract/recording.h"

enum recording_format { RECORDING_LINES, RECORDING_HAR, RECORDING_PACT, RECORDING_FORMATS };
extern const char *const recording_format_names[];   /* "jsonl", "har", "pact" */

struct recording_file {
	enum recording_format format;
	char *name;                            /* of the file, without folder and ending */
	struct recorded_exchange_list exchanges;
	size_t skipped;                        /* what a pact holds besides HTTP */
};

/* False with ERR_INPUT naming file, line and column. */
bool recording_file_read(const char *path, struct recording_file *ret, GError **error);
/* The same for text; `name` is how messages call it. */
bool recording_file_parse(const char *name, const char *text, size_t length, struct recording_file *ret, GError **error);
void recording_file_finish(struct recording_file *file);

#endif
