#include "engine/op_contract.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "contract/contract.h"
#include "contract/mock.h"
#include "contract/package.h"
#include "contract/resource.h"

static const struct record_field mock_request_fields[] = {
	RECORD_FIELD(mock_request, spec, RECORD_ARGUMENT | RECORD_REQUIRED, "OpenAPI document, JSON or YAML"),
	RECORD_FIELD(mock_request, port, 0, "port to listen on; 0 takes a free one", .preset = "3001"),
	RECORD_FIELD(mock_request, address, 0, "address to listen on", .preset = "127.0.0.1"),
	RECORD_FIELD(mock_request, seed, 0, "of generated values: the same seed gives the same data", .preset = "1"),
	RECORD_FIELD(mock_request, items, 0, "items that a collection holds at the start", .preset = "2"),
	RECORD_FIELD(mock_request, stateless, 0, "answer by schema and keep nothing"),
	RECORD_FIELD(mock_request, record, 0, "file for the exchanges, as JSON lines, at the end"),
};
RECORD_TYPE(mock_request, RECORD_REJECT, "what to mock");

static const struct record_field mock_result_fields[] = {
	RECORD_FIELD(mock_result, url, RECORD_VOLATILE, "where it listened"),
	RECORD_FIELD(mock_result, requests, RECORD_VOLATILE, "requests that came"),
	RECORD_FIELD(mock_result, recorded, 0, "file of the exchanges"),
};
RECORD_TYPE(mock_result, RECORD_DROP, "what a mock did");

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

static const struct record_field schema_request_fields[] = {
	RECORD_FIELD(schema_request, schema, RECORD_ARGUMENT | RECORD_REQUIRED, "JSON Schema, JSON or YAML"),
	RECORD_FIELD(schema_request, files, RECORD_ARGUMENT, "documents to validate"),
	RECORD_FIELD(schema_request, draft, 0, "draft2020-12, draft7, draft4, openapi3.0 or openapi3.1", .preset = "draft2020-12"),
	RECORD_FIELD(schema_request, formats, 0, "format is a rule"),
};
RECORD_TYPE(schema_request, RECORD_REJECT, "what to validate");

static const struct record_field schema_fault_fields[] = {
	RECORD_FIELD(schema_fault, file, 0, "document"),
	RECORD_FIELD(schema_fault, where, 0, "JSON pointer into it"),
	RECORD_FIELD(schema_fault, rule, 0, "keyword of the schema"),
	RECORD_FIELD(schema_fault, message, 0, "what is wrong"),
};
RECORD_TYPE(schema_fault, RECORD_DROP, "a fault of a document");

static const struct record_field schema_result_fields[] = {
	RECORD_FIELD(schema_result, valid, 0, "documents that fit"),
	RECORD_FIELD(schema_result, invalid, 0, "documents that do not"),
	RECORD_LIST(schema_result, faults, schema_fault, 0, "why not"),
};
RECORD_TYPE(schema_result, RECORD_DROP, "whether documents fit a schema");

/* --- mock ----------------------------------------------------------------------------------- */

static bool
finish_mock(struct mock *mock, const struct mock_request *request, struct mock_result *result, GError **error)
{
	struct recorded_exchange_list exchanges = { 0 };
	GError *cause = NULL;
	recording_list(mock_recording(mock), &exchanges);
	result->requests = (int64_t)exchanges.count;
	g_autofree char *text = recording_text(&exchanges);
	record_list_finish(&recorded_exchange_record, &exchanges);
	if (!request->record)
		return true;
	result->recorded = g_strdup(request->record);
	return g_file_set_contents(request->record, text, -1, &cause) ||
	       error_wrap(error, cause, ERR_ENVIRONMENT, "choose a file that can be written", "the recording cannot be saved");
}

bool
op_mock_serve(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct mock_request *request = data;
	struct mock_result *result = data_result;
	struct openapi *openapi = openapi_read_file(request->spec, error);
	struct mock_options options = { .address = request->address, .port = (int)request->port, .seed = (uint64_t)request->seed,
		                        .items = (unsigned)request->items, .stateless = request->stateless };
	struct mock *mock = openapi ? mock_start(openapi, &options, error) : NULL;
	if (!mock)
		return false;
	g_autofree char *routes = mock_routes(mock);
	result->url = g_strdup_printf("http://%s:%d", request->address, mock_port(mock));
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "url", result->url);
	writer_member_text(&writer, "routes", routes);
	writer_end(&writer);
	g_autofree char *text = writer_take(&writer);
	house_emit(context->house, "mock.listening", text);
	house_await_interrupt(context->house);
	bool ok = finish_mock(mock, request, result, error);
	mock_stop(mock);
	return ok;
}

/* --- documents ------------------------------------------------------------------------------ */

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

/* --- schemas -------------------------------------------------------------------------------- */

static bool
validate_file(const struct schema *schema, const char *file, struct schema_result *result, GError **error)
{
	struct schema_findings findings = { .limit = 20 };
	g_autoptr(Doc) doc = doc_read_file(file, error);
	if (!doc)
		return false;
	bool ok = schema_check(schema, doc_root(doc), SCHEMA_SIDE_NONE, &findings);
	result->valid += ok;
	result->invalid += !ok;
	for (size_t i = 0; i < findings.count; i++) {
		struct schema_fault *fault = record_append(&schema_fault_record, &result->faults);
		fault->file = g_strdup(file);
		fault->where = g_strdup(findings.items[i].instance);
		fault->rule = g_strdup(findings.items[i].keyword);
		fault->message = g_strdup(findings.items[i].message);
	}
	schema_findings_clear(&findings);
	return true;
}

bool
op_schema_validate(struct context *context, const void *data, void *data_result, GError **error)
{
	static const char *const drafts[] = { "draft2020-12", "draft7", "draft4", "openapi3.0", "openapi3.1", NULL };
	const struct schema_request *request = data;
	struct schema_result *result = data_result;
	int draft = record_name_index(drafts, request->draft);
	if (draft < 0)
		return error_set(error, ERR_USAGE, "say draft2020-12, draft7, draft4, openapi3.0 or openapi3.1", "there is no draft '%s'",
		                 request->draft);
	struct schema_options options = { .dialect = (enum schema_dialect)draft, .assert_formats = request->formats };
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	g_autoptr(Doc) doc = doc_read_file(request->schema, error);
	const struct schema *schema = doc ? schema_compile(set, doc, doc_root(doc), NULL, error) : NULL;
	if (!schema)
		return false;
	for (char **file = request->files; file && *file; file++)
		if (!validate_file(schema, *file, result, error))
			return false;
	context->exit_code = result->invalid ? 1 : 0;
	return true;
}
