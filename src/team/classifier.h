/* The offline classifier: type, complexity, parallelizability, expertise and components of a
 * requirement, with calibrated probabilities. What it knows is data in catalogue/lexicon/. */
#ifndef TEAM_CLASSIFIER_H
#define TEAM_CLASSIFIER_H

#include "base/catalogue.h"
#include "team/analysis.h"

struct classifier;
typedef struct classifier Classifier;

struct classification {
	double type[REQUIREMENT_TYPE_COUNT];          /* probabilities; each array sums to 1 */
	double complexity[COMPLEXITY_COUNT];
	double parallelizability[PARALLEL_COUNT];
	char **expertise, **components;               /* the likely ones; of expertise at least one */
	char **reasons;                               /* words that spoke most for the chosen type, strongest first */
};

/* Loads the weights. NULL with ERR_CONFIG where they are damaged. Immutable: threads may share it. */
struct classifier *classifier_load(struct catalogue *catalogue, GError **error);
void classifier_destroy(struct classifier *classifier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Classifier, classifier_destroy)

void classifier_run(const struct classifier *classifier, const char *text, struct classification *ret);
/* The position of the largest probability; the first of equal ones. */
unsigned classification_likeliest(const double *probabilities, unsigned count);
void classification_clear(struct classification *classification);

#endif
