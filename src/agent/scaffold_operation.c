/* Operations of contract.json: parameters, bodies and answers with values that fit and values that do not. */
#include <string.h>

#include "agent/scaffold_parts.h"

enum { COUNTEREXAMPLES = 12, PARAMETER_COUNTEREXAMPLES = 2 };

static const char *const locations[] = {
	[OPENAPI_PATH] = "path", [OPENAPI_QUERY] = "query", [OPENAPI_HEADER] = "header", [OPENAPI_COOKIE] = "cookie",
	[OPENAPI_QUERYSTRING] = "querystring",
};

/* Which declared status stands for success, best first, and what is sent where only a range or
 * `default` is declared. */
static const struct {
	const char *const statuses[4];
	int otherwise;
} successes[RESOURCE_ROLE_COUNT] = {
	[RESOURCE_NONE] = { { "200", "201", "202", "204" }, 200 },  [RESOURCE_LIST] = { { "200" }, 200 },
	[RESOURCE_CREATE] = { { "201", "200", "202", "204" }, 201 }, [RESOURCE_READ] = { { "200" }, 200 },
	[RESOURCE_REPLACE] = { { "200", "204", "202", "201" }, 200 }, [RESOURCE_PATCH] = { { "200", "204", "202" }, 200 },
	[RESOURCE_DELETE] = { { "204", "200", "202" }, 204 },
};

static const struct openapi_response *
find_response(const struct openapi_operation *operation, const char *status)
{
	for (size_t i = 0; i < operation->response_count; i++)
		if (g_ascii_strcasecmp(operation->responses[i].status, status) == 0)
			return &operation->responses[i];
	return NULL;
}

const struct openapi_response *
operation_success(const struct openapi_operation *operation, enum resource_role role, int *ret_status)
{
	const struct openapi_response *found = NULL;
	for (unsigned i = 0; !found && i < 4 && successes[role].statuses[i]; i++)
		found = find_response(operation, successes[role].statuses[i]);
	for (size_t i = 0; !found && i < operation->response_count; i++)
		if (operation->responses[i].status[0] == '2' && g_ascii_isdigit(operation->responses[i].status[1]))
			found = &operation->responses[i];
	*ret_status = found ? (int)g_ascii_strtoll(found->status, NULL, 10) : successes[role].otherwise;
	if (!found)
		found = find_response(operation, "2XX");
	return found ? found : find_response(operation, "default");
}

/* A media type as it stands, a range as JSON; newly allocated. */
static char *
plain_media(const char *media)
{
	bool range = g_str_has_prefix(media, "*/*") || g_str_has_prefix(media, "application/*");
	return g_strdup(range ? "application/json" : media);
}

static bool
is_form(const char *media)
{
	return g_str_has_prefix(media, "application/x-www-form-urlencoded");
}

/* Bodies that the scaffold can read: JSON as it is, merge patches, plain forms. */
static bool
is_usable(const char *media)
{
	g_autofree char *plain = plain_media(media);
	return (openapi_is_json(plain) && !g_str_has_prefix(plain, "application/json-patch+json")) || is_form(plain);
}

/* The content's usable media types, JSON first: NULL-terminated keys of `content`, borrowed. */
static GPtrArray *
usable_media(const struct value *content)
{
	GPtrArray *found = g_ptr_array_new();
	for (unsigned forms = 0; forms < 2; forms++)
		VALUE_EACH_MEMBER (media, node, content)
			if (is_usable(media->text) && is_form(media->text) == (forms == 1))
				g_ptr_array_add(found, (void *)media);
	return found;
}

/* What an answer holds: *ret_media is newly allocated, NULL where there is no content. */
static const struct value *
answer_schema(struct scaffold *scaffold, const struct value *node, char **ret_media)
{
	const char *media = NULL;
	const struct value *content = openapi_content(scaffold->openapi, node, NULL, &media);
	if (ret_media)
		*ret_media = media ? plain_media(media) : NULL;
	return value_member(content, "schema");
}

const struct value *
operation_body_schema(const struct openapi_operation *operation)
{
	const struct value *content = operation ? value_member(operation->body, "content") : NULL;
	g_autoptr(GPtrArray) media = usable_media(content);
	if (!media->len)
		return NULL;
	const struct value *key = g_ptr_array_index(media, 0);
	return value_member(value_member(content, key->text), "schema");
}

