/* What the makers of contracts share: the designer, the reader of brought files, and the one that asks a model. */
#ifndef TEAM_CONTRACTS_MAKING_H
#define TEAM_CONTRACTS_MAKING_H

#include "team/contracts.h"
#include "team/coverage.h"

struct making {
	struct catalogue *catalogue;
	struct coverage *coverage;
	const struct analysis *analysis;
	const struct team *team;
	struct proposals *proposals;
	GError **error;
};

struct proposal *making_add(struct making *making);
/* The member that provides it; NULL. */
const struct member *making_member(const struct team *team, const char *provides);
/* An API contract by the catalogue's template. Takes `spec`. `statement` (may be NULL) is the one that demands the service. */
bool making_add_api(struct making *making, const char *id, const char *name, struct doc *spec, const char *statement);
/* Everybody who has no contract yet gets one; who uses the APIs becomes their consumer. */
bool making_complete(struct making *making);

#endif
