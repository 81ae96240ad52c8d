#include "engine/op_verify.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "engine/op_run.h"
#include "plan/plan.h"
#include "verify/provider.h"
#include "work/workspace.h"

enum { FILES_MAX = 200 };

static void
add_verification(struct verifying *verifying, const struct verification *verification)
{
	struct verify_result *result = verifying->result;
	struct verified entry = { .contract = g_strdup(verification->contract_id), .persona = g_strdup(verification->persona_id) };
	enum verdict worst = verification->criteria.count ? VERDICT_PASSED : VERDICT_UNVERIFIED;
	for (size_t i = 0; i < verification->criteria.count; i++) {
		const struct criterion_result *criterion = &verification->criteria.items[i];
		entry.criteria++;
		entry.passed += criterion->verdict == VERDICT_PASSED;
		if (criterion->verdict == VERDICT_FAILED || worst == VERDICT_PASSED)
			worst = criterion->verdict;
		verify_add_faults(verifying, verification->contract_id, &criterion->evidence, &entry);
	}
	entry.verdict = g_strdup(verdict_names[worst]);
	*(struct verified *)record_append(&verified_record, &result->contracts) = entry;
	verify_add_findings(result, &verification->findings);
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
	add_verification(verifying, &verification);
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
	verifying.result->seed = verifying.request->seed;
	verifying.result->seconds = (double)(clock_ms() - begin) / 1000;
	context->exit_code = verifying.result->passed ? 0 : 1;
	if (ok && verifying.request->junit)
		ok = verify_write_junit(verifying.result, verifying.request->junit, error);
	if (place)
		tree_remove(place);
	g_free(verifying.scratch);
	g_free(verifying.owner);
	return ok;
}