/* Clients cannot send a body with these. */
static bool
cannot_send_body(const struct openapi_operation *operation)
{
	static const char *const methods[] = { "GET", "HEAD", "TRACE", NULL };
	return g_strv_contains(methods, operation->method);
}

/* Whether an operation about one item says which: in its path, or by the id in its body. */
static bool
names_item(struct scaffold *scaffold, const struct openapi_operation *operation, const struct resource *resource, enum resource_role role)
{
	bool single = role == RESOURCE_REPLACE || role == RESOURCE_PATCH || role == RESOURCE_DELETE;
	if (!single || resource->singleton || operation->path_name_count > outline_depth(resource))
		return true;
	const struct value *body = operation_body_schema(operation);
	return body && resource->id_property && shape_member(shape_of(scaffold->openapi, body), resource->id_property);
}

/* Why the scaffold cannot tell what the operation works on; NULL where it can. */
static char *
resource_reason(struct scaffold *scaffold, const struct openapi_operation *operation, enum resource_role *ret_role)
{
	const struct resource *resource = resources_of(scaffold->resources, operation, ret_role);
	/* What can only be sent to is an action, whatever its path looks like. */
	bool seen = resource && (resource->home || resource->operations[RESOURCE_READ] || resource->operations[RESOURCE_LIST]);
	if (!seen || *ret_role == RESOURCE_NONE)
		return g_strdup("not resource-shaped");
	if (operation->body_required && cannot_send_body(operation))
		return g_strdup_printf("sent with a body, which %s cannot have", operation->method);
	if (!resource->item_schema)
		return g_strdup("answered by something of which the contract says nothing");
	return names_item(scaffold, operation, resource, *ret_role) ? NULL : g_strdup("without an item in its path or body");
}

char *
operation_reason(struct scaffold *scaffold, const struct openapi_operation *operation)
{
	enum resource_role role;
	int status;
	char *reason = resource_reason(scaffold, operation, &role);
	if (reason)
		return reason;
	const struct openapi_response *response = operation_success(operation, role, &status);
	g_autofree char *media = NULL;
	const struct value *schema = response ? answer_schema(scaffold, response->node, &media) : NULL;
	if (!response)
		return g_strdup("without a declared success");
	if (media && !openapi_is_json(media))
		return g_strdup_printf("answered as %s", media);
	const struct value *content = value_member(operation->body, "content");
	g_autoptr(GPtrArray) usable = usable_media(content);
	if (value_count(content) && !usable->len)
		return g_strdup_printf("sent as %s", value_is(content, VALUE_OBJECT) ? (content + 1)->text : "nothing");
	g_autoptr(Doc) sample = schema ? outline_sample(scaffold, schema, NULL, SCHEMA_SIDE_RESPONSE, false, true) : NULL;
	return schema && !sample ? g_strdup("answered by a schema for which no value could be made") : NULL;
}

/* --- parameters ------------------------------------------------------------------------------ */

static struct doc *
parameter_sample(struct scaffold *scaffold, const struct openapi_parameter *parameter)
{
	const struct value *example = value_member(parameter->node, "example");
	const struct schema *schema = parameter->value_schema ? openapi_schema(scaffold->openapi, parameter->value_schema, NULL) : NULL;
	if (example && (!schema || schema_check(schema, example, SCHEMA_SIDE_REQUEST, NULL)))
		return doc_sub(openapi_doc(scaffold->openapi), example);
	struct doc *sample = outline_sample(scaffold, parameter->value_schema, parameter->name, SCHEMA_SIDE_REQUEST, false, false);
	/* An empty text is as good as none in a message. */
	if (!value_is(doc_root(sample), VALUE_STRING) || value_text(doc_root(sample))[0])
		return sample;
	doc_unref(sample);
	return outline_sample(scaffold, parameter->value_schema, parameter->name, SCHEMA_SIDE_REQUEST, true, false);
}

struct doc *
operation_path_sample(struct scaffold *scaffold, const struct openapi_operation *operation, size_t position)
{
	for (size_t i = 0; position < operation->path_name_count && i < operation->parameter_count; i++)
		if (operation->parameters[i].location == OPENAPI_PATH &&
		    g_str_equal(operation->parameters[i].name, operation->path_names[position]))
			return parameter_sample(scaffold, &operation->parameters[i]);
	return NULL;
}

