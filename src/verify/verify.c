#include "verify/verify.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/http_client.h"
#include "base/proc.h"
#include "contract/mock.h"
#include "verify/conformance.h"
#include "verify/consumer.h"
#include "verify/files.h"
#include "verify/provider.h"

enum { TIMEOUT_S = 60, SHOWN = 800, LAST_BREATH_MS = 1000, OPEN_PERCENT = 20, IDLE_MAX = 5 };

/* A verification under way. What several criteria ask for runs once. */
struct verifying {
	const struct verify_input *input;
	struct verification *result;
	GPtrArray *files;
	struct provider *provider;       /* started when first needed; NULL before and after */
	struct evidence_list evidence;   /* of the provider and its test */
	struct covered_point_list coverage;   /* of that test */
	bool provider_tried, conformance_tested;
	int64_t tested_us;               /* time inside commands, requests and the wait for a provider */
	GError **error;
};

typedef bool check_runner(struct verifying *verifying, const struct check *check, struct criterion_result *criterion);

/* --- file ----------------------------------------------------------------------------------- */

static bool
check_file(struct verifying *verifying, const struct check *check, struct criterion_result *criterion)
{
	for (char **glob = check->paths; glob && *glob; glob++) {
		size_t count = files_match(verifying->files, *glob);
		struct evidence *evidence = evidence_add(&criterion->evidence, "file", *glob, NULL);
		evidence->passed = count > 0;
		evidence->expected = g_strdup("at least one file that is not empty");
		evidence->found = g_strdup_printf("%zu", count);
	}
	return true;
}

/* --- command -------------------------------------------------------------------------------- */

/* The last lines of an output, for people. */
static char *
tail_of(const char *output)
{
	g_autofree char *text = g_strchomp(g_strdup(output));
	size_t length = strlen(text);
	const char *tail = length > SHOWN ? text + length - SHOWN : text;
	while (*tail && ((unsigned char)*tail & 0xC0) == 0x80)
		tail++;
	return g_strdup(tail);
}

static bool
run_command(struct verifying *verifying, const struct check *check, const char *const *environment, struct criterion_result *criterion)
{
	const struct verify_input *input = verifying->input;
	g_autofree char *line = check->command ? g_strjoinv(" ", check->command) : g_strdup("");
	struct evidence *evidence = evidence_add(&criterion->evidence, "command", line, NULL);
	evidence->expected = g_strdup("exit 0");
	if (!check->command || !check->command[0]) {
		evidence->found = g_strdup("the check names no command");
		return true;
	}
	int64_t limit = clock_ms() + (check->timeout_s ? check->timeout_s : TIMEOUT_S) * 1000;
	struct proc_spec spec = { .argv = (const char *const *)check->command, .directory = input->folder, .environment = environment,
		                  .owner = input->owner, .deadline = MIN(limit, input->deadline) };
	struct proc_result result;
	g_autoptr(GError) error = NULL;
	int64_t begin = clock_us();
	if (!proc_run(&spec, input->cancel, &result, &error)) {
		evidence->found = error_text(error);
		return true;
	}
	g_autofree char *end = proc_describe(&result), *tail = tail_of(result.output);
	evidence->passed = result.exit_code == 0 && !result.timed_out && !result.stopped;
	evidence->found = evidence->passed ? g_strdup(end) : g_strdup_printf("%s; it printed: %s", end, tail);
	evidence->status = result.exit_code;
	evidence->pid = result.pid;
	evidence->duration_us = clock_us() - begin;
	verifying->tested_us += evidence->duration_us;
	evidence->output = input->store ? input->store->ops->blob_put(input->store, result.output, strlen(result.output), NULL) : NULL;
	if (!evidence->output)
		evidence->output = g_strdup(result.digest);
	proc_result_clear(&result);
	return true;
}

