/* Evidence: the recorded proof of a check, and what follows from it for criteria and contracts.
 * Nothing is accepted without it. */
#ifndef VERIFY_EVIDENCE_H
#define VERIFY_EVIDENCE_H

#include "verify/usage.h"

enum verdict { VERDICT_PASSED, VERDICT_FAILED, VERDICT_UNVERIFIED };
extern const char *const verdict_names[];

enum severity { SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL };
extern const char *const severity_names[];

/* One thing that ran: a command, a request, a look at files. */
struct evidence {
	char *check;               /* file, command, http, schema, contract, … */
	char *subject;             /* what ran: the command line, "POST /tasks", the glob */
	char *name;                /* which case of the subject: "title is missing"; NULL */
	bool passed;
	char *expected, *found;    /* in plain words; found names the difference */
	char *curl;                /* of an HTTP case that failed: how to repeat it; NULL */
	int64_t status;            /* exit code or HTTP status; RECORD_NO_INT where there was none */
	char *rule;                /* of a conformance test: which check failed; NULL */
	char *place;               /* where the document says so: "api.yaml:12:3"; NULL */
	char *phase;               /* of a conformance test: where the case comes from; NULL */
	char *output;              /* digest of what it printed or answered */
	int64_t at_ms, duration_us, pid;
};
RECORD_LIST_OF(evidence);
extern const struct record_type evidence_record;

struct criterion_result {
	char *deliverable, *text;
	enum verdict verdict;
	char **covers, **elements;
	struct evidence_list evidence;
	char *open;                /* why what ran does not prove it; NULL */
};
RECORD_LIST_OF(criterion_result);
extern const struct record_type criterion_result_record;

/* Something that is wrong or could be better, apart from a criterion. */
struct finding {
	enum severity severity;
	char *subject, *message;
};
RECORD_LIST_OF(finding);
extern const struct record_type finding_record;

/* How far one operation of an interface was tested. */
struct operation_result {
	char *operation;           /* "POST /tasks" */
	int64_t planned, passed;   /* cases */
	int64_t succeeded;         /* of those passed: it did what it is for. Refusals alone prove nothing of it */
	bool missing;              /* answers 501: nothing was made for it */
};
RECORD_LIST_OF(operation_result);
extern const struct record_type operation_result_record;

/* What a consumer sent to a mock, kept: it tells later whom a change of the contract breaks. */
struct kept_recording {
	char *contract, *consumer;
	int64_t exchanges;
	char *recording;           /* digest of its JSON lines */
	struct usage_list usages;
};
RECORD_LIST_OF(kept_recording);
extern const struct record_type kept_recording_record;

/* The verification of one contract's deliverables by one persona. */
struct verification {
	char *contract_id, *contract_version, *persona_id;
	bool fulfilled;            /* every criterion has a verdict and none failed */
	double score;              /* criteria passed / all */
	struct criterion_result_list criteria;
	struct operation_result_list operations;
	struct finding_list findings;
	struct kept_recording_list recordings;
	char **missing;            /* deliverables of which nothing is there */
	char **recommendations;    /* from what is unverified or was never exercised */
	int64_t overhead_us;       /* time outside of the tested commands and requests */
};
RECORD_LIST_OF(verification);
extern const struct record_type verification_record;

/* An element with its defaults, appended. */
struct evidence *evidence_add(struct evidence_list *list, const char *check, const char *subject, const char *name);
void finding_add(struct finding_list *list, enum severity severity, const char *subject, const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Sets verdicts from the evidence, and score and fulfilled from the verdicts. */
void verification_conclude(struct verification *verification);

#endif
