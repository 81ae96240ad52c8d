#include "base/http_curl.h"

#include <string.h>

/* A word in single quotes; the values of variables stand between them, in double ones. */
static void
append_word(GString *line, const char *word, bool variables)
{
	g_string_append(line, " '");
	for (; *word; word++) {
		if (*word == '\'')
			g_string_append(line, "'\\''");
		else if (variables && *word == HTTP_CURL_VARIABLE)
			g_string_append(line, "'\"$");
		else if (variables && *word == HTTP_CURL_END)
			g_string_append(line, "\"'");
		else
			g_string_append_c(line, *word);
	}
	g_string_append_c(line, '\'');
}

bool
http_curl_is_plain(const GString *body)
{
	for (size_t i = 0; i < body->len; i++)
		if (g_ascii_iscntrl(body->str[i]))
			return false;
	return g_utf8_validate(body->str, (gssize)body->len, NULL);
}

/* What has no place on a line comes through a pipe: every byte that is not plain in octal. */
static void
append_bytes(GString *line, const GString *body)
{
	g_string_append(line, "printf '%b' '");
	for (size_t i = 0; i < body->len; i++) {
		unsigned char byte = (unsigned char)body->str[i];
		if (byte == '\\' || byte == '\'' || byte < 0x20 || byte >= 0x7f)
			g_string_append_printf(line, "\\0%03o", byte);
		else
			g_string_append_c(line, (char)byte);
	}
	g_string_append(line, "' | ");
}

static void
append_headers(GString *line, const struct http_headers *headers)
{
	for (size_t i = 0; i < headers->count; i++) {
		const struct http_header *item = &headers->items[i];
		/* curl spells a header without value with a semicolon. */
		g_autofree char *header = g_strdup_printf(*item->value ? "%s: %s" : "%s;", item->name, item->value);
		g_string_append(line, " -H");
		append_word(line, header, false);
	}
}

void
http_curl_append(GString *line, const char *options, const struct http_request *request, unsigned variables)
{
	static const char *const methods[] = { "POST", "PUT", "PATCH", NULL };
	const GString *body = request->body;
	bool content = body || g_strv_contains(methods, request->method);
	bool piped = body && !(variables & HTTP_CURL_IN_BODY) && !http_curl_is_plain(body);
	if (piped)
		append_bytes(line, body);
	g_string_append_printf(line, "curl %s -X", options);
	append_word(line, request->method, false);
	append_word(line, request->url, variables & HTTP_CURL_IN_URL);
	append_headers(line, &request->headers);
	if (content && !http_headers_get(&request->headers, "Content-Type"))
		g_string_append(line, " -H 'Content-Type:'");
	if (piped) {
		g_string_append(line, " --data-binary @-");
	} else if (content) {
		g_string_append(line, " --data-raw");
		append_word(line, body ? body->str : "", variables & HTTP_CURL_IN_BODY);
	}
}

/* What curl sets by itself, or what tells of a client alone. */
static bool
is_own(const char *header)
{
	static const char *const names[] = { "host", "connection", "content-length", "transfer-encoding", "accept-encoding", "keep-alive", "expect",
		                            "user-agent", "accept-language" };
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_ascii_strcasecmp(header, names[i]) == 0)
			return true;
	return *header == ':' || g_ascii_strncasecmp(header, "sec-", strlen("sec-")) == 0;
}

char *
http_curl(const struct http_request *request, const char *origin)
{
	GString *line = g_string_new(NULL);
	const char *host = http_headers_get(&request->headers, "host");
	g_autofree char *own = !origin && host ? g_strconcat("http://", host, NULL) : g_strdup(origin ? origin : "");
	g_autofree char *url = *request->url == '/' ? g_strconcat(own, request->url, NULL) : g_strdup(request->url);
	struct http_request again = { .method = request->method, .url = url, .body = request->body && request->body->len ? request->body : NULL };
	for (size_t i = 0; i < request->headers.count; i++)
		if (!is_own(request->headers.items[i].name))
			http_headers_add(&again.headers, request->headers.items[i].name, request->headers.items[i].value);
	http_curl_append(line, "-i -g --path-as-is", &again, 0);
	http_headers_clear(&again.headers);
	return g_string_free(line, FALSE);
}
