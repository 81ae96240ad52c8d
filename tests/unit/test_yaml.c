/* The YAML reader: what each form becomes, as JSON; what is refused, where and why. */
#include "base/writer.h"
#include "expect.h"

static void
test_accepted(void)
{
	static const struct {
		const char *yaml, *json;
	} rows[] = {
		{ "a: 1\nb: [x, 'y', \"z\"]\n", "{\"a\":1,\"b\":[\"x\",\"y\",\"z\"]}" },
		{ "- ~\n- null\n- Null\n- NULL\n-\n", "[null,null,null,null,null]" },
		{ "[true, True, TRUE, false, False, FALSE]", "[true,true,true,false,false,false]" },
		/* Words of YAML 1.1 are words. */
		{ "[yes, no, on, off, y, n, tRUE, nULL]", "[\"yes\",\"no\",\"on\",\"off\",\"y\",\"n\",\"tRUE\",\"nULL\"]" },
		{ "[0, -0, +3, 007, 1_000, 0x1F, 0o17, 0b1]", "[0,-0,3,7,\"1_000\",31,15,\"0b1\"]" },
		{ "[0xffffffffffffffff, -0x1, 0x, 0xg, 0o8]", "[18446744073709551615,\"-0x1\",\"0x\",\"0xg\",\"0o8\"]" },
		{ "[.5, 5., -1.5E-3, 1e3, +.5e+1, 00.50, -.0]", "[0.5,5.0,-1.5E-3,1e3,0.5e+1,0.50,-0.0]" },
		{ "[., -, +, e3, .e3, 1e, 1e+, 1.2.3, 0x1.8, 1 2]", "[\".\",\"-\",\"+\",\"e3\",\".e3\",\"1e\",\"1e+\",\"1.2.3\",\"0x1.8\",\"1 2\"]" },
		{ "[2026-11-20, 12:30:45, 1.0.0]", "[\"2026-11-20\",\"12:30:45\",\"1.0.0\"]" },
		{ "['1', \"true\", '']", "[\"1\",\"true\",\"\"]" },
		{ "1: a\ntrue: b\nnull: c\n1.0: d\n", "{\"1\":\"a\",\"true\":\"b\",\"null\":\"c\",\"1.0\":\"d\"}" },
		{ "? a\n? b\n: 1\n", "{\"a\":null,\"b\":1}" },
		{ "a: |\n  x\n   y\n\nb: >-\n  x\n  y\n", "{\"a\":\"x\\n y\\n\",\"b\":\"x y\"}" },
		{ "a: &x {b: [1]}\nc: *x\nd: [*x, *x]\n", "{\"a\":{\"b\":[1]},\"c\":{\"b\":[1]},\"d\":[{\"b\":[1]},{\"b\":[1]}]}" },
		{ "&k key: v\nother: *k\n*k : w\n", NULL },
		{ "&k key: v\nother: *k\n", "{\"key\":\"v\",\"other\":\"key\"}" },
		{ "a: &n 1\n*n : b\n", "{\"a\":1,\"1\":\"b\"}" },
		{ "&a a: &a b\nc: *a\n", "{\"a\":\"b\",\"c\":\"b\"}" },
		{ "a: !!str 1\nb: !!int \"2\"\nc: !!float 3\nd: !!bool 'true'\ne: !!null ''\n",
		  "{\"a\":\"1\",\"b\":2,\"c\":3,\"d\":true,\"e\":null}" },
		{ "!!map {a: !!seq [1]}", "{\"a\":[1]}" },
		{ "--- # c\na: 1\n...\n", "{\"a\":1}" },
		{ "%YAML 1.2\n---\na: 1\n", "{\"a\":1}" },
		{ "\xef\xbb\xbf" "a: 1\n", "{\"a\":1}" },
		{ "a: 1\r\nb:\r\n  - 2\r\n", "{\"a\":1,\"b\":[2]}" },
		{ "ключ: \"\\x41\\u00e9\\U0001F600\\0\"\n", "{\"ключ\":\"Aé😀\\u0000\"}" },
		{ "a: {}\nb: []\nc: ''\n", "{\"a\":{},\"b\":[],\"c\":\"\"}" },
		{ "word", "\"word\"" },
		{ "<<: 1\n", NULL },
		{ "\"<<\": 1\n", "{\"<<\":1}" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		g_autoptr(Doc) doc = doc_read_yaml("test", rows[i].yaml, strlen(rows[i].yaml), NULL, &error);
		if (!doc && rows[i].json)
			g_error("%s: %s", rows[i].yaml, error->message);
		g_autofree char *json = doc ? value_to_json(doc_root(doc), false) : NULL;
		g_assert_cmpstr(json, ==, rows[i].json);
		g_clear_error(&error);
	}
}

static void
test_refused(void)
{
	static const struct {
		const char *yaml, *message;
	} rows[] = {
		{ "", "test:1:1: the document is empty" },
		{ "# only a comment\n", "the document is empty" },
		{ "a: 1\n---\nb: 2\n", "test:2:1: a second document begins; put it into a file of its own" },
		{ "a:\n  <<: *x\n", "test:2:3: merge keys are not part of YAML 1.2; write the members out" },
		{ "a: .inf\n", "test:1:4: JSON has no infinity and no NaN" },
		{ "a: -.INF\n", "JSON has no infinity" },
		{ "a: .NaN\n", "JSON has no infinity" },
		{ "a: !cat b\n", "test:1:4: this tag has no meaning in JSON; remove it" },
		{ "a: !!binary aGk=\n", "this tag has no meaning in JSON" },
		{ "a: !!timestamp 2026-11-20\n", "this tag has no meaning in JSON" },
		{ "a: !!set {x, y}\n", "test:1:4: this tag has no meaning in JSON" },
		{ "a: !!omap [x: 1]\n", "test:1:4: this tag has no meaning in JSON" },
		{ "a: !cat [1]\n", "this tag has no meaning in JSON" },
		{ "!cat a: 1\n", "this tag has no meaning in JSON" },
		{ "a: !!int cat\n", "test:1:4: this is not what its tag says" },
		{ "a: !!bool 1\n", "this is not what its tag says" },
		{ "a: !!float x\n", "this is not what its tag says" },
		{ "a: !!int 1.5\n", "this is not what its tag says" },
		{ "a: !!null x\n", "this is not what its tag says" },
		{ "a: !!map [1]\n", "this is not what its tag says" },
		{ "a: !!seq {b: 1}\n", "this is not what its tag says" },
		{ "a: !!str [b]\n", "this is not what its tag says" },
		{ "a: *b\n", "test:1:4: this alias has no anchor before it" },
		{ "a: &a [*a]\n", "test:1:8: this alias contains itself" },
		{ "a: &a {b: {c: *a}}\n", "this alias contains itself" },
		{ "? [a]\n: 1\n", "test:1:3: a key must be a plain word or a string" },
		{ "{[a]: 1}\n", "a key must be a plain word or a string" },
		{ "a: &x [1]\n*x : 1\n", "test:2:1: a key must be a plain word or a string" },
		{ "a: 1\na: 2\n", "test:2:1: the key \"a\" stands a second time (first in line 1, column 1)" },
		{ "a: 1\n\"a\": 2\n", "stands a second time" },
		{ "a:\n\t- 1\n", "test:2:1: " },
		{ "a: [1\n", "test:2:1: " },
		{ "a: 'x\n", "test:2:1: " },
		{ "é: \"\\q\"\n", "test:1:5: " },
		{ "a: b: c\n", "test:1:5: " },
		{ "a: \xff\n", "test:1:4: the text is not UTF-8" },
		{ "a: \x01\n", "test:1:4: " },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		g_autoptr(Doc) doc = doc_read_yaml("test", rows[i].yaml, strlen(rows[i].yaml), NULL, &error);
		if (doc)
			g_error("this was accepted: %s", rows[i].yaml);
		expect_error(&error, ERR_INPUT, rows[i].message);
		g_assert_null(doc_read_yaml("test", rows[i].yaml, strlen(rows[i].yaml), NULL, NULL));
	}
}

static void
test_positions(void)
{
	static const char text[] = "é: [a, b]\nlist:\n  - c\n  - {d: e}\n  -\nlast: |\n  x\n";
	g_autoptr(Doc) doc = doc_read_yaml("test", text, strlen(text), NULL, NULL);
	static const struct {
		const char *pointer, *where;
	} rows[] = { { "/é", "test:1:4" }, { "/é/1", "test:1:8" }, { "/list/0", "test:3:5" }, { "/list/1/d", "test:4:9" }, { "/last", "test:6:7" } };
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *where = doc_where(doc, value_find(doc_root(doc), rows[i].pointer));
		g_assert_cmpstr(where, ==, rows[i].where);
	}
}

