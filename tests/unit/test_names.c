/* Tables of names: each is found, no other is, and names that are alike do not crowd together. */
#include "schema/names.h"

#include <glib.h>

enum { MANY = 5000 };

struct table {
	struct name items[MANY];
	char *texts[MANY];
	uint32_t slots[16384];
	struct names names;
};

static struct name
name_of(const char *text, size_t length)
{
	return (struct name){ name_print(text, (uint32_t)length), text, (uint32_t)length };
}

/* Numbers of at least this many digits between two texts. */
struct form {
	const char *before;
	int digits;
	const char *after;
};

static struct table *
fill(const struct form *form)
{
	struct table *table = g_new0(struct table, 1);
	for (unsigned i = 0; i < MANY; i++) {
		table->texts[i] = g_strdup_printf("%s%0*u%s", form->before, form->digits, i, form->after);
		table->items[i] = name_of(table->texts[i], strlen(table->texts[i]));
	}
	table->names = (struct names){ .count = MANY, .mask = G_N_ELEMENTS(table->slots) - 1, .items = table->items };
	table->names.slots = table->slots;
	names_index(&table->names);
	return table;
}

static void
clear(struct table *table)
{
	for (unsigned i = 0; i < MANY; i++)
		g_free(table->texts[i]);
	g_free(table);
}

static uint32_t
find(const struct names *names, const char *text, size_t length)
{
	return names_find(names, name_print(text, (uint32_t)length), text, (uint32_t)length);
}

/* The longest run of slots that are taken. */
static unsigned
crowd(const struct table *table)
{
	unsigned longest = 0, run = 0;
	for (unsigned i = 0; i < G_N_ELEMENTS(table->slots); i++) {
		run = table->slots[i] ? run + 1 : 0;
		longest = MAX(longest, run);
	}
	return longest;
}

static void
test_alike(void)
{
	static const struct form forms[] = {
		{ "", 1, "" }, { "f_", 5, "" }, { "", 8, "" }, { "field", 5, "" }, { "", 16, "" }, { "", 17, "" }, { "com.example.", 5, ".enabled" },
		{ "", 5, "-the-beginning-differs" }, { "only-the-very-end-differs-", 5, "" },
		{ "the-first-and-the-last-bytes-", 5, "-are-all-the-same" },
	};
	for (unsigned f = 0; f < G_N_ELEMENTS(forms); f++) {
		struct table *table = fill(&forms[f]);
		for (unsigned i = 0; i < MANY; i++) {
			const char *text = table->texts[i];
			size_t length = strlen(text);
			g_assert_cmpuint(find(&table->names, text, length), ==, i);
			g_autofree char *other = g_strconcat(text, "!", NULL);
			g_assert_cmpuint(find(&table->names, other, length + 1), ==, NAMES_NONE);
			other[length / 2] ^= 0x40;
			g_assert_cmpuint(find(&table->names, other, length), ==, NAMES_NONE);
		}
		g_test_message("%s…%s: %u", forms[f].before, forms[f].after, crowd(table));
		g_assert_cmpuint(crowd(table), <, 1000);
		clear(table);
	}
}

/* All names over two letters, of up to nine of them. */
static void
test_short(void)
{
	struct name items[1024];
	char texts[1024][10];
	uint32_t slots[4096] = { 0 }, count = 0;
	for (unsigned length = 0; length <= 9; length++)
		for (unsigned bits = 0; bits < 1u << length; bits++, count++) {
			for (unsigned i = 0; i < length; i++)
				texts[count][i] = bits >> i & 1 ? 'b' : 'a';
			texts[count][length] = '\0';
			items[count] = name_of(texts[count], length);
		}
	struct names names = { .count = count, .mask = G_N_ELEMENTS(slots) - 1, .items = items, .slots = slots };
	names_index(&names);
	for (uint32_t i = 0; i < count; i++)
		g_assert_cmpuint(find(&names, texts[i], items[i].length), ==, i);
	g_assert_cmpuint(find(&names, "abc", 3), ==, NAMES_NONE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	names_prepare();
	g_test_add_func("/names/alike", test_alike);
	g_test_add_func("/names/short", test_short);
	return g_test_run();
}
