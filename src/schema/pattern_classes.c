/* Expressions that are sequences of character classes: ^[a-z][a-z0-9-]{2,20}$. Each class takes as
 * many characters as it can; that is right as long as none of these could belong to what follows. */
#include <string.h>

#include "schema/pattern_match.h"

enum {
	PIECES_MAX = 64,
	SEARCH_MAX = 256,   /* characters that a pattern without ^ may have: bounds the search */
};

struct piece {
	const struct charset_range *wide;   /* beyond ASCII, sorted */
	uint32_t wide_count;
	uint32_t least, most;
};

struct classes {
	bool from_start, to_end;
	unsigned count;
	struct piece pieces[PIECES_MAX];
	uint64_t ascii[256];   /* by byte: one bit for each piece that has it; 0 beyond ASCII */
	GArray *wide;
};

static bool
has_wide(const struct piece *piece, uint32_t c)
{
	for (uint32_t i = 0; i < piece->wide_count && piece->wide[i].first <= c; i++)
		if (c <= piece->wide[i].last)
			return true;
	return false;
}

static void
fill(struct classes *classes, unsigned at, const struct charset *set)
{
	for (unsigned i = 0; i < set->ranges->len; i++) {
		struct charset_range range = g_array_index(set->ranges, struct charset_range, i);
		for (; range.first <= range.last && range.first < 128; range.first++)
			classes->ascii[range.first] |= UINT64_C(1) << at;
		if (range.first <= range.last) {
			g_array_append_val(classes->wide, range);
			classes->pieces[at].wide_count++;
		}
	}
}

static bool
add_piece(struct classes *classes, const struct tree *tree, uint32_t least, uint32_t most)
{
	if (tree->kind != TREE_SET || tree->set->properties->len || tree->set->negated || classes->count == PIECES_MAX)
		return false;
	classes->pieces[classes->count] = (struct piece){ .least = least, .most = most };
	fill(classes, classes->count++, tree->set);
	return true;
}

static bool add_sequence(struct classes *classes, const struct tree *tree);

static bool
add_term(struct classes *classes, const struct tree *term)
{
	if (term->kind == TREE_SET)
		return add_piece(classes, term, 1, 1);
	if (term->kind == TREE_GROUP)
		return add_sequence(classes, term->child);
	if (term->kind == TREE_SEQUENCE)
		return add_sequence(classes, term);
	if (term->kind != TREE_REPEAT)
		return false;
	if (term->child->kind == TREE_SET)
		return add_piece(classes, term->child, term->least, term->most);
	/* A group that comes a fixed number of times is written out. */
	bool ok = term->least == term->most && term->least <= PIECES_MAX;
	for (uint32_t i = 0; i < term->least && ok; i++)
		ok = add_term(classes, term->child);
	return ok;
}

static bool
add_sequence(struct classes *classes, const struct tree *tree)
{
	if (tree->kind != TREE_SEQUENCE)
		return tree->kind == TREE_GROUP && add_sequence(classes, tree->child);
	for (const struct tree *term = tree->child; term; term = term->next)
		if (!add_term(classes, term))
			return false;
	return true;
}

/* The whole: ^ first and $ last are flags, anywhere else they are more than we do. */
static bool
add_whole(struct classes *classes, const struct tree *root)
{
	if (root->kind != TREE_SEQUENCE)
		return false;
	for (const struct tree *term = root->child; term; term = term->next) {
		if (term->kind == TREE_START && term == root->child)
			classes->from_start = true;
		else if (term->kind == TREE_END && !term->next)
			classes->to_end = true;
		else if (!add_term(classes, term))
			return false;
	}
	return true;
}

static bool
disjoint(const struct classes *classes, unsigned left, unsigned right)
{
	const struct piece *a = &classes->pieces[left], *b = &classes->pieces[right];
	for (unsigned c = 0; c < 128; c++)
		if (classes->ascii[c] >> left & classes->ascii[c] >> right & 1)
			return false;
	for (uint32_t i = 0; i < a->wide_count; i++)
		for (uint32_t other = 0; other < b->wide_count; other++)
			if (a->wide[i].first <= b->wide[other].last && b->wide[other].first <= a->wide[i].last)
				return false;
	return true;
}

/* True if taking as much as possible never takes what a later piece needs. */
static bool
decided(const struct classes *classes)
{
	for (unsigned i = 0; i < classes->count; i++) {
		if (classes->pieces[i].least == classes->pieces[i].most)
			continue;
		for (unsigned next = i + 1; next < classes->count; next++) {
			if (!disjoint(classes, i, next))
				return false;
			if (classes->pieces[next].least)
				break;
		}
	}
	return true;
}

static void
remove_first(struct classes *classes)
{
	classes->count--;
	memmove(classes->pieces, classes->pieces + 1, classes->count * sizeof *classes->pieces);
	for (unsigned c = 0; c < 128; c++)
		classes->ascii[c] >>= 1;
}

/* Where a match may begin or end anywhere, the least of an outer piece is enough. */
static void
trim(struct classes *classes)
{
	while (!classes->to_end && classes->count) {
		struct piece *last = &classes->pieces[classes->count - 1];
		last->most = last->least;
		if (last->least)
			break;
		classes->count--;
	}
	while (!classes->from_start && classes->count) {
		classes->pieces[0].most = classes->pieces[0].least;
		if (classes->pieces[0].least)
			break;
		remove_first(classes);
	}
}

static bool
bounded(const struct classes *classes)
{
	uint64_t sum = 0;
	for (unsigned i = 0; i < classes->count; i++)
		sum += classes->pieces[i].most;
	return classes->from_start || sum <= SEARCH_MAX;
}

struct classes *
classes_build(const struct pattern_tree *tree)
{
	struct classes *classes = g_new0(struct classes, 1);
	classes->wide = g_array_new(FALSE, FALSE, sizeof(struct charset_range));
	bool ok = !tree->references && add_whole(classes, tree->root);
	unsigned next = 0;
	for (unsigned i = 0; i < classes->count; next += classes->pieces[i++].wide_count)
		if (classes->pieces[i].wide_count)
			classes->pieces[i].wide = &g_array_index(classes->wide, struct charset_range, next);
	if (ok)
		trim(classes);
	if (ok && decided(classes) && bounded(classes))
		return classes;
	classes_free(classes);
	return NULL;
}

void
classes_free(struct classes *classes)
{
	if (!classes)
		return;
	g_array_unref(classes->wide);
	g_free(classes);
}

static bool
match_here(const struct classes *classes, const char *at, const char *end)
{
	for (unsigned i = 0; i < classes->count; i++) {
		const struct piece *piece = &classes->pieces[i];
		uint32_t taken = 0;
		for (; taken < piece->most && at < end; taken++) {
			unsigned char c = (unsigned char)*at;
			if (classes->ascii[c] >> i & 1)
				at++;
			else if (c >= 128 && piece->wide_count && has_wide(piece, g_utf8_get_char(at)))
				at = g_utf8_next_char(at);
			else
				break;
		}
		if (taken < piece->least)
			return false;
	}
	return at == end || !classes->to_end;
}

bool
classes_match(const struct classes *classes, const char *text, size_t length)
{
	const char *end = text + length;
	if (classes->from_start)
		return match_here(classes, text, end);
	for (const char *at = text; at <= end; at = g_utf8_next_char(at))
		if (match_here(classes, at, end))
			return true;
	return false;
}
