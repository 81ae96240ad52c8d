#include "engine/op_contract.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "contract/contract.h"
#include "contract/package.h"
#include "contract/resource.h"

static const struct record_field spec_request_fields[] = {
	RECORD_FIELD(spec_request, spec, RECORD_ARGUMENT | RECORD_REQUIRED, "OpenAPI document, JSON or YAML"),
};
RECORD_TYPE(spec_request, RECORD_REJECT, "which document");

static const struct record_field operation_entry_fields[] = {
	RECORD_FIELD(operation_entry, method, 0, "HTTP method"),
	RECORD_FIELD(operation_entry, path, 0, "path template"),
	RECORD_FIELD(operation_entry, role, 0, "what it does to its resource"),
	RECORD_FIELD(operation_entry, resource, 0, "resource"),
	RECORD_FIELD(operation_entry, id, 0, "operationId"),
};
RECORD_TYPE(operation_entry, RECORD_DROP, "an operation");

static const struct record_field spec_result_fields[] = {
	RECORD_FIELD(spec_result, title, 0, "title"),
	RECORD_FIELD(spec_result, version, 0, "version of the document"),
	RECORD_FIELD(spec_result, openapi, 0, "version of the format"),
	RECORD_FIELD(spec_result, operation_count, 0, "how many operations"),
	RECORD_LIST(spec_result, operations, operation_entry, 0, "the operations"),
	RECORD_FIELD(spec_result, remarks, 0, "what it says and cannot be served"),
};
RECORD_TYPE(spec_result, RECORD_DROP, "a document that can be served");

static const struct record_field package_request_fields[] = {
	RECORD_FIELD(package_request, spec, RECORD_ARGUMENT | RECORD_REQUIRED, "OpenAPI document, JSON or YAML"),
	RECORD_FIELD(package_request, output, 0, "folder for the package", .preset = "mock"),
};
RECORD_TYPE(package_request, RECORD_REJECT, "what to package");

static const struct record_field package_result_fields[] = {
	RECORD_FIELD(package_result, files, 0, "files that were written"),
};
RECORD_TYPE(package_result, RECORD_DROP, "a standalone mock");

bool
op_contract_validate(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct spec_request *request = data;
	struct spec_result *result = data_result;
	g_autoptr(Openapi) openapi = openapi_read_file(request->spec, error);
	(void)context;
	if (!openapi)
		return false;
	g_autoptr(Resources) resources = resources_infer(openapi);
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	result->title = g_strdup(openapi_title(openapi));
	result->version = g_strdup(openapi_version(openapi));
	result->openapi = g_strdup(value_member_text(doc_root(openapi_doc(openapi)), "openapi"));
	result->operation_count = (int64_t)count;
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
