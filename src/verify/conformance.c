#include "verify/conformance.h"

#include <string.h>

#include "base/clock.h"
#include "verify/probe.h"

enum { NEGATIVES = 12, REQUEST_MS = 5000 };

/* Something that the test made at the provider. */
struct item {
	struct doc *body;            /* as the provider answered */
	char **ids;                  /* path parameters that lead to it: its ancestors' and its own */
	char *id;                    /* NULL where none was found */
};

/* The test's own state: per resource one item that stays, for parents and foreign keys. */
struct campaign {
	struct probe *probe;
	const struct resource *const *resources;
	size_t count;
	struct item *keepers;        /* of each resource */
	bool *tried;
};

/* What is inside the wrapper that some bodies have: {"task": {…}}. */
static const struct value *
unwrap(const struct value *body, const char *property)
{
	return property ? value_member(body, property) : body;
}

static void
item_finish(struct item *item)
{
	doc_unref(item->body);
	g_strfreev(item->ids);
	g_free(item->id);
	*item = (struct item){ 0 };
}

static char *
value_plain(const struct value *value)
{
	if (value_is(value, VALUE_STRING))
		return g_strdup(value->text);
	return value_is(value, VALUE_NUMBER) ? value_to_json(value, false) : NULL;
}

static char **
ids_with(char **ids, const char *last)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	for (; ids && *ids; ids++)
		g_strv_builder_add(builder, *ids);
	if (last)
		g_strv_builder_add(builder, last);
	return g_strv_builder_end(builder);
}

/* --- foreign keys --------------------------------------------------------------------------- */

static struct item *find_keeper(struct campaign *campaign, const struct resource *resource);

/* The resource that a member such as "project_id" or "projectId" points to; NULL for none. */
static const struct resource *
foreign_resource(struct campaign *campaign, const char *name)
{
	size_t length = strlen(name);
	size_t stem = length > 3 && g_str_has_suffix(name, "_id") ? length - 3 : length > 2 && g_str_has_suffix(name, "Id") ? length - 2 : 0;
	for (size_t i = 0; stem && i < campaign->count; i++) {
		g_autofree char *singular = resource_singular(campaign->resources[i]->name);
		if (strlen(singular) == stem && g_ascii_strncasecmp(singular, name, stem) == 0)
			return campaign->resources[i];
	}
	return NULL;
}

static void
write_with_keys(struct campaign *campaign, const struct value *value, struct writer *writer)
{
	if (!value_is(value, VALUE_OBJECT)) {
		writer_value(writer, value);
		return;
	}
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (key, item, value) {
		const struct resource *target = foreign_resource(campaign, key->text);
		struct item *keeper = target ? find_keeper(campaign, target) : NULL;
		const struct value *made = keeper ? unwrap(doc_root(keeper->body), target->answer_property[RESOURCE_CREATE]) : NULL;
		const struct value *id = made ? value_member(made, target->id_property) : NULL;
		writer_key(writer, key->text);
		write_with_keys(campaign, id && id->kind == item->kind ? id : item, writer);
	}
	writer_end(writer);
}

/* A body whose foreign keys point to things that exist. */
static struct doc *
with_foreign_keys(struct campaign *campaign, const struct value *body)
{
	struct writer writer;
	writer_init(&writer, false);
	write_with_keys(campaign, body, &writer);
	return writer_doc(&writer);
}

static struct doc *
make_body(struct campaign *campaign, const struct openapi_operation *operation, bool fresh)
{
	struct probe *probe = campaign->probe;
	const struct value *media = openapi_content(probe->openapi, operation->body, NULL, NULL);
	const struct value *schema = value_member(media, "schema");
	struct sample_options options = { .side = SCHEMA_SIDE_REQUEST, .fresh = fresh };
	g_autoptr(Doc) sample = schema ? sample_make(probe->sampler, schema, NULL, &options, NULL) : NULL;
	return sample ? with_foreign_keys(campaign, doc_root(sample)) : NULL;
}

/* --- one resource --------------------------------------------------------------------------- */

/* The path parameters before a resource's own: those of its parent's keeper. */
static bool
parent_ids(struct campaign *campaign, const struct resource *resource, char ***ret)
{
	*ret = NULL;
	if (!resource->parent)
		return true;
	struct item *parent = find_keeper(campaign, resource->parent);
	*ret = parent && parent->id ? ids_with(parent->ids, NULL) : NULL;
	return *ret != NULL;
}

