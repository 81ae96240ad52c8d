/* An analysis by a model beside the one of the offline analyst: what one of them overlooked is kept, and where they differ it is said. */
#ifndef TEAM_CROSSCHECK_H
#define TEAM_CROSSCHECK_H

#include "team/analysis.h"

/* A certainty of the offline analyst from which on another opinion is a strong disagreement. */
#define CROSSCHECK_STRONG 0.60

/* What is wrong with a model's answer that its schema cannot say, in words for the model; NULL where nothing is. Newly allocated. */
char *crosscheck_faults(const char *requirement, const struct analysis *analysis);

/* Puts every statement where its text stands, adds those of `offline` that `analysis` dropped without calling them background, numbers them
 * in the order of the text, and weighs the confidence. The analysis has no faults. */
void crosscheck_merge(const char *requirement, const struct analysis *offline, struct analysis *analysis);

#endif
