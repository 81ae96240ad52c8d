/* Values that must not fit: each differs from a fitting one in one thing. */
#include <math.h>
#include <string.h>

#include "base/pointer.h"
#include "contract/sample_model.h"
#include "contract/shape.h"

enum { COUNT_MAX = 500, DEPTH = 12, TEXT_MAX = 100000 };

enum edit_kind { EDIT_REPLACE, EDIT_REMOVE, EDIT_ADD };

/* What is done to one value inside the whole. */
struct edit {
	enum edit_kind kind;
	const struct value *target;
	const char *name, *json;     /* of the member that is added; what is added or put there */
};

struct breaking {
	struct making making;
	const struct schema *schema;
	const struct value *root;
	GArray *items;               /* struct counterexample */
	GString *pointer;
};

/* The value that is being broken, and what it has to meet. */
struct place {
	const struct value *value;
	const struct demand *demand;
	const char *name;
	unsigned kinds;
	bool integer;
};

static void
write_edited(struct writer *writer, const struct value *value, const struct edit *edit)
{
	if (value == edit->target && edit->kind == EDIT_REPLACE) {
		g_autoptr(Doc) doc = doc_own(edit->json);
		writer_value(writer, doc_root(doc));
	} else if (value_is(value, VALUE_ARRAY)) {
		writer_begin_array(writer);
		VALUE_EACH (item, value)
			if (item != edit->target || edit->kind != EDIT_REMOVE)
				write_edited(writer, item, edit);
		writer_end(writer);
	} else if (value_is(value, VALUE_OBJECT)) {
		writer_begin_object(writer);
		VALUE_EACH_MEMBER (key, item, value) {
			if (item == edit->target && edit->kind == EDIT_REMOVE)
				continue;
			writer_key(writer, key->text);
			write_edited(writer, item, edit);
		}
		if (value == edit->target && edit->kind == EDIT_ADD) {
			g_autoptr(Doc) doc = doc_own(edit->json);
			writer_member_value(writer, edit->name, doc_root(doc));
		}
		writer_end(writer);
	} else {
		writer_value(writer, value);
	}
}

/* Keeps the edited value if it really does not fit. */
static bool
try_edit(struct breaking *breaking, const struct edit *edit, const char *keyword, const char *format, ...) G_GNUC_PRINTF(4, 5);

static bool
try_edit(struct breaking *breaking, const struct edit *edit, const char *keyword, const char *format, ...)
{
	struct writer writer;
	if (breaking->items->len == COUNT_MAX)
		return true;
	writer_init(&writer, false);
	write_edited(&writer, breaking->root, edit);
	struct doc *doc = writer_doc(&writer);
	if (schema_check(breaking->schema, doc_root(doc), breaking->making.options->side, NULL)) {
		doc_unref(doc);
		return false;
	}
	va_list args;
	va_start(args, format);
	struct counterexample example = { doc, g_strdup_vprintf(format, args), g_strdup(keyword), g_strdup(breaking->pointer->str) };
	va_end(args);
	g_array_append_val(breaking->items, example);
	return true;
}

static bool
replace(struct breaking *breaking, const struct place *place, const char *json, const char *keyword, const char *what)
{
	const struct edit edit = { EDIT_REPLACE, place->value, NULL, json };
	return try_edit(breaking, &edit, keyword, "%s %s", place->name, what);
}

static bool
replace_text(struct breaking *breaking, const struct place *place, const char *text, const char *keyword, const char *what)
{
	g_autofree char *json = making_quote(text);
	return replace(breaking, place, json, keyword, what);
}

static bool
replace_number(struct breaking *breaking, const struct place *place, double number, const char *keyword, const char *what)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];
	g_ascii_formatd(digits, sizeof digits, "%.15g", number);
	g_autofree char *text = g_strdup_printf("is %s, %s", digits, what);
	return replace(breaking, place, digits, keyword, text);
}

static void
break_type(struct breaking *breaking, const struct place *place)
{
	static const struct {
		enum value_kind kind;
		const char *json, *what;
	} wrong[] = {
		{ VALUE_STRING, "\"text\"", "is text" },       { VALUE_NUMBER, "12345", "is the number 12345" },
		{ VALUE_BOOL, "true", "is true" },             { VALUE_OBJECT, "{}", "is an object" },
		{ VALUE_ARRAY, "[]", "is a list" },            { VALUE_NULL, "null", "is null" },
	};
	unsigned kept = 0;
	for (unsigned i = 0; i < G_N_ELEMENTS(wrong) && place->kinds != SHAPE_ANY; i++) {
		bool null = wrong[i].kind == VALUE_NULL;
		if (place->kinds & SHAPE_KIND(wrong[i].kind) || (kept && !null))
			continue;
		kept += replace(breaking, place, wrong[i].json, "type", wrong[i].what);
	}
	if (place->integer)
		replace(breaking, place, "1.5", "type", "is 1.5, not a whole number");
}

