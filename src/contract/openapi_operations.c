/* The operations of a document, with what counts for them gathered from operation, path and root. */
#include <string.h>

#include "contract/openapi_model.h"

enum { BASES = 64 };

/* Methods that a path item names by themselves; `query` since 3.2. */
static const struct {
	const char *key, *method;
} methods[] = {
	{ "get", "GET" }, { "put", "PUT" }, { "post", "POST" }, { "delete", "DELETE" }, { "options", "OPTIONS" },
	{ "head", "HEAD" }, { "patch", "PATCH" }, { "trace", "TRACE" }, { "query", "QUERY" },
};

static const struct {
	const char *name, *style;
	enum openapi_location location;
} locations[] = {
	{ "path", "simple", OPENAPI_PATH },
	{ "query", "form", OPENAPI_QUERY },
	{ "header", "simple", OPENAPI_HEADER },
	{ "cookie", "form", OPENAPI_COOKIE },
	{ "querystring", "form", OPENAPI_QUERYSTRING },
};

/* The first three are described elsewhere in the document (3.1.1 section 4.8.12.1); the others frame the
 * message, whatever it says: a made-up Content-Length has a server wait for a body that never comes. */
static const char *const ignored_headers[] = { "Accept", "Content-Type", "Authorization", "Content-Length", "Transfer-Encoding",
	                                       "Connection", "Host", "Expect", "Keep-Alive", "Upgrade", "Trailer" };

static bool
wrong_kind(const struct openapi *openapi, const struct value *node, const char *what, const char *kind, GError **error)
{
	return openapi_fail(openapi, node, error, NULL, "%s is to be %s, not %s", what, kind, value_kind_name(node));
}

static bool
is_ignored(const struct openapi_parameter *parameter)
{
	if (parameter->location != OPENAPI_HEADER)
		return false;
	for (unsigned i = 0; i < G_N_ELEMENTS(ignored_headers); i++)
		if (g_ascii_strcasecmp(ignored_headers[i], parameter->name) == 0)
			return true;
	return false;
}

/* True where it is a parameter; else a remark says what is missing. */
static bool
fill_parameter(struct openapi *openapi, const struct value *node, struct openapi_parameter *parameter)
{
	const char *name = value_member_text(node, "name"), *in = value_member_text(node, "in");
	unsigned location = 0;
	while (location < G_N_ELEMENTS(locations) && g_strcmp0(in, locations[location].name) != 0)
		location++;
	if (!name || location == G_N_ELEMENTS(locations)) {
		openapi_remark(openapi, node, "a parameter without %s is left out", name ? "a known \"in\"" : "a name");
		return false;
	}
	const char *style = value_member_text(node, "style");
	const struct value *explode = value_member(node, "explode"), *content = value_member(node, "content");
	*parameter = (struct openapi_parameter){ .name = name, .location = locations[location].location, .node = node };
	parameter->style = style ? style : locations[location].style;
	parameter->explode = explode ? value_truth(explode) : g_str_equal(parameter->style, "form") || g_str_equal(parameter->style, "cookie");
	parameter->reserved = value_truth(value_member(node, "allowReserved"));
	parameter->required = value_truth(value_member(node, "required")) || parameter->location == OPENAPI_PATH;
	parameter->deprecated = value_truth(value_member(node, "deprecated"));
	parameter->value_schema = value_member(node, "schema");
	if (value_count(content)) {
		const struct value *media = openapi_content(openapi, node, NULL, &parameter->content);
		parameter->value_schema = value_member(media, "schema");
	}
	return !is_ignored(parameter);
}

static bool
same_parameter(const struct openapi_parameter *a, const struct openapi_parameter *b)
{
	bool header = a->location == OPENAPI_HEADER;
	return a->location == b->location && (header ? g_ascii_strcasecmp(a->name, b->name) : strcmp(a->name, b->name)) == 0;
}

