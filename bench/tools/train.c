/* Makes catalogue/lexicon/classifier.txt from labelled requirements:
 *     build/rel/bench/tools/train bench/corpus/??-*.jsonl > catalogue/lexicon/classifier.txt */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "lib/learn.h"

enum { RAREST = 4, RAREST_LABEL = 20 };
static const double SMALLEST = 0.045;   /* weights below are not worth their bytes */

struct task {
	const char *name, *kinds;
	double penalty, threshold;
	unsigned least;
	const char *const *labels;      /* NULL: those that are frequent enough */
	unsigned label_count;
	size_t offset;                  /* in struct example */
};

/* How hard a task is and how many tasks run at once is said by concepts and shape; single words
 * only say it of the corpus they come from. Penalties and thresholds by trying on examples that were kept back. */
static const struct task tasks[] = {
	{"requirement_type", "whpcdnfs", 3.3, 0, 1, requirement_type_names, REQUIREMENT_TYPE_COUNT, offsetof(struct example, requirement_type)},
	{"complexity", "cdnfs", 20, 0, 1, complexity_names, COMPLEXITY_COUNT, offsetof(struct example, complexity)},
	{"parallelizability", "cdnfs", 40, 0, 1, parallelizability_names, PARALLEL_COUNT, offsetof(struct example, parallelizability)},
	{"required_expertise", "wcdnfs", 3.3, 0.3, 1, NULL, 0, offsetof(struct example, required_expertise)},
	{"components", "wcdnfs", 3.3, 0.3, 0, NULL, 0, offsetof(struct example, components)},
};

static char **
words_of(const struct task *task, const struct example *example)
{
	return *(char ***)(void *)((char *)example + task->offset);
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
labels_of(const struct task *task, const struct example_list *corpus)
{
	g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *labels = g_ptr_array_new();
	for (unsigned i = 0; i < task->label_count; i++)
		g_ptr_array_add(labels, (char *)task->labels[i]);
	for (size_t i = 0; !task->labels && i < corpus->count; i++)
		for (char **word = words_of(task, &corpus->items[i]); word && *word; word++) {
			unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, *word)) + 1;
			g_hash_table_insert(counts, *word, GUINT_TO_POINTER(count));
			if (count == RAREST_LABEL)
				g_ptr_array_add(labels, *word);
		}
	if (!task->labels)
		g_ptr_array_sort(labels, compare_texts);
	return labels;
}

static uint8_t *
truth_of(const struct task *task, const GPtrArray *labels, const struct example_list *corpus)
{
	uint8_t *truth = g_new0(uint8_t, corpus->count * labels->len);
	for (size_t i = 0; i < corpus->count; i++) {
		uint8_t *row = truth + i * labels->len;
		if (task->labels) {
			row[*(unsigned *)(void *)((char *)&corpus->items[i] + task->offset)] = 1;
			continue;
		}
		char **words = words_of(task, &corpus->items[i]);
		for (unsigned k = 0; words && k < labels->len; k++)
			row[k] = g_strv_contains((const char *const *)words, labels->pdata[k]);
	}
	return truth;
}

static void
print_field(const struct task *task, const GPtrArray *labels)
{
	printf("field %s %g %u", task->name, task->threshold, task->least);
	for (unsigned i = 0; i < labels->len; i++)
		printf(" %s", (char *)labels->pdata[i]);
	putchar('\n');
}

static void
append_weights(const double *weights, unsigned labels, unsigned first, unsigned feature, GString *ret)
{
	for (unsigned k = 0; k < labels; k++) {
		double weight = weights[feature * labels + k];
		if (fabs(weight) >= SMALLEST)
			g_string_append_printf(ret, " %u:%ld", first + k, lround(100 * weight));
	}
}

static void
train(const struct table *table, const struct example_list *corpus)
{
	g_autofree GString **lines = g_new(GString *, table->names->len);
	unsigned column = 0;
	for (unsigned i = 0; i < table->names->len; i++)
		lines[i] = g_string_new(table->names->pdata[i]);
	for (unsigned t = 0; t < G_N_ELEMENTS(tasks); t++) {
		GPtrArray *labels = labels_of(&tasks[t], corpus);
		g_autofree uint8_t *truth = truth_of(&tasks[t], labels, corpus);
		struct problem problem = {table, tasks[t].kinds, !tasks[t].labels, labels->len, truth, tasks[t].penalty};
		g_autofree double *weights = learn(&problem);
		for (unsigned i = 0; i < table->names->len; i++)
			append_weights(weights, labels->len, column, i, lines[i]);
		column += labels->len;
		print_field(&tasks[t], labels);
		fprintf(stderr, "%s: %u labels, %zu examples\n", tasks[t].name, labels->len, corpus->count);
		g_ptr_array_free(labels, TRUE);
	}
	for (unsigned i = 0; i < table->names->len; i++) {
		if (strchr(lines[i]->str, ' '))
			puts(lines[i]->str);
		g_string_free(lines[i], TRUE);
	}
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_autoptr(Concepts) concepts = concepts_load(catalogue, &error);
	struct example_list corpus = {0};
	struct table table;
	for (int i = 1; concepts && !error && i < argc; i++)
		corpus_read(argv[i], &corpus, &error);
	if (error || !corpus.count) {
		fprintf(stderr, "%s\n", error ? error->message : "usage: train CORPUS.jsonl...");
		return 2;
	}
	puts("# Weights of the offline classifier, in hundredths; written by bench/tools/train.c from bench/corpus. Do not edit.");
	table_init(&table, concepts, &corpus, RAREST);
	train(&table, &corpus);
	table_finish(&table);
	corpus_finish(&corpus);
	return 0;
}