/* A wrong value is right once it is text where any text fits: 7 for a string is "7". */
static bool
stays_wrong(const struct openapi *openapi, const struct openapi_parameter *parameter, const struct value *value)
{
	const struct shape *shape = shape_of((struct openapi *)openapi, parameter->value_schema);
	unsigned compound = SHAPE_KIND(VALUE_ARRAY) | SHAPE_KIND(VALUE_OBJECT);
	if (shape->kinds & compound || value_is(value, VALUE_ARRAY) || value_is(value, VALUE_OBJECT) || value_is(value, VALUE_NULL))
		return false;
	if (shape->kinds & SHAPE_KIND(VALUE_STRING))
		return value_is(value, VALUE_STRING) && *value->text;
	return !value_is(value, VALUE_STRING) || *value->text;
}

static void
write_parameter_faults(struct scaffold *scaffold, const struct openapi_parameter *parameter, const struct value *good, struct writer *writer)
{
	struct counterexamples bad = { 0 };
	unsigned written = 0;
	if (parameter->value_schema && good && !parameter->content && parameter->location != OPENAPI_PATH)
		sample_break(scaffold->sampler, parameter->value_schema, good, &bad);
	writer_key(writer, "counterexamples");
	writer_begin_array(writer);
	for (size_t i = 0; i < bad.count && written < PARAMETER_COUNTEREXAMPLES; i++) {
		if (!stays_wrong(scaffold->openapi, parameter, doc_root(bad.items[i].value)))
			continue;
		writer_begin_object(writer);
		writer_member_value(writer, "value", doc_root(bad.items[i].value));
		writer_member_text(writer, "reason", bad.items[i].reason);
		writer_end(writer);
		written++;
	}
	writer_end(writer);
	counterexamples_clear(&bad);
}

static void
write_pointer(struct scaffold *scaffold, const char *key, const struct value *schema, struct writer *writer)
{
	g_autofree char *pointer = schema ? openapi_pointer(scaffold->openapi, schema) : NULL;
	writer_member_text(writer, key, pointer);
}

static void
write_parameter(struct scaffold *scaffold, const struct openapi_parameter *parameter, const struct resource *list_of, struct writer *writer)
{
	g_autoptr(Doc) sample = parameter_sample(scaffold, parameter);
	writer_begin_object(writer);
	writer_member_text(writer, "name", parameter->name);
	writer_member_text(writer, "in", locations[parameter->location]);
	writer_member_bool(writer, "required", parameter->required);
	writer_member_text(writer, "style", parameter->style);
	writer_member_bool(writer, "explode", parameter->explode);
	writer_member_text(writer, "content", parameter->content);
	write_pointer(scaffold, "schema", parameter->value_schema, writer);
	writer_member_value(writer, "sample", doc_root(sample));
	writer_key(writer, "means");
	meaning_write_parameter(scaffold, parameter->location == OPENAPI_QUERY ? list_of : NULL, parameter->name, writer);
	write_parameter_faults(scaffold, parameter, doc_root(sample), writer);
	writer_end(writer);
}

/* --- bodies ---------------------------------------------------------------------------------- */

static void
write_samples(struct scaffold *scaffold, const struct value *schema, bool json, struct writer *writer)
{
	g_autoptr(Doc) good = outline_sample(scaffold, schema, NULL, SCHEMA_SIDE_REQUEST, false, false);
	g_autoptr(Doc) other = outline_sample(scaffold, schema, NULL, SCHEMA_SIDE_REQUEST, true, false);
	struct counterexamples bad = { 0 };
	writer_key(writer, "samples");
	writer_begin_array(writer);
	if (good)
		writer_value(writer, doc_root(good));
	if (other && !value_equal(doc_root(good), doc_root(other)))
		writer_value(writer, doc_root(other));
	writer_end(writer);
	if (json && schema && good)
		sample_break(scaffold->sampler, schema, doc_root(good), &bad);
	writer_key(writer, "counterexamples");
	writer_begin_array(writer);
	for (size_t i = 0; i < MIN(bad.count, COUNTEREXAMPLES); i++) {
		writer_begin_object(writer);
		writer_member_value(writer, "value", doc_root(bad.items[i].value));
		writer_member_text(writer, "reason", bad.items[i].reason);
		writer_end(writer);
	}
	writer_end(writer);
	counterexamples_clear(&bad);
}

