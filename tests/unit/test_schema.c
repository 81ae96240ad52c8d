/* Our own table of schemas: OpenAPI dialects, findings, references between documents. The official
 * suite is in test_schema_suite.c, limits and threads are in test_schema_limits.c. */
#include <string.h>

#include "base/error.h"
#include "schema/schema.h"

static struct doc *
parse(const char *name, const char *text)
{
	GError *error = NULL;
	struct doc *doc = doc_read_yaml(name, text, strlen(text), NULL, &error);
	g_assert_no_error(error);
	return doc;
}

/* "instance keyword: message" of each finding, one in a line. */
static char *
findings_of(const struct schema *schema, const char *instance, enum schema_side side)
{
	g_autoptr(Doc) doc = parse("instance", instance);
	struct schema_findings findings = { .count = 0 };
	GString *text = g_string_new(NULL);
	bool fits = schema_check(schema, doc_root(doc), side, NULL);
	g_assert_true(schema_check(schema, doc_root(doc), side, &findings) == fits);
	g_assert_true(fits == (findings.count == 0));
	for (size_t i = 0; i < findings.count; i++)
		g_string_append_printf(text, "%s%s %s: %s", i ? "\n" : "", findings.items[i].instance, findings.items[i].keyword,
		                       findings.items[i].message);
	schema_findings_clear(&findings);
	return g_string_free(text, FALSE);
}

struct row {
	const char *schema, *instance, *findings;
};

static void
run_row(const struct row *row, enum schema_dialect dialect, enum schema_side side)
{
	struct schema_options options = { .dialect = dialect, .assert_formats = true };
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	g_autoptr(Doc) doc = parse("schema", row->schema);
	g_autoptr(GError) error = NULL;
	const struct schema *schema = schema_compile(set, doc, doc_root(doc), NULL, &error);
	g_assert_no_error(error);
	g_autofree char *found = findings_of(schema, row->instance, side);
	if (strcmp(found, row->findings) != 0)
		g_test_message("schema %s", row->schema);
	g_assert_cmpstr(found, ==, row->findings);
}

