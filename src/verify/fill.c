#include "verify/fill.h"

#include <string.h>

#include "contract/style.h"
#include "verify/echo.h"

/* --- foreign keys --------------------------------------------------------------------------- */

static size_t
stem_length(const char *name)
{
	size_t length = strlen(name);
	return length > 3 && g_str_has_suffix(name, "_id") ? length - 3 : length > 2 && g_str_has_suffix(name, "Id") ? length - 2 : 0;
}

bool
fill_is_key(const char *name)
{
	return stem_length(name) > 0;
}

/* The resource that a member such as "project_id" or "projectId" points to; NULL for none. */
static const struct resource *
foreign_resource(struct tester *tester, const char *name)
{
	size_t stem = stem_length(name);
	for (size_t i = 0; stem && i < tester->count; i++) {
		g_autofree char *singular = resource_singular(tester->list[i]->name);
		if (strlen(singular) == stem && g_ascii_strncasecmp(singular, name, stem) == 0)
			return tester->list[i];
	}
	return NULL;
}

/* `own` is the member that names the thing itself, where the value is one; NULL. */
static void
write_with_keys(struct tester *tester, const struct value *value, const char *own, struct writer *writer)
{
	if (!value_is(value, VALUE_OBJECT)) {
		writer_value(writer, value);
		return;
	}
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (key, item, value) {
		const struct resource *target = g_strcmp0(key->text, own) == 0 ? NULL : foreign_resource(tester, key->text);
		struct item *keeper = target ? campaign_keeper(tester, target) : NULL;
		const struct value *made = keeper ? campaign_unwrap(doc_root(keeper->body), target->answer_property[RESOURCE_CREATE]) : NULL;
		const struct value *id = made ? value_member(made, target->id_property) : NULL;
		writer_key(writer, key->text);
		write_with_keys(tester, id && id->kind == item->kind ? id : item, own, writer);
	}
	writer_end(writer);
}

/* A body whose foreign keys point to things that exist. */
static struct doc *
with_foreign_keys(struct tester *tester, const struct value *body, const char *own)
{
	struct writer writer;
	writer_init(&writer, false);
	write_with_keys(tester, body, own, &writer);
	return writer_doc(&writer);
}

struct doc *
campaign_body(struct tester *tester, const struct openapi_operation *operation, const char *media, bool least)
{
	const struct value *schema = value_member(openapi_content(tester->openapi, operation->body, media, NULL), "schema");
	struct sample_options options = { .side = SCHEMA_SIDE_REQUEST, .fresh = true, .required_only = least };
	g_autoptr(Doc) sample = schema ? sample_make(tester->sampler, schema, NULL, &options, NULL) : NULL;
	enum resource_role role;
	const struct resource *resource = resources_of(tester->resources, operation, &role);
	return sample ? with_foreign_keys(tester, doc_root(sample), resource ? resource->id_property : NULL) : NULL;
}

/* --- ids that clients choose ---------------------------------------------------------------- */

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

static const struct openapi_parameter *
last_parameter(const struct openapi_operation *operation)
{
	size_t count = operation ? operation->path_name_count : 0;
	return count ? case_parameter(operation, case_path_slot(operation, count - 1)) : NULL;
}

static bool
fits_schema(struct tester *tester, const struct value *schema, const struct value *value)
{
	struct faults faults = { 0 };
	bool fits = exchange_check(tester->openapi, schema, value, SCHEMA_SIDE_REQUEST, "", "", &faults);
	faults_clear(&faults);
	return fits;
}

bool
fill_fits_path(struct tester *tester, const struct resource *resource, const struct value *id)
{
	const struct openapi_parameter *parameter = last_parameter(operation_on_item(resource));
	g_autofree char *text = campaign_plain(id);
	if (!text || !parameter || !parameter->value_schema)
		return text != NULL;
	struct writer writer;
	writer_init(&writer, false);
	style_scalar(tester->openapi, text, parameter->value_schema, &writer);
	g_autoptr(Doc) doc = writer_doc(&writer);
	return fits_schema(tester, parameter->value_schema, doc_root(doc));
}

/* One like it that no other item got; NULL where it is no text. */
static struct doc *
make_unique(struct tester *tester, const struct value *id)
{
	if (!value_is(id, VALUE_STRING))
		return NULL;
	struct writer writer;
	g_autofree char *text = g_strdup_printf("%s%u", id->text, ++tester->names);
	writer_init(&writer, false);
	writer_text(&writer, text);
	return writer_doc(&writer);
}

