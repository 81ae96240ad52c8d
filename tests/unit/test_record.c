#include "sample_record.h"

#include <math.h>

#include "expect.h"

static void
expect_json(const struct sample *sample, const char *json)
{
	g_autofree char *text = record_to_json(&sample_record, sample, false);
	g_assert_cmpstr(text, ==, json);
}

static void
read_sample(const char *text, struct sample *sample)
{
	GError *error = NULL;
	record_read_text(&sample_record, "test", text, sample, &error);
	g_assert_no_error(error);
}

static void
test_absent(void)
{
	struct sample sample;
	record_init(&sample_record, &sample);
	g_assert_null(sample.id);
	g_assert_cmpint(sample.count, ==, -3);
	g_assert_cmpint(sample.maybe, ==, RECORD_NO_INT);
	g_assert_true(isnan(sample.ratio));
	g_assert_true(sample.done);
	g_assert_cmpint(sample.level, ==, SAMPLE_HIGH);
	g_assert_null(sample.tags);
	g_assert_cmpint(sample.main.weight, ==, 7);
	g_assert_cmpuint(sample.parts.count, ==, 0);
	record_finish(&sample_record, &sample);
	record_finish(&sample_record, &sample);   /* twice does no harm */
	/* null is the same as nothing, but for a document. */
	read_sample("{\"id\":\"i\",\"count\":null,\"ratio\":null,\"level\":null,\"tags\":null,\"parts\":null,\"any\":null,\"main\":null}", &sample);
	expect_json(&sample, "{\"id\":\"i\",\"count\":-3,\"seen\":0,\"done\":true,\"level\":\"high\",\"any\":null,\"tags\":[],"
	                     "\"main\":{\"name\":null,\"weight\":7},\"parts\":[]}");
	record_finish(&sample_record, &sample);
}

static void
test_all_kinds(void)
{
	static const char whole[] = "{\"id\":\"i\",\"title\":\"t\",\"count\":9223372036854775807,\"maybe\":0,\"seen\":5,\"ratio\":0.25,\"done\":false,"
				    "\"level\":\"low\",\"any\":[{\"b\":1.50}],\"tags\":[\"x\",\"\"],\"main\":{\"name\":\"m\",\"weight\":1},"
				    "\"parts\":[{\"name\":\"p\",\"weight\":2},{\"name\":\"q\",\"weight\":7}],\"x-other\":null}";
	struct sample sample;
	read_sample(whole, &sample);
	g_assert_cmpuint(sample.parts.count, ==, 2);
	g_assert_cmpstr(sample.parts.items[1].name, ==, "q");
	expect_json(&sample, whole);
	struct writer writer;
	writer_init(&writer, false);
	record_write(&sample_record, &sample, RECORD_STABLE, &writer);
	g_autofree char *stable = writer_take(&writer);
	g_assert_null(strstr(stable, "seen"));
	g_assert_nonnull(strstr(stable, "\"maybe\":0,\"ratio\""));
	record_finish(&sample_record, &sample);
	/* Lenient forms: other names, one element for a list, a name for a part, whole numbers in any spelling, YAML. */
	read_sample("id: i\nheadline: t\nlabels: one\npieces: [p, {name: q, weight: 1e1}]\nlevel: LOW\ncount: 2.0\nratio: 3\nmain: m\n", &sample);
	expect_json(&sample, "{\"id\":\"i\",\"title\":\"t\",\"count\":2,\"seen\":0,\"ratio\":3,\"done\":true,\"level\":\"low\",\"tags\":[\"one\"],"
	                     "\"main\":{\"name\":\"m\",\"weight\":7},\"parts\":[{\"name\":\"p\",\"weight\":7},{\"name\":\"q\",\"weight\":10}]}");
	record_finish(&sample_record, &sample);
	read_sample("id: i\nparts: {name: p, weight: 2}\n", &sample);
	g_assert_cmpuint(sample.parts.count, ==, 1);
	g_assert_cmpint(sample.parts.items[0].weight, ==, 2);
	record_finish(&sample_record, &sample);
}

