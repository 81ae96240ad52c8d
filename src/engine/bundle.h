/* Saved plans: everything that a run needs to go on from its plan, in one file. */
#ifndef ENGINE_BUNDLE_H
#define ENGINE_BUNDLE_H

#include "engine/charter.h"

struct bundled_contract {
	struct contract contract;
	struct doc *document;        /* its interface document; NULL without one */
};
RECORD_LIST_OF(bundled_contract);
extern const struct record_type bundled_contract_record;

struct bundle {
	char *format;                /* "teamwright-plan-1" */
	char *requirement;
	struct analysis analysis;
	struct team team;
	struct bundled_contract_list contracts;
	struct plan plan;
};
extern const struct record_type bundle_record;

void bundle_of_charter(const struct charter *charter, struct bundle *ret);
/* Reads a saved plan, or a plain plan: a file with only "tasks". The plan is checked. */
bool bundle_read(const char *path, struct bundle *ret, GError **error);
/* Keeps the parts as blobs and notes their digests in the row. */
bool bundle_keep(struct store *store, const struct bundle *bundle, struct run_row *row, GError **error);

#endif
