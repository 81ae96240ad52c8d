/* Parameter values come back as they went: every style, location and kind, with characters that have to be escaped.
 * SEED chooses other values. What a style cannot tell apart is left out: empty lists, and delimiters where nothing is escaped. */
#include "contract/style.h"

#include "contract_text.h"
#include "expect.h"

enum { ROUNDS = 200 };

static GRand *dice;

static int
below(int limit)
{
	return (int)g_rand_int_range(dice, 0, limit);
}

static const struct style_of {
	const char *in, *style;
	bool explode, lists, objects;
	const char *letters;         /* what texts are made of */
} styles[] = {
#define ANY "ab7 %&=?#+/\\,;:|.~é€😀\"'[]{}"
#define NO_DOT "ab7 %&=?#+/\\,;:|~é€😀\"'[]{}"
	{ "path", "simple", false, true, true, ANY },    { "path", "simple", true, true, true, ANY },
	{ "path", "label", false, true, true, ANY },     { "path", "label", true, true, true, NO_DOT },
	{ "path", "matrix", false, true, true, ANY },    { "path", "matrix", true, true, true, ANY },
	{ "query", "form", false, true, true, ANY },     { "query", "form", true, true, true, ANY },
	{ "query", "spaceDelimited", false, true, true, "ab7%&=?#+/\\,;:|.~é€😀" },
	{ "query", "pipeDelimited", false, true, true, "ab7 %&=?#+/\\,;:.~é€😀" },
	{ "query", "deepObject", true, false, true, ANY },
	{ "header", "simple", false, true, true, "abcdefg%&?#+" },
	{ "cookie", "form", false, true, true, ANY },    { "cookie", "form", true, true, false, ANY },
};

static void
write_text(struct writer *writer, const char *letters)
{
	g_autoptr(GString) text = g_string_new("x");   /* never empty: a missing text and an empty one look alike in some styles */
	glong length = g_utf8_strlen(letters, -1);
	for (int i = below(6); i > 0; i--)
		g_string_append_unichar(text, g_utf8_get_char(g_utf8_offset_to_pointer(letters, below((int)length))));
	writer_text(writer, text->str);
}

static void
write_list(struct writer *writer, const char *letters)
{
	writer_begin_array(writer);
	for (int i = 1 + below(4); i > 0; i--)
		write_text(writer, letters);
	writer_end(writer);
}

static void
write_object(struct writer *writer, const char *letters)
{
	static const char *const names[] = { "r", "g", "blue" };
	int count = 1 + below((int)G_N_ELEMENTS(names));
	writer_begin_object(writer);
	for (int i = 0; i < count; i++) {
		writer_key(writer, names[i]);
		write_text(writer, letters);
	}
	writer_end(writer);
}

enum kind { TEXT, LIST, OBJECT, KINDS };
static void (*const write_kind[])(struct writer *writer, const char *letters) = { write_text, write_list, write_object };
static const char *const schemas[] = { "{type: string}", "{type: array, items: {type: string}}", "{type: object, additionalProperties: {type: string}}" };

static struct openapi *
openapi_with(const struct style_of *style, enum kind kind)
{
	g_autofree char *text = g_strdup_printf(
		"openapi: 3.1.0\npaths:\n  '/a/{color}':\n    get:\n      operationId: a\n      parameters:\n"
		"        - {name: color, in: %s, style: %s, explode: %s, required: true, schema: %s}\n      responses: {}\n",
		style->in, style->style, style->explode ? "true" : "false", schemas[kind]);
	return openapi_from_text(text);
}

static struct doc *
decode(struct openapi *openapi, const struct openapi_parameter *parameter, const char *text)
{
	struct style_pairs pairs = { 0 };
	struct writer writer;
	bool query = parameter->location == OPENAPI_QUERY, cookie = parameter->location == OPENAPI_COOKIE;
	if (query)
		style_split_query(text, &pairs);
	else if (cookie)
		style_split_cookies(text, &pairs);
	const struct style_source source = { .pairs = query || cookie ? &pairs : NULL, .text = text };
	writer_init(&writer, false);
	enum style_result result = style_decode(openapi, parameter, &source, STYLE_TYPED, operation_named(openapi, "a"), &writer);
	style_pairs_clear(&pairs);
	if (result == STYLE_READ)
		return writer_doc(&writer);
	writer_finish(&writer);
	return NULL;
}

static void
try_value(const struct style_of *style, enum kind kind, struct openapi *openapi)
{
	const struct openapi_parameter *parameter = &operation_named(openapi, "a")->parameters[0];
	struct writer writer;
	writer_init(&writer, false);
	write_kind[kind](&writer, style->letters);
	g_autoptr(Doc) value = writer_doc(&writer);
	g_autofree char *encoded = style_encode(parameter, doc_root(value));
	g_autoptr(Doc) back = decode(openapi, parameter, encoded);
	if (back && value_equal(doc_root(value), doc_root(back)))
		return;
	g_autofree char *sent = value_to_json(doc_root(value), false), *read = back ? value_to_json(doc_root(back), false) : g_strdup("nothing");
	g_error("%s %s%s: %s went as %s and came back as %s", style->in, style->style, style->explode ? ", exploded" : "", sent, encoded, read);
}

static void
test_round_trip(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(styles); i++) {
		for (enum kind kind = TEXT; kind < KINDS; kind++) {
			bool has = kind == LIST ? styles[i].lists : kind == OBJECT ? styles[i].objects : !g_str_equal(styles[i].style, "deepObject");
			g_autoptr(Openapi) openapi = openapi_with(&styles[i], kind);
			for (unsigned round = 0; has && round < ROUNDS; round++)
				try_value(&styles[i], kind, openapi);
		}
	}
}

/* Whatever stands in a message, reading it ends, and what is read is whole. */
static void
test_any_text(void)
{
	static const char letters[] = "a1%,;=&.|[]{}+ \"\\\x7f~";
	for (unsigned i = 0; i < G_N_ELEMENTS(styles) * KINDS; i++) {
		const struct style_of *style = &styles[i / KINDS];
		g_autoptr(Openapi) openapi = openapi_with(style, (enum kind)(i % KINDS));
		const struct openapi_parameter *parameter = &operation_named(openapi, "a")->parameters[0];
		for (unsigned round = 0; round < ROUNDS; round++) {
			g_autoptr(GString) text = g_string_new(below(2) ? "color" : "");
			for (int j = below(20); j > 0; j--)
				g_string_append_c(text, letters[below((int)strlen(letters))]);
			g_autoptr(Doc) doc = decode(openapi, parameter, text->str);
			g_autofree char *json = doc ? value_to_json(doc_root(doc), false) : NULL;
			g_assert_true(!json || g_utf8_validate(json, -1, NULL));
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	const char *seed = g_getenv("SEED");
	dice = g_rand_new_with_seed(seed ? (guint32)g_ascii_strtoull(seed, NULL, 10) : 20261120);
	g_test_add_func("/style/round-trip", test_round_trip);
	g_test_add_func("/style/any-text", test_any_text);
	int result = g_test_run();
	g_rand_free(dice);
	return result;
}
