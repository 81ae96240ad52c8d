#include "schema/nearest.h"

#include <glib.h>

enum { LENGTH_MAX = 40 };   /* of names that are compared */

unsigned
nearest_distance(const char *left, const char *right, unsigned limit)
{
	unsigned rows[3][LENGTH_MAX + 1];
	size_t length = strlen(left), other = strlen(right);
	if (length > LENGTH_MAX || other > LENGTH_MAX || length > other + limit || other > length + limit)
		return limit + 1;
	for (unsigned i = 0; i <= other; i++)
		rows[0][i] = i;
	for (unsigned i = 1; i <= length; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
		row[0] = i;
		for (unsigned k = 1; k <= other; k++) {
			unsigned changed = above[k - 1] + (left[i - 1] != right[k - 1]);
			row[k] = MIN(MIN(above[k], row[k - 1]) + 1, changed);
			if (i > 1 && k > 1 && left[i - 1] == right[k - 2] && left[i - 2] == right[k - 1])
				row[k] = MIN(row[k], before[k - 2] + 1);
		}
	}
	return MIN(rows[length % 3][other], limit + 1);
}

const char *
nearest_name(const struct names *names, const char *text)
{
	const char *best = NULL;
	unsigned least = MIN((unsigned)strlen(text) / 3, 3) + 1;
	for (uint32_t i = 0; i < names->count; i++) {
		unsigned distance = nearest_distance(names->items[i].text, text, least - 1);
		if (distance < least) {
			best = names->items[i].text;
			least = distance;
		}
	}
	return best;
}
