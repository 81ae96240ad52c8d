#include "contract/resource.h"

#include <string.h>

#include "contract/openapi_model.h"
#include "contract/resource_said.h"
#include "contract/resource_schema.h"
#include "contract/shape.h"

const char *const resource_role_names[] = { "none", "list", "create", "read", "replace", "patch", "delete", NULL };

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHODS };

/* The operations of one path. */
struct place {
	const char *path;
	char *plain;                 /* the path with its parameters' names taken out */
	const struct openapi_operation *operations[METHODS];
};

/* What an operation does. */
struct part {
	struct resource *resource;
	enum resource_role role;
};

struct resources {
	struct openapi *openapi;
	GPtrArray *all;              /* struct resource */
	GHashTable *parts;           /* operation -> struct part */
	GHashTable *around;          /* operation -> resource */
	GPtrArray *places;
	GHashTable *by_plain;        /* plain path -> struct place */
	GHashTable *by_item;         /* plain item path -> resource */
};

static void
free_place(void *data)
{
	struct place *place = data;
	g_free(place->plain);
	g_free(place);
}

static void
free_resource(void *data)
{
	struct resource *resource = data;
	for (unsigned i = 0; i < RESOURCE_ROLE_COUNT; i++) {
		g_free(resource->body_property[i]);
		g_free(resource->answer_property[i]);
	}
	g_free(resource->name);
	g_free(resource->id_property);
	g_free(resource->parent_property);
	g_free(resource->list_property);
	g_free(resource);
}

void
resources_destroy(struct resources *resources)
{
	if (!resources)
		return;
	g_hash_table_unref(resources->by_item);
	g_hash_table_unref(resources->by_plain);
	g_ptr_array_unref(resources->places);
	g_hash_table_unref(resources->around);
	g_hash_table_unref(resources->parts);
	g_ptr_array_unref(resources->all);
	g_free(resources);
}

/* "/a/{}/b" of "/a/{id}/b"; a slash at the end makes no difference. */
static char *
plain_path(const char *path)
{
	GString *plain = g_string_new(NULL);
	for (bool inside = false; *path; path++) {
		inside = inside && *path != '}';
		if (!inside)
			g_string_append_c(plain, *path);
		inside = inside || *path == '{';
	}
	if (plain->len > 1 && plain->str[plain->len - 1] == '/')
		g_string_truncate(plain, plain->len - 1);
	return g_string_free(plain, FALSE);
}

static int
method_of(const struct openapi_operation *operation)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE" };
	for (unsigned i = 0; i < METHODS; i++)
		if (g_str_equal(methods[i], operation->method))
			return (int)i;
	return -1;
}

static void
collect_places(struct resources *resources)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(resources->openapi, &count);
	for (size_t i = 0; i < count; i++) {
		int method = resource_is_denied(&operations[i]) ? -1 : method_of(&operations[i]);
		g_autofree char *plain = plain_path(operations[i].path);
		struct place *place = g_hash_table_lookup(resources->by_plain, plain);
		if (method < 0 || strpbrk(plain, "?#"))
			continue;
		if (!place) {
			place = g_new0(struct place, 1);
			*place = (struct place){ .path = operations[i].path, .plain = g_steal_pointer(&plain) };
			g_hash_table_insert(resources->by_plain, place->plain, place);
			g_ptr_array_add(resources->places, place);
		}
		if (!place->operations[method])
			place->operations[method] = &operations[i];
	}
}

/* The place that holds an item's path without its last segment. */
static struct place *
place_above(const struct resources *resources, const char *plain)
{
	const char *slash = strrchr(plain, '/');
	g_autofree char *above = g_strndup(plain, (size_t)(slash - plain));
	return g_hash_table_lookup(resources->by_plain, above);
}

static bool
ends_with_parameter(const char *plain)
{
	const char *slash = strrchr(plain, '/');
	return slash && slash > plain && g_str_equal(slash, "/{}");
}

