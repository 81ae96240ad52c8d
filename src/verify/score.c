#include "verify/score.h"

#include <math.h>

static const struct record_field score_fields[] = {
	RECORD_FIELD(score, validation, 0, "criteria passed / all"),
	RECORD_FIELD(score, completeness, 0, "statements covered / statements"),
	RECORD_FIELD(score, implementation, 0, "cases passed / planned, mean over operations"),
	RECORD_FIELD(score, penalty, 0, "sum of the weights of findings, at most 1"),
	RECORD_FIELD(score, quality, 0, "0 to 1"),
	RECORD_FIELD(score, band, 0, "in a word"),
	RECORD_FIELD(score, note, 0, "what was not applicable"),
};
RECORD_TYPE(score, RECORD_DROP, "a quality score and its parts");

static const double severity_weights[] = {
	[SEVERITY_LOW] = 0.01, [SEVERITY_MEDIUM] = 0.05, [SEVERITY_HIGH] = 0.2, [SEVERITY_CRITICAL] = 0.5,
};

static const char *
band_of(double quality)
{
	static const struct {
		double least;
		const char *name;
	} bands[] = { { 0.90, "excellent" }, { 0.80, "good" }, { 0.70, "acceptable" }, { 0.60, "needs improvement" } };
	for (unsigned i = 0; i < G_N_ELEMENTS(bands); i++)
		if (quality >= bands[i].least)
			return bands[i].name;
	return "poor";
}

void
score_conclude(struct score *score)
{
	const struct {
		const char *name;
		double part, weight;
	} parts[] = {
		{ "validation", score->validation, 0.4 }, { "completeness", score->completeness, 0.3 },
		{ "implementation", score->implementation, 0.2 }, { "findings", 1 - score->penalty, 0.1 },
	};
	double sum = 0, weights = 0;
	g_autoptr(GString) note = g_string_new(NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (isnan(parts[i].part)) {
			g_string_append_printf(note, "%s%s", note->len ? ", " : "", parts[i].name);
			continue;
		}
		sum += parts[i].weight * parts[i].part;
		weights += parts[i].weight;
	}
	score->quality = weights > 0 ? sum / weights : 0;
	g_free(score->band);
	g_free(score->note);
	score->band = g_strdup(band_of(score->quality));
	score->note = note->len ? g_strdup_printf("not applicable, weight shared by the others: %s", note->str) : NULL;
}

static double
implementation_of(const struct operation_result_list *operations)
{
	double sum = 0;
	size_t count = 0;
	for (size_t i = 0; i < operations->count; i++) {
		const struct operation_result *result = &operations->items[i];
		if (!result->planned)
			continue;
		sum += (double)result->passed / (double)result->planned;
		count++;
	}
	return count ? sum / (double)count : NAN;
}

static double
penalty_of(const struct finding_list *findings)
{
	double sum = 0;
	for (size_t i = 0; i < findings->count; i++)
		sum += severity_weights[findings->items[i].severity];
	return MIN(sum, 1);
}

void
score_verification(const struct verification *verification, size_t covered, size_t statements, struct score *ret)
{
	record_init(&score_record, ret);
	ret->validation = verification->criteria.count ? verification->score : NAN;
	ret->completeness = statements ? (double)covered / (double)statements : NAN;
	ret->implementation = implementation_of(&verification->operations);
	ret->penalty = penalty_of(&verification->findings);
	score_conclude(ret);
}
