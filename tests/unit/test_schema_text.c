/* Checking texts in one pass: the verdict is that of the tree, and where no tree is needed none is made. */
#include <string.h>

#include "schema_twin.h"

struct schemas {
	struct schema_set *set;
	struct doc *doc;
	const struct schema *schema;
};

static struct schemas
compile(enum schema_dialect dialect, const char *text)
{
	g_autoptr(GError) error = NULL;
	struct schema_options options = { .dialect = dialect, .assert_formats = true };
	struct schemas schemas = { .set = schema_set_create(&options) };
	schemas.doc = doc_read_json("schema", text, strlen(text), NULL, &error);
	g_assert_no_error(error);
	schemas.schema = schema_compile(schemas.set, schemas.doc, doc_root(schemas.doc), NULL, &error);
	g_assert_no_error(error);
	return schemas;
}

static void
clear(struct schemas *schemas)
{
	schema_set_destroy(schemas->set);
	doc_unref(schemas->doc);
}

struct trial {
	const char *text;
	enum schema_verdict verdict;
	bool by_tree;   /* the pass alone cannot tell */
};

static void
try_all(enum schema_dialect dialect, const char *schema, const struct trial *trials)
{
	struct schemas schemas = compile(dialect, schema);
	for (; trials->text; trials++) {
		enum text_verdict pass;
		g_test_message("%s under %s", trials->text, schema);
		g_assert_cmpint(twin_check(schemas.schema, trials->text, strlen(trials->text), SCHEMA_SIDE_NONE, &pass), ==, trials->verdict);
		bool open = trials->by_tree || trials->verdict == SCHEMA_UNREADABLE;
		g_assert_true(open || pass == (trials->verdict == SCHEMA_FITS ? TEXT_FITS : TEXT_MISFITS));
		g_assert_true(!trials->by_tree || pass == TEXT_UNKNOWN);
	}
	clear(&schemas);
}

#define TRY(schema, ...) try_all(SCHEMA_DRAFT_2020_12, schema, (const struct trial[]){ __VA_ARGS__, { .text = NULL } })
#define FITS(json) { json, SCHEMA_FITS, false }
#define MISFITS(json) { json, SCHEMA_MISFITS, false }
#define UNREADABLE(json) { json, SCHEMA_UNREADABLE, false }
#define UNDECIDED(json, what) { json, what, true }

static void
test_scalars(void)
{
	TRY("{\"type\": [\"string\", \"integer\", \"null\"], \"minLength\": 2, \"minimum\": 3}",
	    FITS(" \"ab\"\n"), MISFITS("\"a\""), FITS("\"\\u00e9\\n\""), MISFITS("\"\\ud83d\\ude00\""), FITS("\"éa\""),
	    FITS("3"), MISFITS("2"), MISFITS("-4"), FITS("3.0"), FITS("30e-1"), MISFITS("3.5"), FITS("null"), MISFITS("true"),
	    UNREADABLE(""), UNREADABLE("  "), UNREADABLE("\"ab"), UNREADABLE("\"a\\q\""), UNREADABLE("\"\\ud83d\""), UNREADABLE("\"\xC3(\""),
	    UNREADABLE("\"a\tb\""), UNREADABLE("03"), UNREADABLE("3."), UNREADABLE("3e"), UNREADABLE("-"), UNREADABLE("nul"),
	    UNREADABLE("nullx"), UNREADABLE("3 4"), UNREADABLE("[3] x"), UNREADABLE("+3"), UNREADABLE("NaN"));
	TRY("{}", FITS("\xEF\xBB\xBF{}"), UNREADABLE("\xEF\xBB{}"), UNREADABLE("\xEF\xBB\xBF"));
}

