/* One request to a provider under test, and its judgement: what the conformance test is made of. */
#ifndef VERIFY_PROBE_H
#define VERIFY_PROBE_H

#include "base/http_client.h"
#include "contract/exchange.h"
#include "contract/resource.h"
#include "contract/sample.h"
#include "verify/conformance.h"

/* A test under way. */
struct probe {
	struct openapi *openapi;
	struct resources *resources;
	struct sampler *sampler;
	struct http_client *client;
	const struct conformance_options *options;
	char *url;                         /* with the base path */
	struct evidence_list *evidence;
	struct operation_result_list *operations;
	struct finding_list *findings;
	unsigned hangs;                    /* requests that got no answer in time */
};

/* What an answer has to be. */
enum expectation {
	EXPECT_SUCCESS,                    /* a declared 2xx, judged against the document */
	EXPECT_REFUSED,                    /* 4xx */
	EXPECT_NOT_FOUND,                  /* 404 (410 too) */
	EXPECT_NOT_ALLOWED,                /* 405 with Allow */
	EXPECT_UNAUTHORIZED,               /* 401 or 403 */
	EXPECT_ANY,                        /* anything declared, but no 5xx */
	EXPECT_ANY_OR_ABSENT,              /* likewise; a 404 that is not declared says that made-up ids lead nowhere: no case then */
};

/* A request under construction for an operation. */
struct draft {
	const struct openapi_operation *operation;
	struct http_request request;
};

bool probe_is_over(const struct probe *probe);   /* deadline, cancelled, or too many hangs */
const struct operation_result *probe_operation(struct probe *probe, const struct openapi_operation *operation);

/* A value for the path parameter at `position`. With `liked`: NULL where that fits already, else one of
 * its kind. NULL where none could be made. */
struct doc *probe_path_value(struct probe *probe, const struct openapi_operation *operation, size_t position, const struct value *liked);
/* Whether a text can stand for the path parameter at `position`. */
bool probe_path_fits(struct probe *probe, const struct openapi_operation *operation, size_t position, const char *text);
/* The ids that are known, and made-up ones for the rest of the path: always the same ones to be used
 * again. */
char **probe_ids(struct probe *probe, const struct openapi_operation *operation, char **known);
/* A request with valid parameters: `ids` (NULL-terminated, in the order of the template; may be NULL
 * or shorter) fill the path, samples the rest; a credential where one is wanted. NULL body for none.
 * False where no valid value could be made: a finding says so. */
bool draft_init(struct probe *probe, struct draft *draft, const struct openapi_operation *operation, char **ids, const struct value *body);
void draft_set_query(struct draft *draft, const char *name, const char *value);
void draft_finish(struct draft *draft);
/* True where the document allows the request as it stands. */
bool draft_is_valid(struct probe *probe, const struct draft *draft);

/* Sends it as a case called `name`, judges, records. The body of a JSON answer goes to *ret_body
 * (may be NULL; NULL where there was none). True where the case passed. */
bool probe_send(struct probe *probe, const struct draft *draft, const char *name, enum expectation expect, struct doc **ret_body);
/* Records a case that follows from an answer that was got already. */
bool probe_check(struct probe *probe, const struct openapi_operation *operation, const char *name, bool passed, const char *expected,
                 const char *found);

#endif
