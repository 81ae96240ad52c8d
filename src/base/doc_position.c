/* Places in a source as people name them: by line and column. */
#include <string.h>

#include "base/doc_build.h"

/* A source is walked once, with a mark every so many bytes; from then on only what lies behind the last mark is. */
enum { STRIDE = 1 << 14 };

struct doc_mark {
	unsigned line, column;
};

/* Moves on over `length` bytes; the column counts characters. */
static void
advance(const char *at, size_t length, struct doc_mark *mark)
{
	const char *end = at + length;
	for (const char *feed; (feed = memchr(at, '\n', (size_t)(end - at))); at = feed + 1)
		*mark = (struct doc_mark){ mark->line + 1, 1 };
	for (; at < end; at++)
		mark->column += ((unsigned char)*at & 0xC0) != 0x80;
}

/* A byte order mark is no character to an editor. */
static size_t
begin(const struct doc *doc)
{
	return g_str_has_prefix(doc->source, "\xEF\xBB\xBF") ? 3 : 0;
}

/* Threads that ask at the same time make the same marks: the first ones stay. */
static const struct doc_mark *
marks_of(struct doc *doc)
{
	struct doc_mark *marks = __atomic_load_n(&doc->marks, __ATOMIC_ACQUIRE), *none = NULL;
	if (marks)
		return marks;
	struct doc_mark mark = { 1, 1 };
	marks = g_new(struct doc_mark, doc->length / STRIDE + 1);
	marks[0] = mark;
	for (size_t i = 1; i <= doc->length / STRIDE; i++) {
		size_t from = i > 1 ? (i - 1) * STRIDE : begin(doc);
		advance(doc->source + from, i * STRIDE - from, &mark);
		marks[i] = mark;
	}
	if (__atomic_compare_exchange_n(&doc->marks, &none, marks, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return marks;
	g_free(marks);
	return none;
}

void
doc_source_position(const struct doc *doc, size_t offset, unsigned *ret_line, unsigned *ret_column)
{
	struct doc_mark mark = { 1, 1 };
	size_t from = begin(doc);
	if (offset >= STRIDE) {
		mark = marks_of((struct doc *)(uintptr_t)doc)[offset / STRIDE];
		from = offset / STRIDE * STRIDE;
	}
	if (offset > from)
		advance(doc->source + from, offset - from, &mark);
	*ret_line = mark.line;
	*ret_column = mark.column;
}