static void
test_objects(void)
{
	TRY("{\"properties\": {\"a\": {\"type\": \"integer\"}, \"b\": {}}, \"required\": [\"a\", \"c\"], \"additionalProperties\": {\"type\": \"boolean\"}}",
	    FITS("{\"a\": 1, \"c\": true}"), FITS("{\"c\":true,\"b\":[{}],\"a\":1}"), MISFITS("{\"a\": 1}"), MISFITS("{\"a\": 1, \"c\": 2}"),
	    FITS("{\"\\u0061\": 1, \"\\u0063\": false, \"d\": true}"), UNREADABLE("{\"a\": 1, \"a\": 1, \"c\": true}"),
	    UNREADABLE("{\"a\": 1, \"\\u0061\": 1, \"c\": true}"), UNREADABLE("{\"c\": true, \"a\": 1, \"x\": true, \"y\": true, \"x\": true}"),
	    UNREADABLE("{\"a\": 1, \"c\": true,}"), UNREADABLE("{\"a\": 1 \"c\": true}"), UNREADABLE("{\"a\" 1}"), UNREADABLE("{a: 1}"),
	    UNREADABLE("{\"a\": 1, \"c\": true"), UNREADABLE("{\"a\": 1, \"c\": true]"), UNREADABLE("{,}"), UNREADABLE("{\"a\": }"), FITS("[]"));
	TRY("{\"properties\": {\"a\\\"b\": {\"type\": \"null\"}}, \"minProperties\": 1, \"maxProperties\": 2}",
	    FITS("{\"a\\\"b\": null}"), MISFITS("{\"a\\\"b\": 1}"), UNREADABLE("{\"a\"b\": null}"), MISFITS("{}"), MISFITS("{\"a\":1,\"b\":2,\"c\":3}"));
	TRY("{\"propertyNames\": {\"pattern\": \"^[a-c]+$\"}, \"dependentRequired\": {\"a\": [\"b\", \"c\"]}}",
	    FITS("{\"b\": 1, \"\\u0063\": 2, \"a\": 3}"), MISFITS("{\"a\": 1, \"b\": 2}"), MISFITS("{\"d\": 1}"), FITS("{}"));
}

static void
test_names(void)
{
	/* Names around the lengths at which they are compared in other ways. */
	for (unsigned length = 0; length < 40; length++) {
		g_autofree char *name = g_strnfill(length, 'n'), *schema = g_strdup_printf("{\"properties\": {\"%s\": {\"type\": \"null\"}}, \"required\": [\"%s\"]}", name, name);
		g_autofree char *good = g_strdup_printf("{\"%s\":null}", name), *bad = g_strdup_printf("{\"%s\":1}", name);
		g_autofree char *longer = g_strdup_printf("{\"%sn\":null}", name), *cut = g_strdup_printf("{\"%s", name);
		TRY(schema, FITS(good), MISFITS(bad), MISFITS(longer), UNREADABLE(cut));
	}
}

static void
test_many_names(void)
{
	/* More names than fit into one word, and more than the pass keeps. */
	for (unsigned count = 60; count < 300; count += 50) {
		g_autoptr(GString) schema = g_string_new("{\"properties\": {"), text = g_string_new("{"), other = g_string_new("{");
		for (unsigned i = 0; i < count; i++) {
			g_string_append_printf(schema, "%s\"name%u\": {\"type\": \"integer\"}", i ? ", " : "", i);
			g_string_append_printf(text, "%s\"name%u\": %u", i ? ", " : "", i, i);
			g_string_append_printf(other, "%s\"other%u\": %u", i ? ", " : "", i, i);
		}
		g_string_append_printf(schema, "}, \"required\": [\"name%u\"]}", count - 1);
		g_autofree char *good = g_strconcat(text->str, "}", NULL), *twice = g_strconcat(text->str, ", \"name9\": 1}", NULL);
		g_autofree char *lacks = g_strconcat(other->str, "}", NULL), *others = g_strconcat(other->str, ", \"other7\": 0}", NULL);
		struct schemas schemas = compile(SCHEMA_DRAFT_2020_12, schema->str);
		g_assert_cmpint(twin_check(schemas.schema, good, strlen(good), SCHEMA_SIDE_NONE, NULL), ==, SCHEMA_FITS);
		g_assert_cmpint(twin_check(schemas.schema, twice, strlen(twice), SCHEMA_SIDE_NONE, NULL), ==, SCHEMA_UNREADABLE);
		g_assert_cmpint(twin_check(schemas.schema, lacks, strlen(lacks), SCHEMA_SIDE_NONE, NULL), ==, SCHEMA_MISFITS);
		g_assert_cmpint(twin_check(schemas.schema, others, strlen(others), SCHEMA_SIDE_NONE, NULL), ==, SCHEMA_UNREADABLE);
		clear(&schemas);
	}
}

