/* Schemas: what is allowed and cannot be meant. */
#include <string.h>

#include "contract/lint_rules.h"
#include "schema/pattern.h"

enum { ENUM = 1000, STEPS = 1000 };

static bool
has_type(const struct value *schema, const char *type)
{
	const struct value *types = value_member(schema, "type");
	const char *text = value_text(types);
	return text ? g_str_equal(text, type) : lint_has_word(types, type);
}

void
lint_schema_items(struct lint *lint, const struct lint_at *at)
{
	if (has_type(at->node, "array") && !value_member(at->node, "items"))
		lint_say(lint, at->node, value_member(at->node, "type"), "an array without \"items\"");
}

void
lint_schema_nullable(struct lint *lint, const struct lint_at *at)
{
	const struct value *nullable = value_member(at->node, "nullable");
	if (value_truth(nullable) && !value_member(at->node, "type"))
		lint_say(lint, nullable, nullable - 1, "nullable has no effect without \"type\"");
}

void
lint_schema_nullable_enum(struct lint *lint, const struct lint_at *at)
{
	const struct value *nullable = value_member(at->node, "nullable"), *values = value_member(at->node, "enum");
	if (!value_truth(nullable) || !value_count(values))
		return;
	VALUE_EACH (item, values)
		if (item->kind == VALUE_NULL)
			return;
	lint_say(lint, nullable, nullable - 1, "nullable has no effect: the enum has no null");
}

void
lint_schema_range(struct lint *lint, const struct lint_at *at)
{
	static const char *const bounds[][2] = {
		{ "minLength", "maxLength" }, { "minItems", "maxItems" }, { "minProperties", "maxProperties" },
		{ "minimum", "maximum" }, { "minContains", "maxContains" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(bounds); i++) {
		const struct value *low = value_member(at->node, bounds[i][0]), *high = low ? value_member(at->node, bounds[i][1]) : NULL;
		if (value_is(low, VALUE_NUMBER) && value_is(high, VALUE_NUMBER) && value_double(low) > value_double(high))
			lint_say(lint, low, low - 1, "%s %.*s is above %s %.*s", bounds[i][0], (int)low->length, low->text, bounds[i][1], (int)high->length,
			         high->text);
	}
}

/* Escapes that only the Unicode mode forbids are no fault: everybody understands \- and \_. */
static bool
is_pattern(const struct value *text)
{
	if (pattern_valid(text->text, text->length))
		return true;
	struct pattern *pattern = pattern_compile(text->text, text->length, false, NULL);
	pattern_destroy(pattern);
	return pattern;
}

static void
judge_pattern(struct lint *lint, const struct value *node, const struct value *text)
{
	if (!is_pattern(text))
		lint_say(lint, node, text, "\"%.120s\" is no regular expression", text->text);
}

void
lint_schema_pattern(struct lint *lint, const struct lint_at *at)
{
	const struct value *pattern = value_member(at->node, "pattern");
	if (value_text(pattern))
		judge_pattern(lint, pattern, pattern);
	VALUE_EACH_MEMBER (key, item, value_member(at->node, "patternProperties"))
		judge_pattern(lint, item, key);
}

/* --- enum and required ----------------------------------------------------------------------- */

static bool
is_of_type(const struct value *value, const char *type)
{
	static const char *const names[] = { "null", "boolean", "number", "string", "array", "object" };
	return g_str_equal(names[value->kind], type) || (g_str_equal(type, "integer") && g_str_equal(value_kind_name(value), "integer"));
}

bool
lint_fits_types(const struct value *value, const struct value *types)
{
	VALUE_EACH (type, types)
		if (value_text(type) && is_of_type(value, type->text))
			return true;
	return value_text(types) && is_of_type(value, types->text);
}

void
lint_schema_enum_type(struct lint *lint, const struct lint_at *at)
{
	const struct value *types = value_member(at->node, "type");
	bool nullable = value_truth(value_member(at->node, "nullable"));
	VALUE_EACH (item, types ? value_member(at->node, "enum") : NULL)
		if (!lint_fits_types(item, types) && !(nullable && item->kind == VALUE_NULL))
			lint_say(lint, item, NULL, "the value is of type %s, which the schema does not allow", value_kind_name(item));
}

/* Texts of a list that stand in it before; other values are compared one by one. */
static void
judge_unique(struct lint *lint, const struct value *list)
{
	g_autoptr(GHashTable) texts = g_hash_table_new(g_str_hash, g_str_equal);
	unsigned compared = 0;
	VALUE_EACH (item, list) {
		bool twice = item->kind == VALUE_STRING && !g_hash_table_add(texts, (void *)(uintptr_t)item->text);
		unsigned others = 0;
		VALUE_EACH (other, item->kind != VALUE_STRING && compared++ < ENUM ? list : NULL) {
			if (other == item || others++ == ENUM)
				break;
			twice |= value_equal(other, item);
		}
		g_autofree char *text = twice ? value_to_json(item, false) : NULL;
		if (twice)
			lint_say(lint, item, NULL, "%.80s stands a second time", text);
	}
}

void
lint_schema_enum_unique(struct lint *lint, const struct lint_at *at)
{
	judge_unique(lint, value_member(at->node, "enum"));
}

void
lint_schema_required_unique(struct lint *lint, const struct lint_at *at)
{
	judge_unique(lint, value_member(at->node, "required"));
}

void
lint_schema_required_empty(struct lint *lint, const struct lint_at *at)
{
	const struct value *required = value_member(at->node, "required");
	if (value_is(required, VALUE_ARRAY) && !value_count(required))
		lint_say(lint, required, required - 1, "required is empty");
}

/* True where the schema, or one that it is made of, describes the property, or says that there may be others. */
static bool
describes(struct lint *lint, const struct value *schema, const char *name, unsigned depth)
{
	static const char *const parts[] = { "allOf", "anyOf", "oneOf" };
	schema = lint_resolve(lint, schema);
	if (depth > 16 || !lint->steps || !schema || value_member(value_member(schema, "properties"), name) || value_member(schema, "patternProperties"))
		return true;
	lint->steps--;
	const struct value *others = value_member(schema, "additionalProperties");
	if (others && !(others->kind == VALUE_BOOL && !others->truth))
		return true;
	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++)
		VALUE_EACH (part, value_member(schema, parts[i]))
			if (describes(lint, part, name, depth + 1))
				return true;
	return false;
}

