/* The question before something may cost money. */
#ifndef CLI_CONSENT_H
#define CLI_CONSENT_H

#include <stdbool.h>

#include "engine/operation.h"
#include "teamwright.h"

/* Asks on the terminal where the operation may ask models whose calls are not free, and shows before what they would be asked for, as far as it
 * can be told without a model: team, plan and estimate. True where it may go on. Nothing is asked, and nothing stands in the way, where there is
 * no terminal to ask on, or nothing that costs. `request` is JSON. */
bool consent_get(struct tw *tw, const struct operation *operation, const char *request, bool foreign, bool colour);
/* Says where prompts may go because the project names the servers: they may have come with a repository. True where there are such; then
 * consent_get asks, whatever they say they cost. `project` may be NULL. */
bool consent_tell_foreign(const char *project, const struct operation *operation, const char *request);

#endif