static void
break_values(struct breaking *breaking, const struct place *place)
{
	for (unsigned i = 0; i < place->demand->count; i++) {
		const struct value *node = place->demand->nodes[i];
		const char *keyword = value_member(node, "const") ? "const" : value_member(node, "enum") ? "enum" : NULL;
		if (!keyword)
			continue;
		bool text = value_is(place->value, VALUE_STRING), number = value_is(place->value, VALUE_NUMBER);
		if (text)
			replace_text(breaking, place, "none-of-these", keyword, "is a value that is not allowed");
		else if (number)
			replace(breaking, place, "987654321", keyword, "is a value that is not allowed");
		return;
	}
}

static void
break_length(struct breaking *breaking, const struct place *place)
{
	unsigned least = demand_count(place->demand, "minLength", true, 0), most = demand_count(place->demand, "maxLength", false, TEXT_MAX);
	size_t length = (size_t)g_utf8_strlen(place->value->text, -1);
	if (least && length >= least) {
		g_autofree char *cut = g_utf8_substring(place->value->text, 0, (glong)least - 1);
		g_autofree char *what = g_strdup_printf("has %u characters, less than %u", least - 1, least);
		replace_text(breaking, place, cut, "minLength", what);
	}
	if (most < TEXT_MAX) {
		g_autoptr(GString) text = g_string_new(place->value->text);
		for (; length <= most; length++)
			g_string_append_c(text, 'x');
		g_autofree char *what = g_strdup_printf("has %zu characters, more than %u", length, most);
		replace_text(breaking, place, text->str, "maxLength", what);
	}
}

static void
break_text(struct breaking *breaking, const struct place *place)
{
	static const char *const strange[] = { "not what it should be", "", "~", "123", "\t?!" };
	static const char *const keywords[] = { "pattern", "format" };
	for (unsigned k = 0; k < G_N_ELEMENTS(keywords); k++) {
		const char *rule = NULL;
		for (unsigned i = 0; i < place->demand->count && !rule; i++)
			rule = value_member_text(place->demand->nodes[i], keywords[k]);
		bool done = !rule;
		for (unsigned i = 0; i < G_N_ELEMENTS(strange) && !done; i++) {
			g_autofree char *what = g_strdup_printf("is \"%s\", which is not %s %s", strange[i], k ? "of the format" : "what the pattern wants:", rule);
			done = replace_text(breaking, place, strange[i], keywords[k], what);
		}
	}
}

static void
break_number(struct breaking *breaking, const struct place *place)
{
	static const struct {
		const char *keyword, *what;
		bool greatest;
		int step;
	} bounds[] = {
		{ "minimum", "less than is allowed", true, -1 },
		{ "maximum", "more than is allowed", false, 1 },
		{ "exclusiveMinimum", "the bound itself", true, 0 },
		{ "exclusiveMaximum", "the bound itself", false, 0 },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(bounds); i++) {
		const struct value *bound = demand_number(place->demand, bounds[i].keyword, bounds[i].greatest);
		/* So far out that the next double is less than one away, there is no such neighbour. */
		if (bound && fabs(value_double(bound)) < 1e15)
			replace_number(breaking, place, value_double(bound) + bounds[i].step, bounds[i].keyword, bounds[i].what);
	}
	const struct value *multiple = demand_number(place->demand, "multipleOf", true);
	if (multiple)
		replace_number(breaking, place, value_double(place->value) + value_double(multiple) / 2, "multipleOf", "no multiple");
}

static void
break_count(struct breaking *breaking, const struct place *place)
{
	unsigned least = demand_count(place->demand, "minItems", true, 0), most = demand_count(place->demand, "maxItems", false, UINT32_MAX);
	size_t count = value_count(place->value);
	if (least && count == least) {
		const struct edit edit = { EDIT_REMOVE, place->value + 1, NULL, NULL };
		try_edit(breaking, &edit, "minItems", "%s has %zu items, less than %u", place->name, count - 1, least);
	}
	for (unsigned i = 0; i < place->demand->count; i++) {
		bool unique = value_truth(value_member(place->demand->nodes[i], "uniqueItems"));
		if (count == 0 || (!unique && most > TEXT_MAX))
			continue;
		g_autofree char *item = value_to_json(place->value + 1, false), *all = value_to_json(place->value, false);
		g_autoptr(GString) json = g_string_new_len(all, (gssize)strlen(all) - 1);
		for (size_t more = unique ? count : most; more >= count && json->len < 10u * TEXT_MAX; more--)
			g_string_append_printf(json, ",%s", item);
		g_string_append_c(json, ']');
		replace(breaking, place, json->str, unique ? "uniqueItems" : "maxItems", unique ? "has an item twice" : "has more items than are allowed");
		return;
	}
}

