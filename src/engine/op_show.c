#include "engine/op_show.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "engine/bundle.h"
#include "engine/debugging.h"
#include "engine/op_run.h"
#include "work/manifest.h"

static const struct record_field show_request_fields[] = {
	RECORD_FIELD(show_request, run, RECORD_ARGUMENT, "name of the run; the newest if none is given"),
	RECORD_FIELD(show_request, dot, 0, "the plan as a Graphviz graph"),
	RECORD_FIELD(show_request, proof, 0, "what proves each accepted task"),
};
RECORD_TYPE(show_request, RECORD_REJECT, "what to show");

static const struct record_field task_proof_fields[] = {
	RECORD_FIELD(task_proof, task_id, 0, "task"),
	RECORD_FIELD(task_proof, persona_id, 0, "who did it"),
	RECORD_FIELD(task_proof, outcome, 0, "how it ended"),
	RECORD_FIELD(task_proof, agent, 0, "what executed it"),
	RECORD_FIELD(task_proof, attempt, 0, "number of the attempt"),
	RECORD_FIELD(task_proof, files, 0, "files that it brought"),
	RECORD_FIELD(task_proof, manifest, 0, "digest of their list"),
	RECORD_FIELD(task_proof, advice, 0, "what specialists had found in what was rejected before"),
	RECORD_LIST(task_proof, evidence, evidence, 0, "what ran and how it ended"),
};
RECORD_TYPE(task_proof, RECORD_DROP, "why a task was accepted");

static const struct record_field show_result_fields[] = {
	RECORD_PART(show_result, result, run_result, 0, "the result"),
	RECORD_FIELD(show_result, dot, 0, "Graphviz graph of the plan"),
	RECORD_LIST(show_result, proof, task_proof, 0, "what proves each accepted task"),
};
RECORD_TYPE(show_result, RECORD_DROP, "what came of a run");

static const struct record_field export_request_fields[] = {
	RECORD_FIELD(export_request, run, RECORD_ARGUMENT, "name of the run; the newest if none is given"),
	RECORD_FIELD(export_request, output, 0, "folder to write to; named after the run if none is given"),
};
RECORD_TYPE(export_request, RECORD_REJECT, "what to export");

static const struct record_field export_result_fields[] = {
	RECORD_FIELD(export_result, run, 0, "name of the run"),
	RECORD_FIELD(export_result, output, 0, "folder that was written"),
	RECORD_FIELD(export_result, events, 0, "lines of the journal"),
	RECORD_FIELD(export_result, tasks, 0, "tasks with a result"),
	RECORD_FIELD(export_result, files, 0, "files of their deliverables"),
};
RECORD_TYPE(export_result, RECORD_DROP, "an exported run");

/* A run as the store has it, for reading. */
struct opened {
	struct store *store;
	struct run_row row;
	struct charter *charter;
	struct task_row_list tasks;
};

static void
opened_finish(struct opened *opened)
{
	charter_unref(opened->charter);
	record_list_finish(&task_row_record, &opened->tasks);
	record_finish(&run_row_record, &opened->row);
}

static bool
opened_init(struct context *context, const char *given, struct opened *ret, GError **error)
{
	*ret = (struct opened){ .store = context_store(context, error) };
	g_autofree char *run = ret->store ? run_find(ret->store, given, error) : NULL;
	bool ok = run && ret->store->ops->run_read(ret->store, run, &ret->row, error) &&
	          (ret->charter = charter_load(ret->store, &ret->row, error)) != NULL &&
	          ret->store->ops->task_list(ret->store, ret->row.key, &ret->tasks, error);
	if (!ok)
		opened_finish(ret);
	return ok;
}

/* --- show ----------------------------------------------------------------------------------- */

static bool
count_files(struct store *store, const char *digest, int64_t *ret, GError **error)
{
	struct manifest manifest;
	if (!digest)
		return true;
	if (!manifest_read(store, digest, &manifest, error))
		return false;
	*ret = (int64_t)manifest.files.count;
	record_finish(&manifest_record, &manifest);
	return true;
}

