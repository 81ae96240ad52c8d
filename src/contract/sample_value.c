/* One value: what is given is taken first, then examples, then the type decides. */
#include <string.h>

#include "contract/sample_model.h"
#include "contract/shape.h"

enum { ATTEMPTS = 8, DEPTH = 48, CANDIDATES = 64, GUESS_DEPTH = 3 };

/* splitmix64: small, and good enough for data that only has to look different. */
uint64_t
making_random(struct making *making)
{
	uint64_t mixed = making->random += UINT64_C(0x9E3779B97F4A7C15);
	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
	return mixed ^ mixed >> 31;
}

unsigned
making_choose(struct making *making, size_t count)
{
	return count ? (unsigned)(making_random(making) % count) : 0;
}

char *
making_quote(const char *text)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_text(&writer, text);
	return writer_take(&writer);
}

/* The JSON text of a value if it meets the demand. */
static char *
accept(struct making *making, const struct demand *demand, const struct value *value)
{
	g_autofree char *json = value_to_json(value, false);
	return demand_fits(making, demand, json) ? g_steal_pointer(&json) : NULL;
}

/* The first of a list that fits, from a place that chance chooses where values are to vary. */
static char *
accept_any(struct making *making, const struct demand *demand, const struct value *list)
{
	size_t count = MIN(value_count(list), CANDIDATES);
	size_t start = !making->options->served && (making->vary || making->depth > 1) ? making_choose(making, count) : 0;
	for (size_t i = 0; i < count; i++) {
		char *json = accept(making, demand, value_item(list, (start + i) % count));
		if (json)
			return json;
	}
	return NULL;
}

/* A constant or one of an enumeration. */
static char *
listed_value(struct making *making, const struct demand *demand, bool *ret_listed)
{
	*ret_listed = false;
	for (unsigned i = 0; i < demand->count; i++) {
		const struct value *constant = value_member(demand->nodes[i], "const"), *list = value_member(demand->nodes[i], "enum");
		*ret_listed |= constant || value_count(list);
		char *json = constant ? accept(making, demand, constant) : accept_any(making, demand, list);
		if (json)
			return json;
	}
	return NULL;
}

static char *
shown_under(struct making *making, const struct demand *demand, const char *keyword)
{
	for (unsigned i = 0; i < demand->count; i++) {
		const struct value *value = value_member(demand->nodes[i], keyword);
		bool list = strcmp(keyword, "examples") == 0;
		char *json = list ? accept_any(making, demand, value) : value ? accept(making, demand, value) : NULL;
		if (json)
			return json;
	}
	return NULL;
}

/* What the author shows: an example, one of several, or the default; a server begins with the default. */
static char *
shown_value(struct making *making, const struct demand *demand)
{
	static const char *const keywords[] = { "default", "examples", "example", "x-example", "default" };
	char *json = NULL;
	for (unsigned i = making->options->served ? 0 : 1; i < G_N_ELEMENTS(keywords) && !json; i++)
		json = shown_under(making, demand, keywords[i]);
	return json;
}

static const struct {
	const char *keyword;
	enum value_kind kind;
} signs[] = {
	{ "properties", VALUE_OBJECT }, { "required", VALUE_OBJECT }, { "additionalProperties", VALUE_OBJECT },
	{ "patternProperties", VALUE_OBJECT }, { "minProperties", VALUE_OBJECT }, { "propertyNames", VALUE_OBJECT },
	{ "items", VALUE_ARRAY }, { "prefixItems", VALUE_ARRAY }, { "minItems", VALUE_ARRAY }, { "contains", VALUE_ARRAY },
	{ "pattern", VALUE_STRING }, { "format", VALUE_STRING }, { "minLength", VALUE_STRING }, { "maxLength", VALUE_STRING },
	{ "minimum", VALUE_NUMBER }, { "maximum", VALUE_NUMBER }, { "multipleOf", VALUE_NUMBER },
};

/* Of the kinds that are permitted, the one that the schemas speak of; null only where nothing else is. */
static enum value_kind
choose_kind(struct making *making, const struct demand *demand, unsigned kinds)
{
	static const enum value_kind order[] = { VALUE_OBJECT, VALUE_STRING, VALUE_NUMBER, VALUE_ARRAY, VALUE_BOOL };
	for (unsigned i = 0; i < demand->count; i++)
		for (unsigned j = 0; j < G_N_ELEMENTS(signs) && (kinds & (kinds - 1)); j++)
			if (kinds & SHAPE_KIND(signs[j].kind) && value_member(demand->nodes[i], signs[j].keyword))
				return signs[j].kind;
	if (kinds == SHAPE_ANY)
		return VALUE_STRING;
	unsigned start = making->vary ? making_choose(making, G_N_ELEMENTS(order)) : 0;
	for (unsigned i = 0; i < G_N_ELEMENTS(order); i++) {
		enum value_kind kind = order[(start + i) % G_N_ELEMENTS(order)];
		if (kinds & SHAPE_KIND(kind))
			return kind;
	}
	return VALUE_NULL;
}

