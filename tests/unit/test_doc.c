/* The document: what both readers share, and the JSON reader's own rules. The third-party suites run in tests/e2e. */
#include <math.h>
#include <pthread.h>

#include "base/doc.h"
#include "expect.h"

static struct doc *
read_json(const char *text)
{
	GError *error = NULL;
	struct doc *doc = doc_read_json("test", text, strlen(text), NULL, &error);
	g_assert_no_error(error);
	return doc;
}

static void
test_refused(void)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "", "test:1:1: the text ends where a value was expected" },
		{ "  \n ", "test:2:2: the text ends" },
		{ "[1,\n 2,\n x]", "test:3:2: a value was expected" },
		{ "[1,]", "test:1:4: a value was expected" },
		{ "[1 2]", "test:1:4: a comma or ] was expected" },
		{ "{\"a\":1 \"b\":2}", "test:1:8: a comma or } was expected" },
		{ "{\"a\":1,}", "test:1:8: a key in double quotes was expected" },
		{ "{a:1}", "test:1:2: a key in double quotes was expected" },
		{ "{\"a\" 1}", "test:1:6: a colon was expected after the key" },
		{ "{\"a\":}", "test:1:6: a value was expected" },
		{ "[1}", "test:1:3: a comma or ] was expected" },
		{ "01", "test:1:1: a number does not begin with 0" },
		{ "-", "test:1:1: a value was expected" },
		{ "+1", "test:1:1: a value was expected" },
		{ "1.", "test:1:3: a digit was expected after the decimal point" },
		{ "1e+", "test:1:4: a digit was expected in the exponent" },
		{ "NaN", "test:1:1: a value was expected" },
		{ "[Infinity]", "test:1:2: a value was expected" },
		{ "truex", "test:1:5: something follows the document" },
		{ "\"abc", "test:1:5: a string does not end" },
		{ "\"a\nb\"", "test:1:3: a control character stands in a string" },
		{ "\"\\x41\"", "test:1:2: there is no such escape" },
		{ "\"\\u12g4\"", "test:1:2: \\u wants four hexadecimal digits" },
		{ "\"é\\ud800\"", "test:1:3: half of a surrogate pair" },
		{ "\"\\udc00\"", "test:1:2: half of a surrogate pair" },
		{ "\"\\ud800\\u0041\"", "test:1:2: half of a surrogate pair" },
		{ "\"\\ud800\\ue000\"", "test:1:2: half of a surrogate pair" },
		{ "\"\xff\"", "test:1:2: the string is not UTF-8" },
		{ "\"\xed\xa0\x80\"", "the string is not UTF-8" },
		{ "\"\xc0\x80\"", "the string is not UTF-8" },
		{ "{\"k\":1,\n \"k\":2}", "test:2:2: the key \"k\" stands a second time (first in line 1, column 2)" },
		{ "{\"k\":1,\"\\u006b\":2}", "the key \"k\" stands a second time" },
		{ "1 2", "test:1:3: something follows the document" },
		{ "[1]]", "test:1:4: something follows the document" },
		{ "// no\n1", "test:1:1: a value was expected" },
		{ "'a'", "test:1:1: a value was expected" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		g_assert_null(doc_read_json("test", rows[i].text, strlen(rows[i].text), NULL, &error));
		expect_error(&error, ERR_INPUT, rows[i].message);
		/* The error may be of no interest. */
		g_assert_null(doc_read_json("test", rows[i].text, strlen(rows[i].text), NULL, NULL));
	}
	GError *error = NULL;
	g_assert_null(doc_read_json("test", "[1\0]", 4, NULL, &error));
	expect_error(&error, ERR_INPUT, "test:1:3: a comma or ] was expected");
	g_assert_null(doc_read_json("test", "\"a\0b\"", 5, NULL, &error));
	expect_error(&error, ERR_INPUT, "test:1:3: a control character stands in a string");
}

