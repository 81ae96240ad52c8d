/* What the schemas of a value ask for together. */
#include <string.h>

#include "contract/sample_model.h"
#include "contract/shape.h"

enum { DEPTH = 32, LOOK = 4 };

/* With these, a value made from the rest may still fail. */
static const char *const hard_keywords[] = {
	"not", "oneOf", "anyOf", "if", "contains", "uniqueItems", "pattern", "patternProperties", "propertyNames", "dependentSchemas",
	"dependencies", "unevaluatedProperties", "unevaluatedItems", "minProperties", "maxProperties", "discriminator", "format",
	"multipleOf", "minLength", "maxLength", "contentEncoding", "contentMediaType", "additionalProperties",
};

/* Schemas being gathered into a demand. */
struct gathering {
	struct making *making;
	struct demand *demand;
	const struct value *hint;
	unsigned attempt, depth;
};

static void gather(struct gathering *gathering, const struct value *node);

void
roots_add(struct roots *roots, const struct value *node)
{
	for (unsigned i = 0; i < roots->count; i++)
		if (roots->items[i] == node)
			return;
	if (node && roots->count < ROOTS)
		roots->items[roots->count++] = node;
}

static bool
is_around(const struct making *making, const struct value *node)
{
	for (unsigned i = 0; i < making->around->len; i++)
		if (making->around->pdata[i] == node)
			return true;
	return false;
}

static bool
all_lead_back(const struct making *making, const struct value *branches, unsigned depth);

static bool
leads_back(const struct making *making, const struct value *node, unsigned depth)
{
	node = openapi_resolve(making->sampler->openapi, node);
	if (!value_is(node, VALUE_OBJECT) || depth == LOOK)
		return false;
	if (is_around(making, node))
		return true;
	VALUE_EACH (part, value_member(node, "allOf"))
		if (leads_back(making, part, depth + 1))
			return true;
	if (leads_back(making, value_member(node, "items"), depth + 1))
		return true;
	return all_lead_back(making, value_member(node, "oneOf"), depth + 1) || all_lead_back(making, value_member(node, "anyOf"), depth + 1);
}

static bool
all_lead_back(const struct making *making, const struct value *branches, unsigned depth)
{
	bool any = false;
	VALUE_EACH (branch, branches) {
		bool null = g_strcmp0(value_member_text(branch, "type"), "null") == 0;
		if (!null && !leads_back(making, branch, depth))
			return false;
		any |= !null;
	}
	return any;
}

bool
demand_leads_back(const struct making *making, const struct value *node)
{
	return leads_back(making, node, 0);
}

/* The last part of a reference: "Pet" of "#/components/schemas/Pet". */
static const char *
last_part(const char *reference)
{
	const char *slash = strrchr(reference, '/');
	return slash ? slash + 1 : reference;
}

static const char *
component_name(const struct openapi *openapi, const struct value *node)
{
	const struct value *schemas = value_member(value_member(doc_root(openapi->doc), "components"), "schemas");
	VALUE_EACH_MEMBER (name, item, schemas)
		if (item == node)
			return name->text;
	return NULL;
}

static void
note_name(struct demand *demand, const char *reference)
{
	if (demand->name_count < FORCED)
		demand->names[demand->name_count++] = last_part(reference);
}

/* How well a hint suits a branch: members in common, minus what the branch wants and it lacks. */
static int
suitability(struct gathering *gathering, const struct value *branch)
{
	const struct shape *shape = shape_of(gathering->making->sampler->openapi, branch);
	int score = shape->kinds & SHAPE_KIND(gathering->hint->kind) ? 0 : -1000;
	for (size_t i = 0; i < shape->count && value_is(gathering->hint, VALUE_OBJECT); i++) {
		bool there = value_member(gathering->hint, shape->members[i].name);
		score += there ? 2 : shape->members[i].required ? -1 : 0;
	}
	return score;
}

