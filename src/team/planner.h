/* From contracts to a plan: which tasks, which edges, how many at once. The blueprint decides; two
 * blueprints that coordinate or scale differently give different plans. */
#ifndef TEAM_PLANNER_H
#define TEAM_PLANNER_H

#include "contract/contract.h"
#include "plan/plan.h"
#include "team/team.h"

struct planner_input {
	const char *name;                        /* of the project */
	const struct blueprint *blueprint;
	const struct team *team;
	const struct analysis *analysis;
	const struct contract *const *contracts;
	struct doc *const *specs;                /* of each, NULL without an interface */
	size_t count;
	/* The agent that can do it, NULL where none can. */
	const char *(*choose_agent)(const char *provides, struct doc *spec);
	unsigned workers_max;
};

/* ERR_INVALID where the contracts cannot be planned: a cycle, a dependency that is not there. The
 * plan is checked and has its prediction. */
bool planner_make(const struct planner_input *input, struct plan *ret, GError **error);

#endif
