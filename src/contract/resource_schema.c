#include "contract/resource_schema.h"

#include <string.h>

#include "contract/lexicon.h"
#include "contract/paging.h"
#include "contract/shape.h"

static const char *const list_names[] = { "items", "data", "results", "records", "values", "entries", "content", "list", "rows", "elements", "value", NULL };
static const char *const item_names[] = { "data", "item", "result", "record", "payload", "object", "value", "response", "attributes", NULL };
static const char *const identity_names[] = { "id", "uuid", "guid", "_id", "key", "slug", "code", "number", "sku", "login", "username", "name", NULL };

static bool
is_one_of(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (lexicon_same(*names, name))
			return true;
	return false;
}

char *
resource_singular(const char *plural)
{
	static const struct {
		const char *plural, *singular;
	} endings[] = {
		{ "ies", "y" }, { "caches", "cache" }, { "sses", "ss" }, { "xes", "x" }, { "ches", "ch" }, { "shes", "sh" }, { "people", "person" },
		{ "children", "child" }, { "statuses", "status" }, { "ss", "ss" }, { "us", "us" }, { "s", "" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(endings); i++) {
		size_t length = strlen(plural), ending = strlen(endings[i].plural);
		bool word = length == ending && ending > 4;   /* an irregular one, not only an ending */
		if ((length > ending || word) && g_ascii_strcasecmp(plural + length - ending, endings[i].plural) == 0)
			return g_strdup_printf("%.*s%s", (int)(length - ending), plural, endings[i].singular);
	}
	return g_strdup(plural);
}

const struct value *
resource_answer_schema(const struct openapi *openapi, const struct openapi_operation *operation)
{
	const struct value *best = NULL;
	for (size_t i = 0; i < operation->response_count; i++) {
		const struct openapi_response *response = &operation->responses[i];
		bool success = *response->status == '2', otherwise = strcmp(response->status, "default") == 0 && !best;
		const char *media = NULL;
		const struct value *object = success || otherwise ? openapi_content(openapi, response->node, NULL, &media) : NULL;
		const struct value *schema = value_member(object, "schema");
		if (!schema || !(openapi_is_json(media) || g_str_equal(media, "*/*")))
			continue;
		best = schema;
		if (success)
			return best;
	}
	return best;
}

const struct value *
resource_body_schema(const struct openapi *openapi, const struct openapi_operation *operation)
{
	const struct value *media = operation->body ? openapi_content(openapi, operation->body, NULL, NULL) : NULL;
	return value_member(media, "schema");
}

static bool
is_object(const struct shape *shape)
{
	return shape->kinds & SHAPE_KIND(VALUE_OBJECT) && (shape->count || !(shape->kinds & SHAPE_SCALARS));
}

static const struct value *
array_items(struct openapi *openapi, const struct value *schema)
{
	const struct shape *shape = shape_of(openapi, schema);
	bool array = shape->kinds & SHAPE_KIND(VALUE_ARRAY) && !(shape->kinds & (SHAPE_KIND(VALUE_OBJECT) | SHAPE_KIND(VALUE_STRING)));
	return array && shape->items && is_object(shape_of(openapi, shape->items)) ? shape->items : NULL;
}

/* Total, page, next, …: what stands beside the items of a list. */
static bool
is_paging(const char *name)
{
	return paging_member(name) != PAGING_NONE || paging_is_envelope(name);
}

const struct value *
resource_list_items(struct openapi *openapi, const struct value *schema, const char *name, bool sure, const char **ret_member)
{
	const struct shape *shape = shape_of(openapi, schema);
	const struct value *items = array_items(openapi, schema), *best = NULL;
	unsigned best_rank = 0, lists = 0, strangers = 0;
	*ret_member = NULL;
	if (items || !schema)
		return items;
	for (size_t i = 0; i < shape->count; i++) {
		items = array_items(openapi, shape->members[i].schema);
		if (!items) {
			strangers += !is_paging(shape->members[i].name);
			continue;
		}
		unsigned rank = lexicon_same(shape->members[i].name, name) ? 3 : is_one_of(list_names, shape->members[i].name) ? 2 : 1;
		lists++;
		if (rank <= best_rank)
			continue;
		best_rank = rank;
		best = items;
		*ret_member = shape->members[i].name;
	}
	bool list = sure ? lists == 1 || best_rank > 1 : lists == 1 && !strangers;
	if (!list)
		*ret_member = NULL;
	return list ? best : NULL;
}

static bool
has_identity(const struct shape *shape)
{
	for (size_t i = 0; i < shape->count; i++)
		if (is_one_of(identity_names, shape->members[i].name))
			return true;
	return false;
}

const struct value *
resource_item_in(struct openapi *openapi, const struct value *schema, const char *name, const char **ret_member)
{
	const struct shape *shape = shape_of(openapi, schema);
	g_autofree char *singular = resource_singular(name);
	*ret_member = NULL;
	if (!schema || !is_object(shape))
		return NULL;
	for (size_t i = 0; i < shape->count && !has_identity(shape); i++) {
		const struct shape_member *member = &shape->members[i];
		const struct shape *inner = shape_of(openapi, member->schema);
		bool named = lexicon_same(member->name, singular) || is_one_of(item_names, member->name);
		if (!named || !inner->count || inner->kinds & SHAPE_KIND(VALUE_ARRAY))
			continue;
		*ret_member = member->name;
		return member->schema;
	}
	return schema;
}

static const char *
find_member(const struct shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->count; i++)
		if (lexicon_same(shape->members[i].name, name))
			return shape->members[i].name;
	return NULL;
}

