#include "contract/kept.h"

#include <string.h>

static size_t
size_of_headers(const struct http_headers *headers)
{
	size_t size = headers->count * sizeof *headers->items;
	for (size_t i = 0; i < headers->count; i++)
		size += strlen(headers->items[i].name) + strlen(headers->items[i].value) + 2;
	return size;
}

static char *
pack_bytes(char **at, const char *bytes, size_t length)
{
	char *packed = *at;
	memcpy(packed, bytes, length);
	packed[length] = '\0';
	*at += length + 1;
	return packed;
}

static char *
pack_text(char **at, const char *text)
{
	return pack_bytes(at, text, strlen(text));
}

static void
pack_texts(char **at, const struct http_headers *from, struct http_headers *to)
{
	for (size_t i = 0; i < from->count; i++) {
		to->items[i].name = pack_text(at, from->items[i].name);
		to->items[i].value = pack_text(at, from->items[i].value);
	}
}

static GString *
pack_body(char **at, const GString *from, GString *to)
{
	if (!from)
		return NULL;
	*to = (GString){ .str = pack_bytes(at, from->str, from->len), .len = from->len, .allocated_len = from->len + 1 };
	return to;
}

struct kept *
kept_create(const struct http_request *request, const struct http_response *response)
{
	size_t size = sizeof(struct kept) + strlen(request->method) + strlen(request->url) + 2;
	size += size_of_headers(&request->headers) + size_of_headers(&response->headers);
	size += (request->body ? request->body->len + 1 : 0) + (response->body ? response->body->len + 1 : 0);
	struct kept *kept = g_malloc(size);
	*kept = (struct kept){ .references = 1, .bytes = size };
	struct http_header *headers = (struct http_header *)(kept + 1);
	kept->request.headers = (struct http_headers){ headers, request->headers.count };
	kept->response = (struct http_response){ .status = response->status, .duration_us = response->duration_us };
	kept->response.headers = (struct http_headers){ headers + request->headers.count, response->headers.count };
	char *at = (char *)(headers + request->headers.count + response->headers.count);
	kept->request.method = pack_text(&at, request->method);
	kept->request.url = pack_text(&at, request->url);
	pack_texts(&at, &request->headers, &kept->request.headers);
	pack_texts(&at, &response->headers, &kept->response.headers);
	kept->request.body = pack_body(&at, request->body, &kept->request_body);
	kept->response.body = pack_body(&at, response->body, &kept->response_body);
	return kept;
}

struct kept *
kept_ref(struct kept *kept)
{
	__atomic_fetch_add(&kept->references, 1, __ATOMIC_RELAXED);
	return kept;
}

void
kept_unref(struct kept *kept)
{
	if (kept && !__atomic_sub_fetch(&kept->references, 1, __ATOMIC_ACQ_REL))
		g_free(kept);
}
