#include "engine/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "contract/package.h"
#include "work/manifest.h"
#include "work/workspace.h"

struct publishing {
	struct store *store;
	struct catalogue *catalogue;
	const struct charter *charter;
	const struct report *report;
	const char *folder;          /* where it is put together */
	GError **error;
};

/* --- the folder ----------------------------------------------------------------------------- */

static bool
is_empty(const char *folder)
{
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	return !directory || !g_dir_read_name(directory);
}

bool
publish_check(const char *folder, bool force, GError **error)
{
	struct stat status;
	g_autofree char *marker = g_build_filename(folder, PUBLISH_MARKER, NULL), *parent = g_path_get_dirname(folder);
	if (stat(folder, &status) == 0 && !S_ISDIR(status.st_mode))
		return error_set(error, ERR_CONFLICT, "choose another with --output", "%s is not a folder", folder);
	if (!force && !is_empty(folder) && !g_file_test(marker, G_FILE_TEST_EXISTS))
		return error_set(error, ERR_CONFLICT, "choose another with --output, or write into it with --force",
		                 "%s is not empty and was not made by teamwright", folder);
	if (g_mkdir_with_parents(parent, 0777))
		return error_set(error, ERR_ENVIRONMENT, "choose another with --output", "cannot make %s: %s", parent, g_strerror(errno));
	if (access(parent, W_OK) || (stat(folder, &status) == 0 && access(folder, W_OK)))
		return error_set(error, ERR_ENVIRONMENT, "choose another with --output", "%s cannot be written: %s", folder, g_strerror(errno));
	return true;
}

/* --- files ---------------------------------------------------------------------------------- */

static bool
write_text(struct publishing *publishing, const char *path, const char *text)
{
	g_autofree char *whole = g_build_filename(publishing->folder, path, NULL), *parent = g_path_get_dirname(whole);
	GError *cause = NULL;
	if (g_mkdir_with_parents(parent, 0777) == 0 && g_file_set_contents_full(whole, text, -1, G_FILE_SET_CONTENTS_NONE, 0666, &cause))
		return true;
	if (!cause)
		return error_set(publishing->error, ERR_ENVIRONMENT, "make room, or choose another folder with --output",
		                 "cannot make %s: %s", parent, g_strerror(errno));
	return error_wrap(publishing->error, cause, ERR_ENVIRONMENT, "make room, or choose another folder with --output", "cannot write %s", whole);
}

static bool
write_record(struct publishing *publishing, const char *path, const struct record_type *type, const void *record)
{
	g_autofree char *text = record_to_json(type, record, true);
	return write_text(publishing, path, text);
}

static bool
write_package(struct publishing *publishing, const struct contract *contract, struct doc *spec, bool first)
{
	struct package_files files = { 0 };
	g_autoptr(Openapi) openapi = openapi_create(spec, publishing->error);
	bool ok = openapi && package_make(publishing->catalogue, contract, openapi, &files, publishing->error);
	for (size_t i = 0; ok && i < files.count; i++) {
		g_autofree char *path = g_build_filename("contracts", files.items[i].path, NULL);
		/* One package.json serves all servers of the folder: they need the same. */
		if (first || !g_str_equal(files.items[i].path, "package.json"))
			ok = write_text(publishing, path, files.items[i].text);
	}
	package_files_clear(&files);
	return ok;
}

static bool
write_contracts(struct publishing *publishing)
{
	const struct agreed_list *contracts = &publishing->charter->agreement.contracts;
	bool first = true;
	for (size_t i = 0; i < contracts->count; i++) {
		const struct contract *contract = &contracts->items[i].contract;
		struct doc *spec = publishing->charter->specs[i];
		g_autofree char *path = g_strdup_printf("contracts/%s.json", contract->id);
		if (!write_record(publishing, path, &contract_record, contract))
			return false;
		if (!spec)
			continue;
		g_autofree char *yaml = value_to_yaml(doc_root(spec)), *file = g_strdup_printf("contracts/%s_spec.yaml", contract->id);
		if (!write_text(publishing, file, yaml) || !write_package(publishing, contract, spec, first))
			return false;
		first = false;
	}
	return true;
}

