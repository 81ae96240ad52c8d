#include "schema/text_read.h"

#include <pthread.h>

enum { KEPT_MAX = 1 << 20 };   /* bytes of each kind that a thread keeps */

static void
free_room(void *data)
{
	struct text_room *room = data;
	g_free(room->bytes);
	g_free(room->nodes);
	g_free(room);
}

static pthread_key_t kept;

static void
make_key(void)
{
	pthread_key_create(&kept, free_room);
}

/* The room of this thread. */
static struct text_room *
get_room(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, make_key);
	struct text_room *room = pthread_getspecific(kept);
	if (!room) {
		room = g_new0(struct text_room, 1);
		pthread_setspecific(kept, room);
	}
	return room;
}

void
text_open(struct text *text, struct check *check, const char *source, size_t length)
{
	struct text_room *room = get_room();
	if (room->size < length + DOC_PADDING) {
		g_free(room->bytes);
		room->size = (length + DOC_PADDING) * 3 / 2;
		room->bytes = g_malloc(room->size);
	}
	*text = (struct text){ .check = check, .room = room, .source = source, .length = length, .verdict = TEXT_FITS };
	text->begin = text->touched = room->bytes;
	memcpy(text->begin, source, length);
	memset(text->begin + length, 0, DOC_PADDING);
}

void
text_close(struct text *text)
{
	struct text_room *room = text->room;
	g_free(text->decoded);
	arena_finish(&text->arena);
	if (room->size > KEPT_MAX) {
		g_clear_pointer(&room->bytes, g_free);
		room->size = 0;
	}
	if (room->node_count * sizeof *room->nodes > KEPT_MAX) {
		g_clear_pointer(&room->nodes, g_free);
		room->node_count = 0;
	}
}

char *
text_odd_string(struct text *text, char *start, struct value *value)
{
	bool beyond = false;
	const char *bad, *why, *end = scan_plain(start, &beyond);
	bool escaped = *end == '\\';
	if (escaped)
		end = scan_escaped(end, &beyond);
	size_t length = (size_t)(end - start);
	if (*end != '"' || (beyond && !g_utf8_validate_len(start, length, NULL)))
		return text_ends(text, TEXT_UNKNOWN);
	value->text = start;
	if (escaped) {
		if (!text->decoded)
			text->decoded = g_malloc(text->length + DOC_PADDING);
		if (text->length - text->used < length)
			return text_ends(text, TEXT_UNKNOWN);
		char *out = text->decoded + text->used;
		gssize size = scan_unescape(start, end, out, &bad, &why);
		if (size < 0)
			return text_ends(text, TEXT_UNKNOWN);
		text->used += length + 1;
		out[size] = '\0';
		value->text = out;
		length = (size_t)size;
	}
	value->length = (uint32_t)length;
	return (char *)(uintptr_t)end;
}

char *
text_word(struct text *text, char *at, struct value *value)
{
	*value = (struct value){ .kind = VALUE_BOOL, .span = 1 };
	size_t length = 4;
	if (memcmp(at, "true", 4) == 0)
		value->truth = true;
	else if (memcmp(at, "null", 4) == 0)
		value->kind = VALUE_NULL;
	else if (memcmp(at, "false", 5) == 0)
		length = 5;
	else
		return text_ends(text, TEXT_UNKNOWN);
	return at + length;
}
