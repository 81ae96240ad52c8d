/* Objects: made from what is given, completed by schema, shown as each answer wants them. */
#include <string.h>

#include "base/error.h"
#include "contract/mock_model.h"
#include "contract/resource_schema.h"
#include "contract/shape.h"
#include "contract/style.h"

enum { TRIES = 50 };

char *
mock_text(const struct value *value)
{
	int64_t number;
	if (value_is(value, VALUE_STRING))
		return g_strdup(value->text);
	/* 77 and 77.0 are one id. */
	return value_int64(value, &number) ? g_strdup_printf("%" G_GINT64_FORMAT, number) : value_to_json(value, false);
}

/* The clock of the objects goes one second a change: the same requests, the same data. */
static char *
now(struct mock *mock)
{
	const struct lexicon *lexicon = sampler_lexicon(mock->sampler, NULL);
	int64_t moment = (lexicon ? lexicon_today(lexicon) : 0) * 86400 + ++mock->ticks;
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(moment);
	return g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");
}

const struct value *
mock_id_schema(struct mock *mock, const struct resource *resource)
{
	const struct shape *shape = shape_of(mock->openapi, resource->item_schema);
	const struct shape_member *member = resource->id_property ? shape_member(shape, resource->id_property) : NULL;
	return member ? member->schema : NULL;
}

const struct value *
mock_id_parameter(const struct resource *resource)
{
	for (unsigned role = 0; role < RESOURCE_ROLE_COUNT; role++) {
		const struct openapi_operation *operation = resource->operations[role];
		if (!operation || !resource->item || strcmp(operation->path, resource->item) != 0)
			continue;
		const char *name = operation->path_names[operation->path_name_count - 1];
		for (size_t i = 0; i < operation->parameter_count; i++)
			if (operation->parameters[i].location == OPENAPI_PATH && strcmp(operation->parameters[i].name, name) == 0)
				return operation->parameters[i].value_schema;
	}
	return NULL;
}

static bool
is_numeric(struct mock *mock, const struct value *schema)
{
	unsigned kinds = shape_of(mock->openapi, schema)->kinds;
	return schema && kinds & SHAPE_KIND(VALUE_NUMBER) && !(kinds & SHAPE_KIND(VALUE_STRING));
}

static char *
id_json(struct mock *mock, const struct resource *resource, const char *id)
{
	struct writer writer;
	char *end;
	gint64 number = g_ascii_strtoll(id, &end, 10);
	writer_init(&writer, false);
	if (*id && !*end && is_numeric(mock, mock_id_schema(mock, resource)))
		writer_int(&writer, number);
	else
		writer_text(&writer, id);
	return writer_take(&writer);
}

/* A number in turn, where ids are numbers and the schemas agree. */
static char *
number_in_turn(struct mock *mock, const struct value *const *schemas, size_t count, const struct shelf *shelf)
{
	for (unsigned i = 1; i <= TRIES; i++) {
		g_autofree char *id = g_strdup_printf("%u", shelf->made + i);
		g_autoptr(Doc) doc = doc_own(id);
		struct faults faults = { 0 };
		bool fits = !shelf_find(shelf, id) && !shelf_lost(shelf, id);
		for (size_t j = 0; j < count && fits; j++)
			fits = exchange_check(mock->openapi, schemas[j], doc_root(doc), SCHEMA_SIDE_NONE, "", "", &faults);
		faults_clear(&faults);
		if (fits)
			return g_steal_pointer(&id);
	}
	return NULL;
}

char *
mock_new_id(struct mock *mock, const struct resource *resource, const struct shelf *shelf)
{
	const struct value *schemas[2] = { mock_id_schema(mock, resource), mock_id_parameter(resource) };
	size_t first = schemas[0] ? 0 : 1, count = (schemas[0] != NULL) + (schemas[1] != NULL);
	bool numeric = is_numeric(mock, schemas[0]) || is_numeric(mock, schemas[1]);
	char *id = numeric ? number_in_turn(mock, schemas + first, count, shelf) : NULL;
	for (unsigned i = 0; i < TRIES && !id; i++) {
		struct sample_options options = { .fresh = true, .variation = g_str_hash(shelf->key) + (shelf->made + 1) * UINT64_C(1000) + i };
		const char *name = resource->id_property ? resource->id_property : "id";
		g_autoptr(Doc) doc = count ? sample_make_all(mock->sampler, schemas + first, count, name, &options, NULL) : NULL;
		id = doc ? mock_text(doc_root(doc)) : g_strdup_printf("%u", shelf->made + 1 + i);
		if (shelf_find(shelf, id) || shelf_lost(shelf, id))
			g_clear_pointer(&id, g_free);
	}
	/* Where the schemas leave no other id, the object is known to the mock alone. */
	for (unsigned i = shelf->made + 1; !id; i++) {
		id = g_strdup_printf("%u", i);
		if (shelf_find(shelf, id))
			g_clear_pointer(&id, g_free);
	}
	return id;
}

