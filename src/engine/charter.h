/* The immutable content of a run: what was asked, analysed, agreed and planned. Jobs on worker
 * threads share it with the engine by counting. */
#ifndef ENGINE_CHARTER_H
#define ENGINE_CHARTER_H

#include "contract/contract.h"
#include "engine/request.h"
#include "plan/plan.h"
#include "store/store.h"
#include "team/team.h"

/* A contract as it was agreed, with the digest of its interface document (JSON); NULL without one. */
struct agreed {
	struct contract contract;
	char *document;
};
RECORD_LIST_OF(agreed);
extern const struct record_type agreed_record;

struct agreement {
	struct agreed_list contracts;
};
extern const struct record_type agreement_record;

struct charter {
	int references;
	char *run, *output;
	struct run_request request;
	char *requirement;           /* its text; "" where there is none */
	struct analysis analysis;
	struct team team;
	struct agreement agreement;
	struct doc **specs;          /* of each contract, NULL without an interface */
	struct plan plan;
};
typedef struct charter Charter;

/* The kind under which the store keeps requests that replace the row's. */
#define CHARTER_REQUEST "request"

/* Reads what the run's digests name; parts that do not exist yet stay empty. */
struct charter *charter_load(struct store *store, const struct run_row *row, GError **error);
struct charter *charter_ref(struct charter *charter);
void charter_unref(struct charter *charter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Charter, charter_unref)

/* NULL where there is none of that id; `ret_spec` (may be NULL) borrows its document. */
const struct contract *charter_contract(const struct charter *charter, const char *id, struct doc **ret_spec);
/* Position of a contract, -1. */
int64_t charter_contract_index(const struct charter *charter, const char *id);

/* Keeps a record as a blob: its digest, newly allocated. */
char *charter_keep(struct store *store, const struct record_type *type, const void *record, GError **error);
/* Reads one back into `record`; a NULL digest leaves it initialised. */
bool charter_read(struct store *store, const char *digest, const struct record_type *type, void *record, GError **error);
/* A blob as text, newly allocated. */
char *charter_text(struct store *store, const char *digest, GError **error);

#endif
