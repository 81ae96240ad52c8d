#include "llm/failure.h"

#include <string.h>

#include <glib.h>
#include <string.h>

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

void
failure_redact(struct failure *failure, const char *secret)
{
	if (!failure->detail || !secret || !*secret || !strstr(failure->detail, secret))
		return;
	g_auto(GStrv) parts = g_strsplit(failure->detail, secret, -1);
	g_free(failure->detail);
	failure->detail = g_strjoinv("***", parts);
}
