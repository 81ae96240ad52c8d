/* How right the offline analyser is on labelled requirements, beside always answering the most
 * frequent label and beside a linear model of single words, both from the same training corpus.
 *     bench/analysis [FILE.jsonl]        without FILE: the part of our corpus that is never trained on
 *     bench/analysis --model NAME [--sample N] [--record FILE | --replay FILE] [FILE.jsonl]
 *                                        the same corpus, or its first N, by a model; calls cost what they cost */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "lib/asked.h"
#include "team/analyst.h"
#include "team/classifier.h"


enum { MOST_LABELS = 16, BOOTSTRAPS = 1000, BINS = 10, ROUNDS = 5 };
static const char corpus_folder[] = "bench/corpus", held_back[] = "bench/corpus/holdout.jsonl";

/* One label of which exactly one holds. */
struct field {
	const char *name;
	const char *const *labels;
	unsigned count;
	size_t in_example, in_analysis, in_classification;
	double first_goal;
};

static const struct field fields[] = {
	{"requirement_type", requirement_type_names, REQUIREMENT_TYPE_COUNT, offsetof(struct example, requirement_type),
	 offsetof(struct analysis, requirement_type), offsetof(struct classification, type), 0.75},
	{"complexity", complexity_names, COMPLEXITY_COUNT, offsetof(struct example, complexity),
	 offsetof(struct analysis, complexity), offsetof(struct classification, complexity), 0.60},
	{"parallelizability", parallelizability_names, PARALLEL_COUNT, offsetof(struct example, parallelizability),
	 offsetof(struct analysis, parallelizability), offsetof(struct classification, parallelizability), 0.72},
};

static unsigned
truth_of(const struct field *field, const struct example *example)
{
	return *(const unsigned *)(const void *)((const char *)example + field->in_example);
}

static unsigned
label_of(const struct field *field, const struct analysis *analysis)
{
	return *(const unsigned *)(const void *)((const char *)analysis + field->in_analysis);
}

static const double *
probabilities_of(const struct field *field, const struct classification *classification)
{
	return (const double *)(const void *)((const char *)classification + field->in_classification);
}

static int
compare_numbers(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The 95 % interval of a mean, from samples drawn with replacement. */
static void
bootstrap(const double *values, size_t count, double *ret_low, double *ret_high)
{
	double means[BOOTSTRAPS];
	GRand *random = g_rand_new_with_seed(1);
	for (unsigned n = 0; n < BOOTSTRAPS; n++) {
		double sum = 0;
		for (size_t i = 0; i < count; i++)
			sum += values[g_rand_int_range(random, 0, (gint32)count)];
		means[n] = sum / (double)count;
	}
	g_rand_free(random);
	qsort(means, BOOTSTRAPS, sizeof *means, compare_numbers);
	*ret_low = means[BOOTSTRAPS / 40];
	*ret_high = means[BOOTSTRAPS - 1 - BOOTSTRAPS / 40];
}

static double
mean(const double *values, size_t count)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum / (double)count;
}

/* Mean of the F1 scores of the labels that occur. */
static double
macro_f1(const unsigned (*confusion)[MOST_LABELS], unsigned count)
{
	double sum = 0;
	unsigned seen = 0;
	for (unsigned k = 0; k < count; k++) {
		unsigned said = 0, is = 0;
		for (unsigned j = 0; j < count; j++) {
			said += confusion[j][k];
			is += confusion[k][j];
		}
		seen += is > 0;
		sum += is ? 2.0 * confusion[k][k] / (said + is) : 0;
	}
	return seen ? sum / seen : 0;
}

/* Expected calibration error: confidence against accuracy, in bins of equal width. */
static double
calibration_error(const double *confidence, const double *right, size_t count)
{
	double sum = 0;
	for (unsigned bin = 0; bin < BINS; bin++) {
		double sure = 0, good = 0;
		for (size_t i = 0; i < count; i++)
			if (MIN((unsigned)(confidence[i] * BINS), BINS - 1) == bin) {
				sure += confidence[i];
				good += right[i];
			}
		sum += fabs(sure - good);
	}
	return sum / (double)count;
}

static double
confident_half(const double *confidence, const double *right, size_t count)
{
	g_autofree double *sorted = g_memdup2(confidence, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, compare_numbers);
	double least = sorted[count / 2], sum = 0;
	unsigned found = 0;
	for (size_t i = 0; i < count; i++)
		if (confidence[i] >= least) {
			sum += right[i];
			found++;
		}
	return found ? sum / found : 0;
}

struct sample {
	struct example_list corpus, training;
	struct analysis *answers;
	struct classification *classified;   /* with the probabilities */
	struct concepts *concepts;
};

static double
majority(const struct field *field, const struct sample *sample)
{
	double share[MOST_LABELS] = {0}, right = 0;
	for (size_t i = 0; i < sample->training.count; i++)
		share[truth_of(field, &sample->training.items[i])]++;
	unsigned best = classification_likeliest(share, field->count);
	for (size_t i = 0; i < sample->corpus.count; i++)
		right += truth_of(field, &sample->corpus.items[i]) == best;
	return right / (double)sample->corpus.count;
}