/* Strings are read eight bytes at a time: whatever ends or spoils one is seen at each of the places. */
static void
test_words(void)
{
	for (unsigned at = 1; at < 25; at++)
		for (int byte = 0; byte < 256; byte++) {
			char text[] = "\"abcdefghijklmnopqrstuvwxyz\"";
			text[at] = (char)byte;
			g_autoptr(Doc) doc = doc_read_json("word", text, sizeof text - 1, NULL, NULL);
			bool plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
			/* A backslash makes an escape of some of the letters that follow. */
			bool escape = byte == '\\' && strchr("bfnrt", text[at + 1]);
			if ((doc != NULL) != (plain || escape))
				g_error("byte %d at %u: %s", byte, at, doc ? "accepted" : "refused");
			if (plain)
				g_assert_cmpmem(doc_root(doc)->text, doc_root(doc)->length, text + 1, sizeof text - 3);
		}
}

/* Every prefix of a document is refused, and no read leaves the text (ASan watches a copy of exact size). */
static void
test_prefixes(void)
{
	static const char whole[] = "{\"k\\u00e9y\":[1.5e-3,-0,\"\\ud83d\\ude00 \\n long enough for words of eight\",true,false,null,{}],\"b\":[[]]}";
	for (size_t length = 0; length < sizeof whole; length++) {
		g_autofree char *copy = g_memdup2(whole, length);
		g_autoptr(Doc) doc = doc_read_json("prefix", copy ? copy : "", length, NULL, NULL);
		g_assert_cmpint(doc != NULL, ==, length == sizeof whole - 1);
	}
}

static void
test_positions(void)
{
	g_autoptr(Doc) doc = read_json("{\n  \"é\": [1,\n\t\t\"x\"],\n  \"b\": {\"c\": null}}");
	static const struct {
		const char *pointer, *where;
	} rows[] = { { "", "test:1:1" }, { "/é", "test:2:8" }, { "/é/0", "test:2:9" }, { "/é/1", "test:3:3" }, { "/b/c", "test:4:14" } };
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *where = doc_where(doc, value_find(doc_root(doc), rows[i].pointer));
		g_assert_cmpstr(where, ==, rows[i].where);
	}
	/* A part knows its place in the whole, and keeps it alive. */
	g_autoptr(Doc) part = doc_sub(doc, value_find(doc_root(doc), "/b"));
	g_autoptr(Doc) inner = doc_sub(part, value_find(doc_root(part), "/c"));
	doc_unref(g_steal_pointer(&doc));
	g_autofree char *where = doc_where(inner, doc_root(inner));
	g_assert_cmpstr(where, ==, "test:4:14");
	g_assert_cmpstr(doc_name(inner), ==, "test");
	size_t length;
	g_assert_nonnull(doc_source(inner, &length));
	g_assert_cmpuint(length, ==, 41);
	/* An editor does not count a byte order mark. */
	g_autoptr(Doc) marked = read_json("\xef\xbb\xbf[7]");
	g_autofree char *first = doc_where(marked, value_item(doc_root(marked), 0));
	g_assert_cmpstr(first, ==, "test:1:2");
}

static char *
nested(unsigned depth)
{
	GString *text = g_string_new(NULL);
	for (unsigned i = 0; i < depth; i++)
		g_string_append(text, i % 2 ? "{\"a\":" : "[");
	g_string_append(text, "1");
	for (unsigned i = depth; i > 0; i--)
		g_string_append(text, i % 2 ? "]" : "}");
	return g_string_free(text, FALSE);
}

