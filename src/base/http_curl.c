/* Requests as command lines: how to repeat them. */
#include <string.h>

#include "base/http.h"

static void
append_shell(GString *text, const char *word)
{
	g_autofree char *quoted = g_shell_quote(word);
	g_string_append_printf(text, " %s", quoted);
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

/* Bytes that no command line can hold come through a pipe. */
static void
prepend_bytes(GString *line, const GString *body)
{
	g_autoptr(GString) bytes = g_string_new("printf '");
	for (size_t i = 0; i < body->len; i++)
		g_string_append_printf(bytes, "\\%03o", (unsigned char)body->str[i]);
	g_string_append(bytes, "' | ");
	g_string_prepend(line, bytes->str);
}

char *
http_curl(const struct http_request *request, const char *origin)
{
	GString *line = g_string_new("curl -i -X");
	const char *host = http_headers_get(&request->headers, "host");
	g_autofree char *own = !origin && host ? g_strconcat("http://", host, NULL) : g_strdup(origin ? origin : "");
	g_autofree char *url = *request->url == '/' ? g_strconcat(own, request->url, NULL) : g_strdup(request->url);
	append_shell(line, request->method);
	append_shell(line, url);
	for (size_t i = 0; i < request->headers.count; i++) {
		const struct http_header *header = &request->headers.items[i];
		g_autofree char *text = g_strdup_printf("%s: %s", header->name, header->value);
		if (is_own(header->name))
			continue;
		g_string_append(line, " -H");
		append_shell(line, text);
	}
	if (!request->body || !request->body->len)
		return g_string_free(line, FALSE);
	bool text = g_utf8_validate(request->body->str, (gssize)request->body->len, NULL);
	g_string_append(line, text ? " --data-raw" : " --data-binary @-");
	if (text)
		append_shell(line, request->body->str);
	else
		prepend_bytes(line, request->body);
	return g_string_free(line, FALSE);
}