static double
linear_baseline(const struct field *field, const struct sample *sample, const struct table *table)
{
	g_autofree uint8_t *truth = g_new0(uint8_t, sample->training.count * field->count);
	for (size_t i = 0; i < sample->training.count; i++)
		truth[i * field->count + truth_of(field, &sample->training.items[i])] = 1;
	struct problem problem = {table, "w", false, field->count, truth, 1};
	g_autofree double *weights = learn(&problem);
	double right = 0, scores[MOST_LABELS];
	for (size_t i = 0; i < sample->corpus.count; i++) {
		learnt_scores(table, weights, field->count, sample->corpus.items[i].text, scores);
		right += truth_of(field, &sample->corpus.items[i]) == classification_likeliest(scores, field->count);
	}
	return right / (double)sample->corpus.count;
}

static void
report_field(const struct field *field, const struct sample *sample, const struct table *words)
{
	size_t count = sample->corpus.count;
	unsigned confusion[MOST_LABELS][MOST_LABELS] = {{0}}, near = 0;
	double brier = 0, low, high;
	g_autofree double *right = g_new0(double, count), *confidence = g_new0(double, count);
	for (size_t i = 0; i < count; i++) {
		const double *p = probabilities_of(field, &sample->classified[i]);
		unsigned is = truth_of(field, &sample->corpus.items[i]), said = label_of(field, &sample->answers[i]);
		confusion[is][said]++;
		right[i] = is == said;
		confidence[i] = p[said];
		near += is + 1 >= said && said + 1 >= is;
		for (unsigned k = 0; k < field->count; k++)
			brier += (p[k] - (k == is)) * (p[k] - (k == is));
	}
	bootstrap(right, count, &low, &high);
	printf("%-18s %.3f [%.3f, %.3f]  first goal %.2f  majority %.3f  words %.3f  macro-F1 %.3f  Brier %.3f  calibration %.3f  sure half %.3f",
	       field->name, mean(right, count), low, high, field->first_goal, majority(field, sample), linear_baseline(field, sample, words),
	       macro_f1((const unsigned (*)[MOST_LABELS])confusion, field->count), brier / (double)count,
	       calibration_error(confidence, right, count), confident_half(confidence, right, count));
	if (field->count == COMPLEXITY_COUNT)
		printf("  within one %.3f", near / (double)count);
	putchar('\n');
}

static double
jaccard(char **a, char **b)
{
	unsigned both = 0, of_a = a ? g_strv_length(a) : 0, of_b = b ? g_strv_length(b) : 0;
	for (unsigned i = 0; i < of_a; i++)
		both += of_b && g_strv_contains((const char *const *)b, a[i]);
	return of_a + of_b ? both / (double)(of_a + of_b - both) : 1;
}

static void
report_sets(const struct sample *sample)
{
	size_t count = sample->corpus.count;
	double low, high;
	g_autofree double *expertise = g_new0(double, count), *components = g_new0(double, count);
	for (size_t i = 0; i < count; i++) {
		expertise[i] = jaccard(sample->answers[i].required_expertise, sample->corpus.items[i].required_expertise);
		components[i] = jaccard(sample->answers[i].components, sample->corpus.items[i].components);
	}
	bootstrap(expertise, count, &low, &high);
	printf("%-18s Jaccard %.3f [%.3f, %.3f]\n", "required_expertise", mean(expertise, count), low, high);
	bootstrap(components, count, &low, &high);
	printf("%-18s Jaccard %.3f [%.3f, %.3f]\n", "components", mean(components, count), low, high);
}

/* Every file of the corpus folder but the one held back. */
static bool
read_training(struct example_list *ret, GError **error)
{
	g_autoptr(GDir) folder = g_dir_open(corpus_folder, 0, error);
	const char *name;
	while (folder && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *path = g_build_filename(corpus_folder, name, NULL);
		if (g_str_has_suffix(name, ".jsonl") && !g_str_equal(path, held_back) && !corpus_read(path, ret, error))
			return false;
	}
	return folder != NULL;
}

static void
analyse(const struct analyst *analyst, struct sample *sample)
{
	size_t count = sample->corpus.count;
	int64_t began = 0;
	sample->answers = g_new0(struct analysis, count);
	for (unsigned round = 0; round <= ROUNDS; round++) {   /* the first one only warms the caches */
		if (round == 1)
			began = g_get_monotonic_time();
		for (size_t i = 0; i < count; i++) {
			if (round)
				record_finish(&analysis_record, &sample->answers[i]);
			analyst_analyse(analyst, sample->corpus.items[i].text, &sample->answers[i]);
		}
	}
	printf("%zu texts, %.0f µs each\n", count, (double)(g_get_monotonic_time() - began) / ROUNDS / (double)count);
}

