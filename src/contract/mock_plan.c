/* What an operation means to the mock, worked out once. */
#include <string.h>

#include "contract/mock_model.h"
#include "contract/openapi_model.h"
#include "contract/resource_schema.h"
#include "contract/shape.h"

/* The status that each role prefers where several are declared. */
static const int wanted_status[RESOURCE_ROLE_COUNT] = { 200, 200, 201, 200, 200, 200, 204 };

static int
status_of(const char *text)
{
	bool digits = g_ascii_isdigit(text[0]) && g_ascii_isdigit(text[1]) && g_ascii_isdigit(text[2]) && !text[3];
	return digits ? (text[0] - '0') * 100 + (text[1] - '0') * 10 + text[2] - '0' : 0;
}

/* The first that is declared; none of a protocol that is not spoken here (1xx). */
static const struct openapi_response *
first_declared(const struct openapi_operation *operation)
{
	return operation->response_count && *operation->responses[0].status != '1' ? &operation->responses[0] : NULL;
}

/* The declared status of success: the wanted one, else the first of the lowest class. */
static void
choose_status(struct mock_plan *plan)
{
	const struct openapi_operation *operation = plan->operation;
	int wanted = wanted_status[plan->role];
	for (size_t i = 0; i < operation->response_count; i++) {
		const struct openapi_response *response = &operation->responses[i];
		int status = status_of(response->status);
		bool success = status >= 200 && status < 300;
		if (success && (!plan->status || status == wanted || (plan->status != wanted && status < plan->status))) {
			plan->status = status;
			plan->response = response;
		}
	}
	if (plan->status)
		return;
	/* "2XX" and "default" leave the number to us. */
	plan->status = plan->role == RESOURCE_NONE && g_str_equal(operation->method, "DELETE") ? 204 : wanted;
	plan->response = openapi_response_for(operation, plan->status);
	/* Where nothing means success, what is declared first is the answer, "5XX" as 500. */
	const struct openapi_response *first = plan->response ? NULL : first_declared(operation);
	if (first) {
		plan->status = status_of(first->status);
		plan->status = plan->status ? plan->status : g_ascii_isdigit(*first->status) ? (*first->status - '0') * 100 : wanted;
		plan->response = first;
	}
	bool content = plan->response && value_count(value_member(plan->response->node, "content"));
	if (plan->status == 204 && content)
		plan->status = 200;
}

/* The member of an item that a query parameter is about; NULL for none. */
static const char *
find_member(const struct shape *item, const char *name)
{
	g_autofree char *singular = resource_singular(name);
	for (size_t i = 0; i < item->count; i++)
		if (lexicon_same(item->members[i].name, name))
			return item->members[i].name;
	for (size_t i = 0; i < item->count; i++) {
		g_autofree char *member = resource_singular(item->members[i].name), *id = g_strdup_printf("%s_id", name);
		if (lexicon_same(member, name) || lexicon_same(item->members[i].name, singular) || lexicon_same(item->members[i].name, id))
			return item->members[i].name;
	}
	return NULL;
}

/* These words page and sort whatever the items have. */
static bool
is_strong(const char *name)
{
	static const char *const words[] = { "limit", "per_page", "page_size", "offset", "skip", "page", "sort", "sort_by", "order_by", "cursor", "q", "search" };
	for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
		if (lexicon_same(words[i], name))
			return true;
	return false;
}

static void
read_list_parameter(const struct shape *item, const char *name, struct list_parameter *parameter)
{
	*parameter = (struct list_parameter){ .name = name, .meaning = paging_parameter(name) };
	if (is_strong(name))
		return;
	parameter->member = find_member(item, name);
	if (parameter->member || parameter->meaning)
		return;
	g_autofree char *base = paging_relation(name, &parameter->relation);
	parameter->member = parameter->relation == PAGING_EQUAL ? NULL : find_member(item, base);
	/* "created_after" is about created_at, "from" alone about nothing that could be known. */
	g_autofree char *moment = g_strdup_printf("%s_at", base), *day = g_strdup_printf("%s_date", base);
	if (!parameter->member && parameter->relation != PAGING_EQUAL)
		parameter->member = find_member(item, moment) ? find_member(item, moment) : find_member(item, day);
}

static void
read_list_parameters(struct mock *mock, struct mock_plan *plan)
{
	const struct shape *item = shape_of(mock->openapi, plan->resource->item_schema);
	plan->parameters = g_new0(struct list_parameter, plan->operation->parameter_count + 1);
	for (size_t i = 0; i < plan->operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &plan->operation->parameters[i];
		if (parameter->location != OPENAPI_QUERY)
			continue;
		struct list_parameter *out = &plan->parameters[plan->parameter_count++];
		read_list_parameter(item, parameter->name, out);
		/* An object such as filter[status] holds several. */
		if (!out->member && !out->meaning && shape_of(mock->openapi, parameter->value_schema)->kinds == SHAPE_KIND(VALUE_OBJECT))
			out->relation = PAGING_CONTAINS;
	}
}

/* True where a media type shows no example, or one that is an object or a list. */
static bool
shows_object(const struct mock *mock, const struct value *media)
{
	const struct value *example = value_member(media, "example");
	VALUE_EACH_MEMBER (name, item, value_member(media, "examples"))
		example = example ? example : value_member(openapi_resolve(mock->openapi, item), "value");
	return !example || value_is(example, VALUE_OBJECT) || value_is(example, VALUE_ARRAY);
}

struct mock_plan *
mock_plan(struct mock *mock, const struct openapi_operation *operation)
{
	size_t count, place = (size_t)(operation - openapi_operations(mock->openapi, &count));
	if (mock->plans[place])
		return mock->plans[place];
	struct mock_plan *plan = mock->plans[place] = g_new0(struct mock_plan, 1);
	plan->operation = operation;
	plan->resource = resources_of(mock->resources, operation, &plan->role);
	plan->around = plan->resource ? NULL : resources_around(mock->resources, operation);
	choose_status(plan);
	const char *media = NULL;
	const struct value *object = plan->response ? openapi_content(mock->openapi, plan->response->node, NULL, &media) : NULL;
	bool json = object && (openapi_is_json(media) || g_str_equal(media, "*/*"));
	plan->schema = json ? value_member(object, "schema") : NULL;
	plan->opaque = object && !value_member(object, "schema") && !shows_object(mock, object);
	if (plan->role == RESOURCE_LIST)
		read_list_parameters(mock, plan);
	mock_read_extensions(mock, plan);
	return plan;
}

void
mock_plan_free(struct mock_plan *plan)
{
	if (!plan)
		return;
	g_free(plan->parameters);
	g_free(plan->list_key);
	g_free(plan->list_json);
	g_free(plan->list_headers);
	if (plan->injections)
		injections_clear(plan->injections);
	g_free(plan->injections);
	g_free(plan);
}
