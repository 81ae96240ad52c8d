/* References: to a place of the same file, or of another one beside it. */
#include <string.h>

#include "base/http.h"
#include "contract/lint_model.h"

enum { STEPS = 64, FILES = 512, DEPTH = 16, HOPS = 100 };

void
lint_free_file(void *data)
{
	struct lint_file *file = data;
	doc_unref(file->doc);
	g_free(file->path);
	g_free(file->name);
	g_free(file->seen);
	g_clear_pointer(&file->anchors, g_hash_table_unref);
	g_free(file);
}

struct lint_file *
lint_add_file(struct lint *lint, struct doc *doc, const char *path, const char *name)
{
	struct lint_file *file = g_new0(struct lint_file, 1);
	size_t length;
	const char *source = doc_source(doc, &length);
	file->doc = doc_ref(doc);
	file->path = g_strdup(path);
	file->name = g_strdup(name);
	file->seen = g_new0(unsigned char, doc_root(doc)->span);
	file->ignores = memmem(source, length, "x-teamwright-ignore", strlen("x-teamwright-ignore")) != NULL;
	g_ptr_array_add(lint->files, file);
	return file;
}

struct lint_file *
lint_file_of(const struct lint *lint, const struct value *node)
{
	for (unsigned i = 0; i < lint->files->len; i++) {
		struct lint_file *file = lint->files->pdata[i];
		const struct value *root = doc_root(file->doc);
		if (node >= root && node < value_next(root))
			return file;
	}
	return NULL;
}

static struct lint_file *
find_file(const struct lint *lint, const char *path)
{
	for (unsigned i = 0; i < lint->files->len; i++) {
		struct lint_file *file = lint->files->pdata[i];
		if (g_str_equal(file->path, path))
			return file;
	}
	return NULL;
}

/* A file beside the one that refers to it; its name is relative to the folder of the document where it can be. */
static struct lint_file *
open_file(struct lint *lint, const struct lint_file *from, const char *name)
{
	g_autofree char *folder = g_path_get_dirname(from->path), *path = g_canonicalize_filename(name, folder);
	struct lint_file *file = find_file(lint, path);
	if (file || lint->files->len >= FILES || g_hash_table_contains(lint->absent, path))
		return file;
	g_autofree char *beside = g_path_get_dirname(from->name);
	g_autofree char *shown = g_str_equal(beside, ".") ? g_strdup(name) : g_build_filename(beside, name, NULL);
	g_autoptr(Doc) doc = g_file_test(path, G_FILE_TEST_IS_REGULAR) ? doc_read_file(path, NULL) : NULL;
	if (doc)
		return lint_add_file(lint, doc, path, shown);
	g_hash_table_add(lint->absent, g_steal_pointer(&path));
	return NULL;
}

/* Adds what has one of the names, which is a text, under that text. */
static void
collect(GHashTable *table, const char *const *names, const struct value *value)
{
	for (const char *const *name = names; *name; name++) {
		const char *text = value_member_text(value, *name);
		if (text)
			g_hash_table_insert(table, (void *)(uintptr_t)text, (void *)(uintptr_t)value);
	}
	VALUE_EACH (item, value)
		collect(table, names, item);
	VALUE_EACH_MEMBER (key, item, value)
		collect(table, names, item);
}

/* The object of the document that says it has this URI. */
static const struct value *
find_identified(struct lint *lint, const char *uri)
{
	static const char *const names[] = { "$id", "$self", NULL };
	if (!lint->identified) {
		lint->identified = g_hash_table_new(g_str_hash, g_str_equal);
		collect(lint->identified, names, lint_root(lint));
	}
	return g_hash_table_lookup(lint->identified, uri);
}

const struct value *
lint_child_with(const struct value *container, const struct value *node)
{
	const struct value *item = lint_holds(container, node) ? lint_first_child(container) : NULL;
	while (item && node >= value_next(item))
		item = value_next(item) + (container->kind == VALUE_OBJECT);
	return item;
}

