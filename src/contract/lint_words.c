/* The word that was meant by a misspelt one. */
#include <string.h>

#include "contract/lint_model.h"

enum { LONGEST = 40, CANDIDATES = 2000 };

/* Edits that turn one word into the other: a letter more, less, another, or two exchanged; upper and lower case are the same. */
static unsigned
distance(const char *a, const char *b)
{
	size_t width = strlen(b);
	unsigned rows[3][LONGEST + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2];
	for (size_t k = 0; k <= width; k++)
		last[k] = before[k] = (unsigned)k;
	for (size_t i = 1; a[i - 1]; i++) {
		now[0] = (unsigned)i;
		for (size_t k = 1; k <= width; k++) {
			char left = g_ascii_tolower(a[i - 1]), right = g_ascii_tolower(b[k - 1]);
			unsigned change = last[k - 1] + (left != right);
			now[k] = MIN(change, MIN(last[k], now[k - 1]) + 1);
			bool exchanged = i > 1 && k > 1 && left == g_ascii_tolower(b[k - 2]) && right == g_ascii_tolower(a[i - 2]);
			now[k] = exchanged ? MIN(now[k], before[k - 2] + 1) : now[k];
		}
		unsigned *spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[width];
}

const char *
lint_nearest(const char *word, GList *candidates)
{
	size_t length = strlen(word);
	unsigned best = (unsigned)MIN(length / 3 + 1, 3), left = CANDIDATES;
	const char *nearest = NULL;
	for (GList *at = candidates; at && left && length <= LONGEST; at = at->next, left--) {
		const char *candidate = at->data;
		size_t other = strlen(candidate);
		if (other > LONGEST || MAX(length, other) - MIN(length, other) > best)
			continue;
		unsigned edits = distance(word, candidate);
		/* Of two that are equally near, the first by name: tables have no order. */
		if (edits < best || (edits == best && (!nearest || strcmp(candidate, nearest) < 0))) {
			nearest = candidate;
			best = edits;
		}
	}
	return nearest;
}
