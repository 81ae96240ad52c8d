/* The command agent: any program that works in a folder. It finds its assignment in the
 * environment: TEAMWRIGHT_TASK, _PERSONA, _CONTRACT (a file), API_URL (a mock) and others. */
#ifndef AGENT_COMMAND_H
#define AGENT_COMMAND_H

#include "agent/agent.h"

bool command_run(const struct assignment *assignment, struct catalogue *catalogue, struct attempt_result *ret, GError **error);

#endif
