#include <string.h>

#include "base/error.h"
#include "team/design.h"

#define TABLE "tests/unit/data/requirements.yaml"

static struct lexicon *lexicon;

static struct doc *
design_text(const char *text)
{
	struct statement_list statements;
	struct entity_list entities;
	statements_read(lexicon, text, &statements);
	entities_read(lexicon, text, &statements, &entities);
	struct design_wishes wishes = design_wishes_read(lexicon, &statements);
	struct doc *doc = design_openapi("Test", &entities, &wishes);
	for (size_t i = 0; i < statements.count; i++)
		record_finish(&statement_record, &statements.items[i]);
	for (size_t i = 0; i < entities.count; i++)
		record_finish(&entity_record, &entities.items[i]);
	g_free(statements.items);
	g_free(entities.items);
	return doc;
}

static const struct value *
at(struct doc *doc, const char *pointer)
{
	const struct value *value = value_find(doc_root(doc), pointer);
	if (!value)
		g_error("nothing at %s", pointer);
	return value;
}

static const char *
text_at(struct doc *doc, const char *pointer)
{
	return value_text(at(doc, pointer));
}

static bool
holds(const struct value *array, const char *text)
{
	VALUE_EACH (item, array)
		if (g_strcmp0(value_text(item), text) == 0)
			return true;
	return false;
}

static const struct value *
parameter(struct doc *doc, const char *pointer, const char *name)
{
	VALUE_EACH (item, at(doc, pointer))
		if (g_strcmp0(value_member_text(item, "name"), name) == 0)
			return item;
	return NULL;
}

static void
test_tasks(void)
{
	g_autoptr(Doc) doc = design_text("tasks belong to projects; a task has a title, due date and status. Tasks have tags.");
	g_assert_cmpstr(text_at(doc, "/openapi"), ==, "3.1.0");
	g_assert_cmpuint(value_count(at(doc, "/security")), ==, 0);
	g_assert_cmpstr(text_at(doc, "/paths/~1tasks/post/responses/201/headers/Location/$ref"), ==, "#/components/headers/Location");
	g_assert_cmpstr(text_at(doc, "/paths/~1tasks~1{task_id}/patch/requestBody/content/application~1merge-patch+json/schema/$ref"), ==,
	                "#/components/schemas/TaskUpdate");
	at(doc, "/paths/~1tasks~1{task_id}/delete/responses/204");
	at(doc, "/paths/~1tasks~1{task_id}/put/responses/409");
	g_assert_cmpstr(text_at(doc, "/paths/~1projects~1{project_id}~1tasks/get/operationId"), ==, "listTasksOfProject");
	g_assert_null(parameter(doc, "/paths/~1projects~1{project_id}~1tasks/get/parameters", "project_id"));
	g_assert_nonnull(parameter(doc, "/paths/~1tasks/get/parameters", "project_id"));
	g_assert_nonnull(parameter(doc, "/paths/~1tasks/get/parameters", "status"));
	g_assert_nonnull(parameter(doc, "/paths/~1tasks/get/parameters", "due_date_from"));
	g_assert_true(holds(value_find(parameter(doc, "/paths/~1tasks/get/parameters", "sort"), "/schema/enum"), "-due_date"));
	g_assert_cmpstr(text_at(doc, "/components/schemas/Task/properties/due_date/format"), ==, "date");
	g_assert_cmpstr(text_at(doc, "/components/schemas/Task/properties/project_id/format"), ==, "uuid");
	g_assert_cmpstr(text_at(doc, "/components/schemas/Task/properties/tags/type"), ==, "array");
	g_assert_true(value_truth(at(doc, "/components/schemas/Task/properties/created_at/readOnly")));
	g_assert_true(holds(at(doc, "/components/schemas/TaskInput/required"), "title"));
	g_assert_true(holds(at(doc, "/components/schemas/TaskInput/required"), "project_id"));
	g_assert_true(holds(at(doc, "/components/schemas/Task/properties/status/enum"), "in_progress"));
	g_assert_null(value_find(doc_root(doc), "/components/schemas/TaskInput/properties/id"));
	g_assert_null(value_find(doc_root(doc), "/components/schemas/TaskUpdate/required"));
	g_assert_true(holds(at(doc, "/paths/~1projects~1{project_id}~1tasks/get/x-covers"), "S1"));
	g_assert_true(holds(at(doc, "/paths/~1tasks/get/x-covers"), "S2"));
	g_assert_true(holds(at(doc, "/components/schemas/Task/properties/title/x-covers"), "S2"));
}

