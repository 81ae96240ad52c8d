/* A request as libcurl wants it: what the blocking client and the transport of model calls do alike. */
#ifndef BASE_HTTP_EASY_H
#define BASE_HTTP_EASY_H

#include "base/curl.h"
#include "base/http.h"

/* The name of the first header that cannot be sent, as it holds a line break, which would begin a header of its own, or the body;
 * NULL if there is none. */
const char *http_easy_unfit(const struct http_request *request);
/* The list belongs to the caller, and has to live as long as the transfer. */
struct curl_slist *http_easy_headers(const struct curl *curl, const struct http_request *request);
/* URL, method, headers and body; the bytes of the body are not copied. Redirects are not followed; for loopback there is no proxy, else
 * that of the environment. */
void http_easy_prepare(const struct curl *curl, CURL *easy, const struct http_request *request, struct curl_slist *headers);
/* True where the URL's host is this machine, as a proxy would not understand it. */
bool http_easy_is_local(const char *url);

#endif
