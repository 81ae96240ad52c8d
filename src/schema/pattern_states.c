/* Expressions with groups, alternatives and repetitions of up to 64 characters written out: a set of
 * places in the expression, one bit each, goes over the text once (Glushkov's construction). It takes
 * the same time for every text of a length, where one that goes back may take for ever: (a+)+$. */
#include <string.h>

#include "schema/pattern_match.h"

enum { PLACES_MAX = 64 };

struct states {
	bool from_start, to_end, nothing;   /* nothing: the empty text fits */
	bool overflow;                      /* while building: more places than there are bits */
	unsigned count;
	uint64_t first, last;               /* places where a match may begin and end */
	uint64_t follow[PLACES_MAX];        /* places that may come after each */
	uint64_t ascii[128];                /* places whose set has the character */
	uint64_t wide;                      /* places whose sets go beyond ASCII */
	GArray *ranges[PLACES_MAX];         /* these sets; NULL for others */
};

/* What building a part of the expression tells about it. */
struct part {
	uint64_t first, last;
	bool nothing;
};

static struct part build(struct states *states, const struct tree *tree);

static struct part
add_place(struct states *states, const struct charset *set)
{
	states->overflow |= states->count == PLACES_MAX || set->properties->len;
	if (states->overflow)
		return (struct part){ 0, 0, false };
	uint64_t bit = UINT64_C(1) << states->count;
	for (unsigned i = 0; i < set->ranges->len; i++) {
		struct charset_range range = g_array_index(set->ranges, struct charset_range, i);
		for (uint32_t c = range.first; c <= MIN(range.last, 127); c++)
			states->ascii[c] |= bit;
		if (range.last > 127)
			states->wide |= bit;
	}
	if (states->wide & bit)
		states->ranges[states->count] = g_array_ref(set->ranges);
	states->count++;
	return (struct part){ bit, bit, false };
}

static void
chain(struct states *states, uint64_t from, uint64_t to)
{
	for (; from; from &= from - 1)
		states->follow[__builtin_ctzll(from)] |= to;
}

static struct part
join(struct states *states, struct part left, struct part right)
{
	chain(states, left.last, right.first);
	return (struct part){
		.first = left.first | (left.nothing ? right.first : 0),
		.last = right.last | (right.nothing ? left.last : 0),
		.nothing = left.nothing && right.nothing,
	};
}

/* x{2,4} is x x x? x?; x{2,} is x x+. */
static struct part
build_repeat(struct states *states, const struct tree *repeat)
{
	bool endless = repeat->most == TREE_UNBOUNDED;
	uint32_t copies = endless ? MAX(repeat->least, 1) : repeat->most;
	struct part whole = { 0, 0, true };
	for (uint32_t i = 0; i < copies && !states->overflow; i++) {
		unsigned before = states->count;
		struct part copy = build(states, repeat->child);
		if (states->count == before)
			break;   /* nothing, however often */
		copy.nothing |= i >= repeat->least;
		if (endless && i + 1 == copies)
			chain(states, copy.last, copy.first);
		whole = join(states, whole, copy);
	}
	return whole;
}

static struct part
build_children(struct states *states, const struct tree *tree)
{
	bool choice = tree->kind == TREE_CHOICE;
	struct part whole = { 0, 0, !choice };
	for (const struct tree *child = tree->child; child && !states->overflow; child = child->next) {
		struct part part = build(states, child);
		if (choice)
			whole = (struct part){ whole.first | part.first, whole.last | part.last, whole.nothing || part.nothing };
		else
			whole = join(states, whole, part);
	}
	return whole;
}

static struct part
build(struct states *states, const struct tree *tree)
{
	switch (tree->kind) {
	case TREE_SET: return add_place(states, tree->set);
	case TREE_REPEAT: return build_repeat(states, tree);
	case TREE_GROUP: return build(states, tree->child);
	case TREE_SEQUENCE:
	case TREE_CHOICE: return build_children(states, tree);
	case TREE_START: case TREE_END: case TREE_EDGE: case TREE_BACK: case TREE_LOOK: break;
	}
	states->overflow = true;
	return (struct part){ 0, 0, false };
}

/* One alternative of the whole: its ^ and $ at the ends must be those of all others. */
static bool
add_alternative(struct states *states, const struct tree *sequence, bool only, struct part *whole)
{
	const struct tree *term = sequence->child;
	bool start = term && term->kind == TREE_START, end = false;
	struct part part = { 0, 0, true };
	for (term = start ? term->next : term; term && !states->overflow; term = term->next) {
		end = term->kind == TREE_END && !term->next;
		if (!end)
			part = join(states, part, build(states, term));
	}
	if (!only && (start != states->from_start || end != states->to_end))
		return false;
	states->from_start = start;
	states->to_end = end;
	*whole = (struct part){ whole->first | part.first, whole->last | part.last, whole->nothing || part.nothing };
	return !states->overflow;
}

static bool
add_whole(struct states *states, const struct tree *root)
{
	struct part whole = { 0, 0, false };
	const struct tree *part = root->kind == TREE_CHOICE ? root->child : root;
	for (bool only = true; part; part = root->kind == TREE_CHOICE ? part->next : NULL, only = false)
		if (part->kind != TREE_SEQUENCE || !add_alternative(states, part, only, &whole))
			return false;
	states->first = whole.first;
	states->last = whole.last;
	states->nothing = whole.nothing;
	return true;
}

struct states *
states_build(const struct pattern_tree *tree)
{
	struct states *states = g_new0(struct states, 1);
	if (!tree->references && add_whole(states, tree->root))
		return states;
	states_free(states);
	return NULL;
}

void
states_free(struct states *states)
{
	if (!states)
		return;
	for (unsigned i = 0; i < states->count; i++)
		g_clear_pointer(&states->ranges[i], g_array_unref);
	g_free(states);
}

static bool
in_ranges(const GArray *ranges, uint32_t c)
{
	for (unsigned i = 0; i < ranges->len; i++) {
		struct charset_range range = g_array_index(ranges, struct charset_range, i);
		if (c <= range.last)
			return c >= range.first;
	}
	return false;
}

/* Those of the places whose set has a character beyond ASCII. */
static uint64_t
with_wide(const struct states *states, uint64_t places, uint32_t c)
{
	uint64_t found = 0;
	for (uint64_t left = places & states->wide; left; left &= left - 1) {
		unsigned place = (unsigned)__builtin_ctzll(left);
		found |= (uint64_t)in_ranges(states->ranges[place], c) << place;
	}
	return found;
}

bool
states_match(const struct states *states, const char *text, size_t length)
{
	const char *end = text + length;
	uint64_t now = 0, next = states->first;
	if (states->nothing && (!states->to_end || !states->from_start || !length))
		return true;
	while (text < end) {
		for (uint64_t left = now; left; left &= left - 1)
			next |= states->follow[__builtin_ctzll(left)];
		if ((unsigned char)*text < 128) {
			now = next & states->ascii[(unsigned char)*text++];
		} else {
			now = with_wide(states, next, g_utf8_get_char(text));
			text = g_utf8_next_char(text);
		}
		if (now & states->last && !states->to_end)
			return true;
		next = states->from_start ? 0 : states->first;
		if (!now && !next)
			return false;
	}
	return now & states->last;
}
