/* Documents of several files: relative ones, JSON and YAML, names of their own, cycles, and what is refused. */
#include "contract/openapi.h"

#include "contract_text.h"
#include "expect.h"

struct folder {
	char *path, *main;
};

static struct folder
folder_of(const char *const *files)
{
	struct folder folder = { .path = temporary_folder() };
	for (unsigned i = 0; files[i]; i += 2)
		write_file(folder.path, files[i], files[i + 1]);
	folder.main = g_build_filename(folder.path, files[0], NULL);
	return folder;
}

static void
folder_clear(struct folder *folder)
{
	remove_folder(folder->path);
	g_free(folder->path);
	g_free(folder->main);
}

static struct openapi *
read_folder(const char *const *files, struct folder *ret_folder)
{
	GError *error = NULL;
	*ret_folder = folder_of(files);
	struct openapi *openapi = openapi_read_file(ret_folder->main, &error);
	g_assert_no_error(error);
	return openapi;
}

static const char *
type_at(const struct openapi *openapi, const char *name)
{
	const struct value *node = value_member(value_find(doc_root(openapi_doc(openapi)), "/components/schemas"), name);
	g_assert_nonnull(node);
	return value_member_text(openapi_resolve(openapi, node), "type");
}

static bool
fits(struct openapi *openapi, const char *name, const char *instance)
{
	GError *error = NULL;
	g_autoptr(Doc) doc = doc_from_text(instance);
	const struct value *node = value_member(value_find(doc_root(openapi_doc(openapi)), "/components/schemas"), name);
	const struct schema *schema = openapi_schema(openapi, node, &error);
	g_assert_no_error(error);
	return schema_check(schema, doc_root(doc), SCHEMA_SIDE_NONE, NULL);
}

static const char *const spread[] = {
	"main.yaml",
	"openapi: 3.1.0\n"
	"paths:\n"
	"  /a: {$ref: 'paths/a b.json'}\n"
	"components:\n"
	"  schemas:\n"
	"    Tree: {$ref: 'schemas.yaml#/Tree'}\n"
	"    Anchored: {$ref: 'schemas.yaml#leaf'}\n"
	"    Whole: {$ref: './whole.json'}\n"
	"    Encoded: {$ref: 'schemas.yaml#/with%20space'}\n"
	"    Pets: {oneOf: [{$ref: '#/components/schemas/Whole'}], discriminator: {propertyName: kind, mapping: {cat: 'cats.json#/Cat', dog: Dog.v2}}}\n",
	"paths/a b.json",
	"{\"get\": {\"operationId\": \"a\", \"parameters\": [{\"$ref\": \"../main.yaml#/components/parameters/none\"}, {\"name\": \"q\", \"in\": \"query\"}],"
	" \"responses\": {\"200\": {\"content\": {\"text/plain\": {\"examples\": {\"one\": {\"$ref\": \"../examples.yaml#/One\"}, \"lost\": {\"$ref\": \"#/no\"}}}},"
	" \"links\": {\"next\": {\"operationRef\": \"../other.yaml#/paths/~1b/get\"}}, \"x-ok\": 1}, \"404\": {\"$ref\": \"../shared.yml#/Ok\"}}}}",
	"schemas.yaml",
	"Tree: {type: object, required: [leaf], properties: {leaf: {$ref: '#/Leaf'}, back: {$ref: 'main.yaml#/components/schemas/Tree'}}}\n"
	"Leaf: {$anchor: leaf, type: integer}\n"
	"with space: {type: boolean}\n",
	"whole.json", "{\"type\": \"string\", \"$ref\": \"schemas.yaml\"}",
	"shared.yml", "Ok: {description: fine}\n",
	"cats.json", "{\"Cat\": {\"type\": \"object\"}}",
	"examples.yaml", "One: {value: 1}\n",
	"other.yaml", "openapi: 3.1.0\npaths: {/b: {get: {operationId: b}}}\n",
	NULL,
};

