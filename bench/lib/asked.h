/* Analyses by a model, for measuring it on labelled requirements. */
#ifndef BENCH_ASKED_H
#define BENCH_ASKED_H

#include "lib/learn.h"
#include "team/analysis.h"

struct asked_options {
	const char *model;               /* as its server calls it; "auto" for any */
	const char *record, *replay;     /* files; NULL */
	size_t count;                    /* of the corpus, from its beginning */
};

/* What it took. */
struct asked_result {
	struct analysis *answers;        /* as many as were asked for */
	bool *fell_back;                 /* the offline analyst's */
	unsigned repairs, fallbacks;
	int64_t calls, replayed, input_tokens, output_tokens, unpriced;
	double dollars;                  /* of the calls whose price is known */
};

/* False with the error of a model that ends all asking. */
bool asked_run(const struct asked_options *options, const struct example_list *corpus, struct asked_result *ret, GError **error);
void asked_finish(struct asked_result *result, size_t count);

#endif
