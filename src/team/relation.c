#include <string.h>

#include "team/domain_build.h"

enum { CHAIN_MAX = 8 };

static struct entity_relation *
find_relation(const struct entity *entity, const char *target)
{
	for (size_t i = 0; i < entity->relations.count; i++)
		if (g_str_equal(entity->relations.items[i].target, target))
			return &entity->relations.items[i];
	return NULL;
}

static void
set_relation(struct entity *entity, enum relation_kind kind, const char *target, const char *statement)
{
	struct entity_relation *relation = find_relation(entity, target);
	if (!relation) {
		relation = record_append(&entity_relation_record, &entity->relations);
		relation->target = g_strdup(target);
		relation->kind = kind;
	}
	relation->kind = kind == RELATION_MANY_TO_MANY ? kind : relation->kind;
	if (!relation->statement)
		relation->statement = g_strdup(statement);
}

void
domain_relate(struct entity *child, struct entity *parent, const char *statement)
{
	if (child == parent)
		return;
	const struct entity_relation *known = find_relation(child, parent->name);
	/* Stated both ways round: each has many of the other. */
	if (known && known->kind == RELATION_HAS_MANY) {
		domain_relate_many(child, parent, statement);
		return;
	}
	set_relation(child, RELATION_BELONGS_TO, parent->name, statement);
	set_relation(parent, RELATION_HAS_MANY, child->name, statement);
}

void
domain_relate_many(struct entity *one, struct entity *other, const char *statement)
{
	set_relation(one, RELATION_MANY_TO_MANY, other->name, statement);
	set_relation(other, RELATION_MANY_TO_MANY, one->name, statement);
}

static bool
has_owner(const struct entity *entity)
{
	for (size_t i = 0; i < entity->relations.count; i++)
		if (entity->relations.items[i].kind == RELATION_BELONGS_TO)
			return true;
	return false;
}

/* Whether `entity` belongs to `owner`, perhaps through others. */
static bool
reaches(const struct domain *domain, const struct entity *entity, const struct entity *owner, unsigned depth)
{
	if (entity == owner)
		return true;
	for (size_t i = 0; i < entity->relations.count && depth < CHAIN_MAX; i++) {
		const struct entity_relation *relation = &entity->relations.items[i];
		const struct entity *next = relation->kind == RELATION_BELONGS_TO ? domain_entity(domain, relation->target) : NULL;
		if (next && reaches(domain, next, owner, depth + 1))
			return true;
	}
	return false;
}

/* How far apart two are named, in tokens; what stands behind counts as farther. */
static size_t
distance(const struct domain *domain, const char *name, const char *owner)
{
	const struct candidate *one = candidate_find(domain->candidates, name), *other = candidate_find(domain->candidates, owner);
	if (!one || !other)
		return G_MAXSIZE / 2;
	size_t best = G_MAXSIZE / 2;
	for (unsigned i = 0; i < MIN(one->count, G_N_ELEMENTS(one->mentions)); i++)
		for (unsigned j = 0; j < MIN(other->count, G_N_ELEMENTS(other->mentions)); j++) {
			size_t a = one->mentions[i], b = other->mentions[j];
			best = MIN(best, a >= b ? a - b : 2 * (b - a));
		}
	return best;
}

static void
add_usual_owner(struct domain *domain, struct entity *entity)
{
	const struct thing *thing = domain_thing(domain, entity->name);
	struct entity *nearest = NULL;
	size_t shortest = G_MAXSIZE;
	for (char **name = thing ? thing->owners : NULL; name && *name; name++) {
		struct entity *owner = domain_entity(domain, *name);
		if (!owner || owner == entity || reaches(domain, owner, entity, 0))
			continue;
		size_t far = distance(domain, entity->name, *name);
		nearest = far < shortest ? owner : nearest;
		shortest = MIN(shortest, far);
	}
	if (nearest)
		domain_relate(entity, nearest, NULL);
}

static bool
is_usual_owner(const struct domain *domain, const struct entity *entity, const struct entity *owner)
{
	const struct thing *thing = domain_thing(domain, entity->name);
	return thing && thing->owners && g_strv_contains((const char *const *)thing->owners, owner->name);
}

/* "comments on tasks", "tasks in a project" */
static void
read_adjacent(struct domain *domain, const struct clause *clause)
{
	const struct reading *reading = domain->reading;
	struct entity *before = NULL;
	size_t before_end = 0;
	for (size_t i = clause->from; i < clause->to; i = token_after(reading, i)) {
		struct entity *entity = domain_entity_at(domain, i);
		if (!entity)
			continue;
		size_t at = before_end;
		if (before && at < i && token_is(&reading->tokens[at], WORD_PREPOSITION)) {
			at = token_after(reading, at);
			while (at < i && (token_is(&reading->tokens[at], WORD_DETERMINER) || token_is(&reading->tokens[at], WORD_ADJECTIVE)))
				at = token_after(reading, at);
			if (at == i && before != entity && is_usual_owner(domain, before, entity))
				domain_relate(before, entity, domain_statement(domain, i));
		}
		before = entity;
		before_end = token_after(reading, i);
	}
}

void
domain_add_owners(struct domain *domain)
{
	for (unsigned i = 0; i < domain->clauses->len; i++) {
		const struct clause *clause = &g_array_index(domain->clauses, struct clause, i);
		if (!clause->outside && !clause->background)
			read_adjacent(domain, clause);
	}
	for (size_t i = 0; i < domain->entities->count; i++)
		if (!has_owner(&domain->entities->items[i]))
			add_usual_owner(domain, &domain->entities->items[i]);
}
