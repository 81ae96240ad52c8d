/* The scaffold: from a contract a running skeleton, without any model. It claims its contract,
 * never the requirement, and says what it does not cover. */
#ifndef AGENT_SCAFFOLD_H
#define AGENT_SCAFFOLD_H

#include "agent/agent.h"

bool scaffold_run(const struct assignment *assignment, struct catalogue *catalogue, struct attempt_result *ret, GError **error);
/* True where it can make something of this: what the persona provides, and a document where that
 * needs one. */
bool scaffold_can(const char *provides, struct doc *spec);

#endif