/* Adds a list of parameters; one of the same name and place is overridden. */
static bool
add_parameters(struct openapi *openapi, const struct value *list, GArray *all, GError **error)
{
	if (list && list->kind != VALUE_ARRAY)
		return wrong_kind(openapi, list, "\"parameters\"", "an array", error);
	VALUE_EACH (item, list) {
		struct openapi_parameter parameter;
		const struct value *node = openapi_resolve(openapi, item);
		if (!value_is(node, VALUE_OBJECT))
			return wrong_kind(openapi, item, "a parameter", "an object", error);
		if (!fill_parameter(openapi, node, &parameter))
			continue;
		unsigned place = 0;
		while (place < all->len && !same_parameter(&g_array_index(all, struct openapi_parameter, place), &parameter))
			place++;
		if (place < all->len)
			g_array_index(all, struct openapi_parameter, place) = parameter;
		else
			g_array_append_val(all, parameter);
	}
	return true;
}

static bool
read_parameters(struct openapi *openapi, const struct openapi_path *path, struct openapi_operation *operation, GError **error)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct openapi_parameter));
	bool ok = add_parameters(openapi, value_member(path->node, "parameters"), all, error) &&
	          add_parameters(openapi, value_member(path->beside, "parameters"), all, error) &&
	          add_parameters(openapi, value_member(operation->node, "parameters"), all, error);
	operation->parameter_count = all->len;
	operation->parameters = (const struct openapi_parameter *)(void *)g_array_free(all, FALSE);
	return ok;
}

/* The names in a template: "{a}/{b}.json" has a and b. */
static void
read_path_names(struct openapi *openapi, struct openapi_operation *operation)
{
	GPtrArray *names = g_ptr_array_new();
	for (const char *open = strchr(operation->path, '{'); open; open = strchr(open, '{')) {
		const char *close = strchr(++open, '}');
		if (!close)
			break;
		g_autofree char *name = g_strndup(open, (size_t)(close - open));
		g_ptr_array_add(names, g_string_chunk_insert_const(openapi->texts, name));
		open = close;
	}
	operation->path_name_count = names->len;
	operation->path_names = (const char *const *)g_ptr_array_free(names, FALSE);
}

static bool
read_responses(struct openapi *openapi, struct openapi_operation *operation, GError **error)
{
	const struct value *responses = openapi_resolve(openapi, value_member(operation->node, "responses"));
	if (responses && responses->kind != VALUE_OBJECT)
		return wrong_kind(openapi, responses, "\"responses\"", "an object", error);
	GArray *all = g_array_sized_new(FALSE, FALSE, sizeof(struct openapi_response), (guint)value_count(responses));
	VALUE_EACH_MEMBER (key, item, responses) {
		struct openapi_response response = { .status = key->text, .node = openapi_resolve(openapi, item) };
		if (value_is(response.node, VALUE_OBJECT) && !g_str_has_prefix(key->text, "x-"))
			g_array_append_val(all, response);
	}
	operation->response_count = all->len;
	operation->responses = (const struct openapi_response *)(void *)g_array_free(all, FALSE);
	return true;
}

static void
add_route(struct openapi *openapi, const struct openapi_operation *operation)
{
	const struct openapi_operation *first;
	enum route_fault fault = route_add(openapi->routes, operation, &first);
	if (fault == ROUTE_MALFORMED)
		openapi_remark(openapi, operation->node, "%s %s cannot be served: no request has such a path", operation->method, operation->path);
	else if (fault == ROUTE_HIDDEN)
		openapi_remark(openapi, operation->node, "%s %s cannot be served: it is the same as %s, which stands before it", operation->method,
		               operation->path, first->path);
}

static const struct value *
first_of(const struct value *a, const struct value *b, const struct value *c)
{
	return a ? a : b ? b : c;
}

/* `method` lives as long as the document. */
static bool
read_operation(struct openapi *openapi, const struct openapi_path *path, const char *method, const struct value *node, GArray *into, GError **error)
{
	if (!value_is(node, VALUE_OBJECT))
		return wrong_kind(openapi, node, "an operation", "an object", error);
	struct openapi_operation operation = { .method = method, .path = path->key->text, .node = node, .path_node = path->node };
	const char *id = value_member_text(node, "operationId"), *summary = value_member_text(node, "summary");
	g_autofree char *name = id && *id ? NULL : g_strdup_printf("%s %s", method, path->key->text);
	operation.id = name ? g_string_chunk_insert_const(openapi->texts, name) : id;
	operation.summary = summary ? summary : "";
	operation.deprecated = value_truth(value_member(node, "deprecated"));
	operation.body = openapi_resolve(openapi, value_member(node, "requestBody"));
	operation.body_required = value_truth(value_member(operation.body, "required"));
	operation.security = first_of(value_member(node, "security"), path->security, NULL);
	operation.servers = first_of(value_member(node, "servers"), value_member(path->node, "servers"), path->servers);
	bool ok = read_parameters(openapi, path, &operation, error) && read_responses(openapi, &operation, error);
	read_path_names(openapi, &operation);
	g_array_append_val(into, operation);
	return ok;
}