static bool
create_item(struct campaign *campaign, const struct resource *resource, const char *name, struct item *ret, struct doc **ret_sent)
{
	struct probe *probe = campaign->probe;
	const struct openapi_operation *create = resource->operations[RESOURCE_CREATE];
	g_auto(GStrv) ids = NULL;
	*ret = (struct item){ 0 };
	if (!create || !parent_ids(campaign, resource, &ids))
		return false;
	g_autoptr(Doc) body = create->body ? make_body(campaign, create, true) : NULL;
	struct draft draft;
	if ((create->body && !body) || !draft_init(probe, &draft, create, ids, doc_root(body)))
		return false;
	bool ok = probe_send(probe, &draft, name, EXPECT_SUCCESS, &ret->body);
	draft_finish(&draft);
	ret->id = value_plain(value_member(unwrap(doc_root(ret->body), resource->answer_property[RESOURCE_CREATE]),
	                                   resource->id_property ? resource->id_property : "id"));
	ret->ids = ids_with(ids, ret->id);
	if (ret_sent)
		*ret_sent = g_steal_pointer(&body);
	return ok;
}

static struct item *
find_keeper(struct campaign *campaign, const struct resource *resource)
{
	size_t number = 0;
	while (campaign->resources[number] != resource)
		number++;
	if (!campaign->tried[number]) {
		campaign->tried[number] = true;   /* before: a cycle of foreign keys ends here */
		create_item(campaign, resource, "a valid one is created for others", &campaign->keepers[number], NULL);
	}
	return campaign->keepers[number].id ? &campaign->keepers[number] : NULL;
}

static bool
send_to(struct campaign *campaign, const struct openapi_operation *operation, char **ids, const struct value *body, const char *name,
        enum expectation expect, struct doc **ret_body)
{
	struct draft draft;
	if (ret_body)
		*ret_body = NULL;
	if (!draft_init(campaign->probe, &draft, operation, ids, body))
		return false;
	bool ok = probe_send(campaign->probe, &draft, name, expect, ret_body);
	draft_finish(&draft);
	return ok;
}

/* Members that were sent come back as they were sent, as far as the answer may have them. */
static void
check_echo(struct campaign *campaign, const struct resource *resource, enum resource_role role, const char *name,
           const struct value *sent, const struct value *got)
{
	const struct openapi_operation *operation = resource->operations[RESOURCE_READ];
	const char *wrapper = resource->answer_property[RESOURCE_READ];
	g_autoptr(GString) found = g_string_new(NULL);
	sent = unwrap(sent, resource->body_property[role]);
	got = unwrap(got, wrapper);
	const struct openapi_response *response = openapi_response_for(operation, 200);
	const struct value *media = response ? openapi_content(campaign->probe->openapi, response->node, NULL, NULL) : NULL;
	const struct value *schema = openapi_resolve(campaign->probe->openapi, value_member(media, "schema"));
	if (wrapper)
		schema = openapi_resolve(campaign->probe->openapi, value_member(value_member(schema, "properties"), wrapper));
	VALUE_EACH_MEMBER (key, item, sent) {
		const struct value *back = value_member(got, key->text);
		const struct value *property = value_member(value_member(schema, "properties"), key->text);
		bool hidden = !property || value_truth(value_member(property, "writeOnly")) || value_truth(value_member(property, "readOnly"));
		if (hidden || value_equal(item, back))
			continue;
		g_autofree char *before = value_to_json(item, false), *after = back ? value_to_json(back, false) : g_strdup("nothing");
		g_string_append_printf(found, "%s%s was sent as %s and came back as %s", found->len ? "; " : "", key->text, before, after);
	}
	probe_check(campaign->probe, operation, name, !found->len, "what was sent", found->str);
}

static const struct value *
list_items(const struct resource *resource, const struct value *answer)
{
	return resource->list_property ? value_member(answer, resource->list_property) : answer;
}

static bool
list_has(const struct resource *resource, const struct value *answer, const char *id)
{
	VALUE_EACH (entry, list_items(resource, answer)) {
		g_autofree char *other = value_plain(value_member(entry, resource->id_property));
		if (g_strcmp0(other, id) == 0)
			return true;
	}
	return false;
}

