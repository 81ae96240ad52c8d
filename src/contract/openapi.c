#include "contract/openapi.h"

#include <string.h>

#include "base/error.h"
#include "base/http.h"
#include "base/pointer.h"
#include "contract/openapi_model.h"
#include "contract/shape.h"

static void
clear_file(void *data)
{
	struct openapi_file *file = data;
	doc_unref(file->doc);
	g_free(file->path);
	g_free(file->uri);
}

static void
clear_resource(void *data)
{
	g_free(((struct openapi_resource *)data)->uri);
}

bool
openapi_fail(const struct openapi *openapi, const struct value *node, GError **error, const char *remedy, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_autofree char *where = openapi_where(openapi, node);
	return error_set(error, ERR_INVALID, remedy ? remedy : "correct the document there", "%s: %s", where, text);
}

void
openapi_remark(struct openapi *openapi, const struct value *node, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_autofree char *where = openapi_where(openapi, node);
	g_ptr_array_add(openapi->remarks, g_strdup_printf("%s: %s", where, text));
}

/* The member may be written as text or, in careless YAML, as the number 3.1. */
static char *
version_text(const struct value *version)
{
	bool number = value_is(version, VALUE_NUMBER);
	return number ? g_strndup(version->text, version->length) : g_strdup(value_text(version));
}

static bool
read_version(const struct openapi *openapi, enum schema_dialect *ret_dialect, GError **error)
{
	const struct value *root = doc_root(openapi->doc);
	g_autofree char *version = version_text(value_member(root, "openapi"));
	*ret_dialect = SCHEMA_OPENAPI_3_1;
	if (!version && value_member(root, "swagger"))
		return openapi_fail(openapi, root, error, "convert it to OpenAPI 3", "this is a Swagger 2 document");
	if (!version)
		return openapi_fail(openapi, root, error, "begin an OpenAPI document with openapi: 3.1.0",
		                    "this is no OpenAPI document: it has no member \"openapi\"");
	if (g_str_has_prefix(version, "3.0"))
		*ret_dialect = SCHEMA_OPENAPI_3_0;
	else if (!g_str_has_prefix(version, "3.1") && !g_str_has_prefix(version, "3.2"))
		return openapi_fail(openapi, value_member(root, "openapi"), error, "use 3.0, 3.1 or 3.2", "OpenAPI %s is not known", version);
	return true;
}

/* Files that refer to one another are known to the schemas by their paths, and by the names they give themselves. */
static void
add_schemas(struct openapi *openapi, enum schema_dialect dialect)
{
	const struct schema_options options = { .dialect = dialect, .assert_formats = true };
	openapi->schemas = schema_set_create(&options);
	for (unsigned i = 0; i < openapi->files->len; i++) {
		const struct openapi_file *file = &g_array_index(openapi->files, struct openapi_file, i);
		if (openapi->files->len > 1)
			schema_set_add(openapi->schemas, file->path, file->doc);
		if (value_member(doc_root(file->doc), "$self"))
			schema_set_add(openapi->schemas, file->uri, file->doc);
	}
}

static GArray *
new_list(guint size, GDestroyNotify clear)
{
	GArray *list = g_array_new(FALSE, FALSE, size);
	g_array_set_clear_func(list, clear);
	return list;
}

static struct openapi *
create(struct doc *doc, const char *path, GError **error)
{
	struct openapi *openapi = g_new0(struct openapi, 1);
	enum schema_dialect dialect;
	openapi->doc = doc;
	openapi->files = new_list(sizeof(struct openapi_file), clear_file);
	openapi->resources = new_list(sizeof(struct openapi_resource), clear_resource);
	openapi->operations = new_list(sizeof(struct openapi_operation), openapi_clear_operation);
	openapi->webhooks = new_list(sizeof(struct openapi_operation), openapi_clear_operation);
	openapi->callbacks = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
	openapi->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	openapi->references = g_ptr_array_new();
	openapi->hints = g_ptr_array_new();
	openapi->texts = g_string_chunk_new(1024);
	openapi->remarks = g_ptr_array_new_with_free_func(g_free);
	openapi->bases = g_ptr_array_new();
	openapi->routes = route_tree_create();
	openapi->compiled = g_hash_table_new(NULL, NULL);
	openapi->failed = g_hash_table_new(NULL, NULL);
	openapi->shapes = g_hash_table_new_full(NULL, NULL, NULL, shape_free);
	openapi_add_file(openapi, doc, path);
	bool ok = read_version(openapi, &dialect, error) && openapi_read_files(openapi, error) && openapi_check_refs(openapi, error) &&
	          openapi_read_operations(openapi, error) && openapi_read_links(openapi, error);
	if (!ok) {
		openapi_destroy(openapi);
		return NULL;
	}
	add_schemas(openapi, dialect);
	g_ptr_array_add(openapi->remarks, NULL);
	return openapi;
}

