#include "agent/agent.h"

#include "agent/command.h"
#include "agent/scaffold.h"

const struct agent agents[] = {
	{ "scaffold", "turns an interface contract into a running skeleton", scaffold_run },
	{ "command", "runs a program in the workspace", command_run },
	{ .name = NULL },
};

const struct agent *
agents_find(const char *name)
{
	for (const struct agent *agent = agents; agent->name; agent++)
		if (g_str_equal(agent->name, name))
			return agent;
	return NULL;
}

void
attempt_result_clear(struct attempt_result *result)
{
	g_free(result->summary);
	g_free(result->log);
	g_strfreev(result->not_covered);
	*result = (struct attempt_result){ 0 };
}