static void
test_arrays(void)
{
	TRY("{\"prefixItems\": [{\"type\": \"integer\"}, {}], \"items\": {\"type\": \"string\"}, \"minItems\": 1, \"maxItems\": 3}",
	    FITS("[1]"), FITS("[1, {\"a\": [1, 2]}, \"x\"]"), MISFITS("[]"), MISFITS("[1, 2, 3]"), MISFITS("[1, 2, \"a\", \"b\"]"), MISFITS("[\"a\"]"),
	    UNREADABLE("[1,]"), UNREADABLE("[1 2]"), UNREADABLE("[1"), UNREADABLE("[1}"), UNREADABLE("[,1]"));
	TRY("{\"uniqueItems\": true, \"items\": {\"type\": [\"string\", \"number\", \"array\"]}}",
	    FITS("[\"a\", \"b\", 1]"), MISFITS("[\"a\", \"\\u0061\"]"), MISFITS("[1, 1.0]"), FITS("[\"1\", 1]"), FITS("[[1], [2]]"), MISFITS("[[1], [1.0]]"),
	    MISFITS("[[{\"a\":1,\"b\":2}], [{\"b\":2,\"a\":1}]]"), FITS("[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]"),
	    MISFITS("[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,0e1]"), UNREADABLE("[[1], [2],]"), UNREADABLE("[\"a\" \"b\"]"));
	TRY("{\"items\": {\"contains\": {\"type\": \"object\"}}}", FITS("[[1, {}], [{}]]"), MISFITS("[[1, {}], [2]]"), FITS("[1]"),
	    UNREADABLE("[[{\"a\":1,\"a\":1}]]"), UNREADABLE("[[{}]"));
}

static void
test_together(void)
{
	TRY("{\"allOf\": [{\"$ref\": \"#/$defs/a\"}, {\"properties\": {\"x\": {\"type\": \"object\", \"required\": [\"q\"]}}}], \"properties\": {\"x\": {\"minProperties\": 2}},"
	    " \"$defs\": {\"a\": {\"required\": [\"x\"], \"properties\": {\"x\": {\"maxProperties\": 3, \"properties\": {\"q\": {\"type\": \"string\"}}}}}}}",
	    FITS("{\"x\": {\"q\": \"a\", \"r\": 1}}"), MISFITS("{\"x\": {\"q\": \"a\"}}"), MISFITS("{\"x\": {\"q\": 1, \"r\": 1}}"), MISFITS("{}"),
	    MISFITS("{\"x\": {\"r\": 1, \"s\": 1}}"), MISFITS("{\"x\":{\"q\":\"\\u0061\",\"r\":\"\\u0061\",\"s\":1,\"t\":1}}"));
	TRY("{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"object\", \"required\": [\"a\"]}, {\"type\": \"array\"}], \"not\": {\"type\": \"array\"}}",
	    FITS("{\"a\": 1}"), MISFITS("{}"), FITS("\"x\""), MISFITS("[]"), MISFITS("1"));
	TRY("{\"$ref\": \"#/$defs/open\", \"properties\": {\"b\": {}}, \"unevaluatedProperties\": false,"
	    " \"$defs\": {\"open\": {\"properties\": {\"a\": {}}, \"patternProperties\": {\"^x-\": {\"type\": \"integer\"}}}}}",
	    FITS("{\"a\": 1, \"b\": 2, \"x-c\": 3}"), MISFITS("{\"c\": 1}"), MISFITS("{\"x-c\": null}"));
	TRY("{\"allOf\": [{\"prefixItems\": [{}]}], \"unevaluatedItems\": {\"type\": \"null\"}}", FITS("[1, null]"), MISFITS("[1, 2]"));
	TRY("{\"patternProperties\": {\"^a\": {\"type\": \"integer\"}, \"b$\": {\"minimum\": 3}}, \"additionalProperties\": false, \"properties\": {\"ab\": {\"maximum\": 5}}}",
	    FITS("{\"ab\": 4, \"a\": 1, \"b\": \"x\"}"), MISFITS("{\"ab\": 2}"), MISFITS("{\"ab\": 6}"), MISFITS("{\"ab\": 3.5}"), MISFITS("{\"c\": 1}"), MISFITS("{\"axb\": 2}"));
}

