/* The boundaries of a schema: for every rule of it values that just meet it and that just break it,
 * each a fitting value changed in one place. What a change makes of the value, the schema says. */
#ifndef VERIFY_BOUNDARY_H
#define VERIFY_BOUNDARY_H

#include "contract/sample.h"

struct boundary {
	struct doc *value;
	bool fits;
	char *about;                 /* "/title: minLength 1" or what is wrong, in words */
	char *point;                 /* "/title minLength": the place and the rule */
};
struct boundary_list {
	struct boundary *items;
	size_t count;
};
void boundaries_clear(struct boundary_list *list);

struct value_book;
typedef struct value_book ValueBook;
/* Values that are worth trying anywhere; NULL with ERR_CONFIG where the catalogue's are broken. */
struct value_book *value_book_open(GError **error);
void value_book_close(struct value_book *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ValueBook, value_book_close)
/* A text of the book, by number. */
const char *value_book_text(const struct value_book *book, size_t number);
size_t value_book_count(const struct value_book *book);

/* In the order of the value; no two are the same. `fitting` is a value of the schema at `node`. */
void boundaries_of(struct openapi *openapi, struct sampler *sampler, const struct value_book *book, const struct value *node,
                   const struct value *fitting, struct boundary_list *ret);

#endif