static void
test_limits(void)
{
	struct doc_limits limits = { .bytes = 10, .depth = 5 };
	GError *error = NULL;
	g_autoptr(Doc) fits = doc_read_json("test", "\"12345678\"", 10, &limits, &error);
	g_assert_nonnull(fits);
	g_assert_null(doc_read_json("test", "\"123456789\"", 11, &limits, &error));
	expect_error(&error, ERR_TOO_LARGE, "test has 11 bytes, more than the 10 that are read");
	g_assert_null(doc_read_yaml("test", "\"123456789\"", 11, &limits, &error));
	expect_error(&error, ERR_TOO_LARGE, "more than the 10");
	limits.bytes = 1 << 20;
	for (unsigned depth = 4; depth <= 6; depth++) {
		g_autofree char *text = nested(depth);
		g_autoptr(Doc) json = doc_read_json("test", text, strlen(text), &limits, NULL);
		g_autoptr(Doc) yaml = doc_read_yaml("test", text, strlen(text), &limits, NULL);
		g_assert_cmpint(json != NULL, ==, depth <= 5);
		g_assert_cmpint(yaml != NULL, ==, depth <= 5);
	}
	/* However deep: no stack is used for it. */
	g_autofree char *deep = nested(1000000);
	g_assert_null(doc_read_json("test", deep, strlen(deep), NULL, &error));
	expect_error(&error, ERR_INPUT, "nested deeper than 256 levels");
	struct doc_limits wide = { .bytes = 64 << 20, .depth = 1000000 };
	g_assert_null(doc_read_json("test", deep, strlen(deep), &wide, &error));
	expect_error(&error, ERR_INPUT, "nested deeper than 4096 levels");
}

/* Objects of every size around the one where they get an index. */
static void
test_members(void)
{
	for (unsigned count = 0; count < 40; count++) {
		GString *text = g_string_new("{");
		for (unsigned i = 0; i < count; i++)
			g_string_append_printf(text, "%s\"k%u\":%u", i ? "," : "", i, i);
		g_autofree char *open = g_string_free(text, FALSE);
		g_autofree char *whole = g_strconcat(open, "}", NULL);
		g_autoptr(Doc) doc = read_json(whole);
		g_assert_cmpuint(value_count(doc_root(doc)), ==, count);
		for (unsigned i = 0; i < count; i++) {
			g_autofree char *key = g_strdup_printf("k%u", i);
			int64_t number = -1;
			g_assert_true(value_int64(value_member(doc_root(doc), key), &number));
			g_assert_cmpint(number, ==, i);
			g_autofree char *twice = g_strdup_printf("%s,\"%s\":0}", open, key);
			g_assert_null(doc_read_json("test", twice, strlen(twice), NULL, NULL));
		}
		g_assert_null(value_member(doc_root(doc), "k"));
		g_assert_null(value_member(doc_root(doc), "k40"));
	}
	g_autoptr(Doc) nul = read_json("{\"a\\u0000b\":1,\"a\":2,\"\":3}");
	g_assert_cmpfloat(value_double(value_member_n(doc_root(nul), "a\0b", 3)), ==, 1);
	g_assert_cmpfloat(value_double(value_member(doc_root(nul), "a")), ==, 2);
	g_assert_cmpfloat(value_double(value_member(doc_root(nul), "")), ==, 3);
}

static void
test_numbers(void)
{
	static const struct {
		const char *text, *kind;
		bool whole;
		int64_t number;
	} rows[] = {
		{ "0", "integer", true, 0 }, { "-0", "integer", true, 0 }, { "1.0", "integer", true, 1 }, { "1e3", "integer", true, 1000 },
		{ "-25e-1", "number", false, 0 }, { "1.5", "number", false, 0 }, { "9223372036854775807", "integer", true, INT64_MAX },
		{ "-9223372036854775808", "integer", true, INT64_MIN }, { "1e400", "number", false, 0 },
		{ "9007199254740993.0", "integer", true, 9007199254740993 },
		{ "1e-400", "number", false, 0 }, { "0e99999999999999999999", "integer", true, 0 }, { "1.00000000000000000000000001", "number", false, 0 },
		{ "-9.223372036854775808e18", "integer", true, INT64_MIN }, { "9.223372036854775808e18", "number", false, 0 },
		{ "9223372036854775808", "integer", false, 0 }, { "120e-1", "integer", true, 12 }, { "0.00012e5", "integer", true, 12 },
		{ "1e99999999999999999999", "number", false, 0 }, { "1e-99999999999999999999", "number", false, 0 },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Doc) doc = read_json(rows[i].text);
		int64_t number = 7;
		g_assert_cmpint(value_int64(doc_root(doc), &number), ==, rows[i].whole);
		g_assert_cmpint(number, ==, rows[i].whole ? rows[i].number : 7);
		g_assert_cmpstr(value_kind_name(doc_root(doc)), ==, rows[i].kind);
		g_assert_cmpfloat(value_double(doc_root(doc)), ==, g_ascii_strtod(rows[i].text, NULL));
	}
	/* The text is kept, whatever a double could hold. */
	g_autoptr(Doc) long_one = read_json("[3.14159265358979323846264338327950288]");
	const struct value *item = value_item(doc_root(long_one), 0);
	g_assert_cmpmem(item->text, item->length, "3.14159265358979323846264338327950288", 37);
}

