/* The output folder of a run: everything is written beside it first, then moved in piece by piece,
 * so that nothing is ever half there. */
#ifndef ENGINE_PUBLISH_H
#define ENGINE_PUBLISH_H

#include "engine/report.h"

/* The file by which we know a folder of ours; it lists what we put there. */
#define PUBLISH_MARKER ".teamwright-output"

/* Refuses a folder that is not empty and not ours, unless `force`; and one that cannot be written. */
bool publish_check(const char *folder, bool force, GError **error);
bool publish_run(struct store *store, struct catalogue *catalogue, const struct charter *charter, const struct report *report,
                 GError **error);

#endif
