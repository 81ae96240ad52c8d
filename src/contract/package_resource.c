/* What the standalone mock keeps: its resources and their first objects. */
#include <string.h>

#include "contract/openapi_model.h"
#include "contract/package_modelling.h"
#include "contract/resource_schema.h"

enum { SEEDS = 500, DEPTH = 3 };

/* Members that the path decides, as mock_make.c has them: place in the path, member, type. */
static void
write_links(struct modelling *modelling, const struct resource *resource)
{
	const struct resource *home = resource->home ? resource->home : resource;
	const struct shape *shape = shape_of(modelling->openapi, home->item_schema);
	size_t parent = resource->parent ? mock_parameters_of(resource->parent->collection) : SIZE_MAX;
	const char *at = resource->collection;
	writer_key(modelling->writer, "links");
	writer_begin_array(modelling->writer);
	for (size_t i = 0; (at = strchr(at, '{')); i++) {
		g_autofree char *name = g_strndup(at + 1, strcspn(at + 1, "}"));
		const char *member = mock_link_member(shape, name, i == parent ? resource->parent_property : NULL);
		const struct shape_member *target = member ? shape_member(shape, member) : NULL;
		at++;
		if (!target || !target->schema || g_strcmp0(member, home->id_property) == 0)
			continue;
		unsigned kinds = shape_of(modelling->openapi, target->schema)->kinds;
		writer_begin_array(modelling->writer);
		writer_int(modelling->writer, (int64_t)i);
		writer_text(modelling->writer, member);
		writer_text(modelling->writer, kinds & SHAPE_KIND(VALUE_STRING) ? "string" : "number");
		writer_end(modelling->writer);
	}
	writer_end(modelling->writer);
}

/* Times that a server sets: [name, true where it is a day]. */
static void
write_stamps(struct modelling *modelling, const struct resource *resource, const char *when)
{
	const struct lexicon *lexicon = sampler_lexicon(modelling->mock->sampler, NULL);
	const struct shape *shape = shape_of(modelling->openapi, resource->item_schema);
	writer_key(modelling->writer, when);
	writer_begin_array(modelling->writer);
	for (size_t i = 0; i < shape->count; i++) {
		const struct value *schema = openapi_resolve(modelling->openapi, shape->members[i].schema);
		if (!schema || !lexicon_is_stamp(lexicon, when, shape->members[i].name) || !(shape_of(modelling->openapi, schema)->kinds & SHAPE_KIND(VALUE_STRING)))
			continue;
		writer_begin_array(modelling->writer);
		writer_text(modelling->writer, shape->members[i].name);
		writer_bool(modelling->writer, g_strcmp0(value_member_text(schema, "format"), "date") == 0);
		writer_end(modelling->writer);
	}
	writer_end(modelling->writer);
}

/* A state without what each object has of its own: id and times. */
static void
write_common(struct modelling *modelling, const char *key, const struct resource *resource, struct doc *state)
{
	const struct lexicon *lexicon = sampler_lexicon(modelling->mock->sampler, NULL);
	writer_key(modelling->writer, key);
	writer_begin_object(modelling->writer);
	VALUE_EACH_MEMBER (name, item, doc_root(state)) {
		bool stamp = lexicon_is_stamp(lexicon, "created", name->text) || lexicon_is_stamp(lexicon, "updated", name->text);
		if (g_strcmp0(name->text, resource->id_property) != 0 && (!stamp || strcmp(key, "blank") != 0))
			writer_member_value(modelling->writer, name->text, item);
	}
	writer_end(modelling->writer);
}

static void
write_identity(struct modelling *modelling, const struct resource *resource)
{
	const struct value *schemas[] = { mock_id_schema(modelling->mock, resource), mock_id_parameter(resource) };
	const char *type = "text";
	for (unsigned i = 0; i < G_N_ELEMENTS(schemas); i++) {
		unsigned kinds = shape_of(modelling->openapi, schemas[i])->kinds;
		const char *format = value_member_text(openapi_resolve(modelling->openapi, schemas[i]), "format");
		if (schemas[i] && kinds & SHAPE_KIND(VALUE_NUMBER) && !(kinds & SHAPE_KIND(VALUE_STRING)) && i == 0)
			type = "number";
		else if (g_strcmp0(format, "uuid") == 0)
			type = "uuid";
	}
	if (resource->id_property)
		writer_member_text(modelling->writer, "idProperty", resource->id_property);
	writer_member_text(modelling->writer, "idType", type);
	writer_member_bool(modelling->writer, "guessed", resource->guessed);
}

