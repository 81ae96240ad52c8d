/* References: to a place in the same file, in another one beside it, or by the name that a document or a
 * schema gives itself ($self, $id, $anchor). Nothing is fetched. */
#include <string.h>

#include "base/error.h"
#include "base/http.h"
#include "contract/openapi_model.h"
#include "schema/uri.h"

enum { STEPS = 64, FILES = 512 };

#define BYTES ((size_t)512 << 20)   /* of all files together */

/* What stands behind these keys is data, where references have no meaning. */
static const char *const literals[] = { "example", "examples", "default", "enum", "const", "value", NULL };
/* The keys of these objects are names that the author chose. */
static const char *const maps[] = {
	"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "paths", "schemas", "responses", "parameters",
	"requestBodies", "headers", "securitySchemes", "links", "callbacks", "pathItems", "webhooks", "content", "mediaTypes",
	"additionalOperations", NULL,
};

/* What these lead to is good to have, and no fault where it is missing. */
static const char *const hints[] = { "examples", "discriminator", "operationRef", NULL };

/* A file on its way into the model. */
struct walk {
	struct openapi *openapi;
	const char *base;            /* the URI that references are relative to */
	uint64_t literals, maps, hints;   /* prints of the words above: most keys are none of them */
};

static uint64_t
print_of(const char *word, size_t length)
{
	return UINT64_C(1) << (((unsigned char)*word * 5 + length * 3) & 63);
}

static uint64_t
print_all(const char *const *words)
{
	uint64_t all = 0;
	for (; *words; words++)
		all |= print_of(*words, strlen(*words));
	return all;
}

static bool
is_any(const struct value *key, const char *const *words, uint64_t prints)
{
	if (!(prints & print_of(key->text, key->length)))
		return false;
	for (; *words; words++)
		if (strcmp(*words, key->text) == 0)
			return true;
	return false;
}

static void
add_place(struct openapi *openapi, const char *uri, const char *anchor, const struct value *node)
{
	g_autofree char *name = anchor ? g_strconcat(uri, "#", anchor, NULL) : g_strdup(uri);
	if (!g_hash_table_contains(openapi->places, name))
		g_hash_table_insert(openapi->places, g_steal_pointer(&name), (void *)(uintptr_t)node);
}

/* What an object says of itself; `key` begins with "$". */
static void
read_dollar(struct walk *walk, const struct value *object, const struct value *key, const struct value *item)
{
	if (strcmp(key->text, "$ref") == 0)
		g_ptr_array_add(walk->openapi->references, (void *)(uintptr_t)item);
	else if (strcmp(key->text, "$anchor") == 0 || strcmp(key->text, "$dynamicAnchor") == 0)
		add_place(walk->openapi, walk->base, item->text, object);
}

/* A schema with an identifier is a resource: what it holds is relative to that. */
static void
enter_resource(struct walk *walk, const struct value *object)
{
	const char *id = value_member_text(object, "$id");
	if (!id || *id == '#')
		return;
	struct openapi_resource resource = { object, uri_resolve(walk->base, id) };
	g_array_append_val(walk->openapi->resources, resource);
	add_place(walk->openapi, resource.uri, NULL, object);
	walk->base = resource.uri;
}

static void collect(struct walk *walk, const struct value *value, bool map);

/* What may lead somewhere: examples that stand elsewhere, the files that only a discriminator's mapping names, the operations
 * that links do. */
static void
collect_hints(struct walk *walk, const struct value *key, const struct value *item)
{
	if (strcmp(key->text, "examples") == 0)
		VALUE_EACH_MEMBER (name, example, item)
			if (value_member_text(example, "$ref"))
				g_ptr_array_add(walk->openapi->hints, (void *)(uintptr_t)value_member(example, "$ref"));
	if (strcmp(key->text, "operationRef") == 0 && item->kind == VALUE_STRING)
		g_ptr_array_add(walk->openapi->hints, (void *)(uintptr_t)item);
	if (strcmp(key->text, "discriminator") == 0)
		VALUE_EACH_MEMBER (name, target, value_member(item, "mapping"))
			if (value_is(target, VALUE_STRING) && strpbrk(target->text, "/#."))
				g_ptr_array_add(walk->openapi->hints, (void *)(uintptr_t)target);
}

static void
collect_members(struct walk *walk, const struct value *object, bool map)
{
	VALUE_EACH_MEMBER (key, item, object) {
		if (!map && *key->text == '$' && item->kind == VALUE_STRING)
			read_dollar(walk, object, key, item);
		if (!map && is_any(key, hints, walk->hints))
			collect_hints(walk, key, item);
		if (!item->refers || (!map && (is_any(key, literals, walk->literals) || g_str_has_prefix(key->text, "x-"))))
			continue;
		collect(walk, item, !map && is_any(key, maps, walk->maps));
	}
}

