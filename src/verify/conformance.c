#include "verify/conformance.h"

#include <string.h>

#include "base/clock.h"
#include "contract/shape.h"
#include "verify/campaign.h"
#include "verify/echo.h"
#include "verify/genuine.h"

enum { NEGATIVES = 12, REQUEST_MS = 5000 };

/* Members that were sent come back as they were sent, as far as the answer may have them. */
static void
check_echo(struct campaign *campaign, const struct resource *resource, enum resource_role role, const char *name,
           const struct value *sent, const struct value *got)
{
	struct openapi *openapi = campaign->probe->openapi;
	const struct openapi_operation *operation = resource->operations[RESOURCE_READ];
	const char *wrapper = resource->answer_property[RESOURCE_READ];
	const struct openapi_response *response = openapi_response_for(operation, 200);
	const struct value *media = response ? openapi_content(openapi, response->node, NULL, NULL) : NULL, *schema = value_member(media, "schema");
	if (wrapper) {
		const struct shape_member *member = shape_member(shape_of(openapi, schema), wrapper);
		schema = member ? member->schema : NULL;
	}
	g_autofree char *found = echo_differences(openapi, schema, campaign_unwrap(sent, resource->body_property[role]), campaign_unwrap(got, wrapper));
	probe_check(campaign->probe, operation, name, !*found, "what was sent", found);
}

