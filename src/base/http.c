#include "base/http.h"

#include <string.h>
#include <sys/resource.h>

enum { FILES_BESIDE = 256 };

void
http_headers_add(struct http_headers *headers, const char *name, const char *value)
{
	headers->items = g_renew(struct http_header, headers->items, headers->count + 1);
	headers->items[headers->count++] = (struct http_header){ g_strdup(name), g_strdup(value) };
}

const char *
http_headers_get(const struct http_headers *headers, const char *name)
{
	for (size_t i = 0; i < headers->count; i++)
		if (g_ascii_strcasecmp(headers->items[i].name, name) == 0)
			return headers->items[i].value;
	return NULL;
}

void
http_headers_clear(struct http_headers *headers)
{
	for (size_t i = 0; i < headers->count; i++) {
		g_free(headers->items[i].name);
		g_free(headers->items[i].value);
	}
	g_free(headers->items);
	*headers = (struct http_headers){ 0 };
}

static void
free_body(GString *body)
{
	if (body)
		g_string_free(body, TRUE);
}

void
http_request_clear(struct http_request *request)
{
	g_free(request->method);
	g_free(request->url);
	http_headers_clear(&request->headers);
	free_body(request->body);
	*request = (struct http_request){ 0 };
}

void
http_response_clear(struct http_response *response)
{
	http_headers_clear(&response->headers);
	free_body(response->body);
	*response = (struct http_response){ 0 };
}

const char *
http_reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" }, { 204, "No Content" }, { 301, "Moved Permanently" },
		{ 302, "Found" }, { 303, "See Other" }, { 304, "Not Modified" }, { 307, "Temporary Redirect" },
		{ 308, "Permanent Redirect" }, { 400, "Bad Request" }, { 401, "Unauthorized" }, { 402, "Payment Required" },
		{ 403, "Forbidden" }, { 404, "Not Found" }, { 405, "Method Not Allowed" }, { 406, "Not Acceptable" },
		{ 408, "Request Timeout" }, { 409, "Conflict" }, { 410, "Gone" }, { 411, "Length Required" },
		{ 412, "Precondition Failed" }, { 413, "Content Too Large" }, { 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" }, { 422, "Unprocessable Content" }, { 428, "Precondition Required" },
		{ 429, "Too Many Requests" }, { 431, "Request Header Fields Too Large" }, { 500, "Internal Server Error" },
		{ 501, "Not Implemented" }, { 502, "Bad Gateway" }, { 503, "Service Unavailable" }, { 504, "Gateway Timeout" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "";
}

char *
http_media_type(const char *content_type)
{
	return g_strstrip(g_ascii_strdown(content_type, (gssize)strcspn(content_type, ";")));
}

void
http_reserve_files(unsigned connections)
{
	struct rlimit limit;
	rlim_t wanted = (rlim_t)connections + FILES_BESIDE;
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = MIN(wanted, limit.rlim_max);
	setrlimit(RLIMIT_NOFILE, &limit);
}

char *
http_unescape(const char *text, size_t length, bool form)
{
	char *plain = g_malloc(length + 1), *out = plain;
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '+' && form) {
			*out++ = ' ';
		} else if (text[i] != '%') {
			*out++ = text[i];
		} else {
			int high = length - i > 2 ? g_ascii_xdigit_value(text[i + 1]) : -1;
			int low = high >= 0 ? g_ascii_xdigit_value(text[i + 2]) : -1;
			if (low < 0 || high * 16 + low == 0) {
				g_free(plain);
				return NULL;
			}
			*out++ = (char)(high * 16 + low);
			i += 2;
		}
	}
	*out = '\0';
	return plain;
}
