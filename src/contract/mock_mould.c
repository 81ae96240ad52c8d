#include "contract/mock_mould.h"

#include "contract/mock_model.h"
#include "contract/resource_schema.h"

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

static void
find_views(struct mock *mock, const struct resource *resource, struct mould *mould)
{
	const struct value *seen[RESOURCE_ROLE_COUNT];
	for (unsigned role = RESOURCE_LIST; role < RESOURCE_ROLE_COUNT; role++) {
		const struct value *schema = answered_schema(mock, resource, (enum resource_role)role), *real = openapi_resolve(mock->openapi, schema);
		bool again = !real;
		for (unsigned i = 0; i < mould->view_count; i++)
			again |= seen[i] == real;
		if (again)
			continue;
		seen[mould->view_count] = real;
		mould->views[mould->view_count++] = schema;
	}
}

static void
find_stamps(struct mock *mock, struct mould *mould)
{
	const struct lexicon *lexicon = sampler_lexicon(mock->sampler, NULL);
	mould->stamps = g_new0(struct stamp, mould->shape->count + 1);
	for (size_t i = 0; lexicon && i < mould->shape->count; i++) {
		const struct shape_member *member = &mould->shape->members[i];
		const struct value *schema = openapi_resolve(mock->openapi, member->schema);
		struct stamp stamp = { .member = member };
		stamp.created = lexicon_is_stamp(lexicon, "created", member->name);
		stamp.updated = lexicon_is_stamp(lexicon, "updated", member->name);
		stamp.day = g_strcmp0(value_member_text(schema, "format"), "date") == 0;
		if ((stamp.created || stamp.updated) && member->schema && shape_of(mock->openapi, schema)->kinds & SHAPE_KIND(VALUE_STRING))
			mould->stamps[mould->stamp_count++] = stamp;
	}
}

static bool
is_numeric(struct mock *mock, const struct value *schema)
{
	unsigned kinds = shape_of(mock->openapi, schema)->kinds;
	return schema && kinds & SHAPE_KIND(VALUE_NUMBER) && !(kinds & SHAPE_KIND(VALUE_STRING));
}

static void
find_ids(struct mock *mock, const struct resource *resource, struct mould *mould)
{
	const struct value *member = mock_id_schema(mock, resource), *parameter = mock_id_parameter(resource);
	if (member)
		mould->id_schemas[mould->id_count++] = member;
	if (parameter)
		mould->id_schemas[mould->id_count++] = parameter;
	for (unsigned i = 0; i < mould->id_count; i++)
		mould->id_checks[i] = openapi_schema(mock->openapi, mould->id_schemas[i], NULL);
	mould->numbered = is_numeric(mock, member);
	mould->counted = mould->numbered || is_numeric(mock, parameter);
}

const struct mould *
mock_mould(struct mock *mock, const struct resource *resource)
{
	struct mould *mould = g_hash_table_lookup(mock->moulds, resource);
	if (mould)
		return mould;
	mould = g_new0(struct mould, 1);
	mould->shape = shape_of(mock->openapi, resource->item_schema);
	find_views(mock, resource, mould);
	find_stamps(mock, mould);
	find_ids(mock, resource, mould);
	g_hash_table_insert(mock->moulds, (void *)(uintptr_t)resource, mould);
	return mould;
}

void
mould_free(void *data)
{
	struct mould *mould = data;
	g_free(mould->stamps);
	g_free(mould);
}

static bool
has_all(struct mock *mock, const struct value *schema, const struct value *value)
{
	if (value->kind < VALUE_ARRAY)
		return true;
	const struct shape *shape = shape_of(mock->openapi, schema);
	VALUE_EACH (item, value)
		if (item->kind >= VALUE_ARRAY && !has_all(mock, shape->items, item))
			return false;
	for (size_t i = 0; value->kind == VALUE_OBJECT && i < shape->count; i++) {
		const struct shape_member *member = &shape->members[i];
		const struct value *own = value_member(value, member->name);
		bool given = !own && (member->required || member->read_only || value_member(openapi_resolve(mock->openapi, member->schema), "default"));
		if (given || (own && !has_all(mock, member->schema, own)))
			return false;
	}
	return true;
}

bool
mock_is_whole(struct mock *mock, const struct value *schema, const struct value *value)
{
	const struct schema *compiled = openapi_schema(mock->openapi, schema, NULL);
	return compiled && has_all(mock, schema, value) && schema_check(compiled, value, SCHEMA_SIDE_RESPONSE, NULL);
}
