#include "contract/mock_memo.h"

#include <string.h>

/* Of two requests for one place the later one stays. */
enum { PLACES = 2048, BYTES_MAX = 8 << 20, REQUEST_MAX = 256 << 10 };

struct place {
	struct mock_memory memory;
	uint64_t hash;
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
clear_memory(struct mock_memory *memory)
{
	kept_unref(memory->kept);
	parsed_request_clear(&memory->parsed);
	g_strfreev(memory->values);
	http_reply_unref(memory->reply);
	mock_cast_free(memory->cast);
}

static void
clear_place(struct mock_memo *memo, struct place *place)
{
	if (!place->memory.kept)
		return;
	memo->bytes -= place->memory.kept->bytes;
	clear_memory(&place->memory);
	*place = (struct place){ 0 };
}

void
mock_memo_clear(struct mock_memo *memo)
{
	for (unsigned i = 0; i < PLACES; i++)
		clear_place(memo, &memo->places[i]);
}

void
mock_memo_destroy(struct mock_memo *memo)
{
	if (memo)
		mock_memo_clear(memo);
	g_free(memo);
}

/* Eight bytes at a time. Who makes requests collide only loses their memory. */
static uint64_t
mix(uint64_t hash, const char *bytes, size_t length)
{
	uint64_t word = 0;
	for (; length >= sizeof word; bytes += sizeof word, length -= sizeof word) {
		memcpy(&word, bytes, sizeof word);
		hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, bytes, length);
	hash = (hash ^ word ^ (uint64_t)length << 56) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ hash >> 32;
}

static uint64_t
hash_of(const struct http_request *request)
{
	uint64_t hash = mix(mix(7, request->method, strlen(request->method)), request->url, strlen(request->url));
	for (size_t i = 0; i < request->headers.count; i++)
		hash = mix(hash, request->headers.items[i].value, strlen(request->headers.items[i].value));
	return request->body ? mix(hash, request->body->str, request->body->len) : hash;
}

static bool
is_same_body(const GString *a, const GString *b)
{
	return a && b ? a->len == b->len && memcmp(a->str, b->str, a->len) == 0 : !a && !b;
}

static bool
is_same(const struct http_request *a, const struct http_request *b)
{
	if (strcmp(a->url, b->url) != 0 || strcmp(a->method, b->method) != 0 || a->headers.count != b->headers.count)
		return false;
	for (size_t i = 0; i < a->headers.count; i++)
		if (strcmp(a->headers.items[i].name, b->headers.items[i].name) != 0 || strcmp(a->headers.items[i].value, b->headers.items[i].value) != 0)
			return false;
	return is_same_body(a->body, b->body);
}

static struct place *
place_of(struct mock_memo *memo, uint64_t hash)
{
	return &memo->places[(hash * UINT64_C(0x9E3779B97F4A7C15)) >> 53];
}

const struct mock_memory *
mock_memo_find(struct mock_memo *memo, const struct http_request *request)
{
	uint64_t hash = hash_of(request);
	const struct place *place = place_of(memo, hash);
	bool found = place->memory.kept && place->hash == hash && is_same(request, &place->memory.kept->request);
	return found ? &place->memory : NULL;
}

static void
make_room(struct mock_memo *memo, size_t bytes)
{
	for (unsigned i = 0; memo->bytes + bytes > BYTES_MAX && i < PLACES; i++)
		clear_place(memo, &memo->places[i]);
}

void
mock_memo_add(struct mock_memo *memo, const struct mock_memory *memory)
{
	uint64_t hash = hash_of(&memory->kept->request);
	struct place *place = place_of(memo, hash);
	struct mock_memory taken = *memory;
	clear_place(memo, place);
	if (taken.kept->bytes > REQUEST_MAX) {
		clear_memory(&taken);
		return;
	}
	make_room(memo, taken.kept->bytes);
	*place = (struct place){ taken, hash };
	memo->bytes += taken.kept->bytes;
}

static struct place *
own_place(struct mock_memo *memo, const struct mock_memory *memory)
{
	g_assert((const struct place *)memory >= memo->places && (const struct place *)memory < memo->places + PLACES);
	return &memo->places[(const struct place *)memory - memo->places];
}

void
mock_memo_cast(struct mock_memo *memo, const struct mock_memory *memory, struct mock_cast *cast)
{
	struct place *place = own_place(memo, memory);
	mock_cast_free(place->memory.cast);
	place->memory.cast = cast;
}

void
mock_memo_answer(struct mock_memo *memo, const struct mock_memory *memory, struct kept *kept, struct http_reply *reply, uint64_t version)
{
	struct place *place = own_place(memo, memory);
	struct kept *old = place->memory.kept;
	memo->bytes += kept->bytes - old->bytes;
	kept_unref(old);
	http_reply_unref(place->memory.reply);
	place->memory.kept = kept;
	place->memory.reply = reply;
	place->memory.version = version;
}