/* API_URL for the first contract that is used, and <CONTRACT>_URL for each. */
static char **
url_environment(const struct verify_input *input, char *const *urls)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_strv_builder_add_many(builder, VERIFY_CLEAN_ENVIRONMENT, NULL);
	for (size_t i = 0; i < input->use_count; i++) {
		if (!urls[i])
			continue;
		g_autofree char *name = g_ascii_strup(input->uses[i].contract->id, -1);
		g_autofree char *entry = g_strdup_printf("%s_URL=%s", g_strcanon(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", '_'), urls[i]);
		g_autofree char *first = g_strdup_printf("API_URL=%s", urls[i]);
		g_strv_builder_add(builder, entry);
		if (i == 0)
			g_strv_builder_add(builder, first);
	}
	return g_strv_builder_end(builder);
}

static bool
check_command(struct verifying *verifying, const struct check *check, struct criterion_result *criterion)
{
	static const char *const environment[] = { VERIFY_CLEAN_ENVIRONMENT, NULL };
	return run_command(verifying, check, environment, criterion);
}

/* --- schema --------------------------------------------------------------------------------- */

static bool
check_schema(struct verifying *verifying, const struct check *check, struct criterion_result *criterion)
{
	g_autofree char *schema_path = g_build_filename(verifying->input->folder, check->schema ? check->schema : "", NULL);
	struct schema_options options = { .dialect = SCHEMA_DRAFT_2020_12, .assert_formats = true };
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	g_autoptr(Doc) doc = doc_read_file(schema_path, verifying->error);
	const struct schema *schema = doc ? schema_compile(set, doc, doc_root(doc), NULL, verifying->error) : NULL;
	if (!schema)
		return false;
	for (unsigned i = 0; i < verifying->files->len; i++) {
		const char *path = g_ptr_array_index(verifying->files, i);
		bool wanted = false;
		for (char **glob = check->paths; glob && *glob; glob++)
			wanted |= verify_glob(*glob, path);
		if (!wanted)
			continue;
		struct evidence *evidence = evidence_add(&criterion->evidence, "schema", path, check->schema);
		g_autofree char *whole = g_build_filename(verifying->input->folder, path, NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(Doc) instance = doc_read_file(whole, &error);
		struct schema_findings findings = { .limit = 1 };
		evidence->passed = instance && schema_check(schema, doc_root(instance), SCHEMA_SIDE_NONE, &findings);
		evidence->expected = g_strdup("a document that fits the schema");
		evidence->found = !instance ? error_text(error) : evidence->passed ? g_strdup("it fits") :
		                  g_strdup_printf("%s: %s", findings.items[0].instance, findings.items[0].message);
		schema_findings_clear(&findings);
	}
	return true;
}

/* --- contract: provider --------------------------------------------------------------------- */

const struct check *
verify_contract_check(const struct contract *contract)
{
	for (size_t i = 0; i < contract->deliverables.count; i++) {
		const struct criterion_list *criteria = &contract->deliverables.items[i].acceptance_criteria;
		for (size_t k = 0; k < criteria->count; k++)
			for (size_t m = 0; m < criteria->items[k].checks.count; m++)
				if (criteria->items[k].checks.items[m].kind == CHECK_CONTRACT)
					return &criteria->items[k].checks.items[m];
	}
	return NULL;
}

/* Starts the provider when a check first needs it. What happens instead is evidence. */
static void
need_provider(struct verifying *verifying)
{
	const struct verify_input *input = verifying->input;
	const struct check *check = verify_contract_check(input->contract);
	struct provider_options options = { .folder = input->folder, .scratch = input->scratch, .owner = input->owner,
		                            .deadline = input->deadline, .cancel = input->cancel,
		                            .command = check ? (const char *const *)check->command : NULL };
	if (verifying->provider_tried)
		return;
	verifying->provider_tried = true;
	g_autoptr(GError) error = NULL;
	int64_t begin = clock_us();
	verifying->provider = provider_start(&options, &error);
	verifying->tested_us += clock_us() - begin;
	struct evidence *evidence = evidence_add(&verifying->evidence, "contract", "start", "the provider starts and listens");
	evidence->passed = verifying->provider != NULL;
	evidence->expected = g_strdup("a process that listens on PORT");
	evidence->found = verifying->provider ? g_strdup(provider_command(verifying->provider)) : error_text(error);
	evidence->pid = verifying->provider ? provider_pid(verifying->provider) : 0;
}

static bool
test_provider(struct verifying *verifying)
{
	const struct verify_input *input = verifying->input;
	struct conformance_options options = conformance_quick;
	struct conformance_results results = { &verifying->evidence, &verifying->result->operations, &verifying->result->findings, &verifying->coverage, 0 };
	options.seed = input->seed;
	options.deadline = input->deadline;
	options.cancel = input->cancel;
	need_provider(verifying);
	if (!verifying->provider || verifying->conformance_tested)
		return true;
	verifying->conformance_tested = true;
	size_t before = verifying->evidence.count;
	g_autoptr(Openapi) openapi = openapi_create(input->spec, verifying->error);
	bool ok = openapi && conformance_test(openapi, provider_url(verifying->provider), &options, &results, verifying->error);
	for (size_t i = before; i < verifying->evidence.count; i++)
		verifying->tested_us += verifying->evidence.items[i].duration_us;
	return ok;
}

/* Whether the last request got no answer at all. */
static bool
fell_silent(const struct evidence_list *evidence)
{
	for (size_t i = evidence->count; i > 0; i--)
		if (evidence->items[i - 1].duration_us || !evidence->items[i - 1].passed)
			return !evidence->items[i - 1].passed && evidence->items[i - 1].status == RECORD_NO_INT;
	return false;
}

/* Stops the provider; that it was still there is evidence, too. One that fell silent may be about to
 * end: its connections close before it is reaped. */
static void
end_provider(struct verifying *verifying)
{
	if (!verifying->provider)
		return;
	struct proc_result result;
	bool running = provider_is_running(verifying->provider, fell_silent(&verifying->evidence) ? LAST_BREATH_MS : 0);
	g_autofree char *command = g_strdup(provider_command(verifying->provider));
	int64_t begin = clock_us();
	provider_stop(g_steal_pointer(&verifying->provider), &result);
	verifying->tested_us += clock_us() - begin;
	struct evidence *evidence = evidence_add(&verifying->evidence, "contract", "start", "the provider runs to the end of the test");
	g_autofree char *end = proc_describe(&result), *tail = tail_of(result.output);
	evidence->passed = running;
	evidence->expected = g_strdup("a process that is still there");
	evidence->found = running ? g_strdup_printf("%s, stopped by us", command) : g_strdup_printf("it ended: %s; it printed: %s", end, tail);
	evidence->pid = result.pid;
	evidence->output = g_strdup(result.digest);
	proc_result_clear(&result);
}

/* --- http ----------------------------------------------------------------------------------- */

/* One request to the running provider. */
static bool
check_http(struct verifying *verifying, const struct check *check, struct criterion_result *criterion)
{
	const char *method = check->method ? check->method : "GET", *path = check->path ? check->path : "/";
	g_autofree char *subject = g_strdup_printf("%s %s", method, path);
	need_provider(verifying);
	struct evidence *evidence = evidence_add(&criterion->evidence, "http", subject, NULL);
	int64_t wanted = check->status == RECORD_NO_INT ? 200 : check->status;
	evidence->expected = g_strdup_printf("%" G_GINT64_FORMAT, wanted);
	g_autoptr(HttpClient) client = http_client_create(NULL, verifying->error);
	if (!client || !verifying->provider) {
		evidence->found = g_strdup("the provider does not run");
		return client != NULL;
	}
	g_autofree char *url = g_strconcat(provider_url(verifying->provider), path, NULL);
	struct http_request request = { .method = (char *)method, .url = url };
	struct http_response response;
	g_autoptr(GError) error = NULL;
	if (!http_client_send(client, &request, &response, &error)) {
		evidence->found = error_text(error);
		return true;
	}
	evidence->passed = response.status == wanted;
	evidence->found = g_strdup_printf("%d %s", response.status, http_reason(response.status));
	evidence->status = response.status;
	evidence->duration_us = response.duration_us;
	verifying->tested_us += response.duration_us;
	http_response_clear(&response);
	return true;
}

static void
copy_evidence(const struct evidence *from, struct evidence_list *list)
{
	struct evidence *to = record_append(&evidence_record, list);
	record_finish(&evidence_record, to);
	record_copy(&evidence_record, from, to);
}

static bool
is_about(const struct criterion_result *criterion, const char *subject)
{
	const char *const *elements = (const char *const *)criterion->elements;
	return !elements || !*elements || g_strv_contains(elements, subject);
}

/* Why what ran does not prove a criterion: an operation that nobody saw do what it is for carries nothing. One that is about no
 * operation in particular, and carries nothing, wants to see any of them. NULL: it may. */
static char *
why_open(const struct verifying *verifying, const struct criterion_result *criterion)
{
	bool named = criterion->elements && *criterion->elements, all = named || (criterion->covers && *criterion->covers);
	g_autoptr(GString) idle = g_string_new(NULL);
	const struct operation_result_list *operations = &verifying->result->operations;
	size_t about = 0, count = 0;
	for (size_t i = 0; i < operations->count; i++) {
		if (!is_about(criterion, operations->items[i].operation))
			continue;
		about++;
		if (!operations->items[i].succeeded && ++count <= IDLE_MAX)
			g_string_append_printf(idle, "%s%s", count > 1 ? ", " : "", operations->items[i].operation);
	}
	if (!count || (!all && count < about))
		return NULL;
	if (count > IDLE_MAX)
		g_string_append_printf(idle, " and %zu more", count - IDLE_MAX);
	return g_strdup_printf("not exercised, for no success was ever seen: %s", idle->str);
}

/* The part of the provider's evidence that concerns a criterion: that of its operations, and
 * whether the thing runs at all. Where none of its operations was exercised, there is none: a
 * process that runs proves nothing about them. */
static void
pick_evidence(struct verifying *verifying, struct criterion_result *criterion)
{
	const char *const *elements = (const char *const *)criterion->elements;
	bool exercised = !elements || !*elements;
	for (size_t i = 0; i < verifying->evidence.count && !exercised; i++)
		exercised = !verifying->evidence.items[i].passed || g_strv_contains(elements, verifying->evidence.items[i].subject);
	criterion->open = why_open(verifying, criterion);
	if (!exercised)
		return;
	for (size_t i = 0; i < verifying->evidence.count; i++) {
		const struct evidence *evidence = &verifying->evidence.items[i];
		bool general = g_str_equal(evidence->subject, "start");
		if (general || is_about(criterion, evidence->subject))
			copy_evidence(evidence, &criterion->evidence);
	}
}

/* --- contract: consumer --------------------------------------------------------------------- */

/* Mocks for the contracts that are used and have no real provider here. */
static bool
start_mocks(struct verifying *verifying, struct mock **mocks, char **urls)
{
	const struct verify_input *input = verifying->input;
	for (size_t i = 0; i < input->use_count; i++) {
		const struct verify_use *use = &input->uses[i];
		g_autofree char *name = g_strdup_printf("%s %s", use->contract->id, use->contract->version);
		struct mock_options options = { .seed = input->seed, .contract = name };
		urls[i] = g_strdup(use->url);
		if (use->url || !use->spec)
			continue;
		struct openapi *openapi = openapi_create(use->spec, verifying->error);
		mocks[i] = openapi ? mock_start(openapi, &options, verifying->error) : NULL;
		if (!mocks[i])
			return false;
		urls[i] = g_strdup_printf("http://127.0.0.1:%d", mock_port(mocks[i]));
	}
	return true;
}

static bool
judge_mock(struct verifying *verifying, const struct verify_use *use, struct mock *mock, struct criterion_result *criterion)
{
	struct recorded_exchange_list exchanges = { 0 };
	g_autoptr(Openapi) openapi = openapi_create(use->spec, verifying->error);
	struct consumer_use kept = { use->contract->id, verifying->input->persona_id, verifying->input->store, criterion->evidence.count };
	recording_list(mock_recording(mock), &exchanges);
	if (openapi) {
		consumer_judge(openapi, &exchanges, &criterion->evidence, &verifying->result->operations, &verifying->result->findings);
		consumer_keep(openapi, &exchanges, &kept, &criterion->evidence, verifying->result);
	}
	record_list_finish(&recorded_exchange_record, &exchanges);
	return openapi != NULL;
}

static bool
test_consumer(struct verifying *verifying, const struct check *check, struct criterion_result *criterion)
{
	const struct verify_input *input = verifying->input;
	g_autofree struct mock **mocks = g_new0(struct mock *, input->use_count + 1);
	g_auto(GStrv) urls = g_new0(char *, input->use_count + 1);
	bool ok = start_mocks(verifying, mocks, urls);
	if (ok) {
		g_auto(GStrv) environment = url_environment(input, urls);
		ok = run_command(verifying, check, (const char *const *)environment, criterion);
	}
	for (size_t i = 0; i < input->use_count; i++) {
		ok = ok && (!mocks[i] || judge_mock(verifying, &input->uses[i], mocks[i], criterion));
		mock_stop(mocks[i]);
	}
	return ok;
}

static bool
check_contract(struct verifying *verifying, const struct check *check, struct criterion_result *criterion)
{
	if (!verifying->input->spec)
		return test_consumer(verifying, check, criterion);
	return test_provider(verifying);   /* its evidence is picked when the provider has been stopped */
}

/* --- all of it ------------------------------------------------------------------------------ */

/* Nothing can be said by us: the criterion stays unverified. */
static bool
check_nothing(struct verifying *verifying, const struct check *check, struct criterion_result *criterion)
{
	(void)verifying, (void)check, (void)criterion;
	return true;
}

static check_runner *const runners[CHECK_KIND_COUNT] = {
	[CHECK_NONE] = check_nothing, [CHECK_FILE] = check_file, [CHECK_COMMAND] = check_command, [CHECK_HTTP] = check_http,
	[CHECK_SCHEMA] = check_schema, [CHECK_CONTRACT] = check_contract, [CHECK_PROFILE] = check_nothing, [CHECK_MODEL] = check_nothing,
};

static bool
verify_criterion(struct verifying *verifying, const struct deliverable *deliverable, const struct criterion *criterion)
{
	struct criterion_result *result = record_append(&criterion_result_record, &verifying->result->criteria);
	result->deliverable = g_strdup(deliverable->name);
	result->text = g_strdup(criterion->text);
	result->covers = g_strdupv(criterion->covers);
	result->elements = g_strdupv(criterion->elements);
	for (size_t i = 0; i < criterion->checks.count; i++)
		if (!runners[criterion->checks.items[i].kind](verifying, &criterion->checks.items[i], result))
			return false;
	return true;
}

static void
note_missing(struct verifying *verifying, const struct deliverable *deliverable, GStrvBuilder *missing)
{
	for (char **glob = deliverable->artifacts; glob && *glob; glob++) {
		if (files_match(verifying->files, *glob))
			continue;
		g_strv_builder_add(missing, deliverable->name);
		finding_add(&verifying->result->findings, SEVERITY_HIGH, deliverable->name, "no file matches %s", *glob);
		return;
	}
}

/* What the provider's test left out of each operation: a line for those where much is open. */
static void
add_unexercised(const struct covered_point_list *coverage, GStrvBuilder *builder)
{
	for (size_t i = 0; i < coverage->count;) {
		const struct covered_point *first = &coverage->items[i], *open = NULL;
		unsigned points = 0, never = 0;
		for (; i < coverage->count && g_str_equal(coverage->items[i].operation, first->operation); i++) {
			points++;
			never += !coverage->items[i].phase;
			open = open || coverage->items[i].phase ? open : &coverage->items[i];
		}
		if (!open || never * 100 < points * OPEN_PERCENT)
			continue;
		g_autofree char *text = g_strdup_printf("test %s more: %u of %u things that its contract says were never exercised, such as %s, %s", first->operation,
		                                        never, points, open->place, open->what);
		g_strv_builder_add(builder, text);
	}
}

static void
recommend(struct verification *verification, const struct covered_point_list *coverage)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	for (size_t i = 0; i < verification->criteria.count; i++) {
		const struct criterion_result *criterion = &verification->criteria.items[i];
		g_autofree char *text = criterion->open ? g_strdup_printf("make '%s' something that can be tested: %s", criterion->text, criterion->open)
		                                        : g_strdup_printf("give '%s' a check: nothing verified it", criterion->text);
		if (criterion->verdict == VERDICT_UNVERIFIED)
			g_strv_builder_add(builder, text);
	}
	for (size_t i = 0; i < verification->operations.count; i++) {
		g_autofree char *text = g_strdup_printf("implement %s", verification->operations.items[i].operation);
		if (verification->operations.items[i].missing)
			g_strv_builder_add(builder, text);
	}
	add_unexercised(coverage, builder);
	verification->recommendations = g_strv_builder_end(builder);
}

static bool
rests_on_provider(const struct verifying *verifying, const struct criterion *criterion)
{
	for (size_t i = 0; i < criterion->checks.count; i++)
		if (criterion->checks.items[i].kind == CHECK_CONTRACT && verifying->input->spec)
			return true;
	return false;
}

/* After the provider's end: its evidence goes to the criteria that rest on it. */
static void
distribute_evidence(struct verifying *verifying)
{
	const struct contract *contract = verifying->input->contract;
	size_t number = 0;
	for (size_t i = 0; i < contract->deliverables.count; i++) {
		const struct criterion_list *criteria = &contract->deliverables.items[i].acceptance_criteria;
		for (size_t k = 0; k < criteria->count && number < verifying->result->criteria.count; k++, number++)
			if (rests_on_provider(verifying, &criteria->items[k]))
				pick_evidence(verifying, &verifying->result->criteria.items[number]);
	}
}

static bool
verify_all(struct verifying *verifying)
{
	const struct contract *contract = verifying->input->contract;
	g_autoptr(GStrvBuilder) missing = g_strv_builder_new();
	bool ok = true;
	for (size_t i = 0; ok && i < contract->deliverables.count; i++) {
		const struct deliverable *deliverable = &contract->deliverables.items[i];
		note_missing(verifying, deliverable, missing);
		for (size_t k = 0; ok && k < deliverable->acceptance_criteria.count; k++)
			ok = verify_criterion(verifying, deliverable, &deliverable->acceptance_criteria.items[k]);
	}
	verifying->result->missing = g_strv_builder_end(missing);
	end_provider(verifying);
	distribute_evidence(verifying);
	return ok;
}

bool
verify_run(const struct verify_input *input, struct verification *ret, GError **error)
{
	int64_t begin = clock_us();
	struct verifying verifying = { .input = input, .result = ret, .files = files_list(input->folder), .error = error };
	record_init(&verification_record, ret);
	ret->contract_id = g_strdup(input->contract->id);
	ret->contract_version = g_strdup(input->contract->version);
	ret->persona_id = g_strdup(input->persona_id);
	bool ok = verify_all(&verifying);
	verification_conclude(ret);
	recommend(ret, &verifying.coverage);
	ret->overhead_us = clock_us() - begin - verifying.tested_us;
	record_list_finish(&evidence_record, &verifying.evidence);
	record_list_finish(&covered_point_record, &verifying.coverage);
	g_ptr_array_unref(verifying.files);
	if (!ok)
		record_finish(&verification_record, ret);
	return ok;
}