static void
classify(const struct classifier *classifier, struct sample *sample)
{
	sample->classified = g_new0(struct classification, sample->corpus.count);
	for (size_t i = 0; i < sample->corpus.count; i++)
		classifier_run(classifier, sample->corpus.items[i].text, &sample->classified[i]);
}

static void
sample_finish(struct sample *sample)
{
	for (size_t i = 0; i < sample->corpus.count; i++) {
		record_finish(&analysis_record, &sample->answers[i]);
		if (sample->classified)
			classification_clear(&sample->classified[i]);
	}
	g_free(sample->answers);
	g_free(sample->classified);
	corpus_finish(&sample->corpus);
	corpus_finish(&sample->training);
}

/* --- by a model ----------------------------------------------------------------------------- */

/* The share of right answers of the model, and of the offline analyst on the same texts. Answers that are not the model's count as wrong:
 * what is measured is the model. */
static void
report_asked(const struct field *field, const struct sample *sample, const struct asked_result *asked, size_t count)
{
	double low, high;
	g_autofree double *right = g_new0(double, count), *offline = g_new0(double, count);
	for (size_t i = 0; i < count; i++) {
		unsigned is = truth_of(field, &sample->corpus.items[i]);
		right[i] = !asked->fell_back[i] && label_of(field, &asked->answers[i]) == is;
		offline[i] = label_of(field, &sample->answers[i]) == is;
	}
	bootstrap(right, count, &low, &high);
	printf("%-18s model %.3f [%.3f, %.3f]  offline %.3f  n %zu\n", field->name, mean(right, count), low, high, mean(offline, count), count);
}

static bool
measure_model(struct asked_options *options, const struct analyst *analyst, struct sample *sample, GError **error)
{
	struct asked_result asked;
	options->count = options->count ? MIN(options->count, sample->corpus.count) : sample->corpus.count;
	analyse(analyst, sample);
	bool ok = asked_run(options, &sample->corpus, &asked, error);
	if (ok) {
		const char *who = "nobody";
		for (size_t i = 0; i < options->count; i++)
			who = asked.fell_back[i] ? who : asked.answers[i].analyst;
		printf("model %s: %" G_GINT64_FORMAT " calls, %" G_GINT64_FORMAT " from a recording, %u repairs, %u without an answer that could be used; %" G_GINT64_FORMAT
		       " tokens in, %" G_GINT64_FORMAT " out", who, asked.calls, asked.replayed, asked.repairs, asked.fallbacks, asked.input_tokens,
		       asked.output_tokens);
		if (!isnan(asked.dollars))
			printf(", $%.4f", asked.dollars);
		printf(asked.unpriced ? "; the cost of %" G_GINT64_FORMAT " calls is unknown\n" : "\n", asked.unpriced);
		for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++)
			report_asked(&fields[i], sample, &asked, options->count);
	}
	asked_finish(&asked, options->count);
	return ok;
}

/* Takes the options out of the words; the file that remains, NULL for none. */
static const char *
read_words(int argc, char **argv, struct asked_options *options)
{
	const char *file = NULL;
	for (int i = 1; i < argc; i++) {
		const char **text = g_str_equal(argv[i], "--model") ? &options->model : g_str_equal(argv[i], "--record") ? &options->record
		                  : g_str_equal(argv[i], "--replay") ? &options->replay : NULL;
		if (text && i + 1 < argc)
			*text = argv[++i];
		else if (g_str_equal(argv[i], "--sample") && i + 1 < argc)
			options->count = (size_t)g_ascii_strtoull(argv[++i], NULL, 10);
		else
			file = argv[i];
	}
	return file;
}

static void
report_offline(const struct analyst *analyst, const struct classifier *classifier, const struct concepts *concepts, struct sample *sample)
{
	struct table words;
	analyse(analyst, sample);
	classify(classifier, sample);
	table_init(&words, concepts, &sample->training, 2);
	for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++)
		report_field(&fields[i], sample, &words);
	report_sets(sample);
	table_finish(&words);
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	struct asked_options options = {0};
	const char *file = read_words(argc, argv, &options);
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	int64_t began = g_get_monotonic_time();
	g_autoptr(Analyst) analyst = analyst_load(catalogue, &error);
	double load = (double)(g_get_monotonic_time() - began) / 1000;
	g_autoptr(Classifier) classifier = analyst ? classifier_load(catalogue, &error) : NULL;
	g_autoptr(Concepts) concepts = classifier ? concepts_load(catalogue, &error) : NULL;
	struct sample sample = {.concepts = concepts};
	if (!concepts || !corpus_read(file ? file : held_back, &sample.corpus, &error) || !read_training(&sample.training, &error)) {
		fprintf(stderr, "%s\n", error->message);
		return error_exit(error_code(error));
	}
	printf("what it knows is read in %.1f ms; ", load);
	if (!options.model) {
		report_offline(analyst, classifier, concepts, &sample);
	} else if (!measure_model(&options, analyst, &sample, &error)) {
		fprintf(stderr, "%s\n", error->message);
		return error_exit(error_code(error));
	}
	sample_finish(&sample);
	return 0;
}
