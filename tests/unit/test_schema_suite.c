/* The official JSON-Schema-Test-Suite. The environment variable TEAMWRIGHT_SUITES names the folder
 * in which json-schema/ lies; without it everything here is skipped. */
#include <string.h>

#include "schema_twin.h"
#include "base/writer.h"

struct part {
	const char *draft;      /* the folder below tests/ */
	enum schema_dialect dialect;
	const char *folder;     /* below that: "", "optional" or "optional/format" */
	unsigned least;         /* tests that there must be */
};

struct score {
	unsigned passed, failed;
};

static char *
suite_path(const char *below)
{
	const char *root = g_getenv("TEAMWRIGHT_SUITES");
	return root ? g_build_filename(root, "json-schema", below, NULL) : NULL;
}

/* What references in the suite lead to: URIs and documents, read once. */
static GPtrArray *remote_uris, *remote_docs;

/* Every file below `folder` is known as http://localhost:1234/ and its path. */
static void
read_remotes(const char *folder, const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *file = g_build_filename(folder, name, NULL), *inner = g_strconcat(path, "/", name, NULL);
		if (g_file_test(file, G_FILE_TEST_IS_DIR)) {
			read_remotes(file, inner);
			continue;
		}
		struct doc *doc = doc_read_file(file, NULL);
		g_assert_nonnull(doc);
		g_ptr_array_add(remote_uris, g_strconcat("http://localhost:1234", inner, NULL));
		g_ptr_array_add(remote_docs, doc);
	}
}

/* How many texts were decided in one pass. */
static unsigned passes, texts;

static enum schema_verdict
run_text(const struct schema *schema, const struct value *data)
{
	g_autofree char *text = value_to_json(data, texts % 2);
	enum text_verdict pass;
	enum schema_verdict verdict = twin_check(schema, text, strlen(text), SCHEMA_SIDE_NONE, &pass);
	for (unsigned i = 0; i < 4; i++)
		twin_check_broken(schema, text, strlen(text), texts * 4 + i);
	passes += pass != TEXT_UNKNOWN;
	texts++;
	return verdict;
}

static void
run_test(const struct schema *schema, const struct value *test, const char *where, struct score *score)
{
	const struct value *data = value_member(test, "data");
	bool valid = value_truth(value_member(test, "valid"));
	struct schema_findings findings = { .limit = 3 };
	bool quick = schema && schema_check(schema, data, SCHEMA_SIDE_NONE, NULL);
	bool told = schema && schema_check(schema, data, SCHEMA_SIDE_NONE, &findings);
	bool pass = schema && quick == valid && told == valid && (findings.count > 0) == !valid;
	pass = pass && (run_text(schema, data) == SCHEMA_FITS) == valid;
	score->passed += pass;
	score->failed += !pass;
	if (!pass)
		g_test_message("%s: %s: expected %s", where, value_member_text(test, "description"), valid ? "valid" : "invalid");
	schema_findings_clear(&findings);
}

static void
run_group(struct doc *doc, const struct value *group, const struct part *part, struct score *score)
{
	struct schema_options options = { .dialect = part->dialect };
	/* Formats are rules where the tests are about formats or content, and nowhere else. */
	options.assert_formats = strstr(doc_name(doc), "optional/format/") || strstr(doc_name(doc), "optional/content");
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	for (unsigned i = 0; i < remote_uris->len; i++)
		schema_set_add(set, remote_uris->pdata[i], remote_docs->pdata[i]);
	g_autoptr(GError) error = NULL;
	g_autoptr(Doc) sub = doc_sub(doc, value_member(group, "schema"));
	const struct schema *schema = schema_compile(set, sub, doc_root(sub), NULL, &error);
	g_autofree char *where = g_strdup_printf("%s: %s", doc_name(doc), value_member_text(group, "description"));
	if (!schema)
		g_test_message("%s: %s", where, error->message);
	VALUE_EACH (test, value_member(group, "tests"))
		run_test(schema, test, where, score);
}

static void
run_part(const void *data)
{
	const struct part *part = data;
	g_autofree char *root = suite_path("tests");
	if (!root) {
		g_test_skip("TEAMWRIGHT_SUITES does not name the folder of the suites");
		return;
	}
	g_autofree char *folder = g_build_filename(root, part->draft, part->folder, NULL);
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	g_assert_nonnull(directory);
	struct score score = { 0, 0 };
	const char *name;
	while ((name = g_dir_read_name(directory))) {
		g_autofree char *file = g_build_filename(folder, name, NULL);
		if (!g_str_has_suffix(name, ".json"))
			continue;
		g_autoptr(GError) error = NULL;
		g_autoptr(Doc) doc = doc_read_file(file, &error);
		g_assert_no_error(error);
		VALUE_EACH (group, doc_root(doc))
			run_group(doc, group, part, &score);
	}
	g_test_message("%u of %u texts were decided in one pass", passes, texts);
	g_test_message("%s %s: %u of %u", part->draft, part->folder, score.passed, score.passed + score.failed);
	if (score.passed + score.failed < part->least || score.failed)
		g_test_fail_printf("%u of %u tests fail", score.failed, score.passed + score.failed);
}

static void
free_doc(void *doc)
{
	doc_unref(doc);
}

static const struct part parts[] = {
	{ "draft2020-12", SCHEMA_DRAFT_2020_12, "", 1299 },
	{ "draft2020-12", SCHEMA_DRAFT_2020_12, "optional", 162 },
	{ "draft2020-12", SCHEMA_DRAFT_2020_12, "optional/format", 764 },
	{ "draft7", SCHEMA_DRAFT_7, "", 927 },
	{ "draft7", SCHEMA_DRAFT_7, "optional", 118 },
	{ "draft7", SCHEMA_DRAFT_7, "optional/format", 676 },
	{ "draft4", SCHEMA_DRAFT_4, "", 618 },
	{ "draft4", SCHEMA_DRAFT_4, "optional", 100 },
	{ "draft4", SCHEMA_DRAFT_4, "optional/format", 219 },
};

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
		const char *folder = *parts[i].folder ? parts[i].folder : "required";
		g_autofree char *path = g_strjoin("/", "/schema/suite", parts[i].draft, folder, NULL);
		g_test_add_data_func(path, &parts[i], run_part);
	}
	remote_uris = g_ptr_array_new_with_free_func(g_free);
	remote_docs = g_ptr_array_new_with_free_func(free_doc);
	g_autofree char *remotes = suite_path("remotes");
	if (remotes)
		read_remotes(remotes, "");
	int result = g_test_run();
	g_ptr_array_unref(remote_uris);
	g_ptr_array_unref(remote_docs);
	return result;
}
