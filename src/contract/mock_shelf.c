/* Where the objects of a resource are, and what is there before anybody made anything. */
#include <string.h>

#include "contract/mock_model.h"
#include "contract/resource_schema.h"
#include "contract/shape.h"

enum { ITEMS = 2, ITEMS_MAX = 1000, EXAMPLES = 20 };

size_t
mock_parameters_of(const char *path)
{
	size_t count = 0;
	for (; *path; path++)
		count += *path == '{';
	return count;
}

/* The same collection of another project is another shelf. */
static char *
shelf_key(const struct resource *resource, char *const *values)
{
	size_t count = mock_parameters_of(resource->collection);
	if (!count)
		return g_strdup(resource->collection);
	GString *key = g_string_new(resource->collection);
	for (size_t i = 0; i < count && values[i]; i++)
		g_string_append_printf(key, "\x1f%s", values[i]);
	return g_string_free(key, FALSE);
}

char *
mock_path(const struct resource *resource, char *const *values, const char *id)
{
	const struct resource *real = resource->item || !resource->home ? resource : resource->home;
	const char *at = real->item ? real->item : real->collection;
	size_t own = mock_parameters_of(real->collection), place = 0;
	GString *path = g_string_new(NULL);
	for (const char *open; (open = strchr(at, '{')); at = strchr(open, '}') + 1, place++) {
		const char *value = place < own ? values[place] : id;
		g_string_append_len(path, at, open - at);
		g_string_append_uri_escaped(path, value ? value : "", NULL, FALSE);
	}
	g_string_append(path, at);
	return g_string_free(path, FALSE);
}

bool
mock_is_tracked(const struct resource *resource)
{
	return resource->operations[RESOURCE_READ] || resource->operations[RESOURCE_LIST] || resource->operations[RESOURCE_CREATE];
}

enum parentage
mock_parentage(struct mock *mock, const struct resource *resource, char *const *values)
{
	const struct resource *parent = resource->parent;
	if (!parent || !mock_is_tracked(parent) || mock_object(mock, parent, values))
		return PARENT_THERE;
	struct shelf *shelf = mock_shelf(mock, parent, values);
	const char *id = values[mock_parameters_of(parent->collection)];
	return shelf && id && shelf_lost(shelf, id) ? PARENT_GONE : PARENT_UNKNOWN;
}

/* Puts an object on a shelf that nobody made. What cannot be made is not there. */
static struct object *
add_seed(struct mock *mock, const struct spot *spot, const char *id, const struct value *given, uint64_t variation)
{
	bool pristine = spot->shelf->version == spot->shelf->seeded_version;
	struct object *object = id && shelf_find(spot->shelf, id) ? NULL : mock_make(mock, spot, id, given, variation, STAMP_NONE, NULL);
	if (object)
		object->seeded = true;
	if (pristine)
		spot->shelf->seeded_version = spot->shelf->version;
	return object;
}

static void
add_example(struct mock *mock, const struct spot *spot, const struct value *given, unsigned most)
{
	const struct value *own = spot->resource->id_property ? value_member(given, spot->resource->id_property) : NULL;
	g_autofree char *id = value_is(own, VALUE_STRING) || value_is(own, VALUE_NUMBER) ? mock_text(own) : NULL;
	if (spot->shelf->count < most)
		add_seed(mock, spot, id, given, 1);
}

/* The items that an author shows in an example of a list or of an item. */
static void
seed_example(struct mock *mock, const struct spot *spot, const struct value *example, const char *around)
{
	if (value_is(example, VALUE_OBJECT) && around)
		example = value_member(example, around);
	if (value_is(example, VALUE_OBJECT) && value_count(example))
		add_example(mock, spot, example, EXAMPLES);
	VALUE_EACH (item, example)
		if (value_is(item, VALUE_OBJECT))
			add_example(mock, spot, item, EXAMPLES);
}

static void
seed_examples(struct mock *mock, const struct spot *spot, enum resource_role role)
{
	const struct openapi_operation *operation = spot->resource->operations[role];
	const struct mock_plan *plan = operation ? mock_plan(mock, operation) : NULL;
	const char *around = role == RESOURCE_LIST ? spot->resource->list_property : spot->resource->answer_property[role];
	if (!plan || !plan->response)
		return;
	const struct value *media = openapi_content(mock->openapi, plan->response->node, NULL, NULL);
	seed_example(mock, spot, value_member(media, "example"), around);
	VALUE_EACH_MEMBER (name, example, value_member(media, "examples"))
		seed_example(mock, spot, value_member(openapi_resolve(mock->openapi, example), "value"), around);
}

