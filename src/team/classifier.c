#include "team/classifier.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "team/feature.h"

/* The weights file, text: a line "field NAME THRESHOLD LEAST LABEL…" for each field (threshold 0:
 * exactly one label holds), then for each feature "FEATURE COLUMN:WEIGHT …"; columns number the
 * labels of all fields in order, weights are in hundredths. "bias" is the feature that always holds. */
enum field { FIELD_TYPE, FIELD_COMPLEXITY, FIELD_PARALLELIZABILITY, FIELD_EXPERTISE, FIELD_COMPONENTS, FIELD_COUNT };

enum { MOST_COLUMNS = 256, REASONS = 3 };

static const char *const field_names[] = {"requirement_type", "complexity", "parallelizability", "required_expertise", "components"};
static const char *const *const field_labels[] = {requirement_type_names, complexity_names, parallelizability_names, NULL, NULL};
static const unsigned field_label_counts[] = {REQUIREMENT_TYPE_COUNT, COMPLEXITY_COUNT, PARALLEL_COUNT, 0, 0};

struct weight {
	uint16_t column;
	int16_t value;
};

struct span {
	uint32_t first, count;    /* of the weights */
};

struct label_set {
	double threshold;
	unsigned least;           /* labels that are named at any rate */
	char **labels;
	unsigned first, count;    /* columns */
};

struct classifier {
	struct concepts *concepts;
	struct label_set fields[FIELD_COUNT];
	unsigned columns;
	char *text;               /* of the file; names of features point into it */
	GArray *weights;          /* struct weight */
	GArray *spans;            /* struct span */
	GHashTable *index;        /* feature -> its span, from 1 */
};

static bool
labels_are(const struct label_set *set, enum field field)
{
	if (!field_labels[field])
		return set->count > 0 && set->threshold > 0;
	if (set->count != field_label_counts[field])
		return false;
	for (unsigned i = 0; i < set->count; i++)
		if (!g_str_equal(set->labels[i], field_labels[field][i]))
			return false;
	return true;
}

/* A line "field NAME THRESHOLD LEAST LABEL…". */
static bool
read_field(struct classifier *classifier, const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	unsigned count = g_strv_length(words), field = 0;
	while (count > 4 && field < FIELD_COUNT && !g_str_equal(words[1], field_names[field]))
		field++;
	if (count <= 4 || field == FIELD_COUNT || classifier->columns + count > MOST_COLUMNS)
		return false;
	struct label_set *set = &classifier->fields[field];
	set->threshold = g_ascii_strtod(words[2], NULL);
	set->least = (unsigned)g_ascii_strtoull(words[3], NULL, 10);
	g_strfreev(set->labels);
	set->labels = g_strdupv(words + 4);
	set->first = classifier->columns;
	set->count = count - 4;
	classifier->columns += set->count;
	return labels_are(set, field);
}

/* A line "FEATURE COLUMN:WEIGHT …"; it is cut after the feature. */
static bool
read_feature(struct classifier *classifier, char *line)
{
	struct span span = {classifier->weights->len, 0};
	char *at = strchr(line, ' ');
	if (!at)
		return false;
	*at++ = 0;
	while (*at) {
		char *end;
		unsigned long column = strtoul(at, &end, 10);
		if (end == at || *end != ':' || column >= classifier->columns)
			return false;
		at = end + 1;
		long value = strtol(at, &end, 10);
		if (end == at || value < INT16_MIN || value > INT16_MAX || (*end && *end != ' '))
			return false;
		at = *end ? end + 1 : end;
		struct weight weight = {(uint16_t)column, (int16_t)value};
		g_array_append_val(classifier->weights, weight);
		span.count++;
	}
	g_array_append_val(classifier->spans, span);
	g_hash_table_insert(classifier->index, line, GUINT_TO_POINTER(classifier->spans->len));
	return true;
}

static bool
read_weights(struct classifier *classifier, const char *origin, GError **error)
{
	static const char remedy[] = "put the file back, or make it anew with bench/tools/train";
	unsigned number = 1;
	for (char *line = classifier->text, *end; *line; line = end, number++) {
		end = strchr(line, '\n');
		if (end)
			*end++ = 0;
		else
			end = line + strlen(line);
		if (!*line || *line == '#')
			continue;
		if (!(g_str_has_prefix(line, "field ") ? read_field(classifier, line) : read_feature(classifier, line)))
			return error_set(error, ERR_CONFIG, remedy, "%s:%u: this is no line of weights", origin, number);
	}
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		if (!classifier->fields[i].count)
			return error_set(error, ERR_CONFIG, remedy, "%s: the field %s is missing", origin, field_names[i]);
	return true;
}

struct classifier *
classifier_load(struct catalogue *catalogue, GError **error)
{
	g_autofree char *origin = NULL;
	g_autoptr(Classifier) classifier = g_new0(struct classifier, 1);
	classifier->weights = g_array_new(FALSE, FALSE, sizeof(struct weight));
	classifier->spans = g_array_new(FALSE, FALSE, sizeof(struct span));
	classifier->index = g_hash_table_new(g_str_hash, g_str_equal);
	classifier->concepts = concepts_load(catalogue, error);
	classifier->text = classifier->concepts ? catalogue_text(catalogue, "lexicon/classifier.txt", &origin, error) : NULL;
	return classifier->text && read_weights(classifier, origin, error) ? g_steal_pointer(&classifier) : NULL;
}

void
classifier_destroy(struct classifier *classifier)
{
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		g_strfreev(classifier->fields[i].labels);
	g_array_free(classifier->weights, TRUE);
	g_array_free(classifier->spans, TRUE);
	g_hash_table_destroy(classifier->index);
	g_clear_pointer(&classifier->concepts, concepts_destroy);
	g_free(classifier->text);
	g_free(classifier);
}