static char *
last_literal(const char *path)
{
	g_auto(GStrv) segments = g_strsplit(path, "/", -1);
	for (guint i = g_strv_length(segments); i > 0; i--)
		if (*segments[i - 1] && !strchr(segments[i - 1], '{'))
			return g_strdup(segments[i - 1]);
	return g_strdup("items");
}

/* The parameter in the last segment of an item's path. */
static struct openapi_parameter
item_parameter(const struct openapi *openapi, const struct place *place)
{
	const char *open = strrchr(place->path, '{');
	g_autofree char *name = g_strndup(open + 1, strcspn(open + 1, "}"));
	for (unsigned i = 0; i < METHODS; i++)
		for (size_t j = 0; place->operations[i] && j < place->operations[i]->parameter_count; j++)
			if (place->operations[i]->parameters[j].location == OPENAPI_PATH && strcmp(place->operations[i]->parameters[j].name, name) == 0)
				return place->operations[i]->parameters[j];
	return (struct openapi_parameter){ .name = g_string_chunk_insert_const(openapi->texts, name) };
}

static void
assign(struct resources *resources, struct resource *resource, enum resource_role role, const struct openapi_operation *operation)
{
	if (!operation || resource->operations[role])
		return;
	struct part *part = g_new(struct part, 1);
	*part = (struct part){ resource, role };
	resource->operations[role] = operation;
	g_hash_table_insert(resources->parts, (void *)(uintptr_t)operation, part);
}

/* Notes where the item stands in the bodies and answers of its operations. */
static void
look_into(struct resources *resources, struct resource *resource)
{
	static const enum resource_role order[] = { RESOURCE_READ, RESOURCE_CREATE, RESOURCE_REPLACE, RESOURCE_PATCH, RESOURCE_DELETE };
	struct openapi *openapi = resources->openapi;
	for (unsigned i = 0; i < G_N_ELEMENTS(order); i++) {
		const struct openapi_operation *operation = resource->operations[order[i]];
		if (!operation)
			continue;
		const char *around;
		const struct value *answer = resource_item_in(openapi, resource_answer_schema(openapi, operation), resource->name, &around);
		resource->answer_property[order[i]] = g_strdup(around);
		if (!resource->item_schema && order[i] != RESOURCE_DELETE)
			resource->item_schema = answer;
		resource_item_in(openapi, resource_body_schema(openapi, operation), resource->name, &around);
		resource->body_property[order[i]] = g_strdup(around);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(order) && !resource->item_schema; i++) {
		const char *around;
		const struct openapi_operation *operation = resource->operations[order[i]];
		if (operation)
			resource->item_schema = resource_item_in(openapi, resource_body_schema(openapi, operation), resource->name, &around);
	}
}

static struct resource *
new_resource(struct resources *resources, const char *collection, const char *item)
{
	struct resource *resource = g_new0(struct resource, 1);
	*resource = (struct resource){ .collection = collection, .item = item, .name = last_literal(collection) };
	g_ptr_array_add(resources->all, resource);
	return resource;
}

/* Takes the list operation of a place for a resource if its answer is a list. */
static void
assign_list(struct resources *resources, struct resource *resource, const struct openapi_operation *get, bool sure)
{
	const char *member = NULL;
	const struct value *schema = get ? resource_answer_schema(resources->openapi, get) : NULL;
	const struct value *items = schema ? resource_list_items(resources->openapi, schema, resource->name, sure, &member) : NULL;
	if (!items)
		return;
	assign(resources, resource, RESOURCE_LIST, get);
	resource->list_property = g_strdup(member);
	resource->item_schema = items;
}