/* Both names of a field: the later one holds, nothing is added up and nothing leaks. */
static void
test_twice(void)
{
	struct sample sample;
	read_sample("{\"id\":\"i\",\"title\":\"1\",\"headline\":\"2\",\"tags\":[\"1\",\"2\"],\"labels\":[\"3\"],\"parts\":[\"1\",\"2\"],\"pieces\":[\"3\"]}",
	            &sample);
	g_assert_cmpstr(sample.title, ==, "2");
	g_assert_cmpuint(g_strv_length(sample.tags), ==, 1);
	g_assert_cmpuint(sample.parts.count, ==, 1);
	record_finish(&sample_record, &sample);
}

static void
test_refused(void)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "[]", "test:1:1: a sample must be an object, not array" },
		{ "\"x\"", "test:1:1: a sample must be an object, not string" },
		{ "{}", "test:1:1: a sample needs 'id' (stable name)" },
		{ "{\"id\":null}", "needs 'id'" },
		{ "{\n \"id\":\n 5}", "test:3:2: id of a sample must be a string without NUL, not integer" },
		{ "{\"id\":\"a\\u0000b\"}", "id of a sample must be a string without NUL" },
		{ "{\"id\":\"i\",\"count\":1.5}", "test:1:19: count of a sample must be a whole number of 64 bits, not number" },
		{ "{\"id\":\"i\",\"count\":9223372036854775808}", "count of a sample must be a whole number" },
		{ "{\"id\":\"i\",\"count\":\"1\"}", "count of a sample must be a whole number of 64 bits, not string" },
		{ "{\"id\":\"i\",\"maybe\":-9223372036854775808}", "maybe of a sample must be a whole number" },
		{ "{\"id\":\"i\",\"ratio\":\"1\"}", "ratio of a sample must be a number within the range of a double, not string" },
		{ "{\"id\":\"i\",\"ratio\":1e999}", "ratio of a sample must be a number" },
		{ "{\"id\":\"i\",\"done\":1}", "done of a sample must be true or false, not integer" },
		{ "{\"id\":\"i\",\"level\":\"mid\"}", "level of a sample must be one of low, high, not 'mid'" },
		{ "{\"id\":\"i\",\"level\":\"low\\u0000\"}", "level of a sample must be one of low, high" },
		{ "{\"id\":\"i\",\"level\":1}", "level of a sample must be one of low, high, not integer" },
		{ "{\"id\":\"i\",\"tags\":[\"a\",1]}", "test:1:23: tags of a sample must be a list of strings, not integer" },
		{ "{\"id\":\"i\",\"tags\":{}}", "tags of a sample must be a list of strings, not object" },
		{ "{\"id\":\"i\",\"tags\":[\"a\\u0000\"]}", "tags of a sample must be a list of strings" },
		{ "{\"id\":\"i\",\"tags\":\"a\\u0000\"}", "tags of a sample must be a list of strings" },
		{ "{\"id\":\"i\",\"parts\":{}}", "test:1:19: a part needs 'name'" },
		{ "{\"id\":\"i\",\"parts\":5}", "test:1:19: a part must be an object, not integer" },
		{ "{\"id\":\"i\",\"parts\":[1]}", "test:1:20: a part must be an object, not integer" },
		{ "{\"id\":\"i\",\"parts\":[{\"name\":\"p\",\"size\":1}]}", "test:1:32: a part has no member 'size'" },
		{ "{\"id\":\"i\",\"parts\":[{\"name\":\"p\",\"weight\\u0000\":1}]}", "a part has no member" },
		{ "{\"id\":\"i\",\"main\":{\"weight\":2}}", "test:1:18: a part needs 'name' (what it is called)" },
		{ "id: i\nparts:\n  - name: p\n    weight: x\n", "test:4:13: weight of a part must be a whole number of 64 bits, not string" },
		{ "{\"id\":", "test:1:7: " },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct sample sample, empty = { 0 };
		GError *error = NULL;
		g_assert_false(record_read_text(&sample_record, "test", rows[i].text, &sample, &error));
		expect_error(&error, ERR_INPUT, rows[i].message);
		g_assert_cmpmem(&sample, sizeof sample, &empty, sizeof empty);
	}
}

