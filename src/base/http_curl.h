/* Requests as command lines, for people who want to send them once more. Every byte gets through, on one line. */
#ifndef BASE_HTTP_CURL_H
#define BASE_HTTP_CURL_H

#include "base/http.h"

/* In a text with variables, the name of a shell variable stands between these. */
#define HTTP_CURL_VARIABLE '\001'
#define HTTP_CURL_END '\002'
enum { HTTP_CURL_IN_URL = 1, HTTP_CURL_IN_BODY = 2 };

/* Appends "curl OPTIONS -X …"; `variables` says where there are any. */
void http_curl_append(GString *line, const char *options, const struct http_request *request, unsigned variables);
/* True where a body can stand on the line as it is. */
bool http_curl_is_plain(const GString *body);
/* A request that was recorded, without what curl sets by itself; `origin` ("http://127.0.0.1:8080"; NULL: that of the Host
 * header) stands before a target without one. Newly allocated. */
char *http_curl(const struct http_request *request, const char *origin);

#endif