static const struct row words[] = {
	{ "{minimum: 1}", "0", " minimum: must be at least 1, but is 0" },
	{ "{maximum: 1.50}", "2e3", " maximum: must be at most 1.50, but is 2e3" },
	{ "{exclusiveMinimum: 1}", "1.0", " exclusiveMinimum: must be more than 1, but is 1.0" },
	{ "{exclusiveMaximum: 1}", "1", " exclusiveMaximum: must be less than 1, but is 1" },
	{ "{multipleOf: 0.01}", "19.999", " multipleOf: must be a multiple of 0.01, but is 19.999" },
	{ "{multipleOf: 0.01}", "19.99", "" },
	{ "{type: integer}", "1.5", " type: must be an integer, but is 1.5" },
	{ "{type: [string, 'null', number]}", "[1]", " type: must be null, a number or a string, but is a list" },
	{ "{type: object}", "\"x\"", " type: must be an object, but is \"x\"" },
	{ "{enum: [open, done]}", "opened", " enum: must be one of \"open\", \"done\", but is \"opened\"" },
	{ "{enum: [1, null, [2]]}", "[3]", " enum: must be one of 1, null, a list, but is a list" },
	{ "{const: {a: 1}}", "{a: 2}", " const: must be an object, but is an object" },
	{ "{const: a}", "b", " const: must be \"a\", but is \"b\"" },
	{ "{minLength: 3}", "é😀", " minLength: must have at least 3 characters, but has 2" },
	{ "{maxLength: 1}", "é😀", " maxLength: must have at most 1 character, but has 2" },
	{ "{pattern: '^a$'}", "b", " pattern: must match the pattern ^a$, but is \"b\"" },
	{ "{format: date}", "2026-02-30", " format: must be a date such as 2026-11-20, but is \"2026-02-30\"" },
	{ "{minItems: 1}", "[]", " minItems: must have at least 1 item, but has 0" },
	{ "{maxItems: 1}", "[1, 2]", " maxItems: must have at most 1 item, but has 2" },
	{ "{uniqueItems: true}", "[1, [2], 1.0]", "/2 uniqueItems: must differ from all items before it, but equals /0" },
	{ "{minProperties: 2}", "{a: 1}", " minProperties: must have at least 2 members, but has 1" },
	{ "{maxProperties: 0}", "{a: 1}", " maxProperties: must have at most 0 members, but has 1" },
	{ "{required: [title, id]}", "{id: 1}", " required: lacks the required member \"title\"" },
	{ "{properties: {a: {}}, required: [a, b]}", "{}",
	  " required: lacks the required member \"a\"\n required: lacks the required member \"b\"" },
	{ "{properties: {a: {}}, additionalProperties: false}", "{b: 1}",
	  "/b additionalProperties: is not allowed: there is no member \"b\"" },
	{ "{properties: {a: {type: string}}}", "{a: 1}", "/a type: must be a string, but is 1" },
	{ "{additionalProperties: {type: string}}", "{'a/b~c': 1}", "/a~1b~0c type: must be a string, but is 1" },
	{ "{patternProperties: {'^x': {minimum: 5}}}", "{x1: 1, y: 1}", "/x1 minimum: must be at least 5, but is 1" },
	{ "{propertyNames: {maxLength: 1}}", "{ab: 1}", " maxLength: the name \"ab\" must have at most 1 character, but has 2" },
	{ "{dependentRequired: {a: [b]}}", "{a: 1}", " dependentRequired: lacks the member \"b\", which \"a\" requires" },
	{ "{dependentSchemas: {a: {minProperties: 2}}}", "{a: 1}", " minProperties: must have at least 2 members, but has 1" },
	{ "{items: {type: integer}}", "[1, a]", "/1 type: must be an integer, but is \"a\"" },
	{ "{prefixItems: [{}], items: false}", "[1, 2]", "/1 items: must not be there: at most 1 items are allowed" },
	{ "{contains: {const: 1}}", "[2]", " contains: must have at least 1 item that fits the schema under \"contains\", but has 0" },
	{ "{contains: {const: 1}, maxContains: 1}", "[1, 1]",
	  " maxContains: must have at most 1 item that fits the schema under \"contains\", but has more" },
	{ "{contains: {const: 1}, minContains: 2}", "[1]",
	  " minContains: must have at least 2 items that fit the schema under \"contains\", but has 1" },
	{ "{not: {type: string}}", "a", " not: must not fit the schema under \"not\", but is \"a\"" },
	{ "{oneOf: [{minimum: 1}, {minimum: 2}]}", "3",
	  " oneOf: must fit exactly one of 2 alternatives, but fits numbers 1 and 2" },
	{ "{oneOf: [{const: a, title: A}, {const: b}]}", "c", " oneOf: must be one of \"a\", \"b\", but is \"c\"" },
	{ "{anyOf: [{type: string}, {type: array}]}", "1", " anyOf: fits none of the 2 alternatives, being 1" },
	{ "{anyOf: [{type: string}, {properties: {a: {minimum: 2}}}]}", "{a: 1}",
	  " anyOf: fits none of the 2 alternatives; number 2 comes nearest\n/a minimum: must be at least 2, but is 1" },
	{ "{if: {properties: {a: {const: 1}}}, then: {required: [b]}}", "{a: 1}", " required: lacks the required member \"b\"" },
	{ "{if: {type: string}, else: {minimum: 2}}", "1", " minimum: must be at least 2, but is 1" },
	{ "{allOf: [{properties: {a: {}}}], unevaluatedProperties: false}", "{a: 1, b: 2}",
	  "/b unevaluatedProperties: is not allowed: there is no member \"b\"" },
	{ "{allOf: [{prefixItems: [{}]}], unevaluatedItems: false}", "[1, 2]",
	  "/1 unevaluatedItems: must not be there: no rule allows this item" },
	{ "{properties: {a: false}}", "{a: 1}", "/a false: must not be there: its schema allows nothing" },
	{ "{minimum: 18446744073709551617}", "18446744073709551616",
	  " minimum: must be at least 18446744073709551617, but is 18446744073709551616" },
	{ "{const: 18446744073709551616}", "18446744073709551617",
	  " const: must be 18446744073709551616, but is 18446744073709551617" },
	{ "{const: 1e2}", "100.0", "" },
	{ "{uniqueItems: true}", "[1, true, 0, false, '1', [1], [true]]", "" },
	{ "{type: integer}", "1e400", "" },
};

