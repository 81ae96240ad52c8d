/* Does a running provider do what its document says? A property-based test over HTTP: phases send
 * cases and sequences, checks judge every answer, failures are shrunk to the least that shows them. */
#ifndef VERIFY_CONFORMANCE_H
#define VERIFY_CONFORMANCE_H

#include "contract/openapi.h"
#include "verify/coverage_map.h"
#include "verify/evidence.h"

/* `phase`: what is under way; called a few times a second at most. */
typedef void conformance_progress(void *data, const char *phase, unsigned requests, unsigned failures);

struct conformance_options {
	uint64_t seed;
	int64_t deadline;              /* monotonic ms */
	const bool *cancel;            /* may be NULL */
	unsigned cases;                /* of each operation and phase, at most; 0: 2000 */
	unsigned requests;             /* altogether, at most; 0: any number */
	unsigned faults;               /* after so many it ends; 0: any number */
	const char *const *headers;    /* "Name: value", sent with every request; NULL */
	const char *const *checks, *const *phases;   /* ids of those that are wanted; NULL: all */
	const char *const *operations; /* likewise: operationIds, or "GET /tasks" */
	int64_t response_ms;           /* an answer that takes longer is a fault; 0: 2500 */
	conformance_progress *progress;   /* NULL */
	void *data;
	bool allow_mock;               /* else one that says that it is a mock is not tested, and has failed */
};

/* What comes out; lists are added to. */
struct conformance_results {
	struct evidence_list *evidence;            /* a piece per case that passed, one per fault */
	struct operation_result_list *operations;
	struct finding_list *findings;
	struct covered_point_list *coverage;       /* NULL: not wanted */
	unsigned requests;
};

/* What a small, quick test spends: verification inside a run. */
extern const struct conformance_options conformance_quick;

/* Tests what listens at `url` (scheme, host, port; the document's base path is added). False with an
 * error only where testing itself was impossible; what the provider does wrong is evidence. */
bool conformance_test(struct openapi *openapi, const char *url, const struct conformance_options *options, struct conformance_results *results,
                      GError **error);

/* The tables, for help: ids and what they are, in order; NULL after the last. */
const char *conformance_check_id(size_t number, const char **ret_help);
const char *conformance_phase_id(size_t number, const char **ret_help);

#endif
