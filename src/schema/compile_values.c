/* Keywords about single values: types, enumerations, numbers, strings. */
#include <string.h>

#include "schema/compile.h"
#include "schema/format.h"

bool
compile_types(struct compile *compile)
{
	static const struct {
		const char *name;
		unsigned bits;
	} types[] = {
		{ "null", 1 << VALUE_NULL }, { "boolean", 1 << VALUE_BOOL }, { "integer", TYPE_INTEGER },
		{ "number", 1 << VALUE_NUMBER | TYPE_INTEGER }, { "string", 1 << VALUE_STRING },
		{ "array", 1 << VALUE_ARRAY }, { "object", 1 << VALUE_OBJECT },
	};
	const struct value *value = compile_value(compile, KEYWORD_TYPE);
	const struct value *list = value->kind == VALUE_ARRAY ? value : NULL, *item = list ? list + 1 : value;
	unsigned bits = 0;
	for (uint32_t left = list ? list->length : 1; left; left--, item = value_next(item)) {
		unsigned i = 0;
		while (i < G_N_ELEMENTS(types) && strcmp(types[i].name, item->text) != 0)
			i++;
		if (i == G_N_ELEMENTS(types))
			return compile_fail(compile, item, "there is no type \"%s\"", item->text);
		bits |= types[i].bits;
	}
	if (value_truth(compile_value(compile, KEYWORD_NULLABLE)))
		bits |= 1 << VALUE_NULL;
	compile->node->types = (uint8_t)bits;
	compile->node->type = compile->keys[KEYWORD_TYPE];
	return true;
}

bool
compile_choice(struct compile *compile, enum keyword_id id, const struct value *const *values, uint32_t count)
{
	struct arena *arena = &compile->set->arena;
	g_autofree struct name *texts = g_new(struct name, count + 1);
	g_autofree const struct value **others = g_new(const struct value *, count + 1);
	struct choice *choice = arena_zero(arena, sizeof *choice);
	uint32_t names = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (values[i]->kind == VALUE_STRING)
			texts[names++] = compile_name(values[i]);
		else
			others[choice->other_count++] = values[i];
	}
	choice->strings = compile_names(compile, arena_copy(arena, texts, names * sizeof *texts), names);
	choice->others = arena_copy(arena, others, choice->other_count * sizeof *others);
	choice->all = arena_copy(arena, values, count * sizeof *values);
	choice->count = count;
	compile_emit(compile, RULE_CHOICE, id)->choice = choice;
	return true;
}

bool
compile_enum(struct compile *compile)
{
	const struct value *list = compile_value(compile, KEYWORD_ENUM);
	g_autofree const struct value **values = g_new(const struct value *, list->length + 1);
	uint32_t count = 0;
	VALUE_EACH (item, list)
		values[count++] = item;
	return compile_choice(compile, KEYWORD_ENUM, values, count);
}

bool
compile_const(struct compile *compile)
{
	const struct value *value = compile_value(compile, KEYWORD_CONST);
	return compile_choice(compile, KEYWORD_CONST, &value, 1);
}

static bool
add_bound(struct compile *compile, enum rule_code code, enum keyword_id id, const struct value *value)
{
	struct bound *bound = arena_zero(&compile->set->arena, sizeof *bound);
	number_read(value, &bound->number);
	bound->is_small = number_small(value, &bound->small);
	compile_emit(compile, code, id)->bound = bound;
	return true;
}

/* In draft 4 and OpenAPI 3.0 a boolean beside the bound says whether the bound itself is out. */
bool
compile_minimum(struct compile *compile)
{
	bool out = value_truth(compile_value(compile, KEYWORD_EXCLUSIVE_MINIMUM));
	return add_bound(compile, out ? RULE_ABOVE : RULE_MINIMUM, KEYWORD_MINIMUM, compile_value(compile, KEYWORD_MINIMUM));
}

bool
compile_maximum(struct compile *compile)
{
	bool out = value_truth(compile_value(compile, KEYWORD_EXCLUSIVE_MAXIMUM));
	return add_bound(compile, out ? RULE_BELOW : RULE_MAXIMUM, KEYWORD_MAXIMUM, compile_value(compile, KEYWORD_MAXIMUM));
}

