/* The validator against a folder of tests in the format of the JSON-Schema-Test-Suite. */
#include <string.h>

#include "base/error.h"
#include "base/writer.h"
#include "engine/op_schema.h"
#include "engine/schema_files.h"

enum { FAILURES = 1000 };

static const struct record_field suite_request_fields[] = {
	RECORD_FIELD(suite_request, folder, RECORD_ARGUMENT | RECORD_REQUIRED, "folder whose *.json files hold the tests"),
	RECORD_FIELD(suite_request, draft, 0, "where no $schema says so: " SCHEMA_DRAFTS, .preset = "draft2020-12"),
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

struct testing {
	struct schema_options options;
	const char *folder;          /* its name, without the path */
	GPtrArray *remotes;          /* struct schema_remote * */
	struct suite_result *result;
};

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

/* All ways to check have to say what the test says, and give a reason where it does not fit. */
static void
run_test(struct testing *testing, const struct schema *schema, const char *file, const char *group, const struct value *test)
{
	const struct value *instance = value_member(test, "data");
	struct schema_findings findings = { .limit = 1 };
	bool wanted = value_truth(value_member(test, "valid"));
	bool quick = schema_check(schema, instance, SCHEMA_SIDE_NONE, NULL);
	bool told = schema_check(schema, instance, SCHEMA_SIDE_NONE, &findings);
	g_autofree char *text = value_to_json(instance, false);
	bool passed = schema_check_text(schema, "data", text, strlen(text), SCHEMA_SIDE_NONE, NULL, NULL) == SCHEMA_FITS;
	if (quick == wanted && told == wanted && passed == wanted && (findings.count == 0) == wanted)
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
		const struct schema_remote *remote = testing->remotes->pdata[i];
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
	g_autoptr(GPtrArray) names = schema_read_names(folder, error);
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
	if (!schema_read_options(request->draft, request->formats, &testing.options, error))
		return false;
	testing.remotes = g_ptr_array_new_with_free_func(schema_free_remote);
	bool ok = (!request->remotes || schema_read_remotes(request->remotes, "http://localhost:1234", 0, testing.remotes, error)) &&
	          run_folder(&testing, folder, error);
	g_ptr_array_unref(testing.remotes);
	context->exit_code = testing.result->failed ? 1 : 0;
	return ok;
}
