/* Schemas and instances that are out to hurt, and several threads at one schema. */
#include <pthread.h>
#include <string.h>

#include "schema_twin.h"
#include "base/clock.h"

static const struct schema_options plain = { .dialect = SCHEMA_DRAFT_2020_12, .assert_formats = true };

static struct doc *
parse(const char *text)
{
	static const struct doc_limits wide = { .bytes = 64u << 20, .depth = 4096 };
	GError *error = NULL;
	struct doc *doc = doc_read_json("test", text, strlen(text), &wide, &error);
	g_assert_no_error(error);
	return doc;
}

static const struct schema *
compile(struct schema_set *set, const char *text)
{
	GError *error = NULL;
	g_autoptr(Doc) doc = parse(text);
	const struct schema *schema = schema_compile(set, doc, doc_root(doc), NULL, &error);
	g_assert_no_error(error);
	return schema;
}

static bool
fits(const struct schema *schema, const char *instance)
{
	g_autoptr(Doc) doc = parse(instance);
	twin_check(schema, instance, strlen(instance), SCHEMA_SIDE_NONE, NULL);
	return schema_check(schema, doc_root(doc), SCHEMA_SIDE_NONE, NULL);
}

/* The message of the only finding. */
static char *
finding_of(const struct schema *schema, const char *instance)
{
	g_autoptr(Doc) doc = parse(instance);
	struct schema_findings findings = { .count = 0 };
	g_assert_cmpint(schema_check_text(schema, "test", instance, strlen(instance), SCHEMA_SIDE_NONE, NULL, NULL), !=, SCHEMA_FITS);
	g_assert_false(schema_check(schema, doc_root(doc), SCHEMA_SIDE_NONE, NULL));
	g_assert_false(schema_check(schema, doc_root(doc), SCHEMA_SIDE_NONE, &findings));
	g_assert_cmpuint(findings.count, ==, 1);
	char *message = g_strdup(findings.items[0].message);
	schema_findings_clear(&findings);
	return message;
}

static char *
nested(unsigned depth, const char *open, const char *inner, const char *close)
{
	GString *text = g_string_new(NULL);
	for (unsigned i = 0; i < depth; i++)
		g_string_append(text, open);
	g_string_append(text, inner);
	for (unsigned i = 0; i < depth; i++)
		g_string_append(text, close);
	return g_string_free(text, FALSE);
}

static void
test_recursive(void)
{
	g_autoptr(SchemaSet) set = schema_set_create(&plain);
	const struct schema *list = compile(set, "{\"properties\":{\"next\":{\"$ref\":\"#\"},\"n\":{\"type\":\"integer\"}}}");
	g_autofree char *good = nested(1000, "{\"next\":", "{\"n\":1}", "}");
	g_autofree char *bad = nested(1000, "{\"next\":", "{\"n\":\"x\"}", "}");
	g_autofree char *deep = nested(2500, "{\"next\":", "{}", "}"), *message = finding_of(list, deep);
	g_assert_true(fits(list, good));
	g_assert_false(fits(list, bad));
	g_assert_cmpstr(message, ==, "is nested too deeply to be checked");
	const struct schema *mutual = compile(
		set, "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"items\":{\"$ref\":\"#/$defs/b\"}},"
		     "\"b\":{\"additionalProperties\":{\"$ref\":\"#/$defs/a\"}}}}");
	g_assert_true(fits(mutual, "[{\"x\":[{\"y\":[]}]}]"));
}

/* References that lead back to themselves end in a finding, however they are wrapped. */
static void
test_endless(void)
{
	static const char *const schemas[] = {
		"{\"$ref\":\"#\"}",
		"{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"$ref\":\"#/$defs/a\"}}}",
		"{\"allOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}",
		"{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}",
		"{\"oneOf\":[{\"$ref\":\"#\"},true]}",
		"{\"not\":{\"$ref\":\"#\"}}",
		"{\"not\":{\"not\":{\"$ref\":\"#\"}}}",
		"{\"if\":{\"$ref\":\"#\"},\"then\":true}",
		"{\"$dynamicAnchor\":\"x\",\"$dynamicRef\":\"#x\"}",
		"{\"anyOf\":[{\"$ref\":\"#\"},true],\"unevaluatedProperties\":true}",
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(schemas); i++) {
		g_autoptr(SchemaSet) set = schema_set_create(&plain);
		g_autofree char *message = finding_of(compile(set, schemas[i]), "{}");
		g_assert_cmpstr(message, ==, "cannot be checked: the schema refers to itself without end");
	}
}

