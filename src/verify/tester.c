#include "verify/tester.h"

#include "base/clock.h"
#include "base/error.h"
#include "verify/campaign.h"
#include "verify/check.h"
#include "verify/command.h"

enum { HANGS_MAX = 3, TELL_MS = 1000, ALIKE = 8 };

bool
tester_is_over(const struct tester *tester)
{
	const struct conformance_options *options = tester->options;
	bool spent = (options->requests && tester->sent >= options->requests) || (options->faults && tester->told >= options->faults);
	return spent || tester->gone || g_hash_table_size(tester->hung) >= HANGS_MAX || clock_ms() >= options->deadline ||
	       (options->cancel && __atomic_load_n(options->cancel, __ATOMIC_ACQUIRE));
}

bool
tester_phase_is_over(const struct tester *tester)
{
	return tester_is_over(tester) || clock_ms() >= tester->slice_end;
}

bool
tester_checks(const struct tester *tester, unsigned check)
{
	const char *const *wanted = tester->options->checks;
	return !wanted || !*wanted || g_strv_contains(wanted, conformance_checks[check].id);
}

bool
tester_wants(const struct tester *tester, const struct openapi_operation *operation)
{
	const char *const *wanted = tester->options->operations;
	g_autofree char *title = operation_title(operation);
	return !wanted || !*wanted || g_strv_contains(wanted, operation->id) || g_strv_contains(wanted, title);
}

bool
tester_wants_resource(const struct tester *tester, const struct resource *resource)
{
	for (unsigned role = RESOURCE_LIST; role < RESOURCE_ROLE_COUNT; role++)
		if (resource->operations[role] && tester_wants(tester, resource->operations[role]))
			return true;
	return false;
}

unsigned
tester_choose(struct tester *tester, size_t count)
{
	/* SplitMix64 */
	uint64_t mixed = tester->random += 0x9e3779b97f4a7c15;
	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
	return count ? (unsigned)((mixed ^ (mixed >> 31)) % count) : 0;
}

bool
tester_is_hung(const struct tester *tester, const struct openapi_operation *operation)
{
	return g_hash_table_contains(tester->hung, operation);
}

char *
operation_title(const struct openapi_operation *operation)
{
	return g_strdup_printf("%s %s", operation->method, operation->path);
}

struct operation_result *
tester_result(struct tester *tester, const struct openapi_operation *operation)
{
	g_autofree char *name = operation_title(operation);
	struct operation_result_list *list = tester->results->operations;
	for (size_t i = 0; i < list->count; i++)
		if (g_str_equal(list->items[i].operation, name))
			return &list->items[i];
	struct operation_result *result = record_append(&operation_result_record, list);
	result->operation = g_steal_pointer(&name);
	return result;
}

static void
tell_progress(struct tester *tester)
{
	int64_t now = clock_ms();
	if (!tester->options->progress || now < tester->told_ms + TELL_MS)
		return;
	tester->told_ms = now;
	tester->options->progress(tester->options->data, tester->phase, tester->sent, g_hash_table_size(tester->seen));
}

void
tester_count(struct tester *tester, const struct step *step)
{
	tester->sent++;
	if (step->timed_out)
		g_hash_table_add(tester->hung, (void *)step->test->operation);
	tester->last = step->test->operation;
	if (step->response.status)
		coverage_map_observe(tester->coverage, step->test, step->response.status, tester->phase);
	tell_progress(tester);
}

static struct test_case *
removal(struct tester *tester, const struct item *item)
{
	struct test_case *test = case_create(item->resource->operations[RESOURCE_DELETE], CASE_VALID, "what was created is deleted");
	case_set_ids(test, item->ids);
	for (size_t i = 0; i < test->operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &test->operation->parameters[i];
		g_autoptr(Doc) value = parameter->required && !test->values[i] ? campaign_value(tester, parameter) : NULL;
		if (value)
			case_set(test, i, doc_root(value));
	}
	return test;
}

static void
add_silence(struct tester *tester, const struct trial *trial, size_t number, const struct test_case *test, const struct http_request *request,
            const GError *error)
{
	static const struct http_response none = { 0 };
	g_autofree char *subject = operation_title(test->operation);
	g_autoptr(GPtrArray) commands = trial_commands(tester, trial, number);
	g_ptr_array_add(commands, command_create(request, &none, NULL));
	struct evidence *evidence = evidence_add(tester->results->evidence, "contract", subject, test->about);
	evidence->expected = g_strdup("an answer");
	evidence->found = error_text(error);
	evidence->rule = g_strdup("no_answer");
	evidence->phase = g_strdup(tester->phase);
	evidence->curl = command_lines((struct command *const *)commands->pdata, commands->len);
	tester_result(tester, test->operation)->planned++;
}

