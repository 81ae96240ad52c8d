#include "engine/op_schema.h"

#include <string.h>

#include "base/error.h"
#include "schema/schema.h"

enum { FINDINGS = 20, DEPTH = 16, FAILURES = 1000 };

static const char *const draft_names[] = { "draft2020-12", "draft7", "draft4", "openapi3.0", "openapi3.1", NULL };
#define DRAFTS "draft2020-12, draft7, draft4, openapi3.0 or openapi3.1"

static const struct record_field schema_request_fields[] = {
	RECORD_FIELD(schema_request, schema, RECORD_ARGUMENT | RECORD_REQUIRED, "JSON Schema, JSON or YAML"),
	RECORD_FIELD(schema_request, files, RECORD_ARGUMENT, "documents to validate"),
	RECORD_FIELD(schema_request, draft, 0, "where no $schema says so: " DRAFTS, .preset = "draft2020-12"),
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

static const struct record_field suite_request_fields[] = {
	RECORD_FIELD(suite_request, folder, RECORD_ARGUMENT | RECORD_REQUIRED, "folder whose *.json files hold the tests"),
	RECORD_FIELD(suite_request, draft, 0, "where no $schema says so: " DRAFTS, .preset = "draft2020-12"),
	RECORD_FIELD(suite_request, remotes, 0, "folder that the tests know as http://localhost:1234/"),
	RECORD_FIELD(suite_request, formats, 0, "format is a rule, as it is without this in optional/format and optional/content.json"),
};
RECORD_TYPE(suite_request, RECORD_REJECT, "which tests");

static const struct record_field suite_failure_fields[] = {
	RECORD_FIELD(suite_failure, file, 0, "file"),
	RECORD_FIELD(suite_failure, group, 0, "group"),
	RECORD_FIELD(suite_failure, test, 0, "test"),
	RECORD_FIELD(suite_failure, expected, 0, "valid or invalid"),
	RECORD_FIELD(suite_failure, message, 0, "what the validator says"),
};
RECORD_TYPE(suite_failure, RECORD_DROP, "a test that failed");

static const struct record_field suite_result_fields[] = {
	RECORD_FIELD(suite_result, files, 0, "files"),
	RECORD_FIELD(suite_result, groups, 0, "schemas"),
	RECORD_FIELD(suite_result, passed, 0, "tests that passed"),
	RECORD_FIELD(suite_result, failed, 0, "tests that failed"),
	RECORD_LIST(suite_result, failures, suite_failure, 0, "the first of them"),
};
RECORD_TYPE(suite_result, RECORD_DROP, "how the validator does in a test suite");

static bool
read_options(const char *draft, bool formats, struct schema_options *ret, GError **error)
{
	int index = record_name_index(draft_names, draft);
	*ret = (struct schema_options){ .dialect = (enum schema_dialect)MAX(index, 0), .assert_formats = formats };
	return index >= 0 || error_set(error, ERR_USAGE, "say " DRAFTS, "there is no draft '%s'", draft);
}

/* --- validate ------------------------------------------------------------------------------- */

static bool
validate_file(const struct schema *schema, const char *file, struct schema_result *result, GError **error)
{
	struct schema_findings findings = { .limit = FINDINGS };
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
	const struct schema_request *request = data;
	struct schema_result *result = data_result;
	struct schema_options options;
	if (!read_options(request->draft, request->formats, &options, error))
		return false;
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

/* --- test ----------------------------------------------------------------------------------- */

struct remote {
	char *uri;
	struct doc *doc;
};

static void
free_remote(void *data)
{
	struct remote *remote = data;
	g_free(remote->uri);
	doc_unref(remote->doc);
	g_free(remote);
}

struct testing {
	struct schema_options options;
	const char *folder;          /* its name, without the path */
	GPtrArray *remotes;          /* struct remote * */
	struct suite_result *result;
};

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in a folder, sorted, so that reports do not depend on the file system. */
static GPtrArray *
read_names(const char *folder, GError **error)
{
	GError *cause = NULL;
	g_autoptr(GDir) directory = g_dir_open(folder, 0, &cause);
	const char *name;
	if (!directory) {
		error_wrap(error, cause, ERR_INPUT, "name a folder of test files", "cannot read %s", folder);
		return NULL;
	}
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	while ((name = g_dir_read_name(directory)))
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, compare_names);
	return names;
}

/* Every JSON file below `folder` is known under `uri` and its path. */
static bool
read_remotes(const char *folder, const char *uri, unsigned depth, GPtrArray *remotes, GError **error)
{
	g_autoptr(GPtrArray) names = depth < DEPTH ? read_names(folder, error) : g_ptr_array_new();
	for (unsigned i = 0; names && i < names->len; i++) {
		g_autofree char *file = g_build_filename(folder, names->pdata[i], NULL), *inner = g_strconcat(uri, "/", names->pdata[i], NULL);
		if (g_file_test(file, G_FILE_TEST_IS_DIR)) {
			if (!read_remotes(file, inner, depth + 1, remotes, error))
				return false;
		} else if (g_str_has_suffix(file, ".json")) {
			struct doc *doc = doc_read_file(file, error);
			if (!doc)
				return false;
			struct remote *remote = g_new(struct remote, 1);
			*remote = (struct remote){ g_steal_pointer(&inner), doc };
			g_ptr_array_add(remotes, remote);
		}
	}
	return names != NULL;
}

static void
note_failure(struct testing *testing, const char *file, const char *group, const struct value *test, const char *message)
{
	testing->result->failed++;
	if (testing->result->failures.count >= FAILURES)
		return;
	const char *name = value_member_text(test, "description");
	struct suite_failure *failure = record_append(&suite_failure_record, &testing->result->failures);
	failure->file = g_path_get_basename(file);
	failure->group = g_strdup(group);
	failure->test = g_strdup(name ? name : "");
	failure->expected = g_strdup(value_truth(value_member(test, "valid")) ? "valid" : "invalid");
	failure->message = g_strdup(message);
}

/* Both ways to check have to say what the test says, and give a reason where it does not fit. */
static void
run_test(struct testing *testing, const struct schema *schema, const char *file, const char *group, const struct value *test)
{
	const struct value *instance = value_member(test, "data");
	struct schema_findings findings = { .limit = 1 };
	bool wanted = value_truth(value_member(test, "valid"));
	bool quick = schema_check(schema, instance, SCHEMA_SIDE_NONE, NULL);
	bool told = schema_check(schema, instance, SCHEMA_SIDE_NONE, &findings);
	if (quick == wanted && told == wanted && (findings.count == 0) == wanted)
		testing->result->passed++;
	else
		note_failure(testing, file, group, test, findings.count ? findings.items[0].message : "it fits");
	schema_findings_clear(&findings);
}

/* The suite's own convention: formats and contents are annotations, but where the tests are about them. */
static bool
is_about_formats(const struct testing *testing, const char *file)
{
	return g_str_equal(testing->folder, "format") || (g_str_equal(testing->folder, "optional") && g_str_has_suffix(file, G_DIR_SEPARATOR_S "content.json"));
}

static void
run_group(struct testing *testing, struct doc *doc, const struct value *group)
{
	struct schema_options options = testing->options;
	options.assert_formats |= is_about_formats(testing, doc_name(doc));
	const char *name = value_member_text(group, "description");
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	g_autoptr(GError) error = NULL;
	g_autoptr(Doc) part = doc_sub(doc, value_member(group, "schema"));
	for (unsigned i = 0; i < testing->remotes->len; i++) {
		const struct remote *remote = testing->remotes->pdata[i];
		schema_set_add(set, remote->uri, remote->doc);
	}
	const struct schema *schema = schema_compile(set, part, doc_root(part), NULL, &error);
	testing->result->groups++;
	VALUE_EACH (test, value_member(group, "tests")) {
		if (schema)
			run_test(testing, schema, doc_name(doc), name ? name : "", test);
		else
			note_failure(testing, doc_name(doc), name ? name : "", test, error->message);
	}
}

static bool
run_file(struct testing *testing, const char *file, GError **error)
{
	g_autoptr(Doc) doc = doc_read_file(file, error);
	bool fits = value_is(doc ? doc_root(doc) : NULL, VALUE_ARRAY);
	VALUE_EACH (group, fits ? doc_root(doc) : NULL) {
		bool whole = value_member(group, "schema") && value_is(value_member(group, "tests"), VALUE_ARRAY);
		VALUE_EACH (test, whole ? value_member(group, "tests") : NULL)
			whole = whole && value_member(test, "data") && value_is(value_member(test, "valid"), VALUE_BOOL);
		fits = fits && whole;
	}
	if (doc && !fits)
		return error_set(error, ERR_INVALID, "a list of {\"description\", \"schema\", \"tests\": [{\"description\", \"data\", \"valid\"}]} is wanted",
		                 "%s is no file of schema tests", file);
	VALUE_EACH (part, doc ? doc_root(doc) : NULL)
		run_group(testing, doc, part);
	testing->result->files += doc != NULL;
	return doc;
}

static bool
run_folder(struct testing *testing, const char *folder, GError **error)
{
	g_autoptr(GPtrArray) names = read_names(folder, error);
	for (unsigned i = 0; names && i < names->len; i++) {
		g_autofree char *file = g_build_filename(folder, names->pdata[i], NULL);
		if (g_str_has_suffix(file, ".json") && !g_file_test(file, G_FILE_TEST_IS_DIR) && !run_file(testing, file, error))
			return false;
	}
	if (names && testing->result->files == 0)
		return error_set(error, ERR_INPUT, "name a folder that holds *.json files itself", "there are no tests in %s", folder);
	return names;
}

bool
op_schema_test(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct suite_request *request = data;
	g_autofree char *folder = g_canonicalize_filename(request->folder, NULL), *name = g_path_get_basename(folder);
	struct testing testing = { .folder = name, .result = data_result };
	if (!read_options(request->draft, request->formats, &testing.options, error))
		return false;
	testing.remotes = g_ptr_array_new_with_free_func(free_remote);
	bool ok = (!request->remotes || read_remotes(request->remotes, "http://localhost:1234", 0, testing.remotes, error)) &&
	          run_folder(&testing, folder, error);
	g_ptr_array_unref(testing.remotes);
	context->exit_code = testing.result->failed ? 1 : 0;
	return ok;
}
