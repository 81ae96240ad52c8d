#include "engine/op_verify.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "engine/op_run.h"
#include "plan/plan.h"
#include "verify/conformance.h"
#include "verify/provider.h"
#include "work/workspace.h"

enum { FILES_MAX = 200 };

static const struct record_field verify_request_fields[] = {
	RECORD_FIELD(verify_request, target, RECORD_ARGUMENT, "folder of a run's results, folder of a provider, or name of a run"),
	RECORD_FIELD(verify_request, spec, 0, "OpenAPI document to verify against"),
	RECORD_FIELD(verify_request, url, 0, "running server to verify, with --spec"),
	RECORD_FIELD(verify_request, command, 0, "how to start the provider, separated by commas"),
	RECORD_FIELD(verify_request, seed, 0, "of generated requests", .preset = "1"),
	RECORD_FIELD(verify_request, max_time, 0, "seconds that it may take", .preset = "120"),
	RECORD_FIELD(verify_request, recording, 0, "instead of a server: recorded exchanges (JSON lines, HAR or Pact)"),
	RECORD_FIELD(verify_request, before, 0, "document that the recordings were made under: tells what --spec breaks"),
	RECORD_FIELD(verify_request, allow_mock, 0, "test a mock, too, which proves nothing of a provider"),
};
RECORD_TYPE(verify_request, RECORD_REJECT, "what to verify");

static const struct record_field verify_fault_fields[] = {
	RECORD_FIELD(verify_fault, contract, 0, "contract"),
	RECORD_FIELD(verify_fault, subject, 0, "operation, command or file"),
	RECORD_FIELD(verify_fault, name, 0, "which case"),
	RECORD_FIELD(verify_fault, expected, 0, "what was expected"),
	RECORD_FIELD(verify_fault, found, 0, "what was found"),
	RECORD_FIELD(verify_fault, curl, 0, "how to repeat it"),
};
RECORD_TYPE(verify_fault, RECORD_DROP, "something that is not as the contract says");

static const struct record_field verified_fields[] = {
	RECORD_FIELD(verified, contract, 0, "contract"),
	RECORD_FIELD(verified, persona, 0, "who delivered"),
	RECORD_FIELD(verified, verdict, 0, "passed, failed or unverified"),
	RECORD_FIELD(verified, criteria, 0, "criteria"),
	RECORD_FIELD(verified, passed, 0, "criteria that passed"),
	RECORD_FIELD(verified, cases, 0, "pieces of evidence"),
	RECORD_FIELD(verified, cases_passed, 0, "those that passed"),
};
RECORD_TYPE(verified, RECORD_DROP, "a contract that was verified");

static const struct record_field verify_result_fields[] = {
	RECORD_FIELD(verify_result, passed, 0, "nothing is wrong"),
	RECORD_LIST(verify_result, contracts, verified, 0, "contract by contract"),
	RECORD_LIST(verify_result, faults, verify_fault, 0, "what is not as the contract says"),
	RECORD_LIST(verify_result, findings, finding, 0, "what else was found"),
	RECORD_LIST(verify_result, broken, traffic_finding, 0, "recorded exchanges that are against the contract"),
	RECORD_LIST(verify_result, notes, traffic_finding, 0, "recorded exchanges that are to be known of"),
	RECORD_LIST(verify_result, usages, usage, 0, "what each consumer uses"),
	RECORD_FIELD(verify_result, ignored, 0, "recorded exchanges with other servers"),
	RECORD_FIELD(verify_result, seconds, RECORD_VOLATILE, "how long it took"),
};
RECORD_TYPE(verify_result, RECORD_DROP, "the result of a verification");

struct verifying {
	struct context *context;
	const struct verify_request *request;
	struct verify_result *result;
	const char *root;            /* the folder */
	char *owner, *scratch;
	int64_t deadline;
	GError **error;
};

/* --- results -------------------------------------------------------------------------------- */

static void
add_faults(struct verify_result *result, const char *contract, const struct evidence_list *evidence, struct verified *entry)
{
	for (size_t i = 0; i < evidence->count; i++) {
		const struct evidence *proof = &evidence->items[i];
		entry->cases++;
		entry->cases_passed += proof->passed;
		if (proof->passed)
			continue;
		struct verify_fault *fault = record_append(&verify_fault_record, &result->faults);
		fault->contract = g_strdup(contract);
		fault->subject = g_strdup(proof->subject);
		fault->name = g_strdup(proof->name);
		fault->expected = g_strdup(proof->expected);
		fault->found = g_strdup(proof->found);
		fault->curl = g_strdup(proof->curl);
	}
}