static bool
read_advice(struct store *store, const char *digest, struct doc **ret, GError **error)
{
	GError *cause = NULL;
	*ret = debugging_advice(store, digest, &cause);
	if (cause)
		g_propagate_error(error, cause);
	return !cause;
}

static bool
add_proof(struct opened *opened, const struct task_row *row, struct show_result *result, GError **error)
{
	const struct plan_task *planned = &opened->charter->plan.tasks.items[row->seq];
	struct task_output output = { 0 };
	struct verification verification = { 0 };
	struct task_proof *proof = record_append(&task_proof_record, &result->proof);
	proof->task_id = g_strdup(planned->id);
	proof->persona_id = g_strdup(planned->persona_id);
	proof->outcome = g_strdup(task_outcome_names[row->outcome]);
	proof->attempt = row->attempt;
	bool ok = charter_read(opened->store, row->result, &task_output_record, &output, error) &&
	          charter_read(opened->store, output.verification, &verification_record, &verification, error) &&
	          count_files(opened->store, output.manifest, &proof->files, error);
	proof->agent = g_strdup(output.agent);
	proof->manifest = g_strdup(output.manifest);
	ok = ok && read_advice(opened->store, row->result, &proof->advice, error);
	for (size_t i = 0; ok && i < verification.criteria.count; i++) {
		const struct evidence_list *evidence = &verification.criteria.items[i].evidence;
		for (size_t k = 0; k < evidence->count; k++) {
			struct evidence *copy = record_append(&evidence_record, &proof->evidence);
			record_finish(&evidence_record, copy);
			record_copy(&evidence_record, &evidence->items[k], copy);
		}
	}
	record_finish(&task_output_record, &output);
	record_finish(&verification_record, &verification);
	return ok;
}

bool
op_show(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct show_request *request = data;
	struct show_result *result = data_result;
	struct opened opened;
	if (!opened_init(context, request->run, &opened, error))
		return false;
	record_finish(&run_result_record, &result->result);
	bool ok = run_result_read(opened.store, opened.row.id, &result->result, error);
	result->dot = request->dot ? plan_dot(&opened.charter->plan) : NULL;
	for (size_t i = 0; ok && request->proof && i < opened.tasks.count; i++)
		if (opened.tasks.items[i].state == TASK_DONE && task_outcome_is_good(opened.tasks.items[i].outcome))
			ok = add_proof(&opened, &opened.tasks.items[i], result, error);
	opened_finish(&opened);
	return ok;
}

/* --- export --------------------------------------------------------------------------------- */

static bool
write_text(const char *folder, const char *name, const char *text, GError **error)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	GError *cause = NULL;
	return g_file_set_contents(path, text, -1, &cause) ||
	       error_wrap(error, cause, ERR_ENVIRONMENT, "choose a folder that can be written", "the run cannot be exported");
}

static bool
write_record(const char *folder, const char *name, const struct record_type *type, const void *record, GError **error)
{
	g_autofree char *text = record_to_json(type, record, true);
	return write_text(folder, name, text, error);
}

static bool
write_journal(struct opened *opened, const char *folder, struct export_result *result, GError **error)
{
	struct event_row_list events = { 0 };
	g_autoptr(GString) lines = g_string_new(NULL);
	if (!opened->store->ops->event_list(opened->store, opened->row.key, 0, INT64_MAX, &events, error))
		return false;
	for (size_t i = 0; i < events.count; i++) {
		g_autofree char *line = record_to_json(&event_row_record, &events.items[i], false);
		g_string_append_printf(lines, "%s\n", line);
	}
	result->events = (int64_t)events.count;
	record_list_finish(&event_row_record, &events);
	return write_text(folder, "journal.jsonl", lines->str, error);
}

