/* What an operation of the standalone mock answers, and what it changes. */
#include <string.h>

#include "contract/openapi_model.h"
#include "contract/package_modelling.h"
#include "contract/xml.h"

static const char *const parameter_names[] = { "none", "limit", "offset", "page", "cursor", "sort", "direction", "search" };
static const char *const relation_names[] = { "equal", "least", "most", "above", "below", "not", "contains" };

static void
write_json(struct writer *writer, const char *key, const char *json)
{
	g_autoptr(Doc) doc = json ? doc_own(json) : NULL;
	writer_member_value(writer, key, doc_root(doc));
}

/* Errors that have a schema, with marks where the words about a fault come. */
static void
write_errors(struct modelling *modelling, const struct openapi_operation *operation)
{
	static const int statuses[] = { 400, 401, 404, 406, 409, 415, 422 };
	struct writer *writer = modelling->writer;
	writer_key(writer, "errors");
	writer_begin_object(writer);
	for (unsigned i = 0; i < G_N_ELEMENTS(statuses); i++) {
		const struct openapi_response *response = openapi_response_for(operation, statuses[i]);
		const char *media = NULL;
		const struct value *object = response ? openapi_content(modelling->openapi, response->node, NULL, &media) : NULL;
		const struct value *schema = object && (openapi_is_json(media) || strchr(media, '*')) ? value_member(object, "schema") : NULL;
		struct faults faults = { 0 };
		faults_add(&faults, "@in", "@name", "@fault");
		g_autofree char *problem = exchange_problem(statuses[i], "@detail", &faults);
		const struct value *example = object ? answer_example(modelling->openapi, object, schema) : NULL;
		g_autofree char *told = example ? value_to_json(example, false) : schema ? problem_like(modelling->mock, schema, problem) : NULL;
		faults_clear(&faults);
		if (!told)
			continue;
		char status[4] = { (char)('0' + statuses[i] / 100), (char)('0' + statuses[i] / 10 % 10), (char)('0' + statuses[i] % 10), '\0' };
		writer_key(writer, status);
		writer_begin_object(writer);
		writer_member_text(writer, "media", strchr(media, '*') ? "application/json" : media);
		write_json(writer, "template", told);
		writer_end(writer);
	}
	writer_end(writer);
}

static void
write_headers(struct modelling *modelling, struct mock_plan *plan)
{
	struct writer *writer = modelling->writer;
	const struct http_request request = { .method = (char *)(uintptr_t)plan->operation->method, .url = (char *)(uintptr_t)plan->operation->path };
	struct asking asking = { .mock = modelling->mock, .plan = plan, .request = &request };
	writer_key(writer, "headers");
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (name, item, plan->response ? value_member(plan->response->node, "headers") : NULL) {
		const char *bare = g_ascii_strncasecmp(name->text, "x-", 2) == 0 ? name->text + 2 : name->text;
		enum paging_member meaning = plan->role == RESOURCE_LIST ? paging_member(bare) : PAGING_NONE;
		bool location = plan->resource && (lexicon_same(name->text, "location") || lexicon_same(name->text, "content-location"));
		const struct value *node = openapi_resolve(modelling->openapi, item);
		g_autofree char *value = NULL;
		if (location)
			value = g_strdup("@location");
		else if (meaning > PAGING_NONE && meaning <= PAGING_PAGES)
			value = g_strconcat("@", paging_member_names[meaning], NULL);
		else if (!lexicon_same(name->text, "content-type") && !lexicon_same(name->text, "link"))
			value = answer_header_value(&asking, name->text, node, NULL);
		if (value)
			writer_member_text(writer, name->text, value);
	}
	writer_end(writer);
}

/* What stands around the state in an answer: other members that the schema requires. */
static char *
surroundings(struct modelling *modelling, const struct mock_plan *plan, const char *around, bool list)
{
	g_autofree char *like = g_strdup_printf(list ? "{\"%s\":[]}" : "{\"%s\":{}}", around);
	g_autoptr(Doc) doc = doc_read_json("like", like, strlen(like), NULL, NULL);
	struct sample_options options = { .side = SCHEMA_SIDE_RESPONSE, .required_only = true, .like = doc_root(doc) };
	g_autoptr(Doc) made = doc && plan->schema ? sample_make(modelling->mock->sampler, plan->schema, NULL, &options, NULL) : NULL;
	return made ? value_to_json(doc_root(made), false) : g_strdup("{}");
}