static void
add_findings(struct verify_result *result, const struct finding_list *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = record_append(&finding_record, &result->findings);
		record_finish(&finding_record, finding);
		record_copy(&finding_record, &findings->items[i], finding);
	}
}

static void
add_verification(struct verify_result *result, const struct verification *verification)
{
	struct verified entry = { .contract = g_strdup(verification->contract_id), .persona = g_strdup(verification->persona_id) };
	enum verdict worst = verification->criteria.count ? VERDICT_PASSED : VERDICT_UNVERIFIED;
	for (size_t i = 0; i < verification->criteria.count; i++) {
		const struct criterion_result *criterion = &verification->criteria.items[i];
		entry.criteria++;
		entry.passed += criterion->verdict == VERDICT_PASSED;
		if (criterion->verdict == VERDICT_FAILED || worst == VERDICT_PASSED)
			worst = criterion->verdict;
		add_faults(result, verification->contract_id, &criterion->evidence, &entry);
	}
	entry.verdict = g_strdup(verdict_names[worst]);
	*(struct verified *)record_append(&verified_record, &result->contracts) = entry;
	add_findings(result, &verification->findings);
}

/* --- a running server ----------------------------------------------------------------------- */

/* The address of the server: people give it with the path that the document adds, or without. */
static char *
server_url(struct openapi *openapi, const char *url)
{
	const char *base = openapi_base_path(openapi);
	g_autofree char *plain = g_strdup(url);
	while (g_str_has_suffix(plain, "/"))
		plain[strlen(plain) - 1] = '\0';
	if (*base && g_str_has_suffix(plain, base))
		plain[strlen(plain) - strlen(base)] = '\0';
	return g_steal_pointer(&plain);
}

static bool
verify_url(struct verifying *verifying, struct openapi *openapi, const char *url, const char *name)
{
	struct evidence_list evidence = { 0 };
	struct operation_result_list tested = { 0 };
	struct finding_list findings = { 0 };
	struct conformance_options options = { .seed = (uint64_t)verifying->request->seed, .deadline = verifying->deadline,
		                               .cancel = &verifying->context->house->interrupted,
		                               .allow_mock = verifying->request->allow_mock };
	g_autofree char *server = server_url(openapi, url);
	struct conformance_results results = { &evidence, &tested, &findings, NULL, 0 };
	bool ok = conformance_test(openapi, server, &options, &results, verifying->error);
	struct verified entry = { .contract = g_strdup(name), .criteria = 1 };
	add_faults(verifying->result, name, &evidence, &entry);
	add_findings(verifying->result, &findings);
	entry.passed = entry.cases == entry.cases_passed;
	entry.verdict = g_strdup(verdict_names[entry.passed ? VERDICT_PASSED : VERDICT_FAILED]);
	*(struct verified *)record_append(&verified_record, &verifying->result->contracts) = entry;
	record_list_finish(&evidence_record, &evidence);
	record_list_finish(&operation_result_record, &tested);
	record_list_finish(&finding_record, &findings);
	return ok;
}

/* --- a folder with contracts ---------------------------------------------------------------- */

struct found_contract {
	struct contract contract;
	struct doc *spec;
	char *folder;
};

static void
free_found(void *data)
{
	struct found_contract *found = data;
	record_finish(&contract_record, &found->contract);
	doc_unref(found->spec);
	g_free(found->folder);
	g_free(found);
}

/* Where a contract's deliverable lies: below the persona, and the contract where it has several. */
static char *
folder_of(const char *root, const struct contract *contract)
{
	const char *persona = contract->provider_persona_id ? contract->provider_persona_id : ".";
	g_autofree char *deep = g_build_filename(root, persona, contract->id, NULL);
	return g_file_test(deep, G_FILE_TEST_IS_DIR) ? g_steal_pointer(&deep) : g_build_filename(root, persona, NULL);
}

