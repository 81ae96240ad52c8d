/* Blueprint and personas chosen by a model, out of those that there are. */
#ifndef TEAM_MODEL_TEAM_H
#define TEAM_MODEL_TEAM_H

#include "team/inquiry.h"
#include "team/team.h"

struct team_choice {
	char *blueprint_id;
	char **personas;
	char *reason;
};
extern const struct record_type team_choice_record;

struct model_choice {
	struct team_choice choice;   /* blueprint_id NULL: the model gave none */
	char *model, *fallback;      /* who chose; else why nobody did */
	unsigned rounds;
};

/* False for an error that is final (see inquiry.h), and for a damaged catalogue. */
bool model_team_choose(struct catalogue *catalogue, struct models *models, const struct ask *like, const char *project, const char *requirement,
                       const char *context, const struct analysis *analysis, struct model_choice *ret, GError **error);
void model_choice_clear(struct model_choice *choice);

#endif