bool
compile_above(struct compile *compile)
{
	const struct value *value = compile_value(compile, KEYWORD_EXCLUSIVE_MINIMUM);
	return value->kind == VALUE_BOOL || add_bound(compile, RULE_ABOVE, KEYWORD_EXCLUSIVE_MINIMUM, value);
}

bool
compile_below(struct compile *compile)
{
	const struct value *value = compile_value(compile, KEYWORD_EXCLUSIVE_MAXIMUM);
	return value->kind == VALUE_BOOL || add_bound(compile, RULE_BELOW, KEYWORD_EXCLUSIVE_MAXIMUM, value);
}

bool
compile_multiple(struct compile *compile)
{
	return add_bound(compile, RULE_MULTIPLE, KEYWORD_MULTIPLE_OF, compile_value(compile, KEYWORD_MULTIPLE_OF));
}

uint64_t
compile_count(const struct value *value)
{
	int64_t small;
	if (number_small(value, &small))
		return (uint64_t)small;
	double number = value_double(value);
	return number < 9e15 ? (uint64_t)number : UINT64_MAX;
}

static bool
add_limit(struct compile *compile, enum rule_code code, enum keyword_id id)
{
	compile_emit(compile, code, id)->limit = compile_count(compile_value(compile, id));
	return true;
}

bool
compile_min_length(struct compile *compile)
{
	return add_limit(compile, RULE_MIN_LENGTH, KEYWORD_MIN_LENGTH);
}

bool
compile_max_length(struct compile *compile)
{
	return add_limit(compile, RULE_MAX_LENGTH, KEYWORD_MAX_LENGTH);
}

bool
compile_min_items(struct compile *compile)
{
	return add_limit(compile, RULE_MIN_ITEMS, KEYWORD_MIN_ITEMS);
}

bool
compile_max_items(struct compile *compile)
{
	return add_limit(compile, RULE_MAX_ITEMS, KEYWORD_MAX_ITEMS);
}

bool
compile_min_members(struct compile *compile)
{
	return add_limit(compile, RULE_MIN_MEMBERS, KEYWORD_MIN_PROPERTIES);
}

bool
compile_max_members(struct compile *compile)
{
	return add_limit(compile, RULE_MAX_MEMBERS, KEYWORD_MAX_PROPERTIES);
}

bool
compile_text_pattern(struct compile *compile)
{
	const struct pattern *pattern = compile_pattern(compile, compile_value(compile, KEYWORD_PATTERN));
	if (pattern)
		compile_emit(compile, RULE_PATTERN, KEYWORD_PATTERN)->pattern = pattern;
	return pattern;
}

bool
compile_format(struct compile *compile)
{
	if (!compile->dialect->assert_formats && !compile->set->options.assert_formats)
		return true;
	const struct format *format = format_find(compile_value(compile, KEYWORD_FORMAT)->text, compile->dialect->bit);
	if (format)
		compile_emit(compile, format->number ? RULE_NUMBER_FORMAT : RULE_FORMAT, KEYWORD_FORMAT)->format = format;
	return true;
}

/* Content is an annotation; draft 7 alone lets it be checked, where formats are. */
bool
compile_content(struct compile *compile)
{
	if (!(compile->dialect->bit & D7) || !compile->set->options.assert_formats)
		return true;
	const char *encoding = value_text(compile_value(compile, KEYWORD_CONTENT_ENCODING));
	const char *type = value_text(compile_value(compile, KEYWORD_CONTENT_MEDIA_TYPE));
	bool base64 = encoding && g_ascii_strcasecmp(encoding, "base64") == 0;
	bool json = type && g_ascii_strcasecmp(type, "application/json") == 0 && (base64 || !encoding);
	if (base64 || json)
		compile_emit(compile, RULE_CONTENT, base64 ? KEYWORD_CONTENT_ENCODING : KEYWORD_CONTENT_MEDIA_TYPE)->count =
			(base64 ? CONTENT_BASE64 : 0) | (json ? CONTENT_JSON : 0);
	return true;
}