static void
test_conditions(void)
{
	TRY("{\"anyOf\": [{\"required\": [\"a\"]}, {\"required\": [\"b\", \"c\"]}], \"not\": {\"required\": [\"x\", \"y\"]}, \"properties\": {\"a\": {\"type\": \"null\"}}}",
	    FITS("{\"a\": null}"), FITS("{\"c\": 1, \"b\": {\"b\": []}, \"x\": 2}"), MISFITS("{\"b\": 1}"), MISFITS("{\"a\": null, \"x\": 1, \"y\": 2}"), MISFITS("{}"), MISFITS("1"));
	TRY("{\"type\": \"object\", \"oneOf\": [{\"required\": [\"a\"]}, {\"allOf\": [{\"not\": {\"required\": [\"b\"]}}]}, {\"type\": \"string\"}]}",
	    FITS("{\"a\": 1, \"b\": 1}"), FITS("{}"), MISFITS("{\"a\": 1}"), MISFITS("{\"b\": 1}"));
	TRY("{\"if\": {\"required\": [\"a\"]}, \"then\": {\"required\": [\"b\"]}, \"else\": {\"required\": [\"c\"]}, \"unevaluatedProperties\": {\"type\": \"integer\"}}",
	    FITS("{\"a\": 1, \"b\": 1}"), MISFITS("{\"a\": 1}"), FITS("{\"c\": 1}"), MISFITS("{\"b\": 1}"), MISFITS("{\"c\": \"1\"}"));
}

#define SHAPE(kind, more) "{\"type\": \"object\", \"required\": [\"kind\"], \"properties\": {\"kind\": {\"const\": \"" kind "\"}, " more "}}"

