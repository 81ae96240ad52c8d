/* References: to a place in the same file, or in another one beside it. */
#include <string.h>

#include "base/error.h"
#include "base/http.h"
#include "contract/openapi_model.h"

enum { STEPS = 64, FILES = 512 };

/* Sees every member that begins with "$" and holds text, in the places that are no data. */
typedef bool visit_member(struct openapi *openapi, const struct value *object, const struct value *key, const struct value *item, GError **error);

/* What stands behind these keys is data, where references have no meaning. */
static const char *const literals[] = { "example", "examples", "default", "enum", "const", "value", NULL };
/* The keys of these objects are names that the author chose. */
static const char *const maps[] = {
	"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "paths", "schemas", "responses", "parameters",
	"requestBodies", "headers", "securitySchemes", "links", "callbacks", "pathItems", "webhooks", "content", "mediaTypes",
	"additionalOperations", NULL,
};

static bool
is_any(const char *const *words, const char *word)
{
	for (; *words; words++)
		if (**words == *word && strcmp(*words, word) == 0)
			return true;
	return false;
}

static bool
walk(struct openapi *openapi, const struct value *value, bool map, visit_member *visit, GError **error)
{
	VALUE_EACH (item, value)
		if (item->kind >= VALUE_ARRAY && !walk(openapi, item, false, visit, error))
			return false;
	VALUE_EACH_MEMBER (key, item, value) {
		if (!map && item->kind == VALUE_STRING && *key->text == '$' && !visit(openapi, value, key, item, error))
			return false;
		if (item->kind < VALUE_ARRAY || (!map && (is_any(literals, key->text) || g_str_has_prefix(key->text, "x-"))))
			continue;
		if (!walk(openapi, item, !map && is_any(maps, key->text), visit, error))
			return false;
	}
	return true;
}

/* The absolute path of the file that a reference names; NULL where it is none beside `from`. */
static char *
target_path(const struct openapi_file *from, const char *reference)
{
	g_autofree char *name = http_unescape(reference, strcspn(reference, "#"), false);
	if (!from->path || !name || !*name || *name == '/' || strstr(name, "://"))
		return NULL;
	g_autofree char *folder = g_path_get_dirname(from->path);
	return g_canonicalize_filename(name, folder);
}

static const struct openapi_file *
find_file(const struct openapi *openapi, const char *path)
{
	for (unsigned i = 0; i < openapi->files->len; i++) {
		const struct openapi_file *file = &g_array_index(openapi->files, struct openapi_file, i);
		if (g_strcmp0(file->path, path) == 0)
			return file;
	}
	return NULL;
}

static bool
read_target(struct openapi *openapi, const struct value *reference, GError **error)
{
	GError *cause = NULL;
	g_autofree char *path = target_path(openapi_file_of(openapi, reference), reference->text);
	if (!path || find_file(openapi, path))
		return true;   /* what is no file of ours is judged later, with all references */
	if (openapi->files->len >= FILES)
		return openapi_fail(openapi, reference, error, "put them into fewer files", "more than %d files belong to this document", FILES);
	struct openapi_file file = { .doc = doc_read_file(path, &cause), .path = path };
	if (!file.doc) {
		g_autofree char *where = openapi_where(openapi, reference);
		return error_wrap(error, cause, ERR_INVALID, NULL, "%s: the reference \"%s\" leads nowhere", where, reference->text);
	}
	path = NULL;
	g_array_append_val(openapi->files, file);
	return true;
}

static bool
collect(struct openapi *openapi, const struct value *object, const struct value *key, const struct value *item, GError **error)
{
	if (strcmp(key->text, "$ref") == 0)
		return *item->text == '#' || read_target(openapi, item, error);
	openapi->identified |= strcmp(key->text, "$id") == 0;
	if (strcmp(key->text, "$anchor") == 0 || strcmp(key->text, "$dynamicAnchor") == 0)
		g_hash_table_insert(openapi_file_of(openapi, object)->anchors, (void *)(uintptr_t)item->text, (void *)(uintptr_t)object);
	return true;
}

bool
openapi_read_files(struct openapi *openapi, GError **error)
{
	/* The list grows while it is walked. */
	for (unsigned i = 0; i < openapi->files->len; i++) {
		struct openapi_file *file = &g_array_index(openapi->files, struct openapi_file, i);
		file->anchors = g_hash_table_new(g_str_hash, g_str_equal);
		if (!walk(openapi, doc_root(file->doc), false, collect, error))
			return false;
	}
	return true;
}

/* Authors point through references too: where the pointer ends at one, it goes on behind it. */
static const struct value *
find_through(const struct openapi *openapi, const struct value *root, const char *pointer)
{
	const struct value *at = root;
	for (unsigned steps = 0; at && *pointer == '/' && steps < STEPS; steps++) {
		size_t length = 1 + strcspn(pointer + 1, "/");
		g_autofree char *token = g_strndup(pointer, length);
		const struct value *next = value_find(at, token);
		if (!next && value_member_text(at, "$ref"))
			next = value_find(openapi_resolve(openapi, at), token);
		at = next;
		pointer += length;
	}
	return *pointer ? NULL : at;
}

const struct value *
openapi_target(const struct openapi *openapi, const struct value *reference)
{
	const struct openapi_file *file = openapi_file_of(openapi, reference);
	const char *hash = strchr(reference->text, '#');
	if (hash != reference->text) {
		g_autofree char *path = target_path(file, reference->text);
		file = path ? find_file(openapi, path) : NULL;
	}
	if (!file)
		return NULL;
	const struct value *root = doc_root(file->doc);
	if (!hash || !hash[1])
		return root;
	bool plain = !strchr(hash, '%');
	g_autofree char *copy = plain ? NULL : http_unescape(hash + 1, strlen(hash + 1), false);
	const char *fragment = plain ? hash + 1 : copy;
	if (!fragment)
		return NULL;
	if (*fragment != '/')
		return g_hash_table_lookup(file->anchors, fragment);
	const struct value *found = value_find(root, fragment);
	return found ? found : find_through(openapi, root, fragment);
}

const struct value *
openapi_resolve(const struct openapi *openapi, const struct value *node)
{
	for (unsigned steps = 0; steps < STEPS; steps++) {
		const struct value *reference = value_member(node, "$ref");
		if (!value_is(reference, VALUE_STRING))
			return node;
		node = openapi_target(openapi, reference);
	}
	return NULL;
}

static bool
check_target(struct openapi *openapi, const struct value *object, const struct value *key, const struct value *item, GError **error)
{
	(void)object;
	if (strcmp(key->text, "$ref") != 0 || openapi_target(openapi, item))
		return true;
	/* Where schemas name themselves, only the schema compiler knows what a reference is relative to. */
	if (openapi->identified) {
		openapi_remark(openapi, item, "the reference \"%s\" leads to no place of this document", item->text);
		return true;
	}
	if (strstr(item->text, "://"))
		return openapi_fail(openapi, item, error, "put a copy beside the document and refer to that",
		                    "the reference \"%s\" leads out of this machine, and nothing is fetched", item->text);
	return openapi_fail(openapi, item, error, "correct the reference or add what it names", "the reference \"%s\" leads nowhere", item->text);
}

bool
openapi_check_refs(struct openapi *openapi, GError **error)
{
	for (unsigned i = 0; i < openapi->files->len; i++)
		if (!walk(openapi, doc_root(g_array_index(openapi->files, struct openapi_file, i).doc), false, check_target, error))
			return false;
	return true;
}
