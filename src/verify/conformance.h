/* Does a running provider do what its document says? Every operation is tested over HTTP: sequences
 * on its resources, valid and invalid requests, bodies against schemas. */
#ifndef VERIFY_CONFORMANCE_H
#define VERIFY_CONFORMANCE_H

#include "contract/openapi.h"
#include "verify/evidence.h"

struct conformance_options {
	uint64_t seed;
	int64_t deadline;              /* monotonic ms */
	const bool *cancel;            /* may be NULL */
	bool allow_mock;               /* else one that says that it is a mock is not tested, and has failed */
	unsigned negatives;            /* invalid requests per body or parameter, at most; 0: 12 */
};

/* Tests what listens at `url` (scheme, host, port; the document's base path is added). Adds a piece
 * of evidence per case, a result per operation and findings. False with an error only where testing
 * itself was impossible; what the provider does wrong is evidence. */
bool conformance_test(struct openapi *openapi, const char *url, const struct conformance_options *options, struct evidence_list *evidence,
                      struct operation_result_list *operations, struct finding_list *findings, GError **error);

#endif