void
tester_remove(struct tester *tester, const struct trial *trial, size_t number)
{
	const struct item *item = &trial->steps[number].item;
	struct http_request request;
	struct http_response response;
	if (tester_is_over(tester) || tester_is_hung(tester, item->resource->operations[RESOURCE_DELETE]))
		return;
	g_autoptr(TestCase) test = removal(tester, item);
	if (!case_serialise(&tester->wire, test, &request))
		return;
	g_autoptr(GError) error = NULL;
	tester->sent++;
	if (http_client_send(tester->client, &request, &response, &error)) {
		http_response_clear(&response);
	} else if (error_code(error) == ERR_ENVIRONMENT) {
		tester->gone = true;
	} else {
		g_hash_table_add(tester->hung, (void *)test->operation);
		add_silence(tester, trial, number, test, &request, error);
	}
	http_request_clear(&request);
}

/* --- recording ------------------------------------------------------------------------------ */

static struct evidence *
add_evidence(struct tester *tester, const struct step *step, const char *expected)
{
	g_autofree char *subject = operation_title(step->test->operation);
	struct evidence *evidence = evidence_add(tester->results->evidence, "contract", subject, step->test->about);
	evidence->expected = g_strdup(expected);
	evidence->phase = g_strdup(tester->phase);
	if (!step->response.status)
		return evidence;
	const GString *body = step->response.body;
	evidence->status = step->response.status;
	evidence->duration_us = step->response.duration_us;
	evidence->output = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)body->str, body->len);
	return evidence;
}

static void
add_pass(struct tester *tester, const struct step *step)
{
	static const char *const expected[] = {
		[CASE_VALID] = "a success that the document declares, with headers and body that fit",
		[CASE_INVALID] = "a refusal (400 to 499)",
		[CASE_TRIAL] = "an answer that the document declares",
		[CASE_ABSENT] = "404",
		[CASE_BARE] = "401 or 403",
		[CASE_FORGED] = "401 or 403",
		[CASE_METHOD] = "405 with an Allow header",
		[CASE_MEDIA] = "a refusal (415)",
		[CASE_ACCEPT] = "406",
	};
	struct evidence *evidence = add_evidence(tester, step, expected[step->test->kind]);
	evidence->passed = true;
	evidence->found = g_strdup("as expected");
}

static void
add_failure(struct tester *tester, const struct trial *trial, const struct failure *failure, const char *note)
{
	const struct step *step = &trial->steps[failure->step];
	struct evidence *evidence = add_evidence(tester, step, failure->expected);
	tester->told++;
	evidence->found = g_strconcat(failure->found, note, NULL);
	evidence->rule = g_strdup(conformance_checks[failure->check].id);
	evidence->place = failure->node ? openapi_where(tester->openapi, failure->node) : NULL;
	evidence->curl = trial_lines(tester, trial, failure->step);
}

/* True where it is the first of its kind. */
static bool
is_new(struct tester *tester, const struct trial *trial, const struct failure *failure)
{
	const struct openapi_operation *operation = trial->steps[failure->step].test->operation;
	char *key = g_strdup_printf("%s %s %s %s", conformance_checks[failure->check].id, operation->method, operation->path, failure->cause);
	return g_hash_table_add(tester->seen, key);
}

/* An operation that fails always fails for every reason that is tried: a few stand for all. */
static bool
is_enough(struct tester *tester, const struct trial *trial, const struct failure *failure)
{
	const struct openapi_operation *operation = trial->steps[failure->step].test->operation;
	char *key = g_strdup_printf("%s %s %s", conformance_checks[failure->check].id, operation->method, operation->path);
	guint count = GPOINTER_TO_UINT(g_hash_table_lookup(tester->shrunk, key)) + 1;
	g_hash_table_insert(tester->shrunk, key, GUINT_TO_POINTER(count));
	return count > ALIKE;
}

/* What came down to the same request is the same. */
static bool
is_known(struct tester *tester, const struct trial *trial, const struct failure *failure)
{
	struct command *command = command_create(&trial->steps[failure->step].request, &trial->steps[failure->step].response, NULL);
	g_autofree char *line = command_lines(&command, 1);
	command_unref(command);
	return !g_hash_table_add(tester->shrunk, g_strdup_printf("%s %s", conformance_checks[failure->check].id, line));
}

/* The things that a path leads to may have gone by what was tested before: they are made, or looked for,
 * anew. True where the same request to others fails as well. */
