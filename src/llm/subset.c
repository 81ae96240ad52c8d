#include "llm/subset.h"

#include <string.h>

#include "base/writer.h"

enum {
	STEPS_MAX = 64,    /* of references and choices inside one another */
	CHOICES_MAX = 4,   /* inside one another, where null is looked for */
};

struct subset {
	const struct value *root;    /* where references lead to */
	struct writer writer;
	unsigned objects, steps;     /* that are open */
	bool failed;
};

/* Schemas that hold all at once: references and allOf are gone. */
struct view {
	const struct value *parts[STEPS_MAX];
	unsigned count;
	bool failed;
};

static void write_schema(struct subset *subset, const struct value *schema, bool nullable);

static const struct value *
referred(const struct value *root, const char *reference)
{
	return reference[0] == '#' ? value_find(root, reference + 1) : NULL;
}

static void
gather(const struct value *root, const struct value *schema, struct view *view, unsigned steps)
{
	const char *reference = value_member_text(schema, "$ref");
	if (!value_is(schema, VALUE_OBJECT) || view->count == STEPS_MAX || steps == STEPS_MAX) {
		view->failed = true;
		return;
	}
	view->parts[view->count++] = schema;
	if (reference)
		gather(root, referred(root, reference), view, steps + 1);
	VALUE_EACH (part, value_member(schema, "allOf"))
		gather(root, part, view, steps + 1);
}

static struct view
look(const struct value *root, const struct value *schema)
{
	struct view view = { .count = 0 };
	gather(root, schema, &view, 0);
	return view;
}

static const struct value *
member(const struct view *view, const char *key)
{
	const struct value *found = NULL;
	for (unsigned i = 0; i < view->count && !found; i++)
		found = value_member(view->parts[i], key);
	return found;
}

static const struct value *
choices(const struct view *view)
{
	const struct value *any = member(view, "anyOf");
	return any ? any : member(view, "oneOf");
}

static bool
holds_text(const struct value *list, const char *text)
{
	VALUE_EACH (item, list)
		if (g_strcmp0(value_text(item), text) == 0)
			return true;
	return false;
}

static bool
holds_null(const struct value *list)
{
	VALUE_EACH (item, list)
		if (value_is(item, VALUE_NULL))
			return true;
	return false;
}

static bool
allows_null(const struct value *root, const struct value *schema, unsigned steps)
{
	struct view view = look(root, schema);
	const struct value *type = member(&view, "type"), *constant = member(&view, "const");
	if (g_strcmp0(value_text(type), "null") == 0 || holds_text(type, "null") || holds_null(member(&view, "enum")) || value_is(constant, VALUE_NULL) ||
	    value_truth(member(&view, "nullable")))
		return true;
	if (steps < CHOICES_MAX)
		VALUE_EACH (choice, choices(&view))
			if (allows_null(root, choice, steps + 1))
				return true;
	return false;
}

/* The one type beside null; NULL for none or several. */
static const char *
only_type(const struct view *view)
{
	const struct value *type = member(view, "type");
	const char *only = value_text(type);
	VALUE_EACH (item, type) {
		const char *name = value_text(item);
		if (g_strcmp0(name, "null") == 0)
			continue;
		if (only)
			return NULL;
		only = name;
	}
	if (!type && member(view, "properties"))
		only = "object";
	else if (!type && member(view, "items"))
		only = "array";
	return only;
}

static bool
is_required(const struct view *view, const char *key)
{
	for (unsigned i = 0; i < view->count; i++)
		if (holds_text(value_member(view->parts[i], "required"), key))
			return true;
	return false;
}

