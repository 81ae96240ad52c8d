/* Samples of the official JSON-Schema-Test-Suite: every schema that any value fits gets one. The schemas stand in OpenAPI 3.1
 * documents, one each. TEAMWRIGHT_SUITES names the folder in which json-schema/ lies; without it this is skipped. */
#include <string.h>

#include "base/writer.h"
#include "contract/sample.h"

enum { SIDES = 2 };

struct score {
	unsigned made, missed;
};

/* The text with local references led to where the schema stands now. */
static char *
move_references(const char *schema)
{
	g_autofree char *pointers = NULL;
	g_auto(GStrv) roots = NULL, inner = NULL;
	roots = g_strsplit(schema, "\"$ref\":\"#\"", -1);
	pointers = g_strjoinv("\"$ref\":\"#/components/schemas/S\"", roots);
	inner = g_strsplit(pointers, "\"$ref\":\"#/", -1);
	g_autofree char *moved = g_strjoinv("\"$ref\":\"#/components/schemas/S/", inner);
	g_auto(GStrv) twice = g_strsplit(moved, "#/components/schemas/S/components/schemas/S", -1);
	return g_strjoinv("#/components/schemas/S", twice);
}

static struct openapi *
wrap(const struct value *schema)
{
	g_autofree char *text = value_to_json(schema, false);
	bool own = value_member(schema, "$id") || strstr(text, "\"$id\"");
	g_autofree char *moved = own ? g_strdup(text) : move_references(text);
	g_autofree char *whole = g_strdup_printf("{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"t\",\"version\":\"1\"},\"paths\":{},\"components\":{\"schemas\":{\"S\":%s}}}", moved);
	g_autoptr(Doc) doc = doc_read_json("suite", whole, strlen(whole), NULL, NULL);
	return doc ? openapi_create(doc, NULL) : NULL;
}

/* Whether our own judge takes a valid instance: what it cannot judge here, such as remote references, is not the generator's. */
static bool
is_satisfiable(struct openapi *openapi, const struct value *node, const struct value *tests)
{
	const struct schema *schema = openapi_schema(openapi, node, NULL);
	VALUE_EACH (test, tests)
		if (schema && value_truth(value_member(test, "valid")) && schema_check(schema, value_member(test, "data"), SCHEMA_SIDE_NONE, NULL))
			return true;
	return false;
}

static void
try_group(const struct value *group, const char *file, struct score *score)
{
	static const enum schema_side sides[SIDES] = { SCHEMA_SIDE_NONE, SCHEMA_SIDE_RESPONSE };
	g_autoptr(Openapi) openapi = wrap(value_member(group, "schema"));
	const struct value *node = openapi ? value_find(doc_root(openapi_doc(openapi)), "/components/schemas/S") : NULL;
	if (!node || !is_satisfiable(openapi, node, value_member(group, "tests")))
		return;
	g_autoptr(Sampler) sampler = sampler_create(openapi, 1);
	for (unsigned i = 0; i < SIDES * 2; i++) {
		struct sample_options options = { .side = sides[i % SIDES], .fresh = i >= SIDES };
		GError *error = NULL;
		g_autoptr(Doc) doc = sample_make(sampler, node, NULL, &options, &error);
		score->made += doc != NULL;
		score->missed += doc == NULL;
		if (!doc && i == 0) {
			g_autofree char *text = value_to_json(node, false);
			g_test_message("%s: %s: %s (%s)", file, value_member_text(group, "description"), error->message, text);
		}
		g_clear_error(&error);
	}
}

static void
try_file(const char *folder, const char *name, struct score *all)
{
	struct score score = { 0 };
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autoptr(Doc) doc = doc_read_file(path, NULL);
	g_assert_nonnull(doc);
	VALUE_EACH (group, doc_root(doc))
		try_group(group, name, &score);
	if (score.missed)
		g_test_message("%s: %u made, %u missed", name, score.made, score.missed);
	all->made += score.made;
	all->missed += score.missed;
}

static void
test_suite(const void *data)
{
	const char *root = g_getenv("TEAMWRIGHT_SUITES"), *name;
	g_autofree char *folder = root ? g_build_filename(root, "json-schema", "tests", data, NULL) : NULL;
	g_autoptr(GDir) directory = folder ? g_dir_open(folder, 0, NULL) : NULL;
	struct score score = { 0 };
	if (!directory) {
		g_test_skip("TEAMWRIGHT_SUITES does not name a folder with json-schema in it");
		return;
	}
	while ((name = g_dir_read_name(directory)))
		if (g_str_has_suffix(name, ".json"))
			try_file(folder, name, &score);
	g_test_message("%u values made, %u missed", score.made, score.missed);
	g_assert_cmpuint(score.missed, ==, 0);
	g_assert_cmpuint(score.made, >=, 100);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/sample/suite/2020-12", "draft2020-12", test_suite);
	g_test_add_data_func("/sample/suite/formats", "draft2020-12/optional/format", test_suite);
	return g_test_run();
}
