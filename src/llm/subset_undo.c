#include "base/writer.h"
#include "llm/subset.h"
#include "llm/subset_view.h"

static void undo(struct writer *writer, const struct value *root, const struct value *schema, const struct value *answer, unsigned steps);

static void
undo_object(struct writer *writer, const struct value *root, const struct subset_view *view, const struct value *answer, unsigned steps)
{
	unsigned part;
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (key, item, answer) {
		const struct value *schema = subset_property(view, key->text, &part);
		if (schema && value_is(item, VALUE_NULL) && !subset_requires(view, key->text) && !subset_allows_null(root, schema, 0))
			continue;
		writer_key_n(writer, key->text, key->length);
		undo(writer, root, schema, item, steps + 1);
	}
	writer_end(writer);
}

/* Whether the value is one of those that the schema lists, and of its type; what it holds is not looked at. */
static bool
suits(const struct value *root, const struct value *schema, const struct value *item)
{
	static const char *const types[] = { "null", "boolean", "number", "string", "array", "object" };
	struct subset_view view = subset_look(root, schema);
	const struct value *list = subset_member(&view, "enum"), *constant = subset_member(&view, "const");
	const char *type = subset_type(&view);
	bool listed = !list;
	VALUE_EACH (one, list)
		listed = listed || value_equal(one, item);
	if (value_is(item, VALUE_NULL))
		return subset_allows_null(root, schema, 0);
	if (g_strcmp0(type, "integer") == 0)
		type = "number";
	return listed && (!constant || value_equal(constant, item)) && (!type || g_str_equal(type, types[item->kind]));
}

/* How well a choice fits the answer: 0 not at all, 1 it knows all its members, 2 these are all it has. */
static unsigned
fit(const struct value *root, const struct value *choice, const struct value *answer)
{
	struct subset_view view = subset_look(root, choice);
	unsigned part, known = 0;
	size_t own = 0;
	if (!suits(root, choice, answer))
		return 0;
	for (unsigned i = 0; i < view.count; i++)
		VALUE_EACH_MEMBER (key, schema, value_member(view.parts[i], "properties"))
			own += schema == subset_property(&view, key->text, &part);
	VALUE_EACH_MEMBER (key, item, answer) {
		const struct value *schema = subset_property(&view, key->text, &part);
		bool missing = value_is(item, VALUE_NULL) && !subset_requires(&view, key->text);
		if (!schema || !(missing || suits(root, schema, item)))
			return 0;
		known++;
	}
	return known == own ? 2 : 1;
}

static const struct value *
chosen(const struct value *root, const struct subset_view *view, const struct value *answer)
{
	const struct value *best = NULL;
	unsigned most = 0;
	VALUE_EACH (choice, subset_choices(view)) {
		unsigned fits = fit(root, choice, answer);
		if (fits > most) {
			best = choice;
			most = fits;
		}
	}
	return best;
}

static void
undo(struct writer *writer, const struct value *root, const struct value *schema, const struct value *answer, unsigned steps)
{
	struct subset_view view = { .count = 0 };
	if (schema && steps < STEPS_MAX)
		view = subset_look(root, schema);
	const struct value *choice = view.count && !subset_member(&view, "properties") ? chosen(root, &view, answer) : NULL;
	if (choice) {
		undo(writer, root, choice, answer, steps + 1);
	} else if (view.count && value_is(answer, VALUE_OBJECT)) {
		undo_object(writer, root, &view, answer, steps);
	} else if (view.count && value_is(answer, VALUE_ARRAY)) {
		writer_begin_array(writer);
		VALUE_EACH (item, answer)
			undo(writer, root, subset_member(&view, "items"), item, steps + 1);
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
