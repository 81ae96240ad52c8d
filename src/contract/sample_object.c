/* Objects: required members, those that the occasion wants, and as many as are asked for. */
#include <string.h>

#include "contract/sample_model.h"
#include "contract/shape.h"
#include "schema/pattern.h"

enum { DEEP = 4, MEMBERS_MAX = 2000, ROUNDS = 8, STRANGER_TRIES = 8, SPOIL = 3 };

struct member {
	const char *name;            /* of the document or the hint */
	bool required, wanted;
};

struct assembly {
	struct making *making;
	struct demand *demand;
	const struct value *hint;
	GArray *members;             /* struct member */
	GHashTable *places;          /* name -> place + 1 */
	GHashTable *done;            /* names that are written */
	GString *json;
	unsigned written, most;
	unsigned due;                /* required members that are still to come */
};

static struct member *
add_member(struct assembly *assembly, const char *name)
{
	size_t place = GPOINTER_TO_SIZE(g_hash_table_lookup(assembly->places, name));
	struct member member = { .name = name };
	if (!place) {
		if (assembly->members->len == MEMBERS_MAX)
			return NULL;
		g_array_append_val(assembly->members, member);
		place = assembly->members->len;
		g_hash_table_insert(assembly->places, (void *)(uintptr_t)name, GSIZE_TO_POINTER(place));
	}
	return &g_array_index(assembly->members, struct member, place - 1);
}

static void
require(struct assembly *assembly, const struct value *names)
{
	VALUE_EACH (name, names) {
		struct member *member = value_text(name) ? add_member(assembly, name->text) : NULL;
		if (member)
			member->required = true;
	}
}

static void
collect_members(struct assembly *assembly)
{
	for (unsigned i = 0; i < assembly->demand->count; i++) {
		VALUE_EACH_MEMBER (name, schema, value_member(assembly->demand->nodes[i], "properties"))
			add_member(assembly, name->text);
		require(assembly, value_member(assembly->demand->nodes[i], "required"));
	}
	for (unsigned i = 0; i < assembly->demand->forced_count; i++) {
		struct member *member = add_member(assembly, assembly->demand->forced[i].member);
		if (member)
			member->required = true;
	}
}

static bool
pattern_fits(const char *pattern, const char *name)
{
	struct pattern *compiled = pattern_compile(pattern, strlen(pattern), false, NULL);
	bool fits = compiled && pattern_match(compiled, name, strlen(name)) == PATTERN_FITS;
	pattern_destroy(compiled);
	return fits;
}

/* The schemas that one schema has for a member; true if it names the member. */
static bool
add_member_roots(const struct value *node, const char *name, struct roots *roots)
{
	const struct value *property = value_member(value_member(node, "properties"), name);
	bool named = property;
	roots_add(roots, property);
	VALUE_EACH_MEMBER (pattern, schema, value_member(node, "patternProperties")) {
		if (!pattern_fits(pattern->text, name))
			continue;
		named = true;
		roots_add(roots, schema);
	}
	if (!named)
		roots_add(roots, value_member(node, "additionalProperties"));
	return named;
}

static void
member_roots(const struct demand *demand, const char *name, struct roots *roots)
{
	bool named = false;
	for (unsigned i = 0; i < demand->count; i++)
		named |= add_member_roots(demand->nodes[i], name, roots);
	for (unsigned i = 0; i < demand->count && !named; i++)
		roots_add(roots, value_member(demand->nodes[i], "unevaluatedProperties"));
}

/* In 3.0 nothing counts that stands beside a reference. */
static bool
counts_beside(const struct openapi *openapi, const struct value *node)
{
	const char *version = value_member(node, "$ref") ? value_member_text(doc_root(openapi->doc), "openapi") : NULL;
	return !version || !g_str_has_prefix(version, "3.0");
}

static bool
has_flag(const struct openapi *openapi, const struct roots *roots, const char *flag)
{
	for (unsigned i = 0; i < roots->count; i++) {
		const struct value *node = roots->items[i], *target = openapi_resolve(openapi, node);
		if ((counts_beside(openapi, node) && value_truth(value_member(node, flag))) || value_truth(value_member(target, flag)))
			return true;
		VALUE_EACH (part, value_member(target, "allOf"))
			if (value_truth(value_member(openapi_resolve(openapi, part), flag)))
				return true;
	}
	return false;
}

