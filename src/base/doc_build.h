/* How a reader makes a document: nodes in document order, then the finished tree. Used by the
 * JSON and the YAML reader, and by what makes trees of parts of a text. */
#ifndef BASE_DOC_BUILD_H
#define BASE_DOC_BUILD_H

#include "base/doc.h"

#define DOC_DEPTH_MAX 4096u

struct doc_block;   /* memory that lives as long as the document */

struct doc {
	int references;
	struct doc *parent;          /* owner of everything, where this is a part */
	const struct value *root;
	char *name, *source;
	size_t length;
	struct value *nodes;
	struct doc_block *blocks;
	struct doc_mark *marks;      /* places on the way through the source; made when first asked for one */
};

struct doc_builder {
	struct doc *doc;
	struct value *nodes;
	size_t count, room;          /* nodes used and allocated */
	struct doc_limits limits;
	unsigned depth;
	uint32_t open[DOC_DEPTH_MAX]; /* the containers being filled */
};

/* Behind every source stand so many zeros: readers look ahead without asking for the end. */
enum { DOC_PADDING = 32 };

/* Takes a copy of the text. False with ERR_TOO_LARGE where it exceeds the limits. */
bool doc_builder_init(struct doc_builder *builder, const char *name, const char *text, size_t length, const struct doc_limits *limits, GError **error);
/* The same with a source from doc_source_allocate, which is taken. */
void doc_builder_take(struct doc_builder *builder, const char *name, char *source, size_t length, const struct doc_limits *limits);
/* Room for a source and its padding. */
char *doc_source_allocate(size_t length);
void doc_builder_grow(struct doc_builder *builder);
/* Appends a node; the pointer is good until the next one is added. */
static inline struct value *
doc_builder_add(struct doc_builder *builder, enum value_kind kind, size_t offset)
{
	if (G_UNLIKELY(builder->count == builder->room))
		doc_builder_grow(builder);
	struct value *value = &builder->nodes[builder->count++];
	*value = (struct value){ .offset = (uint32_t)offset, .span = 1, .kind = (uint8_t)kind };
	return value;
}
/* Opens a container (depth is checked) and closes the innermost (duplicate keys are refused). */
bool doc_builder_open(struct doc_builder *builder, enum value_kind kind, size_t offset, GError **error);
bool doc_builder_close(struct doc_builder *builder, GError **error);
/* The innermost container, NULL outside of all. */
static inline struct value *
doc_builder_container(struct doc_builder *builder)
{
	return builder->depth ? &builder->nodes[builder->open[builder->depth - 1]] : NULL;
}

/* Tells all open containers that a key in them begins with "$". */
static inline void
doc_builder_mark(struct doc_builder *builder)
{
	for (unsigned i = builder->depth; i-- && !builder->nodes[builder->open[i]].refers;)
		builder->nodes[builder->open[i]].refers = true;
}

/* Copies the subtree that starts at node `start` to the end, within the limits of nodes and depth. An error is one of
 * the place `offset`. */
bool doc_builder_copy(struct doc_builder *builder, uint32_t start, size_t offset, GError **error);
/* Memory of the document. */
char *doc_builder_text(struct doc_builder *builder, size_t length);
/* An error at a source offset; returns false. */
bool doc_builder_fail(struct doc_builder *builder, size_t offset, GError **error, const char *format, ...) G_GNUC_PRINTF(4, 5);
/* The document, or with `ok` false nothing. */
struct doc *doc_builder_finish(struct doc_builder *builder, bool ok);

/* The two readers: they fill what was initialised, and finish it. */
struct doc *doc_parse_json(struct doc_builder *builder, GError **error);
struct doc *doc_parse_yaml(struct doc_builder *builder, GError **error);

/* Slots of the index of an object with so many members; 0: it has none. */
uint32_t doc_index_room(uint32_t members);
/* Gives a finished object its index, in `slots` (NULL for none): each holds the distance to a key's node, 0 is empty. False with
 * the two keys if one stands twice. */
bool doc_index(struct value *object, uint32_t *slots, const struct value **ret_first, const struct value **ret_second);

/* Line and column of a byte of the source. */
void doc_source_position(const struct doc *doc, size_t offset, unsigned *ret_line, unsigned *ret_column);

#endif
