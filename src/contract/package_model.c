#include "contract/package_model.h"

#include <string.h>

#include "contract/mock_model.h"
#include "contract/openapi_model.h"
#include "contract/resource_schema.h"
#include "contract/security.h"
#include "contract/shape.h"
#include "contract/xml.h"

enum { SEEDS = 500, DEPTH = 3, SEGMENTS = 64 };

/* A model under way. */
struct modelling {
	struct mock *mock;
	struct openapi *openapi;
	struct writer *writer;
	const struct resource *const *resources;
	size_t resource_count;
	unsigned seeds;
};

static const char *const parameter_names[] = { "none", "limit", "offset", "page", "cursor", "sort", "direction", "search" };
static const char *const relation_names[] = { "equal", "atLeast", "atMost", "above", "below", "not", "contains" };
static const char *const location_names[] = { "path", "query", "header", "cookie", "query" };

static void
write_pointer(struct modelling *modelling, const char *key, const struct value *node)
{
	g_autofree char *pointer = node ? package_pointer(modelling->openapi, node) : NULL;
	if (pointer)
		writer_member_text(modelling->writer, key, pointer);
}

static void
write_json(struct writer *writer, const char *key, const char *json)
{
	g_autoptr(Doc) doc = json ? doc_own(json) : NULL;
	writer_member_value(writer, key, doc_root(doc));
}

/* The number of a resource, null for none. */
static void
write_number_of(struct modelling *modelling, const char *key, const struct resource *resource)
{
	writer_key(modelling->writer, key);
	for (size_t i = 0; i < modelling->resource_count; i++) {
		if (modelling->resources[i] == resource) {
			writer_int(modelling->writer, (int64_t)i);
			return;
		}
	}
	writer_null(modelling->writer);
}

/* Names that an answer shows of an object; null where it shows all. */
static void
write_members(struct modelling *modelling, const char *key, const struct value *schema)
{
	const struct shape *shape = shape_of(modelling->openapi, schema);
	bool open = !schema || !shape->count || (shape->additional && !(value_is(shape->additional, VALUE_BOOL) && !shape->additional->truth));
	writer_key(modelling->writer, key);
	if (open) {
		writer_null(modelling->writer);
		return;
	}
	writer_begin_array(modelling->writer);
	for (size_t i = 0; i < shape->count; i++)
		if (!shape->members[i].write_only)
			writer_text(modelling->writer, shape->members[i].name);
	writer_end(modelling->writer);
}

/* A segment of a template as a regular expression: literal text quoted, parameters one segment. */
static char *
path_pattern(const char *path)
{
	GString *pattern = g_string_new(NULL);
	for (; *path; path++) {
		if (*path == '{' && strchr(path, '}')) {
			g_string_append(pattern, "([^/]+)");
			path = strchr(path, '}');
		} else {
			if (!g_ascii_isalnum(*path) && (unsigned char)*path < 0x80 && *path != '/' && *path != '_' && *path != '-')
				g_string_append_c(pattern, '\\');
			g_string_append_c(pattern, *path);
		}
	}
	return g_string_free(pattern, FALSE);
}

static void
write_parameters(struct modelling *modelling, const struct openapi_operation *operation)
{
	struct writer *writer = modelling->writer;
	writer_key(writer, "parameters");
	writer_begin_array(writer);
	for (size_t i = 0; i < operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &operation->parameters[i];
		writer_begin_object(writer);
		writer_member_text(writer, "name", parameter->name);
		writer_member_text(writer, "in", location_names[parameter->location]);
		writer_member_text(writer, "style", parameter->style);
		writer_member_bool(writer, "explode", parameter->explode);
		writer_member_bool(writer, "required", parameter->required && (parameter->location != OPENAPI_PATH || strstr(operation->path, parameter->name)));
		if (parameter->content)
			writer_member_text(writer, "content", parameter->content);
		write_pointer(modelling, "schema", parameter->value_schema);
		writer_end(writer);
	}
	writer_end(writer);
}

static void
write_body(struct modelling *modelling, const struct openapi_operation *operation)
{
	struct writer *writer = modelling->writer;
	if (!operation->body)
		return;
	writer_key(writer, "body");
	writer_begin_object(writer);
	writer_member_bool(writer, "required", operation->body_required);
	writer_key(writer, "content");
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (media, object, value_member(operation->body, "content")) {
		const struct value *schema = value_member(openapi_resolve(modelling->openapi, object), "schema");
		g_autofree char *pointer = schema ? package_pointer(modelling->openapi, schema) : NULL;
		writer_member_text(writer, media->text, pointer);
	}
	writer_end(writer);
	writer_end(writer);
}