/* "id" of "pet_id" for pets, "number" of "orderNumber" for orders. */
static char *
without_prefix(const char *parameter, const char *singular)
{
	g_autofree char *name = lexicon_snake(parameter), *prefix = lexicon_snake(singular);
	size_t length = strlen(prefix);
	bool prefixed = strncmp(name, prefix, length) == 0 && name[length] == '_' && name[length + 1];
	return g_strdup(prefixed ? name + length + 1 : "");
}

/* A member that is a number cannot be what a parameter of text stands for, and the other way round. */
static const char *
if_alike(struct openapi *openapi, const struct shape *shape, const char *found, const struct openapi_parameter *parameter)
{
	const struct shape_member *member = found ? shape_member(shape, found) : NULL;
	const unsigned scalars = SHAPE_KIND(VALUE_STRING) | SHAPE_KIND(VALUE_NUMBER);
	if (!member || !parameter || !parameter->value_schema)
		return found;
	return shape_of(openapi, member->schema)->kinds & shape_of(openapi, parameter->value_schema)->kinds & scalars ? found : NULL;
}

const char *
resource_identity(struct openapi *openapi, const struct value *item, const struct openapi_parameter *parameter, const char *name,
                  bool *ret_guessed)
{
	const struct shape *shape = shape_of(openapi, item);
	g_autofree char *singular = resource_singular(name), *own = g_strdup_printf("%s_id", singular);
	const char *found = parameter ? find_member(shape, parameter->name) : NULL;
	if (!found && parameter) {
		g_autofree char *rest = without_prefix(parameter->name, singular);
		found = *rest ? find_member(shape, rest) : NULL;
	}
	if (!found)
		found = if_alike(openapi, shape, find_member(shape, "id"), parameter);
	if (!found)
		found = if_alike(openapi, shape, find_member(shape, own), parameter);
	*ret_guessed = !found;
	/* "/users/{user}" is known by whatever identifies a user. */
	for (const char *const *names = identity_names; !found && *names && parameter; names++)
		found = if_alike(openapi, shape, find_member(shape, *names), parameter);
	return found;
}

const char *
resource_parent_member(struct openapi *openapi, const struct value *item, const char *parameter, const char *parent)
{
	const struct shape *shape = shape_of(openapi, item);
	g_autofree char *singular = resource_singular(parent), *own = g_strdup_printf("%s_id", singular);
	const char *found = find_member(shape, own);
	/* A parameter that is merely called "id" names the item, not its parent. */
	if (!found && !lexicon_same(parameter, "id"))
		found = find_member(shape, parameter);
	if (!found)
		found = find_member(shape, singular);
	const struct shape_member *member = found ? shape_member(shape, found) : NULL;
	bool scalar = member && shape_of(openapi, member->schema)->kinds & (SHAPE_KIND(VALUE_STRING) | SHAPE_KIND(VALUE_NUMBER));
	return scalar ? found : NULL;
}
