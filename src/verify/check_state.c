/* Checks that need what happened before: the same item, written and read, listed and deleted. */
#include <math.h>
#include <string.h>

#include "contract/paging.h"
#include "contract/shape.h"
#include "verify/campaign.h"
#include "verify/check.h"
#include "verify/echo.h"

static bool
same_ids(char *const *a, char *const *b)
{
	return a && b && g_strv_equal((const char *const *)a, (const char *const *)b);
}

/* The step before this one that made an item with these ids; NULL for none. */
static const struct step *
find_maker(const struct judging_step *at, char *const *ids)
{
	for (size_t i = at->number; i > 0; i--) {
		const struct step *step = &at->trial->steps[i - 1];
		if (step->role == RESOURCE_CREATE && step_succeeded(step) && step->item.id && step->item.resource == at->step->resource &&
		    same_ids(step->item.ids, ids))
			return step;
	}
	return NULL;
}

/* Whether a path leads to what was deleted, or below it. */
static bool
lies_below(char *const *ids, char *const *above)
{
	for (; above && *above; ids++, above++)
		if (!ids || !*ids || !g_str_equal(*ids, *above))
			return false;
	return true;
}

static bool
was_deleted(const struct judging_step *at, char *const *ids)
{
	for (size_t i = 0; i < at->number; i++) {
		const struct step *step = &at->trial->steps[i];
		bool related = step->resource == at->step->resource || (at->step->resource && step->resource == at->step->resource->parent);
		if (step->role == RESOURCE_DELETE && step_succeeded(step) && related && lies_below(ids, step->ids))
			return true;
	}
	return false;
}

static bool
is_answered_as(const struct judging_step *at, enum resource_role role, enum case_kind kind)
{
	const struct step *step = at->step;
	return step->role == role && step->test->kind == kind && step->response.status && step->response.status < 500;
}

/* --- reading -------------------------------------------------------------------------------- */

bool
reads_created(const struct judging_step *at)
{
	return is_answered_as(at, RESOURCE_READ, CASE_VALID) && find_maker(at, at->step->ids) && !was_deleted(at, at->step->ids);
}

bool
judge_available(const struct judging_step *at, struct failure *ret)
{
	if (at->step->response.status < 400)
		return true;
	return judge_fails(ret, "what was created a moment ago", answer_text(at->step), g_strdup("read"), at->step->test->operation->node);
}

bool
uses_deleted(const struct judging_step *at)
{
	const struct step *step = at->step;
	return step->test->kind == CASE_ABSENT && step->response.status && step->response.status < 500 && was_deleted(at, step->ids);
}

bool
judge_deleted(const struct judging_step *at, struct failure *ret)
{
	int status = at->step->response.status;
	if (status == 404 || status == 410)
		return true;
	return judge_fails(ret, "404, for it was deleted", answer_text(at->step), g_strdup("deleted"), at->step->test->operation->node);
}

/* An item of another parent; a collection of none. */
bool
has_stranger(const struct judging_step *at)
{
	const struct step *step = at->step;
	bool below = step->role == RESOURCE_LIST || step->role == RESOURCE_CREATE;
	return (step->source == STEP_STRANGER || below) && step->test->kind == CASE_ABSENT && step->response.status && step->response.status < 500 &&
	       !uses_deleted(at);
}

bool
creates_again(const struct judging_step *at)
{
	return at->step->role == RESOURCE_CREATE && step_succeeded(at->step) && at->step->item.id && find_maker(at, at->step->item.ids);
}

bool
judge_again(const struct judging_step *at, struct failure *ret)
{
	char *found = g_strdup_printf("the id %s once more", at->step->item.id);
	return judge_fails(ret, "an id that no other item had", found, g_strdup("id"), at->step->test->operation->node);
}

/* Whether one that was made without choosing has another value there: what the server comes to by itself
 * shows nothing. */
static bool
differs_unasked(const struct judging_step *at, const char *name)
{
	const char *wrapper = at->step->resource->answer_property[RESOURCE_CREATE];
	const struct value *sent = value_member(doc_root(at->step->sent_body), name);
	for (size_t i = 0; i < at->number; i++) {
		const struct step *step = &at->trial->steps[i];
		const struct value *made = campaign_unwrap(doc_root(step->answer), wrapper);
		if (step->role == RESOURCE_CREATE && step->resource == at->step->resource && step_succeeded(step) && value_member(made, name))
			return !value_member(doc_root(step->sent_body), name) && !value_equal(value_member(made, name), sent);
	}
	return false;
}

