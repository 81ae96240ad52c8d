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
};

struct doc_builder {
	struct doc *doc;
	size_t count, room;          /* nodes used and allocated */
	struct doc_limits limits;
	unsigned depth;
	uint32_t open[DOC_DEPTH_MAX]; /* the containers being filled */
};

/* Takes a copy of the text. NULL with ERR_TOO_LARGE where it exceeds the limits. */
struct doc_builder *doc_builder_create(const char *name, const char *text, size_t length, const struct doc_limits *limits, GError **error);
/* Appends a node; the pointer is good until the next one is added. */
struct value *doc_builder_add(struct doc_builder *builder, enum value_kind kind, size_t offset);
/* Opens a container (depth is checked) and closes the innermost (duplicate keys are refused). */
bool doc_builder_open(struct doc_builder *builder, enum value_kind kind, size_t offset, GError **error);
bool doc_builder_close(struct doc_builder *builder, GError **error);
/* The innermost container, NULL outside of all. */
static inline struct value *
doc_builder_container(struct doc_builder *builder)
{
	return builder->depth ? &builder->doc->nodes[builder->open[builder->depth - 1]] : NULL;
}

/* Copies the subtree that starts at node `start` to the end, within the limits of nodes and depth. An error is one of
 * the place `offset`. */
bool doc_builder_copy(struct doc_builder *builder, uint32_t start, size_t offset, GError **error);
/* Memory of the document. */
char *doc_builder_text(struct doc_builder *builder, size_t length);
/* An error at a source offset; returns false. */
bool doc_builder_fail(struct doc_builder *builder, size_t offset, GError **error, const char *format, ...) G_GNUC_PRINTF(4, 5);
/* The document, or with `ok` false nothing; frees the builder. */
struct doc *doc_builder_finish(struct doc_builder *builder, bool ok);

/* Slots of the index of an object with so many members; 0: it has none. */
uint32_t doc_index_room(uint32_t members);
/* Gives a finished object its index, in `slots`, which are zeros (NULL for none). False with the two keys if one stands twice. */
bool doc_index(struct value *object, uint32_t *slots, const struct value **ret_first, const struct value **ret_second);

void doc_source_position(const char *source, size_t offset, unsigned *ret_line, unsigned *ret_column);

#endif
