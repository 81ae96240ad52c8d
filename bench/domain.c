/* Measures the offline reader of entities on labelled requirements.
 *
 *	build/rel/bench/domain [-v|--features] FILE.jsonl…
 *
 * Without FILE: the examples that training never sees. A line is {"id", "text", "requirement_type", "entities"}. Only feature_development counts.
 * Prints the mean Jaccard of entity names: over records with labels, and over all. -v shows each
 * record, --features the candidates with their features (tab-separated), for learning weights. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "team/domain.h"
#include "team/mention.h"

struct sum {
	double labelled, all;
	unsigned labelled_count, all_count, right_empty, empty;
};

static bool
is_label(const struct value *labels, const char *name)
{
	VALUE_EACH (label, labels)
		if (strcmp(label->text, name) == 0)
			return true;
	return false;
}

static double
jaccard(const struct value *labels, const struct entity_list *entities)
{
	size_t common = 0;
	for (size_t i = 0; i < entities->count; i++)
		common += is_label(labels, entities->items[i].name);
	size_t both = value_count(labels) + entities->count - common;
	return both ? (double)common / (double)both : 1;
}

static void
show_features(const struct lexicon *lexicon, const struct value *record, const char *text)
{
	struct reading reading;
	reading_init(&reading, lexicon, text);
	g_autoptr(GArray) clauses = clauses_new();
	clauses_read(&reading, clauses);
	g_autoptr(GPtrArray) candidates = candidates_read(&reading, clauses);
	for (unsigned i = 0; i < candidates->len; i++) {
		const struct candidate *candidate = candidates->pdata[i];
		printf("%s\t%s\t%d\t%d\t%d", value_member_text(record, "id"), candidate->name,
		       is_label(value_member(record, "entities"), candidate->name), candidate->stated, candidate->thing != NULL);
		for (unsigned f = 0; f < MENTION_FEATURE_COUNT; f++)
			if (candidate->features >> f & 1)
				printf("\t%s", mention_feature_names[f]);
		printf("\n");
	}
	reading_finish(&reading);
}

static void
measure(const struct lexicon *lexicon, const struct value *record, bool verbose, struct sum *sum)
{
	const char *text = value_member_text(record, "text");
	const struct value *labels = value_member(record, "entities");
	struct statement_list statements;
	struct entity_list entities;
	statements_read(lexicon, text, &statements);
	entities_read(lexicon, text, &statements, &entities);
	double score = jaccard(labels, &entities);
	sum->all += score;
	sum->all_count++;
	if (value_count(labels)) {
		sum->labelled += score;
		sum->labelled_count++;
	} else {
		sum->empty++;
		sum->right_empty += entities.count == 0;
	}
	if (verbose) {
		g_autofree char *wanted = value_to_json(labels, false);
		printf("%.2f %s %s ->", score, value_member_text(record, "id"), wanted);
		for (size_t i = 0; i < entities.count; i++)
			printf(" %s", entities.items[i].name);
		printf("\n");
	}
	for (size_t i = 0; i < entities.count; i++)
		record_finish(&entity_record, &entities.items[i]);
	for (size_t i = 0; i < statements.count; i++)
		record_finish(&statement_record, &statements.items[i]);
	g_free(entities.items);
	g_free(statements.items);
}

static bool
measure_file(const struct lexicon *lexicon, const char *path, const char *mode, struct sum *sum, GError **error)
{
	g_autofree char *text = NULL;
	if (!g_file_get_contents(path, &text, NULL, error))
		return false;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		if (!**line)
			continue;
		g_autoptr(Doc) doc = doc_read_json(path, *line, strlen(*line), NULL, error);
		if (!doc)
			return false;
		const struct value *record = doc_root(doc);
		if (g_strcmp0(value_member_text(record, "requirement_type"), "feature_development") != 0)
			continue;
		if (g_str_equal(mode, "--features"))
			show_features(lexicon, record, value_member_text(record, "text"));
		else
			measure(lexicon, record, g_str_equal(mode, "-v"), sum);
	}
	return true;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_autoptr(Lexicon) lexicon = lexicon_load(catalogue, &error);
	struct sum sum = { 0 };
	const char *mode = argc > 1 && *argv[1] == '-' ? argv[1] : "";
	int first = 1 + (*mode != '\0');
	if (lexicon && first >= argc)
		measure_file(lexicon, "bench/corpus/holdout.jsonl", mode, &sum, &error);
	for (int i = first; lexicon && i < argc && !error; i++)
		measure_file(lexicon, argv[i], mode, &sum, &error);
	if (error) {
		fprintf(stderr, "%s\n", error->message);
		return error_exit(error_code(error));
	}
	if (!g_str_equal(mode, "--features"))
		printf("labelled %u: %.3f   all %u: %.3f   empty %u: %u right\n", sum.labelled_count, sum.labelled / sum.labelled_count,
		       sum.all_count, sum.all / sum.all_count, sum.empty, sum.right_empty);
	return 0;
}
