/* Coverage: every rule that the document has for requests, from both sides and without chance. */
#include "base/clock.h"
#include "verify/phase.h"

enum { CASES = 2000, GENEROUS = 4 };

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
try_all(struct tester *tester, GPtrArray *cases, guint limit, int64_t until)
{
	for (guint i = 0; i < cases->len; i++) {
		struct test_case *test = g_ptr_array_index(cases, i);
		if (!tester_phase_is_over(tester) && clock_ms() < until && is_chosen(i, cases->len, limit))
			phase_try(tester, test);
		else
			case_free(test);
	}
}

/* What every operation has, before anything that some have much of. */
static void
cover_around(struct tester *tester, const struct openapi_operation *operation, int64_t until)
{
	g_autoptr(GPtrArray) cases = g_ptr_array_new();
	cases_around(tester, operation, cases);
	cases_of_media(tester, operation, cases);
	try_all(tester, cases, CASES, until);
}

static void
cover_boundaries(struct tester *tester, const struct openapi_operation *operation, int64_t until)
{
	g_autoptr(GPtrArray) cases = g_ptr_array_new();
	cases_of_parameters(tester, operation, cases);
	cases_of_body(tester, operation, cases);
	try_all(tester, cases, tester->options->cases ? tester->options->cases : CASES, until);
}

void
phase_coverage(struct tester *tester)
{
	void (*const passes[])(struct tester *, const struct openapi_operation *, int64_t) = { cover_around, cover_boundaries };
	size_t count;
	const struct openapi_operation *operations = openapi_operations(tester->openapi, &count);
	for (unsigned pass = 0; pass < G_N_ELEMENTS(passes); pass++)
		for (size_t i = 0; i < count && !tester_phase_is_over(tester); i++) {
			/* One with much to test leaves something for those after it. */
			int64_t now = clock_ms(), share = (tester->slice_end - now) * GENEROUS / (int64_t)(count - i);
			if (tester_wants(tester, &operations[i]))
				passes[pass](tester, &operations[i], now + share);
		}
}
