/* Keywords that apply other schemas to the same instance. */
#include <string.h>

#include "schema/compile.h"

bool
compile_shares_instance(const struct compile *compile)
{
	static const enum keyword_id ids[] = {
		KEYWORD_REF, KEYWORD_DYNAMIC_REF, KEYWORD_RECURSIVE_REF, KEYWORD_ALL_OF, KEYWORD_ANY_OF,
		KEYWORD_ONE_OF, KEYWORD_IF, KEYWORD_DEPENDENT_SCHEMAS, KEYWORD_DEPENDENCIES,
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++)
		if (compile->keys[ids[i]])
			return true;
	return false;
}

bool
compile_ref(struct compile *compile)
{
	const struct node *node = compile_target(compile, compile_value(compile, KEYWORD_REF));
	if (node)
		compile_emit(compile, RULE_REF, KEYWORD_REF)->node = node;
	return node;
}

static void
emit_dynamic(struct compile *compile, enum keyword_id id, const struct node *fallback, const char *anchor)
{
	struct dynamic *dynamic = arena_zero(&compile->set->arena, sizeof *dynamic);
	*dynamic = (struct dynamic){ .fallback = fallback, .anchor = anchor };
	compile_emit(compile, RULE_DYNAMIC_REF, id)->dynamic = dynamic;
}

/* Dynamic only where it leads to a dynamic anchor to begin with (2020-12, core 8.2.3.2). */
bool
compile_dynamic_ref(struct compile *compile)
{
	const struct value *reference = compile_value(compile, KEYWORD_DYNAMIC_REF);
	const struct node *node = compile_target(compile, reference);
	const char *anchor = node ? refer_dynamic(node, reference->text) : NULL;
	if (anchor)
		emit_dynamic(compile, KEYWORD_DYNAMIC_REF, node, anchor);
	else if (node)
		compile_emit(compile, RULE_REF, KEYWORD_DYNAMIC_REF)->node = node;
	return node;
}

bool
compile_recursive_ref(struct compile *compile)
{
	const struct value *reference = compile_value(compile, KEYWORD_RECURSIVE_REF);
	const struct node *node = compile_target(compile, reference);
	const char *anchor = node ? refer_dynamic(node, "") : NULL;
	if (anchor)
		emit_dynamic(compile, KEYWORD_RECURSIVE_REF, node, anchor);
	else if (node)
		compile_emit(compile, RULE_REF, KEYWORD_RECURSIVE_REF)->node = node;
	return node;
}

static bool
add_list(struct compile *compile, enum rule_code code, enum keyword_id id)
{
	const struct value *list = compile_value(compile, id);
	const struct node *const *nodes = compile_children(compile, list);
	if (!nodes)
		return false;
	struct rule *rule = compile_emit(compile, code, id);
	rule->nodes = nodes;
	rule->count = list->length;
	return true;
}

bool
compile_all_of(struct compile *compile)
{
	return add_list(compile, RULE_ALL_OF, KEYWORD_ALL_OF);
}

/* The value of the discriminating member that stands for an alternative without a mapping: the
 * last part of its reference (OpenAPI 3.0.3, Discriminator Object). */
static const char *
implied_value(const struct value *alternative)
{
	const char *reference = value_member_text(alternative, "$ref"), *slash = reference ? strrchr(reference, '/') : NULL;
	return slash ? slash + 1 : reference;
}

/* The alternative that a mapping's value means: a reference, or the name of a schema. */
static const struct node *
mapped_node(struct compile *compile, const struct value *mapping, const struct value *list)
{
	VALUE_EACH (alternative, list) {
		const char *name = implied_value(alternative), *reference = value_member_text(alternative, "$ref");
		if (name && (strcmp(name, mapping->text) == 0 || strcmp(reference, mapping->text) == 0))
			return compile_child(compile, alternative);
	}
	return compile_target(compile, mapping);
}

