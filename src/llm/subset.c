#include "llm/subset.h"

#include "base/writer.h"
#include "llm/subset_view.h"

struct subset {
	const struct value *root;    /* where references lead to */
	struct writer writer;
	unsigned objects, steps;     /* that are open */
	bool failed;
};

static void write_schema(struct subset *subset, const struct value *schema, bool nullable);

static void
write_null(struct writer *writer)
{
	writer_begin_object(writer);
	writer_member_text(writer, "type", "null");
	writer_end(writer);
}

static void
write_type(struct writer *writer, const char *type, bool nullable)
{
	if (!nullable) {
		writer_member_text(writer, "type", type);
		return;
	}
	writer_key(writer, "type");
	writer_begin_array(writer);
	writer_text(writer, type);
	writer_text(writer, "null");
	writer_end(writer);
}

static void
write_properties(struct subset *subset, const struct subset_view *view)
{
	unsigned part = 0;
	g_autoptr(GPtrArray) keys = g_ptr_array_new();
	writer_key(&subset->writer, "properties");
	writer_begin_object(&subset->writer);
	for (unsigned i = 0; i < view->count; i++) {
		VALUE_EACH_MEMBER (key, schema, value_member(view->parts[i], "properties")) {
			subset_property(view, key->text, &part);
			if (part != i || subset->failed)
				continue;
			g_ptr_array_add(keys, (char *)key->text);
			writer_key(&subset->writer, key->text);
			write_schema(subset, schema, !subset_requires(view, key->text));
		}
	}
	writer_end(&subset->writer);
	writer_key(&subset->writer, "required");
	writer_begin_array(&subset->writer);
	for (unsigned i = 0; i < keys->len; i++)
		writer_text(&subset->writer, keys->pdata[i]);
	writer_end(&subset->writer);
	writer_member_bool(&subset->writer, "additionalProperties", false);
	subset->failed |= !keys->len;
}

static void
write_object(struct subset *subset, const struct subset_view *view)
{
	for (unsigned i = 0; i < view->count; i++) {
		const struct value *more = value_member(view->parts[i], "additionalProperties");
		subset->failed |= value_is(more, VALUE_OBJECT) || value_count(value_member(view->parts[i], "patternProperties"));
	}
	if (subset->objects == SUBSET_DEPTH || subset->failed) {
		subset->failed = true;
		return;
	}
	subset->objects++;
	write_properties(subset, view);
	subset->objects--;
}

static void
write_choices(struct subset *subset, const struct value *list, bool nullable)
{
	bool null = false;
	writer_key(&subset->writer, "anyOf");
	writer_begin_array(&subset->writer);
	VALUE_EACH (choice, list) {
		struct subset_view view = subset_look(subset->root, choice);
		if (g_strcmp0(value_text(subset_member(&view, "type")), "null") == 0)
			null = true;
		else
			write_schema(subset, choice, false);
	}
	if (null || nullable)
		write_null(&subset->writer);
	writer_end(&subset->writer);
}

/* Several types are a choice between schemas of one each. */
static void
write_types(struct subset *subset, const struct subset_view *view, bool nullable)
{
	static const char *const plain[] = { "string", "number", "integer", "boolean", NULL };
	writer_key(&subset->writer, "anyOf");
	writer_begin_array(&subset->writer);
	VALUE_EACH (type, subset_member(view, "type")) {
		const char *name = value_text(type);
		if (g_strcmp0(name, "null") == 0)
			continue;
		subset->failed |= !name || !g_strv_contains(plain, name);
		writer_begin_object(&subset->writer);
		writer_member_text(&subset->writer, "type", name);
		writer_end(&subset->writer);
	}
	if (nullable)
		write_null(&subset->writer);
	writer_end(&subset->writer);
}