static void
test_wishes(void)
{
	g_autoptr(Doc) doc = design_text("Users can log in and search articles. An article has a title. A session has a name.");
	at(doc, "/components/securitySchemes/bearer");
	g_assert_cmpuint(value_count(at(doc, "/security")), ==, 1);
	at(doc, "/paths/~1articles/get/responses/401");
	at(doc, "/paths/~1articles/get/responses/403");
	at(doc, "/components/parameters/Search");
	g_assert_nonnull(value_find(doc_root(doc), "/paths/~1access-tokens/post"));
	g_autoptr(Doc) plain = design_text("An article has a title.");
	g_assert_null(value_find(doc_root(plain), "/components/securitySchemes"));
	g_assert_null(value_find(doc_root(plain), "/components/parameters/Search"));
	g_assert_null(value_find(doc_root(plain), "/components/responses/Unauthorized"));
}

static void
test_nothing(void)
{
	struct entity_list none = { 0 };
	struct design_wishes wishes = { 0 };
	g_assert_null(design_openapi("Nothing", &none, &wishes));
}

/* References lead somewhere, and every component is referred to. */
static void
collect_references(struct doc *doc, const struct value *value, GHashTable *seen)
{
	if (value->kind == VALUE_ARRAY)
		VALUE_EACH (item, value)
			collect_references(doc, item, seen);
	VALUE_EACH_MEMBER (key, member, value) {
		if (g_str_equal(key->text, "$ref")) {
			g_assert_true(g_str_has_prefix(member->text, "#/"));
			at(doc, member->text + 1);
			g_hash_table_add(seen, (char *)member->text);
		}
		collect_references(doc, member, seen);
	}
}

static void
check_bounds(const struct value *schema, const char *where)
{
	const char *type = value_member_text(schema, "type");
	bool listed = value_member(schema, "enum") != NULL;
	if (g_strcmp0(type, "string") == 0 && !listed && !value_member(schema, "maxLength"))
		g_error("%s: a string without maxLength", where);
	if (g_strcmp0(type, "array") == 0 && !value_member(schema, "maxItems"))
		g_error("%s: an array without maxItems", where);
	if (value_member(schema, "items"))
		check_bounds(value_member(schema, "items"), where);
	VALUE_EACH_MEMBER (name, property, value_member(schema, "properties")) {
		check_bounds(property, name->text);
		if (!value_member(property, "$ref") && !value_member(property, "items") && !value_count(value_member(property, "examples")))
			g_error("%s: no example for %s", where, name->text);
	}
}

static void
check_document(struct doc *doc)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal), ids = g_hash_table_new(g_str_hash, g_str_equal);
	collect_references(doc, doc_root(doc), seen);
	VALUE_EACH_MEMBER (kind, components, at(doc, "/components")) {
		VALUE_EACH_MEMBER (name, component, components) {
			g_autofree char *ref = g_strdup_printf("#/components/%s/%s", kind->text, name->text);
			if (!g_str_equal(kind->text, "securitySchemes") && !g_hash_table_contains(seen, ref))
				g_error("%s is not used", ref);
			if (g_str_equal(kind->text, "schemas"))
				check_bounds(component, name->text);
			g_assert_true(value_is(component, VALUE_OBJECT));
		}
	}
	VALUE_EACH_MEMBER (path, methods, at(doc, "/paths")) {
		VALUE_EACH_MEMBER (method, operation, methods) {
			const char *id = value_member_text(operation, "operationId");
			if (g_str_equal(method->text, "parameters"))
				continue;
			if (!id || !g_hash_table_add(ids, (char *)id))
				g_error("%s %s: operationId is missing or taken", method->text, path->text);
			g_assert_nonnull(value_member_text(operation, "summary"));
			g_assert_nonnull(value_member_text(operation, "description"));
			g_assert_cmpuint(value_count(value_member(operation, "tags")), ==, 1);
		}
	}
}

