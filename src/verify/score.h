/* Scores, by the formulas of DESIGN 4:
 *
 *	quality_score = 0.4·validation + 0.3·completeness + 0.2·implementation + 0.1·(1 − penalty)
 *
 * validation = criteria passed / all (unverified ones count 0); completeness = statements covered /
 * statements; implementation = the mean over operations of cases passed / planned; penalty =
 * min(1, Σ weights of findings). What is not applicable gives its weight to the others. */
#ifndef VERIFY_SCORE_H
#define VERIFY_SCORE_H

#include "verify/evidence.h"

struct score {
	double validation, completeness, implementation, penalty;   /* NaN: not applicable */
	double quality;
	char *band;                  /* excellent, good, acceptable, needs improvement, poor */
	char *note;                  /* what was not applicable and where its weight went; NULL */
};
extern const struct record_type score_record;

/* The parts are given; quality, band and note follow. */
void score_conclude(struct score *score);

/* Of one verification: validation, implementation and penalty. Completeness from the two numbers,
 * not applicable where there are no statements. */
void score_verification(const struct verification *verification, size_t covered, size_t statements, struct score *ret);

#endif
