#include "verify/conformance.h"

#include "base/clock.h"
#include "verify/check.h"
#include "verify/genuine.h"
#include "verify/phase.h"

enum { REQUEST_MS = 5000 };

const struct conformance_options conformance_quick = { .cases = 12 };

const char *
conformance_check_id(size_t number, const char **ret_help)
{
	*ret_help = number < conformance_check_count ? conformance_checks[number].help : NULL;
	return number < conformance_check_count ? conformance_checks[number].id : NULL;
}

const char *
conformance_phase_id(size_t number, const char **ret_help)
{
	*ret_help = number < conformance_phase_count ? conformance_phases[number].help : NULL;
	return number < conformance_phase_count ? conformance_phases[number].id : NULL;
}

static void
run_phases(struct tester *tester)
{
	const char *const *wanted = tester->options->phases;
	for (unsigned i = 0; i < conformance_phase_count && !tester_is_over(tester); i++) {
		const struct conformance_phase *phase = &conformance_phases[i];
		int64_t now = clock_ms();
		if (wanted && *wanted && !g_strv_contains(wanted, phase->id))
			continue;
		tester->phase = phase->id;
		tester->slice_end = now + (tester->options->deadline - now) * phase->share / 100;
		phase->run(tester);
	}
}

/* Operations that nobody has asked: those that would delete what others need, last of all. */
static void
ask_the_rest(struct tester *tester)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(tester->openapi, &count);
	for (unsigned deleting = 0; deleting < 2; deleting++)
		for (size_t i = 0; i < count && !tester_is_over(tester); i++) {
			bool asked = tester_result(tester, &operations[i])->planned || !tester_wants(tester, &operations[i]), deletes = g_str_equal(operations[i].method, "DELETE");
			if (!asked && deletes == (deleting == 1))
				tester_try_case(tester, campaign_case(tester, &operations[i], FILL_REQUIRED, "a valid request"));
		}
}

static void
note_unexercised(struct tester *tester)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(tester->openapi, &count);
	struct finding_list *findings = tester->results->findings;
	for (size_t i = 0; i < count; i++) {
		const struct operation_result *result = tester_result(tester, &operations[i]);
		if (!tester_wants(tester, &operations[i]))
			continue;
		if (!result->planned)
			finding_add(findings, SEVERITY_LOW, result->operation, "was not exercised");
		else if (!result->succeeded && result->planned == result->passed)
			finding_add(findings, SEVERITY_LOW, result->operation, "was not exercised: it only ever refused what its document allows");
		else if (result->missing)
			finding_add(findings, SEVERITY_MEDIUM, result->operation, "no_output: it answers 501 Not Implemented");
	}
	unsigned hangs = g_hash_table_size(tester->hung);
	if (hangs)
		finding_add(findings, SEVERITY_CRITICAL, NULL, "%u operations gave no answer within %d s", hangs, REQUEST_MS / 1000);
}

/* A server that ended without a word: the last request that it took may have been its end. */
static void
note_gone(struct tester *tester)
{
	const struct evidence_list *list = tester->results->evidence;
	bool silent = false;
	for (size_t i = 0; i < list->count; i++)
		silent |= !list->items[i].passed && g_strcmp0(list->items[i].rule, "no_answer") == 0;
	finding_add(tester->results->findings, SEVERITY_CRITICAL, NULL, "nobody listens any more: the rest was not tested");
	if (silent)
		return;
	g_autofree char *last = tester->last ? operation_title(tester->last) : g_strdup("none");
	struct evidence *evidence = evidence_add(tester->results->evidence, "contract", last, "the server goes on listening");
	evidence->expected = g_strdup("a server that listens to the end");
	evidence->found = g_strdup_printf("nobody listens any more after %u requests; this was the last", tester->sent);
	evidence->rule = g_strdup("no_answer");
}

static void
finish(struct tester *tester)
{
	for (size_t i = 0; i < tester->count; i++)
		item_clear(&tester->keepers[i]);
	g_free(tester->keepers);
	g_free(tester->tried);
	g_hash_table_unref(tester->seen);
	g_hash_table_unref(tester->taken);
	g_hash_table_unref(tester->hung);
	g_hash_table_unref(tester->shrunk);
}

bool
conformance_test(struct openapi *openapi, const char *url, const struct conformance_options *options, struct conformance_results *results,
                 GError **error)
{
	struct http_limits limits = { .connect_ms = 2000, .total_ms = REQUEST_MS, .once = true };
	g_autoptr(HttpClient) client = http_client_create(&limits, error);
	g_autoptr(ValueBook) book = client ? value_book_open(error) : NULL;
	if (!book)
		return false;
	if (!genuine_test(client, url, options->allow_mock, results->evidence, results->findings))
		return true;
	g_autoptr(Resources) resources = resources_infer(openapi);
	g_autoptr(Sampler) sampler = sampler_create(openapi, options->seed);
	g_autoptr(CoverageMap) coverage = coverage_map_create(openapi);
	g_autofree char *base = g_strconcat(url, openapi_base_path(openapi), NULL);
	struct tester tester = { .openapi = openapi, .resources = resources, .sampler = sampler, .client = client, .options = options,
		                 .results = results, .coverage = coverage, .book = book, .random = options->seed, .phase = "rest" };
	tester.wire = (struct wire){ openapi, base, options->headers };
	tester.list = resources_list(resources, &tester.count);
	tester.keepers = g_new0(struct item, tester.count + 1);
	tester.tried = g_new0(unsigned, tester.count + 1);
	tester.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	tester.shrunk = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	tester.taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	tester.hung = g_hash_table_new(NULL, NULL);
	tester.told_ms = clock_ms();
	run_phases(&tester);
	tester.phase = "rest";
	ask_the_rest(&tester);
	note_unexercised(&tester);
	if (tester.gone)
		note_gone(&tester);
	if (results->coverage)
		coverage_map_list(coverage, results->coverage);
	results->requests = tester.sent;
	finish(&tester);
	return true;
}