static const struct row openapi_3_0[] = {
	{ "{type: string, nullable: true}", "null", "" },
	{ "{type: string}", "null", " type: must be a string, but is null" },
	{ "{nullable: true, enum: [a]}", "null", " enum: must be \"a\", but is null" },
	{ "{minimum: 1, exclusiveMinimum: true}", "1", " minimum: must be more than 1, but is 1" },
	{ "{maximum: 1, exclusiveMaximum: false}", "1", "" },
	{ "{const: 1, patternProperties: {a: false}, if: false}", "{a: 1}", "" },
	{ "{x-a: {type: string}, $ref: '#/x-a', minLength: 5}", "a", "" },
	{ "{format: int32}", "2147483648", " format: must be a 32-bit integer, but is 2147483648" },
	{ "{format: int64}", "-9223372036854775808", "" },
	{ "{format: int64}", "9223372036854775808", " format: must be a 64-bit integer, but is 9223372036854775808" },
	{ "{format: int32}", "1.5", " format: must be a 32-bit integer, but is 1.5" },
	{ "{format: float}", "1e39", " format: must be a number that a float can hold, but is 1e39" },
	{ "{format: double}", "1e39", "" },
	{ "{format: byte}", "YQ=", " format: must be base64, but is \"YQ=\"" },
	{ "{format: byte}", "'YQ=='", "" },
	{ "{type: integer}", "1.0", "" },
};

/* A discriminator picks one alternative, by its mapping or by the name of the schema. */
#define PETS                                                                                       \
	"{oneOf: [{$ref: '#/x-s/Cat'}, {$ref: '#/x-s/Dog'}],"                                      \
	" discriminator: {propertyName: kind, mapping: {puppy: '#/x-s/Dog', kitty: Cat}},"         \
	" x-s: {Cat: {properties: {claws: {type: integer}}}, Dog: {required: [bark]}}}"

static const struct row discriminators[] = {
	{ PETS, "{kind: Cat, claws: 4}", "" },
	{ PETS, "{kind: kitty, claws: x}", "/claws type: must be an integer, but is \"x\"" },
	{ PETS, "{kind: puppy}", " required: lacks the required member \"bark\"" },
	{ PETS, "{kind: Dog, bark: 1, claws: 2}", "" },
	{ PETS, "{kind: cow}", "/kind discriminator: must be one of \"puppy\", \"kitty\", \"Cat\", \"Dog\", but is \"cow\"" },
	{ PETS, "{claws: 1}", "" },
	{ PETS, "{claws: 1, bark: 2}", " oneOf: must fit exactly one of 2 alternatives, but fits numbers 1 and 2" },
};

#define ACCOUNT "{required: [id, secret, name], properties: {id: {readOnly: true}, secret: {writeOnly: true}, name: {}}}"
#define SPREAD "{allOf: [{properties: {id: {$ref: '#/x-id'}}}, {required: [id]}], x-id: {readOnly: true, type: string}}"

static const struct {
	enum schema_side side;
	struct row row;
} sides[] = {
	{ SCHEMA_SIDE_NONE, { ACCOUNT, "{id: 1, secret: 2, name: 3}", "" } },
	{ SCHEMA_SIDE_REQUEST, { ACCOUNT, "{secret: 2, name: 3}", "" } },
	{ SCHEMA_SIDE_RESPONSE, { ACCOUNT, "{id: 1, name: 3}", "" } },
	{ SCHEMA_SIDE_REQUEST, { ACCOUNT, "{secret: 1}", " required: lacks the required member \"name\"" } },
	{ SCHEMA_SIDE_REQUEST, { ACCOUNT, "{id: 1, secret: 2, name: 3}",
	  "/id readOnly: must not be sent in a request: it is read-only" } },
	{ SCHEMA_SIDE_RESPONSE, { ACCOUNT, "{id: 1, secret: 2, name: 3}",
	  "/secret writeOnly: must not be sent in a response: it is write-only" } },
	{ SCHEMA_SIDE_REQUEST, { SPREAD, "{}", "" } },
	{ SCHEMA_SIDE_RESPONSE, { SPREAD, "{}", " required: lacks the required member \"id\"" } },
	{ SCHEMA_SIDE_REQUEST, { SPREAD, "{id: a}", "/id readOnly: must not be sent in a request: it is read-only" } },
};

static void
test_words(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
		run_row(&words[i], SCHEMA_DRAFT_2020_12, SCHEMA_SIDE_NONE);
}

static void
test_openapi_3_0(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(openapi_3_0); i++)
		run_row(&openapi_3_0[i], SCHEMA_OPENAPI_3_0, SCHEMA_SIDE_NONE);
}

static void
test_discriminators(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(discriminators); i++)
		run_row(&discriminators[i], SCHEMA_OPENAPI_3_0, SCHEMA_SIDE_NONE);
	/* In 3.1 it is an annotation. */
	static const struct row row = { PETS, "{kind: cow, claws: 1}", "" };
	run_row(&row, SCHEMA_OPENAPI_3_1, SCHEMA_SIDE_NONE);
}

