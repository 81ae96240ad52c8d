/* What HTTP client and server share: messages with their headers and bodies. */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct http_header {
	char *name, *value;
};

/* Headers in the order of the message; names compare without case (RFC 9110 section 5.1). */
struct http_headers {
	struct http_header *items;
	size_t count;
};

struct http_request {
	char *method;
	char *url;                    /* client: absolute; server: path and query as they came */
	struct http_headers headers;
	GString *body;                /* NULL for none */
};

struct http_response {
	int status;
	struct http_headers headers;
	GString *body;                /* never NULL once received */
	int64_t duration_us;          /* client: from the first byte sent to the last received */
};

void http_headers_add(struct http_headers *headers, const char *name, const char *value);
/* The first of that name, NULL if there is none. */
const char *http_headers_get(const struct http_headers *headers, const char *name);
void http_headers_clear(struct http_headers *headers);
void http_request_clear(struct http_request *request);
void http_response_clear(struct http_response *response);

/* "Not Found" for 404; "" for an unknown status. */
const char *http_reason(int status);
/* The media type of a Content-Type value: lower case, without parameters; newly allocated. */
char *http_media_type(const char *content_type);
/* As many open files as that many connections and some more need, as far as the system allows. */
void http_reserve_files(unsigned connections);
/* Percent-decodes; '+' is a space where `form`. NULL where an escape is broken or encodes NUL. */
char *http_unescape(const char *text, size_t length, bool form);

#endif
