#include "base/matter.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

static bool
is_fence(const char *line)
{
	size_t dashes = strspn(line, "-");
	line += dashes;
	line += strspn(line, " \t");
	return dashes == 3 && (!*line || *line == '\n');
}

char *
matter_split(const char *text, const char **ret_body)
{
	const char *line = is_fence(text) ? strchr(text, '\n') : NULL;
	while (line && !is_fence(line + 1))
		line = strchr(line + 1, '\n');
	if (!line)
		return NULL;
	const char *body = strchr(line + 1, '\n');
	*ret_body = body ? body + 1 : "";
	return g_strndup(text, (size_t)(line + 1 - text));
}

char *
matter_clean(const char *text)
{
	GString *clean = g_string_new(g_str_has_prefix(text, "\xEF\xBB\xBF") ? text + 3 : text);
	g_string_replace(clean, "\r\n", "\n", 0);
	return g_string_free(clean, FALSE);
}