/* The collection that belongs to nobody and whose items a member such as "project_id" names. */
static const struct resource *
named_resource(const struct mock *mock, const char *member)
{
	size_t count;
	const struct resource *const *all = resources_list(mock->resources, &count);
	for (size_t i = 0; i < count; i++) {
		g_autofree char *singular = resource_singular(all[i]->name), *name = g_strdup_printf("%s_id", singular);
		bool root = !mock_parameters_of(all[i]->collection) && !all[i]->home && !all[i]->singleton && all[i]->id_property;
		if (root && lexicon_same(name, member))
			return all[i];
	}
	return NULL;
}

/* Members of a seed that name other objects name ones that are there; newly made. */
static struct doc *
link_up(struct mock *mock, const struct spot *spot, const struct value *state, unsigned number)
{
	char *none[] = { NULL };
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	VALUE_EACH_MEMBER (name, item, state) {
		bool scalar = value_is(item, VALUE_STRING) || value_is(item, VALUE_NUMBER), own = g_strcmp0(name->text, spot->resource->id_property) == 0;
		const struct resource *other = scalar && !own && g_ascii_strcasecmp(name->text, "id") != 0 ? named_resource(mock, name->text) : NULL;
		const struct shelf *shelf = other && other != spot->resource ? mock_shelf(mock, other, none) : NULL;
		const struct object *object = shelf ? shelf->first : NULL;
		for (unsigned i = shelf && shelf->count ? number % shelf->count : 0; i && object; i--)
			object = object->next;
		const struct value *id = object ? value_member(doc_root(object_doc(object)), other->id_property) : NULL;
		writer_member_value(&writer, name->text, id && id->kind == item->kind ? id : item);
	}
	writer_end(&writer);
	return writer_doc(&writer);
}

static void
link_seeds(struct mock *mock, const struct spot *spot)
{
	unsigned number = 0;
	for (struct object *object = spot->shelf->first; object; object = object->next) {
		g_autoptr(Doc) linked = link_up(mock, spot, doc_root(object_doc(object)), number++);
		shelf_change(mock->stock, object, linked);
	}
}

/* How many items a list must not have less of. */
static unsigned
least_items(struct mock *mock, const struct resource *resource)
{
	const struct openapi_operation *list = resource->operations[RESOURCE_LIST];
	const struct value *schema = list ? resource_answer_schema(mock->openapi, list) : NULL;
	const struct shape_member *member = resource->list_property ? shape_member(shape_of(mock->openapi, schema), resource->list_property) : NULL;
	int64_t least;
	schema = openapi_resolve(mock->openapi, member ? member->schema : schema);
	return value_int64(value_member(schema, "minItems"), &least) ? (unsigned)CLAMP(least, 0, EXAMPLES) : 0;
}

/* x-mock-… that counts for a collection. */
static const struct value *
said(const struct mock *mock, const struct resource *resource, const char *name)
{
	const struct value *found = NULL;
	for (unsigned role = RESOURCE_LIST; role < RESOURCE_ROLE_COUNT && !found; role++)
		found = resource->operations[role] ? mock_extension(mock, resource->operations[role], name) : NULL;
	return found;
}

/* How many items there are at the start. */
static unsigned
said_items(const struct mock *mock, const struct resource *resource)
{
	int64_t items;
	if (mock->options.items)
		return mock->options.items;
	return value_int64(said(mock, resource, "x-mock-items"), &items) ? (unsigned)CLAMP(items, 0, ITEMS_MAX) : ITEMS;
}

static void
seed(struct mock *mock, const struct spot *spot)
{
	if (mock->options.empty)
		return;
	unsigned wanted = MAX(said_items(mock, spot->resource), least_items(mock, spot->resource));
	const struct value *seeds = said(mock, spot->resource, "x-mock-seed");
	VALUE_EACH (item, seeds)
		add_example(mock, spot, item, ITEMS_MAX);
	if (seeds) {
		spot->shelf->seeded_version = spot->shelf->version;
		return;
	}
	seed_examples(mock, spot, RESOURCE_LIST);
	if (!spot->shelf->count)
		seed_examples(mock, spot, RESOURCE_READ);
	/* A multiple of the lengths of short lists of words: neighbours get neighbouring words. */
	uint64_t base = g_str_hash(spot->shelf->key) * UINT64_C(720720);
	for (unsigned i = 0; spot->shelf->count < wanted && i < wanted * 2; i++)
		add_seed(mock, spot, NULL, NULL, i ? base + i : 0);
	if (!spot->way->parent)
		link_seeds(mock, spot);
	spot->shelf->seeded_version = spot->shelf->version;
}

struct shelf *
mock_shelf(struct mock *mock, const struct resource *resource, char *const *values)
{
	const struct resource *home = resource->home ? resource->home : resource;
	/* A path without parameters is its own key. */
	struct shelf *shelf = strchr(home->collection, '{') ? NULL : stock_shelf(mock->stock, home->collection);
	if (shelf)
		return shelf;
	g_autofree char *key = shelf_key(home, values);
	shelf = stock_shelf(mock->stock, key);
	if (shelf)
		return shelf;
	bool owned = home->parent && mock_is_tracked(home->parent);
	struct object *owner = owned ? mock_object(mock, home->parent, values) : NULL;
	shelf = stock_add_shelf(mock->stock, key, owner);
	if (shelf && !home->singleton && (!owned || (owner && owner->seeded)))
		seed(mock, &(struct spot){ home, home, shelf, values });
	return shelf;
}

