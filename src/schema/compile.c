#include "schema/compile.h"

#include <string.h>

#include "base/error.h"
#include "schema/pattern.h"
#include "schema/stream.h"

enum { HOPS_MAX = 16 };   /* of references that lead to nothing but references */

/* In the order in which findings are listed, within each group of rules. Several keywords may
 * share a builder: the first that is present calls it. */
static const struct {
	enum keyword_id id;
	compile_builder *build;
} builders[] = {
	{ KEYWORD_TYPE, compile_types },
	{ KEYWORD_ENUM, compile_enum },
	{ KEYWORD_CONST, compile_const },
	{ KEYWORD_MINIMUM, compile_minimum },
	{ KEYWORD_EXCLUSIVE_MINIMUM, compile_above },
	{ KEYWORD_MAXIMUM, compile_maximum },
	{ KEYWORD_EXCLUSIVE_MAXIMUM, compile_below },
	{ KEYWORD_MULTIPLE_OF, compile_multiple },
	{ KEYWORD_MIN_LENGTH, compile_min_length },
	{ KEYWORD_MAX_LENGTH, compile_max_length },
	{ KEYWORD_PATTERN, compile_text_pattern },
	{ KEYWORD_FORMAT, compile_format },
	{ KEYWORD_CONTENT_ENCODING, compile_content },
	{ KEYWORD_CONTENT_MEDIA_TYPE, compile_content },
	{ KEYWORD_MIN_ITEMS, compile_min_items },
	{ KEYWORD_MAX_ITEMS, compile_max_items },
	{ KEYWORD_UNIQUE_ITEMS, compile_unique },
	{ KEYWORD_PREFIX_ITEMS, compile_items },
	{ KEYWORD_ITEMS, compile_items },
	{ KEYWORD_UNEVALUATED_ITEMS, compile_items },
	{ KEYWORD_CONTAINS, compile_contains },
	{ KEYWORD_MIN_PROPERTIES, compile_min_members },
	{ KEYWORD_MAX_PROPERTIES, compile_max_members },
	{ KEYWORD_REQUIRED, compile_required },
	{ KEYWORD_PROPERTIES, compile_members },
	{ KEYWORD_PATTERN_PROPERTIES, compile_members },
	{ KEYWORD_ADDITIONAL_PROPERTIES, compile_members },
	{ KEYWORD_UNEVALUATED_PROPERTIES, compile_members },
	{ KEYWORD_PROPERTY_NAMES, compile_member_names },
	{ KEYWORD_DEPENDENT_REQUIRED, compile_dependent_required },
	{ KEYWORD_DEPENDENT_SCHEMAS, compile_dependent_schemas },
	{ KEYWORD_DEPENDENCIES, compile_dependencies },
	{ KEYWORD_REF, compile_ref },
	{ KEYWORD_DYNAMIC_REF, compile_dynamic_ref },
	{ KEYWORD_RECURSIVE_REF, compile_recursive_ref },
	{ KEYWORD_ALL_OF, compile_all_of },
	{ KEYWORD_ANY_OF, compile_any_of },
	{ KEYWORD_ONE_OF, compile_one_of },
	{ KEYWORD_NOT, compile_not },
	{ KEYWORD_IF, compile_if },
	{ KEYWORD_UNEVALUATED_ITEMS, compile_rest_items },
	{ KEYWORD_UNEVALUATED_PROPERTIES, compile_rest_members },
};

static const uint8_t groups[] = {
#define XX(code, function, group) [RULE_##code] = GROUP_##group,
	RULE_MAP(XX)
#undef XX
};

bool
compile_fail(struct compile *compile, const struct value *at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_autofree char *where = doc_where(compile->place->resource.doc, at);
	return error_set(compile->error, ERR_INVALID, "correct the schema there", "%s: %s", where, text);
}

const struct value *
compile_value(const struct compile *compile, enum keyword_id id)
{
	const struct value *key = compile->keys[id];
	return key ? key + 1 : NULL;
}

struct rule *
compile_emit(struct compile *compile, enum rule_code code, enum keyword_id id)
{
	g_assert(compile->count < COMPILE_RULES_MAX);
	struct rule *rule = &compile->rules[compile->count++];
	*rule = (struct rule){ .code = (uint8_t)code, .keyword = compile->keys[id] };
	return rule;
}

