#include "engine/op_contract.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "contract/contract.h"
#include "contract/package.h"
#include "contract/resource.h"

static const struct record_field lint_request_fields[] = {
	RECORD_FIELD(lint_request, specs, RECORD_ARGUMENT | RECORD_REQUIRED, "OpenAPI documents, JSON or YAML"),
	RECORD_FIELD(lint_request, severity, 0, "the least that makes the exit code 1: error, warning, info or off", .preset = "error"),
	RECORD_FIELD(lint_request, rule, 0, "RULE=off, info, warning or error, again for more; all=off is for all rules"),
	RECORD_FIELD(lint_request, sarif, 0, "write the findings as SARIF 2.1.0 to this file"),
	RECORD_FIELD(lint_request, operations, 0, "list the operations, too"),
	RECORD_FIELD(lint_request, all, 0, "show every finding"),
};
RECORD_TYPE(lint_request, RECORD_REJECT, "which documents, and how severely");

static const struct record_field operation_entry_fields[] = {
	RECORD_FIELD(operation_entry, method, 0, "HTTP method"),
	RECORD_FIELD(operation_entry, path, 0, "path template"),
	RECORD_FIELD(operation_entry, role, 0, "what it does to its resource"),
	RECORD_FIELD(operation_entry, resource, 0, "resource"),
	RECORD_FIELD(operation_entry, id, 0, "operationId"),
};
RECORD_TYPE(operation_entry, RECORD_DROP, "an operation");

static const struct record_field lint_result_fields[] = {
	RECORD_FIELD(lint_result, title, 0, "title of the first document"),
	RECORD_FIELD(lint_result, version, 0, "its version"),
	RECORD_FIELD(lint_result, openapi, 0, "version of its format"),
	RECORD_FIELD(lint_result, operation_count, 0, "how many operations it has"),
	RECORD_LIST(lint_result, documents, lint_document, 0, "every document"),
	RECORD_FIELD(lint_result, errors, 0, "where documents break the specification"),
	RECORD_FIELD(lint_result, warnings, 0, "what will surprise"),
	RECORD_FIELD(lint_result, infos, 0, "what could be better"),
	RECORD_LIST(lint_result, findings, lint_finding, 0, "what was found, and where"),
	RECORD_LIST(lint_result, rules, lint_rule_entry, 0, "the rules that found something"),
	RECORD_LIST(lint_result, operations, operation_entry, 0, "the operations of the first document, where asked for"),
	RECORD_FIELD(lint_result, remarks, 0, "what it says and cannot be served"),
	RECORD_FIELD(lint_result, sarif, 0, "the SARIF file"),
	RECORD_FIELD(lint_result, all, RECORD_HIDDEN, "every finding is to be shown"),
};
RECORD_TYPE(lint_result, RECORD_DROP, "what is right and wrong with documents");

static const struct record_field rules_request_fields[] = {
	RECORD_FIELD(rules_request, rule, 0, "RULE=off, info, warning or error: as for contract validate"),
};
RECORD_TYPE(rules_request, RECORD_REJECT, "with which changes");

static const struct record_field rules_result_fields[] = {
	RECORD_LIST(rules_result, rules, lint_rule_entry, 0, "the rules"),
};
RECORD_TYPE(rules_result, RECORD_DROP, "the rules of the linter");

static const struct record_field package_request_fields[] = {
	RECORD_FIELD(package_request, spec, RECORD_ARGUMENT | RECORD_REQUIRED, "OpenAPI document, JSON or YAML"),
	RECORD_FIELD(package_request, output, 0, "folder for the package", .preset = "mock"),
};
RECORD_TYPE(package_request, RECORD_REJECT, "what to package");

static const struct record_field package_result_fields[] = {
	RECORD_FIELD(package_result, files, 0, "files that were written"),
};
RECORD_TYPE(package_result, RECORD_DROP, "a standalone mock");

/* --- validate -------------------------------------------------------------------------------- */

static struct lint_levels *
read_levels(char **settings, GError **error)
{
	struct lint_levels *levels = lint_levels_create();
	for (char **setting = settings; setting && *setting; setting++) {
		if (lint_levels_set(levels, *setting, error))
			continue;
		lint_levels_free(levels);
		return NULL;
	}
	return levels;
}

static bool
list_operations(const char *spec, struct lint_result *result, GError **error)
{
	g_autoptr(Openapi) openapi = openapi_read_file(spec, error);
	if (!openapi)
		return false;
	g_autoptr(Resources) resources = resources_infer(openapi);
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	for (size_t i = 0; i < count; i++) {
		enum resource_role role;
		const struct resource *resource = resources_of(resources, &operations[i], &role);
		struct operation_entry *entry = record_append(&operation_entry_record, &result->operations);
		entry->method = g_strdup(operations[i].method);
		entry->path = g_strdup(operations[i].path);
		entry->id = g_strdup(operations[i].id);
		entry->role = g_strdup(resource ? resource_role_names[role] : "");
		entry->resource = g_strdup(resource ? resource->name : "");
	}
	result->remarks = g_strdupv((char **)(uintptr_t)openapi_remarks(openapi));
	return true;
}

