/* The contracts of a run without a model: designed from the analysis, or brought by the user, and
 * completed so that every persona of the team has one. */
#ifndef TEAM_CONTRACTS_H
#define TEAM_CONTRACTS_H

#include "contract/contract.h"
#include "team/design.h"
#include "team/team.h"

/* A contract with its interface document; NULL without one. */
struct proposal {
	struct contract contract;
	struct doc *spec;
};
struct proposals {
	struct proposal *items;
	size_t count;
};
void proposals_clear(struct proposals *proposals);

/* An API contract per service that has entities, and a deliverable per member of the team. */
bool contracts_design(struct catalogue *catalogue, const char *title, const struct analysis *analysis, const struct service_list *services,
                      const struct team *team, const struct design_wishes *wishes, struct proposals *ret, GError **error);
/* Contract files and plain OpenAPI documents of a folder, completed for the team in the same way; the
 * personas that they name join it. ERR_INPUT or ERR_INVALID names file, line and column. */
bool contracts_read(struct catalogue *catalogue, const char *folder, const struct analysis *analysis, struct team *team,
                    struct proposals *ret, GError **error);

/* Why a statement that no criterion covers is not covered: what would be needed. Newly allocated. */
char *contracts_why_not(const struct statement *statement);

#endif
