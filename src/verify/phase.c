#include "verify/phase.h"

const struct conformance_phase conformance_phases[] = {
	{ "examples", "what the document gives as examples", 15, phase_examples },
	{ "stateful", "sequences: create, read, list, change, delete; links; Location headers", 45, phase_stateful },
	{ "coverage", "every rule of the document: what just meets it and what just breaks it, in order", 85, phase_coverage },
	{ "generate", "values and sequences by chance, valid and invalid, as the seed says", 100, phase_generate },
};
const unsigned conformance_phase_count = G_N_ELEMENTS(conformance_phases);

bool
phase_consumes(struct tester *tester, const struct openapi_operation *operation)
{
	enum resource_role role;
	const struct resource *resource = resources_of(tester->resources, operation, &role);
	bool action = !resource && resources_around(tester->resources, operation) && !g_str_equal(operation->method, "GET");
	return role == RESOURCE_DELETE || action;
}

/* The item that an operation uses up, made for it; NULL where none can be made. */
static struct test_case *
creation_for(struct tester *tester, const struct openapi_operation *operation)
{
	enum resource_role role;
	const struct resource *resource = resources_of(tester->resources, operation, &role);
	if (!resource)
		resource = resources_around(tester->resources, operation);
	return resource && resource->operations[RESOURCE_CREATE] ? campaign_creation(tester, resource, "a valid one is created") : NULL;
}

void
phase_try(struct tester *tester, struct test_case *test)
{
	if (!test)
		return;
	bool own = test->known && phase_consumes(tester, test->operation);
	struct test_case *creation = own ? creation_for(tester, test->operation) : NULL;
	if (own && !creation && g_str_equal(test->operation->method, "DELETE")) {
		case_free(test);   /* what others need is not ours to delete */
		return;
	}
	struct trial *trial = trial_create();
	if (creation)
		trial_add(tester, trial, creation, STEP_LITERAL, 0);
	trial_add(tester, trial, test, creation ? STEP_ITEM : STEP_LITERAL, 0);
	tester_try(tester, trial);
}
