/* The state of a conformance test: what it made at the provider, and what others can refer to. */
#ifndef VERIFY_CAMPAIGN_H
#define VERIFY_CAMPAIGN_H

#include "verify/probe.h"

/* Something that the test made at the provider. */
struct item {
	struct doc *body;            /* as the provider answered */
	struct doc *identity;        /* the id as it stands in the body; NULL where it does not */
	char **ids;                  /* path parameters that lead to it: its ancestors' and its own */
	char *id;                    /* NULL where none was found */
};

/* The test's own state: per resource one item that stays, for parents and foreign keys. */
struct campaign {
	struct probe *probe;
	const struct resource *const *resources;
	size_t count;
	struct item *keepers;        /* of each resource */
	bool *tried;
	unsigned names;              /* that were made unlike the others */
};

/* What is inside the wrapper that some bodies have: {"task": {…}}. */
const struct value *campaign_unwrap(const struct value *body, const char *property);
/* The items in the answer to a list. */
const struct value *campaign_listed(const struct resource *resource, const struct value *answer);
/* A string or number as text, newly allocated; NULL for anything else. */
char *campaign_plain(const struct value *value);
/* A copy of path parameters with another one at the end; both may be NULL. */
char **campaign_ids(char **ids, const char *last);

/* A valid body whose foreign keys point to things that exist; NULL where none could be made. */
struct doc *campaign_body(struct campaign *campaign, const struct openapi_operation *operation, bool fresh);
/* The path parameters before a resource's own, newly allocated: those of its parent's keeper. False
 * where there is no such parent. */
bool campaign_above(struct campaign *campaign, const struct resource *resource, char ***ret);
bool campaign_send(struct campaign *campaign, const struct openapi_operation *operation, char **ids, const struct value *body, const char *name,
                   enum expectation expect, struct doc **ret_body);

/* Makes an item; what was sent goes to *ret_sent (may be NULL). True where that case passed. */
bool campaign_create(struct campaign *campaign, const struct resource *resource, const char *name, struct item *ret, struct doc **ret_sent);
/* Without a create operation: the first that the list holds, or the last. */
void campaign_borrow(struct campaign *campaign, const struct resource *resource, bool first, struct item *ret);
/* The item of a resource that stays, made or borrowed when first asked for; NULL where there is none. */
struct item *campaign_keeper(struct campaign *campaign, const struct resource *resource);
void campaign_forget(struct item *item);

#endif
