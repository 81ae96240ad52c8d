/* Values for cases: parameters, bodies whose foreign keys lead somewhere, ids that are new. */
#ifndef VERIFY_FILL_H
#define VERIFY_FILL_H

#include "verify/campaign.h"

/* Whether a value can be the last part of an item's path; false for NULL. */
bool fill_fits_path(struct tester *tester, const struct resource *resource, const struct value *id);
/* "project_id", "projectId": the name of a member that points to something else. */
bool fill_is_key(const char *name);

#endif