static bool
fails_anew(struct tester *tester, const struct trial *trial, const struct failure *failure)
{
	const struct openapi_operation *operation = trial->steps[failure->step].test->operation;
	enum resource_role role;
	const struct resource *resource = resources_of(tester->resources, operation, &role);
	for (resource = resource ? resource : resources_around(tester->resources, operation); resource; resource = resource->parent)
		campaign_lose(tester, resource);
	g_auto(GStrv) ids = campaign_known_ids(tester, operation);
	g_autoptr(Trial) again = trial_copy(tester, trial, failure->step + 1, trial->count + 1);
	struct failures failures = { 0 };
	bool same = false;
	case_set_ids(again->steps[failure->step].test, ids);
	if (ids && g_strv_length(ids) >= operation->path_name_count)
		trial_run(tester, again, false, &failures);
	for (size_t i = 0; i < failures.count; i++)
		same |= failures.items[i].check == failure->check && failures.items[i].step == failure->step;
	failures_clear(&failures);
	return same;
}

/* What was known to be there is not. */
static bool
lost_its_way(const struct trial *trial, const struct failure *failure)
{
	const struct step *step = &trial->steps[failure->step];
	bool accepted = conformance_checks[failure->check].judge == judge_accepted, gone = step->response.status == 404 || step->response.status == 410;
	return accepted && gone && step->source == STEP_LITERAL && step->test->known && step->test->operation->path_name_count;
}

static void
report(struct tester *tester, const struct trial *trial, const struct failure *failure)
{
	struct failure same = { 0 };
	bool silent = conformance_checks[failure->check].judge == judge_silence;
	if (is_enough(tester, trial, failure) || (lost_its_way(trial, failure) && !fails_anew(tester, trial, failure)))
		return;
	g_autoptr(Trial) least = silent && trial->steps[failure->step].timed_out ? NULL : trial_shrink(tester, trial, failure, &same);
	if (least && !is_known(tester, least, &same))
		add_failure(tester, least, &same, NULL);
	else if (!least && !conformance_checks[failure->check].twice)
		add_failure(tester, trial, failure, silent ? NULL : " (sent once more, it was as expected)");
	struct failures list = { g_memdup2(&same, sizeof same), 1 };
	failures_clear(&list);
}

/* Made-up ids that lead nowhere, where the document does not foresee it: that proves nothing. */
static bool
proves_nothing(const struct step *step)
{
	const struct test_case *test = step->test;
	return test->kind == CASE_VALID && !test->known && step->response.status == 404 && !openapi_response_for(test->operation, 404);
}

/* It did what it is for: not where it refused, unless its document knows nothing else, or what was made for it leads to nothing. */
static bool
is_success(struct tester *tester, const struct trial *trial, size_t number)
{
	const struct step *step = &trial->steps[number];
	const struct openapi_operation *operation = step->test->operation;
	int status = step->response.status;
	bool meant = step->test->kind == CASE_VALID || step->test->kind == CASE_TRIAL;
	if (!meant || status == 501 || !openapi_response_for(operation, status))
		return meant && step_succeeded(step);
	return status < 400 || !declares_success(operation) || ((status == 404 || status == 410) && trial_stands_on_made(tester, trial, number));
}

static void
record(struct tester *tester, const struct trial *trial, const struct failures *failures)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct step *step = &trial->steps[i];
		bool failed = false;
		for (size_t k = 0; k < failures->count; k++)
			failed |= failures->items[k].step == i;
		if (!step->sent || (!failed && proves_nothing(step)))
			continue;
		struct operation_result *result = tester_result(tester, step->test->operation);
		result->planned++;
		result->passed += !failed;
		result->succeeded += !failed && is_success(tester, trial, i);
		if (!failed)
			add_pass(tester, step);
	}
	for (size_t k = 0; k < failures->count; k++)
		if (is_new(tester, trial, &failures->items[k]))
			report(tester, trial, &failures->items[k]);
}

static bool
try_trial(struct tester *tester, struct trial *trial, struct item *ret_item)
{
	struct failures failures;
	bool whole = trial_run(tester, trial, ret_item != NULL, &failures);
	record(tester, trial, &failures);
	bool passed = whole && !failures.count;
	if (ret_item && trial->steps[0].item.id) {
		item_copy(&trial->steps[0].item, ret_item);
		ret_item->commands = trial_commands(tester, trial, 0);
	}
	failures_clear(&failures);
	trial_free(trial);
	return passed;
}

bool
tester_try(struct tester *tester, struct trial *trial)
{
	return try_trial(tester, trial, NULL);
}

bool
tester_make(struct tester *tester, struct trial *trial, struct item *ret_item)
{
	return try_trial(tester, trial, ret_item);
}

bool
tester_try_case(struct tester *tester, struct test_case *test)
{
	struct trial *trial = trial_create();
	if (!test) {
		trial_free(trial);
		return false;
	}
	trial_add(tester, trial, test, STEP_LITERAL, 0);
	return try_trial(tester, trial, NULL);
}
