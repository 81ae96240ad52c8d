#include "contract/route.h"

#include <string.h>

#include "base/http.h"

enum { PIECES = 9, SEGMENTS = 64 };

/* A part of a template's segment: literal text, or with NULL a parameter. */
struct pattern {
	char *pieces[PIECES];
	unsigned count;
	size_t literal;               /* bytes of literal text: more is more special */
};

struct route_node {
	struct pattern pattern;       /* of the segment that leads here; empty for a plain parameter */
	GHashTable *literals;         /* unescaped text -> node */
	GPtrArray *mixed;             /* nodes, the most special first */
	struct route_node *any;
	GPtrArray *operations;        /* that end here */
};

struct route_tree {
	struct route_node *root;
};

struct slice {
	const char *text;
	size_t length;
};

/* A request under way through the tree. */
struct search {
	const char *method;
	struct slice segments[SEGMENTS], values[OPENAPI_PATH_PARAMETERS];
	char *plain[SEGMENTS];        /* segments that hold escapes, without them */
	size_t count, used;
	GPtrArray *others;
	const struct openapi_operation *found;
};

static void
free_node(void *data)
{
	struct route_node *node = data;
	if (!node)
		return;
	for (unsigned i = 0; i < node->pattern.count; i++)
		g_free(node->pattern.pieces[i]);
	g_hash_table_unref(node->literals);
	g_ptr_array_unref(node->mixed);
	g_ptr_array_unref(node->operations);
	free_node(node->any);
	g_free(node);
}

static struct route_node *
new_node(void)
{
	struct route_node *node = g_new0(struct route_node, 1);
	node->literals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_node);
	node->mixed = g_ptr_array_new_with_free_func(free_node);
	node->operations = g_ptr_array_new();
	return node;
}

struct route_tree *
route_tree_create(void)
{
	struct route_tree *tree = g_new(struct route_tree, 1);
	tree->root = new_node();
	return tree;
}

void
route_tree_destroy(struct route_tree *tree)
{
	if (!tree)
		return;
	free_node(tree->root);
	g_free(tree);
}

static void
clear_pattern(struct pattern *pattern)
{
	for (unsigned i = 0; i < pattern->count; i++)
		g_free(pattern->pieces[i]);
	*pattern = (struct pattern){ 0 };
}

/* Splits "{name}.{ext}" into its pieces; literal ones are unescaped. */
static bool
read_pattern(const char *text, size_t length, struct pattern *pattern)
{
	*pattern = (struct pattern){ 0 };
	for (const char *at = text, *end = text + length; at < end;) {
		const char *open = memchr(at, '{', (size_t)(end - at));
		const char *stop = open ? open : end;
		if (pattern->count + 2 > PIECES)
			return false;
		if (stop > at) {
			char *literal = http_unescape(at, (size_t)(stop - at), false);
			pattern->pieces[pattern->count++] = literal ? literal : g_strndup(at, (size_t)(stop - at));
			pattern->literal += (size_t)(stop - at);
		}
		const char *close = open ? memchr(open, '}', (size_t)(end - open)) : NULL;
		if (open && (!close || close == open + 1))
			return false;
		if (open)
			pattern->pieces[pattern->count++] = NULL;
		at = open ? close + 1 : end;
	}
	return true;
}

static bool
same_pattern(const struct pattern *a, const struct pattern *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count; i++)
		if (g_strcmp0(a->pieces[i], b->pieces[i]) != 0)
			return false;
	return true;
}

static struct route_node *
mixed_child(struct route_node *node, struct pattern *pattern)
{
	unsigned place = 0;
	for (unsigned i = 0; i < node->mixed->len; i++) {
		struct route_node *child = node->mixed->pdata[i];
		if (same_pattern(&child->pattern, pattern))
			return child;
		place += child->pattern.literal >= pattern->literal;
	}
	struct route_node *child = new_node();
	child->pattern = *pattern;
	*pattern = (struct pattern){ 0 };
	g_ptr_array_insert(node->mixed, (int)place, child);
	return child;
}

static struct route_node *
literal_child(struct route_node *node, const char *text)
{
	struct route_node *child = g_hash_table_lookup(node->literals, text);
	if (!child) {
		child = new_node();
		g_hash_table_insert(node->literals, g_strdup(text), child);
	}
	return child;
}

/* The node that a segment of a template leads to, made where it is not there yet. */
static struct route_node *
add_segment(struct route_node *node, const char *text, size_t length)
{
	struct pattern pattern;
	struct route_node *child = NULL;
	if (!read_pattern(text, length, &pattern)) {
		clear_pattern(&pattern);
		return NULL;
	}
	if (pattern.count == 1 && !pattern.pieces[0])
		child = node->any = node->any ? node->any : new_node();
	else if (pattern.count <= 1)
		child = literal_child(node, pattern.count ? pattern.pieces[0] : "");
	else
		child = mixed_child(node, &pattern);
	clear_pattern(&pattern);
	return child;
}

enum route_fault
route_add(struct route_tree *tree, const struct openapi_operation *operation, const struct openapi_operation **ret_first)
{
	struct route_node *node = tree->root;
	if (*operation->path != '/' || strpbrk(operation->path, "?#") || operation->path_name_count > OPENAPI_PATH_PARAMETERS)
		return ROUTE_MALFORMED;
	for (const char *at = operation->path; node && *at;) {
		size_t length = strcspn(++at, "/");
		node = add_segment(node, at, length);
		at += length;
	}
	if (!node)
		return ROUTE_MALFORMED;
	for (unsigned i = 0; i < node->operations->len; i++) {
		*ret_first = node->operations->pdata[i];
		if (g_str_equal((*ret_first)->method, operation->method))
			return ROUTE_HIDDEN;
	}
	g_ptr_array_add(node->operations, (void *)(uintptr_t)operation);
	return ROUTE_ADDED;
}

