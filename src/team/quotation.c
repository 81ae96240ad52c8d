#include "team/quotation.h"

#include <glib.h>
#include <string.h>

/* The length of what matches the piece at `at`, 0 where it does not. */
static size_t
match_at(const char *at, const char *piece)
{
	const char *begin = at;
	while (*piece) {
		if (!g_ascii_isspace(*piece)) {
			if (*at++ != *piece++)
				return 0;
			continue;
		}
		if (!g_ascii_isspace(*at))
			return 0;
		while (g_ascii_isspace(*at))
			at++;
		while (g_ascii_isspace(*piece))
			piece++;
	}
	return (size_t)(at - begin);
}

static bool
find_from(const char *text, const char *piece, size_t from, struct quotation *ret)
{
	for (const char *at = text + from; (at = strchr(at, *piece)); at++) {
		size_t length = match_at(at, piece);
		if (length) {
			*ret = (struct quotation){ (size_t)(at - text), length };
			return true;
		}
	}
	return false;
}

bool
quotation_find(const char *text, const char *piece, size_t from, struct quotation *ret)
{
	g_autofree char *own = g_strstrip(g_strdup(piece));
	return *own && ((from <= strlen(text) && find_from(text, own, from, ret)) || (from && find_from(text, own, 0, ret)));
}
