/* Paths and their templates. */
#include <string.h>

#include "contract/lint_rules.h"

static bool
is_path(const struct value *key)
{
	return *key->text == '/';
}

/* The next {name} from *at on, which moves behind it; NULL where there is none. */
static char *
next_name(const char **at)
{
	const char *open = strchr(*at, '{'), *close = open ? strchr(open, '}') : NULL;
	if (!close)
		return NULL;
	*at = close + 1;
	return g_strndup(open + 1, (size_t)(close - open - 1));
}

static GHashTable *
names_of(const char *path)
{
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (char *name; (name = next_name(&path));)
		g_hash_table_add(names, name);
	return names;
}

/* What is wrong with a template; NULL for nothing. */
static const char *
fault_of(const char *path)
{
	bool inside = false;
	for (const char *at = path; *at; at++) {
		if (*at != '{' && *at != '}')
			continue;
		if ((*at == '{') == inside)
			return inside ? "one { stands in another" : "a } has no {";
		inside = *at == '{';
		if (inside && at[1] == '}')
			return "{} has no name";
	}
	return inside ? "a { has no }" : NULL;
}

void
lint_path_form(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, at->node) {
		const char *fault = is_path(key) ? fault_of(key->text) : NULL;
		if (fault)
			lint_say(lint, item, key, "%s: %s", key->text, fault);
	}
}

void
lint_path_name_twice(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, at->node) {
		g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		const char *path = key->text;
		for (char *name; is_path(key) && (name = next_name(&path));)
			if (!g_hash_table_add(names, name))
				lint_say(lint, item, key, "a parameter stands twice in %s", key->text);
	}
}

static void
refuse_mark(struct lint *lint, const struct lint_at *at, char mark, const char *what)
{
	VALUE_EACH_MEMBER (key, item, at->node)
		if (is_path(key) && strchr(key->text, mark))
			lint_say(lint, item, key, "%s has a %s", key->text, what);
}

void
lint_path_query(struct lint *lint, const struct lint_at *at)
{
	refuse_mark(lint, at, '?', "query");
}

void
lint_path_fragment(struct lint *lint, const struct lint_at *at)
{
	refuse_mark(lint, at, '#', "fragment");
}

void
lint_path_slash(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, at->node)
		if (is_path(key) && key->length > 1 && key->text[key->length - 1] == '/')
			lint_say(lint, item, key, "%s ends with a slash", key->text);
}

void
lint_path_identical(struct lint *lint, const struct lint_at *at)
{
	g_autoptr(GHashTable) shapes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	VALUE_EACH_MEMBER (key, item, at->node) {
		GString *shape = g_string_new(NULL);
		for (const char *from = key->text; *from; from++) {
			const char *close = *from == '{' ? strchr(from, '}') : NULL;
			g_string_append_c(shape, *from);
			from = close ? close - 1 : from;
		}
		const struct value *first = g_hash_table_lookup(shapes, shape->str);
		if (first && is_path(key))
			lint_say(lint, item, key, "%s is the same as %s", key->text, first->text);
		g_hash_table_replace(shapes, g_string_free(shape, FALSE), (void *)(uintptr_t)key);
	}
}

/* --- ambiguous ------------------------------------------------------------------------------- */

struct template {
	const struct value *key, *item;
	char **segments;
	unsigned count;
	uint64_t templated;          /* a bit for each segment that has a parameter */
};
enum { SEGMENTS = 64, COMPARISONS = 100000000 };

static void
clear_template(void *data)
{
	g_strfreev(((struct template *)data)->segments);
}

/* Both fit one request, and each is the more literal one somewhere. */
static bool
is_ambiguous(const struct template *a, const struct template *b)
{
	if (!(a->templated & ~b->templated) || !(b->templated & ~a->templated))
		return false;
	for (unsigned i = 0; i < MIN(a->count, SEGMENTS); i++)
		if (!((a->templated | b->templated) >> i & 1) && strcmp(a->segments[i], b->segments[i]) != 0)
			return false;
	return true;
}

static int
by_count(const void *a, const void *b)
{
	const struct template *left = a, *right = b;
	if (left->count != right->count)
		return left->count < right->count ? -1 : 1;
	return left->key < right->key ? -1 : left->key > right->key;
}

