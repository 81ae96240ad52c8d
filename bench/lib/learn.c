#include "learn.h"

#include <math.h>
#include <string.h>

enum { MEMORY = 8, MOST_STEPS = 250, MOST_HALVINGS = 20 };
static const double ENOUGH = 1e-5;   /* relative decrease of the loss that ends the search */

static void
count_features(const struct features *features, GHashTable *seen, GPtrArray *ret_names)
{
	for (unsigned i = 0; i < features->items->len; i++) {
		const struct feature *feature = &g_array_index(features->items, struct feature, i);
		gpointer name, count;
		if (!g_hash_table_lookup_extended(seen, feature->name, &name, &count)) {
			name = g_strdup(feature->name);
			count = NULL;
			g_ptr_array_add(ret_names, name);
		}
		g_hash_table_insert(seen, name, GUINT_TO_POINTER(GPOINTER_TO_UINT(count) + 1));
	}
}

static void
append_row(struct table *table, const struct features *features)
{
	struct cell bias = {0, 1};
	g_array_append_val(table->cells, bias);
	for (unsigned i = 0; i < features->items->len; i++) {
		const struct feature *feature = &g_array_index(features->items, struct feature, i);
		uint32_t number = GPOINTER_TO_UINT(g_hash_table_lookup(table->index, feature->name));
		struct cell cell = {number, (float)feature->value};
		if (number)
			g_array_append_val(table->cells, cell);
	}
	size_t end = table->cells->len;
	g_array_append_val(table->ends, end);
}

void
table_init(struct table *table, const struct concepts *concepts, const struct example_list *corpus, unsigned rarest)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autofree struct features *rows = g_new(struct features, corpus->count);
	table->concepts = concepts;
	table->names = g_ptr_array_new_with_free_func(g_free);
	table->index = g_hash_table_new(g_str_hash, g_str_equal);
	table->cells = g_array_new(FALSE, FALSE, sizeof(struct cell));
	table->ends = g_array_new(FALSE, FALSE, sizeof(size_t));
	g_ptr_array_add(table->names, g_strdup("bias"));
	for (size_t i = 0; i < corpus->count; i++) {
		features_init(&rows[i], concepts, corpus->items[i].text);
		count_features(&rows[i], seen, names);
	}
	for (unsigned i = 0; i < names->len; i++)
		if (GPOINTER_TO_UINT(g_hash_table_lookup(seen, names->pdata[i])) >= rarest) {
			char *name = g_strdup(names->pdata[i]);
			g_hash_table_insert(table->index, name, GUINT_TO_POINTER(table->names->len));
			g_ptr_array_add(table->names, name);
		}
	for (size_t i = 0; i < corpus->count; i++) {
		append_row(table, &rows[i]);
		features_finish(&rows[i]);
	}
}

void
table_finish(struct table *table)
{
	g_ptr_array_free(table->names, TRUE);
	g_hash_table_destroy(table->index);
	g_array_free(table->cells, TRUE);
	g_array_free(table->ends, TRUE);
}

static bool
may_use(const struct problem *problem, uint32_t feature)
{
	return !feature || strchr(problem->kinds, *(const char *)problem->table->names->pdata[feature]);
}

/* Turns scores into probabilities, and adds the loss of the true labels. */
static double
row_loss(const struct problem *problem, const uint8_t *truth, double *scores)
{
	double loss = 0, sum = 0, most = scores[0];
	for (unsigned k = 0; k < problem->labels; k++)
		most = MAX(most, scores[k]);
	for (unsigned k = 0; k < problem->labels; k++)
		sum += exp(scores[k] - most);
	for (unsigned k = 0; k < problem->labels; k++) {
		double p = problem->sets ? 1 / (1 + exp(-scores[k])) : exp(scores[k] - most) / sum;
		if (truth[k])
			loss -= log(MAX(p, 1e-12));
		else if (problem->sets)
			loss -= log(MAX(1 - p, 1e-12));
		scores[k] = p;
	}
	return loss;
}

static double
loss_of(const struct problem *problem, const bool *usable, const double *weights, double *ret_gradient)
{
	const struct table *table = problem->table;
	unsigned labels = problem->labels, size = table->names->len * labels;
	double loss = 0, scores[256];
	for (unsigned i = 0; i < size; i++) {
		bool bias = i < labels;
		ret_gradient[i] = bias ? 0 : problem->penalty * weights[i];
		loss += bias ? 0 : problem->penalty * weights[i] * weights[i] / 2;
	}
	size_t at = 0;
	for (unsigned row = 0; row < table->ends->len; row++) {
		size_t begin = at, end = g_array_index(table->ends, size_t, row);
		const uint8_t *truth = problem->truth + (size_t)row * labels;
		memset(scores, 0, sizeof(double) * labels);
		for (; at < end; at++) {
			const struct cell *cell = &g_array_index(table->cells, struct cell, at);
			for (unsigned k = 0; usable[cell->feature] && k < labels; k++)
				scores[k] += cell->value * weights[cell->feature * labels + k];
		}
		loss += row_loss(problem, truth, scores);
		for (at = begin; at < end; at++) {
			const struct cell *cell = &g_array_index(table->cells, struct cell, at);
			for (unsigned k = 0; usable[cell->feature] && k < labels; k++)
				ret_gradient[cell->feature * labels + k] += cell->value * (scores[k] - truth[k]);
		}
	}
	return loss;
}

