/* Trees of parts of a text, for rules that have to see a value whole. They are what the reader of
 * documents makes, but for the offsets, and die with the pass. */
#include "schema/text_read.h"

static struct value *
add(struct text *text)
{
	struct text_room *room = text->room;
	if (G_UNLIKELY(text->count == room->node_count)) {
		room->node_count = MAX(room->node_count * 2, 256);
		room->nodes = g_renew(struct value, room->nodes, room->node_count);
	}
	return &room->nodes[text->count++];
}

static char *read_container(struct text *text, char *at);

static inline char *
read_string(struct text *text, char *at)
{
	char *quote = text_string(text, at, add(text));
	if (!quote)
		return NULL;
	*quote = '\0';
	return quote + 1;
}

static inline char *
read_value(struct text *text, char *at)
{
	if (*at == '"')
		return read_string(text, at);
	if (*at == '{' || *at == '[')
		return read_container(text, at);
	return text_is_number(*at) ? text_number(text, at, add(text)) : text_word(text, at, add(text));
}

static inline char *
read_key(struct text *text, char *at)
{
	at = *at == '"' ? read_string(text, at) : NULL;
	at = at ? text_blank(at) : NULL;
	return at && *at == ':' ? text_blank(at + 1) : text_ends(text, TEXT_UNKNOWN);
}

static bool
close_object(struct text *text, struct value *object)
{
	const struct value *first, *second;
	uint32_t room = doc_index_room(object->length);
	return doc_index(object, room ? arena_zero(&text->arena, room * sizeof(uint32_t)) : NULL, &first, &second);
}

static char *
read_container(struct text *text, char *at)
{
	size_t self = text->count;
	uint32_t length = 0;
	bool object = *at == '{';
	char end = object ? '}' : ']';
	if (text->depth == TEXT_DEPTH_MAX)
		return text_ends(text, TEXT_UNKNOWN);
	text->depth++;
	add(text);
	at = text_blank(at + 1);
	while (*at != end || length) {
		at = object ? read_key(text, at) : at;
		at = at ? read_value(text, at) : NULL;
		if (!at)
			return NULL;
		length++;
		at = text_blank(at);
		if (*at != ',')
			break;
		at = text_blank(at + 1);
	}
	text->depth--;
	struct value *container = &text->room->nodes[self];
	*container = (struct value){ .kind = object ? VALUE_OBJECT : VALUE_ARRAY, .length = length };
	container->span = (uint32_t)(text->count - self);
	return *at == end && (!object || close_object(text, container)) ? at + 1 : text_ends(text, TEXT_UNKNOWN);
}

char *
text_tree(struct text *text, char *at)
{
	unsigned depth = text->depth;
	text->count = 0;
	at = read_container(text, at);
	text->depth = depth;
	text->touched = at ? at : text->begin + text->length;
	return at;
}
