/* Schemas brought down to what model servers hold to, and answers brought back. */
#include "base/record.h"
#include "expect.h"
#include "llm/subset.h"
#include "schema/schema.h"
#include "team/analysis.h"

static const struct {
	const char *schema, *expected;   /* NULL: it cannot be said */
} schemas[] = {
	{ "{'type':'object','properties':{'a':{'type':'string','minLength':1,'pattern':'x','format':'date','default':'y','title':'t','description':'d'}},'required':['a']}",
	  "{'type':'object','properties':{'a':{'description':'d {format: \\'date\\', pattern: \\'x\\', minLength: 1}','type':'string'}},'required':['a'],'additionalProperties':false}" },
	{ "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':'array','items':{'type':'number'},'minItems':1},'c':{'type':'object','properties':{'d':{'type':'boolean'}}}}}",
	  "{'type':'object','properties':{'a':{'type':['integer','null']},'b':{'description':'{minItems: 1}','anyOf':[{'type':'array','items':{'type':'number'}},{'type':'null'}]},"
	  "'c':{'anyOf':[{'type':'object','properties':{'d':{'type':['boolean','null']}},'required':['d'],'additionalProperties':false},{'type':'null'}]}},"
	  "'required':['a','b','c'],'additionalProperties':false}" },
	{ "{'type':'object','properties':{'a':{'enum':['x','y']},'b':{'const':3},'c':{'enum':['x',null]},'d':{'enum':[1,'x']}},'required':['a','b','c']}",
	  "{'type':'object','properties':{'a':{'type':'string','enum':['x','y']},'b':{'enum':[3]},'c':{'type':['string','null'],'enum':['x',null]},'d':{'enum':[1,'x',null]}},"
	  "'required':['a','b','c','d'],'additionalProperties':false}" },
	{ "{'type':'object','properties':{'a':{'oneOf':[{'type':'string'},{'type':'null'},{'type':'object','properties':{'k':{'const':'v'}},'required':['k']}]}},'required':['a']}",
	  "{'type':'object','properties':{'a':{'anyOf':[{'type':'string'},{'type':'object','properties':{'k':{'type':'string','enum':['v']}},'required':['k'],'additionalProperties':false},{'type':'null'}]}},"
	  "'required':['a'],'additionalProperties':false}" },
	{ "{'type':'object','properties':{'a':{'type':['string','integer','null']},'b':{'type':['string','null']},'c':{'type':'string','nullable':true}},'required':['a','b','c']}",
	  "{'type':'object','properties':{'a':{'anyOf':[{'type':'string'},{'type':'integer'},{'type':'null'}]},'b':{'type':['string','null']},'c':{'type':['string','null']}},'required':['a','b','c'],'additionalProperties':false}" },
	{ "{'$defs':{'p':{'type':'object','properties':{'x':{'type':'number'}},'required':['x']}},'type':'object','properties':{'from':{'$ref':'#/$defs/p'},'to':{'$ref':'#/$defs/p','description':'where'}},'required':['from','to']}",
	  "{'type':'object','properties':{'from':{'type':'object','properties':{'x':{'type':'number'}},'required':['x'],'additionalProperties':false},"
	  "'to':{'description':'where','type':'object','properties':{'x':{'type':'number'}},'required':['x'],'additionalProperties':false}},'required':['from','to'],'additionalProperties':false}" },
	{ "{'allOf':[{'type':'object','properties':{'a':{'type':'string'}},'required':['a']},{'properties':{'b':{'type':'string'}},'required':['b']}],'properties':{'c':{'type':'null'}},'required':['c']}",
	  "{'type':'object','properties':{'c':{'type':'null'},'a':{'type':'string'},'b':{'type':'string'}},'required':['c','a','b'],'additionalProperties':false}" },
	/* what cannot be said */
	{ "{'type':'string'}", NULL },
	{ "true", NULL },
	{ "{'anyOf':[{'type':'object','properties':{'a':{'type':'string'}}}]}", NULL },
	{ "{'type':'object'}", NULL },
	{ "{'type':'object','additionalProperties':{'type':'string'}}", NULL },
	{ "{'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':{'type':'string'}}", NULL },
	{ "{'type':'object','properties':{'a':{'type':'string'}},'patternProperties':{'x':{'type':'string'}}}", NULL },
	{ "{'type':'object','properties':{'a':{}}}", NULL },
	{ "{'type':'object','properties':{'a':true}}", NULL },
	{ "{'type':'object','properties':{'a':{'type':'array'}}}", NULL },
	{ "{'type':'object','properties':{'a':{'$ref':'#'}}}", NULL },
	{ "{'type':'object','properties':{'a':{'$ref':'#/nowhere'}}}", NULL },
	{ "{'type':'object','properties':{'a':{'anyOf':[{'$ref':'#/properties/a'},{'$ref':'#/properties/a'}]}}}", NULL },
	{ "{'allOf':[{'$ref':'#'},{'$ref':'#'}],'type':'object','properties':{'a':{'type':'string'}}}", NULL },
	{ "{'type':'object','properties':{'a':{'type':['object','array']}}}", NULL },
	{ "{'type':'object','properties':{'a':{'enum':[{'b':1}]}}}", NULL },
};