static const struct value *
property(const struct view *view, const char *key, unsigned *ret_part)
{
	for (unsigned i = 0; i < view->count; i++) {
		const struct value *found = value_member(value_member(view->parts[i], "properties"), key);
		if (found) {
			*ret_part = i;
			return found;
		}
	}
	return NULL;
}

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
write_properties(struct subset *subset, const struct view *view)
{
	unsigned part;
	g_autoptr(GPtrArray) keys = g_ptr_array_new();
	writer_key(&subset->writer, "properties");
	writer_begin_object(&subset->writer);
	for (unsigned i = 0; i < view->count; i++) {
		VALUE_EACH_MEMBER (key, schema, value_member(view->parts[i], "properties")) {
			property(view, key->text, &part);
			if (part != i || subset->failed)
				continue;
			g_ptr_array_add(keys, (char *)key->text);
			writer_key(&subset->writer, key->text);
			write_schema(subset, schema, !is_required(view, key->text));
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
write_object(struct subset *subset, const struct view *view)
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
		struct view view = look(subset->root, choice);
		if (g_strcmp0(value_text(member(&view, "type")), "null") == 0)
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
write_types(struct subset *subset, const struct view *view, bool nullable)
{
	static const char *const plain[] = { "string", "number", "integer", "boolean", NULL };
	writer_key(&subset->writer, "anyOf");
	writer_begin_array(&subset->writer);
	VALUE_EACH (type, member(view, "type")) {
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
write_values(struct subset *subset, const struct view *view, bool nullable)
{
	const struct value *list = member(view, "enum"), *constant = member(view, "const");
	bool texts = true;
	VALUE_EACH (item, list) {
		texts &= value_is(item, VALUE_STRING) || value_is(item, VALUE_NULL);
		subset->failed |= value_is(item, VALUE_OBJECT) || value_is(item, VALUE_ARRAY);
	}
	if (list ? texts : value_is(constant, VALUE_STRING))
		write_type(&subset->writer, "string", nullable || holds_null(list));
	writer_key(&subset->writer, "enum");
	writer_begin_array(&subset->writer);
	VALUE_EACH (item, list)
		writer_value(&subset->writer, item);
	if (!list)
		writer_value(&subset->writer, constant);
	if (nullable && !holds_null(list))
		writer_null(&subset->writer);
	writer_end(&subset->writer);
}

/* Objects and lists that may be null are a choice between the two. */
static void
write_container(struct subset *subset, const struct view *view, bool object, bool nullable)
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
		write_schema(subset, member(view, "items"), false);
	}
	if (nullable) {
		writer_end(writer);
		write_null(writer);
		writer_end(writer);
	}
}

static void
write_kind(struct subset *subset, const struct view *view, bool nullable)
{
	const char *type = only_type(view);
	if (member(view, "enum") || member(view, "const"))
		write_values(subset, view, nullable);
	else if (g_strcmp0(type, "object") == 0)
		write_container(subset, view, true, nullable);
	else if (choices(view))
		write_choices(subset, choices(view), nullable);
	else if (g_strcmp0(type, "array") == 0)
		write_container(subset, view, false, nullable);
	else if (type)
		write_type(&subset->writer, type, nullable && !g_str_equal(type, "null"));
	else if (member(view, "type"))
		write_types(subset, view, nullable);
	else
		subset->failed = true;
}

static void
write_schema(struct subset *subset, const struct value *schema, bool nullable)
{
	struct view view = look(subset->root, schema);
	const char *description = value_text(member(&view, "description"));
	writer_begin_object(&subset->writer);
	subset->failed |= view.failed || subset->steps == STEPS_MAX || subset->writer.text->len > SUBSET_BYTES_MAX;
	if (!subset->failed) {
		subset->steps++;
		if (description)
			writer_member_text(&subset->writer, "description", description);
		write_kind(subset, &view, nullable || allows_null(subset->root, schema, 0));
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
	struct view view = look(schema, schema);
	if (view.failed || g_strcmp0(only_type(&view), "object") != 0)
		return NULL;
	writer_init(&subset.writer, false);
	write_schema(&subset, schema, false);
	if (!subset.failed)
		return writer_doc(&subset.writer);
	writer_finish(&subset.writer);
	return NULL;
}

static void undo(struct writer *writer, const struct value *root, const struct value *schema, const struct value *answer, unsigned steps);

static void
undo_object(struct writer *writer, const struct value *root, const struct view *view, const struct value *answer, unsigned steps)
{
	unsigned part;
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (key, item, answer) {
		const struct value *schema = property(view, key->text, &part);
		if (schema && value_is(item, VALUE_NULL) && !is_required(view, key->text) && !allows_null(root, schema, 0))
			continue;
		writer_key_n(writer, key->text, key->length);
		undo(writer, root, schema, item, steps + 1);
	}
	writer_end(writer);
}

/* The first choice that knows all members of the answer. */
static const struct value *
chosen(const struct value *root, const struct view *view, const struct value *answer)
{
	VALUE_EACH (choice, choices(view)) {
		struct view inner = look(root, choice);
		unsigned part;
		bool fits = member(&inner, value_is(answer, VALUE_OBJECT) ? "properties" : "items");
		VALUE_EACH_MEMBER (key, item, answer)
			fits = fits && item && property(&inner, key->text, &part);
		if (fits)
			return choice;
	}
	return NULL;
}

static void
undo(struct writer *writer, const struct value *root, const struct value *schema, const struct value *answer, unsigned steps)
{
	struct view view = { .count = 0 };
	if (schema && steps < STEPS_MAX)
		view = look(root, schema);
	const struct value *choice = view.count && !member(&view, "properties") ? chosen(root, &view, answer) : NULL;
	if (choice) {
		undo(writer, root, choice, answer, steps + 1);
	} else if (view.count && value_is(answer, VALUE_OBJECT)) {
		undo_object(writer, root, &view, answer, steps);
	} else if (view.count && value_is(answer, VALUE_ARRAY)) {
		writer_begin_array(writer);
		VALUE_EACH (item, answer)
			undo(writer, root, member(&view, "items"), item, steps + 1);
		writer_end(writer);
	} else {
		writer_value(writer, answer);
	}
}

struct doc *
subset_undo(const struct value *schema, const struct value *answer)
{
	struct writer writer;
	writer_init(&writer, false);
	undo(&writer, schema, schema, answer, 0);
	return writer_doc(&writer);
}
