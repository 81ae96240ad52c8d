/* HTTP archives (HAR 1.2), as browsers and proxies save them, as recordings; and back. */
#ifndef CONTRACT_HAR_H
#define CONTRACT_HAR_H

#include "contract/recording.h"

/* Whether a document is one. */
bool har_is(const struct value *root);
/* Its entries in their order; targets are absolute. False with ERR_INPUT naming line and column of
 * what is no entry. */
bool har_read(const struct doc *doc, struct recorded_exchange_list *ret, GError **error);
/* Newly allocated JSON. Exchanges without an origin are said to be with `origin` (NULL: localhost). */
char *har_write(const struct recorded_exchange_list *list, const char *origin);

#endif
