/* Samples: whatever schema is generated, its sample fits and its counterexamples do not. SEED chooses other schemas. */
#include "contract/sample.h"

#include "contract_text.h"
#include "expect.h"

enum { SCHEMAS = 150, DEPTH = 3 };

static GRand *dice;

static int
below(int limit)
{
	return (int)g_rand_int_range(dice, 0, limit);
}

#define PICK(list) ((list)[below(G_N_ELEMENTS(list))])

static void write_schema(GString *out, int depth);

static void
write_string(GString *out)
{
	static const char *const patterns[] = { "^[a-z]{2,5}$", "^[A-Z]{2}-[0-9]{4}$", "\\\\d+", "^(red|green|blue)$", "^#[0-9a-fA-F]{6}$", "^[^ ]+@[^ ]+$" };
	static const char *const formats[] = { "date", "date-time", "time", "duration", "email", "uuid", "uri", "uri-reference", "hostname", "ipv4", "ipv6", "json-pointer", "regex" };
	int least = below(12);
	g_string_append(out, "{\"type\":\"string\"");
	switch (below(5)) {
	case 0: g_string_append_printf(out, ",\"pattern\":\"%s\"", PICK(patterns)); break;
	case 1: g_string_append_printf(out, ",\"format\":\"%s\"", PICK(formats)); break;
	case 2: g_string_append_printf(out, ",\"minLength\":%d,\"maxLength\":%d", least, least + below(6)); break;
	case 3: g_string_append(out, ",\"enum\":[\"low\",\"medium\",\"high\"]"); break;
	default: break;
	}
	g_string_append_c(out, '}');
}

static void
write_number(GString *out, const char *type)
{
	static const char *const steps[] = { "1", "2", "3", "5", "0.5", "0.01", "10" };
	int least = below(200) - 100;
	g_string_append_printf(out, "{\"type\":\"%s\"", type);
	switch (below(4)) {
	case 0: g_string_append_printf(out, ",\"minimum\":%d,\"maximum\":%d", least, least + 10 + below(50)); break;
	case 1: g_string_append_printf(out, ",\"exclusiveMinimum\":%d,\"exclusiveMaximum\":%d", least, least + 12 + below(50)); break;
	case 2: g_string_append_printf(out, ",\"multipleOf\":%s,\"minimum\":%d", PICK(steps), least); break;
	default: break;
	}
	g_string_append_c(out, '}');
}

static void
write_array(GString *out, int depth)
{
	int least = below(3);
	g_string_append(out, "{\"type\":\"array\",\"items\":");
	write_schema(out, depth - 1);
	if (below(2))
		g_string_append_printf(out, ",\"minItems\":%d,\"maxItems\":%d", least, least + below(4));
	if (!below(4)) {
		g_string_append(out, ",\"prefixItems\":[");
		write_schema(out, depth - 1);
		g_string_append_c(out, ']');
	}
	g_string_append_c(out, '}');
}

static void
write_object(GString *out, int depth)
{
	static const char *const names[] = { "id", "name", "email", "price", "created_at", "tags", "städte", "a/b" };
	static const char *const rests[] = { "true", "false", "{\"type\":\"integer\"}" };
	int count = 1 + below(4);
	g_autoptr(GString) required = g_string_new(NULL);
	g_string_append(out, "{\"type\":\"object\",\"properties\":{");
	for (int i = 0; i < count; i++) {
		const char *name = names[(below(2) + i * 2) % (int)G_N_ELEMENTS(names)];
		g_string_append_printf(out, "%s\"%s\":", i ? "," : "", name);
		write_schema(out, depth - 1);
		if (below(2))
			g_string_append_printf(required, "%s\"%s\"", required->len ? "," : "", name);
	}
	g_string_append_printf(out, "},\"required\":[%s]", required->str);
	if (below(2))
		g_string_append_printf(out, ",\"additionalProperties\":%s", PICK(rests));
	else if (!below(3))
		g_string_append_printf(out, ",\"minProperties\":%d", 1 + below(5));
	g_string_append_c(out, '}');
}