/* A body for a new item: an id that the client chooses has to fit the item's path, and to be new, for
 * there are not many words that names are made of. */
static struct doc *
new_body(struct tester *tester, const struct resource *resource)
{
	const struct openapi_operation *create = resource->operations[RESOURCE_CREATE];
	const struct openapi_parameter *parameter = last_parameter(operation_on_item(resource));
	g_autoptr(Doc) body = campaign_body(tester, create, NULL, false);
	const char *wrapper = resource->body_property[RESOURCE_CREATE];
	const struct value *id = resource->id_property ? value_member(campaign_unwrap(doc_root(body), wrapper), resource->id_property) : NULL;
	const struct value *schema = value_member(openapi_content(tester->openapi, create->body, NULL, NULL), "schema");
	if (!id)
		return g_steal_pointer(&body);
	g_autoptr(Doc) made = fill_fits_path(tester, resource, id) || !parameter ? NULL : campaign_value(tester, parameter);
	if (made && doc_root(made)->kind == id->kind)
		return echo_replace(doc_root(body), wrapper, resource->id_property, doc_root(made));
	g_autoptr(Doc) unique = make_unique(tester, id);
	g_autoptr(Doc) renamed = unique ? echo_replace(doc_root(body), wrapper, resource->id_property, doc_root(unique)) : NULL;
	bool usable = renamed && fill_fits_path(tester, resource, doc_root(unique)) && fits_schema(tester, schema, doc_root(renamed));
	return usable ? g_steal_pointer(&renamed) : g_steal_pointer(&body);
}

struct test_case *
campaign_creation(struct tester *tester, const struct resource *resource, const char *about)
{
	const struct openapi_operation *create = resource->operations[RESOURCE_CREATE];
	if (resource->parent && !campaign_keeper(tester, resource->parent))
		return NULL;
	g_autoptr(TestCase) test = campaign_case(tester, create, FILL_REQUIRED, about);
	g_autoptr(Doc) body = test && create->body ? new_body(tester, resource) : NULL;
	if (!test || (create->body && !body))
		return NULL;
	if (body)
		case_set_body(test, doc_root(body));
	return g_steal_pointer(&test);
}

/* --- cases ---------------------------------------------------------------------------------- */

struct doc *
campaign_value(struct tester *tester, const struct openapi_parameter *parameter)
{
	struct sample_options options = { .side = SCHEMA_SIDE_REQUEST };
	const struct value *example = value_member(parameter->node, "example");
	if (example && parameter->value_schema && fits_schema(tester, parameter->value_schema, example)) {
		g_autofree char *json = value_to_json(example, false);
		return doc_own(json);
	}
	if (!parameter->value_schema)
		return doc_own("\"text\"");
	return sample_make(tester->sampler, parameter->value_schema, parameter->name, &options, NULL);
}

/* The node of a header parameter that OpenAPI leaves to other parts of a document; NULL for none. */
static const struct value *
find_left_out(struct tester *tester, const struct openapi_operation *operation, const char *name)
{
	const struct value *lists[] = { value_member(operation->node, "parameters"), value_member(operation->path_node, "parameters") };
	for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++)
		VALUE_EACH (entry, lists[i]) {
			const struct value *node = openapi_resolve(tester->openapi, entry);
			const char *in = value_member_text(node, "in"), *other = value_member_text(node, "name");
			if (g_strcmp0(in, "header") == 0 && other && g_ascii_strcasecmp(other, name) == 0)
				return node;
		}
	return NULL;
}

/* A header that documents describe as a parameter although OpenAPI ignores that: clients follow it. */
static char *
left_out(struct tester *tester, const struct openapi_operation *operation, const char *name, bool enumerated)
{
	struct sample_options options = { .side = SCHEMA_SIDE_REQUEST };
	const struct value *node = find_left_out(tester, operation, name), *schema = value_member(node, "schema");
	bool wanted = value_truth(value_member(node, "required")) || (enumerated && value_member(openapi_resolve(tester->openapi, schema), "enum"));
	g_autoptr(Doc) sample = wanted && schema ? sample_make(tester->sampler, schema, name, &options, NULL) : NULL;
	return g_strdup(value_text(doc_root(sample)));
}