static void
write_values(struct subset *subset, const struct subset_view *view, bool nullable)
{
	const struct value *list = subset_member(view, "enum"), *constant = subset_member(view, "const");
	bool texts = true;
	VALUE_EACH (item, list) {
		texts &= value_is(item, VALUE_STRING) || value_is(item, VALUE_NULL);
		subset->failed |= value_is(item, VALUE_OBJECT) || value_is(item, VALUE_ARRAY);
	}
	subset->failed |= list && (!value_is(list, VALUE_ARRAY) || !value_count(list));
	subset->failed |= !list && (value_is(constant, VALUE_OBJECT) || value_is(constant, VALUE_ARRAY));
	if (list ? texts : value_is(constant, VALUE_STRING))
		write_type(&subset->writer, "string", nullable || subset_lists_null(list));
	writer_key(&subset->writer, "enum");
	writer_begin_array(&subset->writer);
	VALUE_EACH (item, list)
		writer_value(&subset->writer, item);
	if (!list)
		writer_value(&subset->writer, constant);
	if (nullable && !subset_lists_null(list))
		writer_null(&subset->writer);
	writer_end(&subset->writer);
}

/* Objects and lists that may be null are a choice between the two. */
static void
write_container(struct subset *subset, const struct subset_view *view, bool object, bool nullable)
{
	struct writer *writer = &subset->writer;
	if (nullable) {
		writer_key(writer, "anyOf");
		writer_begin_array(writer);
		writer_begin_object(writer);
	}
	writer_member_text(writer, "type", object ? "object" : "array");
	if (object) {
		write_object(subset, view);
	} else {
		writer_key(writer, "items");
		write_schema(subset, subset_member(view, "items"), false);
	}
	if (nullable) {
		writer_end(writer);
		write_null(writer);
		writer_end(writer);
	}
}

static void
write_kind(struct subset *subset, const struct subset_view *view, bool nullable)
{
	const char *type = subset_type(view);
	if (subset_member(view, "enum") || subset_member(view, "const"))
		write_values(subset, view, nullable);
	else if (g_strcmp0(type, "object") == 0)
		write_container(subset, view, true, nullable);
	else if (subset_choices(view))
		write_choices(subset, subset_choices(view), nullable);
	else if (g_strcmp0(type, "array") == 0)
		write_container(subset, view, false, nullable);
	else if (type)
		write_type(&subset->writer, type, nullable && !g_str_equal(type, "null"));
	else if (subset_member(view, "type"))
		write_types(subset, view, nullable);
	else
		subset->failed = true;
}

/* What is said of it, with the limits that the form has no place for: "how many {minimum: 1}"; NULL for nothing. */
static char *
describe(const struct subset_view *view)
{
	static const char *const limits[] = {
		"format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
		"minItems", "maxItems", "uniqueItems",
	};
	const char *said = value_text(subset_member(view, "description"));
	g_autoptr(GString) all = g_string_new(NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(limits); i++) {
		const struct value *limit = subset_member(view, limits[i]);
		g_autofree char *text = limit ? value_to_json(limit, false) : NULL;
		if (text)
			g_string_append_printf(all, "%s%s: %s", all->len ? ", " : "", limits[i], text);
	}
	if (!all->len)
		return g_strdup(said);
	return g_strdup_printf("%s%s{%s}", said ? said : "", said ? " " : "", all->str);
}

static void
write_schema(struct subset *subset, const struct value *schema, bool nullable)
{
	struct subset_view view = subset_look(subset->root, schema);
	g_autofree char *description = describe(&view);
	writer_begin_object(&subset->writer);
	subset->failed |= view.failed || subset->steps == STEPS_MAX || subset->writer.text->len > SUBSET_BYTES_MAX;
	if (!subset->failed) {
		subset->steps++;
		if (description)
			writer_member_text(&subset->writer, "description", description);
		write_kind(subset, &view, nullable || subset_allows_null(subset->root, schema, 0));
		subset->steps--;
	}
	if (subset->writer.keyed)
		writer_null(&subset->writer);   /* it failed where a value was due */
	writer_end(&subset->writer);
}

struct doc *
subset_of(const struct value *schema)
{
	struct subset subset = { .root = schema };
	struct subset_view view = subset_look(schema, schema);
	if (view.failed || g_strcmp0(subset_type(&view), "object") != 0 || subset_member(&view, "enum") || subset_member(&view, "const"))
		return NULL;
	writer_init(&subset.writer, false);
	write_schema(&subset, schema, false);
	if (!subset.failed)
		return writer_doc(&subset.writer);
	writer_finish(&subset.writer);
	return NULL;
}
