#include "team/feature.h"

#include <math.h>
#include <string.h>

enum {
	MOST_WORDS = 4000,
	HEAD_WORDS = 8,       /* a title, or how a request begins */
	BROAD_AREAS = 4,
	SHORT_STEM = 4, LONG_STEM = 6,
};

/* Words are many and say little each: together they weigh as much as a few concepts. */
static const double WORDS_LENGTH = 6, DENSITY = 3, DENSITY_SMOOTHING = 5;

/* What there is to count in a text beside its words. */
struct shape {
	double length, lines, bullets, list, question, exclamation, code, headings, numbers, commas, arrow, shouting, asking,
	       areas, concepts, broad;
};

#define SHAPE(XX)                                                                                  \
	XX(length) XX(lines) XX(bullets) XX(list) XX(question) XX(exclamation) XX(code) XX(headings) XX(numbers) XX(commas) \
	XX(arrow) XX(shouting) XX(asking) XX(areas) XX(concepts) XX(broad)

static struct feature *
feature_at(struct features *features, const char *name, uint32_t word, uint32_t words)
{
	gpointer position;
	if (g_hash_table_lookup_extended(features->index, name, NULL, &position))
		return &g_array_index(features->items, struct feature, GPOINTER_TO_UINT(position));
	struct feature feature = {g_string_chunk_insert(features->texts, name), 0, word, words};
	g_hash_table_insert(features->index, (char *)feature.name, GUINT_TO_POINTER(features->items->len));
	g_array_append_val(features->items, feature);
	return &g_array_index(features->items, struct feature, features->items->len - 1);
}

static struct feature *
named(struct features *features, char kind, const char *text, size_t length, const struct concept_hit *hit)
{
	char name[200];
	g_snprintf(name, sizeof name, "%c:%.*s", kind, (int)MIN(length, sizeof name - 3), text);
	return feature_at(features, name, hit->word, hit->count);
}

static void
add_stem(struct features *features, const char *word, glong letters, const struct concept_hit *place)
{
	if (g_utf8_strlen(word, -1) > letters)
		named(features, 'p', word, (size_t)(g_utf8_offset_to_pointer(word, letters) - word), place)->value++;
}

static void
read_words(struct features *features)
{
	for (uint32_t i = 0; i < features->words->len; i++) {
		const char *word = features->words->pdata[i];
		struct concept_hit place = {0, i, 1};
		named(features, 'w', word, strlen(word), &place)->value++;
		if (i < HEAD_WORDS)
			named(features, 'h', word, strlen(word), &place)->value = 1;
		add_stem(features, word, SHORT_STEM, &place);
		add_stem(features, word, LONG_STEM, &place);
	}
	double squares = 0;
	for (unsigned i = 0; i < features->items->len; i++) {
		struct feature *feature = &g_array_index(features->items, struct feature, i);
		feature->value = 1 + log(feature->value);
		squares += feature->value * feature->value;
	}
	for (unsigned i = 0; i < features->items->len; i++)
		g_array_index(features->items, struct feature, i).value *= WORDS_LENGTH / sqrt(squares);
}

static void
add_concept(struct features *features, const char *name, const struct concept_hit *hit, unsigned count, bool head, bool first)
{
	size_t length = strlen(name);
	named(features, 'c', name, length, hit)->value = 1 + log(count);
	named(features, 'd', name, length, hit)->value = count * DENSITY / sqrt(features->words->len + DENSITY_SMOOTHING);
	if (head)
		named(features, 'n', name, length, hit)->value = 1;
	if (first)
		named(features, 'f', name, length, hit)->value = 1;
}

