/* The writer: exact text, and random trees that JSON and YAML bring back as they were. */
#include <math.h>

#include "base/writer.h"
#include "expect.h"

static void
test_compact_and_pretty(void)
{
	static const char compact[] = "{\"a\":[1,{\"b\":null},[],{}],\"c\":\"d\",\"e\":{\"f\":true}}";
	static const char pretty[] = "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    },\n    [],\n    {}\n  ],\n  \"c\": \"d\",\n"
				     "  \"e\": {\n    \"f\": true\n  }\n}\n";
	g_autoptr(Doc) doc = doc_own(compact);
	g_autofree char *first = value_to_json(doc_root(doc), false);
	g_autofree char *second = value_to_json(doc_root(doc), true);
	g_assert_cmpstr(first, ==, compact);
	g_assert_cmpstr(second, ==, pretty);
}

static void
test_calls(void)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "text", "t");
	writer_member_text(&writer, "none", NULL);
	writer_member_int(&writer, "int", INT64_MIN);
	writer_member_bool(&writer, "bool", false);
	writer_member_value(&writer, "value", NULL);
	writer_key(&writer, "list");
	writer_begin_array(&writer);
	writer_null(&writer);
	writer_text_n(&writer, "a\0b", 3);
	writer_end(&writer);
	g_autoptr(Doc) more = doc_own("{\"x\\u0000y\":1,\"z\":[2]}");
	writer_members(&writer, doc_root(more));
	writer_end(&writer);
	g_autofree char *text = writer_take(&writer);
	g_assert_cmpstr(text, ==, "{\"text\":\"t\",\"none\":null,\"int\":-9223372036854775808,\"bool\":false,\"value\":null,"
	                          "\"list\":[null,\"a\\u0000b\"],\"x\\u0000y\":1,\"z\":[2]}");
	writer_init(&writer, true);
	writer_begin_array(&writer);
	writer_finish(&writer);   /* may be given up at any time */
	writer_finish(&writer);
}

static void
test_escapes(void)
{
	g_autoptr(GString) raw = g_string_new(NULL);
	for (int c = 0; c < 0x80; c++)
		g_string_append_c(raw, (char)c);
	struct writer writer;
	writer_init(&writer, false);
	writer_text_n(&writer, raw->str, raw->len);
	g_autofree char *text = writer_take(&writer);
	g_assert_true(g_str_has_prefix(text, "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e"));
	g_assert_nonnull(strstr(text, " !\\\"#$%&'()*+,-./0"));
	g_assert_nonnull(strstr(text, "[\\\\]"));
	g_assert_true(g_str_has_suffix(text, "}~\\u007f\""));
	g_autoptr(Doc) doc = doc_own(text);
	g_assert_cmpmem(doc_root(doc)->text, doc_root(doc)->length, raw->str, raw->len);
}