/* What identifies an item: a member of it, or else of the answer to its creation, which may say no more than that. */
static const char *
find_identity(struct resources *resources, struct resource *resource, const struct openapi_parameter *parameter)
{
	struct openapi *openapi = resources->openapi;
	const char *found = resource_identity(openapi, resource->item_schema, parameter, resource->name, &resource->guessed), *around;
	const struct openapi_operation *create = resource->operations[RESOURCE_CREATE];
	if ((found && !resource->guessed) || !create)
		return found;
	bool guessed;
	const struct value *made = resource_item_in(openapi, resource_answer_schema(openapi, create), resource->name, &around);
	const char *other = resource_identity(openapi, made, parameter, resource->name, &guessed);
	if (!other || (found && guessed))
		return found;
	resource->guessed = guessed;
	return other;
}

static void
add_item_resource(struct resources *resources, const struct place *place)
{
	const struct place *above = place_above(resources, place->plain);
	size_t length = (size_t)(strrchr(place->path, '/') - place->path);
	g_autofree char *prefix = g_strndup(place->path, length);
	const char *collection = above ? above->path : g_string_chunk_insert_const(resources->openapi->texts, prefix);
	struct resource *resource = new_resource(resources, collection, place->path);
	/* "/shipments/{id}" above "/shipments/{id}/{segment}" is an item itself, unless it is plainly a list. */
	bool item_above = above && ends_with_parameter(above->plain);
	assign_list(resources, resource, above ? above->operations[METHOD_GET] : NULL, !item_above);
	assign(resources, resource, RESOURCE_READ, place->operations[METHOD_GET]);
	assign(resources, resource, RESOURCE_REPLACE, place->operations[METHOD_PUT]);
	assign(resources, resource, RESOURCE_PATCH, place->operations[METHOD_PATCH]);
	assign(resources, resource, RESOURCE_DELETE, place->operations[METHOD_DELETE]);
	/* There are interfaces that change an item with POST. */
	assign(resources, resource, RESOURCE_PATCH, place->operations[METHOD_POST]);
	if (above && (!item_above || resource->operations[RESOURCE_LIST])) {
		assign(resources, resource, RESOURCE_CREATE, above->operations[METHOD_POST]);
		assign(resources, resource, RESOURCE_REPLACE, above->operations[METHOD_PUT]);
		assign(resources, resource, RESOURCE_PATCH, above->operations[METHOD_PATCH]);
		assign(resources, resource, RESOURCE_DELETE, above->operations[METHOD_DELETE]);
	}
	const struct value *listed = resource->item_schema;
	resource->item_schema = NULL;
	look_into(resources, resource);
	/* The page of an item says more than its line in the list. */
	if (!resource->item_schema)
		resource->item_schema = listed;
	struct openapi_parameter parameter = item_parameter(resources->openapi, place);
	resource->id_property = g_strdup(find_identity(resources, resource, &parameter));
	g_hash_table_insert(resources->by_item, place->plain, resource);
}

/* A path without an item path below it: a list, a singleton, or neither. */
static void
add_single_path(struct resources *resources, const struct place *place)
{
	const struct openapi_operation *get = place->operations[METHOD_GET], *post = place->operations[METHOD_POST];
	g_autofree char *below = g_strconcat(place->plain, "/{}", NULL);
	if (!get || g_hash_table_contains(resources->by_plain, below))
		return;
	struct resource *resource = new_resource(resources, place->path, NULL);
	assign_list(resources, resource, get, post != NULL);
	if (resource->operations[RESOURCE_LIST]) {
		assign(resources, resource, RESOURCE_CREATE, post);
		const struct value *listed = resource->item_schema;
		look_into(resources, resource);
		resource->item_schema = listed;
		resource->id_property = g_strdup(resource_identity(resources->openapi, listed, NULL, resource->name, &resource->guessed));
		return;
	}
	bool object = resource_answer_schema(resources->openapi, get) && (place->operations[METHOD_PUT] || place->operations[METHOD_PATCH]);
	if (!object) {
		g_ptr_array_remove(resources->all, resource);
		return;
	}
	resource->singleton = true;
	assign(resources, resource, RESOURCE_READ, get);
	assign(resources, resource, RESOURCE_REPLACE, place->operations[METHOD_PUT]);
	assign(resources, resource, RESOURCE_PATCH, place->operations[METHOD_PATCH]);
	assign(resources, resource, RESOURCE_DELETE, place->operations[METHOD_DELETE]);
	look_into(resources, resource);
}