/* The innermost schema around a reference that has an $id: within it, pointers begin there. */
static const struct value *
find_resource(const struct lint_file *file, const struct value *reference)
{
	const struct value *resource = NULL;
	for (const struct value *at = doc_root(file->doc); at; at = lint_child_with(at, reference))
		if (value_member_text(at, "$id"))
			resource = at;
	return resource;
}

static const struct value *
find_anchor(struct lint_file *file, const char *name)
{
	if (!file->anchors) {
		static const char *const names[] = { "$anchor", "$dynamicAnchor", NULL };
		file->anchors = g_hash_table_new(g_str_hash, g_str_equal);
		collect(file->anchors, names, doc_root(file->doc));
	}
	return g_hash_table_lookup(file->anchors, name);
}

/* Authors point through references too: where the pointer ends at one, it goes on behind it. That may lead through others,
 * and in circles: there is a bound for all of it. */
static const struct value *
find_through(struct lint *lint, const struct value *root, const char *pointer)
{
	const struct value *at = root;
	lint->hops = lint->depth ? lint->hops : HOPS;
	if (lint->depth >= DEPTH || !lint->hops)
		return NULL;
	lint->hops--;
	lint->depth++;
	for (unsigned steps = 0; at && *pointer == '/' && steps < STEPS; steps++) {
		size_t length = 1 + strcspn(pointer + 1, "/");
		g_autofree char *token = g_strndup(pointer, length);
		const struct value *next = value_find(at, token);
		if (!next && value_member_text(at, "$ref"))
			next = value_find(lint_resolve(lint, at), token);
		at = next;
		pointer += length;
	}
	lint->depth--;
	return *pointer ? NULL : at;
}

static const struct value *
find_fragment(struct lint *lint, struct lint_file *file, const char *escaped)
{
	const struct value *root = doc_root(file->doc);
	g_autofree char *fragment = strchr(escaped, '%') ? http_unescape(escaped, strlen(escaped), false) : g_strdup(escaped);
	if (!fragment)
		return NULL;
	if (!*fragment)
		return root;
	if (*fragment != '/')
		return find_anchor(file, fragment);
	const struct value *found = value_find(root, fragment);
	return found ? found : find_through(lint, root, fragment);
}

/* What a reference names before its fragment: a schema with that $id, or a file. */
static const struct value *
find_elsewhere(struct lint *lint, const struct lint_file *from, const struct value *reference, size_t length, bool *ret_remote)
{
	const char *text = reference->text, *fragment = text[length] ? text + length + 1 : "";
	g_autofree char *base = g_strndup(text, length), *name = http_unescape(text, length, false);
	const struct value *identified = find_identified(lint, base);
	if (identified)
		return *fragment == '/' ? find_through(lint, identified, fragment) : identified;
	*ret_remote = strstr(text, "://") || g_str_has_prefix(text, "//") || g_str_has_prefix(text, "urn:");
	struct lint_file *file = name && *name != '/' && !*ret_remote ? open_file(lint, from, name) : NULL;
	/* Relative to an $id it may lead anywhere. */
	*ret_remote |= !file && find_resource(from, reference);
	return file ? find_fragment(lint, file, fragment) : NULL;
}

const struct value *
lint_target(struct lint *lint, const struct value *reference, bool *ret_remote)
{
	struct lint_file *file = lint_file_of(lint, reference);
	const char *text = reference->text;
	size_t length = strcspn(text, "#");
	*ret_remote = false;
	if (length)
		return find_elsewhere(lint, file, reference, length, ret_remote);
	const struct value *target = find_fragment(lint, file, *text ? text + 1 : "");
	const struct value *resource = target || text[0] != '#' || text[1] != '/' ? NULL : find_resource(file, reference);
	return resource ? value_find(resource, text + 1) : target;
}

const struct value *
lint_resolve(struct lint *lint, const struct value *node)
{
	bool remote;
	for (unsigned steps = 0; steps < STEPS; steps++) {
		const struct value *reference = value_member(node, "$ref");
		if (!value_is(reference, VALUE_STRING))
			return node;
		node = lint_target(lint, reference, &remote);
	}
	return NULL;
}