static bool
has_default(const struct openapi *openapi, const struct roots *roots)
{
	for (unsigned i = 0; i < roots->count; i++)
		if (value_member(openapi_resolve(openapi, roots->items[i]), "default"))
			return true;
	return false;
}

/* Members that must not travel this way. */
static bool
stays(const struct assembly *assembly, const struct roots *roots)
{
	const struct openapi *openapi = assembly->making->sampler->openapi;
	enum schema_side side = assembly->making->options->side;
	return (side == SCHEMA_SIDE_REQUEST && has_flag(openapi, roots, "readOnly")) ||
	       (side == SCHEMA_SIDE_RESPONSE && has_flag(openapi, roots, "writeOnly"));
}

/* Whether an optional member is wanted where nobody asks for it. */
static bool
is_wanted(const struct assembly *assembly, const struct roots *roots)
{
	const struct making *making = assembly->making;
	const struct openapi *openapi = making->sampler->openapi;
	if (making->options->served && (has_flag(openapi, roots, "readOnly") || has_default(openapi, roots)))
		return !making->minimal;
	if (making->minimal || making->options->required_only || making->options->like || making->depth > DEEP || !making->budget)
		return false;
	for (unsigned i = 0; i < roots->count; i++)
		if (demand_leads_back(making, roots->items[i]))
			return false;
	return true;
}

static const char *
forced_text(const struct demand *demand, const char *name)
{
	for (unsigned i = 0; i < demand->forced_count; i++)
		if (strcmp(demand->forced[i].member, name) == 0)
			return demand->forced[i].text;
	return NULL;
}

/* What a discriminator wants the member to be, where its schema agrees. */
static char *
forced_value(struct assembly *assembly, const char *name, const struct roots *roots)
{
	const char *text = forced_text(assembly->demand, name);
	struct demand demand = { .roots = roots };
	g_autofree char *json = text ? making_quote(text) : NULL;
	return json && demand_fits(assembly->making, &demand, json) ? g_steal_pointer(&json) : NULL;
}

/* Takes `value`. */
static void
write_member(struct assembly *assembly, const char *name, char *value)
{
	g_autofree char *key = making_quote(name), *text = value;
	g_hash_table_add(assembly->done, g_strdup(name));
	g_string_append_printf(assembly->json, "%s%s:%s", assembly->written ? "," : "", key, text);
	assembly->written++;
}

static bool
allows_nothing(const struct roots *roots)
{
	for (unsigned i = 0; i < roots->count; i++)
		if (value_is(roots->items[i], VALUE_BOOL) && !roots->items[i]->truth)
			return true;
	return false;
}

/* False only where a required member cannot be made. */
static bool
make_member(struct assembly *assembly, const struct member *member)
{
	struct roots roots = { 0 };
	const struct value *given = value_member(assembly->hint, member->name);
	if (g_hash_table_contains(assembly->done, member->name))
		return true;
	member_roots(assembly->demand, member->name, &roots);
	if (allows_nothing(&roots))
		return !member->required;
	if (stays(assembly, &roots) || (!member->required && !member->wanted && !given && !is_wanted(assembly, &roots)))
		return true;
	if (!member->required && assembly->written + assembly->due >= assembly->most)
		return true;
	char *value = forced_value(assembly, member->name, &roots);
	if (!value)
		value = making_value(assembly->making, &roots, member->name, given);
	if (value)
		write_member(assembly, member->name, value);
	return value || !member->required;
}

/* In the order of the schemas; places are kept for the required ones. */
static bool
make_members(struct assembly *assembly)
{
	assembly->due = 0;
	for (unsigned i = 0; i < assembly->members->len; i++) {
		const struct member *member = &g_array_index(assembly->members, struct member, i);
		assembly->due += member->required && !g_hash_table_contains(assembly->done, member->name);
	}
	for (unsigned i = 0; i < assembly->members->len; i++) {
		struct member member = g_array_index(assembly->members, struct member, i);
		assembly->due -= member.required && !g_hash_table_contains(assembly->done, member.name);
		if (!make_member(assembly, &member))
			return false;
	}
	return true;
}

