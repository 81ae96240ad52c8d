/* The deterministic contract designer: an OpenAPI 3.1 document for the entities of a service. */
#ifndef TEAM_DESIGN_H
#define TEAM_DESIGN_H

#include "team/domain.h"

/* What the API needs besides its resources; found in the statements. */
struct design_wishes {
	bool authentication;      /* accounts and sessions are asked for: a bearer scheme, 401 and 403 */
	bool search;              /* a q parameter on lists */
};

/* What the statements ask of the API as a whole. */
struct design_wishes design_wishes_read(const struct lexicon *lexicon, const struct statement_list *statements);

/* The document: per entity list (paging, filters, sorting), create, read, replace, patch, delete;
 * relations as foreign keys and as filters or sub-collections; problem+json; typed plausible fields.
 * Operations and properties carry "x-covers": the ids of the statements that they serve. Same
 * input, same bytes. NULL where `entities` is empty. */
struct doc *design_openapi(const char *title, const struct entity_list *entities, const struct design_wishes *wishes);

#endif
