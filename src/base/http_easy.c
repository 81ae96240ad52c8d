#include "base/http_easy.h"

#include <gio/gio.h>
#include <string.h>

const char *
http_easy_unfit(const struct http_request *request)
{
	for (size_t i = 0; i < request->headers.count; i++) {
		const struct http_header *header = &request->headers.items[i];
		if (!*header->name || strpbrk(header->name, ":\r\n") || strpbrk(header->value, "\r\n"))
			return header->name;
	}
	return NULL;
}

/* True where the method has content, if only none: RFC 9110 section 8.6 wants its length then. */
static bool
has_content(const struct http_request *request)
{
	static const char *const methods[] = { "POST", "PUT", "PATCH", NULL };
	return request->body || g_strv_contains(methods, request->method);
}

struct curl_slist *
http_easy_headers(const struct curl *curl, const struct http_request *request)
{
	struct curl_slist *list = curl->curl_slist_append(NULL, "Expect:");
	for (size_t i = 0; i < request->headers.count; i++) {
		const struct http_header *header = &request->headers.items[i];
		/* curl spells a header without value with a semicolon. */
		g_autofree char *line = g_strdup_printf(*header->value ? "%s: %s" : "%s;", header->name, header->value);
		list = curl->curl_slist_append(list, line);
	}
	if (has_content(request) && !http_headers_get(&request->headers, "content-type"))
		list = curl->curl_slist_append(list, "Content-Type:");
	return list;
}

/* The host alone, newly allocated. By hand: what is tested with odd requests has targets that no URI parser would take. */
static char *
host_of(const char *url)
{
	const char *start = strstr(url, "://");
	start = start ? start + strlen("://") : url;
	const char *end = start + strcspn(start, "/?#"), *at = memrchr(start, '@', (size_t)(end - start));
	if (at)
		start = at + 1;
	if (*start == '[')
		return g_strndup(start + 1, strcspn(start + 1, "]/?#"));
	return g_strndup(start, strcspn(start, ":/?#"));
}

bool
http_easy_is_local(const char *url)
{
	g_autofree char *host = host_of(url);
	if (g_ascii_strcasecmp(host, "localhost") == 0)
		return true;
	g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);
	return address && (g_inet_address_get_is_loopback(address) || g_inet_address_get_is_any(address));
}

void
http_easy_prepare(const struct curl *curl, CURL *easy, const struct http_request *request, struct curl_slist *headers)
{
	curl->curl_easy_setopt(easy, CURLOPT_URL, request->url);
	curl->curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl->curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl->curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl->curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	if (http_easy_is_local(request->url))
		curl->curl_easy_setopt(easy, CURLOPT_PROXY, "");
	if (has_content(request)) {
		curl->curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(request->body ? request->body->len : 0));
		curl->curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body ? request->body->str : "");
	}
	/* After the options that choose a method of their own. */
	if (g_str_equal(request->method, "HEAD"))
		curl->curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	else
		curl->curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}