/* The examples of RFC 6901 section 5, and what it forbids. */
static void
test_pointers(void)
{
	g_autoptr(Doc) doc = read_json("{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,\"i\\\\j\":5,\"k\\\"l\":6,"
	                               "\" \":7,\"m~n\":8,\"01\":9}");
	static const char *const numbers[] = { "/", "/a~1b", "/c%d", "/e^f", "/g|h", "/i\\j", "/k\"l", "/ ", "/m~0n", "/01" };
	for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++)
		g_assert_cmpfloat(value_double(value_find(doc_root(doc), numbers[i])), ==, i);
	g_assert_cmpstr(value_text(value_find(doc_root(doc), "/foo/0")), ==, "bar");
	g_assert_true(value_find(doc_root(doc), "") == doc_root(doc));
	static const char *const nothing[] = { "foo", "/foo/2", "/foo/00", "/foo/01", "/foo/-", "/foo/1x", "/foo/+1", "/foo/", "/foo/4294967296",
		                               "/foo/0/0", "/none", "//" };
	for (unsigned i = 0; i < G_N_ELEMENTS(nothing); i++)
		g_assert_null(value_find(doc_root(doc), nothing[i]));
}

/* Rows of one line are equal, of different lines they are not. */
static void
test_equality(void)
{
	static const char *const lines[][3] = {
		{ "null" }, { "true" }, { "false" }, { "\"\"" }, { "[]" }, { "{}" }, { "0", "-0", "0.0" }, { "1", "1.0", "10e-1" },
		{ "9007199254740993" }, { "9007199254740992", "9007199254740992.0" }, { "\"1\"" }, { "\"a\\u0000b\"" }, { "\"a\"", "\"\\u0061\"" },
		{ "{\"a\":1,\"b\":[2]}", "{\"b\":[2.0],\"a\":1e0}" }, { "{\"a\":1}" }, { "[1,2]", "[1.0, 2]" }, { "[2,1]" },
		{ "{\"a\":1,\"c\":[2]}" }, { "[[]]" }, { "[{}]" },
		{ "1e400", "10E399", "0.00001e405" }, { "1e401" }, { "-1e400" }, { "-1e-400" }, { "1e-400", "0.1e-399" }, { "2e-400" },
		{ "10000000000000000000000001", "1.0000000000000000000000001e25" }, { "10000000000000000000000002" },
		{ "0.1", "0.10", "1e-1" }, { "0.1000000000000000000001" }, { "-0.1", "-0.01e1" }, { "12.5", "125e-1" },
		{ "{\"1\":1,\"2\":2,\"3\":3,\"4\":4,\"5\":5,\"6\":6,\"7\":7,\"8\":8,\"9\":9}", "{\"9\":9,\"8\":8,\"7\":7,\"6\":6,\"5\":5,\"4\":4,\"3\":3,\"2\":2,\"1\":1}" },
	};
	for (unsigned a = 0; a < G_N_ELEMENTS(lines) * 3; a++)
		for (unsigned b = 0; b < G_N_ELEMENTS(lines) * 3; b++) {
			if (!lines[a / 3][a % 3] || !lines[b / 3][b % 3])
				continue;
			g_autoptr(Doc) left = read_json(lines[a / 3][a % 3]);
			g_autoptr(Doc) right = read_json(lines[b / 3][b % 3]);
			if (value_equal(doc_root(left), doc_root(right)) != (a / 3 == b / 3))
				g_error("%s and %s: equality is wrong", lines[a / 3][a % 3], lines[b / 3][b % 3]);
		}
	g_assert_true(value_equal(NULL, NULL));
}