static const struct value *
choose_like(struct gathering *gathering, const struct value *branches)
{
	struct openapi *openapi = gathering->making->sampler->openapi;
	const struct value *best = NULL;
	int best_score = 0;
	VALUE_EACH (branch, branches) {
		const struct schema *schema = openapi_schema(openapi, branch, NULL);
		int score = suitability(gathering, branch);
		if (schema && schema_check(schema, gathering->hint, gathering->making->options->side, NULL))
			score += 10000;
		if (!best || score > best_score) {
			best = branch;
			best_score = score;
		}
	}
	return best;
}

static bool
is_plain(const struct making *making, const struct value *branch)
{
	return g_strcmp0(value_member_text(branch, "type"), "null") != 0 && !value_is(branch, VALUE_BOOL) && !demand_leads_back(making, branch);
}

/* The branch that the value will meet: at first the first that ends, after a failure any. */
static const struct value *
choose_branch(struct gathering *gathering, const struct value *branches)
{
	struct making *making = gathering->making;
	const struct value *plain[DEMANDS];
	unsigned count = 0;
	if (gathering->hint && gathering->attempt < 2)
		return choose_like(gathering, branches);
	VALUE_EACH (branch, branches)
		if (count < DEMANDS && is_plain(making, branch))
			plain[count++] = branch;
	if (!count)
		return value_item(branches, making_choose(making, value_count(branches)));
	return plain[gathering->attempt || making->vary ? making_choose(making, count) : 0];
}

static void
gather_branch(struct gathering *gathering, const struct value *branches)
{
	if (value_count(branches))
		gather(gathering, choose_branch(gathering, branches));
}

/* A discriminator's member must name the schema that the value is made for (3.1.1 section 4.8.25). */
static void
gather_discriminator(struct gathering *gathering, const struct value *node, const char *before)
{
	struct demand *demand = gathering->demand;
	const struct value *discriminator = value_member(node, "discriminator");
	const char *member = value_member_text(discriminator, "propertyName");
	bool branches = value_member(node, "oneOf") || value_member(node, "anyOf");
	const char *name = before;
	if (branches || !name)
		name = demand->name_count ? demand->names[branches ? demand->name_count - 1 : 0] : NULL;
	if (!name)
		name = component_name(gathering->making->sampler->openapi, demand->roots->items[0]);
	if (!member || !name || demand->forced_count == FORCED)
		return;
	const char *text = name;
	VALUE_EACH_MEMBER (key, target, value_member(discriminator, "mapping"))
		if (value_text(target) && strcmp(last_part(target->text), name) == 0)
			text = key->text;
	demand->forced[demand->forced_count].member = member;
	demand->forced[demand->forced_count++].text = text;
}

static void
gather_condition(struct gathering *gathering, const struct value *node)
{
	const struct value *condition = value_member(node, "if"), *then = value_member(node, "then"), *otherwise = value_member(node, "else");
	if (!condition)
		return;
	bool wanted = gathering->attempt || gathering->making->vary ? making_choose(gathering->making, 2) == 0 : true;
	if (wanted || !otherwise) {
		if (wanted)
			gather(gathering, condition);
		gather(gathering, wanted ? then : NULL);
	} else {
		gather(gathering, otherwise);
	}
}

static bool
is_hard(const struct value *node)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(hard_keywords); i++)
		if (value_member(node, hard_keywords[i]))
			return true;
	return false;
}