/* Each level tries the next one twice: the work doubles with every level. */
static void
test_exponential(void)
{
	g_autoptr(GString) text = g_string_new("{\"$ref\":\"#/$defs/a0\",\"$defs\":{");
	for (unsigned i = 0; i < 60; i++)
		g_string_append_printf(text, "\"a%u\":{\"anyOf\":[{\"$ref\":\"#/$defs/a%u\"},{\"$ref\":\"#/$defs/a%u\"}]},", i,
		                       i + 1, i + 1);
	g_string_append(text, "\"a60\":false}}");
	g_autoptr(SchemaSet) set = schema_set_create(&plain);
	g_autofree char *message = finding_of(compile(set, text->str), "1");
	g_assert_cmpstr(message, ==, "takes too much work to be checked");
}

static void
test_pattern_bomb(void)
{
	g_autoptr(SchemaSet) set = schema_set_create(&plain);
	g_autofree char *text = nested(40, "a", "!", "");
	g_autofree char *instance = g_strdup_printf("\"%s\"", text), *members = g_strdup_printf("{\"%s\":1}", text);
	g_autofree char *one = finding_of(compile(set, "{\"pattern\":\"^(?=((a|a?)+)+$)\"}"), instance);
	g_autofree char *two = finding_of(compile(set, "{\"patternProperties\":{\"^(?=((a|a?)+)+$)\":false}}"), members);
	g_assert_cmpstr(one, ==, "takes too much work to be matched with a pattern");
	g_assert_cmpstr(two, ==, "takes too much work to be matched with a pattern");
	/* Many of them share one budget: here each takes less than what one may. */
	g_autoptr(GString) many = g_string_new("[");
	g_autofree char *some = nested(19, "a", "!", "");
	for (unsigned i = 0; i < 500; i++)
		g_string_append_printf(many, "%s\"%s%u\"", i ? "," : "", some, i);
	g_string_append_c(many, ']');
	g_autofree char *three = finding_of(compile(set, "{\"items\":{\"not\":{\"pattern\":\"^(?=(a+)+$)\"}}}"), many->str);
	g_assert_cmpstr(three, ==, "takes too much work to be matched with a pattern");
	/* Without looking ahead it is one pass. */
	g_assert_false(fits(compile(set, "{\"pattern\":\"^((a|a?)+)+$\"}"), instance));
}

/* Schemas that are small, but would be long if they were written out when they are compiled. */
static void
test_compile_bombs(void)
{
	g_autoptr(GString) conditions = g_string_new("{\"$ref\":\"#/$defs/a0\",\"$defs\":{"), patterns = g_string_new("{\"properties\":{");
	for (unsigned i = 0; i < 9; i++) {
		g_string_append_printf(conditions, "\"a%u\":{\"anyOf\":[", i);
		for (unsigned k = 0; k < 100; k++)
			g_string_append_printf(conditions, "%s{\"$ref\":\"#/$defs/a%u\"}", k ? "," : "", i + 1);
		g_string_append(conditions, "]},");
	}
	g_string_append(conditions, "\"a9\":{\"required\":[\"x\"]}}}");
	for (unsigned i = 0; i < 2000; i++)
		g_string_append_printf(patterns, "%s\"name%u\":{}", i ? "," : "", i);
	g_string_append(patterns, "},\"patternProperties\":{");
	for (unsigned i = 0; i < 2000; i++)
		g_string_append_printf(patterns, "%s\"^(?=((a|a?)+)+%u$)\":false", i ? "," : "", i);
	g_string_append(patterns, "}}");
	g_autoptr(SchemaSet) set = schema_set_create(&plain);
	int64_t start = clock_cpu_us();
	g_assert_true(fits(compile(set, conditions->str), "{\"x\":1}"));
	g_assert_true(fits(compile(set, patterns->str), "{\"name7\":1}"));
	g_assert_cmpint(clock_cpu_us() - start, <, 20 * 1000 * 1000);
}

static void
test_wide(void)
{
	g_autoptr(SchemaSet) set = schema_set_create(&plain);
	g_autoptr(GString) items = g_string_new("[0"), members = g_string_new("{\"k\":0");
	g_autoptr(GString) required = g_string_new("{\"required\":[\"k\"");
	for (unsigned i = 1; i < 20000; i++) {
		g_string_append_printf(items, ",%u", i);
		g_string_append_printf(members, ",\"k%u\":0", i);
		if (i < 200)
			g_string_append_printf(required, ",\"k%u\"", i);
	}
	g_string_append_c(items, ']');
	g_string_append_c(members, '}');
	g_string_append(required, "],\"properties\":{\"k\":{},\"k7\":{}},\"maxProperties\":20000}");
	const struct schema *unique = compile(set, "{\"uniqueItems\":true}"), *wide = compile(set, required->str);
	const struct schema *rest = compile(
		set, "{\"allOf\":[{\"patternProperties\":{\"^k\":true}},{\"prefixItems\":[true]}],"
		     "\"unevaluatedProperties\":false,\"unevaluatedItems\":{\"minimum\":1}}");
	g_assert_true(fits(unique, items->str));
	g_assert_true(fits(wide, members->str));
	g_assert_false(fits(wide, "{\"k\":1}"));
	g_assert_true(fits(rest, members->str));
	g_assert_true(fits(rest, items->str));
	g_string_truncate(items, items->len - 1);
	g_string_append(items, ",19999.0]");
	g_assert_false(fits(unique, items->str));
}

