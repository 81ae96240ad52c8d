/* The phases of a test: where its cases come from. A table; each phase has its share of the time. */
#ifndef VERIFY_PHASE_H
#define VERIFY_PHASE_H

#include "verify/boundary.h"
#include "verify/campaign.h"

struct conformance_phase {
	const char *id, *help;
	unsigned share;              /* of the time that is left, in percent */
	void (*run)(struct tester *tester);
};
extern const struct conformance_phase conformance_phases[];
extern const unsigned conformance_phase_count;

void phase_examples(struct tester *tester);
void phase_coverage(struct tester *tester);
void phase_stateful(struct tester *tester);
void phase_generate(struct tester *tester);
/* A walk by chance through what can be done with an item of each resource. */
void stateful_walks(struct tester *tester);

/* Tries a case; what it would use up at the provider is made for it. Takes the case; NULL is none. */
void phase_try(struct tester *tester, struct test_case *test);
/* True for operations that change or delete the item that they are about. */
bool phase_consumes(struct tester *tester, const struct openapi_operation *operation);

/* phase_cases.c: cases of one operation, added to a list of struct test_case. */
/* Everything but values: credentials, methods, media types, what is missing. */
void cases_around(struct tester *tester, const struct openapi_operation *operation, GPtrArray *cases);
/* Whole bodies, of every media type. */
void cases_of_media(struct tester *tester, const struct openapi_operation *operation, GPtrArray *cases);
/* Boundaries of parameters and bodies. */
void cases_of_parameters(struct tester *tester, const struct openapi_operation *operation, GPtrArray *cases);
void cases_of_body(struct tester *tester, const struct openapi_operation *operation, GPtrArray *cases);

#endif
