/* Coverage: every rule that the document has for requests, from both sides and without chance. */
#include "verify/phase.h"

enum { CASES = 2000 };

/* As many as there may be: those that stand first, and of the others every so manieth. */
static bool
is_chosen(guint number, guint count, guint limit)
{
	guint first = limit / 2;
	if (count <= limit || number < first)
		return true;
	guint rest = count - first, wanted = limit - first, position = number - first;
	return (guint64)position * wanted / rest != (guint64)(position + 1) * wanted / rest;
}

static void
cover(struct tester *tester, const struct openapi_operation *operation)
{
	g_autoptr(GPtrArray) cases = g_ptr_array_new();
	cases_around(tester, operation, cases);
	cases_of_parameters(tester, operation, cases);
	cases_of_body(tester, operation, cases);
	guint limit = tester->options->cases ? tester->options->cases : CASES;
	for (guint i = 0; i < cases->len; i++) {
		struct test_case *test = g_ptr_array_index(cases, i);
		if (!tester_phase_is_over(tester) && is_chosen(i, cases->len, limit))
			phase_try(tester, test);
		else
			case_free(test);
	}
}

void
phase_coverage(struct tester *tester)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(tester->openapi, &count);
	for (size_t i = 0; i < count && !tester_phase_is_over(tester); i++)
		if (tester_wants(tester, &operations[i]))
			cover(tester, &operations[i]);
}