static char *
quoted(const char *text)
{
	char *json = g_strdup(text);
	return g_strdelimit(json, "'", '"');
}

static struct doc *
read_quoted(const char *text)
{
	g_autofree char *json = quoted(text);
	struct doc *doc = doc_read_json("text", json, strlen(json), NULL, NULL);
	g_assert_nonnull(doc);
	return doc;
}

static void
test_schemas(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(schemas); i++) {
		g_autoptr(Doc) schema = read_quoted(schemas[i].schema);
		g_autoptr(Doc) subset = subset_of(doc_root(schema));
		g_autofree char *text = subset ? value_to_json(doc_root(subset), false) : NULL;
		g_autofree char *expected = schemas[i].expected ? quoted(schemas[i].expected) : NULL;
		if (g_strcmp0(text, expected) != 0)
			g_error("%s: expected\n%s\nnot\n%s", schemas[i].schema, expected, text);
		if (!subset)
			continue;
		g_autoptr(Doc) again = subset_of(doc_root(subset));
		g_assert_true(again && value_equal(doc_root(again), doc_root(subset)));
	}
}

/* Objects in one another, as many as are allowed and one more. */
static void
test_depth(void)
{
	for (unsigned depth = SUBSET_DEPTH; depth <= SUBSET_DEPTH + 1; depth++) {
		g_autoptr(GString) text = g_string_new("{\"type\":\"string\"}");
		for (unsigned i = 0; i < depth; i++) {
			g_string_prepend(text, "{\"type\":\"object\",\"properties\":{\"a\":");
			g_string_append(text, "}}");
		}
		g_autoptr(Doc) schema = doc_own(text->str);
		g_autoptr(Doc) subset = subset_of(doc_root(schema));
		g_assert_true(!subset == (depth > SUBSET_DEPTH));
	}
}

static const struct {
	const char *schema, *answer, *expected;
} answers[] = {
	{ "{'type':'object','properties':{'a':{'type':'string'},'b':{'type':['string','null']},'c':{'type':'string'}},'required':['a']}", "{'a':'x','b':null,'c':null}", "{'a':'x','b':null}" },
	{ "{'type':'object','properties':{'a':{'type':'string'}},'required':['a']}", "{'a':null,'z':null}", "{'a':null,'z':null}" },
	{ "{'type':'object','properties':{'l':{'type':'array','items':{'$ref':'#/$defs/i'}}},'$defs':{'i':{'type':'object','properties':{'n':{'type':'integer'}}}}}", "{'l':[{'n':1},{'n':null}]}", "{'l':[{'n':1},{}]}" },
	{ "{'type':'object','properties':{'u':{'anyOf':[{'type':'string'},{'type':'object','properties':{'k':{'const':1},'o':{'type':'string'}},'required':['k']}]}}}", "{'u':{'k':1,'o':null}}", "{'u':{'k':1}}" },
	{ "{'allOf':[{'type':'object','properties':{'a':{'type':'string'}}},{'required':['a']}]}", "{'a':null}", "{'a':null}" },
	{ "{'type':'object'}", "[1,{'a':null}]", "[1,{'a':null}]" },
};

static void
test_answers(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(answers); i++) {
		g_autoptr(Doc) schema = read_quoted(answers[i].schema);
		g_autoptr(Doc) answer = read_quoted(answers[i].answer);
		g_autoptr(Doc) result = subset_undo(doc_root(schema), doc_root(answer));
		g_autofree char *text = value_to_json(doc_root(result), false), *expected = quoted(answers[i].expected);
		g_assert_cmpstr(text, ==, expected);
	}
}

/* What a server that holds to the subset may answer fits the whole schema once it is brought back; our own records are such. */
static void
test_records(void)
{
	struct writer writer;
	g_autoptr(Doc) schema = NULL;
	writer_init(&writer, false);
	record_write_schema(&analysis_record, RECORD_SCHEMA_MODEL, &writer);
	schema = writer_doc(&writer);
	g_autoptr(Doc) subset = subset_of(doc_root(schema));
	g_assert_nonnull(subset);
	g_autoptr(SchemaSet) set = schema_set_create(&(struct schema_options){ .dialect = SCHEMA_DRAFT_2020_12 });
	g_assert_nonnull(schema_compile(set, subset, doc_root(subset), NULL, NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/subset/schemas", test_schemas);
	g_test_add_func("/subset/depth", test_depth);
	g_test_add_func("/subset/answers", test_answers);
	g_test_add_func("/subset/records", test_records);
	return g_test_run();
}