static void
write_security(struct modelling *modelling, const struct openapi_operation *operation)
{
	struct writer *writer = modelling->writer;
	bool free = false;
	VALUE_EACH (alternative, operation->security)
		free |= !value_count(alternative);
	writer_key(writer, "security");
	writer_begin_array(writer);
	VALUE_EACH (alternative, operation->security) {
		if (free)
			break;
		writer_begin_array(writer);
		VALUE_EACH_MEMBER (name, scopes, alternative) {
			struct carrier carrier = security_carrier(modelling->openapi, name->text);
			if (!carrier.in || !carrier.name)
				continue;
			writer_begin_object(writer);
			writer_member_text(writer, "id", name->text);
			writer_member_text(writer, "in", carrier.in);
			writer_member_text(writer, "name", carrier.name);
			if (carrier.scheme)
				writer_member_text(writer, "scheme", carrier.scheme);
			writer_end(writer);
		}
		writer_end(writer);
	}
	writer_end(writer);
}

/* Statuses that the operation has a word for, and those that it names. */
static void
write_statuses(struct modelling *modelling, const struct openapi_operation *operation)
{
	static const int statuses[] = { 400, 404, 409, 422 };
	struct writer *writer = modelling->writer;
	writer_key(writer, "declares");
	writer_begin_array(writer);
	for (size_t i = 0; i < operation->response_count; i++)
		writer_text(writer, operation->responses[i].status);
	writer_end(writer);
	writer_key(writer, "answers");
	writer_begin_array(writer);
	for (unsigned i = 0; i < G_N_ELEMENTS(statuses); i++)
		if (openapi_response_for(operation, statuses[i]))
			writer_int(writer, statuses[i]);
	writer_end(writer);
	writer_key(writer, "accepts");
	writer_begin_array(writer);
	for (size_t i = 0; i < operation->response_count; i++)
		VALUE_EACH_MEMBER (media, object, *operation->responses[i].status == '2' ? value_member(operation->responses[i].node, "content") : NULL)
			writer_text(writer, media->text);
	writer_end(writer);
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
		g_autofree char *told = schema ? problem_like(modelling->mock, schema, problem) : NULL;
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

static void
write_answer(struct modelling *modelling, struct mock_plan *plan)
{
	struct writer *writer = modelling->writer;
	const struct resource *resource = plan->resource, *about = resource ? resource : plan->around;
	const char *declared = plan->response && plan->status != 204 ? exchange_negotiate(modelling->openapi, plan->response->node, NULL) : NULL, *name = NULL;
	const char *media = declared && strchr(declared, '*') ? "application/json" : declared;
	const struct value *object = declared ? openapi_content(modelling->openapi, plan->response->node, declared, &name) : NULL;
	const char *around = !resource ? NULL : plan->role == RESOURCE_LIST ? resource->list_property : resource->answer_property[plan->role];
	const struct shape_member *member = around ? shape_member(shape_of(modelling->openapi, plan->schema), around) : NULL;
	const struct value *shown = member ? member->schema : plan->schema;
	if (plan->role == RESOURCE_LIST)
		shown = shape_of(modelling->openapi, shown)->items;
	const struct value *item = about ? openapi_resolve(modelling->openapi, about->item_schema) : NULL;
	g_autofree char *sample = around ? surroundings(modelling, plan, around, plan->role == RESOURCE_LIST) : sample_of(modelling, plan, object, media);
	writer_member_int(writer, "status", plan->status);
	if (media)
		writer_member_text(writer, "media", media);
	write_members(modelling, "members", shown);
	if (around && plan->role != RESOURCE_LIST)
		writer_member_text(writer, "wrapper", around);
	writer_member_bool(writer, "shows", !plan->schema || shape_of(modelling->openapi, plan->schema)->kinds & SHAPE_KIND(VALUE_OBJECT));
	writer_member_bool(writer, "showsItem", item && item == openapi_resolve(modelling->openapi, plan->schema));
	writer_member_bool(writer, "echo", !resource && object && !value_member(object, "example") && !value_member(object, "examples"));
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

static void
write_route(struct modelling *modelling, const struct openapi_operation *operation)
{
	struct writer *writer = modelling->writer;
	struct mock_plan *plan = mock_plan(modelling->mock, operation);
	g_autofree char *pattern = path_pattern(operation->path);
	writer_begin_object(writer);
	writer_member_text(writer, "method", operation->method);
	writer_member_text(writer, "path", operation->path);
	writer_member_text(writer, "pattern", pattern);
	writer_key(writer, "names");
	writer_begin_array(writer);
	for (size_t i = 0; i < operation->path_name_count; i++)
		writer_text(writer, operation->path_names[i]);
	writer_end(writer);
	writer_member_text(writer, "role", resource_role_names[plan->role]);
	write_number_of(modelling, "resource", plan->resource);
	write_number_of(modelling, "around", plan->around);
	write_parameters(modelling, operation);
	write_body(modelling, operation);
	write_security(modelling, operation);
	write_statuses(modelling, operation);
	write_errors(modelling, operation);
	write_headers(modelling, plan);
	write_answer(modelling, plan);
	write_change(modelling, plan);
	if (plan->role == RESOURCE_LIST)
		write_list(modelling, plan);
	writer_end(writer);
}

/* Literal segments before mixed ones before parameters, segment by segment. */
static int
compare_routes(const void *a, const void *b)
{
	const char *left = (*(const struct openapi_operation *const *)a)->path, *right = (*(const struct openapi_operation *const *)b)->path;
	for (unsigned i = 0; i < SEGMENTS && *left && *right; i++) {
		size_t first = strcspn(++left, "/"), second = strcspn(++right, "/");
		int ranks[2];
		for (unsigned j = 0; j < 2; j++) {
			const char *text = j ? right : left;
			size_t length = j ? second : first;
			bool open = memchr(text, '{', length);
			ranks[j] = !open ? 0 : *text == '{' && text[length - 1] == '}' && !memchr(text, '.', length) ? 2 : 1;
		}
		if (ranks[0] != ranks[1])
			return ranks[0] - ranks[1];
		left += first;
		right += second;
	}
	return 0;
}

static void
write_routes(struct modelling *modelling)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(modelling->openapi, &count);
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	for (size_t i = 0; i < count; i++)
		if (*operations[i].path == '/' && !strpbrk(operations[i].path, "?#"))
			g_ptr_array_add(sorted, (void *)(uintptr_t)&operations[i]);
	g_ptr_array_sort(sorted, compare_routes);
	writer_key(modelling->writer, "routes");
	writer_begin_array(modelling->writer);
	for (unsigned i = 0; i < sorted->len; i++)
		write_route(modelling, sorted->pdata[i]);
	writer_end(modelling->writer);
}

/* Members that the path decides, as mock_make.c has them: place in the path, member, type. */
static void
write_links(struct modelling *modelling, const struct resource *resource)
{
	const struct resource *home = resource->home ? resource->home : resource;
	const struct shape *shape = shape_of(modelling->openapi, home->item_schema);
	size_t parent = resource->parent ? mock_parameters_of(resource->parent->collection) : SIZE_MAX;
	const char *at = resource->collection;
	writer_key(modelling->writer, "links");
	writer_begin_array(modelling->writer);
	for (size_t i = 0; (at = strchr(at, '{')); i++) {
		g_autofree char *name = g_strndup(at + 1, strcspn(at + 1, "}"));
		const char *member = mock_link_member(shape, name, i == parent ? resource->parent_property : NULL);
		const struct shape_member *target = member ? shape_member(shape, member) : NULL;
		at++;
		if (!target || !target->schema || g_strcmp0(member, home->id_property) == 0)
			continue;
		unsigned kinds = shape_of(modelling->openapi, target->schema)->kinds;
		writer_begin_array(modelling->writer);
		writer_int(modelling->writer, (int64_t)i);
		writer_text(modelling->writer, member);
		writer_text(modelling->writer, kinds & SHAPE_KIND(VALUE_STRING) ? "string" : "number");
		writer_end(modelling->writer);
	}
	writer_end(modelling->writer);
}

/* Times that a server sets: [name, true where it is a day]. */
static void
write_stamps(struct modelling *modelling, const struct resource *resource, const char *when)
{
	const struct lexicon *lexicon = sampler_lexicon(modelling->mock->sampler, NULL);
	const struct shape *shape = shape_of(modelling->openapi, resource->item_schema);
	writer_key(modelling->writer, when);
	writer_begin_array(modelling->writer);
	for (size_t i = 0; i < shape->count; i++) {
		const struct value *schema = openapi_resolve(modelling->openapi, shape->members[i].schema);
		if (!schema || !lexicon_is_stamp(lexicon, when, shape->members[i].name) || !(shape_of(modelling->openapi, schema)->kinds & SHAPE_KIND(VALUE_STRING)))
			continue;
		writer_begin_array(modelling->writer);
		writer_text(modelling->writer, shape->members[i].name);
		writer_bool(modelling->writer, g_strcmp0(value_member_text(schema, "format"), "date") == 0);
		writer_end(modelling->writer);
	}
	writer_end(modelling->writer);
}

/* A state without what each object has of its own: id and times. */
static void
write_common(struct modelling *modelling, const char *key, const struct resource *resource, struct doc *state)
{
	const struct lexicon *lexicon = sampler_lexicon(modelling->mock->sampler, NULL);
	writer_key(modelling->writer, key);
	writer_begin_object(modelling->writer);
	VALUE_EACH_MEMBER (name, item, doc_root(state)) {
		bool stamp = lexicon_is_stamp(lexicon, "created", name->text) || lexicon_is_stamp(lexicon, "updated", name->text);
		if (g_strcmp0(name->text, resource->id_property) != 0 && (!stamp || strcmp(key, "blank") != 0))
			writer_member_value(modelling->writer, name->text, item);
	}
	writer_end(modelling->writer);
}

static void
write_identity(struct modelling *modelling, const struct resource *resource)
{
	const struct value *schemas[] = { mock_id_schema(modelling->mock, resource), mock_id_parameter(resource) };
	const char *type = "text";
	for (unsigned i = 0; i < G_N_ELEMENTS(schemas); i++) {
		unsigned kinds = shape_of(modelling->openapi, schemas[i])->kinds;
		const char *format = value_member_text(openapi_resolve(modelling->openapi, schemas[i]), "format");
		if (schemas[i] && kinds & SHAPE_KIND(VALUE_NUMBER) && !(kinds & SHAPE_KIND(VALUE_STRING)) && i == 0)
			type = "number";
		else if (g_strcmp0(format, "uuid") == 0)
			type = "uuid";
	}
	if (resource->id_property)
		writer_member_text(modelling->writer, "idProperty", resource->id_property);
	writer_member_text(modelling->writer, "idType", type);
	writer_member_bool(modelling->writer, "guessed", resource->guessed);
}

static void
write_objects(struct modelling *modelling, const struct shelf *shelf)
{
	writer_begin_array(modelling->writer);
	for (const struct object *object = shelf ? shelf->first : NULL; object; object = object->next) {
		writer_begin_array(modelling->writer);
		writer_text(modelling->writer, object->id);
		writer_value(modelling->writer, doc_root(object->doc));
		writer_end(modelling->writer);
	}
	writer_end(modelling->writer);
}

/* What a collection holds whose place in the path nobody keeps. */
static void
write_usual(struct modelling *modelling, const struct resource *resource)
{
	char *values[OPENAPI_PATH_PARAMETERS + 1] = { NULL };
	size_t count = mock_parameters_of(resource->collection);
	bool needed = !resource->home && !resource->singleton && !(resource->parent && mock_is_tracked(resource->parent)) && count < OPENAPI_PATH_PARAMETERS;
	for (size_t i = 0; i < count && needed; i++)
		values[i] = (char *)(uintptr_t)"1";
	writer_key(modelling->writer, "usual");
	write_objects(modelling, needed ? mock_shelf(modelling->mock, resource, values) : NULL);
}

static void
write_resource(struct modelling *modelling, const struct resource *resource)
{
	struct writer *writer = modelling->writer;
	g_autofree char *singular = resource_singular(resource->name);
	g_autoptr(Doc) nothing = doc_own("{}");
	g_autoptr(Doc) blank = mock_complete(modelling->mock, resource, doc_root(nothing), 0, NULL);
	g_autoptr(Doc) dreamt = mock_dream(modelling->mock, resource, doc_root(nothing), 0, NULL);
	writer_begin_object(writer);
	writer_member_text(writer, "collection", resource->collection);
	if (resource->item)
		writer_member_text(writer, "item", resource->item);
	writer_member_text(writer, "singular", singular);
	write_number_of(modelling, "home", resource->home);
	write_number_of(modelling, "parent", resource->parent);
	if (resource->parent_property)
		writer_member_text(writer, "parentProperty", resource->parent_property);
	writer_member_bool(writer, "singleton", resource->singleton);
	writer_member_bool(writer, "tracked", mock_is_tracked(resource));
	writer_member_bool(writer, "reveals", mock_reveals_ids(modelling->mock, resource));
	write_identity(modelling, resource);
	write_links(modelling, resource);
	write_stamps(modelling, resource, "created");
	write_stamps(modelling, resource, "updated");
	write_pointer(modelling, "schema", resource->item_schema);
	write_members(modelling, "members", resource->item_schema);
	write_common(modelling, "blank", resource, blank);
	write_common(modelling, "dream", resource, dreamt);
	write_usual(modelling, resource);
	writer_end(writer);
}

/* The shelf of a collection and, below its objects, those of theirs. */
static void
write_seeds(struct modelling *modelling, const struct resource *resource, char **values, unsigned depth)
{
	struct shelf *shelf = mock_shelf(modelling->mock, resource, values);
	size_t count = mock_parameters_of(resource->collection);
	g_autoptr(GString) key = g_string_new(resource->collection);
	if (!shelf || modelling->seeds >= SEEDS || count + 1 >= OPENAPI_PATH_PARAMETERS)
		return;
	for (size_t i = 0; i < count; i++)
		g_string_append_printf(key, "\n%s", values[i]);
	writer_key(modelling->writer, key->str);
	write_objects(modelling, shelf);
	modelling->seeds++;
	for (const struct object *object = shelf->first; object && depth < DEPTH; object = object->next) {
		values[count] = object->id;
		for (size_t i = 0; i < modelling->resource_count; i++) {
			const struct resource *child = modelling->resources[i];
			if (child->parent == resource && !child->home && !child->singleton && mock_parameters_of(child->collection) == count + 1)
				write_seeds(modelling, child, values, depth + 1);
		}
		values[count] = NULL;
	}
}

static void
write_state(struct modelling *modelling)
{
	char *values[OPENAPI_PATH_PARAMETERS + 1] = { NULL };
	writer_key(modelling->writer, "seeds");
	writer_begin_object(modelling->writer);
	for (size_t i = 0; i < modelling->resource_count; i++) {
		const struct resource *resource = modelling->resources[i];
		if (!resource->home && !resource->singleton && !mock_parameters_of(resource->collection))
			write_seeds(modelling, resource, values, 0);
	}
	writer_end(modelling->writer);
}

static void
write_model(struct modelling *modelling)
{
	struct writer *writer = modelling->writer;
	g_autoptr(GDateTime) today = g_date_time_new_from_unix_utc(lexicon_today(sampler_lexicon(modelling->mock->sampler, NULL)) * 86400);
	g_autofree char *day = g_date_time_format(today, "%Y-%m-%d");
	writer_begin_object(writer);
	writer_member_text(writer, "today", day);
	writer_key(writer, "bases");
	writer_begin_array(writer);
	for (unsigned i = 0; i < modelling->openapi->bases->len; i++)
		writer_text(writer, modelling->openapi->bases->pdata[i]);
	writer_end(writer);
	/* The seeds first: what is made later must not change them. */
	write_state(modelling);
	write_routes(modelling);
	writer_key(writer, "resources");
	writer_begin_array(writer);
	for (size_t i = 0; i < modelling->resource_count; i++)
		write_resource(modelling, modelling->resources[i]);
	writer_end(writer);
	writer_key(writer, "document");
	package_write_bundled(modelling->openapi, doc_root(modelling->openapi->doc), writer);
	writer_end(writer);
}

bool
package_write_model(struct openapi *openapi, struct writer *writer, GError **error)
{
	struct mock_options options = { .seed = 1 };
	struct mock *mock = mock_create(openapi, &options, error);
	if (!mock)
		return false;
	struct modelling modelling = { .mock = mock, .openapi = openapi, .writer = writer };
	modelling.resources = resources_list(mock->resources, &modelling.resource_count);
	write_model(&modelling);
	mock_destroy(mock);
	return true;
}
