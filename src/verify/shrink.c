/* Shrinking: a trial that fails becomes the least that fails in the same way. Everything that is
 * tried is sent, and judged like the first. */
#include <string.h>

#include "base/clock.h"
#include "verify/check.h"
#include "verify/simpler.h"

enum { SENDS = 150, SPENT_MS = 3000 };

struct shrinking {
	struct tester *tester;
	const struct failure *failure;
	char *broken;                /* what the last request breaks, as it is sent */
	struct trial *best;          /* has run, and failed */
	struct failure found;        /* of the best */
	unsigned limit;              /* of requests sent */
	int64_t until;
};

/* The places at which a request does not fit, in one text: another place is another case. */
static char *
broken_places(struct tester *tester, const struct step *step)
{
	struct parsed_request parsed = { 0 };
	struct faults faults = { 0 };
	g_autoptr(GString) text = g_string_new(NULL);
	if (step->request.url)
		exchange_judge_request(tester->openapi, &step->request, &parsed, &faults);
	for (size_t i = 0; i < faults.count; i++)
		g_string_append_printf(text, "%s %s\n", faults.items[i].where, faults.items[i].name);
	parsed_request_clear(&parsed);
	faults_clear(&faults);
	return g_strdup(text->str);
}

/* Runs it; true where its last step fails as the first trial did. Takes the trial. */
static bool
holds(struct shrinking *shrinking, struct trial *trial)
{
	struct tester *tester = shrinking->tester;
	struct failures failures = { 0 };
	bool same = false;
	trial_run(tester, trial, false, &failures);
	for (size_t i = 0; i < failures.count && !same; i++) {
		struct failure *failure = &failures.items[i];
		if (failure->check != shrinking->failure->check || failure->step != trial->count - 1 || strcmp(failure->cause, shrinking->failure->cause) != 0)
			continue;
		g_autofree char *broken = broken_places(tester, &trial->steps[failure->step]);
		same = !shrinking->broken || g_str_equal(broken, shrinking->broken);
		if (!same)
			continue;
		struct failure kept = *failure;
		*failure = shrinking->found;
		shrinking->found = kept;
	}
	failures_clear(&failures);
	trial_free(same ? shrinking->best : trial);
	if (same)
		shrinking->best = trial;
	return same;
}

static bool
is_spent(const struct shrinking *shrinking)
{
	return tester_is_over(shrinking->tester) || shrinking->tester->sent >= shrinking->limit || clock_ms() >= shrinking->until;
}

/* Steps that nothing depends on. */
static void
drop_steps(struct shrinking *shrinking)
{
	for (size_t i = shrinking->best->count - 1; i > 0 && !is_spent(shrinking); i--) {
		struct trial *shorter = trial_copy(shrinking->tester, shrinking->best, shrinking->best->count, i - 1);
		if (shorter)
			holds(shrinking, shorter);
		i = MIN(i, shrinking->best->count);
	}
}

/* Goes on from each simpler case that still fails, until none does. */
static void
simplify_step(struct shrinking *shrinking, size_t number)
{
	size_t from = 0;
	while (!is_spent(shrinking)) {
		g_autoptr(GPtrArray) cases = case_simpler(shrinking->best->steps[number].test);
		bool better = false;
		for (; from < cases->len && !better && !is_spent(shrinking); from++) {
			struct trial *trial = trial_copy(shrinking->tester, shrinking->best, shrinking->best->count, shrinking->best->count);
			case_free(trial->steps[number].test);
			trial->steps[number].test = case_copy(g_ptr_array_index(cases, from));
			better = holds(shrinking, trial);
		}
		if (!better)
			return;
		from--;   /* what stood before did not help; what stood here is gone */
	}
}

struct trial *
trial_shrink(struct tester *tester, const struct trial *trial, const struct failure *failure, struct failure *ret)
{
	struct shrinking shrinking = { .tester = tester, .failure = failure, .limit = tester->sent + SENDS, .until = clock_ms() + SPENT_MS };
	const struct step *last = &trial->steps[failure->step];
	shrinking.broken = last->test->kind == CASE_INVALID ? broken_places(tester, last) : NULL;
	struct trial *again = trial_copy(tester, trial, failure->step + 1, trial->count + 1);
	if (holds(&shrinking, again)) {
		drop_steps(&shrinking);
		for (size_t i = shrinking.best->count; i > 0; i--)
			simplify_step(&shrinking, i - 1);
	}
	g_free(shrinking.broken);
	*ret = shrinking.found;
	return shrinking.best;
}
