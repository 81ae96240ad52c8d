/* Teams: who takes part in a run, and why (DESIGN 4.2, 4.3). */
#ifndef TEAM_TEAM_H
#define TEAM_TEAM_H

#include "team/blueprint.h"
#include "team/persona.h"

struct member {
	char *persona_id, *name;
	char *why;                   /* what brought it in */
	char *provides;              /* what the scaffold makes for it; NULL */
};
RECORD_LIST_OF(member);
extern const struct record_type member_record;

struct team {
	char *blueprint_id, *blueprint_name;
	char *reason;                /* why this blueprint */
	struct blueprint_match_list alternatives;   /* the next best */
	struct member_list members;
	struct member_list left_out; /* wanted by the blueprint, and why they take no part */
};
extern const struct record_type team_record;

struct team_request {
	const char *blueprint;       /* an id; NULL: the best fit */
	const char *const *personas; /* ids; NULL or empty: as the blueprint says */
	const char *project;         /* whose .claude/agents count; NULL */
};

/* Brings in a persona by its id; ERR_NOT_FOUND where there is none. */
bool team_include(struct catalogue *catalogue, const char *persona, const char *why, struct team *team, GError **error);
/* Brings in the persona that provides something where nobody of the team does. */
bool team_require(struct catalogue *catalogue, const char *provides, const char *why, struct team *team, GError **error);
/* Without a model or an agent only those can work for whom the scaffold makes something: the others
 * are left out, unless nobody would remain. */
void team_keep_scaffolded(struct team *team);
/* ERR_NOT_FOUND names an unknown blueprint or persona. */
bool team_compose(struct catalogue *catalogue, const struct analysis *analysis, const struct team_request *request, struct team *ret,
                  GError **error);

#endif
