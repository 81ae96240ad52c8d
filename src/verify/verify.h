/* Verifying a deliverable: each criterion's checks are run, in the deliverable's folder, and leave
 * evidence. Mocks answer consumers only; a provider under test answers for itself. */
#ifndef VERIFY_VERIFY_H
#define VERIFY_VERIFY_H

#include "base/config.h"
#include "contract/contract.h"
#include "contract/openapi.h"
#include "store/store.h"
#include "verify/evidence.h"

/* A contract that the deliverable uses. With `url` the real provider is used, else a mock. */
struct verify_use {
	const struct contract *contract;
	struct doc *spec;
	const char *url;
};

struct verify_input {
	const struct contract *contract;     /* what is verified */
	struct doc *spec;                    /* its document; NULL without an interface */
	const char *persona_id;
	const char *folder;                  /* the deliverable, laid out */
	const char *scratch;                 /* an empty folder for data of what is tested */
	const char *owner;                   /* of processes: who to sweep after */
	const struct verify_use *uses;
	size_t use_count;
	struct store *store;                 /* keeps outputs; NULL: digests only */
	uint64_t seed;
	int64_t deadline;                    /* monotonic ms */
	const bool *cancel;
};

/* False with an error only where verifying itself was impossible. */
bool verify_run(const struct verify_input *input, struct verification *ret, GError **error);

/* The first check of kind CONTRACT in a contract: how its provider is started, or its consumer run;
 * NULL where it has none. */
const struct check *verify_contract_check(const struct contract *contract);

/* True where `path` matches a glob: * within a folder, ** over folders, ? and […]. */
bool verify_glob(const char *glob, const char *path);

#endif