/* A member that clients may only read, and sent; NULL for none. */
static const struct shape_member *
find_read_only(const struct judging_step *at)
{
	const struct value *media = case_media(at->tester->openapi, at->step->test, NULL);
	const struct shape *shape = shape_of(at->tester->openapi, value_member(media, "schema"));
	for (size_t i = 0; i < shape->count; i++)
		if (shape->members[i].read_only && value_member(doc_root(at->step->sent_body), shape->members[i].name) &&
		    differs_unasked(at, shape->members[i].name))
			return &shape->members[i];
	return NULL;
}

bool
sends_read_only(const struct judging_step *at)
{
	const struct step *step = at->step;
	bool writes = step->role == RESOURCE_CREATE || step->role == RESOURCE_PATCH || step->role == RESOURCE_REPLACE;
	return writes && step->test->kind == CASE_TRIAL && step_succeeded(step) && step->answer && step->sent_body && find_read_only(at);
}

bool
judge_read_only(const struct judging_step *at, struct failure *ret)
{
	const struct shape_member *member = find_read_only(at);
	const struct value *made = campaign_unwrap(doc_root(at->step->answer), at->step->resource->answer_property[at->step->role]);
	if (!value_equal(value_member(made, member->name), value_member(doc_root(at->step->sent_body), member->name)))
		return true;
	g_autofree char *json = value_to_json(value_member(made, member->name), false);
	return judge_fails(ret, "a value that the client did not choose, for the member is read-only", g_strdup_printf("%s is %s, as sent", member->name, json),
	                   g_strdup(member->name), member->schema);
}

static bool
writes_item(const struct judging_step *at, const struct step *step)
{
	if (!step_succeeded(step) || step->test->kind != CASE_VALID || step->resource != at->step->resource || !step->sent_body)
		return false;
	bool created = step->role == RESOURCE_CREATE && same_ids(step->item.ids, at->step->ids);
	bool changed = (step->role == RESOURCE_PATCH || step->role == RESOURCE_REPLACE) && same_ids(step->ids, at->step->ids);
	return created || changed;
}

static const struct step *
find_writer(const struct judging_step *at)
{
	for (size_t i = at->number; i > 0; i--)
		if (writes_item(at, &at->trial->steps[i - 1]))
			return &at->trial->steps[i - 1];
	return NULL;
}

bool
reads_written(const struct judging_step *at)
{
	return is_answered_as(at, RESOURCE_READ, CASE_VALID) && step_succeeded(at->step) && at->step->answer && find_writer(at);
}

/* The schema of what a read answers for the item itself. */
static const struct value *
read_schema(const struct judging_step *at)
{
	struct openapi *openapi = at->tester->openapi;
	const struct resource *resource = at->step->resource;
	const char *wrapper = resource->answer_property[RESOURCE_READ];
	const struct openapi_response *response = openapi_response_for(at->step->test->operation, at->step->response.status);
	const struct value *media = response ? openapi_content(openapi, response->node, NULL, NULL) : NULL, *schema = value_member(media, "schema");
	const struct shape_member *member = wrapper ? shape_member(shape_of(openapi, schema), wrapper) : NULL;
	return wrapper ? member ? member->schema : NULL : schema;
}

/* A patch leaves what it does not name: the rest is as it was created. */
static struct doc *
without_members(const struct value *body, const struct value *others)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	VALUE_EACH_MEMBER (key, item, body)
		if (!value_member(others, key->text))
			writer_member_value(&writer, key->text, item);
	writer_end(&writer);
	return writer_doc(&writer);
}