/* Nothing is found in what holds no key with "$": most of a document is passed over. */
static void
collect(struct walk *walk, const struct value *value, bool map)
{
	VALUE_EACH (item, value)
		if (item->refers)
			collect(walk, item, false);
	if (value->kind != VALUE_OBJECT)
		return;
	const char *outer = walk->base;
	if (!map)
		enter_resource(walk, value);
	collect_members(walk, value, map);
	walk->base = outer;
}

/* The absolute path of the file that a reference names; NULL where it is none beside `from`. */
static char *
target_path(const struct openapi_file *from, const char *reference)
{
	g_autofree char *name = http_unescape(reference, strcspn(reference, "#"), false);
	if (!from->path || !name || !*name || *name == '/')
		return NULL;
	/* By the name that the document gives itself, its neighbours are known, too. */
	const char *slash = strrchr(from->uri, '/'), *inside = name;
	if (slash && strncmp(name, from->uri, (size_t)(slash + 1 - from->uri)) == 0)
		inside = name + (slash + 1 - from->uri);
	if (!*inside || strstr(inside, "://"))
		return NULL;
	g_autofree char *folder = g_path_get_dirname(from->path);
	return g_canonicalize_filename(inside, folder);
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

/* The URI that references around a node are relative to; `ret_root` is what "#" means there. */
static const char *
base_around(const struct openapi *openapi, const struct openapi_file *file, const struct value *node, const struct value **ret_root)
{
	const char *base = file->uri;
	*ret_root = doc_root(file->doc);
	for (unsigned i = 0; i < openapi->resources->len; i++) {
		const struct openapi_resource *resource = &g_array_index(openapi->resources, struct openapi_resource, i);
		if (node < resource->node || node >= value_next(resource->node) || resource->node < *ret_root)
			continue;
		base = resource->uri;
		*ret_root = resource->node;
	}
	return base;
}

/* The place that is known under the URI of a reference, without its fragment. */
static const struct value *
find_place(const struct openapi *openapi, const char *base, const char *reference, char **ret_uri)
{
	*ret_uri = uri_resolve(base, reference);
	return g_hash_table_lookup(openapi->places, *ret_uri);
}

static bool
read_target(struct openapi *openapi, const struct value *reference, bool needed, GError **error)
{
	const struct openapi_file *from = openapi_file_of(openapi, reference);
	const struct value *root;
	g_autofree char *uri = NULL, *path = target_path(from, reference->text);
	const char *base = base_around(openapi, from, reference, &root);
	if (!path || find_file(openapi, path) || find_place(openapi, base, reference->text, &uri))
		return true;   /* what is no file of ours is judged later, with all references */
	if (openapi->files->len >= FILES)
		return openapi_fail(openapi, reference, error, "put them into fewer files", "more than %d files belong to this document", FILES);
	/* Beneath an identifier it may be the name of a resource that is still to come. */
	if ((!needed || base != from->uri) && !g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return true;
	GError *cause = NULL;
	g_autoptr(Doc) doc = doc_read_file(path, &cause);
	if (!doc) {
		g_autofree char *where = openapi_where(openapi, reference);
		return error_wrap(error, cause, ERR_INVALID, NULL, "%s: the reference \"%s\" leads nowhere", where, reference->text);
	}
	openapi_add_file(openapi, doc, path);
	return openapi->bytes <= BYTES || openapi_fail(openapi, reference, error, "split the interface into several documents",
	                                               "the files of this document have more than %zu bytes", BYTES);
}

/* Absolute, since the schemas know it by that, too. */
static char *
file_uri(const struct doc *doc, const char *path)
{
	g_autofree char *retrieved = uri_resolve(URI_NOWHERE, path ? path : "");
	const char *self = value_member_text(doc_root(doc), "openapi") ? value_member_text(doc_root(doc), "$self") : NULL;
	return self ? uri_resolve(retrieved, self) : g_steal_pointer(&retrieved);
}

void
openapi_add_file(struct openapi *openapi, struct doc *doc, const char *path)
{
	size_t length;
	doc_source(doc, &length);
	struct openapi_file file = { .doc = doc_ref(doc), .path = g_strdup(path), .uri = file_uri(doc, path) };
	g_array_append_val(openapi->files, file);
	add_place(openapi, file.uri, NULL, doc_root(doc));
	openapi->bytes += length;
}

static bool
read_hints(struct openapi *openapi, unsigned from, GError **error)
{
	for (unsigned i = from; i < openapi->hints->len; i++)
		if (!read_target(openapi, openapi->hints->pdata[i], false, error))
			return false;
	return true;
}

bool
openapi_read_files(struct openapi *openapi, GError **error)
{
	struct walk walk = { .openapi = openapi, .literals = print_all(literals), .maps = print_all(maps), .hints = print_all(hints) };
	/* The list grows while it is walked. */
	for (unsigned i = 0; i < openapi->files->len; i++) {
		const struct openapi_file *file = &g_array_index(openapi->files, struct openapi_file, i);
		unsigned references = openapi->references->len, first_hint = openapi->hints->len;
		walk.base = file->uri;
		collect(&walk, doc_root(file->doc), false);
		for (; references < openapi->references->len; references++) {
			const struct value *reference = openapi->references->pdata[references];
			if (*reference->text != '#' && !read_target(openapi, reference, true, error))
				return false;
		}
		if (!read_hints(openapi, first_hint, error))
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

/* The place below `root` that a fragment, its escapes resolved, means. */
static const struct value *
find_fragment(const struct openapi *openapi, const struct value *root, const char *fragment)
{
	const struct value *found = value_find(root, fragment);
	return found || !*fragment ? found : find_through(openapi, root, fragment);
}

/* What a reference leads to without its fragment, and the URI of that. */
static const struct value *
find_root(const struct openapi *openapi, const struct openapi_file *file, const struct value *reference, char **ret_uri)
{
	const struct value *root;
	const char *base = base_around(openapi, file, reference, &root);
	if (*reference->text == '#' || !*reference->text) {
		*ret_uri = g_strdup(base);
		return root;
	}
	const struct value *place = find_place(openapi, base, reference->text, ret_uri);
	g_autofree char *path = place ? NULL : target_path(file, reference->text);
	const struct openapi_file *target = path ? find_file(openapi, path) : NULL;
	if (!target)
		return place;
	g_free(*ret_uri);
	*ret_uri = g_strdup(target->uri);
	return doc_root(target->doc);
}

/* A reference within its own document, as nearly all are. */
static const struct value *
find_local(const struct openapi *openapi, const struct openapi_file *file, const char *text)
{
	return text[0] == '#' && text[1] == '/' && !strchr(text, '%') ? find_fragment(openapi, doc_root(file->doc), text + 1) : NULL;
}

const struct value *
openapi_target(const struct openapi *openapi, const struct value *reference)
{
	const struct openapi_file *file = openapi_file_of(openapi, reference);
	const struct value *found = openapi->resources->len ? NULL : find_local(openapi, file, reference->text);
	if (found)
		return found;
	g_autofree char *uri = NULL;
	const struct value *root = find_root(openapi, file, reference, &uri);
	const char *hash = strchr(reference->text, '#');
	g_autofree char *fragment = hash ? http_unescape(hash + 1, strlen(hash + 1), false) : g_strdup("");
	if (!root || !fragment)
		return NULL;
	if (*fragment && *fragment != '/') {
		g_autofree char *name = g_strconcat(uri, "#", fragment, NULL);
		return g_hash_table_lookup(openapi->places, name);
	}
	found = find_fragment(openapi, root, fragment);
	/* Authors who give a schema an $id still mean the document with "#/components/…". */
	return found ? found : find_local(openapi, file, reference->text);
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
refuse(const struct openapi *openapi, const struct value *reference, GError **error)
{
	const char *text = reference->text;
	if (strstr(text, "://"))
		return openapi_fail(openapi, reference, error, "put a copy beside the document and refer to that",
		                    "the reference \"%s\" leads out of this machine, and nothing is fetched", text);
	if (*text == '/')
		return openapi_fail(openapi, reference, error, "write it relative to this file", "the reference \"%s\" leads nowhere: it is absolute", text);
	if (*text != '#' && !openapi_file_of(openapi, reference)->path)
		return openapi_fail(openapi, reference, error, "read the document from its file",
		                    "the reference \"%s\" leads nowhere: the document is no file, and has no neighbours", text);
	return openapi_fail(openapi, reference, error, "correct the reference or add what it names", "the reference \"%s\" leads nowhere", text);
}

bool
openapi_check_refs(struct openapi *openapi, GError **error)
{
	for (unsigned i = 0; i < openapi->references->len; i++) {
		const struct value *reference = openapi->references->pdata[i];
		if (openapi_target(openapi, reference))
			continue;
		/* Where schemas name themselves, only the schema compiler knows what a reference is relative to. */
		if (!openapi->resources->len)
			return refuse(openapi, reference, error);
		openapi_remark(openapi, reference, "the reference \"%s\" leads to no place of this document", reference->text);
	}
	for (unsigned i = 0; i < openapi->hints->len; i++) {
		const struct value *hint = openapi->hints->pdata[i];
		/* "Dog.v2" in a mapping is the name of a schema. */
		if (strpbrk(hint->text, "/#") && !openapi_target(openapi, hint))
			openapi_remark(openapi, hint, "\"%s\" leads nowhere", hint->text);
	}
	return true;
}