/* What members that are there ask for besides (dependentRequired, dependentSchemas, dependencies of
 * draft 7); true if there was something new. */
static bool
add_dependents(struct assembly *assembly)
{
	static const char *const keywords[] = { "dependentRequired", "dependentSchemas", "dependencies" };
	unsigned before = assembly->members->len, schemas = assembly->demand->count;
	for (unsigned i = 0; i < assembly->demand->count; i++) {
		for (unsigned j = 0; j < G_N_ELEMENTS(keywords); j++) {
			VALUE_EACH_MEMBER (name, dependent, value_member(assembly->demand->nodes[i], keywords[j])) {
				if (!g_hash_table_contains(assembly->done, name->text))
					continue;
				require(assembly, dependent);
				if (value_is(dependent, VALUE_OBJECT) && assembly->demand->count < DEMANDS)
					demand_extend(assembly->making, assembly->demand, dependent);
			}
		}
	}
	collect_members(assembly);
	bool missing = assembly->members->len > before || assembly->demand->count > schemas;
	for (unsigned i = 0; i < assembly->members->len && !missing; i++) {
		const struct member *member = &g_array_index(assembly->members, struct member, i);
		missing = member->required && !g_hash_table_contains(assembly->done, member->name);
	}
	return missing;
}

/* A name that no schema names: from the pattern of such names, else a word. */
static char *
choose_stranger(struct assembly *assembly)
{
	struct making *making = assembly->making;
	struct roots names = { 0 };
	for (unsigned i = 0; i < assembly->demand->count; i++) {
		roots_add(&names, value_member(assembly->demand->nodes[i], "propertyNames"));
		VALUE_EACH_MEMBER (pattern, schema, value_member(assembly->demand->nodes[i], "patternProperties"))
			if (!names.count && !(value_is(schema, VALUE_BOOL) && !schema->truth))
				return making_pattern(making, pattern->text, 0, PATTERN_USUAL);
	}
	if (names.count) {
		g_autofree char *json = making_value(making, &names, "key", NULL);
		g_autoptr(Doc) doc = json ? doc_own(json) : NULL;
		return g_strdup(value_text(doc_root(doc)));
	}
	const struct value *words = lexicon_words(making->sampler->lexicon);
	return g_strdup(value_text(value_item(words, making_choose(making, value_count(words)))));
}

static void
make_stranger(struct assembly *assembly)
{
	for (unsigned i = 0; i < STRANGER_TRIES; i++) {
		struct roots roots = { 0 };
		g_autofree char *name = choose_stranger(assembly);
		if (!name || g_hash_table_contains(assembly->done, name))
			continue;
		member_roots(assembly->demand, name, &roots);
		char *value = allows_nothing(&roots) ? NULL : making_value(assembly->making, &roots, name, NULL);
		if (value) {
			write_member(assembly, name, value);
			return;
		}
	}
}

/* True where members that nobody names are part of the meaning: a map, or an open object. */
static bool
is_map(const struct demand *demand)
{
	bool named = false, open = false;
	for (unsigned i = 0; i < demand->count; i++) {
		const struct value *additional = value_member(demand->nodes[i], "additionalProperties");
		named |= value_count(value_member(demand->nodes[i], "properties")) > 0;
		open |= (additional && !(value_is(additional, VALUE_BOOL) && !additional->truth)) || value_member(demand->nodes[i], "patternProperties");
	}
	return open || !named;
}

/* Members of the hint that no schema names, where such are meant to be. */
static void
take_strangers(struct assembly *assembly)
{
	if (!is_map(assembly->demand))
		return;
	VALUE_EACH_MEMBER (name, item, assembly->hint) {
		struct roots roots = { 0 };
		if (g_hash_table_contains(assembly->done, name->text) || assembly->written >= assembly->most)
			continue;
		member_roots(assembly->demand, name->text, &roots);
		char *value = allows_nothing(&roots) ? NULL : roots.count ? making_value(assembly->making, &roots, name->text, item) : value_to_json(item, false);
		if (value)
			write_member(assembly, name->text, value);
	}
}