/* A schema inside allOf and the like names properties of those beside it: the outermost one is asked. */
static const struct value *
whole_of(const struct lint_at *at)
{
	while (at->parent && at->parent->type == at->type && !value_member(at->parent->node, "$ref") &&
	       (value_member(at->parent->node, "allOf") || value_member(at->parent->node, "anyOf") || value_member(at->parent->node, "oneOf") ||
	        value_member(at->parent->node, "not") || value_member(at->parent->node, "if")))
		at = at->parent;
	return at->node;
}

void
lint_schema_required_undefined(struct lint *lint, const struct lint_at *at)
{
	const struct value *whole = whole_of(at);
	/* Nothing is described at all: the names alone are what is demanded. */
	if (whole == at->node && !value_member(at->node, "properties"))
		return;
	VALUE_EACH (name, value_member(at->node, "required")) {
		lint->steps = STEPS;
		if (value_text(name) && !describes(lint, whole, name->text, 0) && !describes(lint, at->node, name->text, 0))
			lint_say(lint, name, NULL, "the required property \"%s\" is not described", name->text);
	}
}

/* --- keywords -------------------------------------------------------------------------------- */

void
lint_schema_read_write(struct lint *lint, const struct lint_at *at)
{
	const struct value *read = value_member(at->node, "readOnly");
	if (value_truth(read) && value_truth(value_member(at->node, "writeOnly")))
		lint_say(lint, read, read - 1, "the property is readOnly and writeOnly");
}

void
lint_schema_keywords(struct lint *lint, const struct lint_at *at)
{
	const struct value *keywords = value_member(doc_root(lint->words), "keywords"), *types = value_member(at->node, "type");
	VALUE_EACH_MEMBER (key, item, at->node) {
		const struct value *wanted = value_member_n(keywords, key->text, key->length);
		bool fits = !wanted;
		VALUE_EACH (type, wanted)
			fits |= has_type(at->node, type->text);
		if (!fits)
			lint_say(lint, item, key, "\"%s\" means nothing for type \"%s\"", key->text, value_text(types) ? types->text : "of this list");
	}
}