static GArray *
read_templates(const struct value *paths)
{
	GArray *templates = g_array_new(FALSE, FALSE, sizeof(struct template));
	g_array_set_clear_func(templates, clear_template);
	VALUE_EACH_MEMBER (key, item, paths) {
		if (!is_path(key))
			continue;
		struct template template = { .key = key, .item = item, .segments = g_strsplit(key->text, "/", -1) };
		for (; template.segments[template.count]; template.count++)
			if (template.count < SEGMENTS && strchr(template.segments[template.count], '{'))
				template.templated |= UINT64_C(1) << template.count;
		g_array_append_val(templates, template);
	}
	g_array_sort(templates, by_count);
	return templates;
}

void
lint_path_ambiguous(struct lint *lint, const struct lint_at *at)
{
	GArray *templates = read_templates(at->node);
	const struct template *all = (const struct template *)(const void *)templates->data;
	unsigned left = COMPARISONS;
	for (unsigned i = 0; i < templates->len; i++) {
		for (unsigned k = i; k-- > 0 && all[k].count == all[i].count && left; left--) {
			if (!is_ambiguous(&all[k], &all[i]))
				continue;
			lint_say(lint, all[i].item, all[i].key, "%s and %s fit the same requests", all[i].key->text, all[k].key->text);
			break;
		}
	}
	g_array_unref(templates);
}

/* --- parameters ------------------------------------------------------------------------------ */

/* The operations of a path item: members that are one, and those of additionalOperations. */
static GPtrArray *
operations_of(const struct lint *lint, const struct value *path)
{
	const struct grammar_type *type = grammar_type(lint->grammar, "PathItem");
	GPtrArray *operations = g_ptr_array_new();
	VALUE_EACH_MEMBER (key, item, path) {
		const struct grammar_member *member = g_hash_table_lookup(type->members, key->text);
		bool operation = member && member->kind && member->kind->type && g_str_equal(member->kind->type->name, "Operation");
		if (operation && value_is(item, VALUE_OBJECT))
			g_ptr_array_add(operations, (void *)(uintptr_t)item);
	}
	VALUE_EACH_MEMBER (method, item, lint->grammar->version > 31 ? value_member(path, "additionalOperations") : NULL)
		if (value_is(item, VALUE_OBJECT))
			g_ptr_array_add(operations, (void *)(uintptr_t)item);
	return operations;
}

/* A list declares a path parameter of that name; *ret_open: one of its items cannot be read. */
static bool
declares(struct lint *lint, const struct value *list, const char *name, bool *ret_open)
{
	VALUE_EACH (item, list) {
		const struct value *parameter = lint_resolve(lint, item);
		const char *in = value_member_text(parameter, "in"), *other = value_member_text(parameter, "name");
		*ret_open |= !parameter;
		if (in && other && g_str_equal(in, "path") && g_str_equal(other, name))
			return true;
	}
	return false;
}

static void
judge_names(struct lint *lint, const struct value *path_key, const struct value *path, const struct value *operation)
{
	g_autoptr(GHashTable) names = names_of(path_key->text);
	GHashTableIter iter;
	void *name;
	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &name, NULL)) {
		bool open = false;
		if (!declares(lint, value_member(path, "parameters"), name, &open) && !declares(lint, value_member(operation, "parameters"), name, &open) && !open)
			lint_say(lint, operation, operation - 1, "{%s} of %s is not declared as a parameter", (char *)name, path_key->text);
	}
}

/* Visits every operation of every path that has one. */
void
lint_path_undeclared(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, at->node) {
		const struct value *path = is_path(key) ? lint_resolve(lint, item) : NULL;
		g_autoptr(GPtrArray) operations = operations_of(lint, path);
		lint->operations += operations->len;
		for (unsigned i = 0; strchr(key->text, '{') && i < operations->len; i++)
			judge_names(lint, key, path, operations->pdata[i]);
	}
}

static void
judge_list(struct lint *lint, const struct value *path_key, const struct value *list, GHashTable *names)
{
	VALUE_EACH (item, list) {
		const struct value *parameter = lint_resolve(lint, item);
		const char *in = value_member_text(parameter, "in"), *name = value_member_text(parameter, "name");
		if (in && name && g_str_equal(in, "path") && !g_hash_table_contains(names, name))
			lint_say(lint, item, NULL, "the path parameter \"%s\" does not stand in %s", name, path_key->text);
	}
}

void
lint_path_unknown(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, at->node) {
		const struct value *path = is_path(key) ? lint_resolve(lint, item) : NULL;
		g_autoptr(GHashTable) names = names_of(key->text);
		g_autoptr(GPtrArray) operations = operations_of(lint, path);
		judge_list(lint, key, value_member(path, "parameters"), names);
		for (unsigned i = 0; i < operations->len; i++)
			judge_list(lint, key, value_member(operations->pdata[i], "parameters"), names);
	}
}
