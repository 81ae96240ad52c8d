/* What the parts of the reader of entities share. */
#ifndef TEAM_DOMAIN_BUILD_H
#define TEAM_DOMAIN_BUILD_H

#include "team/claim.h"
#include "team/mention.h"

struct domain {
	const struct reading *reading;
	const GArray *clauses;
	const struct statement **statements;   /* by their offsets */
	size_t statement_count;
	GPtrArray *candidates;
	struct entity_list *entities;
	GHashTable *mentions;    /* token -> number of the entity that it mentions, from 1 */
	GHashTable *described;   /* names of entities whose fields are listed: "a task has a title and a status" */
};

struct entity *domain_entity(const struct domain *domain, const char *name);
/* What the lexicon knows of an entity, or of the last words of its name ("rent_payment"); NULL. */
const struct thing *domain_thing(const struct domain *domain, const char *name);
/* The statement that holds a token; NULL if none does. */
const char *domain_statement(const struct domain *domain, size_t at);
/* The entity that a token mentions; NULL. */
struct entity *domain_entity_at(const struct domain *domain, size_t at);

/* Adds what clauses state: fields, values of enumerations, relations. */
void domain_read_claims(struct domain *domain);
/* Adds a field by its name; `choices` (transferred) wins over the lexicon's. */
void domain_add_field(const struct domain *domain, struct entity *entity, const char *name, char **choices, const char *statement);
/* Adds what such things usually have, where nothing like it is stated. */
void domain_add_usual(struct domain *domain);

/* Child belongs to parent: a relation on either side. */
void domain_relate(struct entity *child, struct entity *parent, const char *statement);
void domain_relate_many(struct entity *one, struct entity *other, const char *statement);
/* Adds owners by adjacency ("comments on tasks") and by habit (a comment belongs to what stands nearest). */
void domain_add_owners(struct domain *domain);

#endif
