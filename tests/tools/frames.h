/* How tests talk to a tool: each request is a line "WORD LENGTH" and so many bytes, each answer "ok LENGTH" or "no LENGTH" and a text. */
#ifndef TOOLS_FRAMES_H
#define TOOLS_FRAMES_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Newly allocated; NULL with an error, whose message is the answer then. */
typedef char *frames_answer(const char *word, const char *text, size_t length, GError **error);

/* The next request; false at the end of the input. */
static bool
frames_read(char **ret_word, GString *text)
{
	char line[64];
	if (!fgets(line, sizeof line, stdin))
		return false;
	char *blank = strchr(line, ' ');
	g_assert_nonnull(blank);
	*ret_word = g_strndup(line, (size_t)(blank - line));
	g_string_set_size(text, (gsize)g_ascii_strtoull(blank + 1, NULL, 10));
	g_assert_cmpuint(fread(text->str, 1, text->len, stdin), ==, text->len);
	return true;
}

static void
frames_serve(frames_answer *answer)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (char *word; frames_read(&word, text); g_free(word)) {
		GError *error = NULL;
		g_autofree char *result = answer(word, text->str, text->len, &error);
		const char *out = result ? result : error->message;
		printf("%s %zu\n%s", result ? "ok" : "no", strlen(out), out);
		fflush(stdout);
		g_clear_error(&error);
	}
}

#endif
