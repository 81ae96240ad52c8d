/* Strings from regular expressions. Assertions are passed over: whether the string fits is checked
 * by whoever asked for it. */
#include <string.h>

#include "contract/sample_model.h"
#include "schema/pattern_tree.h"

enum { MORE = 3, REPEAT_MAX = 4096, GROUPS = 32, TEXT_MAX = 65536, RANGES = 12 };

struct writing {
	struct making *making;
	GString *text;
	size_t length;               /* characters that are wanted */
	size_t extra;                /* where it is terse: repetitions that are wanted all the same */
	bool terse;                  /* nothing is repeated more often than it has to be */
	bool look;                   /* what has to stand ahead is written: it may be what nobody else writes */
	struct { gsize start, end; } groups[GROUPS];
};

static void write_tree(struct writing *writing, const struct tree *tree);

static bool
set_has(const struct charset *set, uint32_t character)
{
	bool inside = false;
	for (unsigned i = 0; i < set->ranges->len && !inside; i++) {
		struct charset_range range = g_array_index(set->ranges, struct charset_range, i);
		inside = character >= range.first && character <= range.last;
	}
	return inside != set->negated;
}

/* A readable character of the set: letters and digits before anything else. */
static uint32_t
choose_character(struct making *making, const struct charset *set)
{
	static const struct charset_range readable[] = {
		{ 'a', 'z' }, { 'a', 'z' }, { 'a', 'z' }, { '0', '9' }, { '0', '9' }, { 'A', 'Z' }, { 'A', 'Z' },
	};
	for (unsigned tries = 0; tries < RANGES; tries++) {
		struct charset_range range = readable[making_choose(making, G_N_ELEMENTS(readable))];
		uint32_t character = range.first + making_choose(making, range.last - range.first + 1);
		if (set_has(set, character))
			return character;
	}
	if (set->properties && set->properties->len && !set->negated)
		return strstr(set->properties->str, "{N") ? '0' + making_choose(making, 10) : (uint32_t)"aAzZ_"[making_choose(making, 5)];
	for (uint32_t character = ' '; character < 0x250 && set->negated; character++)
		if (set_has(set, character))
			return character;
	if (!set->ranges->len)
		return '-';
	struct charset_range range = g_array_index(set->ranges, struct charset_range, making_choose(making, set->ranges->len));
	uint32_t character = range.first + making_choose(making, MIN(range.last - range.first + 1, 64u));
	return character >= 0xD800 && character <= 0xDFFF ? 0xE000 : character;
}

static void
write_repeat(struct writing *writing, const struct tree *tree)
{
	uint32_t count = tree->least + (writing->terse ? 0 : making_choose(writing->making, MORE));
	if (writing->terse && tree->child && tree->child->kind == TREE_SET) {
		size_t more = MIN(writing->extra, tree->most - count);
		writing->extra -= more;
		count += (uint32_t)more;
	}
	/* Where nothing is demanded, sometimes there is nothing. */
	if (!writing->terse && tree->least == 0 && tree->most == TREE_UNBOUNDED && making_choose(writing->making, 4) == 0)
		count = 0;
	size_t before = (size_t)g_utf8_strlen(writing->text->str, -1);
	if (tree->most > tree->least && writing->length > before + count && tree->child && tree->child->kind == TREE_SET)
		count = (uint32_t)(writing->length - before);
	count = MIN(MIN(count, tree->most), REPEAT_MAX);
	for (uint32_t i = 0; i < count && writing->text->len < TEXT_MAX; i++)
		write_tree(writing, tree->child);
}

static void
write_children(struct writing *writing, const struct tree *tree)
{
	for (const struct tree *child = tree->child; child; child = child->next)
		write_tree(writing, child);
}

static void
write_choice(struct writing *writing, const struct tree *tree)
{
	unsigned count = 0;
	for (const struct tree *child = tree->child; child; child = child->next)
		count++;
	const struct tree *chosen = tree->child;
	for (unsigned i = making_choose(writing->making, count); i && chosen; i--)
		chosen = chosen->next;
	write_tree(writing, chosen);
}

static void
write_tree(struct writing *writing, const struct tree *tree)
{
	if (!tree || writing->text->len >= TEXT_MAX)
		return;
	uint32_t group = tree->group < GROUPS ? tree->group : 0;
	switch (tree->kind) {
	case TREE_SET:
		g_string_append_unichar(writing->text, choose_character(writing->making, tree->set));
		break;
	case TREE_BACK:
		g_string_append_len(writing->text, writing->text->str + writing->groups[group].start,
		                    (gssize)(writing->groups[group].end - writing->groups[group].start));
		break;
	case TREE_GROUP:
		writing->groups[group].start = writing->text->len;
		write_tree(writing, tree->child);
		writing->groups[group].end = writing->text->len;
		break;
	case TREE_LOOK:
		if (writing->look && !tree->negative && !tree->behind)
			write_tree(writing, tree->child);
		break;
	case TREE_REPEAT:
		write_repeat(writing, tree);
		break;
	case TREE_SEQUENCE:
		write_children(writing, tree);
		break;
	case TREE_CHOICE:
		write_choice(writing, tree);
		break;
	default:
		break;
	}
}

static char *
write_text(struct making *making, const struct pattern_tree *tree, struct writing *writing)
{
	writing->making = making;
	writing->text = g_string_new(NULL);
	write_tree(writing, tree->root);
	return g_string_free(writing->text, FALSE);
}

char *
making_pattern(struct making *making, const char *pattern, size_t length, enum pattern_manner manner)
{
	struct pattern_tree *tree = pattern_parse(pattern, strlen(pattern), true, NULL);
	if (!tree)
		return NULL;
	struct writing writing = { .length = length, .terse = manner != PATTERN_USUAL, .look = manner == PATTERN_LOOKING };
	writing.length = writing.terse ? 0 : length;
	char *text = write_text(making, tree, &writing);
	size_t written = (size_t)g_utf8_strlen(text, -1);
	if (writing.terse && written < length) {
		struct writing longer = { .extra = length - written, .terse = true, .look = writing.look };
		g_free(text);
		text = write_text(making, tree, &longer);
	}
	pattern_tree_destroy(tree);
	return text;
}