struct openapi *
openapi_create(struct doc *doc, GError **error)
{
	return create(doc, NULL, error);
}

struct openapi *
openapi_read_file(const char *path, GError **error)
{
	g_autoptr(Doc) doc = doc_read_file(path, error);
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	return doc ? create(doc, absolute, error) : NULL;
}

void
openapi_destroy(struct openapi *openapi)
{
	if (!openapi)
		return;
	schema_set_destroy(openapi->schemas);
	g_hash_table_unref(openapi->compiled);
	g_hash_table_unref(openapi->failed);
	g_hash_table_unref(openapi->shapes);
	route_tree_destroy(openapi->routes);
	g_ptr_array_unref(openapi->bases);
	g_ptr_array_unref(openapi->remarks);
	g_array_unref(openapi->operations);
	g_array_unref(openapi->webhooks);
	g_ptr_array_unref(openapi->callbacks);
	g_string_chunk_free(openapi->texts);
	g_ptr_array_unref(openapi->hints);
	g_ptr_array_unref(openapi->references);
	g_hash_table_unref(openapi->places);
	g_array_unref(openapi->resources);
	g_array_unref(openapi->files);
	g_free(openapi);
}

struct doc *
openapi_doc(const struct openapi *openapi)
{
	return openapi->doc;
}

static const char *
info_text(const struct openapi *openapi, const char *member)
{
	const char *text = value_member_text(value_member(doc_root(openapi->doc), "info"), member);
	return text ? text : "";
}

const char *
openapi_title(const struct openapi *openapi)
{
	return info_text(openapi, "title");
}

const char *
openapi_version(const struct openapi *openapi)
{
	return info_text(openapi, "version");
}

const char *
openapi_base_path(const struct openapi *openapi)
{
	return openapi->bases->len ? openapi->bases->pdata[0] : "";
}

const struct openapi_operation *
openapi_operations(const struct openapi *openapi, size_t *ret_count)
{
	*ret_count = openapi->operations->len;
	return (const struct openapi_operation *)(const void *)openapi->operations->data;
}

const struct openapi_operation *
openapi_webhooks(const struct openapi *openapi, size_t *ret_count)
{
	*ret_count = openapi->webhooks->len;
	return (const struct openapi_operation *)(const void *)openapi->webhooks->data;
}

const char *const *
openapi_remarks(const struct openapi *openapi)
{
	return (const char *const *)openapi->remarks->pdata;
}

const struct openapi_file *
openapi_file_of(const struct openapi *openapi, const struct value *node)
{
	for (unsigned i = 0; i < openapi->files->len; i++) {
		const struct openapi_file *file = &g_array_index(openapi->files, struct openapi_file, i);
		const struct value *root = doc_root(file->doc);
		if (node >= root && node < value_next(root))
			return file;
	}
	return NULL;
}

char *
openapi_where(const struct openapi *openapi, const struct value *node)
{
	const struct openapi_file *file = openapi_file_of(openapi, node);
	return file ? doc_where(file->doc, node) : g_strdup(doc_name(openapi->doc));
}

/* The child of a container in whose subtree a node stands; its token is added to the pointer. */
static const struct value *
step_towards(const struct value *container, const struct value *node, GString *pointer)
{
	unsigned position = 0;
	VALUE_EACH_MEMBER (key, item, container) {
		if (node < value_next(item)) {
			pointer_append(pointer, key->text, key->length);
			return item;
		}
	}
	VALUE_EACH (item, container) {
		if (node < value_next(item)) {
			g_string_append_printf(pointer, "/%u", position);
			return item;
		}
		position++;
	}
	return NULL;
}

char *
openapi_pointer(const struct openapi *openapi, const struct value *node)
{
	const struct openapi_file *file = openapi_file_of(openapi, node);
	GString *pointer = g_string_new("#");
	if (file && file->doc != openapi->doc)
		g_string_prepend(pointer, doc_name(file->doc));
	for (const struct value *at = file ? doc_root(file->doc) : NULL; at && at != node;)
		at = step_towards(at, node, pointer);
	return g_string_free(pointer, FALSE);
}

/* What cannot be judged is known from then on, and not tried again unless for the words. */
static void
remember_failure(struct openapi *openapi, const struct value *node, const GError *cause)
{
	if (!g_hash_table_add(openapi->failed, (void *)(uintptr_t)node))
		return;
	g_autofree char *text = error_text(cause);
	g_ptr_array_insert(openapi->remarks, (int)openapi->remarks->len - 1, g_strdup_printf("%s; what it describes is not checked", text));
}

