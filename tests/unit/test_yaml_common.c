/* The common part of YAML, which is read without libyaml: the same tree, byte for byte, for documents that are put together
 * at random from what documents consist of. SEED chooses others. */
#include "expect.h"
#include "yaml_twins.h"

static GRand *dice;

static unsigned
below(unsigned limit)
{
	return (unsigned)g_rand_int_range(dice, 0, (gint32)limit);
}

static const char *const scalars[] = {
	"a", "blue sky", "1", "-1.5e3", "007", "0x1F", "0o17", "+.5", ".inf", "true", "~", "null", "Null", "", "a: b", "a:b", "http://x/y", "a #b", "a#b",
	"\"q\"", "\"a \\n\\u00e9\\U0001F600\\x41 b\"", "'it''s'", "'a: b'", "\"\"", "''", "\"a\\/b\"", "\"\\e\"", "{}", "[]", "[1, two, \"3\", [4]]",
	"{a: 1, b: [c, d], \"e\":2}", "{a: }", "[a b, c#d, e f ]", "[a, ]", "{a: b: c}", "[a: b]", "{a, b}", "&x a", "*x", "!!str 1", "@a", "`a", "%a", "-a", "-", "?",
	"? a", ":a", "a:", "a :", "é ü", "日本: x", "\"日本\"", "'unended", "\"unended", "[1,", "{a: 1", "a\tb", "\ta", "<<", "$ref", "'a' b", "\"a\"#b", "\"a\" #b",
	"- a", "- - b", "key: - x", "a  ", "a # b", "]", "}", "a]", "a, b", "2020-01-02", "0b1", "1_000", "1e5", "1e", "e1", "--- a", "...", "#", "yes",
};
static const char *const blocks[] = { "|", ">", "|-", ">-", "|+", ">+", "|2", ">1-", "|-1", "| # c", ">x", "|#c" };
static const char *const lines[] = { "text", "  more text", "", " ", "\tindented", "   ", "# not a comment", "- x", "a: b", "text  ", "é", "---", "..." };
static const char *const keys[] = { "a", "b", "c c", "\"d\"", "'e'", "'e''e'", "$ref", "1", "true", "f#f", "http://x", "é", "\"a\\tb\"", "g ", "200", "<<", "", "-x", "[a]" };

#define PICK(list) ((list)[below(G_N_ELEMENTS(list))])

static void
indent(GString *text, unsigned columns)
{
	for (; columns; columns--)
		g_string_append_c(text, ' ');
}

static void
add_block_text(GString *text, unsigned columns)
{
	g_string_append_printf(text, "%s\n", PICK(blocks));
	for (unsigned i = below(5); i; i--) {
		indent(text, below(8) ? columns : below(6));
		g_string_append_printf(text, "%s\n", PICK(lines));
	}
}

/* A scalar, and perhaps a line that continues it, or seems to. */
static void
add_scalar(GString *text, unsigned columns)
{
	if (below(8) == 0) {
		add_block_text(text, columns + 2);
		return;
	}
	const char *scalar = PICK(scalars);
	bool quoted = *scalar == '"' && strlen(scalar) > 2;
	g_string_append_len(text, scalar, quoted ? (gssize)strlen(scalar) - 1 : (gssize)strlen(scalar));
	for (unsigned i = below(10) ? 0 : 1 + below(3); i; i--) {
		g_string_append(text, below(4) ? "\n" : below(2) ? " \n\n" : quoted ? " \\\n" : " # c\n");
		indent(text, below(5) ? columns + 2 : below(4));
		g_string_append(text, below(6) ? "more" : PICK(scalars));
	}
	g_string_append(text, quoted ? "\"" : "");
	g_string_append(text, below(12) ? "\n" : below(2) ? " # comment\n" : "\n\n  # comment\n");
}

static void add_block(GString *text, unsigned columns, unsigned depth);

static void
add_value(GString *text, unsigned columns, unsigned depth)
{
	bool inner = depth < 4 && below(3) == 0;
	g_string_append(text, inner ? below(8) ? "\n" : " # c\n" : below(20) ? " " : "   ");
	if (inner)
		add_block(text, below(6) ? columns + 1 + below(3) : columns, depth + 1);
	else
		add_scalar(text, columns);
}

static void
add_block(GString *text, unsigned columns, unsigned depth)
{
	bool list = below(3) == 0;
	for (unsigned i = 1 + below(4); i; i--) {
		indent(text, below(40) ? columns : below(6));
		if (list && below(4) == 0 && depth < 4) {
			g_string_append(text, "- ");
			GString *rest = g_string_new(NULL);
			add_block(rest, columns + 2, depth + 1);
			g_string_append(text, rest->str + strspn(rest->str, " "));
			g_string_free(rest, TRUE);
			continue;
		}
		if (list)
			g_string_append_c(text, '-');
		else
			g_string_append_printf(text, "%s%s", PICK(keys), below(30) ? ":" : "");
		add_value(text, columns, depth);
	}
}

/* Any bytes changed: what is no document must not be taken for one. */
static void
spoil(GString *text)
{
	static const char letters[] = " \n:#-'\"[]{},|>&*!?%\t\\ab1\r~.";
	for (unsigned i = 1 + below(3); i && text->len; i--) {
		gsize at = below((unsigned)text->len);
		if (below(3) == 0)
			g_string_erase(text, (gssize)at, 1);
		else if (below(2))
			g_string_insert_c(text, (gssize)at, letters[below(sizeof letters - 1)]);
		else
			text->str[at] = letters[below(sizeof letters - 1)];
	}
}

static void
test_random(void)
{
	unsigned rounds = at_full_size() ? 1000000 : 6000, common = 0;
	for (unsigned i = 0; i < rounds; i++) {
		g_autoptr(GString) text = g_string_new(below(10) ? "" : "---\n");
		add_block(text, below(12) ? 0 : 2, 0);
		if (below(10) == 0)
			g_string_truncate(text, text->len ? below((unsigned)text->len) : 0);
		common += yaml_twins_agree(text->str, text->len, NULL);
		spoil(text);
		common += yaml_twins_agree(text->str, text->len, NULL);
	}
	g_test_message("%u of %u documents were read directly", common, 2 * rounds);
	g_assert_cmpuint(common, >, rounds / 20);
}

/* What is common is read so: else the first test would not say much. */
static void
test_taken(void)
{
	static const char *const taken[] = {
		"openapi: 3.1.0\ninfo:\n  title: A\n  description: |\n    text\n\n     more\n  x: >-\n    a\n    b\n",
		"- a\n- - b\n  - c: 1\n    d: {e: [f, \"g\"]}\n-\n- # nothing\n- x: # c\n  - y\n",
		"a: plain\n  that goes on\n\n  here\nb: \"quoted\n  too \\\n  so\"\nc: 'and\n\n  it''s'\n",
		"{\"a\": [1, 2,\n 3], # c\n b: {} }\n", "plain", "\"q\"", "---\na: 1\n", "a:\n- 1\nb:\n  - 2\n",
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(taken); i++)
		if (!yaml_twins_agree(taken[i], strlen(taken[i]), NULL))
			g_error("not read directly:\n%s", taken[i]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	const char *seed = g_getenv("SEED");
	dice = g_rand_new_with_seed(seed ? (guint32)g_ascii_strtoull(seed, NULL, 10) : 20261120);
	g_test_add_func("/yaml-common/taken", test_taken);
	g_test_add_func("/yaml-common/random", test_random);
	int result = g_test_run();
	g_rand_free(dice);
	return result;
}