/* Where a reference leads, with the error at the place of the reference. */
static struct node *
resolve(struct compile *compile, const struct place *place, const struct value *reference)
{
	GError *cause = NULL;
	struct node *target = refer_resolve(compile->set, place, reference->text, &cause);
	if (!target) {
		g_autofree char *where = doc_where(place->resource.doc, reference);
		error_wrap(compile->error, cause, ERR_INVALID, NULL, "%s", where);
	}
	return target;
}

static void
queue(struct compile *compile, struct node *node)
{
	if (node->state != NODE_KNOWN)
		return;
	node->state = NODE_QUEUED;
	g_ptr_array_add(compile->nodes, node);
}

struct node *
compile_target(struct compile *compile, const struct value *reference)
{
	struct node *target = resolve(compile, compile->place, reference);
	if (target)
		queue(compile, target);
	return target;
}

/* The reference of a schema that is nothing but a reference. */
static const struct value *
plain_reference(const struct node *node)
{
	const struct value *reference = value_member_n(node->value, "$ref", 4);
	bool alone = reference && (node->value->length == 1 || !(node->resource->dialect->bit & IN_MODERN));
	return alone && reference->kind == VALUE_STRING ? reference : NULL;
}

const struct node *
compile_child(struct compile *compile, const struct value *value)
{
	struct node *node = scan_node(compile->set, compile->place->document, value);
	const struct value *reference;
	for (unsigned hops = 0; hops < HOPS_MAX && node && (reference = plain_reference(node)); hops++)
		node = resolve(compile, node_place(node), reference);
	if (node)
		queue(compile, node);
	return node;
}

const struct node *const *
compile_children(struct compile *compile, const struct value *list)
{
	const struct node **nodes = arena_zero(&compile->set->arena, MAX(list->length, 1) * sizeof *nodes);
	size_t used = 0;
	VALUE_EACH (item, list)
		if (!(nodes[used++] = compile_child(compile, item)))
			return NULL;
	return nodes;
}

const struct pattern *
compile_pattern(struct compile *compile, const struct value *text)
{
	struct schema_set *set = compile->set;
	g_autoptr(GBytes) key = g_bytes_new(text->text, text->length);
	struct pattern *pattern = g_hash_table_lookup(set->patterns, key);
	if (pattern)
		return pattern;
	GError *cause = NULL;
	pattern = pattern_compile(text->text, text->length, set->options.strict, &cause);
	if (pattern) {
		g_hash_table_insert(set->patterns, g_steal_pointer(&key), pattern);
		return pattern;
	}
	g_autofree char *where = doc_where(compile->place->resource.doc, text);
	error_wrap(compile->error, cause, ERR_INVALID, NULL, "%s", where);
	return NULL;
}

struct name
compile_name(const struct value *text)
{
	return (struct name){ .print = name_print(text->text, text->length), .text = text->text, .length = text->length };
}

struct names
compile_names(struct compile *compile, const struct name *items, uint32_t count)
{
	uint32_t mask = 1;
	while (mask < count * 2)
		mask = mask * 2 + 1;
	struct names names = { .count = count, .mask = mask, .items = items };
	names.slots = arena_zero(&compile->set->arena, (mask + 1) * sizeof *names.slots);
	names_index(&names);
	return names;
}

static bool
refuse_keyword(struct compile *compile, const struct value *key)
{
	const struct keyword *meant = keyword_nearest(key->text, compile->dialect->bit);
	if (meant)
		return compile_fail(compile, key, "%s has no keyword \"%s\"; perhaps \"%s\" is meant", compile->dialect->name, key->text, meant->name);
	return compile_fail(compile, key, "%s has no keyword \"%s\"", compile->dialect->name, key->text);
}

/* Sorts the members of the schema by keyword. */
static bool
read_keys(struct compile *compile)
{
	const struct value *schema = compile->node->value;
	const struct value *reference = value_member_n(schema, "$ref", 4);
	bool alone = reference && !(compile->dialect->bit & IN_MODERN);
	VALUE_EACH_MEMBER (key, value, schema) {
		const struct keyword *keyword = keyword_find(key->text, key->length);
		bool known = keyword && dialect_knows(compile->dialect, keyword);
		if (!known && compile->set->options.strict && !g_str_has_prefix(key->text, "x-"))
			return refuse_keyword(compile, key);
		if (!known || (alone && value != reference))
			continue;
		const char *wanted = keyword_misshapen(keyword, compile->dialect->bit, value);
		if (wanted)
			return compile_fail(compile, value, "\"%s\" must be %s", key->text, wanted);
		compile->keys[keyword->id] = key;
	}
	return true;
}

