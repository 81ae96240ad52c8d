/* The HTTP client: blocking, over libcurl, connections kept. One client serves one thread. */
#ifndef BASE_HTTP_CLIENT_H
#define BASE_HTTP_CLIENT_H

#include "base/http.h"

struct http_client;
typedef struct http_client HttpClient;

struct http_limits {
	int64_t connect_ms;   /* 0: 5 s */
	int64_t total_ms;     /* 0: 30 s */
	size_t body;          /* bytes of an answer; 0: 16 MiB */
	bool once;            /* what is not safe goes over a new connection: on a kept one it is sent again where no answer came */
};

/* NULL with ERR_ENVIRONMENT where libcurl is missing. */
struct http_client *http_client_create(const struct http_limits *limits, GError **error);
void http_client_destroy(struct http_client *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpClient, http_client_destroy)

/* Sends `request` and fills `response`; redirects are not followed, proxies not used for
 * loopback. Any status is a success. Fails with ERR_ENVIRONMENT where nobody listens, with ERR_TIMEOUT, ERR_TOO_LARGE or ERR_FAILED,
 * and says what happened on the wire, with ERR_INPUT for a header that holds a line break; `response` is
 * empty then. */
bool http_client_send(struct http_client *client, const struct http_request *request, struct http_response *response, GError **error);
/* The same without a body and with no headers but the usual ones. */
bool http_client_get(struct http_client *client, const char *url, struct http_response *response, GError **error);

#endif