static void
test_choices(void)
{
	TRY("{\"items\": {\"oneOf\": [" SHAPE("disc", "\"r\": {\"type\": \"number\"}") ", " SHAPE("box", "\"parts\": {\"items\": {\"oneOf\": [{\"type\": \"integer\"}, {\"type\": \"array\", \"minItems\": 2}]}}") "]}}",
	    FITS("[{\"kind\": \"disc\", \"r\": 1}, {\"kind\": \"box\", \"parts\": [1, [1, 2]]}]"), MISFITS("[{\"kind\": \"disc\", \"r\": \"1\"}]"),
	    FITS("[{\"r\": 1, \"kind\": \"disc\"}, {\"parts\": [[\"a\", \"\\u0061\"]], \"kind\": \"box\"}]"), MISFITS("[{\"kind\": \"cone\"}]"), MISFITS("[{}]"), MISFITS("[1]"),
	    UNREADABLE("[{\"kind\": \"disc\", \"kind\": \"disc\"}]"), UNREADABLE("[{\"parts\": [[1"), UNREADABLE("[{\"kind\": \"box\", \"parts\": [}]"));
	TRY("{\"oneOf\": [{\"required\": [\"$ref\"], \"type\": \"object\", \"additionalProperties\": {\"type\": \"string\"}}, {\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"#\"}},"
	    " \"additionalProperties\": false}, {\"type\": \"boolean\"}]}",
	    FITS("{\"$ref\": \"x\"}"), FITS("{\"a\": {\"a\": {\"$ref\": \"\\u0061\"}}}"), MISFITS("{\"a\": {\"a\": {\"$ref\": 1}}}"), FITS("{\"a\": {\"z\": \"1\", \"$ref\": \"\"}}"), FITS("true"), FITS("{}"));
	/* Alternatives that may both fit. */
	TRY("{\"oneOf\": [{\"properties\": {\"a\": {\"type\": \"integer\"}}}, {\"properties\": {\"b\": {\"type\": \"integer\"}}}]}",
	    MISFITS("{}"), FITS("{\"a\": \"\", \"b\": 1}"), FITS("{\"a\": 1, \"b\": [1]}"), MISFITS("{\"a\": 1, \"b\": 1}"));
	TRY("{\"anyOf\": [{\"type\": \"object\", \"properties\": {\"a\": {\"contains\": {\"const\": 1}}, \"b\": {\"type\": \"integer\"}}}, {\"maxProperties\": 1}]}",
	    FITS("{\"b\": 1, \"a\": [2, 1]}"), MISFITS("{\"a\": [\"x\"], \"b\": 1}"), FITS("{\"a\": [\"x\"]}"), MISFITS("{\"a\": [1], \"b\": null}"), FITS("3"));
}

static void
test_tree(void)
{
	TRY("{\"oneOf\": [{\"required\": [\"a\"]}, {\"required\": [\"b\"]}], \"$defs\": {\"a\": {\"$ref\": \"#/$defs/b\"}, \"b\": {\"$ref\": \"#/$defs/a\"}}}",
	    FITS("{\"a\": 1}"), FITS(" {\"b\": \"\\\"}\"} "), MISFITS("{\"a\": 1, \"b\": 1}"), UNREADABLE("{\"a\": \"}"), UNREADABLE("{\"a\": 1}}"));
	TRY("{\"allOf\": [{\"$ref\": \"#\"}]}", UNDECIDED("{}", SCHEMA_MISFITS));
	TRY("{\"const\": {\"a\": [1]}}", FITS("{\"a\": [1.0]}"), MISFITS("{\"a\": [2]}"), MISFITS("{\"a\": 1}"));
	TRY("{\"$id\": \"https://example.com/tree\", \"$dynamicAnchor\": \"node\", \"properties\": {\"children\": {\"items\": {\"$dynamicRef\": \"#node\"}}}, \"required\": [\"data\"]}",
	    FITS("{\"data\": 1, \"children\": [{\"data\": 2}]}"), MISFITS("{\"data\": 1, \"children\": [{}]}"));
}

static void
test_depth(void)
{
	struct schemas schemas = compile(SCHEMA_DRAFT_2020_12, "{\"items\": {\"$ref\": \"#\"}}"), any = compile(SCHEMA_DRAFT_2020_12, "{\"items\": {\"items\": {\"contains\": {}}}}");
	for (unsigned depth = 254; depth < 260; depth++) {
		g_autofree char *open = g_strnfill(depth, '['), *close = g_strnfill(depth, ']'), *text = g_strconcat(open, "1", close, NULL);
		enum schema_verdict wanted = depth <= 256 ? SCHEMA_FITS : SCHEMA_UNREADABLE;
		g_assert_cmpint(twin_check(schemas.schema, text, strlen(text), SCHEMA_SIDE_NONE, NULL), ==, wanted);
		g_assert_cmpint(twin_check(any.schema, text, strlen(text), SCHEMA_SIDE_NONE, NULL), ==, wanted);
	}
	clear(&schemas);
	clear(&any);
}

struct sided {
	const char *text;
	enum schema_verdict verdicts[3];   /* by side */
};