static bool
read_contract(struct verifying *verifying, const char *file, GPtrArray *found)
{
	g_autofree char *path = g_build_filename(verifying->root, "contracts", file, NULL);
	g_autoptr(Doc) doc = doc_read_file(path, verifying->error);
	if (!doc)
		return false;
	if (!value_member(doc_root(doc), "id") || !value_member(doc_root(doc), "deliverables"))
		return true;   /* a report, a package.json, … */
	struct found_contract *entry = g_new0(struct found_contract, 1);
	g_ptr_array_add(found, entry);
	if (!record_read(&contract_record, doc, doc_root(doc), &entry->contract, verifying->error))
		return false;
	const char *spec = entry->contract.interface_spec.spec_file;
	g_autofree char *name = spec ? g_path_get_basename(spec) : NULL;
	g_autofree char *spec_path = name ? g_build_filename(verifying->root, "contracts", name, NULL) : NULL;
	entry->spec = spec_path ? doc_read_file(spec_path, verifying->error) : NULL;
	entry->folder = folder_of(verifying->root, &entry->contract);
	return !spec_path || entry->spec;
}

static GPtrArray *
read_contracts(struct verifying *verifying)
{
	g_autofree char *folder = g_build_filename(verifying->root, "contracts", NULL);
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(free_found);
	const char *file;
	while (directory && found->len < FILES_MAX && (file = g_dir_read_name(directory)))
		if (g_str_has_suffix(file, ".json") && !read_contract(verifying, file, found))
			return NULL;
	if (found->len)
		return g_steal_pointer(&found);
	error_set(verifying->error, ERR_INPUT, "give the output folder of a run, or --spec FILE for a provider alone",
	          "%s holds no contracts", verifying->root);
	return NULL;
}

static struct verify_use *
collect_uses(const GPtrArray *found, const struct contract *contract, const char *real, const char *url, size_t *ret_count)
{
	struct verify_use *uses = g_new0(struct verify_use, found->len + 1);
	*ret_count = 0;
	for (unsigned i = 0; i < found->len; i++) {
		struct found_contract *other = g_ptr_array_index(found, i);
		bool used = other->spec && contract->dependencies &&
		            g_strv_contains((const char *const *)contract->dependencies, other->contract.id);
		if (used)
			uses[(*ret_count)++] = (struct verify_use){ &other->contract, other->spec,
				                                    g_strcmp0(other->contract.id, real) == 0 ? url : NULL };
	}
	return uses;
}

static bool
verify_found(struct verifying *verifying, const GPtrArray *found, const struct found_contract *entry, const char *real, const char *url)
{
	struct verification verification;
	struct verify_input input = { .contract = &entry->contract, .spec = entry->spec, .persona_id = entry->contract.provider_persona_id,
		                      .folder = entry->folder, .scratch = verifying->scratch, .owner = verifying->owner,
		                      .seed = (uint64_t)verifying->request->seed, .deadline = verifying->deadline,
		                      .cancel = &verifying->context->house->interrupted };
	g_autofree struct verify_use *uses = collect_uses(found, &entry->contract, real, url, &input.use_count);
	input.uses = uses;
	if (!verify_run(&input, &verification, verifying->error))
		return false;
	if (url) {
		g_autofree char *name = verification.contract_id;
		verification.contract_id = g_strdup_printf("%s with the real %s", name, real);
	}
	add_verification(verifying->result, &verification);
	record_finish(&verification_record, &verification);
	return true;
}

static bool
is_consumer(const struct found_contract *entry, const char *contract)
{
	return entry->contract.dependencies && g_strv_contains((const char *const *)entry->contract.dependencies, contract) &&
	       verify_contract_check(&entry->contract);
}

/* The consumers of a contract once more, against its provider. */
static bool
integrate(struct verifying *verifying, const GPtrArray *found, const struct found_contract *provided)
{
	bool wanted = false, ok = true;
	for (unsigned i = 0; i < found->len; i++)
		wanted |= is_consumer(g_ptr_array_index(found, i), provided->contract.id);
	if (!wanted)
		return true;
	const struct check *check = verify_contract_check(&provided->contract);
	struct provider_options options = { .folder = provided->folder, .scratch = verifying->scratch, .owner = verifying->owner,
		                            .deadline = verifying->deadline, .cancel = &verifying->context->house->interrupted,
		                            .command = check ? (const char *const *)check->command : NULL };
	struct provider *provider = provider_start(&options, NULL);
	if (!provider)
		return true;   /* its own verification has said why */
	for (unsigned i = 0; ok && i < found->len; i++)
		if (is_consumer(g_ptr_array_index(found, i), provided->contract.id))
			ok = verify_found(verifying, found, g_ptr_array_index(found, i), provided->contract.id, provider_url(provider));
	provider_stop(provider, NULL);
	return ok;
}

