/* Resources from documents alone: roles, ids, parents, lists inside objects, wrappers, other ways to the same items. */
#include "contract/resource.h"

#include "contract_text.h"

#define ITEM "{type: object, properties: {id: {type: integer}, name: {type: string}, project_id: {type: integer}}}"
#define PROJECT "{type: object, properties: {id: {type: integer}, name: {type: string}}}"
#define ANSWER(schema) "responses: {'200': {content: {application/json: {schema: " schema "}}}}"
#define BODY(schema) "requestBody: {content: {application/json: {schema: " schema "}}}"
#define LIST(schema) ANSWER("{type: array, items: " schema "}")

/* A document of paths, and what each operation is: "METHOD path role resource", sorted as the document has them. */
static const struct role_case {
	const char *name, *paths, *roles;
} role_cases[] = {
	{ "crud",
	  "  /tasks: {get: {" LIST(ITEM) "}, post: {" BODY(ITEM) ", " ANSWER(ITEM) "}}\n"
	  "  '/tasks/{id}': {get: {" ANSWER(ITEM) "}, put: {" BODY(ITEM) ", " ANSWER(ITEM) "}, patch: {" BODY(ITEM) ", " ANSWER(ITEM) "}, delete: {responses: {'204': {}}}}\n",
	  "GET /tasks list tasks\nPOST /tasks create tasks\nGET /tasks/{id} read tasks\nPUT /tasks/{id} replace tasks\nPATCH /tasks/{id} patch tasks\n"
	  "DELETE /tasks/{id} delete tasks\n" },
	{ "a list inside an object",
	  "  /tasks: {get: {" ANSWER("{type: object, properties: {data: {type: array, items: " ITEM "}, total: {type: integer}}}") "}}\n"
	  "  '/tasks/{id}': {get: {" ANSWER(ITEM) "}}\n",
	  "GET /tasks list tasks\nGET /tasks/{id} read tasks\n" },
	{ "an action",
	  "  '/tasks/{id}': {get: {" ANSWER(ITEM) "}}\n"
	  "  '/tasks/{id}/close': {post: {" ANSWER(ITEM) "}}\n",
	  "GET /tasks/{id} read tasks\nPOST /tasks/{id}/close none -\n" },
	{ "one thing",
	  "  /profile: {get: {" ANSWER(ITEM) "}, put: {" BODY(ITEM) ", " ANSWER(ITEM) "}}\n",
	  "GET /profile read profile\nPUT /profile replace profile\n" },
	{ "a report",
	  "  /health: {get: {" ANSWER("{type: object, properties: {status: {type: string}}}") "}}\n",
	  "GET /health none -\n" },
	{ "a change with POST",
	  "  /tasks: {post: {" BODY(ITEM) ", " ANSWER(ITEM) "}}\n"
	  "  '/tasks/{id}': {get: {" ANSWER(ITEM) "}, post: {" BODY(ITEM) ", " ANSWER(ITEM) "}}\n",
	  "POST /tasks create tasks\nGET /tasks/{id} read tasks\nPOST /tasks/{id} patch tasks\n" },
	{ "a slash at the end",
	  "  /tasks/: {get: {" LIST(ITEM) "}}\n"
	  "  '/tasks/{id}/': {get: {" ANSWER(ITEM) "}}\n",
	  "GET /tasks/ list tasks\nGET /tasks/{id}/ read tasks\n" },
};

static struct openapi *
openapi_of(const char *paths)
{
	g_autofree char *text = g_strconcat("openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n", paths, NULL);
	return openapi_from_text(text);
}

/* Lines sorted: the order of methods in a path is not what is tested. */
static char *
sorted(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	for (char **line = lines; *line; line++)
		g_ptr_array_add(list, *line);
	for (unsigned i = 1; i < list->len; i++)
		for (unsigned j = i; j && strcmp(list->pdata[j - 1], list->pdata[j]) > 0; j--) {
			void *swap = list->pdata[j];
			list->pdata[j] = list->pdata[j - 1];
			list->pdata[j - 1] = swap;
		}
	g_ptr_array_add(list, NULL);
	return g_strjoinv("\n", (char **)list->pdata);
}

static void
test_roles(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(role_cases); i++) {
		g_autoptr(Openapi) openapi = openapi_of(role_cases[i].paths);
		g_autoptr(Resources) resources = resources_infer(openapi);
		g_autoptr(GString) text = g_string_new(NULL);
		size_t count;
		const struct openapi_operation *operations = openapi_operations(openapi, &count);
		for (size_t j = 0; j < count; j++) {
			enum resource_role role;
			const struct resource *resource = resources_of(resources, &operations[j], &role);
			g_string_append_printf(text, "%s %s %s %s\n", operations[j].method, operations[j].path, resource_role_names[role],
			                       resource ? resource->name : "-");
		}
		g_autofree char *found = sorted(text->str), *wanted = sorted(role_cases[i].roles);
		g_test_message("%s", role_cases[i].name);
		g_assert_cmpstr(found, ==, wanted);
	}
}

