/* Verification on demand: a folder of work, or a running server, against its contracts. */
#ifndef ENGINE_OP_VERIFY_H
#define ENGINE_OP_VERIFY_H

#include "engine/operation.h"
#include "verify/traffic.h"
#include "verify/verify.h"

struct verify_request {
	char *target;                /* a folder, or the name of a run */
	char *spec, *url;            /* instead: a document, and a running server or a folder */
	char **command;              /* how to start the provider */
	int64_t seed, max_time;
	char **recording;            /* or: what consumers sent and were given */
	char *before;                /* the document that they were recorded under */
	bool allow_mock;
};
extern const struct record_type verify_request_record;

struct verify_fault {
	char *contract, *subject, *name, *expected, *found, *curl;
};
RECORD_LIST_OF(verify_fault);
extern const struct record_type verify_fault_record;

struct verified {
	char *contract, *persona, *verdict;
	int64_t criteria, passed, cases, cases_passed;
};
RECORD_LIST_OF(verified);
extern const struct record_type verified_record;

struct verify_result {
	bool passed;
	struct verified_list contracts;
	struct verify_fault_list faults;
	struct finding_list findings;
	struct traffic_finding_list broken, notes;   /* of recordings: against the contract; to be known */
	struct usage_list usages;
	int64_t ignored;             /* exchanges with other servers */
	double seconds;
};
extern const struct record_type verify_result_record;

operation_handler op_verify;

/* The part of op_verify that judges recordings. */
bool verify_recordings(const struct verify_request *request, struct verify_result *result, GError **error);

#endif
