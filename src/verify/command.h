/* Requests as commands for a shell: one line each, to be pasted. What a later request took from an
 * earlier answer is taken from the answer again: a=$(curl …), then '…/items/'"$a". */
#ifndef VERIFY_COMMAND_H
#define VERIFY_COMMAND_H

#include "base/http.h"

struct command;

/* What the answer to a request named: an id under a member or at the end of its Location, and the segment
 * of a path behind which it stands. */
struct command_name {
	const char *id, *member, *collection;
};
/* A request as it was sent; `name` is NULL where its answer named nothing. */
struct command *command_create(const struct http_request *request, const struct http_response *response, const struct command_name *name);
struct command *command_ref(struct command *command);
void command_unref(struct command *command);
bool command_is_same(const struct command *a, const struct command *b);

/* The lines of several, in order; newly allocated. */
char *command_lines(struct command *const *commands, size_t count);

#endif