static const struct span *
span_of(const struct classifier *classifier, const char *feature)
{
	unsigned place = GPOINTER_TO_UINT(g_hash_table_lookup(classifier->index, feature));
	return place ? &g_array_index(classifier->spans, struct span, place - 1) : NULL;
}

static void
add_feature(const struct classifier *classifier, const char *feature, double value, double *scores)
{
	const struct span *span = span_of(classifier, feature);
	for (unsigned i = 0; span && i < span->count; i++) {
		const struct weight *weight = &g_array_index(classifier->weights, struct weight, span->first + i);
		scores[weight->column] += value * weight->value / 100;
	}
}

/* Probabilities of labels of which one holds, from their scores. */
static void
softmax(const double *scores, unsigned count, double *ret)
{
	double most = scores[0], sum = 0;
	for (unsigned i = 1; i < count; i++)
		most = MAX(most, scores[i]);
	for (unsigned i = 0; i < count; i++)
		sum += ret[i] = exp(scores[i] - most);
	for (unsigned i = 0; i < count; i++)
		ret[i] /= sum;
}

static unsigned
rank_of(const double *scores, unsigned count, unsigned which)
{
	unsigned rank = 0;
	for (unsigned i = 0; i < count; i++)
		rank += scores[i] > scores[which] || (i < which && scores[i] == scores[which]);
	return rank;
}

/* The labels beyond the threshold, and the likeliest ones where these are too few. */
static char **
labels_chosen(const struct label_set *set, const double *scores)
{
	GPtrArray *chosen = g_ptr_array_new();
	for (unsigned i = 0; i < set->count; i++)
		if (1 / (1 + exp(-scores[i])) > set->threshold || rank_of(scores, set->count, i) < set->least)
			g_ptr_array_add(chosen, g_strdup(set->labels[i]));
	g_ptr_array_add(chosen, NULL);
	return (char **)g_ptr_array_free(chosen, FALSE);
}

/* What a feature says for one column, against what it says for all of its field. */
static double
evidence(const struct classifier *classifier, const struct feature *feature, const struct label_set *set, unsigned label)
{
	double scores[MOST_COLUMNS] = {0}, sum = 0;
	add_feature(classifier, feature->name, feature->value, scores);
	for (unsigned i = 0; i < set->count; i++)
		sum += scores[set->first + i];
	return scores[set->first + label] - sum / set->count;
}

static char *
words_at(const struct features *features, uint32_t word, uint32_t count)
{
	GString *text = g_string_new(NULL);
	for (uint32_t i = word; i < word + count && i < features->words->len; i++)
		g_string_append_printf(text, "%s%s", text->len ? " " : "", (const char *)features->words->pdata[i]);
	return g_string_free(text, FALSE);
}

/* The places of the text that spoke most for a type. */
static char **
reasons_for(const struct classifier *classifier, const struct features *features, unsigned type)
{
	GPtrArray *reasons = g_ptr_array_new();
	g_autofree double *says = g_new0(double, features->words->len + 1);
	g_autofree uint32_t *spans = g_new0(uint32_t, features->words->len + 1);
	for (unsigned i = 0; i < features->items->len; i++) {
		const struct feature *feature = &g_array_index(features->items, struct feature, i);
		if (feature->word == FEATURE_OF_TEXT)
			continue;
		says[feature->word] += evidence(classifier, feature, &classifier->fields[FIELD_TYPE], type);
		spans[feature->word] = MAX(spans[feature->word], feature->words);
	}
	for (unsigned n = 0; n < REASONS; n++) {
		unsigned best = 0;
		for (unsigned i = 1; i < features->words->len; i++)
			if (says[i] > says[best])
				best = i;
		if (!features->words->len || says[best] <= 0)
			break;
		g_ptr_array_add(reasons, words_at(features, best, spans[best]));
		says[best] = 0;
	}
	g_ptr_array_add(reasons, NULL);
	return (char **)g_ptr_array_free(reasons, FALSE);
}

unsigned
classification_likeliest(const double *probabilities, unsigned count)
{
	unsigned best = 0;
	for (unsigned i = 1; i < count; i++)
		if (probabilities[i] > probabilities[best])
			best = i;
	return best;
}

void
classifier_run(const struct classifier *classifier, const char *text, struct classification *ret)
{
	double scores[MOST_COLUMNS] = {0};
	double *const probabilities[] = {ret->type, ret->complexity, ret->parallelizability};
	struct features features;
	features_init(&features, classifier->concepts, text);
	add_feature(classifier, "bias", 1, scores);
	for (unsigned i = 0; i < features.items->len; i++) {
		const struct feature *feature = &g_array_index(features.items, struct feature, i);
		add_feature(classifier, feature->name, feature->value, scores);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(probabilities); i++)
		softmax(scores + classifier->fields[i].first, classifier->fields[i].count, probabilities[i]);
	ret->expertise = labels_chosen(&classifier->fields[FIELD_EXPERTISE], scores + classifier->fields[FIELD_EXPERTISE].first);
	ret->components = labels_chosen(&classifier->fields[FIELD_COMPONENTS], scores + classifier->fields[FIELD_COMPONENTS].first);
	ret->reasons = reasons_for(classifier, &features, classification_likeliest(ret->type, REQUIREMENT_TYPE_COUNT));
	features_finish(&features);
}

void
classification_clear(struct classification *classification)
{
	g_strfreev(classification->expertise);
	g_strfreev(classification->components);
	g_strfreev(classification->reasons);
}