/* A map without a single entry would show nothing. */
static unsigned
usual_count(const struct assembly *assembly)
{
	const struct making *making = assembly->making;
	bool small = making->minimal || making->options->required_only || making->depth > DEEP || !making->budget || assembly->hint;
	bool typed = false;
	for (unsigned i = 0; i < assembly->demand->count; i++) {
		const struct value *additional = value_member(assembly->demand->nodes[i], "additionalProperties");
		typed |= value_is(additional, VALUE_OBJECT) && value_count(additional) && !demand_leads_back(making, additional);
		typed |= value_member(assembly->demand->nodes[i], "patternProperties") != NULL;
	}
	return !small && typed && !assembly->members->len ? 2 : 0;
}

static void
want_more(struct assembly *assembly, unsigned least)
{
	for (unsigned i = 0; i < assembly->members->len && assembly->written < least; i++) {
		struct member member = g_array_index(assembly->members, struct member, i);
		member.wanted = true;
		make_member(assembly, &member);
	}
	for (unsigned i = 0; assembly->written < least && i < least; i++)
		make_stranger(assembly);
}

static bool
is_met(const struct demand *demand, const struct value *branch)
{
	for (unsigned i = 0; i < demand->count; i++)
		if (demand->nodes[i] == branch)
			return true;
	return false;
}

/* Adds one member of a branch with a value that it does not accept there. */
static void
spoil_branch(struct assembly *assembly, const struct value *branch)
{
	static const char *const values[] = { "null", "false", "\"\"", "[]" };
	struct openapi *openapi = assembly->making->sampler->openapi;
	const struct shape *shape = shape_of(openapi, branch);
	for (size_t i = 0; i < shape->count; i++) {
		struct roots own = { 0 }, theirs = { 0 };
		const char *name = shape->members[i].name;
		roots_add(&theirs, shape->members[i].schema);
		member_roots(assembly->demand, name, &own);
		struct demand other = { .roots = &theirs }, ours = { .roots = &own };
		for (unsigned j = 0; j < G_N_ELEMENTS(values) && theirs.count && !g_hash_table_contains(assembly->done, name); j++) {
			if (!demand_fits(assembly->making, &ours, values[j]) || demand_fits(assembly->making, &other, values[j]))
				continue;
			write_member(assembly, name, g_strdup(values[j]));
			return;
		}
	}
}

/* Of the branches of a oneOf, only one may fit; where they do not exclude one another, something has
 * to stand in the way of the others. The last resort, as it does not look natural. */
static void
spoil_others(struct assembly *assembly)
{
	for (unsigned i = 0; i < assembly->demand->count; i++)
		VALUE_EACH (branch, value_member(assembly->demand->nodes[i], "oneOf"))
			if (!is_met(assembly->demand, branch))
				spoil_branch(assembly, branch);
}

static bool
assemble(struct assembly *assembly)
{
	unsigned least = demand_count(assembly->demand, "minProperties", true, 0);
	assembly->most = demand_count(assembly->demand, "maxProperties", false, MEMBERS_MAX);
	collect_members(assembly);
	if (!make_members(assembly))
		return false;
	for (unsigned round = 0; round < ROUNDS && add_dependents(assembly); round++)
		if (!make_members(assembly))
			return false;
	take_strangers(assembly);
	if (assembly->demand->attempt >= SPOIL)
		spoil_others(assembly);
	want_more(assembly, MIN(MAX(least, usual_count(assembly)), assembly->most));
	return true;
}

char *
making_object(struct making *making, struct demand *demand, const struct value *hint)
{
	struct assembly assembly = { .making = making, .demand = demand, .hint = hint, .json = g_string_new("{") };
	assembly.members = g_array_new(FALSE, FALSE, sizeof(struct member));
	assembly.places = g_hash_table_new(g_str_hash, g_str_equal);
	assembly.done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	bool ok = assemble(&assembly);
	g_string_append_c(assembly.json, '}');
	g_array_unref(assembly.members);
	g_hash_table_unref(assembly.places);
	g_hash_table_unref(assembly.done);
	return g_string_free(assembly.json, !ok);
}