static double
dot(const double *a, const double *b, unsigned size)
{
	double sum = 0;
	for (unsigned i = 0; i < size; i++)
		sum += a[i] * b[i];
	return sum;
}

/* What the last steps said of the curvature: a ring of steps and of the changes of the gradient. */
struct memory {
	double *step[MEMORY], *change[MEMORY], along[MEMORY];
	unsigned count;
};

/* The two loops of L-BFGS: the direction in which to go down. */
static void
direction_of(const struct memory *memory, const double *gradient, unsigned size, double *ret)
{
	double share[MEMORY];
	unsigned used = MIN(memory->count, MEMORY);
	for (unsigned i = 0; i < size; i++)
		ret[i] = -gradient[i];
	for (unsigned n = 1; n <= used; n++) {
		unsigned i = (memory->count - n) % MEMORY;
		share[i] = dot(memory->step[i], ret, size) / memory->along[i];
		for (unsigned j = 0; j < size; j++)
			ret[j] -= share[i] * memory->change[i][j];
	}
	if (used) {
		unsigned last = (memory->count - 1) % MEMORY;
		double scale = memory->along[last] / dot(memory->change[last], memory->change[last], size);
		for (unsigned j = 0; j < size; j++)
			ret[j] *= scale;
	}
	for (unsigned n = used; n >= 1; n--) {
		unsigned i = (memory->count - n) % MEMORY;
		double back = dot(memory->change[i], ret, size) / memory->along[i];
		for (unsigned j = 0; j < size; j++)
			ret[j] += (share[i] - back) * memory->step[i][j];
	}
}

static void
remember(struct memory *memory, const double *before, const double *after, const double *gradient, const double *next, unsigned size)
{
	unsigned i = memory->count % MEMORY;
	if (!memory->step[i]) {
		memory->step[i] = g_new(double, size);
		memory->change[i] = g_new(double, size);
	}
	for (unsigned j = 0; j < size; j++) {
		memory->step[i][j] = after[j] - before[j];
		memory->change[i][j] = next[j] - gradient[j];
	}
	memory->along[i] = dot(memory->step[i], memory->change[i], size);
	memory->count += memory->along[i] > 1e-12;
}

/* Halves the step until the loss sinks enough (Armijo). Its loss, or the old one where none did. */
static double
step_down(const struct problem *problem, const bool *usable, const double *from, const double *direction, double loss, double slope,
          bool first, double *ret_weights, double *ret_gradient)
{
	unsigned size = problem->table->names->len * problem->labels;
	double length = first ? 1 / sqrt(-slope) : 1;
	for (unsigned n = 0; n < MOST_HALVINGS; n++, length /= 2) {
		for (unsigned i = 0; i < size; i++)
			ret_weights[i] = from[i] + length * direction[i];
		double next = loss_of(problem, usable, ret_weights, ret_gradient);
		if (next <= loss + 1e-4 * length * slope)
			return next;
	}
	return loss;
}

double *
learn(const struct problem *problem)
{
	unsigned size = problem->table->names->len * problem->labels;
	g_autofree bool *usable = g_new(bool, problem->table->names->len);
	g_autofree double *gradient = g_new(double, size), *next = g_new(double, size), *direction = g_new(double, size);
	double *weights = g_new0(double, size), *trial = g_new(double, size);
	struct memory memory = {0};
	for (unsigned i = 0; i < problem->table->names->len; i++)
		usable[i] = may_use(problem, i);
	double loss = loss_of(problem, usable, weights, gradient);
	for (unsigned n = 0; n < MOST_STEPS; n++) {
		direction_of(&memory, gradient, size, direction);
		double slope = dot(direction, gradient, size);
		double after = step_down(problem, usable, weights, direction, loss, slope, n == 0, trial, next);
		if (loss - after <= ENOUGH * loss)
			break;
		remember(&memory, weights, trial, gradient, next, size);
		double *swap = weights;
		weights = trial;
		trial = swap;
		memcpy(gradient, next, sizeof(double) * size);
		loss = after;
	}
	for (unsigned i = 0; i < MEMORY; i++) {
		g_free(memory.step[i]);
		g_free(memory.change[i]);
	}
	g_free(trial);
	return weights;
}

void
learnt_scores(const struct table *table, const double *weights, unsigned labels, const char *text, double *ret)
{
	struct features features;
	features_init(&features, table->concepts, text);
	for (unsigned k = 0; k < labels; k++)
		ret[k] = weights[k];
	for (unsigned i = 0; i < features.items->len; i++) {
		const struct feature *feature = &g_array_index(features.items, struct feature, i);
		unsigned number = GPOINTER_TO_UINT(g_hash_table_lookup(table->index, feature->name));
		for (unsigned k = 0; number && k < labels; k++)
			ret[k] += feature->value * weights[number * labels + k];
	}
	features_finish(&features);
}