static void
write_objects(struct modelling *modelling, const struct shelf *shelf)
{
	writer_begin_array(modelling->writer);
	for (const struct object *object = shelf ? shelf->first : NULL; object; object = object->next) {
		writer_begin_array(modelling->writer);
		writer_text(modelling->writer, object->id);
		writer_value(modelling->writer, doc_root(object->doc));
		writer_end(modelling->writer);
	}
	writer_end(modelling->writer);
}

/* What a collection holds whose place in the path nobody keeps. */
static void
write_usual(struct modelling *modelling, const struct resource *resource)
{
	char *values[OPENAPI_PATH_PARAMETERS + 1] = { NULL };
	size_t count = mock_parameters_of(resource->collection);
	bool needed = !resource->home && !resource->singleton && !(resource->parent && mock_is_tracked(resource->parent)) && count < OPENAPI_PATH_PARAMETERS;
	for (size_t i = 0; i < count && needed; i++)
		values[i] = (char *)(uintptr_t)"1";
	writer_key(modelling->writer, "usual");
	write_objects(modelling, needed ? mock_shelf(modelling->mock, resource, values) : NULL);
}

void
modelling_resource(struct modelling *modelling, const struct resource *resource)
{
	struct writer *writer = modelling->writer;
	g_autofree char *singular = resource_singular(resource->name);
	g_autoptr(Doc) nothing = doc_own("{}");
	g_autoptr(Doc) blank = mock_complete(modelling->mock, resource, nothing, 0, NULL);
	g_autoptr(Doc) dreamt = mock_dream(modelling->mock, resource, doc_root(nothing), 0, NULL);
	writer_begin_object(writer);
	writer_member_text(writer, "collection", resource->collection);
	if (resource->item)
		writer_member_text(writer, "item", resource->item);
	writer_member_text(writer, "singular", singular);
	modelling_number_of(modelling, "home", resource->home);
	modelling_number_of(modelling, "parent", resource->parent);
	if (resource->parent_property)
		writer_member_text(writer, "parentProperty", resource->parent_property);
	writer_member_bool(writer, "singleton", resource->singleton);
	writer_member_bool(writer, "tracked", mock_is_tracked(resource));
	writer_member_bool(writer, "reveals", mock_reveals_ids(modelling->mock, resource));
	write_identity(modelling, resource);
	write_links(modelling, resource);
	write_stamps(modelling, resource, "created");
	write_stamps(modelling, resource, "updated");
	modelling_pointer(modelling, "schema", resource->item_schema);
	modelling_members(modelling, "members", resource->item_schema);
	write_common(modelling, "blank", resource, blank);
	write_common(modelling, "dream", resource, dreamt);
	write_usual(modelling, resource);
	writer_end(writer);
}

/* The shelf of a collection and, below its objects, those of theirs. */
static void
write_seeds(struct modelling *modelling, const struct resource *resource, char **values, unsigned depth)
{
	struct shelf *shelf = mock_shelf(modelling->mock, resource, values);
	size_t count = mock_parameters_of(resource->collection);
	g_autoptr(GString) key = g_string_new(resource->collection);
	if (!shelf || modelling->seeds >= SEEDS || count + 1 >= OPENAPI_PATH_PARAMETERS)
		return;
	for (size_t i = 0; i < count; i++)
		g_string_append_printf(key, "\n%s", values[i]);
	writer_key(modelling->writer, key->str);
	write_objects(modelling, shelf);
	modelling->seeds++;
	for (const struct object *object = shelf->first; object && depth < DEPTH; object = object->next) {
		values[count] = object->id;
		for (size_t i = 0; i < modelling->resource_count; i++) {
			const struct resource *child = modelling->resources[i];
			if (child->parent == resource && !child->home && !child->singleton && mock_parameters_of(child->collection) == count + 1)
				write_seeds(modelling, child, values, depth + 1);
		}
		values[count] = NULL;
	}
}

void
modelling_seeds(struct modelling *modelling)
{
	char *values[OPENAPI_PATH_PARAMETERS + 1] = { NULL };
	writer_key(modelling->writer, "seeds");
	writer_begin_object(modelling->writer);
	for (size_t i = 0; i < modelling->resource_count; i++) {
		const struct resource *resource = modelling->resources[i];
		if (!resource->home && !resource->singleton && !mock_parameters_of(resource->collection))
			write_seeds(modelling, resource, values, 0);
	}
	writer_end(modelling->writer);
}
