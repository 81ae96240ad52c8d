/* A mock never answers for a provider under test: whatever it does is what the document says. */
#ifndef VERIFY_GENUINE_H
#define VERIFY_GENUINE_H

#include "base/http_client.h"
#include "verify/evidence.h"

/* False where what listens at `url` says that it is a mock: then a piece of evidence has failed. With
 * `allow` that is a finding only. */
bool genuine_test(struct http_client *client, const char *url, bool allow, struct evidence_list *evidence, struct finding_list *findings);

#endif
