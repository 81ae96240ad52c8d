/* What a persona or a task of a run may cost, whatever the run may: the section `limits` of the settings. */
#ifndef ENGINE_LIMIT_H
#define ENGINE_LIMIT_H

#include "base/config.h"
#include "llm/ledger.h"

struct limit {
	char *persona, *task;        /* one of both: a name, or * for each */
	double budget;               /* dollars; NaN: any */
	int64_t max_tokens, max_calls;   /* RECORD_NO_INT: any */
};
RECORD_LIST_OF(limit);
extern const struct record_type limit_record;

/* ERR_CONFIG names file and line. */
bool limits_load(const struct config *config, struct limit_list *ret, GError **error);

enum limit_kind { LIMIT_PERSONA, LIMIT_TASK };
/* The strictest of all that are for it; false where there is none. */
bool limits_find(const struct limit_list *limits, enum limit_kind kind, const char *name, struct allowance *ret);

#endif
