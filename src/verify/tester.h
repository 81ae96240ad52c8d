/* A test of a provider under way: what it rests on, what it has found, what it may still spend. */
#ifndef VERIFY_TESTER_H
#define VERIFY_TESTER_H

#include "base/http_client.h"
#include "contract/resource.h"
#include "contract/sample.h"
#include "verify/boundary.h"
#include "verify/case.h"
#include "verify/conformance.h"
#include "verify/coverage_map.h"

/* Something that the test made at the provider, or found there. */
struct item {
	const struct resource *resource;
	struct doc *body;            /* as the provider answered */
	struct doc *identity;        /* the id as it stands in the body; NULL where it does not */
	char **ids;                  /* path parameters that lead to it: its ancestors' and its own */
	char *id;                    /* NULL where none was found */
	GPtrArray *commands;         /* struct command: what makes it; NULL where it was there */
};
void item_clear(struct item *item);
void item_copy(const struct item *item, struct item *copy);

struct tester {
	struct openapi *openapi;
	struct resources *resources;
	struct sampler *sampler;
	struct http_client *client;
	const struct conformance_options *options;
	const struct conformance_results *results;
	struct wire wire;
	struct coverage_map *coverage;
	struct value_book *book;
	const struct resource *const *list;   /* all resources */
	size_t count;
	struct item *keepers;        /* of each resource one that stays, for parents and foreign keys */
	unsigned *tried;
	GHashTable *seen;            /* "check operation cause" of what was found */
	GHashTable *shrunk;          /* "check operation" -> how often it was shrunk; and the last commands that came of it */
	const char *phase;           /* under way */
	int64_t slice_end;           /* of the phase, monotonic ms */
	uint64_t random;
	unsigned names;              /* that were made unlike the others */
	unsigned sent;               /* requests */
	unsigned told;               /* faults that were told */
	GHashTable *taken;           /* names of what was made: campaign_given_id */
	GHashTable *hung;            /* operations that did not answer in time */
	const struct openapi_operation *last;   /* that was asked */
	bool gone;                   /* nobody listens any more */
	int64_t told_ms;             /* when progress was last told */
};

bool tester_is_over(const struct tester *tester);         /* deadline, cancelled, too many hangs or requests, or nobody listens */
bool tester_phase_is_over(const struct tester *tester);   /* that, or the phase has had its share */
bool tester_checks(const struct tester *tester, unsigned check);   /* the check is wanted */
/* The operation is to be tested, not only used by others. */
bool tester_wants(const struct tester *tester, const struct openapi_operation *operation);
bool tester_wants_resource(const struct tester *tester, const struct resource *resource);
/* From 0 to `count` - 1, by the seed. */
unsigned tester_choose(struct tester *tester, size_t count);

/* Whether an operation did not answer in time: it is not asked again. */
bool tester_is_hung(const struct tester *tester, const struct openapi_operation *operation);

char *operation_title(const struct openapi_operation *operation);   /* "POST /tasks", newly allocated */
struct operation_result *tester_result(struct tester *tester, const struct openapi_operation *operation);

#endif
