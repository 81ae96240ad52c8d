#include "verify/coverage_map.h"

#include <string.h>

#include "contract/exchange.h"
#include "contract/style.h"

enum { DEPTH = 6, POINTS_MAX = 4000, VALUES_MAX = 60 };

static const struct record_field covered_point_fields[] = {
	RECORD_FIELD(covered_point, operation, 0, "method and path"),
	RECORD_FIELD(covered_point, place, 0, "where in request or answer"),
	RECORD_FIELD(covered_point, what, 0, "what can be exercised there"),
	RECORD_FIELD(covered_point, times, 0, "how often it was"),
	RECORD_FIELD(covered_point, phase, 0, "by which phase first; nothing where nobody did"),
};
RECORD_TYPE(covered_point, RECORD_DROP, "something of a document that a test can exercise");

struct coverage_map {
	struct openapi *openapi;
	GHashTable *points;          /* "operation\nplace\nwhat" -> struct covered_point */
	GPtrArray *order;
};

/* A walk over a schema: to find its points, or with a value to see which of them it exercises. */
struct walk {
	struct coverage_map *coverage;
	const char *operation, *phase;   /* phase NULL: finding */
	GString *place;
	unsigned depth, points;
	GPtrArray *around;
};

static void
free_point(void *data)
{
	record_finish(&covered_point_record, data);
	g_free(data);
}