/* The rules that found something, the most severe first. */
static void
fill_rules(const struct lint_levels *levels, struct lint_result *result)
{
	g_autoptr(GHashTable) found = g_hash_table_new(g_str_hash, g_str_equal);
	struct lint_rule_entry_list all = { 0 };
	for (size_t i = 0; i < result->findings.count; i++)
		g_hash_table_insert(found, result->findings.items[i].rule, GUINT_TO_POINTER(result->findings.items[i].severity));
	lint_rules(levels, &all);
	for (unsigned severity = LINT_ERROR; severity > LINT_OFF; severity--) {
		for (size_t i = 0; i < all.count; i++) {
			if (GPOINTER_TO_UINT(g_hash_table_lookup(found, all.items[i].id)) != severity)
				continue;
			struct lint_rule_entry *entry = record_append(&lint_rule_entry_record, &result->rules);
			record_copy(&lint_rule_entry_record, &all.items[i], entry);
			entry->severity = severity;
		}
	}
	record_list_finish(&lint_rule_entry_record, &all);
}

/* Takes what the report holds. */
static void
fill_result(struct lint_result *result, struct lint_report *report)
{
	const struct lint_document *first = report->documents.items;
	for (size_t i = 0; i < report->documents.count; i++) {
		result->errors += first[i].errors;
		result->warnings += first[i].warnings;
		result->infos += first[i].infos;
	}
	result->title = g_strdup(first->title);
	result->version = g_strdup(first->version);
	result->openapi = g_strdup(first->openapi);
	result->operation_count = first->operations;
	result->documents = report->documents;
	result->findings = report->findings;
	*report = (struct lint_report){ 0 };
}

static bool
write_sarif(const struct lint_levels *levels, const struct lint_report *report, const char *path, GError **error)
{
	g_autofree char *text = lint_sarif(levels, report);
	GError *cause = NULL;
	return g_file_set_contents(path, text, -1, &cause) ||
	       error_wrap(error, cause, ERR_ENVIRONMENT, "name a file that can be written", "cannot write %s", path);
}

static bool
lint_all(struct context *context, const struct lint_request *request, struct lint_levels *levels, struct lint_result *result, GError **error)
{
	struct lint_report report = { 0 };
	bool ok = true;
	for (char **spec = request->specs; ok && *spec; spec++)
		ok = lint_file(context->house->catalogue, levels, *spec, &report, error);
	ok = ok && (!request->sarif || write_sarif(levels, &report, request->sarif, error));
	if (ok) {
		fill_result(result, &report);
		fill_rules(levels, result);
	}
	lint_report_clear(&report);
	return ok;
}

bool
op_contract_validate(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct lint_request *request = data;
	struct lint_result *result = data_result;
	int severity = record_name_index(lint_severity_names, request->severity);
	if (!request->specs || !*request->specs)
		return error_set(error, ERR_USAGE, "name one or more files", "no document is named");
	if (severity < 0)
		return error_set(error, ERR_USAGE, "say error, warning, info or off", "there is no severity '%s'", request->severity);
	g_autoptr(LintLevels) levels = read_levels(request->rule, error);
	if (!levels || !lint_all(context, request, levels, result, error))
		return false;
	const int64_t counts[] = { 0, result->infos, result->warnings, result->errors };
	for (int i = severity; severity != LINT_OFF && i <= LINT_ERROR; i++)
		context->exit_code = counts[i] ? 1 : context->exit_code;
	result->sarif = g_strdup(request->sarif);
	result->all = request->all;
	return !request->operations || result->errors || list_operations(*request->specs, result, error);
}

bool
op_contract_rules(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct rules_request *request = data;
	struct rules_result *result = data_result;
	g_autoptr(LintLevels) levels = read_levels(request->rule, error);
	(void)context;
	if (levels)
		lint_rules(levels, &result->rules);
	return levels;
}

/* --- package --------------------------------------------------------------------------------- */

bool
op_contract_package(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct package_request *request = data;
	struct package_result *result = data_result;
	g_autoptr(Openapi) openapi = openapi_read_file(request->spec, error);
	struct package_files files = { 0 };
	if (!openapi)
		return false;
	struct contract contract = { .id = g_path_get_basename(request->spec), .name = g_strdup(openapi_title(openapi)),
		                     .version = g_strdup(openapi_version(openapi)), .estimated_effort_hours = 0 };
	contract.id[strcspn(contract.id, ".")] = '\0';
	bool ok = package_make(context->house->catalogue, &contract, openapi, &files, error);
	if (ok && g_mkdir_with_parents(request->output, 0777))
		ok = error_set(error, ERR_ENVIRONMENT, "choose a folder that can be written", "cannot make %s: %s", request->output, g_strerror(errno));
	result->files = g_new0(char *, files.count + 1);
	for (size_t i = 0; ok && i < files.count; i++) {
		GError *cause = NULL;
		result->files[i] = g_build_filename(request->output, files.items[i].path, NULL);
		ok = g_file_set_contents(result->files[i], files.items[i].text, -1, &cause) ||
		     error_wrap(error, cause, ERR_ENVIRONMENT, "choose a folder that can be written", "cannot write %s", result->files[i]);
	}
	package_files_clear(&files);
	record_finish(&contract_record, &contract);
	return ok;
}
