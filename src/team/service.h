/* The services that a requirement names. */
#ifndef TEAM_SERVICE_H
#define TEAM_SERVICE_H

#include "team/clause.h"

struct service_hint {
	char *name;      /* "order_service" */
	char **things;   /* names of what it keeps, the most obvious first */
	size_t at;       /* token where it is named */
};

/* All named services, at least two; else none. Free with g_ptr_array_unref. `ret_wanted` becomes
 * whether microservices are demanded without names. */
GPtrArray *service_hints_read(const struct reading *reading, const GArray *clauses, bool *ret_wanted);

#endif
