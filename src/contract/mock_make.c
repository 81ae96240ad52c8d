/* Objects: made from what is given, completed by schema, shown as each answer wants them. */
#include <string.h>

#include "base/error.h"
#include "contract/mock_model.h"
#include "contract/resource_schema.h"
#include "contract/shape.h"
#include "contract/style.h"

enum { TRIES = 50, WRITTEN = 64 };

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
	const struct openapi_operation *create = resource->operations[RESOURCE_CREATE];
	const char *around;
	if (!member && resource->id_property && create) {
		/* Only the answer to its creation tells it. */
		const struct value *made = resource_item_in(mock->openapi, resource_answer_schema(mock->openapi, create), resource->name, &around);
		member = shape_member(shape_of(mock->openapi, made), resource->id_property);
	}
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

/* An id as a member has it. */
static void
write_id(const struct mould *mould, const char *id, struct writer *writer)
{
	char *end;
	gint64 number = g_ascii_strtoll(id, &end, 10);
	if (*id && !*end && mould->numbered)
		writer_int(writer, number);
	else
		writer_text(writer, id);
}

/* True where a number fits the schemas of the ids. */
static bool
is_id(const struct mould *mould, const struct value *number)
{
	for (unsigned i = 0; i < mould->id_count; i++)
		if (mould->id_checks[i] && !schema_check(mould->id_checks[i], number, SCHEMA_SIDE_NONE, NULL))
			return false;
	return true;
}

/* Decimal text; returns its length. */
static size_t
write_number(char *text, unsigned number)
{
	char digits[MOCK_NUMBER];
	size_t count = 0;
	do
		digits[count++] = (char)('0' + number % 10);
	while (number /= 10);
	for (size_t i = 0; i < count; i++)
		text[i] = digits[count - 1 - i];
	text[count] = '\0';
	return count;
}

bool
mock_next_number(const struct mould *mould, const struct shelf *shelf, char *text)
{
	for (unsigned i = 1; i <= TRIES; i++) {
		struct value number = { .kind = VALUE_NUMBER, .span = 1, .integer = true, .text = text };
		number.length = (uint32_t)write_number(text, shelf->made + i);
		if (!shelf_find(shelf, text) && !shelf_lost(shelf, text) && is_id(mould, &number))
			return true;
	}
	return false;
}

