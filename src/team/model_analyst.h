/* The analyst that asks a model: held to the schema of an analysis, to the words of the requirement, and to the offline analyst. */
#ifndef TEAM_MODEL_ANALYST_H
#define TEAM_MODEL_ANALYST_H

#include "team/analysis.h"
#include "team/inquiry.h"

struct model_analysis {
	struct analysis analysis;
	unsigned rounds;             /* of repair */
	char *fallback;              /* why it is the offline analyst's; NULL: a model answered */
};

/* `like` says who pays, how long, and which model; `context` may be NULL. Where the model fails, the analysis is the offline analyst's and
 * says so. False, with nothing to free, for an error that is final (see inquiry.h), and for a damaged catalogue. */
bool model_analyst_run(struct catalogue *catalogue, struct models *models, const struct ask *like, const char *requirement, const char *context,
                       struct model_analysis *ret, GError **error);
void model_analysis_clear(struct model_analysis *analysis);

#endif