static void
write_combination(GString *out, int depth)
{
	switch (below(4)) {
	case 0:
		g_string_append(out, "{\"allOf\":[{\"type\":\"object\",\"properties\":{\"kind\":{\"const\":\"x\"}},\"required\":[\"kind\"]},");
		g_string_append(out, "{\"properties\":{\"more\":");
		write_schema(out, depth - 1);
		g_string_append(out, "},\"required\":[\"more\"]}]}");
		break;
	case 1:
		g_string_append(out, "{\"oneOf\":[{\"type\":\"boolean\"},");
		write_string(out);
		g_string_append(out, ",{\"type\":\"object\",\"required\":[\"only\"]}]}");
		break;
	case 2:
		g_string_append(out, "{\"anyOf\":[");
		write_schema(out, depth - 1);
		g_string_append(out, ",{\"type\":\"null\"}]}");
		break;
	default:
		g_string_append(out, "{\"$ref\":\"#/components/schemas/Shared\"}");
	}
}

static void
write_schema(GString *out, int depth)
{
	switch (below(depth > 0 ? 9 : 4)) {
	case 0: write_string(out); break;
	case 1: write_number(out, "integer"); break;
	case 2: write_number(out, "number"); break;
	case 3: g_string_append(out, below(2) ? "{\"type\":[\"boolean\",\"null\"]}" : "{\"const\":{\"a\":[1,null]}}"); break;
	case 4: write_array(out, depth); break;
	case 5: write_combination(out, depth); break;
	default: write_object(out, depth);
	}
}

/* A document whose schema Made was thrown. */
static struct openapi *
throw_schema(void)
{
	GError *error = NULL;
	g_autoptr(GString) text = g_string_new("{\"openapi\":\"3.1.0\",\"paths\":{},\"components\":{\"schemas\":{"
	                                       "\"Shared\":{\"type\":\"object\",\"required\":[\"id\"],\"properties\":{\"id\":{\"type\":\"integer\",\"minimum\":1},"
	                                       "\"next\":{\"$ref\":\"#/components/schemas/Shared\"}}},\"Made\":");
	write_schema(text, DEPTH);
	g_string_append(text, "}}}");
	g_autoptr(Doc) doc = doc_read_json("thrown", text->str, text->len, NULL, &error);
	g_assert_no_error(error);
	struct openapi *openapi = openapi_create(doc, &error);
	g_assert_no_error(error);
	return openapi;
}

static const struct value *
schema_named(const struct openapi *openapi, const char *name)
{
	return value_member(value_find(doc_root(openapi_doc(openapi)), "/components/schemas"), name);
}

static bool
fits(struct openapi *openapi, const struct value *node, const struct value *value)
{
	GError *error = NULL;
	const struct schema *schema = openapi_schema(openapi, node, &error);
	g_assert_no_error(error);
	return schema_check(schema, value, SCHEMA_SIDE_NONE, NULL);
}

static void
expect_fit(struct openapi *openapi, const struct value *node, const struct value *value, bool wanted, const char *reason)
{
	if (fits(openapi, node, value) == wanted)
		return;
	g_autofree char *schema = value_to_json(node, false), *json = value_to_json(value, false);
	g_error("%s %s %s (%s)", json, wanted ? "does not fit" : "fits", schema, reason);
}