static void
test_list(struct campaign *campaign, const struct resource *resource, const struct item *item)
{
	const struct openapi_operation *list = resource->operations[RESOURCE_LIST];
	g_autoptr(Doc) answer = NULL;
	if (!list)
		return;
	g_auto(GStrv) ids = ids_with(item->ids, NULL);
	if (item->id && ids && g_strv_length(ids))
		g_clear_pointer(&ids[g_strv_length(ids) - 1], g_free);
	if (!resource->operations[RESOURCE_CREATE] || !item->ids)
		return;   /* it was asked for already, or cannot be */
	bool ok = send_to(campaign, list, ids, NULL, "the list", EXPECT_SUCCESS, &answer);
	if (ok && item->id && resource->id_property) {
		g_autofree char *found = g_strdup_printf("no item with %s %s in it", resource->id_property, item->id);
		probe_check(campaign->probe, list, "the list holds what was created", list_has(resource, doc_root(answer), item->id),
		            "the created item in the list", found);
	}
}

/* The list under a filter: what it leaves has the value, and what was created is among it. */
static void
test_filter(struct campaign *campaign, const struct resource *resource, const struct item *item, char **ids, const char *name,
            const struct value *wanted)
{
	const struct openapi_operation *list = resource->operations[RESOURCE_LIST];
	g_autofree char *text = value_is(wanted, VALUE_BOOL) ? value_to_json(wanted, false) : value_plain(wanted);
	g_autofree char *title = g_strdup_printf("the list, filtered by %s", name);
	g_autofree char *check = g_strdup_printf("the filter %s leaves what it should", name);
	g_autoptr(Doc) answer = NULL;
	struct draft draft;
	if (!text || !draft_init(campaign->probe, &draft, list, ids, NULL))
		return;
	draft_set_query(&draft, name, text);
	bool ok = probe_send(campaign->probe, &draft, title, EXPECT_SUCCESS, &answer);
	draft_finish(&draft);
	if (!ok)
		return;
	size_t others = 0;
	VALUE_EACH (entry, list_items(resource, doc_root(answer)))
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
	const struct value *made = unwrap(doc_root(item->body), resource->answer_property[RESOURCE_CREATE]);
	if (!list || !item->id || !resource->id_property)
		return;
	g_auto(GStrv) ids = ids_with(item->ids, NULL);
	g_clear_pointer(&ids[g_strv_length(ids) - 1], g_free);
	for (size_t i = 0; i < list->parameter_count; i++) {
		const struct openapi_parameter *parameter = &list->parameters[i];
		const struct value *wanted = parameter->location == OPENAPI_QUERY ? value_member(made, parameter->name) : NULL;
		if (wanted && wanted->kind != VALUE_NULL)
			test_filter(campaign, resource, item, ids, parameter->name, wanted);
	}
}

static void
test_read(struct campaign *campaign, const struct resource *resource, const struct item *item, const struct value *sent)
{
	const struct openapi_operation *read = resource->operations[RESOURCE_READ];
	g_autoptr(Doc) answer = NULL;
	if (!read || !item->id)
		return;
	if (send_to(campaign, read, item->ids, NULL, "what was created is found again", EXPECT_SUCCESS, &answer) && sent)
		check_echo(campaign, resource, RESOURCE_CREATE, "what was created reads back", sent, doc_root(answer));
}