static bool
list_has(const struct resource *resource, const struct value *answer, const char *id)
{
	VALUE_EACH (entry, campaign_listed(resource, answer)) {
		g_autofree char *other = campaign_plain(value_member(entry, resource->id_property));
		if (g_strcmp0(other, id) == 0)
			return true;
	}
	return false;
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

/* Whether the items of a list can show what identifies this one. */
static bool
list_shows_id(struct campaign *campaign, const struct resource *resource, const struct item *item)
{
	struct openapi *openapi = campaign->probe->openapi;
	const struct openapi_response *response = openapi_response_for(resource->operations[RESOURCE_LIST], 200);
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

static void
test_list(struct campaign *campaign, const struct resource *resource, const struct item *item)
{
	const struct openapi_operation *list = resource->operations[RESOURCE_LIST];
	g_autoptr(Doc) answer = NULL;
	if (!list)
		return;
	g_auto(GStrv) ids = campaign_ids(item->ids, NULL);
	if (item->id && ids && g_strv_length(ids))
		g_clear_pointer(&ids[g_strv_length(ids) - 1], g_free);
	if (!resource->operations[RESOURCE_CREATE] || !item->ids)
		return;   /* it was asked for already, or cannot be */
	bool ok = campaign_send(campaign, list, ids, NULL, "the list", EXPECT_SUCCESS, &answer);
	if (ok && item->id && list_shows_id(campaign, resource, item) && !has_required_query(list)) {
		g_autofree char *found = g_strdup_printf("no item with %s %s in it", resource->id_property, item->id);
		probe_check(campaign->probe, list, "the list holds what was created", list_has(resource, doc_root(answer), item->id),
		            "the created item in the list", found);
	}
}

/* Asks for a value in a parameter of the query, if it is one that a text says. */
static void
set_query_to(struct draft *draft, const struct openapi_parameter *parameter, const struct value *value)
{
	g_autofree char *text = value_is(value, VALUE_BOOL) ? value_to_json(value, false) : campaign_plain(value);
	if (text && parameter->location == OPENAPI_QUERY)
		draft_set_query(draft, parameter->name, text);
}

/* The list under a filter: what it leaves has the value, and what was created is among it. */
static void
test_filter(struct campaign *campaign, const struct resource *resource, const struct item *item, char **ids, const char *name,
            const struct value *made)
{
	const struct value *wanted = value_member(made, name);
	const struct openapi_operation *list = resource->operations[RESOURCE_LIST];
	g_autofree char *text = value_is(wanted, VALUE_BOOL) ? value_to_json(wanted, false) : campaign_plain(wanted);
	g_autofree char *title = g_strdup_printf("the list, filtered by %s", name);
	g_autofree char *check = g_strdup_printf("the filter %s leaves what it should", name);
	g_autoptr(Doc) answer = NULL;
	struct draft draft;
	if (!text || !draft_init(campaign->probe, &draft, list, ids, NULL))
		return;
	for (size_t i = 0; i < list->parameter_count; i++)
		if (list->parameters[i].required)
			set_query_to(&draft, &list->parameters[i], value_member(made, list->parameters[i].name));
	draft_set_query(&draft, name, text);
	bool ok = probe_send(campaign->probe, &draft, title, EXPECT_SUCCESS, &answer);
	draft_finish(&draft);
	if (!ok)
		return;
	size_t others = 0;
	VALUE_EACH (entry, campaign_listed(resource, doc_root(answer)))
		others += !value_equal(value_member(entry, name), wanted);
	bool here = list_has(resource, doc_root(answer), item->id);
	g_autofree char *found = g_strdup_printf("%zu items with another value, and the created one %s", others, here ? "is there" : "is missing");
	probe_check(campaign->probe, list, check, !others && here, "only items with that value, the created one among them", found);
}

/* Query parameters that are called as a property of the items filter by it. */
static void
test_filters(struct campaign *campaign, const struct resource *resource, const struct item *item)
{
	const struct openapi_operation *list = resource->operations[RESOURCE_LIST];
	const struct value *made = campaign_unwrap(doc_root(item->body), resource->answer_property[RESOURCE_CREATE]);
	if (!list || !item->id || !list_shows_id(campaign, resource, item))
		return;
	for (size_t i = 0; i < list->parameter_count; i++)
		if (list->parameters[i].required && list->parameters[i].location == OPENAPI_QUERY && !value_member(made, list->parameters[i].name))
			return;   /* as in test_list() */
	g_auto(GStrv) ids = campaign_ids(item->ids, NULL);
	g_clear_pointer(&ids[g_strv_length(ids) - 1], g_free);
	for (size_t i = 0; i < list->parameter_count; i++) {
		const struct openapi_parameter *parameter = &list->parameters[i];
		const struct value *wanted = parameter->location == OPENAPI_QUERY ? value_member(made, parameter->name) : NULL;
		if (wanted && wanted->kind != VALUE_NULL)
			test_filter(campaign, resource, item, ids, parameter->name, made);
	}
}

static void
test_read(struct campaign *campaign, const struct resource *resource, const struct item *item, const struct value *sent)
{
	const struct openapi_operation *read = resource->operations[RESOURCE_READ];
	g_autoptr(Doc) answer = NULL;
	if (!read || !item->id)
		return;
	if (campaign_send(campaign, read, item->ids, NULL, "what was created is found again", EXPECT_SUCCESS, &answer) && sent)
		check_echo(campaign, resource, RESOURCE_CREATE, "what was created reads back", sent, doc_root(answer));
}

static void
test_change(struct campaign *campaign, const struct resource *resource, const struct item *item, enum resource_role role)
{
	const struct openapi_operation *change = resource->operations[role], *read = resource->operations[RESOURCE_READ];
	if (!change || !item->id)
		return;
	g_autoptr(Doc) made = change->body ? campaign_body(campaign, change, true) : NULL, answer = NULL;
	if (change->body && !made)
		return;
	/* A body that names the item, too, names the same. */
	bool named = made && item->identity && resource->id_property;
	g_autoptr(Doc) body = named ? echo_replace(doc_root(made), resource->body_property[role], resource->id_property, doc_root(item->identity))
	                            : g_steal_pointer(&made);
	bool ok = campaign_send(campaign, change, item->ids, doc_root(body), role == RESOURCE_PATCH ? "a valid patch" : "a valid replacement",
	                  EXPECT_SUCCESS, NULL);
	if (ok && read && body && campaign_send(campaign, read, item->ids, NULL, "the change is there", EXPECT_SUCCESS, &answer))
		check_echo(campaign, resource, role, "the change reads back", doc_root(body), doc_root(answer));
}

/* Bodies that break one rule each. A body that is valid after all, as it goes over the wire, is no
 * case. */
static void
test_bad_bodies(struct campaign *campaign, const struct openapi_operation *operation, char **ids)
{
	struct probe *probe = campaign->probe;
	const struct value *media = operation ? openapi_content(probe->openapi, operation->body, NULL, NULL) : NULL;
	const struct value *schema = value_member(media, "schema");
	g_autoptr(Doc) good = schema ? campaign_body(campaign, operation, true) : NULL;
	if (!good)
		return;
	struct counterexamples bad = { 0 };
	sample_break(probe->sampler, schema, doc_root(good), &bad);
	unsigned limit = probe->options->negatives ? probe->options->negatives : NEGATIVES, sent = 0;
	for (size_t i = 0; i < bad.count && sent < limit; i++) {
		struct draft draft;
		if (!draft_init(probe, &draft, operation, ids, doc_root(bad.items[i].value)))
			break;
		if (!draft_is_valid(probe, &draft)) {
			g_autofree char *name = g_strdup_printf("refused: %s", bad.items[i].reason);
			probe_send(probe, &draft, name, EXPECT_REFUSED, NULL);
			sent++;
		}
		draft_finish(&draft);
	}
	counterexamples_clear(&bad);
}

/* Query parameters with values that break their schema. */
static void
test_bad_parameters(struct campaign *campaign, const struct openapi_operation *operation, char **ids)
{
	struct probe *probe = campaign->probe;
	for (size_t i = 0; operation && i < operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &operation->parameters[i];
		struct sample_options options = { .side = SCHEMA_SIDE_REQUEST };
		struct counterexamples bad = { 0 };
		if (parameter->location != OPENAPI_QUERY || !parameter->value_schema || parameter->required)
			continue;
		g_autoptr(Doc) good = sample_make(probe->sampler, parameter->value_schema, parameter->name, &options, NULL);
		if (good)
			sample_break(probe->sampler, parameter->value_schema, doc_root(good), &bad);
		for (size_t k = 0; k < bad.count && k < 2; k++) {
			g_autofree char *text = campaign_plain(doc_root(bad.items[k].value));
			struct draft draft;
			if (!text || !draft_init(probe, &draft, operation, ids, NULL))
				continue;
			draft_set_query(&draft, parameter->name, text);
			g_autofree char *name = g_strdup_printf("refused: parameter %s, %s", parameter->name, bad.items[k].reason);
			if (!draft_is_valid(probe, &draft))
				probe_send(probe, &draft, name, EXPECT_REFUSED, NULL);
			draft_finish(&draft);
		}
		counterexamples_clear(&bad);
	}
}

/* A request for something that is not there, with an id that fits; false where none is known. */
static bool
draft_absent(struct campaign *campaign, const struct openapi_operation *operation, const struct item *item, struct draft *draft)
{
	static const char *const unknown[] = { "987654321", "00000000-0000-4000-8000-00000000dead", "no-such-id", "00000000000000000000dead", "nosuchid" };
	bool number = strspn(item->id, "0123456789") == strlen(item->id), uuid = strlen(item->id) == 36 && item->id[8] == '-';
	g_auto(GStrv) ids = campaign_ids(item->ids, NULL);
	guint last = g_strv_length(ids) - 1;
	/* The form that the provider gave its own first. */
	for (unsigned i = number ? 0 : uuid ? 1 : 2, tried = 0; tried < G_N_ELEMENTS(unknown); i = (i + 1) % G_N_ELEMENTS(unknown), tried++) {
		g_free(ids[last]);
		ids[last] = g_strdup(unknown[i]);
		if (!draft_init(campaign->probe, draft, operation, ids, NULL))
			return false;
		if (draft_is_valid(campaign->probe, draft))
			return true;
		draft_finish(draft);
	}
	return false;
}

static void
test_absent(struct campaign *campaign, const struct resource *resource, const struct item *item)
{
	static const enum resource_role roles[] = { RESOURCE_READ, RESOURCE_DELETE };
	for (unsigned i = 0; i < G_N_ELEMENTS(roles); i++) {
		const struct openapi_operation *operation = resource->operations[roles[i]];
		struct draft draft;
		if (!item->id || !operation || !draft_absent(campaign, operation, item, &draft))
			continue;
		probe_send(campaign->probe, &draft, "an unknown id", EXPECT_NOT_FOUND, NULL);
		draft_finish(&draft);
	}
}

static void
test_delete(struct campaign *campaign, const struct resource *resource, const struct item *item)
{
	const struct openapi_operation *delete = resource->operations[RESOURCE_DELETE], *read = resource->operations[RESOURCE_READ];
	if (!delete || !item->id)
		return;
	if (campaign_send(campaign, delete, item->ids, NULL, "what was created is deleted", EXPECT_SUCCESS, NULL) && read)
		campaign_send(campaign, read, item->ids, NULL, "what was deleted is gone", EXPECT_NOT_FOUND, NULL);
}

/* Without a credential where one is wanted. */
static void
test_security(struct campaign *campaign, const struct openapi_operation *operation, char **ids)
{
	struct draft draft;
	for (size_t i = 0; operation && i < value_count(operation->security); i++)
		if (!value_count(value_item(operation->security, i)))
			return;
	if (!operation || !value_count(operation->security))
		return;
	struct openapi_operation open = *operation;
	open.security = NULL;
	if (!draft_init(campaign->probe, &draft, &open, ids, NULL))
		return;
	draft.operation = operation;
	probe_send(campaign->probe, &draft, "refused: no credential", EXPECT_UNAUTHORIZED, NULL);
	draft_finish(&draft);
}

static void
test_resource(struct campaign *campaign, const struct resource *resource)
{
	struct item item = { 0 };
	g_autoptr(Doc) sent = NULL;
	if (resource->operations[RESOURCE_CREATE])
		campaign_create(campaign, resource, "a valid one is created", &item, &sent);
	else
		campaign_borrow(campaign, resource, false, &item);
	g_auto(GStrv) before = NULL;
	campaign_above(campaign, resource, &before);
	test_read(campaign, resource, &item, doc_root(sent));
	test_list(campaign, resource, &item);
	test_filters(campaign, resource, &item);
	test_change(campaign, resource, &item, RESOURCE_PATCH);
	test_change(campaign, resource, &item, RESOURCE_REPLACE);
	test_bad_bodies(campaign, resource->operations[RESOURCE_CREATE], before);
	test_bad_parameters(campaign, resource->operations[RESOURCE_LIST], before);
	test_absent(campaign, resource, &item);
	test_security(campaign, resource->operations[RESOURCE_LIST], before);
	test_delete(campaign, resource, &item);
	campaign_forget(&item);
}

/* --- all of it ------------------------------------------------------------------------------ */

/* The ids of something that is there, as far as they are known. */
static char **
known_ids(struct campaign *campaign, const struct openapi_operation *operation)
{
	enum resource_role role;
	const struct resource *resource = resources_of(campaign->probe->resources, operation, &role);
	const struct resource *around = resource ? resource : resources_around(campaign->probe->resources, operation);
	struct item *keeper = around ? campaign_keeper(campaign, around) : NULL;
	char **above = NULL;
	if (!keeper && resource)
		campaign_above(campaign, resource, &above);
	return keeper ? campaign_ids(keeper->ids, NULL) : above;
}

/* Operations that belong to no resource, and those of resources that could not be reached. */
static void
test_rest(struct campaign *campaign, bool deleting)
{
	struct probe *probe = campaign->probe;
	size_t count;
	const struct openapi_operation *operations = openapi_operations(probe->openapi, &count);
	for (size_t i = 0; i < count && !probe_is_over(probe); i++) {
		const struct openapi_operation *operation = &operations[i];
		if (probe_operation(probe, operation)->planned || g_str_equal(operation->method, "DELETE") != deleting)
			continue;
		g_auto(GStrv) ids = known_ids(campaign, operation);
		if (probe_operation(probe, operation)->planned)
			continue;   /* asking for an id was its test */
		bool known = operation->path_name_count <= (ids ? g_strv_length(ids) : 0);
		g_autoptr(Doc) body = operation->body ? campaign_body(campaign, operation, false) : NULL;
		campaign_send(campaign, operation, ids, doc_root(body), "a valid request", known ? EXPECT_ANY : EXPECT_ANY_OR_ABSENT, NULL);
	}
}

static void
note_unexercised(struct campaign *campaign)
{
	struct probe *probe = campaign->probe;
	size_t count;
	const struct openapi_operation *operations = openapi_operations(probe->openapi, &count);
	for (size_t i = 0; i < count; i++) {
		const struct operation_result *result = probe_operation(probe, &operations[i]);
		if (!result->planned)
			finding_add(probe->findings, SEVERITY_LOW, result->operation, "was not exercised");
		else if (result->missing)
			finding_add(probe->findings, SEVERITY_MEDIUM, result->operation, "no_output: it answers 501 Not Implemented");
	}
	if (probe->hangs)
		finding_add(probe->findings, SEVERITY_CRITICAL, NULL, "%u requests got no answer within %d s", probe->hangs, REQUEST_MS / 1000);
}

bool
conformance_test(struct openapi *openapi, const char *url, const struct conformance_options *options, struct evidence_list *evidence,
                 struct operation_result_list *operations, struct finding_list *findings, GError **error)
{
	struct http_limits limits = { .connect_ms = 2000, .total_ms = REQUEST_MS };
	g_autoptr(HttpClient) client = http_client_create(&limits, error);
	if (!client)
		return false;
	if (!genuine_test(client, url, options->allow_mock, evidence, findings))
		return true;
	g_autoptr(Resources) resources = resources_infer(openapi);
	g_autoptr(Sampler) sampler = sampler_create(openapi, options->seed);
	g_autofree char *base = g_strconcat(url, openapi_base_path(openapi), NULL);
	struct probe probe = { .openapi = openapi, .resources = resources, .sampler = sampler, .client = client, .options = options,
		               .url = base, .evidence = evidence, .operations = operations, .findings = findings };
	struct campaign campaign = { .probe = &probe };
	campaign.resources = resources_list(resources, &campaign.count);
	campaign.keepers = g_new0(struct item, campaign.count + 1);
	campaign.tried = g_new0(bool, campaign.count + 1);
	for (size_t i = 0; i < campaign.count && !probe_is_over(&probe); i++)
		test_resource(&campaign, campaign.resources[i]);
	test_rest(&campaign, false);
	test_rest(&campaign, true);
	note_unexercised(&campaign);
	for (size_t i = 0; i < campaign.count; i++)
		campaign_forget(&campaign.keepers[i]);
	g_free(campaign.keepers);
	g_free(campaign.tried);
	return true;
}
