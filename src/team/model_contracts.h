/* Contracts proposed by a model: with criteria, checks and OpenAPI documents, held to the contract engine. */
#ifndef TEAM_MODEL_CONTRACTS_H
#define TEAM_MODEL_CONTRACTS_H

#include "team/contracts.h"
#include "team/inquiry.h"

/* A contract as a model proposes it: the members of a contract that are a model's to decide. */
struct drafted {
	char *id, *name;
	enum contract_type contract_type;
	char *provider_persona_id;
	char **consumer_persona_ids, **dependencies;
	struct deliverable_list deliverables;
	double estimated_effort_hours;
	struct doc *document;        /* OpenAPI, of a REST_API */
};
RECORD_LIST_OF(drafted);
extern const struct record_type drafted_record;

struct draft {
	struct drafted_list contracts;
};
extern const struct record_type draft_record;

struct model_contracts {
	char *model, *fallback;      /* who proposed them; else why nobody did */
	unsigned rounds;
};

/* Whether there is anything for a model to agree on: an API, or work for which there is no template. */
bool model_contracts_wanted(const struct team *team);
/* Fills `ret_proposals` where the model gave contracts that hold; else `ret->fallback` says why, and they are for the designer to make. False
 * for an error that is final (see inquiry.h), and for a damaged catalogue. */
bool model_contracts_propose(struct catalogue *catalogue, struct models *models, const struct ask *like, const char *requirement, const char *context,
                             const struct analysis *analysis, const struct team *team, struct proposals *ret_proposals, struct model_contracts *ret,
                             GError **error);
void model_contracts_clear(struct model_contracts *contracts);

/* All that is wrong with a draft, in words for the model; NULL where nothing is. Newly allocated. */
char *draft_faults(struct catalogue *catalogue, const struct analysis *analysis, const struct team *team, const struct draft *draft);

#endif