/* An object that is reached through its parent has to belong to it. */
static bool
belongs(const struct resource *resource, const struct object *object, char *const *values)
{
	if (!resource->home || !resource->parent || !resource->parent_property)
		return true;
	const struct value *link = value_member(doc_root(object_doc(object)), resource->parent_property);
	g_autofree char *text = link ? mock_text(link) : NULL;
	size_t place = mock_parameters_of(resource->parent->collection);
	return text && g_strcmp0(text, values[place]) == 0;
}

static bool
shows(struct mock *mock, const struct value *schema, const char *member)
{
	return schema && member && shape_member(shape_of(mock->openapi, schema), member);
}

/* One way to the items shows their ids: its list, or what its create takes or answers. */
static bool
way_reveals_ids(struct mock *mock, const struct resource *way, const char *id)
{
	const struct openapi_operation *create = way->operations[RESOURCE_CREATE], *list = way->operations[RESOURCE_LIST];
	const char *around;
	const struct value *listed = list ? resource_list_items(mock->openapi, resource_answer_schema(mock->openapi, list), way->name, true, &around) : NULL;
	if (shows(mock, listed, id))
		return true;
	if (!create || !id)
		return false;
	const struct value *body = resource_item_in(mock->openapi, resource_body_schema(mock->openapi, create), way->name, &around);
	const struct value *answer = resource_item_in(mock->openapi, resource_answer_schema(mock->openapi, create), way->name, &around);
	return shows(mock, body, id) || shows(mock, answer, id) || mock_plan(mock, create)->status == 201;
}

bool
mock_reveals_ids(struct mock *mock, const struct resource *resource)
{
	size_t count;
	const struct resource *const *all = resources_list(mock->resources, &count);
	for (size_t i = 0; i < count; i++)
		if ((all[i] == resource || all[i]->home == resource) && way_reveals_ids(mock, all[i], resource->id_property))
			return true;
	return false;
}

struct object *
mock_conjure(struct mock *mock, const struct resource *resource, char *const *values)
{
	const struct resource *home = resource->home ? resource->home : resource;
	const char *id = resource->singleton ? "" : values[mock_parameters_of(resource->collection)];
	struct shelf *shelf = id ? mock_shelf(mock, resource, values) : NULL;
	if (!shelf || shelf_lost(shelf, id) || mock_parentage(mock, resource, values) == PARENT_GONE)
		return NULL;
	struct spot spot = { home, resource, shelf, values };
	return add_seed(mock, &spot, id, NULL, shelf->count ? g_str_hash(shelf->key) + g_str_hash(id) : 0);
}

struct object *
mock_object(struct mock *mock, const struct resource *resource, char *const *values)
{
	const struct resource *home = resource->home ? resource->home : resource;
	const char *id = resource->singleton ? "" : values[mock_parameters_of(resource->collection)];
	if (!id || mock_parentage(mock, resource, values) == PARENT_GONE)
		return NULL;
	struct shelf *shelf = mock_shelf(mock, resource, values);
	struct object *object = shelf ? shelf_find(shelf, id) : NULL;
	if (!object && (home->singleton || !mock_reveals_ids(mock, home)))
		object = mock_conjure(mock, resource, values);
	return object && belongs(resource, object, values) ? object : NULL;
}

/* What another way shows as an object's own goes with it; that may take others along, so they are
 * looked up one by one. */
static void
remove_linked(struct mock *mock, const struct resource *view, const char *owner)
{
	char *none[] = { NULL };
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	struct shelf *shelf = mock_parameters_of(view->home->collection) ? NULL : mock_shelf(mock, view->home, none);
	for (const struct object *object = shelf ? shelf->first : NULL; object; object = object->next) {
		const struct value *link = value_member(doc_root(object_doc(object)), view->parent_property);
		g_autofree char *text = link ? mock_text(link) : NULL;
		if (g_strcmp0(text, owner) == 0)
			g_ptr_array_add(ids, g_strdup(object->id));
	}
	for (unsigned i = 0; i < ids->len; i++) {
		struct object *object = shelf_find(shelf, ids->pdata[i]);
		if (object)
			mock_remove(mock, view->home, object);
	}
}

void
mock_remove(struct mock *mock, const struct resource *resource, struct object *object)
{
	size_t count;
	const struct resource *const *all = resources_list(mock->resources, &count);
	g_autofree char *id = g_strdup(object->id);
	shelf_remove(mock->stock, object);
	for (size_t i = 0; i < count; i++)
		if (all[i]->parent == resource && all[i]->home && all[i]->parent_property)
			remove_linked(mock, all[i], id);
}
