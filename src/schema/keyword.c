#include "schema/keyword.h"

#include <pthread.h>

#include "schema/nearest.h"
#include "schema/number.h"

static const struct keyword keywords[] = {
#define XX(word, text, where, form, vocabulary)                                                     \
	{ .name = text, .dialects = where, .vocabularies = vocabulary, .shape = SHAPE_##form, .id = KEYWORD_##word },
	KEYWORD_MAP(XX)
#undef XX
};

enum { SLOTS = 256 };   /* a power of two, well above KEYWORDS */

static struct name items[KEYWORDS];
static uint32_t slots[SLOTS];
static struct names table = { .count = KEYWORDS, .mask = SLOTS - 1, .items = items, .slots = slots };

static void
build_table(void)
{
	names_prepare();
	for (uint32_t i = 0; i < KEYWORDS; i++) {
		const char *text = keywords[i].name;
		uint32_t length = (uint32_t)strlen(text);
		items[i] = (struct name){ .print = name_print(text, length), .text = text, .length = length };
	}
	names_index(&table);
}

const struct keyword *
keyword_find(const char *name, uint32_t length)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, build_table);
	uint32_t position = names_find(&table, name_print(name, length), name, length);
	return position == NAMES_NONE ? NULL : &keywords[position];
}

const struct keyword *
keyword_nearest(const char *name, unsigned dialect)
{
	const struct keyword *best = NULL;
	unsigned least = 3;
	for (unsigned i = 0; i < KEYWORDS; i++) {
		unsigned distance = keywords[i].dialects & dialect ? nearest_distance(keywords[i].name, name, least - 1) : least;
		if (distance < least) {
			best = &keywords[i];
			least = distance;
		}
	}
	return best;
}

static bool
is_count(const struct value *value)
{
	if (!value_is(value, VALUE_NUMBER))
		return false;
	struct number number;
	number_read(value, &number);
	return number_integer(&number) && !number.negative;
}

static bool
is_divisor(const struct value *value)
{
	if (!value_is(value, VALUE_NUMBER))
		return false;
	struct number number;
	number_read(value, &number);
	return number.digits && !number.negative && number.exact;
}

static bool
are_texts(const struct value *value)
{
	VALUE_EACH (item, value)
		if (item->kind != VALUE_STRING)
			return false;
	return value_is(value, VALUE_ARRAY);
}

static bool
are_types(const struct value *value)
{
	return value->kind == VALUE_STRING || (are_texts(value) && value->length);
}

static bool
are_text_lists(const struct value *value)
{
	VALUE_EACH_MEMBER (key, item, value)
		if (!are_texts(item))
			return false;
	return value_is(value, VALUE_OBJECT);
}

static bool
is_schema(unsigned dialect, const struct value *value)
{
	return value->kind == VALUE_OBJECT || (value->kind == VALUE_BOOL && !(dialect & (D4 | O30)));
}

static bool
are_schemas(unsigned dialect, const struct value *value)
{
	VALUE_EACH (item, value)
		if (!is_schema(dialect, item))
			return false;
	VALUE_EACH_MEMBER (key, item, value)
		if (!is_schema(dialect, item))
			return false;
	return true;
}

static bool
are_dependencies(unsigned dialect, const struct value *value)
{
	VALUE_EACH_MEMBER (key, item, value)
		if (!are_texts(item) && !is_schema(dialect, item))
			return false;
	return value_is(value, VALUE_OBJECT);
}

static bool
has_shape(enum keyword_shape shape, unsigned dialect, const struct value *value)
{
	switch (shape) {
	case SHAPE_ANY: return true;
	case SHAPE_BOOL: return value->kind == VALUE_BOOL;
	case SHAPE_COUNT: return is_count(value);
	case SHAPE_NUMBER: return value->kind == VALUE_NUMBER;
	case SHAPE_DIVISOR: return is_divisor(value);
	case SHAPE_EXCLUSIVE: return value->kind == (dialect & (D4 | O30) ? VALUE_BOOL : VALUE_NUMBER);
	case SHAPE_TEXT: return value->kind == VALUE_STRING;
	case SHAPE_TEXTS: return are_texts(value);
	case SHAPE_ARRAY: return value->kind == VALUE_ARRAY;
	case SHAPE_OBJECT: return value->kind == VALUE_OBJECT;
	case SHAPE_SCHEMA_MAP: return value->kind == VALUE_OBJECT && are_schemas(dialect, value);
	case SHAPE_TYPES: return are_types(value);
	case SHAPE_TEXTS_MAP: return are_text_lists(value);
	case SHAPE_SCHEMA: return is_schema(dialect, value);
	case SHAPE_SCHEMA_OR_BOOL: return value->kind == VALUE_OBJECT || value->kind == VALUE_BOOL;
	case SHAPE_SCHEMAS: return value->kind == VALUE_ARRAY && value->length && are_schemas(dialect, value);
	case SHAPE_ITEMS:
		if (value->kind == VALUE_ARRAY)
			return dialect & TO_19 && are_schemas(dialect, value);
		return is_schema(dialect, value);
	case SHAPE_DEPENDENCIES: return are_dependencies(dialect, value);
	}
	return false;
}

const char *
keyword_misshapen(const struct keyword *keyword, unsigned dialect, const struct value *value)
{
	static const char *const shapes[] = {
		[SHAPE_BOOL] = "true or false",
		[SHAPE_COUNT] = "an integer from 0",
		[SHAPE_NUMBER] = "a number",
		[SHAPE_DIVISOR] = "a number above 0 of at most 19 digits",
		[SHAPE_EXCLUSIVE] = "a number",
		[SHAPE_TEXT] = "a string",
		[SHAPE_TEXTS] = "a list of strings",
		[SHAPE_ARRAY] = "a list",
		[SHAPE_OBJECT] = "an object",
		[SHAPE_TYPES] = "the name of a type or a list of such names",
		[SHAPE_TEXTS_MAP] = "an object whose members are lists of strings",
		[SHAPE_SCHEMA] = "a schema",
		[SHAPE_SCHEMA_OR_BOOL] = "a schema, true or false",
		[SHAPE_SCHEMAS] = "a list of schemas, not empty",
		[SHAPE_ITEMS] = "a schema",
		[SHAPE_SCHEMA_MAP] = "an object whose members are schemas",
		[SHAPE_DEPENDENCIES] = "an object whose members are schemas or lists of strings",
	};
	if (has_shape(keyword->shape, dialect, value))
		return NULL;
	if (keyword->shape == SHAPE_EXCLUSIVE && dialect & (D4 | O30))
		return "true or false";
	if (keyword->shape == SHAPE_ITEMS && dialect & (D20 | O31) && value->kind == VALUE_ARRAY)
		return "a schema (a list of schemas stands under \"prefixItems\")";
	return keyword->shape == SHAPE_ITEMS && dialect & TO_19 ? "a schema or a list of schemas" : shapes[keyword->shape];
}