bool
openapi_read_path(struct openapi *openapi, struct openapi_path path, GArray *into, GError **error)
{
	const struct value *item = path.node;
	path.node = openapi_resolve(openapi, item);
	path.beside = path.node != item ? item : NULL;
	if (!value_is(path.node, VALUE_OBJECT))
		return wrong_kind(openapi, item, "a path", "an object", error);
	/* What stands beside a $ref is not defined by the specification: it adds, and replaces nothing. */
	for (unsigned i = 0; i < G_N_ELEMENTS(methods); i++) {
		const struct value *node = first_of(value_member(path.node, methods[i].key), value_member(path.beside, methods[i].key), NULL);
		if (node && !read_operation(openapi, &path, methods[i].method, node, into, error))
			return false;
	}
	VALUE_EACH_MEMBER (method, node, value_member(path.node, "additionalOperations"))
		if (!read_operation(openapi, &path, method->text, node, into, error))
			return false;
	return true;
}

char *
openapi_server_url(const struct value *server)
{
	const char *url = value_member_text(server, "url");
	GString *text = g_string_new(url ? url : "");
	VALUE_EACH_MEMBER (name, variable, value_member(server, "variables")) {
		const char *preset = value_member_text(variable, "default");
		g_autofree char *mark = g_strdup_printf("{%s}", name->text);
		g_string_replace(text, mark, preset ? preset : "", 0);
	}
	return g_string_free(text, FALSE);
}

/* The path of a server's URL without trailing slashes. */
static char *
server_path(const struct value *server)
{
	g_autofree char *url = openapi_server_url(server);
	const char *host = strstr(url, "//");
	const char *path = host ? strchr(host + 2, '/') : url;
	GString *base = g_string_new(path && *path && *path != '/' ? "/" : "");
	g_string_append_len(base, path ? path : "", path ? (gssize)strcspn(path, "?#") : 0);
	while (base->len && base->str[base->len - 1] == '/')
		g_string_truncate(base, base->len - 1);
	return g_string_free(base, FALSE);
}

static void
add_servers(struct openapi *openapi, const struct value *servers)
{
	VALUE_EACH (server, servers) {
		g_autofree char *path = server_path(server);
		if (openapi->bases->len < BASES && !g_ptr_array_find_with_equal_func(openapi->bases, path, g_str_equal, NULL))
			g_ptr_array_add(openapi->bases, g_string_chunk_insert_const(openapi->texts, path));
	}
}

static bool
read_paths(struct openapi *openapi, const struct value *paths, GError **error)
{
	const struct value *root = doc_root(openapi->doc);
	VALUE_EACH_MEMBER (key, item, paths) {
		struct openapi_path path = { .key = key, .node = item, .security = value_member(root, "security"), .servers = value_member(root, "servers") };
		if (!g_str_has_prefix(key->text, "x-") && !openapi_read_path(openapi, path, openapi->operations, error))
			return false;
	}
	return true;
}

bool
openapi_read_operations(struct openapi *openapi, GError **error)
{
	const struct value *root = doc_root(openapi->doc), *paths = value_member(root, "paths");
	if (paths && paths->kind != VALUE_OBJECT)
		return wrong_kind(openapi, paths, "\"paths\"", "an object", error);
	if (!paths && !value_member(root, "webhooks") && !value_member(root, "components"))
		return openapi_fail(openapi, root, error, "describe the interface under \"paths\"", "the document has no \"paths\"");
	if (!read_paths(openapi, paths, error))
		return false;
	add_servers(openapi, value_member(root, "servers"));
	for (unsigned i = 0; i < openapi->operations->len; i++) {
		const struct openapi_operation *operation = &g_array_index(openapi->operations, struct openapi_operation, i);
		add_route(openapi, operation);
		add_servers(openapi, value_member(operation->path_node, "servers"));
		add_servers(openapi, value_member(operation->node, "servers"));
	}
	return true;
}
