#include "llm/subset_view.h"

static const struct value *
referred(const struct value *root, const char *reference)
{
	return reference[0] == '#' ? value_find(root, reference + 1) : NULL;
}

static void
gather(const struct value *root, const struct value *schema, struct subset_view *view, unsigned steps)
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

struct subset_view
subset_look(const struct value *root, const struct value *schema)
{
	struct subset_view view = { .count = 0 };
	gather(root, schema, &view, 0);
	return view;
}

const struct value *
subset_member(const struct subset_view *view, const char *key)
{
	const struct value *found = NULL;
	for (unsigned i = 0; i < view->count && !found; i++)
		found = value_member(view->parts[i], key);
	return found;
}

const struct value *
subset_choices(const struct subset_view *view)
{
	const struct value *any = subset_member(view, "anyOf");
	return any ? any : subset_member(view, "oneOf");
}

static bool
holds_text(const struct value *list, const char *text)
{
	VALUE_EACH (item, list)
		if (g_strcmp0(value_text(item), text) == 0)
			return true;
	return false;
}

bool
subset_lists_null(const struct value *list)
{
	VALUE_EACH (item, list)
		if (value_is(item, VALUE_NULL))
			return true;
	return false;
}

bool
subset_allows_null(const struct value *root, const struct value *schema, unsigned steps)
{
	struct subset_view view = subset_look(root, schema);
	const struct value *type = subset_member(&view, "type"), *constant = subset_member(&view, "const");
	if (g_strcmp0(value_text(type), "null") == 0 || holds_text(type, "null") || subset_lists_null(subset_member(&view, "enum")) || value_is(constant, VALUE_NULL) ||
	    value_truth(subset_member(&view, "nullable")))
		return true;
	if (steps < CHOICES_MAX)
		VALUE_EACH (choice, subset_choices(&view))
			if (subset_allows_null(root, choice, steps + 1))
				return true;
	return false;
}

const char *
subset_type(const struct subset_view *view)
{
	const struct value *type = subset_member(view, "type");
	const char *only = value_text(type);
	VALUE_EACH (item, type) {
		const char *name = value_text(item);
		if (g_strcmp0(name, "null") == 0)
			continue;
		if (only)
			return NULL;
		only = name;
	}
	if (!type && subset_member(view, "properties"))
		only = "object";
	else if (!type && subset_member(view, "items"))
		only = "array";
	return only;
}

bool
subset_requires(const struct subset_view *view, const char *key)
{
	for (unsigned i = 0; i < view->count; i++)
		if (holds_text(value_member(view->parts[i], "required"), key))
			return true;
	return false;
}

const struct value *
subset_property(const struct subset_view *view, const char *key, unsigned *ret_part)
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