const char *
mock_link_member(const struct shape *shape, const char *parameter, const char *parent)
{
	for (size_t i = 0; i < shape->count && !parent && !lexicon_same(parameter, "id"); i++)
		if (lexicon_same(shape->members[i].name, parameter))
			return shape->members[i].name;
	return parent;
}

/* Members that the path decides: the parent's id, and parameters that are members by name. */
static void
write_links(struct mock *mock, const struct spot *spot, struct writer *writer, GHashTable *written)
{
	const struct resource *way = spot->way;
	const struct shape *shape = shape_of(mock->openapi, spot->resource->item_schema);
	const char *at = way->collection;
	size_t parent = way->parent ? mock_parameters_of(way->parent->collection) : SIZE_MAX;
	for (size_t i = 0; (at = strchr(at, '{')) && spot->values[i]; i++) {
		at++;
		g_autofree char *name = g_strndup(at, strcspn(at, "}"));
		const char *member = mock_link_member(shape, name, i == parent ? way->parent_property : NULL);
		const struct shape_member *target = member ? shape_member(shape, member) : NULL;
		if (!target || !target->schema || g_strcmp0(member, spot->resource->id_property) == 0 || !g_hash_table_add(written, g_strdup(member)))
			continue;
		writer_key(writer, member);
		style_scalar(mock->openapi, spot->values[i], target->schema, writer);
	}
}

/* Times that a server sets by itself; `given` ones stay. */
static void
write_stamps(struct mock *mock, const struct resource *resource, const struct value *given, bool created, struct writer *writer, GHashTable *written)
{
	const struct shape *shape = shape_of(mock->openapi, resource->item_schema);
	const struct lexicon *lexicon = sampler_lexicon(mock->sampler, NULL);
	g_autofree char *moment = NULL;
	for (size_t i = 0; lexicon && i < shape->count; i++) {
		const struct shape_member *member = &shape->members[i];
		bool stamp = lexicon_is_stamp(lexicon, "updated", member->name) || (created && lexicon_is_stamp(lexicon, "created", member->name));
		const struct value *schema = openapi_resolve(mock->openapi, member->schema);
		if (!stamp || !member->schema || !(shape_of(mock->openapi, schema)->kinds & SHAPE_KIND(VALUE_STRING)) ||
		    (value_member(given, member->name) && !member->read_only) || !g_hash_table_add(written, g_strdup(member->name)))
			continue;
		moment = moment ? moment : now(mock);
		bool day = g_strcmp0(value_member_text(schema, "format"), "date") == 0;
		writer_key(writer, member->name);
		writer_text_n(writer, moment, day ? 10 : strlen(moment));
	}
}

static void
write_given(const struct value *given, struct writer *writer, GHashTable *written)
{
	VALUE_EACH_MEMBER (name, item, given)
		if (g_hash_table_add(written, g_strdup(name->text)))
			writer_member_value(writer, name->text, item);
}

struct doc *
mock_known(struct mock *mock, const struct spot *spot, const char *id, const struct value *given, enum stamping stamping)
{
	const struct resource *resource = spot->resource;
	g_autoptr(GHashTable) written = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	if (resource->id_property && !resource->singleton) {
		g_autofree char *json = id_json(mock, resource, id);
		g_autoptr(Doc) doc = doc_own(json);
		writer_member_value(&writer, resource->id_property, doc_root(doc));
		g_hash_table_add(written, g_strdup(resource->id_property));
	}
	write_links(mock, spot, &writer, written);
	if (stamping != STAMP_NONE)
		write_stamps(mock, resource, given, stamping == STAMP_CREATED, &writer, written);
	write_given(given, &writer, written);
	writer_end(&writer);
	return writer_doc(&writer);
}

struct doc *
mock_unite(const struct value *first, const struct value *second)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_members(&writer, first);
	VALUE_EACH_MEMBER (name, item, second)
		if (!value_member_n(first, name->text, name->length))
			writer_member_value(&writer, name->text, item);
	writer_end(&writer);
	return writer_doc(&writer);
}

/* The schema of an object in the answers of a role. */
static const struct value *
answered_schema(struct mock *mock, const struct resource *resource, enum resource_role role)
{
	const struct openapi_operation *operation = resource->operations[role];
	const char *around;
	if (!operation)
		return NULL;
	const struct value *schema = resource_answer_schema(mock->openapi, operation);
	if (role == RESOURCE_LIST)
		return resource_list_items(mock->openapi, schema, resource->name, true, &around);
	return resource_item_in(mock->openapi, schema, resource->name, &around);
}

