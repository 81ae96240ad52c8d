/* The quick way for events that differ from the last one in a text only: they are JSON with the same structure, because every byte
 * outside of the strings is the same, and the strings are checked just as the reader of documents does it. */
#include <string.h>

#include "base/doc_scan.h"
#include "llm/reply_build.h"

G_STATIC_ASSERT((int)EVENTS_PADDING >= (int)SCAN_STEP * 2);

enum { TRACK_BYTES_MAX = 4096, PIECE_BYTES_MAX = 4096 };

/* Members that servers fill with something new each time and that nobody reads here. */
static const char *const noise[] = { "created_at", "obfuscation" };

/* The quote that ends the string, NULL where it is no good. Zeros stand behind the text. */
static const char *
string_end(const char *start, bool *ret_beyond, bool *ret_escaped)
{
	const char *at = scan_plain(start, ret_beyond);
	*ret_escaped = *at == '\\';
	if (*ret_escaped)
		at = scan_escaped(at, ret_beyond);
	return *at == '"' ? at : NULL;
}

static bool
add_hole(struct reply_track *track, const char *data, const struct value *string)
{
	bool beyond = false, escaped;
	size_t from = string->offset + 1;
	const char *end = string_end(data + from, &beyond, &escaped);
	if (!end || track->count == TRACK_HOLES)
		return false;
	unsigned at = track->count++;
	for (; at && track->holes[at - 1].from > from; at--)
		track->holes[at] = track->holes[at - 1];
	track->holes[at].from = from;
	track->holes[at].to = (size_t)(end - data);
	return true;
}

void
reply_track(struct reply *reply, const char *data, size_t length, const struct value *event, const struct value *text, size_t part, bool extra)
{
	struct reply_track *track = &reply->track;
	if (reply->plain || reply->marked || length > TRACK_BYTES_MAX)
		return;
	if (!track->text)
		track->text = g_string_sized_new(length);
	g_string_truncate(track->text, 0);
	g_string_append_len(track->text, data, (gssize)length);
	track->part = part;
	track->extra = extra;
	track->count = 0;
	bool fits = add_hole(track, data, text);
	for (unsigned i = 0; fits && i < G_N_ELEMENTS(noise); i++) {
		const struct value *string = value_member(event, noise[i]);
		fits = !value_is(string, VALUE_STRING) || add_hole(track, data, string);
	}
	for (unsigned i = 0; i < track->count; i++)
		if (track->holes[i].from == text->offset + 1)
			track->wanted = i;
	track->set = fits;
}

/* A string of the event, from `at` on; what comes behind it, NULL where the event has to be read. */
static const char *
take_hole(const char *at, bool wanted, char *piece, const char **ret_text, size_t *ret_length)
{
	bool beyond = false, escaped;
	const char *end = string_end(at, &beyond, &escaped), *bad, *why;
	if (!end || (beyond && !g_utf8_validate(at, end - at, NULL)) || (!wanted && escaped))
		return NULL;
	if (!wanted)
		return end;
	*ret_text = at;
	*ret_length = (size_t)(end - at);
	if (escaped) {
		gssize length = end - at <= PIECE_BYTES_MAX ? scan_unescape(at, end, piece, &bad, &why) : -1;
		if (length < 0 || memchr(piece, '\0', (size_t)length))
			return NULL;
		*ret_text = piece;
		*ret_length = (size_t)length;
	}
	return end;
}

bool
reply_follow(struct reply *reply, const char *data, size_t length)
{
	const struct reply_track *track = &reply->track;
	const char *at = data, *end = data + length, *text = NULL;
	char piece[PIECE_BYTES_MAX];
	size_t from = 0, text_length = 0;
	for (unsigned i = 0; i < track->count; i++) {
		size_t same = track->holes[i].from - from;
		if ((size_t)(end - at) < same || memcmp(at, track->text->str + from, same) != 0)
			return false;
		at = take_hole(at + same, i == track->wanted, piece, &text, &text_length);
		if (!at)
			return false;
		from = track->holes[i].to;
	}
	size_t rest = track->text->len - from;
	if ((size_t)(end - at) != rest || memcmp(at, track->text->str + from, rest) != 0)
		return false;
	if (track->extra)
		reply_part_extra(reply, track->part, text, text_length);
	else
		reply_part_text(reply, track->part, text, text_length);
	return true;
}