static char *
differences(const struct judging_step *at, const struct step *writer, const struct value *got)
{
	const struct resource *resource = at->step->resource;
	const struct value *schema = read_schema(at);
	const struct value *sent = campaign_unwrap(doc_root(writer->sent_body), resource->body_property[writer->role]);
	g_autofree char *found = echo_differences(at->tester->openapi, schema, sent, got);
	const struct step *maker = writer->role == RESOURCE_PATCH ? find_maker(at, at->step->ids) : NULL;
	if (*found || !maker || !writes_item(at, maker))
		return g_steal_pointer(&found);
	const struct value *created = campaign_unwrap(doc_root(maker->sent_body), resource->body_property[RESOURCE_CREATE]);
	g_autoptr(Doc) rest = without_members(created, sent);
	return echo_differences(at->tester->openapi, schema, doc_root(rest), got);
}

bool
judge_written(const struct judging_step *at, struct failure *ret)
{
	const struct step *writer = find_writer(at);
	const struct value *got = campaign_unwrap(doc_root(at->step->answer), at->step->resource->answer_property[RESOURCE_READ]);
	g_autofree char *found = differences(at, writer, got);
	if (!*found)
		return true;
	g_autofree char *member = g_strndup(found, strcspn(found, " "));
	char *cause = g_strdup_printf("%s %s", writer->test->operation->method, member);
	return judge_fails(ret, "what was sent", g_steal_pointer(&found), cause, writer->test->operation->node);
}

/* --- lists ---------------------------------------------------------------------------------- */

/* Whether the items of a list can show what identifies this one. */
static bool
shows_id(const struct judging_step *at, const struct item *item)
{
	struct openapi *openapi = at->tester->openapi;
	const struct resource *resource = at->step->resource;
	const struct openapi_response *response = openapi_response_for(at->step->test->operation, at->step->response.status);
	const struct value *media = response ? openapi_content(openapi, response->node, NULL, NULL) : NULL;
	const struct shape *shape = shape_of(openapi, value_member(media, "schema"));
	const struct shape_member *member = resource->list_property ? shape_member(shape, resource->list_property) : NULL;
	const struct value *items = member ? shape_of(openapi, member->schema)->items : shape->items;
	const struct shape_member *id = resource->id_property ? shape_member(shape_of(openapi, items), resource->id_property) : NULL;
	struct faults faults = { 0 };
	bool shown = id && item->identity && exchange_check(openapi, id->schema, doc_root(item->identity), SCHEMA_SIDE_RESPONSE, "body", "", &faults);
	faults_clear(&faults);
	return shown;
}

/* What has to be asked for may be a filter or a page with made-up values: any item may be outside. */
static bool
has_required_query(const struct openapi_operation *operation)
{
	for (size_t i = 0; i < operation->parameter_count; i++)
		if (operation->parameters[i].location == OPENAPI_QUERY && operation->parameters[i].required)
			return true;
	return false;
}

static const struct value *
find_listed(const struct step *step, const char *id)
{
	VALUE_EACH (entry, campaign_listed(step->resource, doc_root(step->answer))) {
		g_autofree char *other = campaign_plain(value_member(entry, step->resource->id_property));
		if (g_strcmp0(other, id) == 0)
			return entry;
	}
	return NULL;
}

/* Whether there may be a page behind this one: nothing is missing as long as that is so. */
static bool
has_more(const struct step *step)
{
	size_t shown = value_count(campaign_listed(step->resource, doc_root(step->answer)));
	for (size_t i = 0; i < step->test->operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &step->test->operation->parameters[i];
		enum paging_parameter paging = parameter->location == OPENAPI_QUERY ? paging_parameter(parameter->name) : PAGING_NO_PARAMETER;
		const struct value *given = doc_root(step->test->values[i]), *preset = value_member(parameter->value_schema, "default");
		double limit = value_double(given ? given : preset);
		if (paging == PAGING_LIMIT && ((double)shown >= limit || (!given && !preset && shown >= 10)))
			return true;
	}
	VALUE_EACH_MEMBER (key, item, doc_root(step->answer))
		if (paging_member(key->text) == PAGING_TOTAL && value_double(item) > (double)shown)
			return true;
	return false;
}

/* The item of this list's collection that was made last before. */
static const struct item *
find_beside(const struct judging_step *at)
{
	for (size_t i = at->number; i > 0; i--) {
		const struct step *step = &at->trial->steps[i - 1];
		guint above = at->step->ids ? g_strv_length(at->step->ids) : 0;
		if (step->role != RESOURCE_CREATE || step->resource != at->step->resource || !step_succeeded(step) || !step->item.id)
			continue;
		bool same = g_strv_length(step->item.ids) == above + 1;
		for (guint k = 0; same && k < above; k++)
			same = g_str_equal(step->item.ids[k], at->step->ids[k]);
		if (same)
			return &step->item;
	}
	return NULL;
}

