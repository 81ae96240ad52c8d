/* What can be seen to be wrong with a request before anything is begun. */
#ifndef ENGINE_INTAKE_H
#define ENGINE_INTAKE_H

#include "engine/context.h"
#include "engine/request.h"

/* Whether the requirement is text of a size that is read. ERR_INPUT, ERR_TOO_LARGE. */
bool requirement_check(const char *text, GError **error);
/* The catalogue with what the project puts over it, the blueprint and the personas that are asked for, the contracts that
 * are brought along: ERR_CONFIG, ERR_NOT_FOUND or ERR_INPUT, naming file, line and column. */
bool intake_check(struct house *house, const struct run_request *request, GError **error);

#endif