struct doc *
mock_complete(struct mock *mock, const struct resource *resource, const struct value *known, uint64_t variation, GError **error)
{
	const struct value *seen[RESOURCE_ROLE_COUNT];
	unsigned count = 0;
	struct doc *doc = mock_unite(known, NULL);
	for (unsigned role = RESOURCE_LIST; role < RESOURCE_ROLE_COUNT; role++) {
		const struct value *schema = answered_schema(mock, resource, (enum resource_role)role);
		const struct value *real = openapi_resolve(mock->openapi, schema);
		bool again = !real;
		for (unsigned i = 0; i < count; i++)
			again |= seen[i] == real;
		if (again)
			continue;
		seen[count++] = real;
		struct sample_options options = { .side = SCHEMA_SIDE_RESPONSE, .required_only = true, .served = true, .like = doc_root(doc) };
		options.fresh = variation > 0;
		options.variation = variation;
		g_autoptr(Doc) whole = sample_make(mock->sampler, schema, resource->name, &options, error);
		if (!whole) {
			doc_unref(doc);
			return NULL;
		}
		struct doc *next = mock_unite(doc_root(whole), doc_root(doc));
		doc_unref(doc);
		doc = next;
	}
	return doc;
}

struct doc *
mock_dream(struct mock *mock, const struct resource *resource, const struct value *known, uint64_t variation, GError **error)
{
	struct sample_options options = { .side = SCHEMA_SIDE_RESPONSE, .fresh = variation > 0, .variation = variation };
	g_autoptr(Doc) all = resource->item_schema ? sample_make(mock->sampler, resource->item_schema, resource->name, &options, error) : doc_own("{}");
	return all ? mock_unite(known, doc_root(all)) : NULL;
}

struct object *
mock_make(struct mock *mock, const struct spot *spot, const char *id, const struct value *given, uint64_t variation, enum stamping stamping,
          GError **error)
{
	g_autofree char *made = id ? NULL : mock_new_id(mock, spot->resource, spot->shelf);
	id = id ? id : made;
	if (!id || shelf_find(spot->shelf, id)) {
		error_set(error, ERR_CONFLICT, "use another id", "there is an object with the id %s already", id ? id : "");
		return NULL;
	}
	g_autoptr(Doc) known = mock_known(mock, spot, id, given, stamping);
	g_autoptr(Doc) rich = given ? doc_ref(known) : mock_dream(mock, spot->resource, doc_root(known), variation, error);
	g_autoptr(Doc) whole = rich ? mock_complete(mock, spot->resource, doc_root(rich), variation, error) : NULL;
	struct object *object = whole ? shelf_add(mock->stock, spot->shelf, id, whole) : NULL;
	if (whole && !object)
		error_set(error, ERR_TOO_LARGE, "POST /__mock/reset empties it", "the mock holds as much as it can");
	return object;
}

/* True where an object is already what an answer wants: it fits, and all its members are declared. */
static bool
is_answer(struct mock *mock, const struct object *object, const struct value *schema)
{
	const struct shape *shape = shape_of(mock->openapi, schema);
	const struct schema *compiled = openapi_schema(mock->openapi, schema, NULL);
	VALUE_EACH_MEMBER (name, item, doc_root(object->doc)) {
		const struct shape_member *member = shape_member(shape, name->text);
		if (!member || member->write_only)
			return false;
	}
	return compiled && schema_check(compiled, doc_root(object->doc), SCHEMA_SIDE_RESPONSE, NULL);
}

static char *
render_like(struct mock *mock, const struct value *schema, const struct value *like, GError **error)
{
	struct sample_options options = { .side = SCHEMA_SIDE_RESPONSE, .required_only = true, .like = like };
	g_autoptr(Doc) doc = sample_make(mock->sampler, schema, NULL, &options, error);
	return doc ? value_to_json(doc_root(doc), false) : NULL;
}

const char *
mock_render(struct mock *mock, struct object *object, const struct value *schema, const char *around, GError **error)
{
	const char *known = object_rendering(object, schema);
	char *json = NULL;
	if (known)
		return known;
	if (!schema || (!around && is_answer(mock, object, schema))) {
		json = value_to_json(doc_root(object->doc), false);
	} else if (!around) {
		json = render_like(mock, schema, doc_root(object->doc), error);
	} else {
		struct writer writer;
		writer_init(&writer, false);
		writer_begin_object(&writer);
		writer_member_value(&writer, around, doc_root(object->doc));
		writer_end(&writer);
		g_autoptr(Doc) wrapped = writer_doc(&writer);
		json = render_like(mock, schema, doc_root(wrapped), error);
	}
	return json ? object_render(object, schema, json) : NULL;
}