static void
test_sides(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(sides); i++) {
		run_row(&sides[i].row, SCHEMA_OPENAPI_3_0, sides[i].side);
		run_row(&sides[i].row, SCHEMA_OPENAPI_3_1, sides[i].side);
	}
}

/* What cannot be compiled, and what is said then. */
static const struct {
	const char *schema, *message;
	enum schema_dialect dialect;
	bool strict;
} broken[] = {
	{ "{minimum: a}", "s.yaml:1:11: \"minimum\" must be a number", SCHEMA_DRAFT_2020_12, false },
	{ "{properties: {a: {minLength: -1}}}", "s.yaml:1:30: \"minLength\" must be an integer from 0", SCHEMA_DRAFT_2020_12,
	  false },
	{ "{type: text}", "s.yaml:1:8: there is no type \"text\"", SCHEMA_DRAFT_2020_12, false },
	{ "{$ref: '#/x'}", "s.yaml:1:8: the reference \"#/x\" leads nowhere: there is no such place in the document",
	  SCHEMA_DRAFT_2020_12, false },
	{ "{items: {$ref: b.yaml}}", "s.yaml:1:16: the reference \"b.yaml\" leads nowhere: no document is known as b.yaml",
	  SCHEMA_DRAFT_2020_12, false },
	{ "{$schema: 'https://example.com/none'}", "s.yaml:1:1: the dialect https://example.com/none is not known",
	  SCHEMA_DRAFT_2020_12, false },
	{ "{pattern: '('}", "s.yaml:1:11: \"(\" is no regular expression: a group does not end (character 2)", SCHEMA_DRAFT_2020_12,
	  false },
	{ "{pattern: '(?<=ba*)c'}",
	  "s.yaml:1:11: the pattern \"(?<=ba*)c\" cannot be matched here: lookbehind assertion is not fixed length",
	  SCHEMA_DRAFT_2020_12, false },
	{ "{multipleOf: 0}", "s.yaml:1:14: \"multipleOf\" must be a number above 0 of at most 19 digits", SCHEMA_DRAFT_2020_12,
	  false },
	{ "{allOf: []}", "s.yaml:1:9: \"allOf\" must be a list of schemas, not empty", SCHEMA_DRAFT_2020_12, false },
	{ "{allOf: [1]}", "s.yaml:1:9: \"allOf\" must be a list of schemas, not empty", SCHEMA_DRAFT_2020_12, false },
	{ "{$ref: '#/enum', enum: [1]}", "s.yaml:1:24: a schema was expected, not array", SCHEMA_DRAFT_2020_12, false },
	{ "{properties: {a: true}}", "s.yaml:1:14: \"properties\" must be an object whose members are schemas", SCHEMA_DRAFT_4,
	  false },
	{ "{exclusiveMinimum: 1}", "s.yaml:1:20: \"exclusiveMinimum\" must be true or false", SCHEMA_OPENAPI_3_0, false },
	{ "{x-a: 1, minimal: 1}", "s.yaml:1:10: draft 2020-12 has no keyword \"minimal\"; perhaps \"minimum\" is meant", SCHEMA_DRAFT_2020_12, true },
	{ "{const: 1}", "s.yaml:1:2: OpenAPI 3.0 has no keyword \"const\"", SCHEMA_OPENAPI_3_0, true },
	{ "{pattern: '\\-'}", "s.yaml:1:11: \"\\-\" is no regular expression: there is no such escape (character 2)",
	  SCHEMA_DRAFT_2020_12, true },
};

static void
test_broken(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(broken); i++) {
		struct schema_options options = { .dialect = broken[i].dialect, .strict = broken[i].strict };
		g_autoptr(SchemaSet) set = schema_set_create(&options);
		g_autoptr(Doc) doc = parse("s.yaml", broken[i].schema);
		g_autoptr(GError) error = NULL;
		g_assert_null(schema_compile(set, doc, doc_root(doc), NULL, &error));
		g_assert_cmpint(error_code(error), ==, ERR_INVALID);
		g_assert_nonnull(error_remedy(error));
		g_autofree char *text = error_text(error);
		g_assert_cmpstr(text, ==, broken[i].message);
		g_assert_null(schema_compile(set, doc, doc_root(doc), NULL, NULL));
	}
}

static const struct schema_options plain = { .dialect = SCHEMA_DRAFT_2020_12 };

