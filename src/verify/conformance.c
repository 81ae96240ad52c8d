#include "verify/conformance.h"

#include <string.h>

#include "base/clock.h"
#include "contract/shape.h"
#include "verify/echo.h"
#include "verify/probe.h"

enum { NEGATIVES = 12, REQUEST_MS = 5000 };

/* Something that the test made at the provider. */
struct item {
	struct doc *body;            /* as the provider answered */
	struct doc *identity;        /* the id as it stands in the body; NULL where it does not */
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
	unsigned names;              /* that were made unlike the others */
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
	doc_unref(item->identity);
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
static void borrow_item(struct campaign *campaign, const struct resource *resource, bool first, struct item *ret);

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

/* `own` is the member that names the thing itself, where the value is one; NULL. */
static void
write_with_keys(struct campaign *campaign, const struct value *value, const char *own, struct writer *writer)
{
	if (!value_is(value, VALUE_OBJECT)) {
		writer_value(writer, value);
		return;
	}
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (key, item, value) {
		const struct resource *target = g_strcmp0(key->text, own) == 0 ? NULL : foreign_resource(campaign, key->text);
		struct item *keeper = target ? find_keeper(campaign, target) : NULL;
		const struct value *made = keeper ? unwrap(doc_root(keeper->body), target->answer_property[RESOURCE_CREATE]) : NULL;
		const struct value *id = made ? value_member(made, target->id_property) : NULL;
		writer_key(writer, key->text);
		write_with_keys(campaign, id && id->kind == item->kind ? id : item, own, writer);
	}
	writer_end(writer);
}

/* A body whose foreign keys point to things that exist. */
static struct doc *
with_foreign_keys(struct campaign *campaign, const struct value *body, const char *own)
{
	struct writer writer;
	writer_init(&writer, false);
	write_with_keys(campaign, body, own, &writer);
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
	enum resource_role role;
	const struct resource *resource = resources_of(probe->resources, operation, &role);
	return sample ? with_foreign_keys(campaign, doc_root(sample), resource ? resource->id_property : NULL) : NULL;
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

/* An operation that has the item's id as its last path parameter; NULL for none. */
static const struct openapi_operation *
operation_on_item(const struct resource *resource)
{
	static const enum resource_role roles[] = { RESOURCE_READ, RESOURCE_DELETE, RESOURCE_REPLACE, RESOURCE_PATCH };
	for (unsigned i = 0; i < G_N_ELEMENTS(roles); i++)
		if (resource->item && resource->operations[roles[i]] && g_str_equal(resource->operations[roles[i]]->path, resource->item))
			return resource->operations[roles[i]];
	return NULL;
}

/* Whether an item's path can hold an id. */
static bool
fits_path(struct campaign *campaign, const struct resource *resource, const struct value *id)
{
	const struct openapi_operation *on_item = operation_on_item(resource);
	g_autofree char *text = value_plain(id);
	return text && (!on_item || probe_path_fits(campaign->probe, on_item, on_item->path_name_count - 1, text));
}

static bool
body_fits(struct campaign *campaign, const struct openapi_operation *operation, const struct value *body)
{
	struct faults faults = { 0 };
	const struct value *media = openapi_content(campaign->probe->openapi, operation->body, NULL, NULL);
	bool fits = exchange_check(campaign->probe->openapi, value_member(media, "schema"), body, SCHEMA_SIDE_REQUEST, "body", "", &faults);
	faults_clear(&faults);
	return fits;
}

/* The id, or one like it that no other item got; NULL where the contract permits none. */
static struct doc *
make_unique(struct campaign *campaign, const struct value *id)
{
	g_autofree char *text = value_is(id, VALUE_STRING) ? g_strdup_printf("%s%u", id->text, ++campaign->names) : NULL;
	struct writer writer;
	writer_init(&writer, false);
	writer_text(&writer, text);
	g_autoptr(Doc) doc = writer_doc(&writer);
	return text ? g_steal_pointer(&doc) : NULL;
}

/* A body for a new item. An id that the client chooses has to fit the item's path, too, and to be new:
 * there are not many words that names are made of. */
static struct doc *
make_new(struct campaign *campaign, const struct resource *resource)
{
	const struct openapi_operation *create = resource->operations[RESOURCE_CREATE], *on_item = operation_on_item(resource);
	g_autoptr(Doc) body = make_body(campaign, create, true);
	const char *wrapper = resource->body_property[RESOURCE_CREATE];
	const struct value *id = resource->id_property ? value_member(unwrap(doc_root(body), wrapper), resource->id_property) : NULL;
	if (!id)
		return g_steal_pointer(&body);
	g_autoptr(Doc) fitting = on_item ? probe_path_value(campaign->probe, on_item, on_item->path_name_count - 1, id) : NULL;
	if (fitting)
		return echo_replace(doc_root(body), wrapper, resource->id_property, doc_root(fitting));
	g_autoptr(Doc) unique = make_unique(campaign, id);
	g_autoptr(Doc) renamed = unique ? echo_replace(doc_root(body), wrapper, resource->id_property, doc_root(unique)) : NULL;
	bool usable = renamed && fits_path(campaign, resource, doc_root(unique)) && body_fits(campaign, create, doc_root(renamed));
	return usable ? g_steal_pointer(&renamed) : g_steal_pointer(&body);
}

static bool
take_identity(const struct resource *resource, struct item *item, struct doc *doc, const struct value *object)
{
	const struct value *id = value_member(object, resource->id_property ? resource->id_property : "id");
	item->id = value_plain(id);
	item->identity = item->id ? doc_sub(doc, id) : NULL;
	return item->id != NULL;
}

static bool
create_item(struct campaign *campaign, const struct resource *resource, const char *name, struct item *ret, struct doc **ret_sent)
{
	struct probe *probe = campaign->probe;
	const struct openapi_operation *create = resource->operations[RESOURCE_CREATE];
	g_auto(GStrv) above = NULL;
	*ret = (struct item){ 0 };
	if (!create || !parent_ids(campaign, resource, &above))
		return false;
	g_auto(GStrv) ids = probe_ids(probe, create, above);
	g_autoptr(Doc) body = create->body ? make_new(campaign, resource) : NULL;
	struct draft draft;
	if ((create->body && !body) || !draft_init(probe, &draft, create, ids, doc_root(body)))
		return false;
	bool ok = probe_send(probe, &draft, name, EXPECT_SUCCESS, &ret->body);
	draft_finish(&draft);
	const struct value *made = unwrap(doc_root(ret->body), resource->answer_property[RESOURCE_CREATE]);
	const struct value *sent = unwrap(doc_root(body), resource->body_property[RESOURCE_CREATE]);
	/* An answer that does not name the new thing leaves the name that it was given. */
	const struct value *chosen = resource->id_property && !resource->guessed ? value_member(sent, resource->id_property) : NULL;
	if (!take_identity(resource, ret, ret->body, made) && ok && fits_path(campaign, resource, chosen))
		take_identity(resource, ret, body, sent);
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
		if (resource->operations[RESOURCE_CREATE])
			create_item(campaign, resource, "a valid one is created for others", &campaign->keepers[number], NULL);
		else
			borrow_item(campaign, resource, true, &campaign->keepers[number]);
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
	struct openapi *openapi = campaign->probe->openapi;
	const struct openapi_operation *operation = resource->operations[RESOURCE_READ];
	const char *wrapper = resource->answer_property[RESOURCE_READ];
	const struct openapi_response *response = openapi_response_for(operation, 200);
	const struct value *media = response ? openapi_content(openapi, response->node, NULL, NULL) : NULL, *schema = value_member(media, "schema");
	if (wrapper) {
		const struct shape_member *member = shape_member(shape_of(openapi, schema), wrapper);
		schema = member ? member->schema : NULL;
	}
	g_autofree char *found = echo_differences(openapi, schema, unwrap(sent, resource->body_property[role]), unwrap(got, wrapper));
	probe_check(campaign->probe, operation, name, !*found, "what was sent", found);
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
	g_auto(GStrv) ids = ids_with(item->ids, NULL);
	if (item->id && ids && g_strv_length(ids))
		g_clear_pointer(&ids[g_strv_length(ids) - 1], g_free);
	if (!resource->operations[RESOURCE_CREATE] || !item->ids)
		return;   /* it was asked for already, or cannot be */
	bool ok = send_to(campaign, list, ids, NULL, "the list", EXPECT_SUCCESS, &answer);
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
	g_autofree char *text = value_is(value, VALUE_BOOL) ? value_to_json(value, false) : value_plain(value);
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
	g_autofree char *text = value_is(wanted, VALUE_BOOL) ? value_to_json(wanted, false) : value_plain(wanted);
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
	if (!list || !item->id || !list_shows_id(campaign, resource, item))
		return;
	for (size_t i = 0; i < list->parameter_count; i++)
		if (list->parameters[i].required && list->parameters[i].location == OPENAPI_QUERY && !value_member(made, list->parameters[i].name))
			return;   /* as in test_list() */
	g_auto(GStrv) ids = ids_with(item->ids, NULL);
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
	if (send_to(campaign, read, item->ids, NULL, "what was created is found again", EXPECT_SUCCESS, &answer) && sent)
		check_echo(campaign, resource, RESOURCE_CREATE, "what was created reads back", sent, doc_root(answer));
}

static void
test_change(struct campaign *campaign, const struct resource *resource, const struct item *item, enum resource_role role)
{
	const struct openapi_operation *change = resource->operations[role], *read = resource->operations[RESOURCE_READ];
	if (!change || !item->id)
		return;
	g_autoptr(Doc) made = change->body ? make_body(campaign, change, true) : NULL, answer = NULL;
	if (change->body && !made)
		return;
	/* A body that names the item, too, names the same. */
	bool named = made && item->identity && resource->id_property;
	g_autoptr(Doc) body = named ? echo_replace(doc_root(made), resource->body_property[role], resource->id_property, doc_root(item->identity))
	                            : g_steal_pointer(&made);
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

/* A request for something that is not there, with an id that fits; false where none is known. */
static bool
draft_absent(struct campaign *campaign, const struct openapi_operation *operation, const struct item *item, struct draft *draft)
{
	static const char *const unknown[] = { "987654321", "00000000-0000-4000-8000-00000000dead", "no-such-id", "00000000000000000000dead", "nosuchid" };
	bool number = strspn(item->id, "0123456789") == strlen(item->id), uuid = strlen(item->id) == 36 && item->id[8] == '-';
	g_auto(GStrv) ids = ids_with(item->ids, NULL);
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
	if (send_to(campaign, delete, item->ids, NULL, "what was created is deleted", EXPECT_SUCCESS, NULL) && read)
		send_to(campaign, read, item->ids, NULL, "what was deleted is gone", EXPECT_NOT_FOUND, NULL);
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

/* Without a create operation: the first that the list holds, or the last. */
static void
borrow_item(struct campaign *campaign, const struct resource *resource, bool first, struct item *ret)
{
	const struct openapi_operation *list = resource->operations[RESOURCE_LIST];
	g_autoptr(Doc) answer = NULL;
	g_auto(GStrv) above = NULL;
	if (!list || !parent_ids(campaign, resource, &above))
		return;
	g_auto(GStrv) ids = probe_ids(campaign->probe, list, above);
	if (!send_to(campaign, list, ids, NULL, "the list", EXPECT_SUCCESS, &answer))
		return;
	const struct value *items = list_items(resource, doc_root(answer));
	const struct value *item = value_item(items, first || !value_count(items) ? 0 : value_count(items) - 1);
	if (item && resource->id_property)
		take_identity(resource, ret, answer, item);
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
		borrow_item(campaign, resource, false, &item);
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

/* The ids of something that is there, as far as they are known. */
static char **
known_ids(struct campaign *campaign, const struct openapi_operation *operation)
{
	enum resource_role role;
	const struct resource *resource = resources_of(campaign->probe->resources, operation, &role);
	const struct resource *around = resource ? resource : resources_around(campaign->probe->resources, operation);
	struct item *keeper = around ? find_keeper(campaign, around) : NULL;
	char **above = NULL;
	if (!keeper && resource)
		parent_ids(campaign, resource, &above);
	return keeper ? ids_with(keeper->ids, NULL) : above;
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
		g_autoptr(Doc) body = operation->body ? make_body(campaign, operation, false) : NULL;
		send_to(campaign, operation, ids, doc_root(body), "a valid request", known ? EXPECT_ANY : EXPECT_ANY_OR_ABSENT, NULL);
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
	test_rest(&campaign, false);
	test_rest(&campaign, true);
	note_unexercised(&campaign);
	for (size_t i = 0; i < campaign.count; i++)
		item_finish(&campaign.keepers[i]);
	g_free(campaign.keepers);
	g_free(campaign.tried);
	return true;
}
