/* Does a consumer use its contract as it is? What it sent to a mock is judged against the document. */
#ifndef VERIFY_CONSUMER_H
#define VERIFY_CONSUMER_H

#include "contract/openapi.h"
#include "contract/recording.h"
#include "store/store.h"
#include "verify/evidence.h"

/* A request that a consumer means to be refused says so, in this header: it is a test of its own. */
#define CONSUMER_EXPECT_HEADER "X-Teamwright-Expect"
#define CONSUMER_EXPECT_REFUSED "refused"

/* A piece of evidence per operation that was used: every request to it was valid (or refused, where
 * that was meant). Requests that fit no operation are failed evidence. Operations that were never
 * used are a finding. */
void consumer_judge(struct openapi *openapi, const struct recorded_exchange_list *exchanges, struct evidence_list *evidence,
                    struct operation_result_list *operations, struct finding_list *findings);

/* Keeps what a consumer sent to the mock of a contract as evidence: the exchanges in the store (NULL: their digest
 * only), named in every piece of evidence from the one at `first` on; what is deprecated is a finding. */
struct consumer_use {
	const char *contract, *consumer;
	struct store *store;
	size_t first;
};
void consumer_keep(struct openapi *openapi, struct recorded_exchange_list *exchanges, const struct consumer_use *use,
                   struct evidence_list *evidence, struct verification *verification);

#endif
