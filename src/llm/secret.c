#include <string.h>

#include "llm/secret.h"

static bool
is_secret(const char *secret)
{
	return secret && strlen(secret) >= SECRET_LEAST;
}

/* How many bytes at the end of the text begin the secret, and are not the whole of it. */
static size_t
begun(const GString *text, const char *secret)
{
	size_t length = MIN(text->len, strlen(secret) - 1);
	while (length && memcmp(text->str + text->len - length, secret, length) != 0)
		length--;
	return length;
}

void
secret_hide(GString *text, const char *secret)
{
	if (!is_secret(secret))
		return;
	g_string_replace(text, secret, "***", 0);
	size_t part = begun(text, secret);
	if (part < SECRET_LEAST)
		return;
	g_string_truncate(text, text->len - part);
	g_string_append(text, "***");
}

void
secret_pass(GString *held, const char *secret, const char *text, size_t length, bool end, void (*tell)(void *data, const char *text, size_t length), void *data)
{
	g_string_append_len(held, text, (gssize)length);
	if (end)
		secret_hide(held, secret);
	else if (is_secret(secret))
		g_string_replace(held, secret, "***", 0);
	size_t back = end || !is_secret(secret) ? 0 : begun(held, secret);
	if (held->len > back)
		tell(data, held->str, held->len - back);
	g_string_erase(held, 0, (gssize)(held->len - back));
}