/* The sample of a schema in three variations, and what breaks it. */
static void
try_schema(struct openapi *openapi, struct sampler *sampler, const struct value *node, unsigned *made, unsigned *broken)
{
	for (unsigned variation = 0; variation < 3; variation++) {
		GError *error = NULL;
		struct sample_options options = { .fresh = variation > 0, .variation = variation, .required_only = variation == 2 };
		g_autoptr(Doc) doc = sample_make(sampler, node, "thing", &options, &error);
		g_autoptr(Doc) again = sample_make(sampler, node, "thing", &options, NULL);
		if (!doc) {
			g_autofree char *schema = value_to_json(node, false);
			g_error("%s: %s", schema, error->message);
		}
		expect_fit(openapi, node, doc_root(doc), true, "a sample");
		g_assert_true(value_equal(doc_root(doc), doc_root(again)));
		++*made;
		if (variation)
			continue;
		struct counterexamples list = { 0 };
		sample_break(sampler, node, doc_root(doc), &list);
		for (size_t i = 0; i < list.count; i++)
			expect_fit(openapi, node, doc_root(list.items[i].value), false, list.items[i].reason);
		*broken += (unsigned)list.count;
		counterexamples_clear(&list);
	}
}

static void
test_property(void)
{
	unsigned made = 0, broken = 0;
	for (unsigned i = 0; i < (at_full_size() ? 20 * SCHEMAS : SCHEMAS); i++) {
		g_autoptr(Openapi) openapi = throw_schema();
		g_autoptr(Sampler) sampler = sampler_create(openapi, i);
		try_schema(openapi, sampler, schema_named(openapi, "Made"), &made, &broken);
	}
	g_test_message("%u samples, %u counterexamples", made, broken);
	g_assert_cmpuint(broken, >, made / 2);
}

static const char words[] =
	"openapi: 3.1.0\n"
	"paths: {}\n"
	"components:\n"
	"  schemas:\n"
	"    Person:\n"
	"      type: object\n"
	"      required: [id, name, secret]\n"
	"      properties:\n"
	"        id: {type: string, format: uuid, readOnly: true}\n"
	"        name: {type: string}\n"
	"        secret: {type: string, writeOnly: true, minLength: 8}\n"
	"        age: {type: integer, minimum: 0, maximum: 120}\n"
	"        city: {type: string, examples: [Basel]}\n"
	"        level: {type: string, default: basic}\n"
	"    Nothing: {type: string, maxLength: 0, minLength: 1}\n"
	"    Never: false\n";

static struct doc *
person(struct sampler *sampler, const struct openapi *openapi, struct sample_options options)
{
	GError *error = NULL;
	struct doc *doc = sample_make(sampler, schema_named(openapi, "Person"), NULL, &options, &error);
	g_assert_no_error(error);
	return doc;
}

static void
test_sides(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(words);
	g_autoptr(Sampler) sampler = sampler_create(openapi, 1);
	g_autoptr(Doc) request = person(sampler, openapi, (struct sample_options){ .side = SCHEMA_SIDE_REQUEST });
	g_autoptr(Doc) response = person(sampler, openapi, (struct sample_options){ .side = SCHEMA_SIDE_RESPONSE });
	g_autoptr(Doc) bare = person(sampler, openapi, (struct sample_options){ .side = SCHEMA_SIDE_REQUEST, .required_only = true });
	g_assert_null(value_member(doc_root(request), "id"));
	g_assert_nonnull(value_member(doc_root(request), "secret"));
	g_assert_nonnull(value_member(doc_root(response), "id"));
	g_assert_null(value_member(doc_root(response), "secret"));
	g_assert_cmpstr(value_member_text(doc_root(response), "city"), ==, "Basel");
	g_assert_cmpuint(value_count(doc_root(bare)), ==, 2);
}

/* What a value is to be like is taken over where it fits, and completed. */
static void
test_like(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(words);
	g_autoptr(Sampler) sampler = sampler_create(openapi, 1);
	g_autoptr(Doc) wish = doc_from_text("{'name': 'Ada', 'age': 300, 'city': 'Bern'}");
	g_autoptr(Doc) doc = person(sampler, openapi, (struct sample_options){ .side = SCHEMA_SIDE_RESPONSE, .like = doc_root(wish) });
	g_assert_cmpstr(value_member_text(doc_root(doc), "name"), ==, "Ada");
	g_assert_cmpstr(value_member_text(doc_root(doc), "city"), ==, "Bern");
	g_assert_nonnull(value_member(doc_root(doc), "id"));
	g_assert_null(value_member(doc_root(doc), "level"));
	int64_t age;
	if (value_int64(value_member(doc_root(doc), "age"), &age))
		g_assert_cmpint(age, <=, 120);
}