static void
gather(struct gathering *gathering, const struct value *node)
{
	struct demand *demand = gathering->demand;
	if (value_is(node, VALUE_BOOL) && !node->truth)
		demand->impossible = true;
	if (!value_is(node, VALUE_OBJECT) || demand->count == DEMANDS || gathering->depth == DEPTH)
		return;
	for (unsigned i = 0; i < demand->count; i++)
		if (demand->nodes[i] == node)
			return;
	demand->nodes[demand->count++] = node;
	demand->hard |= is_hard(node);
	gathering->depth++;
	const char *first = demand->name_count ? demand->names[0] : NULL;
	static const char *const references[] = { "$ref", "$dynamicRef", "$recursiveRef" };
	for (unsigned i = 0; i < G_N_ELEMENTS(references); i++) {
		const struct value *reference = value_member(node, references[i]);
		if (!value_text(reference))
			continue;
		note_name(demand, reference->text);
		gather(gathering, openapi_target(gathering->making->sampler->openapi, reference));
	}
	VALUE_EACH (part, value_member(node, "allOf"))
		gather(gathering, part);
	gather_branch(gathering, value_member(node, "oneOf"));
	gather_branch(gathering, value_member(node, "anyOf"));
	gather_discriminator(gathering, node, first);
	gather_condition(gathering, node);
	gathering->depth--;
}

void
demand_init(struct making *making, struct demand *demand, const struct roots *roots, const struct value *hint, unsigned attempt)
{
	*demand = (struct demand){ .roots = roots, .attempt = attempt };
	struct gathering gathering = { making, demand, hint, attempt, 0 };
	for (unsigned i = 0; i < roots->count; i++)
		gather(&gathering, roots->items[i]);
}

void
demand_extend(struct making *making, struct demand *demand, const struct value *node)
{
	struct gathering gathering = { making, demand, NULL, 0, 0 };
	gather(&gathering, node);
}

static unsigned
kind_of_type(const char *type, bool *integer)
{
	static const char *const names[] = { "null", "boolean", "number", "string", "array", "object" };
	*integer = g_strcmp0(type, "integer") == 0;
	if (*integer)
		return SHAPE_KIND(VALUE_NUMBER);
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_strcmp0(type, names[i]) == 0)
			return SHAPE_KIND(i);
	return 0;
}

unsigned
demand_kinds(const struct demand *demand, bool *ret_integer)
{
	unsigned kinds = SHAPE_ANY;
	*ret_integer = false;
	for (unsigned i = 0; i < demand->count; i++) {
		const struct value *type = value_member(demand->nodes[i], "type");
		bool integer, number = false, whole = false;
		unsigned own = kind_of_type(value_text(type), &integer);
		whole |= integer;
		VALUE_EACH (item, type) {
			unsigned kind = kind_of_type(value_text(item), &integer);
			own |= kind;
			whole |= integer;
			number |= kind == SHAPE_KIND(VALUE_NUMBER) && !integer;
		}
		if (own && value_truth(value_member(demand->nodes[i], "nullable")))
			own |= SHAPE_KIND(VALUE_NULL);
		kinds &= own ? own : SHAPE_ANY;
		*ret_integer |= whole && !number;
	}
	return kinds;
}

const struct value *
demand_number(const struct demand *demand, const char *keyword, bool greatest)
{
	const struct value *best = NULL;
	for (unsigned i = 0; i < demand->count; i++) {
		const struct value *number = value_member(demand->nodes[i], keyword);
		if (!value_is(number, VALUE_NUMBER))
			continue;
		if (!best || (greatest ? value_double(number) > value_double(best) : value_double(number) < value_double(best)))
			best = number;
	}
	return best;
}

unsigned
demand_count(const struct demand *demand, const char *keyword, bool greatest, unsigned otherwise)
{
	const struct value *number = demand_number(demand, keyword, greatest);
	return number ? (unsigned)CLAMP(value_double(number), 0.0, 1000000.0) : otherwise;
}

bool
demand_fits(struct making *making, const struct demand *demand, const char *json)
{
	g_autoptr(Doc) doc = doc_own(json);
	for (unsigned i = 0; i < demand->roots->count; i++) {
		const struct schema *schema = openapi_schema(making->sampler->openapi, demand->roots->items[i], NULL);
		if (schema && !schema_check_within(schema, doc_root(doc), making->options->side, &making->work))
			return false;
	}
	return true;
}