static bool
add_values(struct compile *compile, struct discriminator *discriminator, const struct value *mapping, const struct value *list)
{
	size_t room = value_count(mapping) + list->length + 1;
	struct name *names = arena_zero(&compile->set->arena, room * sizeof *names);
	const struct node **nodes = arena_zero(&compile->set->arena, room * sizeof *nodes);
	uint32_t count = 0;
	VALUE_EACH_MEMBER (key, target, mapping) {
		if (target->kind != VALUE_STRING)
			return compile_fail(compile, target, "a mapping leads to a schema by its name or reference");
		names[count] = compile_name(key);
		if (!(nodes[count++] = mapped_node(compile, target, list)))
			return false;
	}
	VALUE_EACH (alternative, list) {
		const char *name = implied_value(alternative);
		if (!name || value_member(mapping, name))
			continue;
		uint32_t length = (uint32_t)strlen(name);
		names[count] = (struct name){ name_print(name, length), name, length };
		if (!(nodes[count++] = compile_child(compile, alternative)))
			return false;
	}
	discriminator->values = compile_names(compile, names, count);
	discriminator->nodes = nodes;
	return true;
}

/* The text that a schema allows if it allows nothing else: { "const": "a" } and words about it. */
static const struct value *
only_text(const struct compile *compile, const struct value *schema)
{
	const struct value *text = NULL;
	VALUE_EACH_MEMBER (key, value, schema) {
		const struct keyword *keyword = keyword_find(key->text, key->length);
		if (!keyword || !dialect_knows(compile->dialect, keyword))
			return NULL;
		if (keyword->id == KEYWORD_CONST && value->kind == VALUE_STRING)
			text = value;
		else if (keyword->vocabularies != V_META)
			return NULL;
	}
	return text;
}

/* Alternatives that are nothing but different texts are an enumeration. */
static bool
add_texts(struct compile *compile, enum keyword_id id, bool *ret_added)
{
	const struct value *list = compile_value(compile, id);
	g_autofree const struct value **values = g_new(const struct value *, list->length + 1);
	uint32_t count = 0;
	VALUE_EACH (schema, list) {
		const struct value *text = only_text(compile, schema);
		for (uint32_t i = 0; i < count && text; i++)
			if (strcmp(values[i]->text, text->text) == 0)
				text = NULL;
		if (!text)
			return true;
		values[count++] = text;
	}
	*ret_added = true;
	return compile_choice(compile, id, values, count);
}

/* In OpenAPI 3.0 a discriminator picks the alternative; from 3.1 on it is only an annotation. */
static bool
add_alternatives(struct compile *compile, enum rule_code code, enum keyword_id id)
{
	const struct value *value = compile->dialect->bit & O30 ? compile_value(compile, KEYWORD_DISCRIMINATOR) : NULL;
	const struct value *property = value_member(value, "propertyName");
	bool added = false;
	if (!value_is(property, VALUE_STRING))
		return add_texts(compile, id, &added) && (added || add_list(compile, code, id));
	struct discriminator *discriminator = arena_zero(&compile->set->arena, sizeof *discriminator);
	discriminator->property = compile_name(property);
	if (!add_values(compile, discriminator, value_member(value, "mapping"), compile_value(compile, id)))
		return false;
	if (!add_list(compile, code, id))
		return false;
	discriminator->otherwise = compile->rules[--compile->count];
	compile_emit(compile, RULE_DISCRIMINATOR, KEYWORD_DISCRIMINATOR)->discriminator = discriminator;
	return true;
}

bool
compile_any_of(struct compile *compile)
{
	return add_alternatives(compile, RULE_ANY_OF, KEYWORD_ANY_OF);
}

bool
compile_one_of(struct compile *compile)
{
	return add_alternatives(compile, RULE_ONE_OF, KEYWORD_ONE_OF);
}

bool
compile_not(struct compile *compile)
{
	const struct node *node = compile_child(compile, compile_value(compile, KEYWORD_NOT));
	if (node)
		compile_emit(compile, RULE_NOT, KEYWORD_NOT)->node = node;
	return node;
}

bool
compile_if(struct compile *compile)
{
	static const enum keyword_id ids[] = { KEYWORD_IF, KEYWORD_THEN, KEYWORD_ELSE };
	const struct node **nodes = arena_zero(&compile->set->arena, G_N_ELEMENTS(ids) * sizeof *nodes);
	for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++)
		if (compile->keys[ids[i]] && !(nodes[i] = compile_child(compile, compile_value(compile, ids[i]))))
			return false;
	compile_emit(compile, RULE_IF, KEYWORD_IF)->nodes = nodes;
	return true;
}