static const struct item *
find_shown(const struct judging_step *at)
{
	if (!is_answered_as(at, RESOURCE_LIST, CASE_VALID) || !step_succeeded(at->step) || !at->step->answer)
		return NULL;
	const struct item *item = find_beside(at);
	return item && shows_id(at, item) ? item : NULL;
}

bool
lists_created(const struct judging_step *at)
{
	const struct item *item = at->step->filter ? NULL : find_shown(at);
	return item && !was_deleted(at, item->ids) && !has_required_query(at->step->test->operation);
}

bool
judge_listed(const struct judging_step *at, struct failure *ret)
{
	const struct item *item = find_shown(at);
	if (find_listed(at->step, item->id) || has_more(at->step))
		return true;
	char *found = g_strdup_printf("no item with %s %s in it", at->step->resource->id_property, item->id);
	return judge_fails(ret, "the created item in the list", found, g_strdup("listed"), at->step->test->operation->node);
}

bool
lists_deleted(const struct judging_step *at)
{
	const struct item *item = at->step->filter ? NULL : find_shown(at);
	return item && was_deleted(at, item->ids);
}

bool
judge_unlisted(const struct judging_step *at, struct failure *ret)
{
	const struct item *item = find_shown(at);
	if (!find_listed(at->step, item->id))
		return true;
	char *found = g_strdup_printf("the item with %s %s, which was deleted", at->step->resource->id_property, item->id);
	return judge_fails(ret, "a list without what was deleted", found, g_strdup("listed"), at->step->test->operation->node);
}

/* What a list is asked for; NULL where that was left out. */
static const struct value *
filter_value(const struct step *step)
{
	const struct openapi_operation *operation = step->test->operation;
	for (size_t i = 0; i < operation->parameter_count; i++)
		if (operation->parameters[i].location == OPENAPI_QUERY && g_str_equal(operation->parameters[i].name, step->filter))
			return doc_root(step->test->values[i]);
	return NULL;
}

bool
is_filtered(const struct judging_step *at)
{
	const struct value *wanted = at->step->filter ? filter_value(at->step) : NULL;
	bool empty = value_is(wanted, VALUE_STRING) && !wanted->length;   /* as good as none, to many */
	return wanted && !empty && find_shown(at);
}

/* What the filter leaves has the value, and what was created is among it. */
bool
judge_filter(const struct judging_step *at, struct failure *ret)
{
	const struct step *step = at->step;
	const struct item *item = find_shown(at);
	const struct value *made = campaign_unwrap(doc_root(item->body), step->resource->answer_property[RESOURCE_CREATE]);
	const struct value *wanted = filter_value(step);
	size_t others = 0;
	VALUE_EACH (entry, campaign_listed(step->resource, doc_root(step->answer)))
		others += value_member(entry, step->filter) && !value_equal(value_member(entry, step->filter), wanted);
	bool here = !value_equal(value_member(made, step->filter), wanted) || find_listed(step, item->id) || has_more(step);
	if (!others && here)
		return true;
	char *found = g_strdup_printf("%zu items with another value, and the created one %s", others, here ? "is there" : "is missing");
	return judge_fails(ret, "only items with that value, the created one among them", found, g_strdup(step->filter), step->test->operation->node);
}

/* --- what was refused ----------------------------------------------------------------------- */

/* The list of this collection before something was refused that was to be made in it. */
static const struct step *
find_list_before(const struct judging_step *at)
{
	const struct step *list = NULL;
	for (size_t i = 0; i < at->number; i++) {
		const struct step *step = &at->trial->steps[i];
		if (step->resource != at->step->resource)
			continue;
		if (step->role == RESOURCE_LIST && step_succeeded(step) && !step->filter && same_ids(step->ids, at->step->ids))
			list = list ? list : step;
		else if (step->role == RESOURCE_CREATE && step_succeeded(step))
			list = NULL;
	}
	return list;
}

