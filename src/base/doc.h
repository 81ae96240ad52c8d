/* Documents: the one value tree. Strict RFC 8259 JSON and YAML 1.2 (core schema) become the same
 * immutable, packed tree; it is shared between threads freely and freed at once.
 *
 * A tree is one array of nodes in document order: a container is followed by its content, and
 * `span` leads over it. The source text is kept: strings without escapes and all numbers are
 * slices of it, and every node knows its byte offset there. */
#ifndef BASE_DOC_H
#define BASE_DOC_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum value_kind { VALUE_NULL, VALUE_BOOL, VALUE_NUMBER, VALUE_STRING, VALUE_ARRAY, VALUE_OBJECT };

/* One node. Read it through the functions below; only the builder writes it. */
struct value {
	uint32_t offset;   /* bytes from the start of the source */
	uint32_t span;     /* nodes in this subtree, itself included */
	uint32_t length;   /* bytes of text; members of an object; items of an array */
	uint8_t kind;      /* enum value_kind */
	bool truth;
	bool integer;      /* a number without fraction and exponent */
	bool refers;       /* a container in which, at any depth, some key begins with "$" */
	union {
		const char *text;       /* string: NUL-terminated (may hold NUL too); number: not terminated */
		const uint32_t *index;  /* object with many members: hash slots, else NULL */
	};
};

struct doc;
typedef struct doc Doc;

/* Defaults of every reader; a caller that needs other bounds passes its own. */
struct doc_limits {
	size_t bytes;     /* of source text: 64 MiB */
	unsigned depth;   /* of containers: 256 */
	unsigned nodes;   /* that YAML aliases may add: 1 000 000 */
};

/* Reads `length` bytes of text; `name` is how messages call it. NULL limits are the defaults.
 * NULL with ERR_INPUT naming line and column, or ERR_TOO_LARGE. */
struct doc *doc_read_json(const char *name, const char *text, size_t length, const struct doc_limits *limits, GError **error);
struct doc *doc_read_yaml(const char *name, const char *text, size_t length, const struct doc_limits *limits, GError **error);
/* JSON where the first character that counts is { or [, else YAML. */
struct doc *doc_read(const char *name, const char *text, size_t length, const struct doc_limits *limits, GError **error);
/* Of a file up to 256 MiB are read. */
struct doc *doc_read_file(const char *path, GError **error);
/* JSON that this program wrote itself, NUL-terminated: cannot fail. */
struct doc *doc_own(const char *json);

struct doc *doc_ref(struct doc *doc);
void doc_unref(struct doc *doc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Doc, doc_unref)
/* A document whose root is `value`, a node of `doc`; it keeps `doc` alive. */
struct doc *doc_sub(struct doc *doc, const struct value *value);

/* The same document with another number or string in the place of a scalar: `text` is the number's text or the
 * string itself. It shares all else with `doc` and keeps it alive; its positions are those of `doc`. */
struct doc *doc_vary(struct doc *doc, const struct value *scalar, enum value_kind kind, const char *text);

const struct value *doc_root(const struct doc *doc);
const char *doc_name(const struct doc *doc);
/* The text as it was read (string ends are overwritten by NUL). */
const char *doc_source(const struct doc *doc, size_t *ret_length);
/* Line and column of a node of `doc`, both from 1; the column counts characters. */
void doc_position(const struct doc *doc, const struct value *value, unsigned *ret_line, unsigned *ret_column);
/* "name:line:column", newly allocated. */
char *doc_where(const struct doc *doc, const struct value *value);

/* All of these accept NULL and answer as for a value of another kind. */
static inline bool
value_is(const struct value *value, enum value_kind kind)
{
	return value && value->kind == kind;
}
const char *value_kind_name(const struct value *value);   /* "object", "integer", … */
const char *value_text(const struct value *value);        /* NULL unless a string */
bool value_truth(const struct value *value);              /* true only for the literal true */
double value_double(const struct value *value);           /* NaN unless a number */
bool value_int64(const struct value *value, int64_t *ret); /* true if a number that is exactly one: 1.50e2 is */
size_t value_count(const struct value *value);            /* items or members */
/* Member by key, item by position, descendant by RFC 6901 pointer; NULL if absent. */
const struct value *value_member(const struct value *object, const char *key);
const struct value *value_member_n(const struct value *object, const char *key, size_t length);
const struct value *value_item(const struct value *array, size_t position);
const struct value *value_find(const struct value *root, const char *pointer);
const char *value_member_text(const struct value *object, const char *key);
/* Two numbers are the same: by value and exactly, whatever they are written like. */
bool value_equal_numbers(const struct value *a, const struct value *b);
/* Equality of JSON Schema: numbers by value, objects without order. */
bool value_equal(const struct value *a, const struct value *b);

static inline const struct value *
value_next(const struct value *value)
{
	return value + value->span;
}

/* What a walk over the content of a container begins and ends with; NULL for anything else. */
static inline const struct value *
content_begin(const struct value *container, enum value_kind kind)
{
	return value_is(container, kind) ? container + 1 : NULL;
}

static inline const struct value *
content_end(const struct value *container, enum value_kind kind)
{
	return value_is(container, kind) ? value_next(container) : NULL;
}

/* Walks items of an array, or members of an object; anything else has none. */
#define VALUE_EACH(item, array)                                                                    \
	for (const struct value *item = content_begin(array, VALUE_ARRAY),                         \
				*item##_end = content_end(array, VALUE_ARRAY);                     \
	     item != item##_end; item = value_next(item))
#define VALUE_EACH_MEMBER(key, item, object)                                                       \
	for (const struct value *key = content_begin(object, VALUE_OBJECT),                        \
				*key##_end = content_end(object, VALUE_OBJECT),                    \
				*item = key ? key + 1 : NULL;                                      \
	     key != key##_end; key = value_next(item), item = key + 1)

#endif