static void
test_seeds(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(words);
	g_autoptr(Sampler) one = sampler_create(openapi, 1), same = sampler_create(openapi, 1), other = sampler_create(openapi, 2);
	struct sample_options options = { .fresh = true };   /* counts up */
	unsigned differ = 0;
	for (unsigned i = 0; i < 5; i++) {
		g_autoptr(Doc) a = person(one, openapi, options), b = person(same, openapi, options), c = person(other, openapi, options);
		g_assert_true(value_equal(doc_root(a), doc_root(b)));
		differ += !value_equal(doc_root(a), doc_root(c));
	}
	g_assert_cmpuint(differ, ==, 5);
}

/* Patterns that leave little room, as documents in the wild have them. */
static void
test_narrow_patterns(void)
{
	static const char *const schemas[] = {
		"{\"pattern\":\".*[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}.*\",\"minLength\":26,\"maxLength\":26}",
		"{\"pattern\":\"^arn:aws:[A-Za-z0-9_/.-]{0,63}:[0-9]{12}:apis/[0-9A-Za-z_-]{26}$\",\"minLength\":62,\"maxLength\":67}",
		"{\"pattern\":\"^(?=^\\\\$)(?=^\\\\S+$).*$\",\"minLength\":1}",
		"{\"pattern\":\"^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[a-zA-Z0-9]{8,64}$\"}",
		"{\"pattern\":\"^a*b*c*$\",\"minLength\":40,\"maxLength\":40}",
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(schemas); i++) {
		g_autofree char *text = g_strdup_printf("{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"t\",\"version\":\"1\"},\"paths\":{},\"components\":{\"schemas\":{\"S\":"
		                                        "{\"type\":\"string\",\"allOf\":[%s]}}}}", schemas[i]);
		g_autoptr(Openapi) openapi = openapi_from_text(text);
		g_autoptr(Sampler) sampler = sampler_create(openapi, 1);
		for (unsigned variation = 1; variation < 6; variation++) {
			GError *error = NULL;
			struct sample_options options = { .side = SCHEMA_SIDE_NONE, .fresh = true, .variation = variation };
			g_autoptr(Doc) doc = sample_make(sampler, schema_named(openapi, "S"), NULL, &options, &error);
			g_assert_no_error(error);
			g_assert_nonnull(doc);
		}
	}
}

static void
test_impossible(void)
{
	g_autoptr(Openapi) openapi = openapi_from_text(words);
	g_autoptr(Sampler) sampler = sampler_create(openapi, 1);
	const char *const names[] = { "Nothing", "Never" };
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
		GError *error = NULL;
		struct sample_options options = { .side = SCHEMA_SIDE_NONE };
		g_autofree char *place = g_strconcat("#/components/schemas/", names[i], NULL);
		g_assert_null(sample_make(sampler, schema_named(openapi, names[i]), NULL, &options, &error));
		expect_error(&error, ERR_INVALID, place);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	const char *seed = g_getenv("SEED");
	dice = g_rand_new_with_seed(seed ? (guint32)g_ascii_strtoull(seed, NULL, 10) : 20261120);
	g_test_add_func("/sample/property", test_property);
	g_test_add_func("/sample/sides", test_sides);
	g_test_add_func("/sample/like", test_like);
	g_test_add_func("/sample/seeds", test_seeds);
	g_test_add_func("/sample/narrow-patterns", test_narrow_patterns);
	g_test_add_func("/sample/impossible", test_impossible);
	int result = g_test_run();
	g_rand_free(dice);
	return result;
}