static const struct schema *
compile(struct schema_set *set, struct doc *doc, const char *pointer)
{
	GError *error = NULL;
	const struct schema *schema = schema_compile(set, doc, value_find(doc_root(doc), pointer), NULL, &error);
	g_assert_no_error(error);
	return schema;
}

/* The places of findings: the keyword's own, with the URI of what it stands in. */
static void
test_places(void)
{
	static const char text[] =
		"{properties: {a: {$ref: '#/$defs/x~1y'}, b: {$ref: inner}, c: {$ref: 'other.yaml#/n'}},"
		" $defs: {x/y: {minimum: 1}, z: {$id: inner, maximum: 0}}}";
	g_autoptr(SchemaSet) set = schema_set_create(&plain);
	g_autoptr(Doc) doc = parse("s", text), other = parse("o", "{n: {enum: [2]}}"), instance = parse("i", "{a: 0, b: 1, c: 3}");
	schema_set_add(set, "https://example.com/s", doc);
	schema_set_add(set, "https://example.com/other.yaml", other);
	struct schema_findings findings = { .count = 0 };
	g_assert_false(schema_check(compile(set, doc, ""), doc_root(instance), SCHEMA_SIDE_NONE, &findings));
	g_assert_cmpuint(findings.count, ==, 3);
	g_assert_cmpstr(findings.items[0].schema, ==, "https://example.com/s#/$defs/x~1y/minimum");
	g_assert_cmpstr(findings.items[1].schema, ==, "https://example.com/inner#/maximum");
	g_assert_cmpstr(findings.items[2].schema, ==, "https://example.com/other.yaml#/n/enum");
	schema_findings_clear(&findings);
	/* Without a URI the pointer stands alone. */
	g_autoptr(SchemaSet) bare = schema_set_create(&plain);
	g_assert_false(schema_check(compile(bare, other, "/n"), doc_root(instance), SCHEMA_SIDE_NONE, &findings));
	g_assert_cmpstr(findings.items[0].schema, ==, "/n/enum");
	schema_findings_clear(&findings);
}

static void
test_limit(void)
{
	g_autoptr(SchemaSet) set = schema_set_create(&plain);
	g_autoptr(Doc) doc = parse("s", "{items: {anyOf: [{type: string}, {minimum: 9}]}}");
	g_autoptr(GString) text = g_string_new("[0");
	for (unsigned i = 0; i < 400; i++)
		g_string_append(text, ", 1");
	g_string_append_c(text, ']');
	g_autoptr(Doc) instance = parse("i", text->str);
	for (size_t limit = 0; limit < 7; limit++) {
		struct schema_findings findings = { .limit = limit };
		g_assert_false(schema_check(compile(set, doc, ""), doc_root(instance), SCHEMA_SIDE_NONE, &findings));
		g_assert_cmpuint(findings.count, ==, limit ? limit : 100);
		schema_findings_clear(&findings);
	}
}

/* The same node is the same schema; a failure leaves nothing behind. */
static void
test_again(void)
{
	g_autoptr(SchemaSet) set = schema_set_create(&plain);
	g_autoptr(Doc) doc = parse("s", "{a: {$ref: 'b#/x', items: {$ref: '#/c'}}, c: {type: string}}");
	g_autoptr(Doc) other = parse("b", "{x: {maxItems: 1}}");
	const struct schema *c = compile(set, doc, "/c");
	g_assert_true(c == compile(set, doc, "/c"));
	g_assert_null(schema_compile(set, doc, value_find(doc_root(doc), "/a"), NULL, NULL));
	schema_set_add(set, "b", other);
	const struct schema *a = compile(set, doc, "/a");
	g_autofree char *found = findings_of(a, "[1, 2]", SCHEMA_SIDE_NONE);
	g_assert_cmpstr(found, ==,
	                "/0 type: must be a string, but is 1\n/1 type: must be a string, but is 2\n"
	                " maxItems: must have at most 1 item, but has 2");
}