static void
write_body(struct scaffold *scaffold, const struct openapi_operation *operation, const struct resource *resource, enum resource_role role,
           struct writer *writer)
{
	const struct value *content = value_member(operation->body, "content");
	g_autoptr(GPtrArray) media = usable_media(content);
	writer_key(writer, "body");
	if (!operation->body || cannot_send_body(operation)) {
		writer_null(writer);
		return;
	}
	writer_begin_object(writer);
	writer_member_bool(writer, "required", operation->body_required);
	writer_key(writer, "forms");
	writer_begin_array(writer);
	for (unsigned i = 0; i < media->len; i++) {
		const struct value *key = g_ptr_array_index(media, i);
		g_autofree char *plain = plain_media(key->text);
		writer_begin_object(writer);
		writer_member_text(writer, "media", plain);
		write_pointer(scaffold, "schema", value_member(value_member(content, key->text), "schema"), writer);
		writer_end(writer);
	}
	writer_end(writer);
	const struct value *first = media->len ? g_ptr_array_index(media, 0) : NULL;
	const struct value *schema = operation_body_schema(operation);
	g_autofree char *plain = first ? plain_media(first->text) : NULL;
	writer_member_text(writer, "media", plain);
	write_pointer(scaffold, "schema", schema, writer);
	writer_member_text(writer, "wrapper", resource ? resource->body_property[role] : NULL);
	if (media->len)
		write_samples(scaffold, schema, plain && openapi_is_json(plain), writer);
	else
		writer_key(writer, "samples"), writer_begin_array(writer), writer_end(writer);
	writer_end(writer);
}

/* --- answers --------------------------------------------------------------------------------- */

/* A list's sample holds an item, so that what stored items lack can be taken from it. */
static struct doc *
list_sample(struct scaffold *scaffold, const struct resource *resource, const struct value *schema, struct doc *empty)
{
	const struct shape *shape = shape_of(scaffold->openapi, schema);
	const struct shape_member *member = resource->list_property ? shape_member(shape, resource->list_property) : NULL;
	const struct value *items = member ? shape_of(scaffold->openapi, member->schema)->items : shape->items;
	const struct value *list = resource->list_property ? value_member(doc_root(empty), resource->list_property) : doc_root(empty);
	if (!items || value_count(list) || (!member && resource->list_property))
		return doc_ref(empty);
	g_autoptr(Doc) item = outline_sample(scaffold, items, NULL, SCHEMA_SIDE_RESPONSE, false, true);
	struct writer writer;
	writer_init(&writer, false);
	if (member)
		writer_begin_object(&writer);
	VALUE_EACH_MEMBER (key, value, doc_root(empty))
		if (!g_str_equal(key->text, resource->list_property))
			writer_member_value(&writer, key->text, value);
	if (member)
		writer_key(&writer, resource->list_property);
	writer_begin_array(&writer);
	if (item)
		writer_value(&writer, doc_root(item));
	writer_end(&writer);
	if (member)
		writer_end(&writer);
	return writer_doc(&writer);
}

static void
write_headers(struct scaffold *scaffold, const struct value *node, struct writer *writer)
{
	writer_key(writer, "headers");
	writer_begin_array(writer);
	VALUE_EACH_MEMBER (name, entry, value_member(node, "headers")) {
		const struct value *header = openapi_resolve(scaffold->openapi, entry), *schema = value_member(header, "schema");
		if (g_ascii_strcasecmp(name->text, "content-type") == 0)
			continue;
		g_autoptr(Doc) sample = outline_sample(scaffold, schema, name->text, SCHEMA_SIDE_RESPONSE, false, false);
		const struct value *example = value_member(header, "example");
		const struct value *value = example ? example : doc_root(sample);
		bool scalar = value && !value_is(value, VALUE_ARRAY) && !value_is(value, VALUE_OBJECT);
		writer_begin_object(writer);
		writer_member_text(writer, "name", name->text);
		writer_member_bool(writer, "required", value_truth(value_member(header, "required")));
		write_pointer(scaffold, "schema", schema, writer);
		writer_member_value(writer, "sample", scalar ? value : NULL);
		writer_end(writer);
	}
	writer_end(writer);
}

