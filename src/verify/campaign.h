/* What a test makes at the provider so that it can ask for it: items for paths, parents and foreign
 * keys, and the cases that refer to them. */
#ifndef VERIFY_CAMPAIGN_H
#define VERIFY_CAMPAIGN_H

#include "verify/trial.h"

/* What is inside the wrapper that some bodies have: {"task": {…}}. */
const struct value *campaign_unwrap(const struct value *body, const char *property);
/* The items in the answer to a list. */
const struct value *campaign_listed(const struct resource *resource, const struct value *answer);
/* A string or number as text, newly allocated; NULL for anything else. */
char *campaign_plain(const struct value *value);
/* A copy of path parameters with another one at the end; both may be NULL. */
char **campaign_ids(char *const *ids, const char *last);

enum fill {
	FILL_REQUIRED,               /* required parameters, a body with everything */
	FILL_LEAST,                  /* a body with what is required only, too */
	FILL_ALL,                    /* every parameter */
};
/* A valid case whose path leads to what is there, as far as something is. NULL where no valid value
 * could be made: a finding says so. */
struct test_case *campaign_case(struct tester *tester, const struct openapi_operation *operation, enum fill fill, const char *about);
/* A valid body whose foreign keys point to things that exist; NULL where none could be made. */
struct doc *campaign_body(struct tester *tester, const struct openapi_operation *operation, const char *media, bool least);
/* A case that creates an item: an id that the client chooses is new, and fits the item's path. */
struct test_case *campaign_creation(struct tester *tester, const struct resource *resource, const char *about);
/* A value for a parameter, newly made. */
struct doc *campaign_value(struct tester *tester, const struct openapi_parameter *parameter);

/* The item of a resource that stays, made or borrowed when first asked for; NULL where there is none. */
struct item *campaign_keeper(struct tester *tester, const struct resource *resource);
/* It is not there any more: the next that asks gets another. */
void campaign_lose(struct tester *tester, const struct resource *resource);
/* The name of something that was made, but nobody knows what it is called. */
#define CAMPAIGN_ANY "*"
/* What a step that creates calls the new thing, with its operation: newly allocated; NULL where it leaves that to the provider. */
char *campaign_given_id(const struct step *step);
/* Sets the item of a step that created one. */
void campaign_take_item(struct tester *tester, struct step *step);
/* Fills a step from the link that leads to it; false where the answer does not have what it wants. */
bool campaign_follow(struct tester *tester, struct step *step, const struct step *from);
/* The ids of something that is there, as far as they are known; newly allocated, may be NULL. */
char **campaign_known_ids(struct tester *tester, const struct openapi_operation *operation);
/* An id that fits and that nobody has: `ids` with another last one; NULL where none is known. */
struct test_case *campaign_absent(struct tester *tester, const struct openapi_operation *operation, char *const *ids, const char *about);

#endif
