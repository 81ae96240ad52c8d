#include "contract/package_model.h"

#include <string.h>

#include "contract/openapi_model.h"
#include "contract/package_modelling.h"
#include "contract/security.h"

enum { SEGMENTS = 64 };

static const char *const location_names[] = { "path", "query", "header", "cookie", "query" };

void
modelling_pointer(struct modelling *modelling, const char *key, const struct value *node)
{
	g_autofree char *pointer = node ? package_pointer(modelling->openapi, node) : NULL;
	if (pointer)
		writer_member_text(modelling->writer, key, pointer);
}

void
modelling_number_of(struct modelling *modelling, const char *key, const struct resource *resource)
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

void
modelling_members(struct modelling *modelling, const char *key, const struct value *schema)
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
		modelling_pointer(modelling, "schema", parameter->value_schema);
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
	modelling_number_of(modelling, "resource", plan->resource);
	modelling_number_of(modelling, "around", plan->around);
	write_parameters(modelling, operation);
	write_body(modelling, operation);
	write_security(modelling, operation);
	write_statuses(modelling, operation);
	modelling_answers(modelling, plan);
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
	modelling_seeds(modelling);
	write_routes(modelling);
	writer_key(writer, "resources");
	writer_begin_array(writer);
	for (size_t i = 0; i < modelling->resource_count; i++)
		modelling_resource(modelling, modelling->resources[i]);
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