/* A bare string stands for one member; where another is required it is not enough. */
struct pair {
	char *left, *right;
};
static const struct record_field pair_fields[] = {
	RECORD_FIELD(pair, left, RECORD_REQUIRED, "the left one"),
	RECORD_FIELD(pair, right, RECORD_REQUIRED, "the right one"),
};
static RECORD_TYPE(pair, RECORD_DROP, "two texts", .scalar = "left");

static void
test_scalar(void)
{
	struct pair pair;
	GError *error = NULL;
	g_assert_false(record_read_text(&pair_record, "test", "text", &pair, &error));
	expect_error(&error, ERR_INPUT, "test:1:1: a pair needs 'right'");
}

static void
test_unknown(void)
{
	/* DROP forgets them. */
	struct pair pair;
	g_assert_true(record_read_text(&pair_record, "test", "{\"left\":\"l\",\"more\":[1],\"right\":\"r\"}", &pair, NULL));
	g_autofree char *text = record_to_json(&pair_record, &pair, false);
	g_assert_cmpstr(text, ==, "{\"left\":\"l\",\"right\":\"r\"}");
	record_finish(&pair_record, &pair);
	/* KEEP keeps them all: also one that is called like the field that holds them, also with NUL in its name. */
	struct sample sample;
	read_sample("{\"zz\":{\"a\":[]},\"id\":\"i\",\"others\":{\"b\":1},\"id\\u0000\":2}", &sample);
	g_autofree char *kept = value_to_json(doc_root(sample.others), false);
	g_assert_cmpstr(kept, ==, "{\"zz\":{\"a\":[]},\"others\":{\"b\":1},\"id\\u0000\":2}");
	g_assert_cmpstr(sample.id, ==, "i");
	g_autofree char *whole = record_to_json(&sample_record, &sample, false);
	g_assert_true(g_str_has_suffix(whole, ",\"zz\":{\"a\":[]},\"others\":{\"b\":1},\"id\\u0000\":2}"));
	record_finish(&sample_record, &sample);
}

static void
test_set(void)
{
	static const struct {
		const char *name, *text, *refusal;
	} rows[] = {
		{ "id", "x", NULL }, { "id", "y", NULL }, { "count", "-12", NULL }, { "ratio", "1.5e3", NULL }, { "done", "no", NULL },
		{ "done", "true", NULL }, { "level", "LOW", NULL }, { "tags", "one", NULL }, { "tags", "two", NULL }, { "any", "{\"a\": 1}", NULL },
		{ "any", "[2]", NULL }, { "count", "1x", "count wants a whole number, not '1x'" }, { "count", "", "wants a whole number" },
		{ "count", "9223372036854775808", "wants a whole number" }, { "count", "-9223372036854775808", "wants a whole number" },
		{ "count", " 1", "wants a whole number" }, { "ratio", "1,5", "ratio wants a number, not '1,5'" }, { "ratio", "nan", "wants a number" },
		{ "ratio", "inf", "wants a number" }, { "ratio", "", "wants a number" }, { "done", "maybe", "done is true or false, not 'maybe'" },
		{ "level", "mid", "level is one of low, high, not 'mid'" }, { "main", "x", "main cannot be given as plain text" },
		{ "parts", "x", "parts cannot be given as plain text" }, { "any", "[1", "any:1:3: " },
	};
	struct sample sample;
	record_init(&sample_record, &sample);
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		bool ok = record_set(record_field(&sample_record, rows[i].name), &sample, rows[i].text, &error);
		g_assert_cmpint(ok, ==, !rows[i].refusal);
		if (!ok)
			expect_error(&error, g_str_equal(rows[i].name, "any") ? ERR_INPUT : ERR_USAGE, rows[i].refusal);
	}
	expect_json(&sample, "{\"id\":\"y\",\"count\":-12,\"seen\":0,\"ratio\":1500,\"done\":true,\"level\":\"low\",\"any\":[2],\"tags\":[\"one\",\"two\"],"
	                     "\"main\":{\"name\":null,\"weight\":7},\"parts\":[]}");
	record_finish(&sample_record, &sample);
	g_assert_null(record_field(&sample_record, "none"));
	g_assert_cmpstr(record_field(&sample_record, "pieces")->name, ==, "parts");
}