static char *
make_kind(struct making *making, struct demand *demand, const char *name, const struct value *hint)
{
	bool integer;
	unsigned kinds = demand_kinds(demand, &integer);
	if (!kinds)
		return NULL;
	/* A hint that is of a permitted kind decides it; with one that is not, nothing can be done. */
	if (hint && !(kinds & SHAPE_KIND(hint->kind)))
		hint = NULL;
	switch (hint ? (enum value_kind)hint->kind : choose_kind(making, demand, kinds)) {
	case VALUE_OBJECT:
		return making_object(making, demand, hint);
	case VALUE_ARRAY:
		return making_array(making, demand, name, hint);
	case VALUE_STRING:
		return making_text(making, demand, name);
	case VALUE_NUMBER:
		return making_number(making, demand, name, integer);
	case VALUE_BOOL:
		return g_strdup(making_choose(making, 2) ? "true" : "false");
	default:
		return g_strdup("null");
	}
}

/* "5" where a number is wanted, 5 where a text is: documents do not agree with themselves about ids. */
static char *
accept_respelled(struct making *making, struct demand *demand, const struct value *hint)
{
	bool text = value_is(hint, VALUE_STRING);
	if (!text && !value_is(hint, VALUE_NUMBER))
		return NULL;
	g_autofree char *number = text ? NULL : value_to_json(hint, false);
	g_autofree char *quoted = text ? NULL : g_strdup_printf("\"%s\"", number);
	g_autoptr(Doc) other = text ? doc_read_json("hint", hint->text, hint->length, NULL, NULL) : doc_own(quoted);
	bool respelled = other && (!text || value_is(doc_root(other), VALUE_NUMBER));
	return respelled ? accept(making, demand, doc_root(other)) : NULL;
}

/* One attempt; `ret_final` says that trying again would bring the same. */
static char *
attempt_value(struct making *making, struct demand *demand, const char *name, const struct value *hint, unsigned attempt, bool *ret_final)
{
	bool listed, scalar = hint && hint->kind < VALUE_ARRAY;
	*ret_final = true;
	if (demand->impossible)
		return NULL;
	char *json = scalar ? accept(making, demand, hint) : NULL;
	if (!json && scalar)
		json = accept_respelled(making, demand, hint);
	if (!json && !hint && !making->vary && !attempt)
		json = shown_value(making, demand);
	if (!json)
		json = listed_value(making, demand, &listed);
	if (json)
		return json;
	*ret_final = !demand->hard;
	if (listed)
		return NULL;
	json = make_kind(making, demand, name, scalar ? NULL : hint);
	if (json && demand->hard && !demand_fits(making, demand, json))
		g_clear_pointer(&json, g_free);
	return json;
}

/* A whole that cannot be rebuilt part by part is taken as it is, if it fits. */
static char *
accept_whole(struct making *making, const struct roots *roots, const struct value *hint)
{
	struct demand demand = { .roots = roots };
	return hint ? accept(making, &demand, hint) : NULL;
}

/* Constants that stand in conditions and alternatives, where no demand sees them. */
static char *
guess_constant(struct making *making, const struct demand *demand, const struct value *node, unsigned depth)
{
	const struct value *constant = value_member(node, "const");
	char *json = constant ? accept(making, demand, constant) : accept_any(making, demand, value_member(node, "enum"));
	if (depth == GUESS_DEPTH)
		return json;
	VALUE_EACH_MEMBER (name, item, node)
		if (!json && name->kind == VALUE_STRING && item->kind >= VALUE_ARRAY)
			json = guess_constant(making, demand, item, depth + 1);
	VALUE_EACH (item, node)
		if (!json)
			json = guess_constant(making, demand, item, depth + 1);
	return json;
}

/* Where no rule says how a value is made, some simple ones may fit. */
static char *
guess(struct making *making, const struct roots *roots)
{
	static const char *const simple[] = { "{}", "[]", "\"\"", "\"text\"", "0", "1", "true", "false", "null", "{\"another\":1}", "[1]", "0.5", "-1" };
	struct demand demand = { .roots = roots };
	char *json = NULL;
	for (unsigned i = 0; i < roots->count && !json; i++)
		json = guess_constant(making, &demand, openapi_resolve(making->sampler->openapi, roots->items[i]), 0);
	for (unsigned i = 0; i < G_N_ELEMENTS(simple) && !json; i++)
		if (demand_fits(making, &demand, simple[i]))
			json = g_strdup(simple[i]);
	return json;
}

char *
making_value(struct making *making, const struct roots *roots, const char *name, const struct value *hint)
{
	if (making->depth == DEPTH || !making->steps || making->work <= 0)
		return NULL;
	char *json = NULL;
	bool final = false;
	making->depth++;
	making->steps--;
	making->budget -= making->budget > 0;
	guint around = making->around->len;
	for (unsigned attempt = 0; !json && !final && attempt < ATTEMPTS; attempt++) {
		struct demand demand;
		demand_init(making, &demand, roots, hint, attempt);
		for (unsigned i = 0; i < demand.count; i++)
			g_ptr_array_add(making->around, (void *)(uintptr_t)demand.nodes[i]);
		json = attempt_value(making, &demand, name, hint, attempt, &final);
		/* Inner failures multiply: once deep inside, let the outer values choose again. */
		final |= making->depth > 4 && attempt >= 2;
		g_ptr_array_set_size(making->around, (int)around);
	}
	making->depth--;
	json = json ? json : accept_whole(making, roots, hint);
	return json || making->depth > GUESS_DEPTH ? json : guess(making, roots);
}