/* The answer of an operation that keeps nothing. */
static char *
sample_of(struct modelling *modelling, struct mock_plan *plan, const struct value *object, const char *media)
{
	const struct http_request request = { .method = (char *)(uintptr_t)plan->operation->method, .url = (char *)(uintptr_t)plan->operation->path };
	struct asking asking = { .mock = modelling->mock, .plan = plan, .request = &request };
	g_autofree char *json = object ? answer_body(&asking, object, NULL, NULL) : NULL;
	if (!json || !media || !g_str_has_suffix(media, "xml"))
		return g_steal_pointer(&json);
	g_autoptr(Doc) doc = doc_own(json);
	g_autofree char *xml = xml_text(modelling->openapi, doc_root(doc), value_member(object, "schema"));
	struct writer writer;
	writer_init(&writer, false);
	writer_text(&writer, xml);
	return writer_take(&writer);
}

/* What an answer is sent as, its media type, and the content that the document declares of it; NULL where it has none. */
static const struct value *
declared_content(struct modelling *modelling, const struct mock_plan *plan, const char **ret_media)
{
	bool full = plan->response && plan->status != 204;
	const char *declared = full ? exchange_negotiate(modelling->openapi, plan->response->node, NULL) : NULL, *name = NULL;
	*ret_media = declared && strchr(declared, '*') ? "application/json" : declared;
	return declared ? openapi_content(modelling->openapi, plan->response->node, declared, &name) : NULL;
}

/* The member of an answer that holds the state; NULL where the answer is the state. */
static const char *
wrapper_of(const struct mock_plan *plan)
{
	if (!plan->resource)
		return NULL;
	return plan->role == RESOURCE_LIST ? plan->resource->list_property : plan->resource->answer_property[plan->role];
}

/* The schema of an object as an answer shows it. */
static const struct value *
shown_schema(struct modelling *modelling, const struct mock_plan *plan, const char *around)
{
	const struct shape_member *member = around ? shape_member(shape_of(modelling->openapi, plan->schema), around) : NULL;
	const struct value *shown = member ? member->schema : plan->schema;
	return plan->role == RESOURCE_LIST ? shape_of(modelling->openapi, shown)->items : shown;
}

static void
write_answer(struct modelling *modelling, struct mock_plan *plan)
{
	struct writer *writer = modelling->writer;
	const struct resource *resource = plan->resource, *about = resource ? resource : plan->around;
	const char *media, *around = wrapper_of(plan);
	const struct value *object = declared_content(modelling, plan, &media);
	const struct value *item = about ? openapi_resolve(modelling->openapi, about->item_schema) : NULL;
	bool list = plan->role == RESOURCE_LIST, echo = !resource && object && !value_member(object, "example") && !value_member(object, "examples");
	g_autofree char *sample = around ? surroundings(modelling, plan, around, list) : sample_of(modelling, plan, object, media);
	writer_member_int(writer, "status", plan->status);
	if (media)
		writer_member_text(writer, "media", media);
	modelling_members(modelling, "members", shown_schema(modelling, plan, around));
	if (around && !list)
		writer_member_text(writer, "wrapper", around);
	writer_member_bool(writer, "shows", !plan->schema || shape_of(modelling->openapi, plan->schema)->kinds & SHAPE_KIND(VALUE_OBJECT));
	writer_member_bool(writer, "showsItem", item && item == openapi_resolve(modelling->openapi, plan->schema));
	writer_member_bool(writer, "echo", echo);
	write_json(writer, "sample", sample);
}

