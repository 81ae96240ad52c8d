/* Regular expressions, the upper half: terms, groups, quantifiers (ECMA-262 22.2.1, with +UnicodeMode
 * and +NamedCaptureGroups). */
#include <string.h>

#include "schema/pattern_parser.h"

enum { DEPTH_MAX = 200 };   /* of groups within groups */

static struct tree *parse_choice(struct parser *parser);

static void
free_set(void *data)
{
	charset_finish(data);
	g_free(data);
}

static struct tree *
add_tree(struct parser *parser, enum tree_kind kind, const char *from)
{
	struct tree *tree = g_new0(struct tree, 1);
	tree->kind = kind;
	tree->offset = (uint32_t)(from - parser->text);
	g_ptr_array_add(parser->out->trees, tree);
	return tree;
}

static struct tree *
add_set(struct parser *parser)
{
	struct tree *tree = add_tree(parser, TREE_SET, parser->at);
	tree->set = g_new0(struct charset, 1);
	charset_init(tree->set);
	g_ptr_array_add(parser->out->sets, tree->set);
	return tree;
}

static void *
fail(struct parser *parser, const char *what)
{
	parser_fail(parser, what);
	return NULL;
}

static uint32_t
read_number(struct parser *parser)
{
	uint64_t sum = 0;
	for (; parser->at < parser->end && g_ascii_isdigit(*parser->at); parser->at++)
		sum = MIN(sum * 10 + (uint64_t)(*parser->at - '0'), TREE_UNBOUNDED - 1u);
	return (uint32_t)sum;
}

/* {2} {2,} {2,5}: false, and nothing taken, if it is none of these. */
static bool
read_braces(struct parser *parser, struct tree *repeat)
{
	const char *before = parser->at++;
	const char *digits = parser->at;
	repeat->least = repeat->most = read_number(parser);
	bool ok = parser->at > digits;
	if (ok && parser_accept(parser, ',')) {
		digits = parser->at;
		repeat->most = read_number(parser);
		if (digits == parser->at)
			repeat->most = TREE_UNBOUNDED;
	}
	ok = ok && parser_accept(parser, '}');
	if (!ok)
		parser->at = before;
	return ok;
}

/* The atom with the quantifier behind it, if there is one. */
static struct tree *
parse_quantifier(struct parser *parser, struct tree *atom)
{
	uint32_t c = parser_peek(parser);
	if (c != '*' && c != '+' && c != '?' && c != '{')
		return atom;
	struct tree *repeat = add_tree(parser, TREE_REPEAT, parser->text + atom->offset);
	if (c == '{') {
		if (!read_braces(parser, repeat))
			return parser->lenient ? atom : fail(parser, "a quantifier in braces is broken");
	} else {
		parser->at++;
		repeat->least = c == '+';
		repeat->most = c == '?' ? 1 : TREE_UNBOUNDED;
	}
	if (repeat->least > repeat->most)
		return fail(parser, "a quantifier is upside down");
	repeat->lazy = parser_accept(parser, '?');
	repeat->child = atom;
	repeat->end = (uint32_t)(parser->at - parser->text);
	return repeat;
}

/* The name of a group up to its >; newly allocated. */
static char *
read_name(struct parser *parser)
{
	g_autoptr(GString) name = g_string_new(NULL);
	while (!parser_accept(parser, '>')) {
		uint32_t c = parser_take(parser);
		if (c == '\\' && (parser_peek(parser) != 'u' || !parser_escape(parser, false, &c)))
			return parser->cause ? NULL : fail(parser, "the name of a group is broken");
		bool starts = c == '$' || c == '_' || (c < PARSER_END && g_unichar_isalpha(c));
		if (!starts && !(name->len && c < PARSER_END && (g_unichar_isalnum(c) || g_unichar_ismark(c))))
			return fail(parser, "the name of a group is broken");
		g_string_append_unichar(name, c);
	}
	return name->len ? g_strdup(name->str) : fail(parser, "the name of a group is broken");
}

static bool
add_name(struct parser *parser, char *name)
{
	for (unsigned i = 0; name && i < parser->names->len; i++) {
		if (!parser->names->pdata[i] || strcmp(parser->names->pdata[i], name) != 0)
			continue;
		g_free(name);
		return parser_fail(parser, "two groups have the same name");
	}
	g_ptr_array_add(parser->names, name);
	parser->out->groups++;
	return true;
}