static void
test_table(void)
{
	g_autoptr(Doc) table = doc_read_file(TABLE, NULL);
	unsigned documents = 0;
	VALUE_EACH (item, doc_root(table)) {
		g_autoptr(Doc) doc = design_text(value_member_text(item, "text"));
		if (!doc)
			continue;
		g_autoptr(Doc) again = design_text(value_member_text(item, "text"));
		g_autofree char *one = value_to_json(doc_root(doc), true), *other = value_to_json(doc_root(again), true);
		g_assert_cmpstr(one, ==, other);
		check_document(doc);
		documents++;
	}
	g_assert_cmpuint(documents, >, 30);
}

/* Names that clash, that are not ASCII, that have no plural. */
static void
test_names(void)
{
	static const char json[] =
		"{\"requirement_type\":\"research\",\"complexity\":\"simple\",\"parallelizability\":\"fully_parallel\",\"entities\":["
		"{\"name\":\"caf\xc3\xa9\",\"plural\":\"caf\xc3\xa9s\"},{\"name\":\"cafe\",\"plural\":\"cafes\"},{\"name\":\"\xe4\xbb\xbb\xe5\x8a\xa1\"},"
		"{\"name\":\"\xe9\xa1\xb9\xe7\x9b\xae\",\"relations\":[{\"kind\":\"belongs_to\",\"target\":\"\xe4\xbb\xbb\xe5\x8a\xa1\",\"statement\":\"S1\"}]},"
		"{\"name\":\"news\",\"plural\":\"news\"},{\"name\":\"9lives\",\"plural\":\"9lives\"},{\"name\":\"_\"},{\"name\":\"problem\",\"plural\":\"problems\"},{\"name\":\"cafe_input\",\"plural\":\"cafe_inputs\"},{\"name\":\"entry\",\"plural\":\"access\"},"
		"{\"name\":\"a\",\"plural\":\"as\",\"fields\":[{\"name\":\"id\",\"type\":\"string\"},{\"name\":\"created_at\",\"type\":\"string\"},{\"name\":\"b_id\",\"type\":\"string\"},{\"name\":\"x\",\"type\":\"object\"}],"
		"\"relations\":[{\"kind\":\"belongs_to\",\"target\":\"b\"},{\"kind\":\"belongs_to\",\"target\":\"gone\"},{\"kind\":\"many_to_many\",\"target\":\"cafe\"}]},"
		"{\"name\":\"b\",\"plural\":\"bs\",\"relations\":[{\"kind\":\"belongs_to\",\"target\":\"b\",\"statement\":\"S2\"}]}]}";
	g_autoptr(GError) error = NULL;
	struct analysis analysis;
	record_read_text(&analysis_record, "names", json, &analysis, &error);
	g_assert_no_error(error);
	struct design_wishes wishes = { .authentication = true, .search = true };
	g_autoptr(Doc) doc = design_openapi("Names", &analysis.entities, &wishes);
	check_document(doc);
	g_assert_nonnull(value_find(doc_root(doc), "/components/schemas/A/properties/b_id"));
	record_finish(&analysis_record, &analysis);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_autoptr(Lexicon) loaded = lexicon_load(catalogue, &error);
	g_assert_no_error(error);
	lexicon = loaded;
	g_test_add_func("/design/tasks", test_tasks);
	g_test_add_func("/design/wishes", test_wishes);
	g_test_add_func("/design/nothing", test_nothing);
	g_test_add_func("/design/table", test_table);
	g_test_add_func("/design/names", test_names);
	return g_test_run();
}