static bool
fill_parameters(struct tester *tester, struct test_case *test, enum fill fill)
{
	const struct openapi_operation *operation = test->operation;
	for (size_t i = 0; i < operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &operation->parameters[i];
		bool in_path = parameter->location != OPENAPI_PATH || strstr(operation->path, parameter->name);
		if (test->values[i] || !in_path || (!parameter->required && fill != FILL_ALL))
			continue;
		g_autoptr(Doc) value = campaign_value(tester, parameter);
		if (value)
			case_set(test, i, doc_root(value));
		else if (parameter->required)
			return false;
	}
	return true;
}

/* A change of something that stays leaves it its name. */
static void
keep_name(struct tester *tester, struct test_case *test)
{
	enum resource_role role;
	const struct resource *resource = resources_of(tester->resources, test->operation, &role);
	bool changes = role == RESOURCE_PATCH || role == RESOURCE_REPLACE;
	const struct item *keeper = changes && test->known && test->body && resource->id_property ? campaign_keeper(tester, resource) : NULL;
	if (!keeper || !keeper->identity)
		return;
	struct doc *body = echo_replace(doc_root(test->body), resource->body_property[role], resource->id_property, doc_root(keeper->identity));
	doc_unref(test->body);
	test->body = body;
}

static bool
fill_all(struct tester *tester, struct test_case *test, enum fill fill)
{
	const struct openapi_operation *operation = test->operation;
	g_auto(GStrv) ids = campaign_known_ids(tester, operation);
	size_t known = ids ? g_strv_length(ids) : 0;
	case_set_ids(test, ids);
	test->known = known >= operation->path_name_count;
	if (!fill_parameters(tester, test, fill))
		return false;
	test->accept = left_out(tester, operation, "Accept", true);
	bool bodiless = !operation->body || !value_count(value_member(operation->body, "content"));
	if (bodiless || (fill == FILL_LEAST && !operation->body_required))
		return true;
	test->body = campaign_body(tester, operation, NULL, fill == FILL_LEAST);
	keep_name(tester, test);
	return test->body || !operation->body_required;
}

struct test_case *
campaign_case(struct tester *tester, const struct openapi_operation *operation, enum fill fill, const char *about)
{
	g_autoptr(TestCase) test = case_create(operation, CASE_VALID, about);
	if (fill_all(tester, test, fill))
		return g_steal_pointer(&test);
	g_autofree char *name = operation_title(operation);
	for (size_t i = 0; i < tester->results->findings->count; i++)
		if (g_strcmp0(tester->results->findings->items[i].subject, name) == 0)
			return NULL;
	finding_add(tester->results->findings, SEVERITY_LOW, name, "not exercised: no valid request could be made");
	return NULL;
}

struct test_case *
campaign_absent(struct tester *tester, const struct openapi_operation *operation, char *const *ids, const char *about)
{
	static const char *const unknown[] = { "987654321", "00000000-0000-4000-8000-00000000dead", "no-such-id", "00000000000000000000dead", "nosuchid" };
	guint count = ids ? g_strv_length((char **)ids) : 0;
	g_autoptr(TestCase) base = count ? campaign_case(tester, operation, FILL_REQUIRED, about) : NULL;
	if (!base)
		return NULL;
	const char *last = ids[count - 1];
	bool number = strspn(last, "0123456789") == strlen(last), uuid = strlen(last) == 36 && last[8] == '-';
	g_auto(GStrv) path = campaign_ids(ids, NULL);
	base->kind = CASE_ABSENT;
	base->known = false;
	/* The form that the provider gave its own first; then what fits the path. */
	for (unsigned i = number ? 0 : uuid ? 1 : 2, tried = 0; tried <= G_N_ELEMENTS(unknown); i = (i + 1) % G_N_ELEMENTS(unknown), tried++) {
		const struct openapi_parameter *parameter = last_parameter(operation);
		g_autoptr(Doc) made = tried == G_N_ELEMENTS(unknown) && parameter ? campaign_value(tester, parameter) : NULL;
		struct http_request request;
		if (value_is(doc_root(made), VALUE_NUMBER))
			return NULL;   /* of so few numbers any may be there */
		g_free(path[count - 1]);
		path[count - 1] = made ? campaign_plain(doc_root(made)) : g_strdup(unknown[i]);
		if (!path[count - 1])
			return NULL;
		case_set_ids(base, path);
		if (!g_str_equal(path[count - 1], last) && case_make(&tester->wire, base, &request)) {
			http_request_clear(&request);
			return g_steal_pointer(&base);
		}
	}
	return NULL;
}
