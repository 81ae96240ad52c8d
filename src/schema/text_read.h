/* What the pass over a text and the trees that it makes on the way share: values that are no
 * containers. Each function takes the place where its part begins and returns the one behind it;
 * NULL ends the pass, and `verdict` says how. */
#ifndef SCHEMA_TEXT_READ_H
#define SCHEMA_TEXT_READ_H

#include "base/doc_build.h"
#include "base/doc_scan.h"
#include "schema/arena.h"
#include "schema/text.h"

/* Memory that passes of one thread use one after another: fresh pages would cost more than the pass. */
struct text_room {
	char *bytes;              /* a copy of the text, with padding */
	size_t size;
	struct value *nodes;      /* of the tree in hand */
	size_t node_count;
};

struct text {
	struct check *check;
	struct text_room *room;
	char *begin;              /* room->bytes */
	const char *source;       /* the same bytes, never changed */
	char *touched;            /* the end of what trees were made of, and so was changed */
	char *decoded;            /* strings with escapes; NULL until there is one */
	size_t length, used;      /* of text; of `decoded` */
	unsigned depth;           /* of containers */
	enum text_verdict verdict;
	size_t count;             /* of nodes in the tree in hand */
	struct arena arena;       /* indexes of large objects in it */
};

/* Copies the text; what was opened has to be closed. */
void text_open(struct text *text, struct check *check, const char *source, size_t length);
void text_close(struct text *text);

static inline char *
text_ends(struct text *text, enum text_verdict verdict)
{
	text->verdict = text->check->stop ? TEXT_UNKNOWN : verdict;
	return NULL;
}

static inline char *
text_blank(char *at)
{
	return (char *)(uintptr_t)scan_blank(at);
}

/* A string that is more than plain ASCII, from behind its quote on. */
char *text_odd_string(struct text *text, char *start, struct value *value);
char *text_word(struct text *text, char *at, struct value *value);

/* The string whose opening quote is at `at`; returns the closing one. */
static inline char *
text_string(struct text *text, char *at, struct value *value)
{
	bool beyond = false;
	const char *start = at + 1, *end = scan_plain(start, &beyond);
	*value = (struct value){ .kind = VALUE_STRING, .span = 1, .text = start, .length = (uint32_t)(end - start) };
	return G_LIKELY(*end == '"' && !beyond) ? (char *)(uintptr_t)end : text_odd_string(text, at + 1, value);
}

static inline char *
text_number(struct text *text, char *at, struct value *value)
{
	const char *bad, *why;
	*value = (struct value){ .kind = VALUE_NUMBER, .span = 1, .text = at };
	const char *end = scan_number(at, &value->integer, &bad, &why);
	if (!end)
		return text_ends(text, TEXT_UNKNOWN);
	value->length = (uint32_t)(end - at);
	return (char *)(uintptr_t)end;
}

static inline bool
text_is_number(char first)
{
	return first == '-' || (unsigned char)(first - '0') <= 9;
}

/* The container at `at` as a tree, which lasts until the next one is made. What it was read from
 * cannot be read again. */
char *text_tree(struct text *text, char *at);

#endif