/* Behind "(?": what kind of group it is. */
static bool
read_group_kind(struct parser *parser, struct tree *tree, bool *plain)
{
	if (parser_accept(parser, ':')) {
		*plain = true;
		return true;
	}
	bool behind = parser_accept(parser, '<');
	tree->negative = parser_accept(parser, '!');
	if (tree->negative || parser_accept(parser, '=')) {
		tree->kind = TREE_LOOK;
		tree->behind = behind;
		return true;
	}
	if (!behind)
		return parser_fail(parser, "there is no such kind of group");
	char *name = read_name(parser);
	return name && add_name(parser, name);
}

static struct tree *
parse_group(struct parser *parser)
{
	bool plain = false;
	struct tree *tree = add_tree(parser, TREE_GROUP, parser->at);
	if (parser->depth == DEPTH_MAX)
		return fail(parser, "groups are nested too deeply");
	parser->at++;
	if (!parser_accept(parser, '?'))
		add_name(parser, NULL);
	else if (!read_group_kind(parser, tree, &plain))
		return NULL;
	if (tree->kind == TREE_GROUP && !plain)
		tree->group = parser->out->groups;
	parser->depth++;
	tree->child = parse_choice(parser);
	parser->depth--;
	if (!tree->child)
		return NULL;
	if (!parser_accept(parser, ')'))
		return fail(parser, "a group does not end");
	tree->end = (uint32_t)(parser->at - parser->text);
	return plain ? tree->child : tree;
}

static struct tree *
parse_reference(struct parser *parser, const char *from)
{
	struct tree *tree = add_tree(parser, TREE_BACK, from);
	parser->out->references = true;
	if (!parser_accept(parser, 'k')) {
		tree->group = read_number(parser);
		return tree;
	}
	if (!parser_accept(parser, '<'))
		return fail(parser, "\\k wants the name of a group");
	char *name = read_name(parser);
	if (!name)
		return NULL;
	g_ptr_array_add(parser->wanted, tree);
	g_ptr_array_add(parser->wanted, name);
	return tree;
}

/* Behind a backslash, outside of classes. */
static struct tree *
parse_escape(struct parser *parser)
{
	const char *from = parser->at++;
	char c = parser->at < parser->end ? *parser->at : '\0';
	if (c == 'b' || c == 'B') {
		parser->at++;
		struct tree *edge = add_tree(parser, TREE_EDGE, from);
		edge->negative = c == 'B';
		return edge;
	}
	if (c == 'k' || (c >= '1' && c <= '9'))
		return parse_reference(parser, from);
	struct tree *tree = add_set(parser);
	tree->offset = (uint32_t)(from - parser->text);
	bool ok;
	if (parser_class_escape(parser, tree->set, &ok)) {
		charset_normalise(tree->set);
		return ok ? tree : NULL;
	}
	uint32_t code;
	if (!parser_escape(parser, false, &code))
		return NULL;
	charset_add(tree->set, code, code);
	return tree;
}

static struct tree *
parse_atom(struct parser *parser)
{
	uint32_t c = parser_peek(parser);
	if (c == '(')
		return parse_group(parser);
	if (c == '\\')
		return parse_escape(parser);
	if (c == '*' || c == '+' || c == '?' || c == ')')
		return fail(parser, c == ')' ? "a group ends that did not begin" : "there is nothing to repeat");
	if ((c == '{' || c == '}' || c == ']') && !parser->lenient)
		return fail(parser, "a bracket stands alone; put a backslash before it");
	struct tree *tree = c == '^' || c == '$' ? add_tree(parser, c == '^' ? TREE_START : TREE_END, parser->at) : add_set(parser);
	parser_take(parser);
	if (c == '[')
		return parser_class(parser, tree->set) ? tree : NULL;
	if (c == '.')
		charset_add_dot(tree->set);
	else if (tree->set)
		charset_add(tree->set, c, c);
	return tree;
}

static bool
takes_quantifier(const struct tree *tree)
{
	return tree->kind != TREE_START && tree->kind != TREE_END && tree->kind != TREE_EDGE && tree->kind != TREE_LOOK;
}

static struct tree *
parse_sequence(struct parser *parser)
{
	struct tree *sequence = add_tree(parser, TREE_SEQUENCE, parser->at), **last = &sequence->child;
	for (;;) {
		uint32_t c = parser_peek(parser);
		if (c == PARSER_END || c == '|' || (c == ')' && parser->depth))
			return sequence;
		struct tree *term = parse_atom(parser);
		if (term && takes_quantifier(term))
			term = parse_quantifier(parser, term);
		if (!term)
			return NULL;
		*last = term;
		last = &term->next;
	}
}

