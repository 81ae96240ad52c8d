#include "schema/uri.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* A URI reference without its fragment, in slices of the text (RFC 3986 section 3). A part that is
 * absent has no text; one that is empty has. */
struct slice {
	const char *text;
	size_t length;
};

struct parts {
	struct slice scheme, authority, path, query;
};

static struct slice
take_scheme(const char **text)
{
	const char *at = *text;
	if (!g_ascii_isalpha(*at))
		return (struct slice){ NULL, 0 };
	while (g_ascii_isalnum(*at) || *at == '+' || *at == '-' || *at == '.')
		at++;
	if (*at != ':')
		return (struct slice){ NULL, 0 };
	struct slice scheme = { *text, (size_t)(at - *text) };
	*text = at + 1;
	return scheme;
}

static struct slice
take_until(const char **text, const char *ends)
{
	struct slice slice = { *text, strcspn(*text, ends) };
	*text += slice.length;
	return slice;
}

static struct parts
split(const char *text)
{
	struct parts parts = { .scheme = take_scheme(&text) };
	if (g_str_has_prefix(text, "//")) {
		text += 2;
		parts.authority = take_until(&text, "/?#");
	}
	parts.path = take_until(&text, "?#");
	if (*text == '?') {
		text++;
		parts.query = take_until(&text, "#");
	}
	return parts;
}

/* The path without "." and ".." segments (section 5.2.4), added to `out`. */
static void
add_path(GString *out, struct slice path)
{
	size_t base = out->len;
	const char *at = path.text, *end = path.text + path.length;
	while (at < end) {
		size_t slash = *at == '/', length = 0;
		while (at + slash + length < end && at[slash + length] != '/')
			length++;
		bool last = at + slash + length == end;
		const char *segment = at + slash;
		at = segment + length;
		bool up = length == 2 && segment[0] == '.' && segment[1] == '.';
		if (!up && !(length == 1 && *segment == '.')) {
			g_string_append_len(out, segment - slash, (gssize)(slash + length));
			continue;
		}
		while (up && out->len > base && out->str[out->len - 1] != '/')
			g_string_truncate(out, out->len - 1);
		if (up && out->len > base)
			g_string_truncate(out, out->len - 1);
		if (last && (slash || out->len > base))
			g_string_append_c(out, '/');
	}
}

/* The base's path up to its last slash, then the reference's (section 5.2.3). */
static void
add_merged(GString *out, const struct parts *base, struct slice path)
{
	g_autoptr(GString) merged = g_string_new(NULL);
	size_t keep = base->path.length;
	while (keep && base->path.text[keep - 1] != '/')
		keep--;
	if (base->authority.text && !base->path.length)
		g_string_append_c(merged, '/');
	g_string_append_len(merged, base->path.text, (gssize)keep);
	g_string_append_len(merged, path.text, (gssize)path.length);
	add_path(out, (struct slice){ merged->str, merged->len });
}

static void
add_scheme(GString *out, struct slice scheme)
{
	for (size_t i = 0; i < scheme.length; i++)
		g_string_append_c(out, g_ascii_tolower(scheme.text[i]));
	g_string_append_c(out, ':');
}

static void
add_authority(GString *out, struct slice authority)
{
	if (!authority.text)
		return;
	g_string_append(out, "//");
	g_string_append_len(out, authority.text, (gssize)authority.length);
}

char *
uri_resolve(const char *base, const char *reference)
{
	struct parts from = split(base), to = split(reference);
	GString *out = g_string_new(NULL);
	bool same = !to.scheme.text, host = to.authority.text;
	add_scheme(out, same ? from.scheme : to.scheme);
	add_authority(out, same && !host ? from.authority : to.authority);
	struct slice query = to.query;
	if (!same || host || (to.path.length && *to.path.text == '/')) {
		add_path(out, to.path);
	} else if (to.path.length) {
		add_merged(out, &from, to.path);
	} else {
		g_string_append_len(out, from.path.text, (gssize)from.path.length);
		query = to.query.text ? to.query : from.query;
	}
	if (query.text) {
		g_string_append_c(out, '?');
		g_string_append_len(out, query.text, (gssize)query.length);
	}
	return g_string_free(out, FALSE);
}

char *
uri_fragment(const char *reference)
{
	const char *mark = strchr(reference, '#');
	return mark ? g_uri_unescape_string(mark + 1, NULL) : g_strdup("");
}

const char *
uri_shown(const char *uri)
{
	return g_str_has_prefix(uri, URI_NOWHERE) ? uri + strlen(URI_NOWHERE) : uri;
}