/* What was written is read as the same; a copy is equal and independent. */
static void
test_round_trips(void)
{
	GRand *random = g_rand_new_with_seed((guint32)g_test_rand_int());
	for (unsigned i = at_full_size() ? 100000 : 3000; i > 0; i--) {
		struct sample sample, again, copy;
		record_init(&sample_record, &sample);
		if (i % 10)
			sample_fill(&sample, random);   /* else one that nobody filled, not even with what is required */
		g_autofree char *text = record_to_json(&sample_record, &sample, true);
		record_copy(&sample_record, &sample, &copy);
		record_finish(&sample_record, &sample);
		g_autofree char *copied = record_to_json(&sample_record, &copy, true);
		g_assert_cmpstr(text, ==, copied);
		record_finish(&sample_record, &copy);
		if (i % 10 == 0)
			continue;
		read_sample(text, &again);
		g_autofree char *second = record_to_json(&sample_record, &again, true);
		g_assert_cmpstr(text, ==, second);
		record_finish(&sample_record, &again);
	}
	g_rand_free(random);
}

/* Lists grow by any number, and their elements stay readable. */
static void
test_append(void)
{
	struct part_list list = { 0 };
	for (int i = 0; i < 100; i++) {
		struct part *part = record_append(&part_record, &list);
		g_assert_cmpint(part->weight, ==, 7);
		part->weight = i;
	}
	for (int i = 0; i < 100; i++)
		g_assert_cmpint(list.items[i].weight, ==, i);
	g_free(list.items);
}

/* The exact text of both flavours; that instances fit them is tested against ajv in tests/e2e. */
static void
test_schema(void)
{
	struct writer writer;
	writer_init(&writer, false);
	record_write_schema(&part_record, RECORD_SCHEMA_API, &writer);
	g_autofree char *api = writer_take(&writer);
	g_assert_cmpstr(api, ==, "{\"type\":\"object\",\"description\":\"one part\",\"properties\":{\"name\":{\"type\":\"string\",\"description\":\"what it is called\"},"
	                         "\"weight\":{\"type\":\"integer\",\"description\":\"in grams\"}},\"required\":[\"name\"],\"additionalProperties\":false}");
	writer_init(&writer, false);
	record_write_schema(&sample_record, RECORD_SCHEMA_MODEL, &writer);
	g_autoptr(Doc) model = writer_doc(&writer);
	/* Structured output of model servers: all members required and nothing else allowed, at every level. */
	static const char *const objects[] = { "", "/properties/main", "/properties/parts/items" };
	for (unsigned i = 0; i < G_N_ELEMENTS(objects); i++) {
		const struct value *object = value_find(doc_root(model), objects[i]);
		g_assert_cmpuint(value_count(value_member(object, "required")), ==, value_count(value_member(object, "properties")));
		g_assert_true(value_is(value_member(object, "additionalProperties"), VALUE_BOOL));
	}
	g_assert_cmpstr(value_text(value_find(doc_root(model), "/properties/title/type/1")), ==, "null");
	/* What may come back lacks what we can do without. */
	writer_init(&writer, false);
	record_write_schema(&part_record, RECORD_SCHEMA_ANSWER, &writer);
	g_autofree char *answer = writer_take(&writer);
	g_assert_cmpstr(answer, ==, api);
	g_assert_cmpstr(value_text(value_find(doc_root(model), "/properties/level/enum/1")), ==, "high");
	g_assert_null(value_find(doc_root(model), "/properties/others"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/record/absent", test_absent);
	g_test_add_func("/record/all-kinds", test_all_kinds);
	g_test_add_func("/record/twice", test_twice);
	g_test_add_func("/record/refused", test_refused);
	g_test_add_func("/record/scalar", test_scalar);
	g_test_add_func("/record/unknown", test_unknown);
	g_test_add_func("/record/set", test_set);
	g_test_add_func("/record/round-trips", test_round_trips);
	g_test_add_func("/record/append", test_append);
	g_test_add_func("/record/schema", test_schema);
	return g_test_run();
}
