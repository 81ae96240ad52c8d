/* Verification on demand: a folder of work, or a running server, against its contracts. */
#ifndef ENGINE_OP_VERIFY_H
#define ENGINE_OP_VERIFY_H

#include "engine/operation.h"
#include "verify/coverage_map.h"
#include "verify/traffic.h"
#include "verify/verify.h"

struct verify_request {
	char *target;                /* a folder, or the name of a run */
	char *spec, *url;            /* instead: a document, and a running server or a folder */
	char **command;              /* how to start the provider */
	int64_t seed, max_time, max_cases, max_faults;
	char **header, **checks, **phases, **operation;
	char *junit;                 /* file to write results to; NULL */
	char **recording;            /* or: what consumers sent and were given */
	char *before;                /* the document that they were recorded under */
	bool allow_mock;
};
extern const struct record_type verify_request_record;

struct verify_fault {
	char *contract, *check, *subject, *name, *expected, *place, *found, *phase;
	int64_t seed;
	char *curl;
};
RECORD_LIST_OF(verify_fault);
extern const struct record_type verify_fault_record;

struct verified {
	char *contract, *persona, *verdict;
	int64_t criteria, passed, cases, cases_passed;
};
RECORD_LIST_OF(verified);
extern const struct record_type verified_record;

/* How much of a document was exercised, kind by kind. */
struct exercised {
	char *kind;                  /* "operations", "statuses", … */
	int64_t points, exercised;
};
RECORD_LIST_OF(exercised);
extern const struct record_type exercised_record;

struct verify_result {
	bool passed;
	struct verified_list contracts;
	struct verify_fault_list faults;
	struct finding_list findings;
	struct exercised_list exercised;
	struct covered_point_list coverage;
	int64_t seed, requests;
	struct traffic_finding_list broken, notes;   /* of recordings: against the contract; to be known */
	struct usage_list usages;
	int64_t ignored;             /* exchanges with other servers */
	double seconds;
};
extern const struct record_type verify_result_record;

struct listed {
	char *kind, *id, *help;
};
RECORD_LIST_OF(listed);
extern const struct record_type listed_record;
struct checks_result {
	struct listed_list checks;
};
extern const struct record_type checks_request_record, checks_result_record;
struct checks_request {
	bool phases_only;
};

operation_handler op_verify, op_verify_checks;

/* A verification that was asked for. */
struct verifying {
	struct context *context;
	const struct verify_request *request;
	struct verify_result *result;
	const char *root;            /* the folder */
	char *owner, *scratch;
	int64_t deadline;
	GError **error;
};

/* verify_result.c: what a test found, as results. */
void verify_add_faults(struct verifying *verifying, const char *contract, const struct evidence_list *evidence, struct verified *entry);
void verify_add_findings(struct verify_result *result, const struct finding_list *findings);
bool verify_write_junit(const struct verify_result *result, const char *path, GError **error);

/* verify_server.c: a server that runs already. */
bool verify_server(struct verifying *verifying);

/* The part of op_verify that judges recordings. */
bool verify_recordings(const struct verify_request *request, struct verify_result *result, GError **error);

#endif
