/* Pact files (specifications 2, 3 and 4; HTTP interactions) as recordings; and back, as version 4.
 *
 * A pact says what a consumer expects: its exchanges are partial. What it says besides the messages
 * (description, provider states, matching rules, generators) is kept in the member `pact`, with the
 * rules by category as versions 3 and 4 have them. */
#ifndef CONTRACT_PACT_H
#define CONTRACT_PACT_H

#include "contract/recording.h"

bool pact_is(const struct value *root);
/* *ret_skipped counts interactions that are no HTTP (messages, plugins). False with ERR_INPUT naming
 * line and column of what is no interaction. */
bool pact_read(const struct doc *doc, struct recorded_exchange_list *ret, size_t *ret_skipped, GError **error);

/* Newly allocated JSON. Names may be NULL: those of the exchanges count, then "consumer" and
 * "provider". Answers that bring no rules of their own are to be matched by type: ids and times differ
 * from run to run. */
char *pact_write(const struct recorded_exchange_list *list, const char *consumer, const char *provider);

/* What is kept of a pact (`pact` of an exchange, may be NULL) says that the value at a place of its answer's body stands
 * for any of its type. */
bool pact_takes_by_type(const struct doc *pact, const char *pointer);

#endif