/* Documents of several dialects in one set, each read in its own. */
static void
test_dialects(void)
{
	g_autoptr(SchemaSet) set = schema_set_create(&plain);
	g_autoptr(Doc) seven = parse("7", "{$schema: 'http://json-schema.org/draft-07/schema#', items: [{type: integer}],"
	                                  " dependentRequired: {a: [b]}}");
	g_autoptr(Doc) four = parse("4", "{$schema: 'http://json-schema.org/draft-04/schema#', id: 'http://x/4', minimum: 1,"
	                                 " exclusiveMinimum: true, const: 0}");
	g_autoptr(Doc) api = parse("api", "{openapi: 3.0.3, components: {schemas: {N: {type: string, nullable: true}}}}");
	g_autoptr(Doc) main = parse("main", "{properties: {a: {$ref: seven}, b: {$ref: 'http://x/4'},"
	                                    " c: {$ref: 'api#/components/schemas/N'}}}");
	schema_set_add(set, "seven", seven);
	schema_set_add(set, "four", four);
	schema_set_add(set, "api", api);
	const struct schema *schema = compile(set, main, "");
	static const struct {
		const char *instance;
		bool fits;
	} rows[] = {
		{ "{a: [1, x]}", true }, { "{a: [x]}", false }, { "{a: {a: 1}}", true }, { "{b: 1}", false }, { "{b: 2}", true },
		{ "{c: null}", true }, { "{c: 1}", false },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Doc) instance = parse("i", rows[i].instance);
		g_assert_true(schema_check(schema, doc_root(instance), SCHEMA_SIDE_NONE, NULL) == rows[i].fits);
	}
}

/* The metaschemas judge schemas, and fit themselves. */
static void
test_metaschemas(void)
{
	static const struct {
		const char *uri, *good, *bad;
	} rows[] = {
		{ "https://json-schema.org/draft/2020-12/schema", "{type: [string], $defs: {a: true}}",
		  "{$defs: {a: {items: {minLength: -1}}}}" },
		{ "http://json-schema.org/draft-07/schema", "{items: [true]}", "{properties: {a: {type: [string, string]}}}" },
		{ "http://json-schema.org/draft-04/schema", "{minimum: 1, exclusiveMinimum: true}",
		  "{items: {exclusiveMinimum: true}}" },
		{ "https://spec.openapis.org/oas/3.1/dialect/base", "{discriminator: {propertyName: a}}",
		  "{items: {discriminator: {}}}" },
		{ "https://json-schema.org/draft/2020-12/meta/format-assertion", "{format: x}", "{format: 1}" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(SchemaSet) set = schema_set_create(&plain);
		g_autofree char *text = g_strdup_printf("{\"$ref\": \"%s\"}", rows[i].uri);
		g_autoptr(Doc) doc = parse("s", text), good = parse("good", rows[i].good), bad = parse("bad", rows[i].bad);
		const struct schema *schema = compile(set, doc, "");
		g_assert_true(schema_check(schema, doc_root(good), SCHEMA_SIDE_NONE, NULL));
		g_assert_false(schema_check(schema, doc_root(bad), SCHEMA_SIDE_NONE, NULL));
	}
}

/* Identifiers and anchors inside an OpenAPI description are found where its schemas stand. */
static void
test_description(void)
{
	static const char text[] =
		"{openapi: 3.1.0, paths: {/a: {get: {responses: {'200': {content: {application/json: {schema:"
		" {$id: 'http://x/a', type: integer}}}}}}}},"
		" components: {schemas: {B: {$anchor: b, type: string}, C: {prefixItems: [{$ref: 'http://x/a'}, {$ref: '#b'}]}},"
		" examples: {e: {schema: {$id: 'http://x/a', type: 'null'}}}}}";
	struct schema_options options = { .dialect = SCHEMA_OPENAPI_3_1 };
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	g_autoptr(Doc) doc = parse("api", text);
	const struct schema *schema = compile(set, doc, "/components/schemas/C");
	g_autofree char *good = findings_of(schema, "[1, a]", SCHEMA_SIDE_NONE);
	g_autofree char *bad = findings_of(schema, "[null, 1]", SCHEMA_SIDE_NONE);
	g_assert_cmpstr(good, ==, "");
	g_assert_cmpstr(bad, ==, "/0 type: must be an integer, but is null\n/1 type: must be a string, but is 1");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/schema/words", test_words);
	g_test_add_func("/schema/openapi-3.0", test_openapi_3_0);
	g_test_add_func("/schema/discriminators", test_discriminators);
	g_test_add_func("/schema/sides", test_sides);
	g_test_add_func("/schema/broken", test_broken);
	g_test_add_func("/schema/places", test_places);
	g_test_add_func("/schema/limit", test_limit);
	g_test_add_func("/schema/again", test_again);
	g_test_add_func("/schema/dialects", test_dialects);
	g_test_add_func("/schema/metaschemas", test_metaschemas);
	g_test_add_func("/schema/description", test_description);
	return g_test_run();
}