/* What was delivered, also where it was rejected: then with a note that says so. */
static bool
write_deliverable(struct publishing *publishing, const struct task_facts *task)
{
	struct manifest manifest = { 0 };
	g_autofree char *below = report_folder(&publishing->charter->plan, task->planned);
	g_autofree char *folder = g_build_filename(publishing->folder, below, NULL), *note = g_build_filename(below, "REJECTED.md", NULL);
	if (!task->output.manifest || task->planned->kind == TASK_KIND_INTEGRATION)
		return true;
	bool ok = manifest_read(publishing->store, task->output.manifest, &manifest, publishing->error) &&
	          manifest_lay_out(publishing->store, &manifest, folder, publishing->error);
	record_finish(&manifest_record, &manifest);
	if (!ok || (task->row && task_outcome_is_good(task->row->outcome)))
		return ok;
	g_autofree char *text = g_strdup_printf("# Rejected\n\nThis work was not accepted (%s).\n\n%s\n",
	                                        task_outcome_names[task->row->outcome], task->row->reason ? task->row->reason : "");
	return write_text(publishing, note, text);
}

static bool
write_all(struct publishing *publishing)
{
	const struct charter *charter = publishing->charter;
	const struct report *report = publishing->report;
	g_autofree char *junit = report_junit(report);
	bool ok = write_text(publishing, "requirement.md", charter->requirement) &&
	          write_record(publishing, "analysis.json", &analysis_record, &charter->analysis) &&
	          write_record(publishing, "team.json", &team_record, &charter->team) &&
	          write_record(publishing, "plan.json", &plan_record, &charter->plan) && write_contracts(publishing) &&
	          write_record(publishing, "contracts/validation_report.json", &validation_report_record, &report->validation) &&
	          write_record(publishing, "quality_report.json", &quality_report_record, &report->quality) &&
	          write_text(publishing, "run.junit.xml", junit);
	for (size_t i = 0; ok && i < report->task_count; i++)
		ok = write_deliverable(publishing, &report->tasks[i]);
	return ok;
}

/* --- moving in ------------------------------------------------------------------------------ */

/* Removes what an earlier run put there and this one does not. */
static void
remove_stale(const char *folder, GPtrArray *entries)
{
	g_autofree char *marker = g_build_filename(folder, PUBLISH_MARKER, NULL), *text = NULL;
	if (!g_file_get_contents(marker, &text, NULL, NULL))
		return;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		bool ours = **line && **line != '#' && !strchr(*line, '/') && !g_str_has_prefix(*line, "..");
		for (unsigned i = 0; ours && i < entries->len; i++)
			ours = !g_str_equal(*line, g_ptr_array_index(entries, i));
		g_autofree char *path = g_build_filename(folder, *line, NULL);
		if (ours)
			tree_remove(path);
	}
}

static bool
move_entry(const char *from, const char *to, const char *name, GError **error)
{
	g_autofree char *source = g_build_filename(from, name, NULL), *target = g_build_filename(to, name, NULL);
	if (rename(source, target) == 0 || renameat2(AT_FDCWD, source, AT_FDCWD, target, RENAME_EXCHANGE) == 0)
		return true;
	return error_set(error, ERR_ENVIRONMENT, "choose another folder with --output", "cannot write %s: %s", target, g_strerror(errno));
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
move_in(const char *from, const char *to, GError **error)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) directory = g_dir_open(from, 0, NULL);
	g_autoptr(GString) list = g_string_new("# made by teamwright; each run into this folder writes these anew\n");
	for (const char *name; directory && (name = g_dir_read_name(directory));)
		g_ptr_array_add(entries, g_strdup(name));
	g_ptr_array_sort(entries, compare_names);
	if (g_mkdir_with_parents(to, 0777))
		return error_set(error, ERR_ENVIRONMENT, "choose another folder with --output", "cannot make %s: %s", to, g_strerror(errno));
	remove_stale(to, entries);
	for (unsigned i = 0; i < entries->len; i++) {
		g_string_append_printf(list, "%s\n", (char *)g_ptr_array_index(entries, i));
		if (!move_entry(from, to, g_ptr_array_index(entries, i), error))
			return false;
	}
	g_autofree char *marker = g_build_filename(to, PUBLISH_MARKER, NULL);
	GError *cause = NULL;
	return g_file_set_contents(marker, list->str, -1, &cause) ||
	       error_wrap(error, cause, ERR_ENVIRONMENT, "choose another folder with --output", "cannot write %s", marker);
}

bool
publish_run(struct store *store, struct catalogue *catalogue, const struct charter *charter, const struct report *report, GError **error)
{
	g_autofree char *parent = g_path_get_dirname(charter->output), *name = g_path_get_basename(charter->output);
	g_autofree char *beside = g_strdup_printf("%s/.%s.new", parent, name);
	struct publishing publishing = { .store = store, .catalogue = catalogue, .charter = charter, .report = report, .folder = beside,
		                         .error = error };
	tree_remove(beside);
	bool ok = write_all(&publishing) && move_in(beside, charter->output, error);
	tree_remove(beside);
	return ok;
}