/* What a consumer sent to mocks: 'verify --recording' tells with it whom a change of a contract breaks. */
static bool
write_recordings(struct opened *opened, const char *digest, const char *folder, GError **error)
{
	struct verification verification;
	g_autofree char *below = g_build_filename(folder, "recordings", NULL);
	if (!charter_read(opened->store, digest, &verification_record, &verification, error))
		return false;
	bool ok = true;
	for (size_t i = 0; ok && i < verification.recordings.count; i++) {
		const struct kept_recording *kept = &verification.recordings.items[i];
		g_autofree char *name = g_strconcat(kept->contract, ".jsonl", NULL);
		g_autofree char *text = kept->exchanges ? charter_text(opened->store, kept->recording, error) : NULL;
		if (!kept->exchanges)
			continue;
		ok = text && (g_mkdir_with_parents(below, 0777) == 0 ||
		              error_set(error, ERR_ENVIRONMENT, "choose a folder that can be written", "cannot make %s: %s", below, g_strerror(errno))) &&
		     write_text(below, name, text, error);
	}
	record_finish(&verification_record, &verification);
	return ok;
}

/* A task's folder: its files, its verification, what it sent to mocks, what it printed. */
static bool
write_task(struct opened *opened, const struct task_row *row, const char *folder, struct export_result *result, GError **error)
{
	const struct plan_task *planned = &opened->charter->plan.tasks.items[row->seq];
	g_autofree char *below = g_build_filename(folder, "tasks", planned->id, NULL), *files = g_build_filename(below, "files", NULL);
	struct task_output output;
	struct manifest manifest = { 0 };
	if (!row->result)
		return true;
	if (g_mkdir_with_parents(below, 0777))
		return error_set(error, ERR_ENVIRONMENT, "choose a folder that can be written", "cannot make %s: %s", below, g_strerror(errno));
	bool ok = charter_read(opened->store, row->result, &task_output_record, &output, error);
	if (ok && output.manifest)
		ok = manifest_read(opened->store, output.manifest, &manifest, error) &&
		     manifest_lay_out(opened->store, &manifest, files, error);
	const struct {
		const char *digest, *name;
	} texts[] = { { output.verification, "verification.json" }, { output.log, "log.txt" } };
	for (unsigned i = 0; ok && i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *text = texts[i].digest ? charter_text(opened->store, texts[i].digest, error) : NULL;
		ok = !texts[i].digest || (text && write_text(below, texts[i].name, text, error));
	}
	ok = ok && (!output.verification || write_recordings(opened, output.verification, below, error));
	result->tasks++;
	result->files += (int64_t)manifest.files.count;
	record_finish(&manifest_record, &manifest);
	record_finish(&task_output_record, &output);
	return ok;
}

static bool
export_run(struct opened *opened, const char *folder, struct export_result *result, GError **error)
{
	struct bundle bundle;
	struct run_result end = { 0 };
	if (g_mkdir_with_parents(folder, 0777))
		return error_set(error, ERR_ENVIRONMENT, "choose a folder that can be written", "cannot make %s: %s", folder, g_strerror(errno));
	bundle_of_charter(opened->charter, &bundle);
	bool ok = write_record(folder, "run.json", &run_row_record, &opened->row, error) &&
	          write_record(folder, "plan.json", &bundle_record, &bundle, error) &&
	          run_result_read(opened->store, opened->row.id, &end, error) &&
	          write_record(folder, "result.json", &run_result_record, &end, error) && write_journal(opened, folder, result, error);
	for (size_t i = 0; ok && i < opened->tasks.count; i++)
		ok = write_task(opened, &opened->tasks.items[i], folder, result, error);
	record_finish(&bundle_record, &bundle);
	record_finish(&run_result_record, &end);
	return ok;
}

bool
op_export(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct export_request *request = data;
	struct export_result *result = data_result;
	struct opened opened;
	if (!opened_init(context, request->run, &opened, error))
		return false;
	result->run = g_strdup(opened.row.id);
	result->output = g_canonicalize_filename(request->output ? request->output : opened.row.id, NULL);
	g_autoptr(GDir) there = g_dir_open(result->output, 0, NULL);
	bool ok = there && g_dir_read_name(there)
	                  ? error_set(error, ERR_CONFLICT, "choose another with --output", "%s is not empty", result->output)
	                  : export_run(&opened, result->output, result, error);
	opened_finish(&opened);
	return ok;
}