/* The members that an answer has in `responses` and in `success`. */
static void
write_answer(struct scaffold *scaffold, const struct value *node, const struct resource *list_of, struct writer *writer)
{
	g_autofree char *media = NULL;
	const struct value *schema = answer_schema(scaffold, node, &media);
	bool json = media && openapi_is_json(media);
	g_autoptr(Doc) sample = json && schema ? outline_sample(scaffold, schema, NULL, SCHEMA_SIDE_RESPONSE, false, true) : NULL;
	g_autoptr(Doc) filled = sample && list_of ? list_sample(scaffold, list_of, schema, sample) : NULL;
	writer_member_text(writer, "media", media);
	write_pointer(scaffold, "schema", schema, writer);
	writer_member_value(writer, "sample", filled ? doc_root(filled) : doc_root(sample));
	write_headers(scaffold, node, writer);
}

static void
write_responses(struct scaffold *scaffold, const struct openapi_operation *operation, struct writer *writer)
{
	writer_key(writer, "responses");
	writer_begin_array(writer);
	for (size_t i = 0; i < operation->response_count; i++) {
		const struct openapi_response *response = &operation->responses[i];
		writer_begin_object(writer);
		writer_member_text(writer, "status", response->status);
		write_answer(scaffold, response->node, NULL, writer);
		writer_key(writer, "says");
		meaning_write_problem(scaffold, answer_schema(scaffold, response->node, NULL), writer);
		writer_end(writer);
	}
	writer_end(writer);
}

static void
write_success(struct scaffold *scaffold, const struct openapi_operation *operation, const struct resource *resource, enum resource_role role,
              struct writer *writer)
{
	int status;
	const struct openapi_response *response = operation_success(operation, role, &status);
	writer_key(writer, "success");
	if (!response) {
		writer_null(writer);
		return;
	}
	const struct value *schema = answer_schema(scaffold, response->node, NULL);
	bool list = role == RESOURCE_LIST;
	writer_begin_object(writer);
	writer_member_int(writer, "status", status);
	write_answer(scaffold, response->node, list ? resource : NULL, writer);
	writer_member_text(writer, "wrapper", resource && !list ? resource->answer_property[role] : NULL);
	if (list && resource->list_property) {
		writer_key(writer, "facts");
		meaning_write_facts(scaffold, schema, false, writer);
	}
	writer_end(writer);
}

/* --- the whole ------------------------------------------------------------------------------- */

static void
write_security(const struct openapi_operation *operation, struct writer *writer)
{
	writer_key(writer, "security");
	if (operation->security)
		writer_value(writer, operation->security);
	else
		writer_begin_array(writer), writer_end(writer);
}

void
operation_write(struct scaffold *scaffold, size_t index, struct writer *writer)
{
	const struct openapi_operation *operation = &scaffold->operations[index];
	enum resource_role role = RESOURCE_NONE;
	const struct resource *resource = resources_of(scaffold->resources, operation, &role);
	if (role == RESOURCE_NONE)
		resource = NULL;
	writer_begin_object(writer);
	writer_member_text(writer, "id", operation->id);
	writer_member_text(writer, "method", operation->method);
	writer_member_text(writer, "path", operation->path);
	writer_member_text(writer, "summary", operation->summary);
	writer_key(writer, "names");
	writer_begin_array(writer);
	for (size_t i = 0; i < operation->path_name_count; i++)
		writer_text(writer, operation->path_names[i]);
	writer_end(writer);
	writer_member_text(writer, "role", resource ? resource_role_names[role] : NULL);
	writer_key(writer, "resource");
	if (resource)
		writer_int(writer, scaffold_index(scaffold, resource));
	else
		writer_null(writer);
	writer_member_bool(writer, "covered", !scaffold->reasons[index]);
	writer_member_text(writer, "reason", scaffold->reasons[index]);
	writer_key(writer, "parameters");
	writer_begin_array(writer);
	for (size_t i = 0; i < operation->parameter_count; i++)
		if (operation->parameters[i].location != OPENAPI_QUERYSTRING)
			write_parameter(scaffold, &operation->parameters[i], role == RESOURCE_LIST ? resource : NULL, writer);
	writer_end(writer);
	write_body(scaffold, operation, resource, role, writer);
	write_responses(scaffold, operation, writer);
	write_success(scaffold, operation, resource, role, writer);
	write_security(operation, writer);
	writer_end(writer);
}