/* Copies the rules into the arena, group by group, each in the order of the builders. */
static void
pack(struct compile *compile)
{
	struct node *node = compile->node;
	struct rule *rules = arena_zero(&compile->set->arena, compile->count * sizeof *rules);
	uint16_t used = 0;
	for (unsigned group = 0; group < GROUPS; group++) {
		node->first[group] = used;
		for (unsigned i = 0; i < compile->count; i++)
			if (groups[compile->rules[i].code] == group)
				rules[used++] = compile->rules[i];
	}
	node->first[GROUPS] = used;
	node->rules = rules;
	bool plain = true;
	for (unsigned i = node->first[GROUP_ANY]; i < used; i++)
		plain &= rules[i].code == RULE_CHOICE || rules[i].code == RULE_REST_ITEMS || rules[i].code == RULE_REST_MEMBERS;
	node->flags |= plain ? NODE_PLAIN : 0;
}

static bool
build(struct compile *compile)
{
	compile_builder *last = NULL;
	for (unsigned i = 0; i < G_N_ELEMENTS(builders); i++) {
		if (!compile->keys[builders[i].id] || builders[i].build == last)
			continue;
		last = builders[i].build;
		if (!last(compile))
			return false;
	}
	return true;
}

static bool
compile_one(struct schema_set *set, GPtrArray *nodes, struct node *node, GError **error)
{
	const struct place *place = node_place(node);
	struct compile compile = { .set = set, .nodes = nodes, .node = node, .place = place, .error = error };
	compile.dialect = place->resource.dialect;
	if (place->error) {
		g_autofree char *where = doc_where(place->resource.doc, place->extent);
		return error_wrap(error, g_error_copy(place->error), ERR_INVALID, NULL, "%s", where);
	}
	/* A dynamic reference below may lead to any of these. */
	for (const struct found_anchor *found = place->found; found; found = found->next)
		queue(&compile, (struct node *)(uintptr_t)found->anchor.node);
	node->types = value_is(node->value, VALUE_BOOL) && !node->value->truth ? 0 : TYPE_ANY;
	if (node->value->kind == VALUE_BOOL)
		return true;
	if (node->value->kind != VALUE_OBJECT)
		return compile_fail(&compile, node->value, "a schema was expected, not %s", value_kind_name(node->value));
	node->flags = compile.dialect->bit & D4 ? NODE_STRICT : 0;
	if (!read_keys(&compile) || !build(&compile))
		return false;
	node->flags |= value_truth(compile_value(&compile, KEYWORD_READ_ONLY)) ? NODE_READ_ONLY : 0;
	node->flags |= value_truth(compile_value(&compile, KEYWORD_WRITE_ONLY)) ? NODE_WRITE_ONLY : 0;
	pack(&compile);
	return true;
}

/* Makes the dynamic anchors of all places that were touched visible to checks. */
static void
publish(GPtrArray *nodes)
{
	for (unsigned i = 0; i < nodes->len; i++) {
		struct place *place = node_place(nodes->pdata[i]);
		for (struct found_anchor *found = place->found; found; found = found->next) {
			if (found->published)
				continue;
			found->published = true;
			found->anchor.next = place->resource.dynamic;
			__atomic_store_n(&place->resource.dynamic, &found->anchor, __ATOMIC_RELEASE);
		}
	}
}

bool
compile_node(struct schema_set *set, struct node *node, GError **error)
{
	if (node->state == NODE_DONE)
		return true;
	g_autoptr(GPtrArray) nodes = g_ptr_array_new();
	node->state = NODE_QUEUED;
	g_ptr_array_add(nodes, node);
	bool ok = true;
	for (unsigned i = 0; i < nodes->len && ok; i++)
		ok = compile_one(set, nodes, nodes->pdata[i], error);
	/* After a failure all of them are as unknown as before: they may lead to one another. */
	for (unsigned i = 0; i < nodes->len; i++)
		((struct node *)nodes->pdata[i])->state = ok ? NODE_DONE : NODE_KNOWN;
	for (unsigned i = 0; i < nodes->len && ok; i++)
		stream_build(&set->arena, nodes->pdata[i]);
	for (unsigned i = 0; i < nodes->len && ok; i++)
		stream_build_choice(&set->arena, nodes->pdata[i]);
	if (ok)
		publish(nodes);
	return ok;
}
