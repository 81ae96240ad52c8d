#include <pthread.h>
#include <string.h>

#include "base/doc.h"
#include "base/error.h"
#include "expect.h"
#include "team/classifier.h"
#include "team/concept.h"

#define HELD_BACK "bench/corpus/holdout.jsonl"

static struct catalogue *catalogue;
static struct classifier *classifier;

static void
check_sum(const double *probabilities, unsigned count)
{
	double sum = 0;
	for (unsigned i = 0; i < count; i++) {
		g_assert_cmpfloat(probabilities[i], >=, 0);
		sum += probabilities[i];
	}
	g_assert_cmpfloat_with_epsilon(sum, 1, 1e-9);
}

static void
check_any(const char *text)
{
	struct classification found;
	classifier_run(classifier, text, &found);
	check_sum(found.type, REQUIREMENT_TYPE_COUNT);
	check_sum(found.complexity, COMPLEXITY_COUNT);
	check_sum(found.parallelizability, PARALLEL_COUNT);
	g_assert_cmpuint(g_strv_length(found.expertise), >=, 1);
	classification_clear(&found);
}

/* Each type in a sentence that leaves no doubt. */
static void
test_plain_cases(void)
{
	static const struct {
		const char *text;
		enum requirement_type type;
	} cases[] = {
		{"Build a recipe web app with recipes and ingredients", REQUIREMENT_FEATURE},
		{"The app crashes with a null pointer exception when I click Save. Steps to reproduce: open, click.", REQUIREMENT_BUG_FIX},
		{"The report page is slow: loading takes 20 seconds. Speed it up.", REQUIREMENT_PERFORMANCE},
		{"CVE-2023-1234 in the XML parser: bump it, the vulnerability lets attackers read files", REQUIREMENT_SECURITY},
		{"Refactor the order service: split the god class, remove duplicated code", REQUIREMENT_REFACTORING},
		{"Migrate from MySQL to PostgreSQL", REQUIREMENT_MIGRATION},
		{"Set up a CI pipeline with GitHub Actions that builds and deploys the Docker image", REQUIREMENT_INFRASTRUCTURE},
		{"The README is outdated: document the installation and add a tutorial", REQUIREMENT_DOCUMENTATION},
		{"Write unit tests for the parser, coverage is at 20 %", REQUIREMENT_TESTING},
		{"Spike: compare Kafka and RabbitMQ and recommend one", REQUIREMENT_RESEARCH},
		{"URGENT: production is down since 9:00, all users get 502, please roll back", REQUIREMENT_INCIDENT},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct classification found;
		classifier_run(classifier, cases[i].text, &found);
		g_assert_cmpstr(requirement_type_names[classification_likeliest(found.type, REQUIREMENT_TYPE_COUNT)], ==, requirement_type_names[cases[i].type]);
		g_assert_cmpuint(g_strv_length(found.reasons), >=, 1);
		classification_clear(&found);
	}
}

/* Reasons are words of the text. */
static void
test_reasons(void)
{
	const char *text = "the checkout crashes with a segfault";
	struct classification found;
	classifier_run(classifier, text, &found);
	for (char **reason = found.reasons; *reason; reason++)
		g_assert_nonnull(strstr(text, *reason));
	classification_clear(&found);
}

static void
test_any_text(void)
{
	g_autofree char *large = g_strnfill(1 << 20, 'a'), *many = g_malloc(1 << 20);
	for (size_t i = 0; i < 1 << 20; i++)
		many[i] = i % 3 == 2 ? ' ' : (char)('a' + i % 26);
	many[(1 << 20) - 1] = 0;
	check_any("");
	check_any("?!");
	check_any("検索条件を保存したい");
	check_any(large);
	check_any(many);
}

/* No worse than when the weights were made: examples that training never saw. */
static void
test_held_back(void)
{
	g_autofree char *text = NULL;
	g_assert_true(g_file_get_contents(HELD_BACK, &text, NULL, NULL));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	unsigned count = 0, right[3] = {0};
	for (char **line = lines; *line && **line; line++, count++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Doc) doc = doc_read_json(HELD_BACK, *line, strlen(*line), NULL, &error);
		const struct value *root = doc_root(doc);
		struct classification found;
		classifier_run(classifier, value_member_text(root, "text"), &found);
		right[0] += g_str_equal(value_member_text(root, "requirement_type"),
		                        requirement_type_names[classification_likeliest(found.type, REQUIREMENT_TYPE_COUNT)]);
		right[1] += g_str_equal(value_member_text(root, "complexity"), complexity_names[classification_likeliest(found.complexity, COMPLEXITY_COUNT)]);
		right[2] += g_str_equal(value_member_text(root, "parallelizability"),
		                        parallelizability_names[classification_likeliest(found.parallelizability, PARALLEL_COUNT)]);
		classification_clear(&found);
	}
	g_assert_cmpuint(count, ==, 200);
	g_assert_cmpuint(right[0], >=, 140);
	g_assert_cmpuint(right[1], >=, 144);
	g_assert_cmpuint(right[2], >=, 146);
}

static void
test_concepts(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Concepts) concepts = concepts_load(catalogue, &error);
	g_assert_no_error(error);
	GStringChunk *texts = g_string_chunk_new(64);
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(struct concept_hit));
	concepts_words("It takes 40 seconds; 遅い", 100, texts, words);
	g_assert_cmpuint(words->len, ==, 6);
	g_assert_cmpstr(words->pdata[4], ==, "遅");
	concepts_find(concepts, words, hits);
	bool phrase = false, dense = false;
	for (unsigned i = 0; i < hits->len; i++) {
		const struct concept_hit *hit = &g_array_index(hits, struct concept_hit, i);
		bool slow = g_str_equal(concepts_name(concepts, hit->concept), "slow");
		phrase |= slow && hit->word == 1 && hit->count == 3;
		dense |= slow && hit->word == 4 && hit->count == 2;
	}
	g_assert_true(phrase && dense);
	g_string_chunk_free(texts);
}

enum { THREADS = 4, ROUNDS = 4 };

/* All runs of a process share one classifier. */
static void *
classify_all(void *data)
{
	static const char *const texts[] = {
		"The login page crashes with an error 500 when the password is empty; fix it.",
		"Build a web shop with a REST API, a user service and an order service.",
		"Checkout takes nine seconds under load. Make it faster.",
		"\xF0\x9F\x98\x80 \xE6\x97\xA5\xE6\x9C\xAC",
	};
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
		g_autoptr(Catalogue) own = catalogue_open(project);
		g_assert_null(classifier_load(own, &error));
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
	g_autoptr(GError) error = NULL;
	g_test_init(&argc, &argv, NULL);
	catalogue = catalogue_open(NULL);
	classifier = classifier_load(catalogue, &error);
	g_assert_no_error(error);
	g_test_add_func("/classifier/plain cases", test_plain_cases);
	g_test_add_func("/classifier/reasons", test_reasons);
	g_test_add_func("/classifier/any text", test_any_text);
	g_test_add_func("/classifier/held back", test_held_back);
	g_test_add_func("/classifier/concepts", test_concepts);
	g_test_add_func("/classifier/threads", test_threads);
	g_test_add_func("/classifier/damaged", test_damaged);
	int failed = g_test_run();
	classifier_destroy(classifier);
	catalogue_close(catalogue);
	return failed;
}
