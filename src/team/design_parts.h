/* What an OpenAPI document has besides its resources: problems, shared parameters, sessions. */
#ifndef TEAM_DESIGN_PARTS_H
#define TEAM_DESIGN_PARTS_H

#include "team/design_schema.h"

void design_write_security(struct design *design);
void design_write_session_tag(struct design *design);
/* POST /sessions: an access token for credentials. */
void design_write_session_path(struct design *design);
void design_write_components(struct design *design);
/* References to the problem responses of an operation, ascending; 401 and 403 where it is protected. */
void design_write_problems(struct design *design, const int *statuses, size_t count);
/* A media type with a reference to a schema. */
void design_write_content(struct writer *writer, const char *media, const char *schema, const char *suffix);

#endif