static void
test_spread(void)
{
	struct folder folder = folder_of(spread);
	GError *error = NULL;
	/* One reference is wrong: it is named with the place where it stands. */
	g_assert_null(openapi_read_file(folder.main, &error));
	expect_error(&error, ERR_INVALID, "paths/a b.json:1:");
	g_autofree char *parameters = g_strconcat(spread[1], "  parameters: {none: {name: p, in: query}}\n", NULL);
	write_file(folder.path, "main.yaml", parameters);
	g_autoptr(Openapi) openapi = openapi_read_file(folder.main, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(openapi_operation(openapi, "a")->parameter_count, ==, 2);
	g_assert_cmpstr(type_at(openapi, "Tree"), ==, "object");
	g_assert_cmpstr(type_at(openapi, "Anchored"), ==, "integer");
	g_assert_cmpstr(type_at(openapi, "Encoded"), ==, "boolean");
	g_assert_true(fits(openapi, "Tree", "{'leaf': 1, 'back': {'leaf': 2}}"));
	g_assert_false(fits(openapi, "Tree", "{'leaf': 1, 'back': {'leaf': 'x'}}"));
	g_assert_true(fits(openapi, "Anchored", "1"));
	const struct openapi_response *fine = openapi_response_for(openapi_operation(openapi, "a"), 200);
	const struct value *examples = value_member(openapi_content(openapi, fine->node, NULL, NULL), "examples");
	g_assert_nonnull(value_member(openapi_resolve(openapi, value_member(examples, "one")), "value"));
	g_assert_null(openapi_resolve(openapi, value_member(examples, "lost")));
	/* An operation of another document is no operation of this one. */
	g_assert_cmpuint(fine->link_count, ==, 1);
	g_assert_null(fine->links[0].operation);
	g_autofree char *remarks = g_strjoinv("\n", (char **)(uintptr_t)openapi_remarks(openapi));
	g_assert_nonnull(strstr(remarks, "\"#/no\" leads nowhere"));
	g_assert_nonnull(strstr(remarks, "is no operation of this document"));
	g_assert_null(strstr(remarks, "examples.yaml"));
	folder_clear(&folder);
}

static const char *const named[] = {
	"main.yaml",
	"openapi: 3.2.0\n"
	"$self: https://example.com/api/main.yaml\n"
	"paths: {}\n"
	"components:\n"
	"  schemas:\n"
	"    Own: {$ref: 'https://example.com/api/main.yaml#/components/schemas/Plain'}\n"
	"    Plain: {type: boolean}\n"
	"    Neighbour: {$ref: 'https://example.com/api/parts/n.json#/N'}\n"
	"    Relative: {$ref: 'parts/n.json#/N'}\n"
	"    Told: {$ref: 'https://elsewhere.example/told'}\n"
	"    Item: {$id: 'https://ids.example/item', type: object, properties: {size: {$ref: '#/$defs/size'}, tag: {$ref: tag}, name: {$ref: '#top'}},"
	" $defs: {size: {type: integer}, top: {$anchor: top, type: string}}}\n"
	"    Tag: {$id: 'https://ids.example/tag', type: array}\n",
	"parts/n.json", "{\"N\": {\"type\": \"number\"}}",
	NULL,
};

static void
test_named(void)
{
	struct folder folder;
	const char *files[] = { named[0], NULL, named[2], named[3], NULL };
	g_auto(GStrv) lines = g_strsplit(named[1], "    Told: {$ref: 'https://elsewhere.example/told'}\n", 2);
	g_autofree char *main = g_strjoinv("", lines);
	files[1] = main;
	g_autoptr(Openapi) openapi = read_folder(files, &folder);
	g_assert_cmpstr(type_at(openapi, "Own"), ==, "boolean");
	g_assert_cmpstr(type_at(openapi, "Neighbour"), ==, "number");
	g_assert_cmpstr(type_at(openapi, "Relative"), ==, "number");
	const struct value *item = value_find(doc_root(openapi_doc(openapi)), "/components/schemas/Item/properties");
	g_assert_cmpstr(value_member_text(openapi_resolve(openapi, value_member(item, "size")), "type"), ==, "integer");
	g_assert_cmpstr(value_member_text(openapi_resolve(openapi, value_member(item, "tag")), "type"), ==, "array");
	g_assert_cmpstr(value_member_text(openapi_resolve(openapi, value_member(item, "name")), "type"), ==, "string");
	g_assert_true(fits(openapi, "Item", "{'size': 1, 'tag': [], 'name': 'x'}"));
	g_assert_false(fits(openapi, "Item", "{'tag': 1}"));
	g_assert_true(fits(openapi, "Own", "true"));
	g_assert_false(fits(openapi, "Own", "1"));
	g_assert_cmpstr(openapi_remarks(openapi)[0], ==, NULL);
	folder_clear(&folder);
	g_autoptr(Openapi) missing = read_folder(named, &folder);
	g_assert_nonnull(strstr(openapi_remarks(missing)[0], "\"https://elsewhere.example/told\" leads to no place"));
	folder_clear(&folder);
}

static const struct {
	const char *reference;
	enum error_code code;
	const char *what;
} refused[] = {
	{ "https://example.com/a.json#/x", ERR_INVALID, "nothing is fetched" },
	{ "file:///etc/hostname", ERR_INVALID, "nothing is fetched" },
	{ "/etc/hostname", ERR_INVALID, "it is absolute" },
	{ "none.yaml#/x", ERR_INPUT, "none.yaml" },
	{ "main.yaml#/none", ERR_INVALID, "leads nowhere" },
	{ "main.yaml#none", ERR_INVALID, "leads nowhere" },
	{ "broken.json", ERR_INPUT, "broken.json:1:3" },
	{ "#/%zz", ERR_INVALID, "leads nowhere" },
};

static void
test_refused(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(refused); i++) {
		GError *error = NULL;
		g_autofree char *text = g_strdup_printf("openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: {$ref: '%s'}}}\n", refused[i].reference);
		const char *files[] = { "main.yaml", text, "broken.json", "{ x", NULL };
		struct folder folder = folder_of(files);
		g_assert_null(openapi_read_file(folder.main, &error));
		g_assert_nonnull(error);
		g_assert_nonnull(strstr(error->message, "main.yaml:3:34"));
		expect_error(&error, refused[i].code, refused[i].what);
		folder_clear(&folder);
	}
}

/* A chain of files that goes on for longer than anybody means it to. */
static void
test_many(void)
{
	GError *error = NULL;
	g_autofree char *path = temporary_folder(), *main = g_build_filename(path, "main.yaml", NULL);
	write_file(path, "main.yaml", "openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: {$ref: 'f0.yaml'}}}\n");
	for (unsigned i = 0; i < 600; i++) {
		g_autofree char *name = g_strdup_printf("f%u.yaml", i), *text = g_strdup_printf("items: {$ref: 'f%u.yaml'}\n", (i + 1) % 600);
		write_file(path, name, text);
	}
	g_assert_null(openapi_read_file(main, &error));
	expect_error(&error, ERR_INVALID, "more than 512 files");
	write_file(path, "f300.yaml", "items: {$ref: 'f0.yaml'}\n");
	g_autoptr(Openapi) openapi = openapi_read_file(main, &error);
	g_assert_no_error(error);
	g_assert_true(fits(openapi, "A", "[[[[[1], []]]]]"));
	remove_folder(path);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/openapi-files/spread", test_spread);
	g_test_add_func("/openapi-files/named", test_named);
	g_test_add_func("/openapi-files/refused", test_refused);
	g_test_add_func("/openapi-files/many", test_many);
	return g_test_run();
}