/* The resource with the longest item path that is a proper prefix of a path. */
static struct resource *
resource_above(const struct resources *resources, const char *path)
{
	g_autofree char *plain = plain_path(path);
	for (char *slash; (slash = strrchr(plain, '/')) && slash > plain;) {
		*slash = '\0';
		struct resource *found = g_hash_table_lookup(resources->by_item, plain);
		if (found)
			return found;
	}
	return NULL;
}

/* The name of the parameter with which a path names its parent. */
static char *
parent_parameter(const struct resource *resource)
{
	guint depth = 0;
	for (const char *at = resource->parent->item; *at; at++)
		depth += *at == '/';
	g_auto(GStrv) segments = g_strsplit(resource->collection, "/", -1);
	const char *segment = depth < g_strv_length(segments) ? segments[depth] : "";
	return *segment == '{' ? g_strndup(segment + 1, strcspn(segment + 1, "}")) : g_strdup("");
}

static void
find_parent(struct resources *resources, struct resource *resource)
{
	resource->parent = resource_above(resources, resource->collection);
	if (!resource->parent)
		return;
	g_autofree char *parameter = parent_parameter(resource);
	resource->parent_property = g_strdup(resource_parent_member(resources->openapi, resource->item_schema, parameter, resource->parent->name));
}

/* A link that leads to an item says which member of the answer is its identity, or names the parent. */
static void
follow_link(struct resources *resources, const struct part *from, const struct openapi_link *link)
{
	const struct part *to = link->operation ? g_hash_table_lookup(resources->parts, link->operation) : NULL;
	bool item = to && to->resource->item && strcmp(link->operation->path, to->resource->item) == 0;
	g_autofree char *member = item ? resource_linked_member(link, from->resource->answer_property[from->role]) : NULL;
	if (!member || !shape_member(shape_of(resources->openapi, from->resource->item_schema), member))
		return;
	char **property = from->resource == to->resource           ? &to->resource->id_property
	                  : from->resource->parent == to->resource ? &from->resource->parent_property
	                                                           : NULL;
	if (!property || from->role == RESOURCE_LIST)
		return;
	g_free(*property);
	*property = g_steal_pointer(&member);
	to->resource->guessed &= property != &to->resource->id_property;
}

static void
follow_links(struct resources *resources)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(resources->openapi, &count);
	for (size_t i = 0; i < count; i++) {
		const struct part *from = g_hash_table_lookup(resources->parts, &operations[i]);
		for (size_t j = 0; from && j < operations[i].response_count; j++)
			for (size_t k = 0; k < operations[i].responses[j].link_count; k++)
				follow_link(resources, from, &operations[i].responses[j].links[k]);
	}
}

/* What the author says to the mock counts more than all that was found. */
static void
take_said(struct resources *resources, struct resource *resource)
{
	const char *id = resource_said(resource, "id"), *parent = resource_said(resource, "parent"), *home = resource_said(resource, "home");
	if (id) {
		g_free(resource->id_property);
		resource->id_property = g_strdup(id);
		resource->guessed = false;
	}
	if (parent) {
		g_free(resource->parent_property);
		resource->parent_property = g_strdup(parent);
	}
	for (unsigned i = 0; home && i < resources->all->len; i++) {
		struct resource *other = resources->all->pdata[i];
		if (other != resource && !other->home && strcmp(other->collection, home) == 0)
			resource->home = other;
	}
}

static bool
is_prefix(const char *shorter, const char *longer)
{
	g_autofree char *a = plain_path(shorter), *b = plain_path(longer);
	size_t length = strlen(a);
	return strncmp(a, b, length) == 0 && b[length] == '/' && !strchr(b + length, '{');
}

