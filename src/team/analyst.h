/* The offline analyst: a requirement in prose becomes an analysis, without any model. */
#ifndef TEAM_ANALYST_H
#define TEAM_ANALYST_H

#include "team/design.h"

/* Below this confidence the analyst says that it is guessing. */
#define ANALYST_GUESSING 0.45

struct analyst;
typedef struct analyst Analyst;

/* Reads what the analyst knows. NULL with ERR_CONFIG where the catalogue is damaged. Immutable:
 * threads may share it. */
struct analyst *analyst_load(struct catalogue *catalogue, GError **error);
void analyst_destroy(struct analyst *analyst);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Analyst, analyst_destroy)

/* Any text has an analysis; free it with record_finish. */
void analyst_analyse(const struct analyst *analyst, const char *text, struct analysis *ret);

/* All of it for one text; on failure `ret` is left as it is. */
bool analyst_run(struct catalogue *catalogue, const char *text, struct analysis *ret, GError **error);

#endif