static bool
verify_folder(struct verifying *verifying)
{
	g_autoptr(GPtrArray) found = read_contracts(verifying);
	bool ok = found != NULL;
	for (unsigned i = 0; ok && i < found->len; i++)
		ok = verify_found(verifying, found, g_ptr_array_index(found, i), NULL, NULL);
	for (unsigned i = 0; ok && i < found->len; i++)
		if (((struct found_contract *)g_ptr_array_index(found, i))->spec)
			ok = integrate(verifying, found, g_ptr_array_index(found, i));
	return ok;
}

/* --- a provider alone ----------------------------------------------------------------------- */

/* A contract that says no more than: it is as its document says. */
static bool
verify_provider(struct verifying *verifying, struct doc *spec)
{
	struct found_contract entry = { .spec = spec, .folder = g_strdup(verifying->root) };
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	record_init(&contract_record, &entry.contract);
	g_free(entry.contract.id);
	entry.contract.id = g_path_get_basename(verifying->request->spec);
	struct deliverable *deliverable = record_append(&deliverable_record, &entry.contract.deliverables);
	deliverable->name = g_strdup("provider");
	struct criterion *criterion = record_append(&criterion_record, &deliverable->acceptance_criteria);
	criterion->text = g_strdup("every operation answers as the document says");
	struct check *check = record_append(&check_record, &criterion->checks);
	check->kind = CHECK_CONTRACT;
	check->command = g_strdupv(verifying->request->command);
	bool ok = verify_found(verifying, none, &entry, NULL, NULL);
	record_finish(&contract_record, &entry.contract);
	g_free(entry.folder);
	return ok;
}

/* The folder that is meant: given, or the output of the run that is named. */
static char *
find_root(struct context *context, const char *target, GError **error)
{
	struct run_row row = { 0 };
	if (target && g_file_test(target, G_FILE_TEST_IS_DIR))
		return g_canonicalize_filename(target, NULL);
	struct store *store = context_store(context, error);
	if (!store || (target && strchr(target, '/'))) {
		if (store)
			error_set(error, ERR_INPUT, "give a folder that exists, or the name of a run", "there is no folder %s", target);
		return NULL;
	}
	g_autofree char *run = run_find(store, target, error);
	if (!run || !store->ops->run_read(store, run, &row, error))
		return NULL;
	char *root = g_strdup(row.output);
	record_finish(&run_row_record, &row);
	return root;
}

static bool
verify_target(struct verifying *verifying)
{
	g_autofree char *root = find_root(verifying->context, verifying->request->target, verifying->error);
	if (!root)
		return false;
	verifying->root = root;
	if (!verifying->request->spec)
		return verify_folder(verifying);
	g_autoptr(Doc) spec = doc_read_file(verifying->request->spec, verifying->error);
	return spec && verify_provider(verifying, spec);
}

static bool
verify_server(struct verifying *verifying)
{
	g_autoptr(Openapi) openapi = verifying->request->spec ? openapi_read_file(verifying->request->spec, verifying->error) : NULL;
	if (!verifying->request->spec)
		return error_set(verifying->error, ERR_USAGE, "add --spec FILE", "--url wants the document to verify against");
	return openapi && verify_url(verifying, openapi, verifying->request->url, openapi_title(openapi));
}

bool
op_verify(struct context *context, const void *data, void *data_result, GError **error)
{
	int64_t begin = clock_ms();
	const struct verify_request *request = data;
	if (request->recording || request->before) {
		struct verify_result *result = data_result;
		bool judged = verify_recordings(request, result, error);
		result->seconds = (double)(clock_ms() - begin) / 1000;
		context->exit_code = result->passed ? 0 : 1;
		return judged;
	}
	struct verifying verifying = { .context = context, .request = data, .result = data_result, .error = error };
	verifying.deadline = begin + verifying.request->max_time * 1000;
	verifying.owner = g_uuid_string_random();
	g_autofree char *place = g_dir_make_tmp("teamwright-XXXXXX", NULL);
	verifying.scratch = place ? workspace_create(place, "verify", "data", error) : NULL;
	bool ok = verifying.scratch && (verifying.request->url ? verify_server(&verifying) : verify_target(&verifying));
	verifying.result->passed = !verifying.result->faults.count;
	verifying.result->seconds = (double)(clock_ms() - begin) / 1000;
	context->exit_code = verifying.result->passed ? 0 : 1;
	if (place)
		tree_remove(place);
	g_free(verifying.scratch);
	g_free(verifying.owner);
	return ok;
}