/* The set that a sequence consists of, NULL if it is more or less than that. */
static struct charset *
only_set(const struct tree *sequence)
{
	const struct tree *term = sequence->child;
	return term && !term->next && term->kind == TREE_SET && !term->set->negated ? term->set : NULL;
}

/* a|b|[cd] is [abcd]: true if all alternatives became the first one. */
static bool
join_sets(struct tree *first)
{
	for (const struct tree *part = first; part; part = part->next)
		if (!only_set(part))
			return false;
	struct charset *set = only_set(first);
	for (const struct tree *part = first->next; part; part = part->next) {
		const struct charset *other = only_set(part);
		g_array_append_vals(set->ranges, other->ranges->data, other->ranges->len);
		g_string_append(set->properties, other->properties->str);
	}
	charset_normalise(set);
	first->next = NULL;
	return true;
}

static struct tree *
parse_choice(struct parser *parser)
{
	const char *from = parser->at;
	struct tree *first = parse_sequence(parser), *last = first;
	while (last && parser_accept(parser, '|')) {
		last->next = parse_sequence(parser);
		last = last->next;
	}
	if (!last || first == last)
		return last;
	if (join_sets(first))
		return first;
	struct tree *choice = add_tree(parser, TREE_CHOICE, from);
	choice->child = first;
	return choice;
}

static bool
find_names(struct parser *parser)
{
	for (unsigned i = 0; i < parser->wanted->len; i += 2) {
		struct tree *reference = parser->wanted->pdata[i];
		for (unsigned name = 0; name < parser->names->len; name++)
			if (g_strcmp0(parser->names->pdata[name], parser->wanted->pdata[i + 1]) == 0)
				reference->group = name + 1;
	}
	for (unsigned i = 0; i < parser->out->trees->len; i++) {
		const struct tree *tree = parser->out->trees->pdata[i];
		if (tree->kind == TREE_BACK && (!tree->group || tree->group > parser->out->groups))
			return parser_fail(parser, "a reference leads to no group");
	}
	return true;
}

static bool
around(const struct tree *outer, const struct tree *inner)
{
	return outer->offset <= inner->offset && inner->offset < outer->end;
}

/* A reference before the end of its group, or from outside into a negative look, finds the group
 * unset however often the expression goes round: each round begins with all groups inside unset. */
static void
settle_reference(const struct pattern_tree *out, struct tree *reference)
{
	const struct tree *group = NULL;
	for (unsigned i = 0; i < out->trees->len; i++) {
		const struct tree *tree = out->trees->pdata[i];
		if (tree->kind == TREE_GROUP && tree->group == reference->group)
			group = tree;
		reference->behind |= tree->kind == TREE_LOOK && tree->behind && around(tree, reference);
	}
	reference->nothing = group && reference->offset < group->end;
	for (unsigned i = 0; group && i < out->trees->len; i++) {
		const struct tree *tree = out->trees->pdata[i];
		bool negative = tree->kind == TREE_LOOK && tree->negative;
		reference->nothing |= negative && around(tree, group) && !around(tree, reference);
	}
}

static bool
finish(struct parser *parser)
{
	if (!parser->out->root || !find_names(parser))
		return false;
	for (unsigned i = 0; i < parser->out->trees->len; i++) {
		struct tree *tree = parser->out->trees->pdata[i];
		if (tree->kind == TREE_BACK)
			settle_reference(parser->out, tree);
	}
	return true;
}

struct pattern_tree *
pattern_parse(const char *text, size_t length, bool lenient, GError **error)
{
	struct pattern_tree *out = g_new0(struct pattern_tree, 1);
	out->trees = g_ptr_array_new_with_free_func(g_free);
	out->sets = g_ptr_array_new_with_free_func(free_set);
	struct parser parser = { .text = text, .at = text, .end = text + length, .out = out, .lenient = lenient };
	parser.names = g_ptr_array_new_with_free_func(g_free);
	parser.wanted = g_ptr_array_new();
	out->root = parse_choice(&parser);
	bool ok = finish(&parser);
	for (unsigned i = 1; i < parser.wanted->len; i += 2)
		g_free(parser.wanted->pdata[i]);
	g_ptr_array_unref(parser.wanted);
	g_ptr_array_unref(parser.names);
	if (ok)
		return out;
	g_propagate_error(error, parser.cause);
	pattern_tree_destroy(out);
	return NULL;
}

void
pattern_tree_destroy(struct pattern_tree *tree)
{
	if (!tree)
		return;
	g_ptr_array_unref(tree->trees);
	g_ptr_array_unref(tree->sets);
	g_free(tree);
}
