/* Questions of a model before a run, answered on the terminal. */
#ifndef CLI_CLARIFY_H
#define CLI_CLARIFY_H

#include "engine/operation.h"
#include "teamwright.h"

/* The request with the answers, newly allocated JSON; NULL where nothing was asked: the operation knows no questions, nobody wants them, there is
 * no terminal, or no model. An empty answer leaves the question to whoever plans. */
char *clarify(struct tw *tw, const struct operation *operation, const char *request);

#endif