static void
read_concepts(struct features *features, const struct concepts *concepts, struct shape *shape)
{
	unsigned count = concepts_count(concepts), areas = 0, found = 0;
	g_autofree unsigned *times = g_new0(unsigned, count);
	g_autofree struct concept_hit *first = g_new0(struct concept_hit, count);
	g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(struct concept_hit));
	concepts_find(concepts, features->words, hits);
	for (unsigned i = 0; i < hits->len; i++) {
		const struct concept_hit *hit = &g_array_index(hits, struct concept_hit, i);
		if (!times[hit->concept]++)
			first[hit->concept] = *hit;
	}
	for (unsigned i = 0; i < count; i++)
		if (times[i]) {
			add_concept(features, concepts_name(concepts, i), &first[i], times[i], first[i].word < HEAD_WORDS,
			            first[i].word == g_array_index(hits, struct concept_hit, 0).word);
			areas += concepts_is_area(concepts, i);
			found++;
		}
	shape->areas = areas / 3.0;
	shape->concepts = found / 10.0;
	shape->broad = areas >= BROAD_AREAS;
}

static bool
is_bullet(const char *line)
{
	line += strspn(line, " \t");
	size_t digits = strspn(line, "0123456789");
	if (digits)
		return (line[digits] == '.' || line[digits] == ')') && g_ascii_isspace(line[digits + 1]);
	return (*line == '-' || *line == '*' || g_str_has_prefix(line, "•")) && strpbrk(line, " \t");
}

static void
read_lines(const char *text, struct shape *shape)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", MOST_WORDS);
	unsigned count = 0, bullets = 0;
	for (char **line = lines; *line; line++) {
		count += *g_strstrip(*line) != 0;
		bullets += is_bullet(*line);
	}
	shape->lines = log1p(count) / 2;
	shape->bullets = log1p(bullets) / 2;
	shape->list = bullets > 1;
}

/* Words in capital letters, of some length: abbreviations do not count. */
static bool
is_shouting(const char *text)
{
	unsigned run = 0, words = 0;
	for (; *text; text++) {
		run = g_ascii_isupper(*text) ? run + 1 : 0;
		words += run == 4 && !g_ascii_islower(text[1]);
	}
	return words > 1;
}

static unsigned
count_of(const char *text, char sign)
{
	unsigned count = 0;
	for (; (text = strchr(text, sign)) != NULL; text++)
		count++;
	return count;
}

static void
read_signs(const struct features *features, const char *text, struct shape *shape)
{
	unsigned numbers = 0;
	for (unsigned i = 0; i < features->words->len; i++) {
		const char *word = features->words->pdata[i];
		numbers += strspn(word, "0123456789") == strlen(word);
	}
	size_t length = strlen(text);
	while (length && g_ascii_isspace(text[length - 1]))
		length--;
	shape->length = log1p(features->words->len) / 3;
	shape->question = strchr(text, '?') != NULL;
	shape->exclamation = strchr(text, '!') != NULL;
	shape->code = strchr(text, '`') || strstr(text, "()");
	shape->headings = strchr(text, '#') || strstr(text, "**");
	shape->numbers = log1p(numbers) / 2;
	shape->commas = log1p(count_of(text, ',')) / 2;
	shape->arrow = strstr(text, "->") || strstr(text, "→");
	shape->shouting = is_shouting(text);
	shape->asking = length && text[length - 1] == '?';
}

static void
add_shape(struct features *features, const struct shape *shape)
{
	struct concept_hit nowhere = {0, FEATURE_OF_TEXT, 0};
#define XX(member)                                                                                 \
	if (shape->member > 0)                                                                     \
		named(features, 's', #member, strlen(#member), &nowhere)->value = shape->member;
	SHAPE(XX)
#undef XX
}

void
features_init(struct features *features, const struct concepts *concepts, const char *text)
{
	struct shape shape = {0};
	features->items = g_array_new(FALSE, FALSE, sizeof(struct feature));
	features->words = g_ptr_array_new();
	features->texts = g_string_chunk_new(8192);
	features->index = g_hash_table_new(g_str_hash, g_str_equal);
	concepts_words(text, MOST_WORDS, features->texts, features->words);
	read_words(features);
	read_concepts(features, concepts, &shape);
	read_lines(text, &shape);
	read_signs(features, text, &shape);
	add_shape(features, &shape);
}

void
features_finish(struct features *features)
{
	g_array_free(features->items, TRUE);
	g_ptr_array_free(features->words, TRUE);
	g_hash_table_destroy(features->index);
	g_string_chunk_free(features->texts);
}