static void
test_doubles(void)
{
	static const struct {
		double number;
		const char *text;
	} rows[] = {
		{ 0, "0" }, { -0.0, "-0" }, { 1, "1" }, { 0.1, "0.1" }, { 0.1 + 0.2, "0.30000000000000004" }, { 1.0 / 3, "0.3333333333333333" },
		{ 1e300, "1e+300" }, { 5e-324, "4.94065645841247e-324" }, { 123456789012345678.0, "1.2345678901234568e+17" }, { NAN, "null" },
		{ INFINITY, "null" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct writer writer;
		writer_init(&writer, false);
		writer_double(&writer, rows[i].number);
		g_autofree char *text = writer_take(&writer);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
	for (unsigned i = 0; i < 20000; i++) {
		union {
			guint32 halves[2];
			double number;
		} any = { .halves = { (guint32)g_test_rand_int(), (guint32)g_test_rand_int() } };
		if (!isfinite(any.number))
			continue;
		struct writer writer;
		writer_init(&writer, false);
		writer_double(&writer, any.number);
		g_autoptr(Doc) doc = writer_doc(&writer);
		g_assert_cmpfloat(value_double(doc_root(doc)), ==, any.number);
	}
}

/* Words, marks and characters that a reader of YAML or JSON might take for something else. */
static const char *const pieces[] = {
	"", "a", "word", " ", "  ", "\t", "\n", "\n\n", "\r", "\r\n", ":", ": ", "- ", "-", "#", " #", "?", "? ", "!", "&", "*", "%", "@", "`", "|",
	">", "'", "\"", "\\", ",", "[", "]", "{", "}", "~", "null", "Null", "true", "no", "on", "y", "1", "0x1F", "0o7", "1e3", ".5", "5.",
	"-1", "+1", "1_0", ".inf", "-.INF", ".nan", "2026-11-20", "12:30", "<<", "=", "---", "...", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9",
	"\xef\xbb\xbf", "\xef\xbf\xbe", "\xc2\xa0", "é", "€", "😀", "\x01", "\x1b", "\x7f", "/", "//x", "_", "key: value", "http://a/b?c=d#e",
	"a\nb", "  indented\n more", "ends with blank \n", "\nstarts", "ends\n\n\n", "two\n\n\nthree\n",
};

static void
write_text(struct writer *writer, bool key)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (int i = g_test_rand_int_range(0, 5); i > 0; i--)
		g_string_append(text, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
	if (key)
		g_string_append_printf(text, "|%zu", writer->text->len);   /* differs from its siblings */
	if (key)
		writer_key(writer, text->str);
	else
		writer_text(writer, text->str);
}

static void
write_random(struct writer *writer, unsigned depth)
{
	int choice = g_test_rand_int_range(0, depth ? 9 : 7);
	if (choice == 0) {
		writer_null(writer);
	} else if (choice == 1) {
		writer_bool(writer, g_test_rand_int_range(0, 2));
	} else if (choice == 2) {
		writer_int(writer, (int64_t)g_test_rand_int() * g_test_rand_int());
	} else if (choice == 3) {
		writer_double(writer, g_test_rand_double_range(-1e6, 1e6));
	} else if (choice < 7) {
		write_text(writer, false);
	} else {
		(choice == 7 ? writer_begin_array : writer_begin_object)(writer);
		for (int i = g_test_rand_int_range(0, 12); i > 0; i--) {
			if (choice == 8)
				write_text(writer, true);
			write_random(writer, depth - 1);
		}
		writer_end(writer);
	}
}

static void
expect_same(const struct doc *doc, const char *text, bool yaml)
{
	GError *error = NULL;
	g_autoptr(Doc) again = (yaml ? doc_read_yaml : doc_read_json)("again", text, strlen(text), NULL, &error);
	if (again && value_equal(doc_root(doc), doc_root(again)))
		return;
	g_autofree char *was = value_to_json(doc_root(doc), false);
	g_autofree char *is = again ? value_to_json(doc_root(again), false) : NULL;
	g_error("%s\nwas written as\n%s\nand read as %s", was, text, is ? is : error->message);
}

static void
test_round_trips(void)
{
	for (unsigned i = at_full_size() ? 100000 : 3000; i > 0; i--) {
		struct writer writer;
		writer_init(&writer, g_test_rand_int_range(0, 2));
		write_random(&writer, (unsigned)g_test_rand_int_range(0, 5));
		g_autoptr(Doc) doc = writer_doc(&writer);
		g_autofree char *compact = value_to_json(doc_root(doc), false);
		g_autofree char *pretty = value_to_json(doc_root(doc), true);
		g_autofree char *yaml = value_to_yaml(doc_root(doc));
		expect_same(doc, compact, false);
		expect_same(doc, pretty, false);
		expect_same(doc, yaml, true);
	}
}

/* Every single piece, and every pair, in YAML: as a value and as a key. */
static void
test_yaml_strings(void)
{
	for (unsigned a = 0; a < G_N_ELEMENTS(pieces); a++)
		for (unsigned b = 0; b < G_N_ELEMENTS(pieces); b++) {
			g_autofree char *pair = g_strconcat(pieces[a], pieces[b], NULL);
			struct writer writer;
			writer_init(&writer, false);
			writer_begin_object(&writer);
			writer_member_text(&writer, pair, pair);
			writer_key(&writer, "in a list");
			writer_begin_array(&writer);
			writer_text(&writer, pair);
			writer_end(&writer);
			writer_end(&writer);
			g_autoptr(Doc) doc = writer_doc(&writer);
			g_autofree char *yaml = value_to_yaml(doc_root(doc));
			expect_same(doc, yaml, true);
		}
}

static void
test_yaml_text(void)
{
	g_autoptr(Doc) doc = doc_own("{\"openapi\":\"3.1.0\",\"title\":\"Pets: all\",\"on\":[],\"paths\":{\"/pets\":{\"get\":{\"ok\":true,\"count\":1.50,"
	                             "\"text\":\"two\\nlines\\n\",\"tags\":[\"a\",\"no\"],\"none\":null}}}}");
	g_autofree char *yaml = value_to_yaml(doc_root(doc));
	g_assert_cmpstr(yaml, ==, "openapi: \"3.1.0\"\ntitle: 'Pets: all'\n\"on\": []\npaths:\n  /pets:\n    get:\n      ok: true\n      count: 1.50\n"
	                          "      text: |\n        two\n        lines\n      tags:\n      - a\n      - \"no\"\n      none: null\n");
}

/* Bytes off a wire are no UTF-8 always; what is written is. */
static void
test_wrong_bytes(void)
{
	static const struct {
		const char *text;
		size_t length;
		const char *json;
	} cases[] = {
		{ "a\xff" "b", 3, "\"a\xEF\xBF\xBD" "b\"" },
		{ "\xC3", 1, "\"\xEF\xBF\xBD\"" },
		{ "\xED\xA0\x80\n", 4, "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\\n\"" },
		{ "\xC3\xA4\0\xff", 4, "\"\xC3\xA4\\u0000\xEF\xBF\xBD\"" },
		{ "\xC3\xA4\0\xC3\xA4", 5, "\"\xC3\xA4\\u0000\xC3\xA4\"" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct writer writer;
		writer_init(&writer, false);
		writer_text_n(&writer, cases[i].text, cases[i].length);
		g_autofree char *json = writer_take(&writer);
		g_assert_cmpstr(json, ==, cases[i].json);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/writer/compact-and-pretty", test_compact_and_pretty);
	g_test_add_func("/writer/calls", test_calls);
	g_test_add_func("/writer/escapes", test_escapes);
	g_test_add_func("/writer/wrong-bytes", test_wrong_bytes);
	g_test_add_func("/writer/doubles", test_doubles);
	g_test_add_func("/writer/yaml-text", test_yaml_text);
	g_test_add_func("/writer/yaml-strings", test_yaml_strings);
	g_test_add_func("/writer/round-trips", test_round_trips);
	return g_test_run();
}