static bool
requires(const struct demand *demand, const char *name)
{
	for (unsigned i = 0; i < demand->count; i++)
		VALUE_EACH (item, value_member(demand->nodes[i], "required"))
			if (g_strcmp0(value_text(item), name) == 0)
				return true;
	return false;
}

static void
break_members(struct breaking *breaking, const struct place *place)
{
	VALUE_EACH_MEMBER (key, item, place->value) {
		const struct edit edit = { EDIT_REMOVE, item, NULL, NULL };
		if (requires(place->demand, key->text))
			try_edit(breaking, &edit, "required", "%s is missing", key->text);
	}
	for (unsigned i = 0; i < place->demand->count; i++) {
		const struct value *additional = value_member(place->demand->nodes[i], "additionalProperties");
		const struct edit edit = { EDIT_ADD, place->value, "not_in_the_contract", "true" };
		bool closed = value_is(additional, VALUE_BOOL) && !additional->truth && !value_member(place->value, edit.name);
		if (closed && try_edit(breaking, &edit, "additionalProperties", "%s has a member that is not declared", place->name))
			return;
	}
}

static void break_value(struct breaking *breaking, const struct roots *roots, const struct value *value, const char *name, unsigned depth);

static void
break_inside(struct breaking *breaking, const struct place *place, unsigned depth)
{
	gsize length = breaking->pointer->len;
	VALUE_EACH_MEMBER (key, item, place->value) {
		struct roots roots = { 0 };
		for (unsigned i = 0; i < place->demand->count; i++)
			roots_add(&roots, value_member(value_member(place->demand->nodes[i], "properties"), key->text));
		pointer_append(breaking->pointer, key->text, key->length);
		break_value(breaking, &roots, item, key->text, depth + 1);
		g_string_truncate(breaking->pointer, length);
	}
	if (value_is(place->value, VALUE_ARRAY) && value_count(place->value)) {
		struct roots roots = { 0 };
		for (unsigned i = 0; i < place->demand->count; i++)
			roots_add(&roots, value_member(place->demand->nodes[i], "items"));
		g_autofree char *name = g_strdup_printf("an item of %s", place->name);
		g_string_append(breaking->pointer, "/0");
		break_value(breaking, &roots, place->value + 1, name, depth + 1);
		g_string_truncate(breaking->pointer, length);
	}
}

static void
break_value(struct breaking *breaking, const struct roots *roots, const struct value *value, const char *name, unsigned depth)
{
	struct demand demand;
	struct place place = { .value = value, .demand = &demand, .name = name };
	if (!roots->count || depth == DEPTH)
		return;
	demand_init(&breaking->making, &demand, roots, value, 0);
	place.kinds = demand_kinds(&demand, &place.integer);
	break_type(breaking, &place);
	break_values(breaking, &place);
	if (value->kind == VALUE_STRING) {
		break_length(breaking, &place);
		break_text(breaking, &place);
	} else if (value->kind == VALUE_NUMBER) {
		break_number(breaking, &place);
	} else if (value->kind == VALUE_ARRAY) {
		break_count(breaking, &place);
	} else if (value->kind == VALUE_OBJECT) {
		break_members(breaking, &place);
	}
	break_inside(breaking, &place, depth);
}

void
sample_break(struct sampler *sampler, const struct value *node, const struct value *fitting, struct counterexamples *ret)
{
	static const struct sample_options options = { .side = SCHEMA_SIDE_REQUEST };
	struct breaking breaking = { .making = { .sampler = sampler, .options = &options }, .root = fitting };
	struct roots roots = { 0 };
	*ret = (struct counterexamples){ 0 };
	breaking.schema = openapi_schema(sampler->openapi, node, NULL);
	if (!breaking.schema)
		return;
	breaking.making.around = g_ptr_array_new();
	breaking.items = g_array_new(FALSE, FALSE, sizeof(struct counterexample));
	breaking.pointer = g_string_new(NULL);
	roots_add(&roots, node);
	break_value(&breaking, &roots, fitting, "the value", 0);
	g_ptr_array_unref(breaking.making.around);
	g_string_free(breaking.pointer, TRUE);
	ret->count = breaking.items->len;
	ret->items = (struct counterexample *)(void *)g_array_free(breaking.items, FALSE);
}

void
counterexamples_clear(struct counterexamples *list)
{
	for (size_t i = 0; i < list->count; i++) {
		doc_unref(list->items[i].value);
		g_free(list->items[i].reason);
		g_free(list->items[i].keyword);
		g_free(list->items[i].pointer);
	}
	g_free(list->items);
	*list = (struct counterexamples){ 0 };
}