/* Where a parameter begins: behind the last place of the literal before it, or where there is none
 * before it, at the beginning. NULL where the literal is not there. */
static const char *
parameter_start(const struct pattern *pattern, unsigned piece, const char *text, const char *end)
{
	if (piece == 0)
		return text;
	const char *literal = pattern->pieces[piece - 1];
	if (!literal)
		return end - 1;
	size_t size = strlen(literal);
	if (piece == 1)
		return (size_t)(end - text) > size && memcmp(text, literal, size) == 0 ? text + size : NULL;
	for (const char *at = end - 1; at >= text + size; at--)
		if (memcmp(at - size, literal, size) == 0)
			return at;
	return NULL;
}

/* From the end to the beginning: of "{name}.{ext}", the extension is what stands behind the last dot.
 * Each parameter takes at least one byte and as few as it can; going back would find nothing more. */
static bool
match_pieces(const struct pattern *pattern, const char *text, size_t length, struct slice *values, size_t parameters)
{
	const char *end = text + length;
	for (unsigned piece = pattern->count; piece-- > 0;) {
		const char *literal = pattern->pieces[piece];
		if (literal) {
			size_t size = strlen(literal);
			if ((size_t)(end - text) < size || memcmp(end - size, literal, size) != 0)
				return false;
			end -= size;
			continue;
		}
		const char *start = text < end ? parameter_start(pattern, piece, text, end) : NULL;
		if (!start)
			return false;
		values[--parameters] = (struct slice){ start, (size_t)(end - start) };
		end = start;
	}
	return text == end;
}

static bool
end_here(const struct route_node *node, struct search *search)
{
	bool head = g_str_equal(search->method, "HEAD");
	const struct openapi_operation *get = NULL;
	for (unsigned i = 0; i < node->operations->len; i++) {
		const struct openapi_operation *operation = node->operations->pdata[i];
		if (g_str_equal(operation->method, search->method))
			search->found = operation;
		else if (head && g_str_equal(operation->method, "GET"))
			get = operation;
		else if (search->others && !g_ptr_array_find_with_equal_func(search->others, operation->method, g_str_equal, NULL))
			g_ptr_array_add(search->others, (void *)(uintptr_t)operation->method);
	}
	if (!search->found)
		search->found = get;
	return search->found;
}

static bool walk(const struct route_node *node, size_t depth, struct search *search);

static bool
walk_mixed(const struct route_node *node, size_t depth, struct search *search)
{
	size_t used = search->used;
	const struct slice *segment = &search->segments[depth];
	for (unsigned i = 0; i < node->mixed->len; i++) {
		const struct route_node *child = node->mixed->pdata[i];
		size_t parameters = 0;
		for (unsigned j = 0; j < child->pattern.count; j++)
			parameters += !child->pattern.pieces[j];
		if (used + parameters > OPENAPI_PATH_PARAMETERS ||
		    !match_pieces(&child->pattern, segment->text, segment->length, search->values + used, parameters))
			continue;
		search->used = used + parameters;
		if (walk(child, depth + 1, search))
			return true;
	}
	search->used = used;
	return false;
}

static const struct route_node *
find_literal(const struct route_node *node, size_t depth, struct search *search)
{
	const struct slice *segment = &search->segments[depth];
	char stack[256];
	if (search->plain[depth])
		return g_hash_table_lookup(node->literals, search->plain[depth]);
	if (segment->length >= sizeof stack)
		return NULL;
	memcpy(stack, segment->text, segment->length);
	stack[segment->length] = '\0';
	return g_hash_table_lookup(node->literals, stack);
}

static bool
walk(const struct route_node *node, size_t depth, struct search *search)
{
	if (depth == search->count)
		return end_here(node, search);
	const struct route_node *literal = find_literal(node, depth, search);
	if (literal && walk(literal, depth + 1, search))
		return true;
	if (node->mixed->len && walk_mixed(node, depth, search))
		return true;
	if (!node->any || !search->segments[depth].length || search->used == OPENAPI_PATH_PARAMETERS)
		return false;
	search->values[search->used++] = search->segments[depth];
	if (walk(node->any, depth + 1, search))
		return true;
	search->used--;
	return false;
}

static bool
split(struct search *search, const char *path, size_t length)
{
	const char *end = path + length;
	if (!length || *path != '/')
		return false;
	for (const char *at = path; at < end; search->count++) {
		const char *start = ++at;
		while (at < end && *at != '/')
			at++;
		if (search->count == SEGMENTS)
			return false;
		search->segments[search->count] = (struct slice){ start, (size_t)(at - start) };
		if (memchr(start, '%', (size_t)(at - start)))
			search->plain[search->count] = http_unescape(start, (size_t)(at - start), false);
		if (at == end)
			break;
	}
	/* "/" has one empty segment, and the loop leaves before it counts the last one. */
	search->count++;
	return true;
}

bool
route_find(const struct route_tree *tree, const char *method, const char *path, size_t length, struct openapi_match *ret, GPtrArray *others)
{
	struct search search = { .method = method, .others = others };
	bool found = split(&search, path, length) && walk(tree->root, 0, &search);
	for (size_t i = 0; i < search.count && i < SEGMENTS; i++)
		g_free(search.plain[i]);
	if (!found)
		return false;
	*ret = (struct openapi_match){ .operation = search.found, .count = search.used };
	for (size_t i = 0; i < search.used; i++)
		ret->values[i] = g_strndup(search.values[i].text, search.values[i].length);
	return true;
}
