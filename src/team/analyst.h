/* The offline analyst: a requirement in prose becomes an analysis, without any model. */
#ifndef TEAM_ANALYST_H
#define TEAM_ANALYST_H

#include "team/design.h"

/* Below this confidence the analyst says that it is guessing. */
#define ANALYST_GUESSING 0.45

/* ERR_INPUT where the text is empty, ERR_CONFIG where the catalogue is damaged. */
bool analyst_run(struct catalogue *catalogue, const char *text, struct analysis *ret, GError **error);

#endif