/* A new id for a shelf; newly allocated. */
static char *
new_id(struct mock *mock, const struct resource *resource, const struct shelf *shelf)
{
	const struct mould *mould = mock_mould(mock, resource);
	char number[MOCK_NUMBER], *id = mould->counted && mock_next_number(mould, shelf, number) ? g_strdup(number) : NULL;
	for (unsigned i = 0; i < TRIES && !id; i++) {
		struct sample_options options = { .fresh = true, .variation = g_str_hash(shelf->key) + (shelf->made + 1) * UINT64_C(1000) + i };
		const char *name = resource->id_property ? resource->id_property : "id";
		g_autoptr(Doc) doc = mould->id_count ? sample_make_all(mock->sampler, mould->id_schemas, mould->id_count, name, &options, NULL) : NULL;
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

/* Names of members that are written already; beyond the bound, links and times are left out. */
struct written {
	const char *names[WRITTEN];
	unsigned count;
};

static bool
is_written(const struct written *written, const char *name)
{
	for (unsigned i = 0; i < written->count; i++)
		if (strcmp(written->names[i], name) == 0)
			return true;
	return false;
}

/* False where it is written already. */
static bool
add_written(struct written *written, const char *name)
{
	if (written->count == WRITTEN || is_written(written, name))
		return false;
	written->names[written->count++] = name;
	return true;
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
write_links(struct mock *mock, const struct spot *spot, struct writer *writer, struct written *written)
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
		if (!target || !target->schema || g_strcmp0(member, spot->resource->id_property) == 0 || !add_written(written, member))
			continue;
		writer_key(writer, member);
		style_scalar(mock->openapi, spot->values[i], target->schema, writer);
	}
}

/* Times that a server sets by itself; `given` ones stay. */
static void
write_stamps(struct mock *mock, const struct mould *mould, const struct value *given, bool created, struct writer *writer, struct written *written)
{
	g_autofree char *moment = NULL;
	for (size_t i = 0; i < mould->stamp_count; i++) {
		const struct stamp *stamp = &mould->stamps[i];
		bool mine = stamp->member->read_only || !value_member(given, stamp->member->name);
		if (!mine || !(stamp->updated || created) || !add_written(written, stamp->member->name))
			continue;
		moment = moment ? moment : now(mock);
		writer_key(writer, stamp->member->name);
		writer_text_n(writer, moment, stamp->day ? 10 : strlen(moment));
	}
}

struct doc *
mock_known(struct mock *mock, const struct spot *spot, const char *id, const struct value *given, enum stamping stamping)
{
	const struct resource *resource = spot->resource;
	const struct mould *mould = mock_mould(mock, resource);
	struct written written = { .count = 0 };
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	if (resource->id_property && !resource->singleton) {
		writer_key(&writer, resource->id_property);
		write_id(mould, id, &writer);
		add_written(&written, resource->id_property);
	}
	write_links(mock, spot, &writer, &written);
	if (stamping != STAMP_NONE)
		write_stamps(mock, mould, given, stamping == STAMP_CREATED, &writer, &written);
	VALUE_EACH_MEMBER (name, item, given)
		if (!is_written(&written, name->text))
			writer_member_value(&writer, name->text, item);
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

/* One view of an object, and what it leaves out, at every depth. */
static void
write_view(const struct value *view, const struct value *known, struct writer *writer)
{
	bool objects = value_is(view, VALUE_OBJECT) && value_is(known, VALUE_OBJECT);
	bool arrays = value_is(view, VALUE_ARRAY) && value_is(known, VALUE_ARRAY) && value_count(view) == value_count(known);
	if (objects) {
		writer_begin_object(writer);
		VALUE_EACH_MEMBER (name, item, view) {
			writer_key(writer, name->text);
			write_view(item, value_member_n(known, name->text, name->length), writer);
		}
		VALUE_EACH_MEMBER (name, item, known)
			if (!value_member_n(view, name->text, name->length))
				writer_member_value(writer, name->text, item);
		writer_end(writer);
	} else if (arrays) {
		writer_begin_array(writer);
		for (size_t i = 0; i < value_count(view); i++)
			write_view(value_item(view, i), value_item(known, i), writer);
		writer_end(writer);
	} else {
		writer_value(writer, view);
	}
}

static struct doc *
add_view(const struct value *view, const struct value *known)
{
	struct writer writer;
	writer_init(&writer, false);
	write_view(view, known, &writer);
	return writer_doc(&writer);
}

struct doc *
mock_complete(struct mock *mock, const struct resource *resource, struct doc *known, uint64_t variation, GError **error)
{
	const struct mould *mould = mock_mould(mock, resource);
	struct doc *doc = doc_ref(known);
	for (unsigned i = 0; i < mould->view_count; i++) {
		if (mock_is_whole(mock, mould->views[i], doc_root(doc)))
			continue;
		struct sample_options options = { .side = SCHEMA_SIDE_RESPONSE, .required_only = true, .served = true, .like = doc_root(doc) };
		options.fresh = variation > 0;
		options.variation = variation;
		g_autoptr(Doc) whole = sample_make(mock->sampler, mould->views[i], resource->name, &options, error);
		struct doc *next = whole ? add_view(doc_root(whole), doc_root(doc)) : NULL;
		doc_unref(doc);
		if (!next)
			return NULL;
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
	g_autofree char *made = id ? NULL : new_id(mock, spot->resource, spot->shelf);
	id = id ? id : made;
	if (!id || shelf_find(spot->shelf, id)) {
		error_set(error, ERR_CONFLICT, "use another id", "there is an object with the id %s already", id ? id : "");
		return NULL;
	}
	g_autoptr(Doc) known = mock_known(mock, spot, id, given, stamping);
	g_autoptr(Doc) rich = given ? doc_ref(known) : mock_dream(mock, spot->resource, doc_root(known), variation, error);
	g_autoptr(Doc) whole = rich ? mock_complete(mock, spot->resource, rich, variation, error) : NULL;
	struct object *object = whole ? shelf_add(mock->stock, spot->shelf, id, whole) : NULL;
	if (whole && !object)
		error_set(error, ERR_TOO_LARGE, "POST /__mock/reset empties it", "the mock holds as much as it can");
	return object;
}

bool
mock_is_answer(struct mock *mock, const struct doc *doc, const struct value *schema)
{
	const struct shape *shape = shape_of(mock->openapi, schema);
	const struct schema *compiled = openapi_schema(mock->openapi, schema, NULL);
	VALUE_EACH_MEMBER (name, item, doc_root(doc)) {
		const struct shape_member *member = shape_member(shape, name->text);
		if (!member || member->write_only)
			return false;
	}
	return compiled && schema_check(compiled, doc_root(doc), SCHEMA_SIDE_RESPONSE, NULL);
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
	if (!schema || (!around && mock_is_answer(mock, object_doc(object), schema))) {
		json = value_to_json(doc_root(object_doc(object)), false);
	} else if (!around) {
		json = render_like(mock, schema, doc_root(object_doc(object)), error);
	} else {
		struct writer writer;
		writer_init(&writer, false);
		writer_begin_object(&writer);
		writer_member_value(&writer, around, doc_root(object_doc(object)));
		writer_end(&writer);
		g_autoptr(Doc) wrapped = writer_doc(&writer);
		json = render_like(mock, schema, doc_root(wrapped), error);
	}
	return json ? object_render(object, schema, json) : NULL;
}
