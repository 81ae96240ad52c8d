#include "contract/mock_memo.h"

#include <string.h>

/* Of two requests for one place the later one stays. */
enum { PLACES = 2048, BYTES_MAX = 8 << 20, ANSWER_MAX = 256 << 10 };

struct place {
	uint64_t hash, version;
	struct mock_answer answer;
};

struct mock_memo {
	size_t bytes;
	struct place places[PLACES];
};

struct mock_memo *
mock_memo_create(void)
{
	return g_new0(struct mock_memo, 1);
}

static void
clear_place(struct mock_memo *memo, struct place *place)
{
	if (!place->answer.kept)
		return;
	memo->bytes -= place->answer.kept->bytes;
	kept_unref(place->answer.kept);
	http_reply_unref(place->answer.reply);
	*place = (struct place){ 0 };
}

void
mock_memo_destroy(struct mock_memo *memo)
{
	for (unsigned i = 0; memo && i < PLACES; i++)
		clear_place(memo, &memo->places[i]);
	g_free(memo);
}

static uint64_t
mix_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = hash * 31 + (unsigned char)*text;
	return hash * 31 + 1;
}

static uint64_t
hash_of(const struct http_request *request)
{
	uint64_t hash = mix_text(mix_text(7, request->method), request->url);
	for (size_t i = 0; i < request->headers.count; i++)
		hash = mix_text(hash, request->headers.items[i].value);
	return hash;
}

static bool
is_same(const struct http_request *a, const struct http_request *b)
{
	if (strcmp(a->url, b->url) != 0 || strcmp(a->method, b->method) != 0 || a->headers.count != b->headers.count)
		return false;
	for (size_t i = 0; i < a->headers.count; i++)
		if (strcmp(a->headers.items[i].name, b->headers.items[i].name) != 0 || strcmp(a->headers.items[i].value, b->headers.items[i].value) != 0)
			return false;
	return true;
}

static struct place *
place_of(struct mock_memo *memo, uint64_t hash)
{
	return &memo->places[(hash * UINT64_C(0x9E3779B97F4A7C15)) >> 53];
}

const struct mock_answer *
mock_memo_find(struct mock_memo *memo, const struct http_request *request, uint64_t version)
{
	uint64_t hash = hash_of(request);
	struct place *place = place_of(memo, hash);
	if (!place->answer.kept || place->hash != hash || place->version != version || !is_same(request, &place->answer.kept->request))
		return NULL;
	return &place->answer;
}

void
mock_memo_add(struct mock_memo *memo, uint64_t version, struct kept *kept, struct http_reply *reply)
{
	uint64_t hash = hash_of(&kept->request);
	struct place *place = place_of(memo, hash);
	clear_place(memo, place);
	if (kept->bytes > ANSWER_MAX) {
		http_reply_unref(reply);
		return;
	}
	for (unsigned i = 0; memo->bytes + kept->bytes > BYTES_MAX && i < PLACES; i++)
		clear_place(memo, &memo->places[i]);
	*place = (struct place){ hash, version, { kept_ref(kept), reply } };
	memo->bytes += kept->bytes;
}
