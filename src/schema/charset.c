#include "schema/charset.h"

/* ECMA-262: WhiteSpace and LineTerminator (22.2.2.9, CharacterClassEscape :: s). */
static const struct charset_range spaces[] = {
	{ '\t', '\r' }, { ' ', ' ' }, { 0xA0, 0xA0 }, { 0x1680, 0x1680 }, { 0x2000, 0x200A },
	{ 0x2028, 0x2029 }, { 0x202F, 0x202F }, { 0x205F, 0x205F }, { 0x3000, 0x3000 }, { 0xFEFF, 0xFEFF },
};
static const struct charset_range digits[] = { { '0', '9' } };
static const struct charset_range words[] = { { '0', '9' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' } };
static const struct charset_range line_ends[] = { { '\n', '\n' }, { '\r', '\r' }, { 0x2028, 0x2029 } };

void
charset_init(struct charset *set)
{
	set->ranges = g_array_new(FALSE, FALSE, sizeof(struct charset_range));
	set->properties = g_string_new(NULL);
	set->negated = false;
}

void
charset_finish(struct charset *set)
{
	g_array_unref(set->ranges);
	g_string_free(set->properties, TRUE);
}

void
charset_add(struct charset *set, uint32_t first, uint32_t last)
{
	struct charset_range range = { first, last };
	g_array_append_val(set->ranges, range);
}

static void
add_all(struct charset *set, const struct charset_range *ranges, unsigned count, bool others)
{
	uint32_t next = 0;
	for (unsigned i = 0; i < count; i++) {
		if (!others)
			charset_add(set, ranges[i].first, ranges[i].last);
		else if (next < ranges[i].first)
			charset_add(set, next, ranges[i].first - 1);
		next = ranges[i].last + 1;
	}
	if (others && next <= CHARSET_LAST)
		charset_add(set, next, CHARSET_LAST);
}

void
charset_add_class(struct charset *set, char letter)
{
	bool others = g_ascii_isupper(letter);
	switch (g_ascii_tolower(letter)) {
	case 'd': add_all(set, digits, G_N_ELEMENTS(digits), others); break;
	case 's': add_all(set, spaces, G_N_ELEMENTS(spaces), others); break;
	default: add_all(set, words, G_N_ELEMENTS(words), others); break;
	}
}

void
charset_add_dot(struct charset *set)
{
	add_all(set, line_ends, G_N_ELEMENTS(line_ends), true);
}

static int
compare(const void *a, const void *b)
{
	const struct charset_range *left = a, *right = b;
	return left->first < right->first ? -1 : left->first > right->first;
}

void
charset_normalise(struct charset *set)
{
	g_array_sort(set->ranges, compare);
	struct charset_range *ranges = (struct charset_range *)(void *)set->ranges->data;
	unsigned used = 0;
	for (unsigned i = 0; i < set->ranges->len; i++) {
		if (used && ranges[i].first <= ranges[used - 1].last + 1)
			ranges[used - 1].last = MAX(ranges[used - 1].last, ranges[i].last);
		else
			ranges[used++] = ranges[i];
	}
	g_array_set_size(set->ranges, used);
	if (!set->negated || set->properties->len)
		return;
	g_autoptr(GArray) old = set->ranges;
	set->ranges = g_array_new(FALSE, FALSE, sizeof(struct charset_range));
	add_all(set, (struct charset_range *)(void *)old->data, old->len, true);
	set->negated = false;
}