void
lint_schema_format(struct lint *lint, const struct lint_at *at)
{
	const struct value *format = value_member(at->node, "format"), *formats = value_member(doc_root(lint->words), "formats");
	bool known = false, fits = !value_member(at->node, "type");
	if (!value_text(format))
		return;
	VALUE_EACH_MEMBER (type, list, formats) {
		bool listed = lint_has_word(list, format->text);
		known |= listed;
		fits |= listed && has_type(at->node, type->text);
	}
	if (!known)
		lint_say(lint, format, NULL, "the format \"%s\" is not registered", format->text);
	else if (!fits)
		lint_say(lint, format, NULL, "the format \"%s\" does not belong to the type", format->text);
}

void
lint_schema_composition(struct lint *lint, const struct lint_at *at)
{
	static const char *const parts[] = { "oneOf", "anyOf" };
	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
		VALUE_EACH (part, value_member(at->node, parts[i])) {
			const char *reference = value_count(part) == 1 ? value_member_text(part, "$ref") : NULL;
			if (reference && !g_hash_table_add(seen, (void *)(uintptr_t)reference))
				lint_say(lint, part, NULL, "\"%s\" stands twice in %s", reference, parts[i]);
		}
	}
}

void
lint_schema_one_alternative(struct lint *lint, const struct lint_at *at)
{
	static const char *const parts[] = { "oneOf", "anyOf" };
	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
		const struct value *list = value_member(at->node, parts[i]);
		if (value_is(list, VALUE_ARRAY) && value_count(list) == 1)
			lint_say(lint, list, list - 1, "%s has one schema only", parts[i]);
	}
}

void
lint_schema_exclusive(struct lint *lint, const struct lint_at *at)
{
	static const char *const pairs[][2] = { { "minimum", "exclusiveMinimum" }, { "maximum", "exclusiveMaximum" } };
	for (unsigned i = 0; i < G_N_ELEMENTS(pairs); i++) {
		const struct value *bound = value_member(at->node, pairs[i][0]), *other = bound ? value_member(at->node, pairs[i][1]) : NULL;
		if (value_is(other, VALUE_NUMBER))
			lint_say(lint, other, other - 1, "%s stands beside %s", pairs[i][1], pairs[i][0]);
	}
}

/* --- discriminators --------------------------------------------------------------------------- */

static void
judge_mapping(struct lint *lint, const struct value *key, const struct value *item)
{
	bool remote = false;
	const char *text = value_text(item);
	const struct value *named = text ? value_member(lint_components(lint, "schemas"), text) : NULL;
	const struct value *target = text && !named ? lint_target(lint, item, &remote) : named;
	if (target)
		g_hash_table_add(lint->used, (void *)(uintptr_t)target);
	else if (text && !remote)
		lint_say(lint, item, NULL, "\"%s\" is mapped to \"%s\", which leads nowhere", key->text, text);
}

void
lint_discriminator_mapping(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, value_member(value_member(at->node, "discriminator"), "mapping"))
		judge_mapping(lint, key, item);
}

static bool
requires(struct lint *lint, const struct value *schema, const char *name, unsigned depth)
{
	schema = lint_resolve(lint, schema);
	if (!schema || depth > 8 || !lint->steps || lint_has_word(value_member(schema, "required"), name))
		return true;
	lint->steps--;
	VALUE_EACH (part, value_member(schema, "allOf"))
		if (requires(lint, part, name, depth + 1))
			return true;
	return false;
}

/* Of a schema with alternatives, each of them has to have the property; of another one, it itself. */
void
lint_discriminator_required(struct lint *lint, const struct lint_at *at)
{
	const struct value *discriminator = value_member(at->node, "discriminator");
	const char *name = value_member_text(discriminator, "propertyName");
	const struct value *one = value_member(at->node, "oneOf"), *any = value_member(at->node, "anyOf");
	lint->steps = STEPS;
	if (!name || requires(lint, at->node, name, 0) || value_member(discriminator, "defaultMapping"))
		return;
	VALUE_EACH (part, one ? one : any)
		if (!requires(lint, part, name, 0)) {
			lint_say(lint, part, NULL, "the discriminator \"%s\" is not required here", name);
			return;
		}
	if (!one && !any)
		lint_say(lint, discriminator, discriminator - 1, "the discriminator \"%s\" is not required", name);
}