static void
try_sides(const char *schema, const struct sided *trials)
{
	struct schemas schemas = compile(SCHEMA_OPENAPI_3_0, schema);
	for (; trials->text; trials++)
		for (unsigned side = 0; side < 3; side++)
			g_assert_cmpint(twin_check(schemas.schema, trials->text, strlen(trials->text), (enum schema_side)side, NULL), ==, trials->verdicts[side]);
	clear(&schemas);
}

static void
test_sides(void)
{
	try_sides("{\"type\": \"object\", \"required\": [\"id\", \"pass\"], \"properties\": {\"id\": {\"type\": \"integer\", \"readOnly\": true}, \"pass\": {\"writeOnly\": true}}}",
	          (const struct sided[]){
			  { "{\"id\": 1, \"pass\": 2}", { SCHEMA_FITS, SCHEMA_MISFITS, SCHEMA_MISFITS } },
			  { "{\"id\": 1}", { SCHEMA_MISFITS, SCHEMA_MISFITS, SCHEMA_FITS } },
			  { "{\"pass\": 1}", { SCHEMA_MISFITS, SCHEMA_FITS, SCHEMA_MISFITS } },
			  { "{\"id\": 1, \"pass\": 2, \"id\": 1}", { SCHEMA_UNREADABLE, SCHEMA_UNREADABLE, SCHEMA_UNREADABLE } },
			  { NULL, { 0 } },
		  });
	/* A name that need not be there because it does not travel. */
	try_sides("{\"properties\": {\"id\": {\"readOnly\": true}}, \"not\": {\"required\": [\"id\"]}}",
	          (const struct sided[]){ { "{}", { SCHEMA_FITS, SCHEMA_MISFITS, SCHEMA_FITS } }, { NULL, { 0 } } });
	try_sides("{\"oneOf\": [{\"type\": \"object\", \"required\": [\"id\"], \"properties\": {\"id\": {\"readOnly\": true}}},"
	          " {\"type\": \"object\", \"properties\": {\"a\": {}}, \"additionalProperties\": false}]}",
	          (const struct sided[]){ { "{\"a\": 1}", { SCHEMA_FITS, SCHEMA_MISFITS, SCHEMA_FITS } }, { NULL, { 0 } } });
}

static void
test_findings(void)
{
	struct schemas schemas = compile(SCHEMA_DRAFT_2020_12, "{\"properties\": {\"a\": {\"type\": \"integer\"}}, \"required\": [\"b\"]}");
	struct schema_findings findings = { .limit = 9 };
	g_autoptr(GError) error = NULL;
	const char *text = "{\"a\": \"x\"}", *broken = "{\"a\": \"x\"";
	g_assert_cmpint(schema_check_text(schemas.schema, "order", text, strlen(text), SCHEMA_SIDE_NONE, &findings, &error), ==, SCHEMA_MISFITS);
	g_assert_no_error(error);
	g_assert_cmpuint(findings.count, ==, 2);
	schema_findings_clear(&findings);
	g_assert_cmpint(schema_check_text(schemas.schema, "order", broken, strlen(broken), SCHEMA_SIDE_NONE, &findings, &error), ==, SCHEMA_UNREADABLE);
	g_assert_true(g_str_has_prefix(error->message, "order:1:10: "));
	clear(&schemas);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/schema/text/scalars", test_scalars);
	g_test_add_func("/schema/text/objects", test_objects);
	g_test_add_func("/schema/text/names", test_names);
	g_test_add_func("/schema/text/many-names", test_many_names);
	g_test_add_func("/schema/text/arrays", test_arrays);
	g_test_add_func("/schema/text/together", test_together);
	g_test_add_func("/schema/text/conditions", test_conditions);
	g_test_add_func("/schema/text/choices", test_choices);
	g_test_add_func("/schema/text/tree", test_tree);
	g_test_add_func("/schema/text/depth", test_depth);
	g_test_add_func("/schema/text/sides", test_sides);
	g_test_add_func("/schema/text/findings", test_findings);
	return g_test_run();
}