/* Every function takes a value of another kind, and none. */
static void
test_other_kinds(void)
{
	g_autoptr(Doc) doc = read_json("[null,true,1,\"s\",[],{}]");
	int64_t number;
	for (const struct value *value = doc_root(doc) + 1; value; value = value < doc_root(doc) + 6 ? value + 1 : NULL) {
		g_assert_cmpint(value_text(value) != NULL, ==, value_is(value, VALUE_STRING));
		g_assert_cmpint(value_truth(value), ==, value_is(value, VALUE_BOOL));
		g_assert_cmpint(!isnan(value_double(value)), ==, value_is(value, VALUE_NUMBER));
		g_assert_cmpint(value_int64(value, &number), ==, value_is(value, VALUE_NUMBER));
		g_assert_null(value_member(value, "a"));
		g_assert_null(value_item(value, 0));
		g_assert_cmpuint(value_count(value), ==, 0);
		VALUE_EACH (item, value)
			g_assert_not_reached();
		VALUE_EACH_MEMBER (key, item, value)
			g_assert_not_reached();
	}
	g_assert_null(value_text(NULL));
	g_assert_false(value_truth(NULL));
	g_assert_true(isnan(value_double(NULL)));
	g_assert_false(value_int64(NULL, &number));
	g_assert_null(value_member(NULL, "a"));
	g_assert_null(value_find(NULL, "/a"));
	g_assert_null(doc_root(NULL));
	g_assert_cmpstr(value_kind_name(NULL), ==, "nothing");
	const struct value *none = NULL;
	VALUE_EACH (item, none)
		g_assert_not_reached();
}

static void *
use_shared(void *data)
{
	struct doc *doc = data;
	for (unsigned i = 0; i < 2000; i++) {
		g_autoptr(Doc) mine = doc_sub(doc, value_member(doc_root(doc), "k7"));
		g_assert_cmpfloat(value_double(doc_root(mine)), ==, 7);
		g_autoptr(Doc) own = doc_own("{\"1\":1,\"2\":2,\"3\":3,\"4\":4,\"5\":5,\"6\":6,\"7\":7,\"8\":8,\"9\":9}");
		g_assert_cmpfloat(value_double(value_member(doc_root(own), "9")), ==, 9);
	}
	doc_unref(doc);
	return NULL;
}

static void
test_threads(void)
{
	g_autoptr(Doc) doc = read_json("{\"k1\":1,\"k2\":2,\"k3\":3,\"k4\":4,\"k5\":5,\"k6\":6,\"k7\":7,\"k8\":8,\"k9\":9}");
	pthread_t threads[4];
	for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
		g_assert_cmpint(pthread_create(&threads[i], NULL, use_shared, doc_ref(doc)), ==, 0);
	for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
		pthread_join(threads[i], NULL);
}

static void
test_files(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *path = g_build_filename(folder, "x", NULL);
	GError *error = NULL;
	g_assert_null(doc_read_file(path, &error));
	expect_error(&error, ERR_INPUT, path);
	static const char *const texts[] = { "\xef\xbb\xbf \n{\"a\": [1]}", "# yaml\na: [1]\n", "a:\n- 1" };
	for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
		write_file(folder, "x", texts[i]);
		g_autoptr(Doc) doc = doc_read_file(path, &error);
		g_assert_no_error(error);
		g_assert_cmpfloat(value_double(value_find(doc_root(doc), "/a/0")), ==, 1);
		g_assert_cmpstr(doc_name(doc), ==, path);
	}
	remove_folder(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/doc/refused", test_refused);
	g_test_add_func("/doc/words", test_words);
	g_test_add_func("/doc/prefixes", test_prefixes);
	g_test_add_func("/doc/positions", test_positions);
	g_test_add_func("/doc/limits", test_limits);
	g_test_add_func("/doc/members", test_members);
	g_test_add_func("/doc/numbers", test_numbers);
	g_test_add_func("/doc/pointers", test_pointers);
	g_test_add_func("/doc/equality", test_equality);
	g_test_add_func("/doc/other-kinds", test_other_kinds);
	g_test_add_func("/doc/threads", test_threads);
	g_test_add_func("/doc/files", test_files);
	return g_test_run();
}
