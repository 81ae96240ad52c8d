/* Writes JSON (compact, or indented by two) and YAML.
 *
 * The calls mirror the text: begin, key, value, end. Wrong order is a fault of the caller and
 * asserted. */
#ifndef BASE_WRITER_H
#define BASE_WRITER_H

#include "base/doc.h"

enum { WRITER_DEPTH_MAX = 1024 };

struct writer {
	GString *text;
	bool pretty;
	bool keyed;                      /* a key waits for its value */
	unsigned depth;
	bool filled[WRITER_DEPTH_MAX];   /* this container has content already */
	bool array[WRITER_DEPTH_MAX];
};

void writer_init(struct writer *writer, bool pretty);
void writer_finish(struct writer *writer);
/* The text, newly allocated; finishes the writer. */
char *writer_take(struct writer *writer);
/* The text read back as a document; finishes the writer. */
struct doc *writer_doc(struct writer *writer);

void writer_begin_object(struct writer *writer);
void writer_begin_array(struct writer *writer);
void writer_end(struct writer *writer);
void writer_key(struct writer *writer, const char *key);
void writer_key_n(struct writer *writer, const char *key, size_t length);
void writer_text(struct writer *writer, const char *text);   /* NULL writes null; what is no UTF-8 is replaced by U+FFFD */
void writer_text_n(struct writer *writer, const char *text, size_t length);
void writer_int(struct writer *writer, int64_t number);
void writer_double(struct writer *writer, double number);    /* 15 to 17 digits, as few as are exact; NaN and infinity write null */
void writer_bool(struct writer *writer, bool truth);
void writer_null(struct writer *writer);
void writer_value(struct writer *writer, const struct value *value);   /* NULL writes null */
/* The members of an object, into the object that is open. */
void writer_members(struct writer *writer, const struct value *object);
/* Key and value in one. */
void writer_member_text(struct writer *writer, const char *key, const char *text);
void writer_member_int(struct writer *writer, const char *key, int64_t number);
void writer_member_bool(struct writer *writer, const char *key, bool truth);
void writer_member_value(struct writer *writer, const char *key, const struct value *value);

/* A value as text, newly allocated. */
char *value_to_json(const struct value *value, bool pretty);
char *value_to_yaml(const struct value *value);

#endif