/* Another way to the items of another resource: /projects/{id}/tasks beside /tasks/{id}, or
 * /pets/findByStatus beside /pets. */
static bool
is_home(const struct resource *other, const struct resource *resource)
{
	if (other == resource || other->home || other->parent == resource)
		return false;
	bool nested = resource->parent && !other->parent && strcmp(resource->name, other->name) == 0;
	return nested || (!resource->item && is_prefix(other->collection, resource->collection));
}

static void
find_homes(const struct resources *resources)
{
	g_autoptr(GHashTable) by_schema = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
	for (unsigned i = 0; i < resources->all->len; i++) {
		struct resource *resource = resources->all->pdata[i];
		const struct value *schema = openapi_resolve(resources->openapi, resource->item_schema);
		GPtrArray *same = g_hash_table_lookup(by_schema, schema);
		if (!same)
			g_hash_table_insert(by_schema, (void *)(uintptr_t)schema, same = g_ptr_array_new());
		if (resource->item)
			g_ptr_array_add(same, resource);
	}
	for (unsigned i = 0; i < resources->all->len; i++) {
		struct resource *resource = resources->all->pdata[i];
		const struct value *schema = openapi_resolve(resources->openapi, resource->item_schema);
		const GPtrArray *same = g_hash_table_lookup(by_schema, schema);
		for (unsigned j = 0; schema && !resource->singleton && j < same->len && !resource->home; j++)
			if (is_home(same->pdata[j], resource))
				resource->home = same->pdata[j];
		/* In /servers/{webId}/databases, databases with a web_id of their own do not name the server by it. */
		const char *id = resource->home ? resource->home->id_property : resource->id_property;
		if (resource->parent_property && g_strcmp0(resource->parent_property, id) == 0)
			g_clear_pointer(&resource->parent_property, g_free);
	}
}

static void
find_surroundings(struct resources *resources)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(resources->openapi, &count);
	for (size_t i = 0; i < count; i++) {
		struct resource *above = g_hash_table_contains(resources->parts, &operations[i]) ? NULL : resource_above(resources, operations[i].path);
		if (above)
			g_hash_table_insert(resources->around, (void *)(uintptr_t)&operations[i], above);
	}
}

struct resources *
resources_infer(struct openapi *openapi)
{
	struct resources *resources = g_new0(struct resources, 1);
	resources->openapi = openapi;
	resources->all = g_ptr_array_new_with_free_func(free_resource);
	resources->parts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	resources->around = g_hash_table_new(NULL, NULL);
	resources->places = g_ptr_array_new_with_free_func(free_place);
	resources->by_plain = g_hash_table_new(g_str_hash, g_str_equal);
	resources->by_item = g_hash_table_new(g_str_hash, g_str_equal);
	collect_places(resources);
	for (unsigned i = 0; i < resources->places->len; i++) {
		const struct place *place = resources->places->pdata[i];
		if (ends_with_parameter(place->plain))
			add_item_resource(resources, place);
		else
			add_single_path(resources, place);
	}
	for (unsigned i = 0; i < resources->all->len; i++)
		find_parent(resources, resources->all->pdata[i]);
	follow_links(resources);
	find_homes(resources);
	for (unsigned i = 0; i < resources->all->len; i++)
		take_said(resources, resources->all->pdata[i]);
	find_surroundings(resources);
	return resources;
}

const struct resource *const *
resources_list(const struct resources *resources, size_t *ret_count)
{
	*ret_count = resources->all->len;
	return (const struct resource *const *)resources->all->pdata;
}

const struct resource *
resources_of(const struct resources *resources, const struct openapi_operation *operation, enum resource_role *ret_role)
{
	const struct part *part = g_hash_table_lookup(resources->parts, operation);
	*ret_role = part ? part->role : RESOURCE_NONE;
	return part ? part->resource : NULL;
}

const struct resource *
resources_around(const struct resources *resources, const struct openapi_operation *operation)
{
	return g_hash_table_lookup(resources->around, operation);
}
