#include "verify/campaign.h"

#include <string.h>

#include "verify/echo.h"

/* What is inside the wrapper that some bodies have: {"task": {…}}. */
const struct value *
campaign_unwrap(const struct value *body, const char *property)
{
	return property ? value_member(body, property) : body;
}

void
campaign_forget(struct item *item)
{
	doc_unref(item->body);
	doc_unref(item->identity);
	g_strfreev(item->ids);
	g_free(item->id);
	*item = (struct item){ 0 };
}

char *
campaign_plain(const struct value *value)
{
	if (value_is(value, VALUE_STRING))
		return g_strdup(value->text);
	return value_is(value, VALUE_NUMBER) ? value_to_json(value, false) : NULL;
}

char **
campaign_ids(char **ids, const char *last)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	for (; ids && *ids; ids++)
		g_strv_builder_add(builder, *ids);
	if (last)
		g_strv_builder_add(builder, last);
	return g_strv_builder_end(builder);
}

/* --- foreign keys --------------------------------------------------------------------------- */


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
		struct item *keeper = target ? campaign_keeper(campaign, target) : NULL;
		const struct value *made = keeper ? campaign_unwrap(doc_root(keeper->body), target->answer_property[RESOURCE_CREATE]) : NULL;
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

struct doc *
campaign_body(struct campaign *campaign, const struct openapi_operation *operation, bool fresh)
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
bool
campaign_above(struct campaign *campaign, const struct resource *resource, char ***ret)
{
	*ret = NULL;
	if (!resource->parent)
		return true;
	struct item *parent = campaign_keeper(campaign, resource->parent);
	*ret = parent && parent->id ? campaign_ids(parent->ids, NULL) : NULL;
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
	g_autofree char *text = campaign_plain(id);
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
	g_autoptr(Doc) body = campaign_body(campaign, create, true);
	const char *wrapper = resource->body_property[RESOURCE_CREATE];
	const struct value *id = resource->id_property ? value_member(campaign_unwrap(doc_root(body), wrapper), resource->id_property) : NULL;
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
	item->id = campaign_plain(id);
	item->identity = item->id ? doc_sub(doc, id) : NULL;
	return item->id != NULL;
}

bool
campaign_create(struct campaign *campaign, const struct resource *resource, const char *name, struct item *ret, struct doc **ret_sent)
{
	struct probe *probe = campaign->probe;
	const struct openapi_operation *create = resource->operations[RESOURCE_CREATE];
	g_auto(GStrv) above = NULL;
	*ret = (struct item){ 0 };
	if (!create || !campaign_above(campaign, resource, &above))
		return false;
	g_auto(GStrv) ids = probe_ids(probe, create, above);
	g_autoptr(Doc) body = create->body ? make_new(campaign, resource) : NULL;
	struct draft draft;
	if ((create->body && !body) || !draft_init(probe, &draft, create, ids, doc_root(body)))
		return false;
	bool ok = probe_send(probe, &draft, name, EXPECT_SUCCESS, &ret->body);
	draft_finish(&draft);
	const struct value *made = campaign_unwrap(doc_root(ret->body), resource->answer_property[RESOURCE_CREATE]);
	const struct value *sent = campaign_unwrap(doc_root(body), resource->body_property[RESOURCE_CREATE]);
	/* An answer that does not name the new thing leaves the name that it was given. */
	const struct value *chosen = resource->id_property && !resource->guessed ? value_member(sent, resource->id_property) : NULL;
	if (!take_identity(resource, ret, ret->body, made) && ok && fits_path(campaign, resource, chosen))
		take_identity(resource, ret, body, sent);
	ret->ids = campaign_ids(ids, ret->id);
	if (ret_sent)
		*ret_sent = g_steal_pointer(&body);
	return ok;
}

struct item *
campaign_keeper(struct campaign *campaign, const struct resource *resource)
{
	size_t number = 0;
	while (campaign->resources[number] != resource)
		number++;
	if (!campaign->tried[number]) {
		campaign->tried[number] = true;   /* before: a cycle of foreign keys ends here */
		if (resource->operations[RESOURCE_CREATE])
			campaign_create(campaign, resource, "a valid one is created for others", &campaign->keepers[number], NULL);
		else
			campaign_borrow(campaign, resource, true, &campaign->keepers[number]);
	}
	return campaign->keepers[number].id ? &campaign->keepers[number] : NULL;
}

bool
campaign_send(struct campaign *campaign, const struct openapi_operation *operation, char **ids, const struct value *body, const char *name,
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

const struct value *
campaign_listed(const struct resource *resource, const struct value *answer)
{
	return resource->list_property ? value_member(answer, resource->list_property) : answer;
}

/* Without a create operation: the first that the list holds, or the last. */
void
campaign_borrow(struct campaign *campaign, const struct resource *resource, bool first, struct item *ret)
{
	const struct openapi_operation *list = resource->operations[RESOURCE_LIST];
	g_autoptr(Doc) answer = NULL;
	g_auto(GStrv) above = NULL;
	if (!list || !campaign_above(campaign, resource, &above))
		return;
	g_auto(GStrv) ids = probe_ids(campaign->probe, list, above);
	if (!campaign_send(campaign, list, ids, NULL, "the list", EXPECT_SUCCESS, &answer))
		return;
	const struct value *items = campaign_listed(resource, doc_root(answer));
	const struct value *item = value_item(items, first || !value_count(items) ? 0 : value_count(items) - 1);
	if (item && resource->id_property)
		take_identity(resource, ret, answer, item);
	ret->ids = campaign_ids(ids, ret->id);
}