static const struct resource *
resource_at(const struct resources *resources, const char *collection)
{
	size_t count;
	const struct resource *const *all = resources_list(resources, &count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i]->collection, collection) == 0)
			return all[i];
	return NULL;
}

static const char nested[] =
	"  /projects: {get: {" LIST(PROJECT) "}}\n"
	"  '/projects/{project_id}': {get: {" ANSWER(PROJECT) "}}\n"
	"  '/projects/{project_id}/tasks': {get: {" LIST(ITEM) "}, post: {" BODY(ITEM) ", " ANSWER(ITEM) "}}\n"
	"  '/projects/{project_id}/tasks/{task_id}': {get: {" ANSWER(ITEM) "}}\n"
	"  '/projects/{project_id}/tasks/{task_id}/close': {post: {" ANSWER(ITEM) "}}\n";

static void
test_parents(void)
{
	g_autoptr(Openapi) openapi = openapi_of(nested);
	g_autoptr(Resources) resources = resources_infer(openapi);
	const struct resource *projects = resource_at(resources, "/projects"), *tasks = resource_at(resources, "/projects/{project_id}/tasks");
	g_assert_null(projects->parent);
	g_assert_cmpstr(projects->item, ==, "/projects/{project_id}");
	g_assert_cmpstr(projects->id_property, ==, "id");
	g_assert_true(tasks->parent == projects);
	g_assert_cmpstr(tasks->parent_property, ==, "project_id");
	g_assert_cmpstr(tasks->id_property, ==, "id");
	g_assert_true(resources_around(resources, operation_named(openapi, "POST /projects/{project_id}/tasks/{task_id}/close")) == tasks);
	g_assert_null(resources_around(resources, operation_named(openapi, "GET /projects")));
}

static const char homes[] =
	"  '/projects/{projectId}': {get: {" ANSWER(PROJECT) "}}\n"
	"  '/projects/{projectId}/tasks': {get: {" LIST("{$ref: '#/components/schemas/Task'}") "}}\n"
	"  '/tasks/{taskId}': {get: {" ANSWER("{$ref: '#/components/schemas/Task'}") "}}\n"
	"  /tasks/overdue: {get: {" LIST("{$ref: '#/components/schemas/Task'}") "}}\n"
	"components: {schemas: {Task: " ITEM "}}\n";

/* The same items by several ways live in one place. */
static void
test_homes(void)
{
	g_autoptr(Openapi) openapi = openapi_of(homes);
	g_autoptr(Resources) resources = resources_infer(openapi);
	const struct resource *tasks = resource_at(resources, "/tasks");
	g_assert_null(tasks->home);
	g_assert_true(resource_at(resources, "/projects/{projectId}/tasks")->home == tasks);
	g_assert_cmpstr(resource_at(resources, "/projects/{projectId}/tasks")->parent_property, ==, "project_id");
	g_assert_true(resource_at(resources, "/tasks/overdue")->home == tasks);
}

static const char wrapped[] =
	"  /tasks:\n"
	"    get: {" ANSWER("{type: object, properties: {tasks: {type: array, items: " ITEM "}, meta: {type: object}}}") "}\n"
	"    post: {" BODY("{type: object, properties: {task: " ITEM "}}") ", " ANSWER("{type: object, properties: {task: " ITEM "}}") "}\n"
	"  '/tasks/{slug}': {get: {" ANSWER("{type: object, properties: {task: {type: object, properties: {slug: {type: string}, name: {type: string}}}}}") "}}\n";

static void
test_wrappers(void)
{
	g_autoptr(Openapi) openapi = openapi_of(wrapped);
	g_autoptr(Resources) resources = resources_infer(openapi);
	const struct resource *tasks = resource_at(resources, "/tasks");
	g_assert_cmpstr(tasks->list_property, ==, "tasks");
	g_assert_cmpstr(tasks->body_property[RESOURCE_CREATE], ==, "task");
	g_assert_cmpstr(tasks->answer_property[RESOURCE_CREATE], ==, "task");
	g_assert_cmpstr(tasks->answer_property[RESOURCE_READ], ==, "task");
	g_assert_cmpstr(tasks->id_property, ==, "slug");
}

static void
test_singular(void)
{
	static const char *const pairs[][2] = {
		{ "tasks", "task" },   { "categories", "category" }, { "boxes", "box" }, { "addresses", "address" }, { "statuses", "status" },
		{ "branches", "branch" }, { "notes", "note" }, { "houses", "house" }, { "people", "person" }, { "children", "child" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *singular = resource_singular(pairs[i][0]);
		g_assert_cmpstr(singular, ==, pairs[i][1]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/resource/roles", test_roles);
	g_test_add_func("/resource/parents", test_parents);
	g_test_add_func("/resource/homes", test_homes);
	g_test_add_func("/resource/wrappers", test_wrappers);
	g_test_add_func("/resource/singular", test_singular);
	return g_test_run();
}
