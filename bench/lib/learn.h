/* Learning for the classifier: labelled requirements, the table of their features, and logistic
 * regression with a quadratic penalty, fitted by L-BFGS (Nocedal & Wright, Numerical Optimization,
 * algorithm 7.4). */
#ifndef BENCH_LEARN_H
#define BENCH_LEARN_H

#include "team/analysis.h"
#include "team/feature.h"

/* One line of a corpus. */
struct example {
	char *text;
	enum requirement_type requirement_type;
	enum complexity complexity;
	enum parallelizability parallelizability;
	char **required_expertise, **components;
};
RECORD_LIST_OF(example);

/* Appends the examples of a JSONL file. */
bool corpus_read(const char *path, struct example_list *ret, GError **error);
void corpus_finish(struct example_list *corpus);

struct cell {
	uint32_t feature;
	float value;
};

/* Features of many texts. The first feature, "bias", holds in all of them. */
struct table {
	const struct concepts *concepts;
	GPtrArray *names;
	GHashTable *index;        /* name -> number */
	GArray *cells;            /* struct cell, row after row */
	GArray *ends;             /* size_t: where each row ends */
};

/* Features that fewer than `rarest` texts have are left out. */
void table_init(struct table *table, const struct concepts *concepts, const struct example_list *corpus, unsigned rarest);
void table_finish(struct table *table);

struct problem {
	const struct table *table;
	const char *kinds;        /* first letters of the features that it may use */
	bool sets;                /* several labels may hold at once; else exactly one does */
	unsigned labels;
	const uint8_t *truth;     /* rows × labels: 1 where it holds */
	double penalty;           /* inverse of what others call C */
};

/* Weights, features × labels; newly allocated. */
double *learn(const struct problem *problem);

/* Scores of one text. */
void learnt_scores(const struct table *table, const double *weights, unsigned labels, const char *text, double *ret);

#endif
