#include "base/http_client.h"

#include <string.h>

#include "base/error.h"
#include "base/http_easy.h"

enum { CONNECT_MS = 5000, TOTAL_MS = 30000, BODY_MAX = 16 << 20 };

struct http_client {
	const struct curl *curl;
	CURL *easy;
	struct http_limits limits;
	struct http_response *response;   /* of the request under way */
	bool overflow;
};

struct http_client *
http_client_create(const struct http_limits *limits, GError **error)
{
	const struct curl *curl = curl_load(error);
	if (!curl)
		return NULL;
	struct http_client *client = g_new0(struct http_client, 1);
	client->curl = curl;
	client->easy = curl->curl_easy_init();
	if (limits)
		client->limits = *limits;
	return client;
}

void
http_client_destroy(struct http_client *client)
{
	if (!client)
		return;
	client->curl->curl_easy_cleanup(client->easy);
	g_free(client);
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *data)
{
	struct http_client *client = data;
	size_t limit = client->limits.body ? client->limits.body : BODY_MAX;
	client->overflow = client->response->body->len + size * count > limit;
	if (client->overflow)
		return 0;
	g_string_append_len(client->response->body, bytes, (gssize)(size * count));
	return size * count;
}

static size_t
take_header(char *bytes, size_t size, size_t count, void *data)
{
	struct http_client *client = data;
	g_autofree char *line = g_strndup(bytes, size * count);
	/* A status line begins a new set: what a 100 Continue carried is over. */
	if (g_str_has_prefix(line, "HTTP/"))
		http_headers_clear(&client->response->headers);
	char *colon = strchr(line, ':');
	if (colon) {
		*colon = '\0';
		http_headers_add(&client->response->headers, line, g_strstrip(colon + 1));
	}
	return size * count;
}

static void
prepare(struct http_client *client, const struct http_request *request, struct curl_slist *headers)
{
	const struct curl *curl = client->curl;
	CURL *easy = client->easy;
	const struct http_limits *limits = &client->limits;
	curl->curl_easy_reset(easy);
	http_easy_prepare(curl, easy, request, headers);
	curl->curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(limits->connect_ms ? limits->connect_ms : CONNECT_MS));
	curl->curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(limits->total_ms ? limits->total_ms : TOTAL_MS));
	curl->curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl->curl_easy_setopt(easy, CURLOPT_WRITEDATA, client);
	curl->curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl->curl_easy_setopt(easy, CURLOPT_HEADERDATA, client);
	if (limits->once && !g_str_equal(request->method, "GET") && !g_str_equal(request->method, "HEAD"))
		curl->curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
}

static bool
explain(struct http_client *client, const struct http_request *request, CURLcode code, GError **error)
{
	if (client->overflow)
		return error_set(error, ERR_TOO_LARGE, NULL, "%s %s answered with more bytes than are read", request->method, request->url);
	bool absent = code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST;
	enum error_code kind = code == CURLE_OPERATION_TIMEDOUT ? ERR_TIMEOUT : absent ? ERR_ENVIRONMENT : ERR_FAILED;
	return error_set(error, kind, NULL, "%s %s: %s", request->method, request->url, client->curl->curl_easy_strerror(code));
}

bool
http_client_send(struct http_client *client, const struct http_request *request, struct http_response *response, GError **error)
{
	*response = (struct http_response){ 0 };
	const char *unfit = http_easy_unfit(request);
	if (unfit)
		return error_set(error, ERR_INPUT, "take line breaks out of headers", "%s %s: the header '%s' cannot be sent", request->method,
		                 request->url, unfit);
	response->body = g_string_new(NULL);
	client->response = response;
	client->overflow = false;
	struct curl_slist *headers = http_easy_headers(client->curl, request);
	prepare(client, request, headers);
	CURLcode code = client->curl->curl_easy_perform(client->easy);
	client->curl->curl_slist_free_all(headers);
	long status = 0;
	curl_off_t duration = 0;
	client->curl->curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &status);
	client->curl->curl_easy_getinfo(client->easy, CURLINFO_TOTAL_TIME_T, &duration);
	response->status = (int)status;
	response->duration_us = duration;
	if (code == CURLE_OK)
		return true;
	http_response_clear(response);
	return explain(client, request, code, error);
}

bool
http_client_get(struct http_client *client, const char *url, struct http_response *response, GError **error)
{
	struct http_request request = { .method = (char *)"GET", .url = (char *)url };
	return http_client_send(client, &request, response, error);
}
