/* What a request wishes of its answer: Prefer (RFC 7240), X-Mock-… headers, and the same as __code, __example and
 * __dynamic in the query, for those who can send no headers. */
#include <string.h>

#include "contract/mock_model.h"
#include "contract/style.h"

enum { PREFERENCES = 32 };

static const struct {
	const char *name, *header, *query;
	enum wish_kind kind;
} wishes[] = {
	{ "code", "x-mock-code", "__code", WISH_CODE },
	{ "example", "x-mock-example", "__example", WISH_EXAMPLE },
	{ "dynamic", "x-mock-dynamic", "__dynamic", WISH_DYNAMIC },
	{ "stateless", "x-mock-stateless", "__stateless", WISH_STATELESS },
	{ "validate", "x-mock-validate", "__validate", WISH_VALIDATE },
	{ "handling", NULL, NULL, WISH_HANDLING },
};

static bool
truth(const char *text)
{
	return g_ascii_strcasecmp(text, "false") != 0 && !g_str_equal(text, "0") && g_ascii_strcasecmp(text, "no") != 0;
}

/* The first of several of one name counts (RFC 7240 section 2). */
static void
take(struct wish *wish, unsigned place, const char *value)
{
	unsigned bit = WISH_SEEN(wishes[place].kind);
	if (wish->seen & bit)
		return;
	wish->seen |= bit;
	switch (wishes[place].kind) {
	case WISH_CODE:
		wish->code = (int)CLAMP(g_ascii_strtoll(value, NULL, 10), -1, 1000);
		wish->code = wish->code ? wish->code : -1;
		break;
	case WISH_EXAMPLE:
		wish->example = g_strdup(value);
		break;
	case WISH_DYNAMIC:
		wish->dynamic = truth(value);
		break;
	case WISH_STATELESS:
		wish->stateless = truth(value);
		break;
	case WISH_VALIDATE:
		wish->unchecked = !truth(value);
		break;
	default:
		wish->unchecked |= g_ascii_strcasecmp(value, "lenient") == 0;
	}
	if (wish->applied)
		g_string_append(wish->applied, ", ");
	else
		wish->applied = g_string_new(NULL);
	g_string_append_printf(wish->applied, *value ? "%s=%s" : "%s", wishes[place].name, value);
}

static void
take_named(struct wish *wish, const char *name, const char *value)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(wishes); i++)
		if (g_ascii_strcasecmp(name, wishes[i].name) == 0)
			take(wish, i, value);
}

/* A word of RFC 7240: a token, or text in quotes. Newly allocated; *text moves behind it. */
static char *
read_word(const char **text)
{
	GString *word = g_string_new(NULL);
	const char *at = *text;
	if (*at != '"') {
		size_t length = strcspn(at, ",;= \t\"");
		g_string_append_len(word, at, (gssize)length);
		*text = at + length;
		return g_string_free(word, FALSE);
	}
	for (at++; *at && *at != '"'; at++) {
		at += *at == '\\' && at[1];
		g_string_append_c(word, *at);
	}
	*text = at + (*at == '"');
	return g_string_free(word, FALSE);
}

/* code=404, example="not here"; dynamic. Parameters are read as preferences, too: people separate them by either. */
static void
read_prefer(struct wish *wish, const char *text)
{
	for (unsigned i = 0; *text && i < PREFERENCES; i++) {
		text += strspn(text, ",; \t");
		const char *begin = text;
		g_autofree char *name = read_word(&text), *value = NULL;
		text += strspn(text, " \t");
		if (*text == '=') {
			text++;
			text += strspn(text, " \t");
			value = read_word(&text);
		}
		take_named(wish, name, value ? value : "");
		if (text == begin && *text)
			text++;   /* something that is no word */
	}
}

static void
read_query(struct wish *wish, const char *url)
{
	const char *query = strchr(url, '?');
	struct style_pairs pairs = { 0 };
	if (!query || !strstr(query, "__"))
		return;
	style_split_query(query + 1, &pairs);
	for (size_t i = 0; i < pairs.count; i++)
		for (unsigned j = 0; j < G_N_ELEMENTS(wishes); j++) {
			if (g_strcmp0(wishes[j].query, pairs.items[i].name) != 0)
				continue;
			g_autofree char *value = http_unescape(pairs.items[i].value, strlen(pairs.items[i].value), true);
			take(wish, j, value ? value : "");
		}
	style_pairs_clear(&pairs);
}

void
wish_read(struct wish *wish, const struct http_request *request)
{
	*wish = (struct wish){ 0 };
	for (size_t i = 0; i < request->headers.count; i++) {
		const struct http_header *header = &request->headers.items[i];
		if (g_ascii_strcasecmp(header->name, "prefer") == 0)
			read_prefer(wish, header->value);
		if (g_ascii_strncasecmp(header->name, "x-mock-", strlen("x-mock-")) != 0)
			continue;
		for (unsigned j = 0; j < G_N_ELEMENTS(wishes); j++)
			if (wishes[j].header && g_ascii_strcasecmp(header->name, wishes[j].header) == 0)
				take(wish, j, header->value);
	}
	read_query(wish, request->url);
}

void
wish_clear(struct wish *wish)
{
	g_free(wish->example);
	if (wish->applied)
		g_string_free(wish->applied, TRUE);
	*wish = (struct wish){ 0 };
}