const struct schema *
openapi_schema(struct openapi *openapi, const struct value *node, GError **error)
{
	const struct schema *schema = g_hash_table_lookup(openapi->compiled, node);
	if (schema || (!error && g_hash_table_contains(openapi->failed, node)))
		return schema;
	const struct openapi_file *file = openapi_file_of(openapi, node);
	g_assert(file);
	GError *cause = NULL;
	schema = schema_compile(openapi->schemas, file->doc, node, openapi->files->len > 1 ? file->path : NULL, &cause);
	if (schema) {
		g_hash_table_insert(openapi->compiled, (void *)(uintptr_t)node, (void *)(uintptr_t)schema);
	} else {
		remember_failure(openapi, node, cause);
		g_propagate_error(error, cause);
	}
	return schema;
}

static const struct openapi_response *
find_response(const struct openapi_operation *operation, const char *status)
{
	for (size_t i = 0; i < operation->response_count; i++)
		if (g_ascii_strcasecmp(operation->responses[i].status, status) == 0)
			return &operation->responses[i];
	return NULL;
}

const struct openapi_response *
openapi_response_for(const struct openapi_operation *operation, int status)
{
	const char exact[] = { (char)('0' + status / 100 % 10), (char)('0' + status / 10 % 10), (char)('0' + status % 10), '\0' };
	const char range[] = { exact[0], 'X', 'X', '\0' };
	const struct openapi_response *response = find_response(operation, exact);
	if (!response)
		response = find_response(operation, range);
	return response ? response : find_response(operation, "default");
}

/* How well a declared media type or range fits a wanted one: 0 not at all, 4 letter by letter. */
static unsigned
media_rank(const char *declared, const char *wanted)
{
	if (g_ascii_strcasecmp(declared, wanted) == 0)
		return 4;
	g_autofree char *left = http_media_type(declared), *right = http_media_type(wanted);
	if (g_str_equal(left, right))
		return 3;
	size_t type = strcspn(left, "/");
	if (g_str_equal(left + type, "/*") && strncmp(left, right, type + 1) == 0)
		return 2;
	return g_str_equal(left, "*/*") ? 1 : 0;
}

bool
openapi_is_json(const char *media)
{
	g_autofree char *type = http_media_type(media);
	return g_str_equal(type, "application/json") || g_str_equal(type, "text/json") || g_str_has_suffix(type, "+json");
}

const struct value *
openapi_content(const struct openapi *openapi, const struct value *node, const char *media, const char **ret_media)
{
	const struct value *content = value_member(openapi_resolve(openapi, node), "content"), *best = NULL;
	unsigned best_rank = 0;
	VALUE_EACH_MEMBER (key, item, content) {
		unsigned rank = media ? media_rank(key->text, media) : openapi_is_json(key->text) ? 2 : 1;
		if (rank <= best_rank)
			continue;
		best = openapi_resolve(openapi, item);
		best_rank = rank;
		if (ret_media)
			*ret_media = key->text;
	}
	return best;
}

static bool
match_at(const struct openapi *openapi, const char *method, const char *path, size_t length, const char *base, struct openapi_match *ret,
         GPtrArray *others)
{
	size_t skip = strlen(base);
	if (skip > length || memcmp(path, base, skip) != 0 || (skip < length && path[skip] != '/'))
		return false;
	bool root = skip == length;
	return route_find(openapi->routes, method, root ? "/" : path + skip, root ? 1 : length - skip, ret, others);
}

bool
openapi_match(const struct openapi *openapi, const char *method, const char *path, struct openapi_match *ret, char **ret_allow)
{
	g_autoptr(GPtrArray) others = g_ptr_array_new();
	size_t length = strcspn(path, "?#");
	bool bare = false;
	*ret = (struct openapi_match){ 0 };
	*ret_allow = NULL;
	for (unsigned i = 0; i < openapi->bases->len; i++) {
		const char *base = openapi->bases->pdata[i];
		bare = bare || !*base;
		if (match_at(openapi, method, path, length, base, ret, others))
			return true;
	}
	if (!bare && match_at(openapi, method, path, length, "", ret, others))
		return true;
	if (others->len) {
		g_ptr_array_add(others, NULL);
		*ret_allow = g_strjoinv(", ", (char **)others->pdata);
	}
	return false;
}

void
openapi_match_clear(struct openapi_match *match)
{
	for (size_t i = 0; i < match->count; i++)
		g_free(match->values[i]);
	*match = (struct openapi_match){ 0 };
}
