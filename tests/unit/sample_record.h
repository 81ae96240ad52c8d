/* A record with a field of every kind, and random ones of it. */
#ifndef TESTS_SAMPLE_RECORD_H
#define TESTS_SAMPLE_RECORD_H

#include "base/record.h"

enum sample_level { SAMPLE_LOW, SAMPLE_HIGH };
static const char *const sample_level_names[] = { "low", "high", NULL };

struct part {
	char *name;
	int64_t weight;
};
RECORD_LIST_OF(part);

struct sample {
	char *id, *title;
	int64_t count, maybe, seen;
	double ratio;
	bool done;
	enum sample_level level;
	struct doc *any;
	char **tags;
	struct part main;
	struct part_list parts;
	struct doc *others;
};

static const struct record_field part_fields[] = {
	RECORD_FIELD(part, name, RECORD_REQUIRED, "what it is called"),
	RECORD_FIELD(part, weight, 0, "in grams", .preset = "7"),
};
static RECORD_TYPE(part, RECORD_REJECT, "one part", .scalar = "name");

static const struct record_field sample_fields[] = {
	RECORD_FIELD(sample, id, RECORD_REQUIRED, "stable name"),
	RECORD_FIELD(sample, title, 0, "for people", .alias = "headline"),
	RECORD_FIELD(sample, count, 0, "how many", .preset = "-3"),
	RECORD_FIELD(sample, maybe, RECORD_OPTIONAL, "perhaps a number"),
	RECORD_FIELD(sample, seen, RECORD_VOLATILE, "when it was looked at"),
	RECORD_FIELD(sample, ratio, 0, "a share"),
	RECORD_FIELD(sample, done, 0, "whether it is over", .preset = "true"),
	RECORD_ENUM(sample, level, 0, sample_level_names, "how high", .preset = "high"),
	RECORD_FIELD(sample, any, 0, "anything"),
	RECORD_FIELD(sample, tags, 0, "words", .alias = "labels"),
	RECORD_PART(sample, main, part, 0, "the main part"),
	RECORD_LIST(sample, parts, part, 0, "all parts", .alias = "pieces"),
	RECORD_FIELD(sample, others, RECORD_EXTRA, "what nobody knows"),
};
static RECORD_TYPE(sample, RECORD_KEEP, "a record with everything");

static inline char *
sample_word(GRand *random)
{
	static const char *const words[] = { "", "a", "b c", "\"q\"", "é€😀", "line\nline", "null", "1" };
	return g_strdup(words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))]);
}

static inline void
sample_fill_part(struct part *part, GRand *random)
{
	part->name = sample_word(random);
	part->weight = (int64_t)g_rand_int(random) - INT32_MAX;
}

/* Fills a sample that record_init has seen with anything that may stand in it. */
static inline void
sample_fill(struct sample *sample, GRand *random)
{
	static const char *const anything[] = { "null", "[]", "{\"a\":[1,2.50,{}]}", "\"text\"", "true", "1e3" };
	sample->id = sample_word(random);
	sample->title = g_rand_boolean(random) ? sample_word(random) : NULL;
	sample->count = (int64_t)g_rand_int(random) * g_rand_int_range(random, INT32_MIN, INT32_MAX);
	sample->maybe = g_rand_boolean(random) ? RECORD_NO_INT : (int64_t)g_rand_int(random);
	sample->seen = g_rand_int(random);
	sample->ratio = g_rand_boolean(random) ? g_rand_double_range(random, -1e9, 1e9) : sample->ratio;
	sample->done = g_rand_boolean(random);
	sample->level = g_rand_boolean(random) ? SAMPLE_LOW : SAMPLE_HIGH;
	sample->any = g_rand_boolean(random) ? doc_own(anything[g_rand_int_range(random, 0, G_N_ELEMENTS(anything))]) : NULL;
	for (int i = g_rand_int_range(random, 0, 4); i > 0; i--) {
		g_autofree char *word = sample_word(random);
		record_set(record_field(&sample_record, "tags"), sample, word, NULL);
	}
	sample_fill_part(&sample->main, random);
	for (int i = g_rand_int_range(random, 0, 6); i > 0; i--)
		sample_fill_part(record_append(&part_record, &sample->parts), random);
	sample->others = g_rand_boolean(random) ? doc_own("{\"x-note\":[1],\"others\":{\"id\":2},\"a\\u0000b\":true}") : NULL;
}

#endif