/* Ten aliases of ten aliases of ...: the nodes they may add are limited, exactly. */
static void
test_aliases(void)
{
	struct doc_limits limits = { .bytes = 1 << 20, .depth = 100, .nodes = 12 };
	static const char text[] = "a: &a [1, 2]\nb: [*a, *a, *a, *a]\n";
	g_autoptr(Doc) fits = doc_read_yaml("test", text, strlen(text), &limits, NULL);
	g_assert_nonnull(fits);
	limits.nodes = 11;
	GError *error = NULL;
	g_assert_null(doc_read_yaml("test", text, strlen(text), &limits, &error));
	expect_error(&error, ERR_INPUT, "aliases add more nodes than are allowed");
	g_autoptr(GString) bomb = g_string_new("a0: &a0 [x]\n");
	for (unsigned i = 1; i < 30; i++)
		g_string_append_printf(bomb, "a%u: &a%u [*a%u,*a%u,*a%u,*a%u,*a%u,*a%u,*a%u,*a%u]\n", i, i, i - 1, i - 1, i - 1, i - 1, i - 1,
		                       i - 1, i - 1, i - 1);
	g_assert_null(doc_read_yaml("test", bomb->str, bomb->len, NULL, &error));
	expect_error(&error, ERR_INPUT, "aliases add more nodes than are allowed");
	/* An alias does not make a document deeper than allowed either. */
	g_string_assign(bomb, "a0: &a0 [x]\n");
	for (unsigned i = 1; i < 300; i++)
		g_string_append_printf(bomb, "a%u: &a%u [*a%u]\n", i, i, i - 1);
	g_assert_null(doc_read_yaml("test", bomb->str, bomb->len, NULL, &error));
	expect_error(&error, ERR_INPUT, "nested deeper than 256 levels");
	/* To the level: three of the alias within those around it. */
	static const char nested[] = "a: &a [[[1], 2], {b: [3]}]\nb: [[*a]]\n";
	for (limits.depth = 5; limits.depth <= 7; limits.depth++) {
		limits.nodes = 100;
		g_autoptr(Doc) doc = doc_read_yaml("test", nested, strlen(nested), &limits, NULL);
		g_assert_cmpint(doc != NULL, ==, limits.depth >= 6);
	}
}

/* An alias is a copy: lookups in it, also in large objects with their index, work as in the original. */
static void
test_large_alias(void)
{
	static const char text[] = "a: &a {k1: 1, k2: 2, k3: 3, k4: 4, k5: 5, k6: 6, k7: 7, k8: 8, k9: 9, k10: [10]}\nb: {c: *a}\n";
	g_autoptr(Doc) doc = doc_read_yaml("test", text, strlen(text), NULL, NULL);
	g_assert_true(value_equal(value_find(doc_root(doc), "/a"), value_find(doc_root(doc), "/b/c")));
	g_assert_cmpfloat(value_double(value_find(doc_root(doc), "/b/c/k9")), ==, 9);
	g_assert_cmpfloat(value_double(value_find(doc_root(doc), "/b/c/k10/0")), ==, 10);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/yaml/accepted", test_accepted);
	g_test_add_func("/yaml/refused", test_refused);
	g_test_add_func("/yaml/positions", test_positions);
	g_test_add_func("/yaml/aliases", test_aliases);
	g_test_add_func("/yaml/large-alias", test_large_alias);
	return g_test_run();
}
