/* What generated values look like by their names and formats: catalogue/lexicon/sample-names.yaml. */
#ifndef CONTRACT_LEXICON_H
#define CONTRACT_LEXICON_H

#include "base/doc.h"

struct lexicon;

struct lexicon *lexicon_open(GError **error);
void lexicon_close(struct lexicon *lexicon);
/* The rules for a name ("dueDate"), best first: objects with `text`, `number` or `days`. Owned by the
 * lexicon; never NULL. */
const GPtrArray *lexicon_rules(struct lexicon *lexicon, const char *name);
/* Strings of a format, NULL for none; strings for anything else. */
const struct value *lexicon_format(const struct lexicon *lexicon, const char *format);
const struct value *lexicon_words(const struct lexicon *lexicon);
/* True if the name is one of a server's own times: `when` is "created" or "updated". */
bool lexicon_is_stamp(const struct lexicon *lexicon, const char *when, const char *name);
/* The day that dates are counted from, in days since 1970. */
int64_t lexicon_today(const struct lexicon *lexicon);

/* "dueDate", "DueDate" and "due-date" as "due_date"; newly allocated. */
char *lexicon_snake(const char *name);
/* True if names differ in nothing but case and what separates their words. */
bool lexicon_same(const char *a, const char *b);

#endif
