/* The offline classifier: what it says of a text, from several threads too, and damaged files. */
#include "team/classifier.h"

#include <pthread.h>

#include "expect.h"

enum { THREADS = 4, ROUNDS = 4 };

static const char *const texts[] = {
	"The login page crashes with an error 500 when the password is empty; fix it.",
	"Build a web shop with a REST API, a user service and an order service.",
	"Write the documentation of the command line tool.",
	"Checkout takes nine seconds under load. Make it faster.",
	"",
	"\xF0\x9F\x98\x80 \xE6\x97\xA5\xE6\x9C\xAC",
};

static double
sum_of(const double *values, unsigned count)
{
	double sum = 0;
	for (unsigned i = 0; i < count; i++)
		sum += values[i];
	return sum;
}

static void
test_probabilities(void)
{
	GError *error = NULL;
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_autoptr(Classifier) classifier = classifier_load(catalogue, &error);
	g_assert_no_error(error);
	for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct classification found;
		classifier_run(classifier, texts[i], &found);
		g_assert_cmpfloat_with_epsilon(sum_of(found.type, REQUIREMENT_TYPE_COUNT), 1, 1e-9);
		g_assert_cmpfloat_with_epsilon(sum_of(found.complexity, COMPLEXITY_COUNT), 1, 1e-9);
		g_assert_cmpfloat_with_epsilon(sum_of(found.parallelizability, PARALLEL_COUNT), 1, 1e-9);
		g_assert_cmpuint(g_strv_length(found.expertise), >=, 1);
		g_assert_nonnull(found.reasons);
		classification_clear(&found);
	}
}

/* What is plain to everybody. */
static void
test_plain(void)
{
	static const enum requirement_type expected[] = { REQUIREMENT_BUG_FIX, REQUIREMENT_FEATURE, REQUIREMENT_DOCUMENTATION, REQUIREMENT_PERFORMANCE };
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_autoptr(Classifier) classifier = classifier_load(catalogue, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(expected); i++) {
		struct classification found;
		classifier_run(classifier, texts[i], &found);
		for (unsigned type = 0; type < REQUIREMENT_TYPE_COUNT; type++)
			g_assert_true(type == expected[i] || found.type[type] < found.type[expected[i]]);
		classification_clear(&found);
	}
}

static void *
classify_all(void *data)
{
	for (unsigned i = 0; i < ROUNDS * G_N_ELEMENTS(texts); i++) {
		struct classification found;
		classifier_run(data, texts[i % G_N_ELEMENTS(texts)], &found);
		classification_clear(&found);
	}
	return NULL;
}

static void
test_threads(void)
{
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_autoptr(Classifier) classifier = classifier_load(catalogue, NULL);
	pthread_t threads[THREADS];
	for (unsigned i = 0; i < THREADS; i++)
		g_assert_cmpint(pthread_create(&threads[i], NULL, classify_all, classifier), ==, 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static const struct {
	const char *file, *text, *says;
	enum error_code code;
} damaged[] = {
	{ "classifier.txt", "nonsense\n", "classifier.txt:1: ", ERR_CONFIG },
	{ "classifier.txt", "", "the field requirement_type is missing", ERR_CONFIG },
	{ "classifier.txt", "# weights\nfield requirement_type 0 1 feature bug\n", "classifier.txt:2: ", ERR_CONFIG },
	{ "classifier.txt", "field requirement_type\n", "classifier.txt:1: ", ERR_CONFIG },
	{ "concepts.yaml", "concepts: {}\n", "concepts.yaml", ERR_CONFIG },
	{ "concepts.yaml", "concepts:\n  login: [7]\n", "concepts.yaml:2:", ERR_CONFIG },
	{ "concepts.yaml", "concepts: [\n", "concepts.yaml:", ERR_INPUT },
};

/* Each message says where, and what to do. */
static void
test_damaged(void)
{
	g_autofree char *folder = temporary_folder();
	for (unsigned i = 0; i < G_N_ELEMENTS(damaged); i++) {
		GError *error = NULL;
		g_autofree char *name = g_strdup_printf("project-%u", i), *project = g_build_filename(folder, name, NULL);
		g_autofree char *file = g_strconcat(".teamwright/lexicon/", damaged[i].file, NULL);
		write_file(project, file, damaged[i].text);
		g_autoptr(Catalogue) catalogue = catalogue_open(project);
		g_assert_null(classifier_load(catalogue, &error));
		g_test_message("%s (%s)", error->message, error_remedy(error));
		g_assert_nonnull(error_remedy(error));
		g_assert_true(*error_remedy(error) && !strchr(error_remedy(error), '%'));
		expect_error(&error, damaged[i].code, damaged[i].says);
	}
	remove_folder(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/classifier/probabilities", test_probabilities);
	g_test_add_func("/classifier/plain", test_plain);
	g_test_add_func("/classifier/threads", test_threads);
	g_test_add_func("/classifier/damaged", test_damaged);
	return g_test_run();
}
