#include "llm/failure.h"

#include <string.h>

#include <glib.h>

enum { SECRET_LEAST = 6, PART_LEAST = 6 };   /* bytes of a secret, and of a part that says something of it; what is shorter is a word */

static const struct {
	const char *name, *text;
	unsigned flags;
} classes[] = {
#define XX(code, name, text, flags) { name, text, flags },
	FAILURE_MAP(XX)
#undef XX
};

const char *
failure_name(enum failure_class class)
{
	return classes[class].name;
}

const char *
failure_text(enum failure_class class)
{
	return classes[class].text;
}

unsigned
failure_flags(enum failure_class class)
{
	return classes[class].flags;
}

void
failure_clear(struct failure *failure)
{
	g_free(failure->detail);
	*failure = (struct failure){ .retry_after_ms = -1 };
}

enum failure_class
failure_find(const char *name)
{
	for (unsigned class = 0; class < FAILURE_CLASSES; class++)
		if (strcmp(classes[class].name, name) == 0)
			return class;
	return FAILURE_SERVER_ERROR;
}

/* Words that were cut off may end in the middle of the secret: at its first bytes, and then the dots. */
static void
redact_end(char *detail, const char *secret)
{
	size_t length = strlen(detail) - (g_str_has_suffix(detail, " ...") ? strlen(" ...") : 0), most = MIN(length, strlen(secret) - 1);
	for (size_t part = most; part >= PART_LEAST; part--)
		if (memcmp(detail + length - part, secret, part) == 0) {
			memset(detail + length - part, '*', part);
			return;
		}
}

void
failure_redact(struct failure *failure, const char *secret)
{
	if (!failure->detail || !secret || strlen(secret) < SECRET_LEAST)
		return;
	g_auto(GStrv) parts = g_strsplit(failure->detail, secret, -1);
	g_free(failure->detail);
	failure->detail = g_strjoinv("***", parts);
	redact_end(failure->detail, secret);
}