static void
test_change(struct campaign *campaign, const struct resource *resource, const struct item *item, enum resource_role role)
{
	const struct openapi_operation *change = resource->operations[role], *read = resource->operations[RESOURCE_READ];
	if (!change || !item->id)
		return;
	g_autoptr(Doc) body = change->body ? make_body(campaign, change, true) : NULL, answer = NULL;
	if (change->body && !body)
		return;
	bool ok = send_to(campaign, change, item->ids, doc_root(body), role == RESOURCE_PATCH ? "a valid patch" : "a valid replacement",
	                  EXPECT_SUCCESS, NULL);
	if (ok && read && body && send_to(campaign, read, item->ids, NULL, "the change is there", EXPECT_SUCCESS, &answer))
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
	g_autoptr(Doc) good = schema ? make_body(campaign, operation, true) : NULL;
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
			g_autofree char *text = value_plain(doc_root(bad.items[k].value));
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

/* An id of the right form that nothing has. */
static char *
unknown_id(const char *id)
{
	if (strspn(id, "0123456789") == strlen(id))
		return g_strdup("987654321");
	return strlen(id) == 36 && id[8] == '-' ? g_strdup("00000000-0000-4000-8000-00000000dead") : g_strdup("no-such-id");
}

static void
test_absent(struct campaign *campaign, const struct resource *resource, const struct item *item)
{
	static const enum resource_role roles[] = { RESOURCE_READ, RESOURCE_DELETE };
	if (!item->id)
		return;
	g_auto(GStrv) ids = ids_with(item->ids, NULL);
	guint last = g_strv_length(ids) - 1;
	g_free(ids[last]);
	ids[last] = unknown_id(item->id);
	for (unsigned i = 0; i < G_N_ELEMENTS(roles); i++)
		if (resource->operations[roles[i]])
			send_to(campaign, resource->operations[roles[i]], ids, NULL, "an unknown id", EXPECT_NOT_FOUND, NULL);
}

static void
test_delete(struct campaign *campaign, const struct resource *resource, const struct item *item)
{
	const struct openapi_operation *delete = resource->operations[RESOURCE_DELETE], *read = resource->operations[RESOURCE_READ];
	if (!delete || !item->id)
		return;
	if (send_to(campaign, delete, item->ids, NULL, "what was created is deleted", EXPECT_SUCCESS, NULL) && read)
		send_to(campaign, read, item->ids, NULL, "what was deleted is gone", EXPECT_NOT_FOUND, NULL);
}

/* Without a credential where one is wanted. */
static void
test_security(struct campaign *campaign, const struct openapi_operation *operation, char **ids)
{
	struct draft draft;
	if (!operation || !value_count(operation->security) || !value_count(value_item(operation->security, 0)))
		return;
	if (!draft_init(campaign->probe, &draft, operation, ids, NULL))
		return;
	http_headers_clear(&draft.request.headers);
	probe_send(campaign->probe, &draft, "refused: no credential", EXPECT_UNAUTHORIZED, NULL);
	draft_finish(&draft);
}

/* Without a create operation: the first that the list holds. */
static void
borrow_item(struct campaign *campaign, const struct resource *resource, struct item *ret)
{
	const struct openapi_operation *list = resource->operations[RESOURCE_LIST];
	g_autoptr(Doc) answer = NULL;
	g_auto(GStrv) ids = NULL;
	if (!list || !parent_ids(campaign, resource, &ids) || !send_to(campaign, list, ids, NULL, "the list", EXPECT_SUCCESS, &answer))
		return;
	const struct value *first = value_item(list_items(resource, doc_root(answer)), 0);
	ret->id = first && resource->id_property ? value_plain(value_member(first, resource->id_property)) : NULL;
	ret->ids = ids_with(ids, ret->id);
}

static void
test_resource(struct campaign *campaign, const struct resource *resource)
{
	struct item item = { 0 };
	g_autoptr(Doc) sent = NULL;
	if (resource->operations[RESOURCE_CREATE])
		create_item(campaign, resource, "a valid one is created", &item, &sent);
	else
		borrow_item(campaign, resource, &item);
	g_auto(GStrv) before = NULL;
	parent_ids(campaign, resource, &before);
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
	item_finish(&item);
}

/* --- all of it ------------------------------------------------------------------------------ */

/* Operations that belong to no resource, and those of resources that could not be reached. */
static void
test_rest(struct campaign *campaign)
{
	struct probe *probe = campaign->probe;
	size_t count;
	const struct openapi_operation *operations = openapi_operations(probe->openapi, &count);
	for (size_t i = 0; i < count && !probe_is_over(probe); i++) {
		const struct openapi_operation *operation = &operations[i];
		if (probe_operation(probe, operation)->planned)
			continue;
		g_autoptr(Doc) body = operation->body ? make_body(campaign, operation, false) : NULL;
		send_to(campaign, operation, NULL, doc_root(body), "a valid request", EXPECT_ANY, NULL);
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
	test_rest(&campaign);
	note_unexercised(&campaign);
	for (size_t i = 0; i < campaign.count; i++)
		item_finish(&campaign.keepers[i]);
	g_free(campaign.keepers);
	g_free(campaign.tried);
	return true;
}