/* What makes nothing: a create that was refused, or a replacement. */
static bool
made_nothing(const struct judging_step *at)
{
	for (size_t i = 0; i < at->number; i++) {
		const struct step *step = &at->trial->steps[i];
		bool refused = step->role == RESOURCE_CREATE && step->response.status >= 400;
		bool replaced = (step->role == RESOURCE_REPLACE || step->role == RESOURCE_PATCH) && step_succeeded(step);
		if (step->resource == at->step->resource && (refused || replaced))
			return true;
	}
	return false;
}

bool
lists_after_failure(const struct judging_step *at)
{
	return at->step->role == RESOURCE_LIST && !at->step->filter && step_succeeded(at->step) && at->step->answer && at->step->resource->id_property &&
	       made_nothing(at) && find_list_before(at);
}

bool
judge_leak(const struct judging_step *at, struct failure *ret)
{
	const struct step *before = find_list_before(at);
	VALUE_EACH (entry, campaign_listed(at->step->resource, doc_root(at->step->answer))) {
		g_autofree char *id = campaign_plain(value_member(entry, at->step->resource->id_property));
		if (!id || find_listed(before, id) || has_more(before))
			continue;
		char *found = g_strdup_printf("an item with %s %s that was not there before", at->step->resource->id_property, id);
		return judge_fails(ret, "no item more than before", found, g_strdup("leak"), at->step->test->operation->node);
	}
	return true;
}

/* --- pages ---------------------------------------------------------------------------------- */

/* What a list was asked for: a number under one of the words of paging, NAN for none. */
static double
asked_for(const struct step *step, enum paging_parameter wanted)
{
	for (size_t i = 0; i < step->test->operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &step->test->operation->parameters[i];
		if (parameter->location == OPENAPI_QUERY && paging_parameter(parameter->name) == wanted && step->test->values[i])
			return value_double(doc_root(step->test->values[i]));
	}
	return NAN;
}

/* A page before this one of the same size, at another place; NULL for none. */
static const struct step *
find_other_page(const struct judging_step *at)
{
	double limit = asked_for(at->step, PAGING_LIMIT);
	for (size_t i = at->number; i > 0; i--) {
		const struct step *step = &at->trial->steps[i - 1];
		bool page = step->role == RESOURCE_LIST && step->resource == at->step->resource && step_succeeded(step) && !step->filter && same_ids(step->ids, at->step->ids);
		if (!page && step->role != RESOURCE_LIST)
			return NULL;   /* what happened between may have moved the pages */
		double places[2] = { asked_for(step, PAGING_OFFSET), asked_for(at->step, PAGING_OFFSET) };
		double numbers[2] = { asked_for(step, PAGING_PAGE), asked_for(at->step, PAGING_PAGE) };
		bool apart = fabs(places[0] - places[1]) >= limit || fabs(numbers[0] - numbers[1]) >= 1;
		if (page && asked_for(step, PAGING_LIMIT) == limit && apart)
			return step;
	}
	return NULL;
}

bool
is_paged(const struct judging_step *at)
{
	return is_answered_as(at, RESOURCE_LIST, CASE_VALID) && step_succeeded(at->step) && at->step->answer && asked_for(at->step, PAGING_LIMIT) >= 1;
}

bool
judge_page(const struct judging_step *at, struct failure *ret)
{
	const struct value *items = campaign_listed(at->step->resource, doc_root(at->step->answer)), *node = at->step->test->operation->node;
	const struct step *other = at->step->resource->id_property ? find_other_page(at) : NULL;
	if ((double)value_count(items) > asked_for(at->step, PAGING_LIMIT)) {
		g_autofree char *expected = g_strdup_printf("a page of %.0f at most", asked_for(at->step, PAGING_LIMIT));
		return judge_fails(ret, expected, g_strdup_printf("%zu items", value_count(items)), g_strdup("limit"), node);
	}
	VALUE_EACH (entry, items) {
		g_autofree char *id = campaign_plain(value_member(entry, at->step->resource->id_property ? at->step->resource->id_property : ""));
		if (id && other && find_listed(other, id))
			return judge_fails(ret, "a page of other items", g_strdup_printf("the item %s, which was on the other page", id), g_strdup("pages"), node);
	}
	return true;
}