/* Several threads check one schema while another one compiles more of them in the same set. */
struct work {
	const struct schema *schema;
	struct doc *good, *bad;
	const char *good_text, *bad_text;
	unsigned faults;
};

static void *
check_often(void *data)
{
	struct work *work = data;
	for (unsigned i = 0; i < 300; i++) {
		struct schema_findings findings = { .count = 0 };
		work->faults += !schema_check(work->schema, doc_root(work->good), SCHEMA_SIDE_REQUEST, NULL);
		work->faults += schema_check(work->schema, doc_root(work->bad), SCHEMA_SIDE_REQUEST, &findings);
		work->faults += findings.count != 5;
		work->faults += schema_check_text(work->schema, "good", work->good_text, strlen(work->good_text), SCHEMA_SIDE_NONE, NULL, NULL) != SCHEMA_FITS;
		work->faults += schema_check_text(work->schema, "bad", work->bad_text, strlen(work->bad_text), SCHEMA_SIDE_NONE, NULL, NULL) != SCHEMA_MISFITS;
		schema_findings_clear(&findings);
	}
	return NULL;
}

static void
test_threads(void)
{
	static const char text[] =
		"{\"$id\":\"http://x/tree\",\"$dynamicAnchor\":\"node\",\"properties\":{\"id\":{\"format\":\"uuid\"},"
		"\"at\":{\"format\":\"date-time\"},\"tag\":{\"pattern\":\"^(?!x)[a-z]+$\"},\"n\":{\"multipleOf\":0.01},"
		"\"more\":{\"items\":{\"$dynamicRef\":\"#node\"}}},"
		"\"allOf\":[{\"required\":[\"id\"]}],\"unevaluatedProperties\":false}";
	g_autoptr(SchemaSet) set = schema_set_create(&plain);
	struct work works[4];
	pthread_t threads[G_N_ELEMENTS(works)];
	const struct schema *schema = compile(set, text);
	for (unsigned i = 0; i < G_N_ELEMENTS(works); i++) {
		works[i].schema = schema;
		works[i].faults = 0;
		works[i].good_text = "{\"id\":\"7f0c3e0a-54d1-4c0e-9d3c-000000000000\",\"at\":\"2026-11-20T06:00:00Z\","
				     "\"tag\":\"abc\",\"n\":19.99,"
				     "\"more\":[{\"id\":\"7f0c3e0a-54d1-4c0e-9d3c-000000000000\"}]}";
		works[i].bad_text = "{\"id\":\"x\",\"tag\":\"xa\",\"n\":0.001,\"more\":[{}],\"other\":1}";
		works[i].good = parse(works[i].good_text);
		works[i].bad = parse(works[i].bad_text);
		g_assert_cmpint(pthread_create(&threads[i], NULL, check_often, &works[i]), ==, 0);
	}
	for (unsigned i = 0; i < 100; i++) {
		g_autofree char *more = g_strdup_printf("{\"$dynamicAnchor\":\"node\",\"$ref\":\"http://x/tree\","
		                                        "\"maxLength\":%u,\"pattern\":\"^%u\"}", i, i);
		g_assert_true(fits(compile(set, more), "1"));
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(works); i++) {
		g_assert_cmpint(pthread_join(threads[i], NULL), ==, 0);
		g_assert_cmpuint(works[i].faults, ==, 0);
		doc_unref(works[i].good);
		doc_unref(works[i].bad);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/schema/limits/recursive", test_recursive);
	g_test_add_func("/schema/limits/endless", test_endless);
	g_test_add_func("/schema/limits/exponential", test_exponential);
	g_test_add_func("/schema/limits/pattern-bomb", test_pattern_bomb);
	g_test_add_func("/schema/limits/compile-bombs", test_compile_bombs);
	g_test_add_func("/schema/limits/wide", test_wide);
	g_test_add_func("/schema/threads", test_threads);
	return g_test_run();
}
