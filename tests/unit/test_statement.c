#include <string.h>

#include "base/error.h"
#include "team/domain.h"

#define TABLE "tests/unit/data/requirements.yaml"

static struct lexicon *lexicon;

static void
clear(struct statement_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		record_finish(&statement_record, &list->items[i]);
	g_free(list->items);
	*list = (struct statement_list){ 0 };
}

static char *
show(const struct statement *statement)
{
	return g_strdup_printf("%s%s%s: %s", statement_kind_names[statement->kind], statement->subject ? " " : "",
	                       statement->subject ? statement->subject : "", statement->text);
}

/* What holds for any text: ids in order, spans inside it, exact, ascending, without overlap. */
static void
check_spans(const char *text, size_t length, const struct statement_list *list)
{
	int64_t end = 0;
	g_assert_cmpuint(list->count, >, 0);
	for (size_t i = 0; i < list->count; i++) {
		const struct statement *statement = &list->items[i];
		g_autofree char *id = g_strdup_printf("S%zu", i + 1);
		g_assert_cmpstr(statement->id, ==, id);
		g_assert_cmpint(statement->offset, >=, end);
		g_assert_cmpint(statement->length, >=, 0);
		end = statement->offset + statement->length;
		g_assert_cmpint(end, <=, (int64_t)length);
		g_assert_cmpuint(strlen(statement->text), ==, (size_t)statement->length);
		g_assert_true(memcmp(statement->text, text + statement->offset, (size_t)statement->length) == 0);
	}
}

static void
check_text(const char *text)
{
	struct statement_list list, again;
	statements_read(lexicon, text, &list);
	check_spans(text, strlen(text), &list);
	statements_read(lexicon, text, &again);
	g_assert_cmpuint(list.count, ==, again.count);
	for (size_t i = 0; i < list.count; i++) {
		g_autofree char *one = show(&list.items[i]), *other = show(&again.items[i]);
		g_assert_cmpstr(one, ==, other);
	}
	clear(&list);
	clear(&again);
}

static void
test_table(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Doc) doc = doc_read_file(TABLE, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(value_count(doc_root(doc)), >=, 40);
	VALUE_EACH (item, doc_root(doc)) {
		struct statement_list list;
		statements_read(lexicon, value_member_text(item, "text"), &list);
		g_autoptr(GString) all = g_string_new("\n");
		for (size_t i = 0; i < list.count; i++) {
			g_autofree char *one = show(&list.items[i]);
			g_string_append_printf(all, "%s\n", one);
		}
		const struct value *exact = value_member(item, "statements");
		g_autoptr(GString) wanted = g_string_new("\n");
		VALUE_EACH (text, exact)
			g_string_append_printf(wanted, "%s\n", text->text);
		if (exact && strcmp(all->str, wanted->str) != 0)
			g_test_fail_printf("wanted:%sfound:%s", wanted->str, all->str);
		VALUE_EACH (text, value_member(item, "kinds")) {
			g_autofree char *line = g_strdup_printf("\n%s\n", text->text);
			if (!strstr(all->str, line))
				g_test_fail_printf("no '%s' in:%s", text->text, all->str);
		}
		clear(&list);
	}
}

static void
test_spans(void)
{
	static const char *const texts[] = {
		"", " ", "\n\n", "a", ".", "...", "?!", "- ", "* *", "# ", "```", "```\ncode\n```", "[ ]", "((((((", "))))", "a (b", "1.", "1) a 2) b",
		"\xff\xfe\xfd", "a\xc3", "\xe2\x82", "caf\xc3\xa9 \xf0\x9f\x98\x80 ok", "<!-- only a hint -->", "<br>", "| a | b |\n|---|---|\n| 1 | 2 |",
		"\xef\xbb\xbfTitle\n=====\n\ntext", "a;b;c", "e.g. this, i.e. that. And z.B. dies.", "\xe3\x80\x82\xe3\x80\x82", "with with with with",
		"Build a app with with and, and, and", "use , and", "has has has", "x: y: z:", "**", "****", "a_b_c __d__", "--flag -x", "http://a.b/c d",
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
		check_text(texts[i]);
}

static void
test_table_spans(void)
{
	g_autoptr(Doc) doc = doc_read_file(TABLE, NULL);
	VALUE_EACH (item, doc_root(doc))
		check_text(value_member_text(item, "text"));
}

/* Bytes of a fixed sequence: any, then only those that steer the reader. */
static void
test_bytes(void)
{
	static const char steering[] = "abc ABC.,;:!?()[]{}-*#`'\"\n\t/|<>_0123 with and has a task of";
	g_autoptr(GRand) random = g_rand_new_with_seed(7);
	for (unsigned round = 0; round < 300; round++) {
		size_t length = (size_t)g_rand_int_range(random, 0, 400);
		g_autofree char *text = g_malloc(length + 1);
		for (size_t i = 0; i < length; i++)
			text[i] = round % 2 ? steering[g_rand_int_range(random, 0, sizeof steering - 1)] : (char)g_rand_int_range(random, 1, 256);
		text[length] = '\0';
		check_text(text);
	}
}

static void
test_large(void)
{
	static const char *const parts[] = {
		"a, ", "(", "tasks with titles and ", "\xe4\xbb\xbb\xe5\x8a\xa1", "- task\n", "word", "a. ", "has ", "add, ", "```\n", "x:\n", "\xff",
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		while (text->len < 1 << 20)
			g_string_append(text, parts[i]);
		struct statement_list list;
		statements_read(lexicon, text->str, &list);
		check_spans(text->str, text->len, &list);
		g_assert_cmpuint(list.count, <=, 2000);
		clear(&list);
	}
}

/* Every word that no list of small words knows stands in a statement. */
static void
test_nothing_dropped(void)
{
	static const char text[] =
		"# Zorbling for gnarfs\n\nToday the blim is kwazy. Currently nobody plorks it.\n\n## Vroom\n\nIt frabs the snerg; the wibble quonks.\n"
		"1. first glorp\n2. second flimp\n   goes on with drazz\n\n> quoted smurgle\n\n```\ncode brillig\n```\n\n| cell tove | cell wabe |\n\n"
		"Out of scope: mimsy.\n### Steps to reproduce\n- outgrabe\n";
	static const char *const words[] = { "Zorbling", "gnarfs", "blim", "kwazy", "plorks", "Vroom", "frabs", "snerg", "wibble", "quonks", "glorp",
		                             "flimp", "drazz", "smurgle", "brillig", "tove", "wabe", "mimsy", "outgrabe" };
	struct statement_list list;
	statements_read(lexicon, text, &list);
	check_spans(text, strlen(text), &list);
	for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
		bool found = false;
		for (size_t s = 0; s < list.count; s++)
			found |= strstr(list.items[s].text, words[i]) != NULL;
		if (!found)
			g_error("%s is in no statement", words[i]);
	}
	clear(&list);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_autoptr(Lexicon) loaded = lexicon_load(catalogue, &error);
	g_assert_no_error(error);
	lexicon = loaded;
	g_test_add_func("/statement/table", test_table);
	g_test_add_func("/statement/spans", test_spans);
	g_test_add_func("/statement/table-spans", test_table_spans);
	g_test_add_func("/statement/bytes", test_bytes);
	g_test_add_func("/statement/large", test_large);
	g_test_add_func("/statement/nothing-dropped", test_nothing_dropped);
	return g_test_run();
}