static void
write_change(struct modelling *modelling, struct mock_plan *plan)
{
	struct writer *writer = modelling->writer;
	const struct resource *resource = plan->resource;
	const struct value *schema = resource ? mock_body_schema(modelling->mock, plan) : NULL;
	const struct shape *asked = shape_of(modelling->openapi, schema), *own = shape_of(modelling->openapi, resource ? resource->item_schema : NULL);
	if (resource && resource->body_property[plan->role])
		writer_member_text(writer, "bodyWrapper", resource->body_property[plan->role]);
	writer_member_bool(writer, "mayPut", resource && plan->role == RESOURCE_REPLACE && mock_may_put(plan));
	writer_key(writer, "readOnly");
	writer_begin_array(writer);
	for (size_t i = 0; resource && i < asked->count; i++)
		if (asked->members[i].read_only)
			writer_text(writer, asked->members[i].name);
	for (size_t i = 0; resource && i < own->count; i++)
		if (own->members[i].read_only && !shape_member(asked, own->members[i].name))
			writer_text(writer, own->members[i].name);
	writer_end(writer);
	if (!resource || !schema || !asked->count)
		return;
	writer_key(writer, "asked");
	writer_begin_array(writer);
	for (size_t i = 0; i < asked->count; i++)
		writer_text(writer, asked->members[i].name);
	writer_end(writer);
}

static void
write_types(struct writer *writer, unsigned kinds)
{
	static const char *const names[] = { "null", "boolean", "number", "string", "array", "object" };
	writer_key(writer, "types");
	writer_begin_array(writer);
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
		if (kinds & SHAPE_KIND(i))
			writer_text(writer, names[i]);
	writer_end(writer);
}

static void
write_envelope(struct modelling *modelling, const struct shape *shape, const char *around)
{
	struct writer *writer = modelling->writer;
	bool total = false;
	for (size_t i = 0; i < shape->count; i++)
		total |= paging_member(shape->members[i].name) == PAGING_TOTAL;
	for (size_t i = 0; i < shape->count; i++) {
		const struct shape_member *member = &shape->members[i];
		const struct shape *inner = shape_of(modelling->openapi, member->schema);
		enum paging_member meaning = paging_member(member->name);
		if (!around && inner->count && paging_is_envelope(member->name))
			write_envelope(modelling, inner, member->name);
		if (!meaning || (inner->count && paging_is_envelope(member->name)))
			continue;
		writer_begin_object(writer);
		writer_key(writer, "path");
		writer_begin_array(writer);
		if (around)
			writer_text(writer, around);
		writer_text(writer, member->name);
		writer_end(writer);
		writer_member_text(writer, "meaning", meaning == PAGING_COUNT && total ? "none" : paging_member_names[meaning]);
		write_types(writer, inner->kinds);
		writer_end(writer);
	}
}

static void
write_list(struct modelling *modelling, struct mock_plan *plan)
{
	struct writer *writer = modelling->writer;
	bool zero = false;
	writer_key(writer, "list");
	writer_begin_object(writer);
	if (plan->resource->list_property)
		writer_member_text(writer, "property", plan->resource->list_property);
	writer_key(writer, "rules");
	writer_begin_array(writer);
	for (size_t i = 0; i < plan->parameter_count; i++) {
		const struct list_parameter *parameter = &plan->parameters[i];
		writer_begin_object(writer);
		writer_member_text(writer, "name", parameter->name);
		writer_member_text(writer, "meaning", parameter_names[parameter->meaning]);
		if (parameter->member) {
			writer_member_text(writer, "member", parameter->member);
			writer_member_text(writer, "relation", relation_names[parameter->relation]);
		}
		writer_end(writer);
		zero |= parameter->meaning == PAGING_PAGE && mock_counts_from_zero(modelling->mock, plan->operation, parameter->name);
	}
	writer_end(writer);
	writer_member_bool(writer, "zeroBased", zero);
	writer_key(writer, "envelope");
	writer_begin_array(writer);
	if (plan->resource->list_property)
		write_envelope(modelling, shape_of(modelling->openapi, plan->schema), NULL);
	writer_end(writer);
	writer_end(writer);
}

void
modelling_answers(struct modelling *modelling, struct mock_plan *plan)
{
	write_errors(modelling, plan->operation);
	write_headers(modelling, plan);
	write_answer(modelling, plan);
	write_change(modelling, plan);
	if (plan->role == RESOURCE_LIST)
		write_list(modelling, plan);
}
