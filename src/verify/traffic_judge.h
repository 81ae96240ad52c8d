/* One recorded exchange before one version of a contract. */
#ifndef VERIFY_TRAFFIC_JUDGE_H
#define VERIFY_TRAFFIC_JUDGE_H

#include "contract/exchange.h"
#include "contract/recording.h"
#include "contract/sample.h"
#include "verify/members.h"

struct judged {
	struct http_request request;
	struct http_response response;
	struct parsed_request parsed;         /* without an operation where the document has none */
	struct faults request_faults, answer_faults;
	GHashTable *request_places, *answer_places;   /* struct member_place; NULL without a body */
	bool meant_refused;                   /* the consumer wants to be refused */
	bool stripped;                        /* credentials are missing that must have been there */
};

/* `sanitised`: whoever recorded leaves credentials out. `sampler` (NULL: none) completes what is
 * partial. */
void judged_init(struct openapi *openapi, struct sampler *sampler, const struct recorded_exchange *exchange, bool sanitised, struct judged *ret);
void judged_finish(struct judged *judged);

#endif