static void
touch(struct walk *walk, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
touch(struct walk *walk, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	char *key = g_strdup_printf("%s\n%s\n%s", walk->operation, walk->place->str, what);
	struct covered_point *point = g_hash_table_lookup(walk->coverage->points, key);
	if (!point && !walk->phase && walk->points++ < POINTS_MAX) {
		point = g_new0(struct covered_point, 1);
		*point = (struct covered_point){ g_strdup(walk->operation), g_strdup(walk->place->str), g_steal_pointer(&what), 0, NULL };
		g_ptr_array_add(walk->coverage->order, point);
		g_hash_table_insert(walk->coverage->points, key, point);
		return;
	}
	g_free(key);
	if (!point || !walk->phase)
		return;
	point->times++;
	if (!point->phase)
		point->phase = g_strdup(walk->phase);
}

/* --- the points of one schema object -------------------------------------------------------- */

static void
walk_bound(struct walk *walk, const struct value *node, const struct value *value, const char *keyword, double found)
{
	const struct value *bound = value_member(node, keyword);
	bool least = g_str_has_prefix(keyword, "min") || strstr(keyword, "Minimum"), exclusive = g_str_has_prefix(keyword, "exclusive");
	if (!value_is(bound, VALUE_NUMBER))
		return;
	g_autofree char *text = value_to_json(bound, false);
	double limit = value_double(bound);
	bool broken = (least ? found < limit : found > limit) || (exclusive && found == limit);
	/* Nothing is shorter than nothing. */
	bool breakable = !least || limit > 0 || strstr(keyword, "inimum");
	if (!exclusive && (!value || found == limit))
		touch(walk, "%s %s met", keyword, text);
	if (breakable && (!value || broken))
		touch(walk, "%s %s broken", keyword, text);
}

static void
walk_bounds(struct walk *walk, const struct value *node, const struct value *value)
{
	static const struct {
		const char *keyword;
		enum value_kind kind;
	} bounds[] = {
		{ "minimum", VALUE_NUMBER }, { "maximum", VALUE_NUMBER }, { "exclusiveMinimum", VALUE_NUMBER }, { "exclusiveMaximum", VALUE_NUMBER },
		{ "minLength", VALUE_STRING }, { "maxLength", VALUE_STRING }, { "minItems", VALUE_ARRAY }, { "maxItems", VALUE_ARRAY },
		{ "minProperties", VALUE_OBJECT }, { "maxProperties", VALUE_OBJECT },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(bounds); i++) {
		if (value && value->kind != bounds[i].kind)
			continue;
		double found = !value ? 0 : value->kind == VALUE_NUMBER ? value_double(value) :
		               value->kind == VALUE_STRING ? (double)g_utf8_strlen(value->text, -1) : (double)value_count(value);
		walk_bound(walk, node, value, bounds[i].keyword, found);
	}
}

static void
walk_values(struct walk *walk, const struct value *node, const struct value *value)
{
	unsigned count = 0;
	bool listed = value_member(node, "enum") != NULL, met = false;
	VALUE_EACH (item, value_member(node, "enum")) {
		g_autofree char *text = value_to_json(item, false);
		bool same = value && value_equal(value, item);
		met |= same;
		if (count++ < VALUES_MAX && (!value || same))
			touch(walk, "= %s", text);
	}
	if (listed && (!value || !met))
		touch(walk, "none of the enum");
	bool truth = g_strcmp0(value_member_text(node, "type"), "boolean") == 0;
	if (truth && (!value || (value->kind == VALUE_BOOL && value->truth)))
		touch(walk, "= true");
	if (truth && (!value || (value->kind == VALUE_BOOL && !value->truth)))
		touch(walk, "= false");
}

/* Rules of a container that are told of what is in it. */
static bool
is_of_container(const char *keyword)
{
	return g_str_equal(keyword, "additionalProperties") || g_str_equal(keyword, "uniqueItems");
}

static void
walk_rules(struct walk *walk, const struct value *node, const struct value *value)
{
	static const char *const keywords[] = { "type", "pattern", "format", "multipleOf", "uniqueItems" };
	g_autoptr(GHashTable) broken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const struct schema *schema = value ? openapi_schema(walk->coverage->openapi, node, NULL) : NULL;
	struct schema_findings findings = { .limit = 20 };
	if (schema)
		schema_check(schema, value, SCHEMA_SIDE_REQUEST, &findings);
	for (size_t i = 0; i < findings.count; i++)
		if (!*findings.items[i].instance || is_of_container(findings.items[i].keyword))
			g_hash_table_add(broken, g_strdup(findings.items[i].keyword));
	schema_findings_clear(&findings);
	for (unsigned i = 0; i < G_N_ELEMENTS(keywords); i++)
		if (value_member(node, keywords[i]) && (!value || g_hash_table_contains(broken, keywords[i])))
			touch(walk, "%s broken", keywords[i]);
	const struct value *closed = value_member(node, "additionalProperties");
	if (value_is(closed, VALUE_BOOL) && !closed->truth && (!value || g_hash_table_contains(broken, "additionalProperties")))
		touch(walk, "a further member");
	bool null = value_truth(value_member(node, "nullable"));
	VALUE_EACH (type, value_member(node, "type"))
		null |= g_strcmp0(value_text(type), "null") == 0;
	if (null && (!value || value->kind == VALUE_NULL))
		touch(walk, "= null");
}

/* --- what is inside ------------------------------------------------------------------------- */

static void walk_schema(struct walk *walk, const struct value *node, const struct value *value);

static void
walk_members(struct walk *walk, const struct value *node, const struct value *value)
{
	if (value && value->kind != VALUE_OBJECT)
		return;
	gsize length = walk->place->len;
	VALUE_EACH_MEMBER (key, schema, value_member(node, "properties")) {
		const struct value *inner = value_member(value, key->text);
		bool required = false, read_only = value_truth(value_member(openapi_resolve(walk->coverage->openapi, schema), "readOnly"));
		VALUE_EACH (name, value_member(node, "required"))
			required |= g_strcmp0(value_text(name), key->text) == 0;
		if (read_only)
			continue;
		g_string_append_printf(walk->place, "/%s", key->text);
		if (!value || !inner)
			touch(walk, required ? "required broken" : "left out");
		if (!required && (!value || inner))
			touch(walk, "given");
		if (!value || inner)
			walk_schema(walk, schema, inner);
		g_string_truncate(walk->place, length);
	}
}

static void
walk_items(struct walk *walk, const struct value *node, const struct value *value)
{
	const struct value *items = value_member(node, "items");
	gsize length = walk->place->len;
	if (!value_is(items, VALUE_OBJECT))
		return;
	g_string_append(walk->place, "/*");
	if (!value)
		walk_schema(walk, items, NULL);
	unsigned count = 0;
	VALUE_EACH (item, value)
		if (count++ < 20)
			walk_schema(walk, items, item);
	g_string_truncate(walk->place, length);
}

/* How many rules of a branch a value breaks. */
static size_t
count_broken(struct walk *walk, const struct value *branch, const struct value *value)
{
	const struct schema *schema = openapi_schema(walk->coverage->openapi, branch, NULL);
	struct schema_findings findings = { .limit = 20 };
	if (schema)
		schema_check(schema, value, SCHEMA_SIDE_REQUEST, &findings);
	size_t count = findings.count;
	schema_findings_clear(&findings);
	return count;
}

/* A value is held to the branches that it meets; one that meets none was meant for the nearest. */
static void
walk_choice(struct walk *walk, const struct value *branches, const char *keyword, const struct value *value)
{
	size_t least = SIZE_MAX;
	VALUE_EACH (branch, branches)
		least = value ? MIN(least, count_broken(walk, branch, value)) : 0;
	unsigned number = 0;
	bool near = false;
	VALUE_EACH (branch, branches) {
		size_t broken = value ? count_broken(walk, branch, value) : 0;
		number++;
		if (broken > least || (near && broken))
			continue;
		near = true;
		if (!broken)
			touch(walk, "branch %u of %s", number, keyword);
		walk_schema(walk, branch, value);
	}
}

static void
walk_branches(struct walk *walk, const struct value *node, const struct value *value)
{
	VALUE_EACH (branch, value_member(node, "allOf"))
		walk_schema(walk, branch, value);
	walk_choice(walk, value_member(node, "oneOf"), "oneOf", value);
	walk_choice(walk, value_member(node, "anyOf"), "anyOf", value);
}

static void
walk_schema(struct walk *walk, const struct value *node, const struct value *value)
{
	const struct value *schema = openapi_resolve(walk->coverage->openapi, node);
	if (!value_is(schema, VALUE_OBJECT) || walk->depth >= DEPTH || g_ptr_array_find(walk->around, schema, NULL))
		return;
	walk->depth++;
	g_ptr_array_add(walk->around, (void *)schema);
	walk_values(walk, schema, value);
	walk_bounds(walk, schema, value);
	walk_rules(walk, schema, value);
	walk_members(walk, schema, value);
	walk_items(walk, schema, value);
	walk_branches(walk, schema, value);
	g_ptr_array_remove_index(walk->around, walk->around->len - 1);
	walk->depth--;
}

/* --- an operation --------------------------------------------------------------------------- */

static void
at_place(struct walk *walk, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
at_place(struct walk *walk, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_string_vprintf(walk->place, format, args);
	va_end(args);
}

static void
walk_parameter(struct walk *walk, const struct openapi_parameter *parameter, const struct value *value, bool finding)
{
	static const char *const names[] = { "path", "query", "header", "cookie", "query" };
	at_place(walk, "%s %s", names[parameter->location], parameter->name);
	bool path = parameter->location == OPENAPI_PATH;
	if (!path && (finding || !value))
		touch(walk, parameter->required ? "required broken" : "left out");
	if (!path && !parameter->required && (finding || value))
		touch(walk, "given");
	if (finding && parameter->value_schema)
		walk_schema(walk, parameter->value_schema, NULL);
	if (finding || !value || !parameter->value_schema)
		return;
	/* The values of a path are ids that were found, as texts. */
	struct writer writer;
	writer_init(&writer, false);
	if (path && value_is(value, VALUE_STRING))
		style_scalar(walk->coverage->openapi, value->text, parameter->value_schema, &writer);
	else
		writer_value(&writer, value);
	g_autoptr(Doc) doc = writer_doc(&writer);
	walk_schema(walk, parameter->value_schema, doc_root(doc));
}

static void
begin_walk(struct walk *walk, struct coverage_map *coverage, const struct openapi_operation *operation, const char *phase)
{
	*walk = (struct walk){ .coverage = coverage, .phase = phase, .place = g_string_new(NULL), .around = g_ptr_array_new() };
	walk->operation = g_strdup_printf("%s %s", operation->method, operation->path);
}

static void
end_walk(struct walk *walk)
{
	g_free((char *)walk->operation);
	g_string_free(walk->place, TRUE);
	g_ptr_array_unref(walk->around);
}

static void
find_points(struct coverage_map *coverage, const struct openapi_operation *operation)
{
	struct walk walk;
	begin_walk(&walk, coverage, operation, NULL);
	at_place(&walk, "operation");
	touch(&walk, "asked");
	for (size_t i = 0; i < operation->response_count; i++) {
		at_place(&walk, "answer");
		touch(&walk, "status %s", operation->responses[i].status);
	}
	for (size_t i = 0; i < operation->parameter_count; i++)
		walk_parameter(&walk, &operation->parameters[i], NULL, true);
	VALUE_EACH_MEMBER (media, object, value_member(operation->body, "content")) {
		at_place(&walk, "body");
		touch(&walk, "as %s", media->text);
		walk_schema(&walk, value_member(openapi_resolve(coverage->openapi, object), "schema"), NULL);
	}
	end_walk(&walk);
}

struct coverage_map *
coverage_map_create(struct openapi *openapi)
{
	struct coverage_map *coverage = g_new0(struct coverage_map, 1);
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	coverage->openapi = openapi;
	coverage->points = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	coverage->order = g_ptr_array_new_with_free_func(free_point);
	for (size_t i = 0; i < count; i++)
		find_points(coverage, &operations[i]);
	return coverage;
}

void
coverage_map_free(struct coverage_map *coverage)
{
	if (!coverage)
		return;
	g_hash_table_unref(coverage->points);
	g_ptr_array_unref(coverage->order);
	g_free(coverage);
}

void
coverage_map_observe(struct coverage_map *coverage, const struct test_case *test, int status, const char *phase)
{
	struct walk walk;
	const char *media = NULL;
	const struct openapi_response *response = openapi_response_for(test->operation, status);
	if (test->kind == CASE_METHOD)
		return;
	begin_walk(&walk, coverage, test->operation, phase);
	at_place(&walk, "operation");
	touch(&walk, "asked");
	at_place(&walk, "answer");
	if (response)
		touch(&walk, "status %s", response->status);
	for (size_t i = 0; i < test->operation->parameter_count; i++)
		walk_parameter(&walk, &test->operation->parameters[i], doc_root(test->values[i]), false);
	const struct value *object = test->body ? case_media(coverage->openapi, test, &media) : NULL;
	at_place(&walk, "body");
	if (media)
		touch(&walk, "as %s", media);
	if (object)
		walk_schema(&walk, value_member(object, "schema"), doc_root(test->body));
	end_walk(&walk);
}

void
coverage_map_list(const struct coverage_map *coverage, struct covered_point_list *ret)
{
	for (unsigned i = 0; i < coverage->order->len; i++) {
		struct covered_point *point = record_append(&covered_point_record, ret);
		record_finish(&covered_point_record, point);
		record_copy(&covered_point_record, g_ptr_array_index(coverage->order, i), point);
	}
}
