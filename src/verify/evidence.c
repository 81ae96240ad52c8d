#include "verify/evidence.h"

#include "base/clock.h"

const char *const verdict_names[] = { "passed", "failed", "unverified", NULL };
const char *const severity_names[] = { "LOW", "MEDIUM", "HIGH", "CRITICAL", NULL };

static const struct record_field evidence_fields[] = {
	RECORD_FIELD(evidence, check, 0, "kind of the check"),
	RECORD_FIELD(evidence, subject, 0, "what ran"),
	RECORD_FIELD(evidence, name, 0, "which case of it"),
	RECORD_FIELD(evidence, passed, 0, "it came out as expected"),
	RECORD_FIELD(evidence, expected, 0, "what was expected"),
	RECORD_FIELD(evidence, found, 0, "what was found"),
	RECORD_FIELD(evidence, curl, RECORD_VOLATILE, "how to repeat it"),
	RECORD_FIELD(evidence, status, RECORD_OPTIONAL, "exit code or HTTP status"),
	RECORD_FIELD(evidence, rule, 0, "which check of a conformance test failed"),
	RECORD_FIELD(evidence, place, 0, "where the document says so"),
	RECORD_FIELD(evidence, phase, 0, "phase of a conformance test"),
	RECORD_FIELD(evidence, output, RECORD_VOLATILE, "digest of what it printed or answered"),
	RECORD_FIELD(evidence, at_ms, RECORD_VOLATILE, "when"),
	RECORD_FIELD(evidence, duration_us, RECORD_VOLATILE, "how long it took"),
	RECORD_FIELD(evidence, pid, RECORD_VOLATILE, "process"),
};
RECORD_TYPE(evidence, RECORD_DROP, "the proof of a check");

static const struct record_field criterion_result_fields[] = {
	RECORD_FIELD(criterion_result, deliverable, 0, "of which deliverable"),
	RECORD_FIELD(criterion_result, text, 0, "what has to be true"),
	RECORD_ENUM(criterion_result, verdict, 0, verdict_names, "whether it is"),
	RECORD_FIELD(criterion_result, covers, 0, "statements that it covers"),
	RECORD_FIELD(criterion_result, elements, 0, "contract elements that carry them"),
	RECORD_LIST(criterion_result, evidence, evidence, 0, "the proof"),
	RECORD_FIELD(criterion_result, open, 0, "why what ran does not prove it"),
};
RECORD_TYPE(criterion_result, RECORD_DROP, "a criterion and its proof");

static const struct record_field finding_fields[] = {
	RECORD_ENUM(finding, severity, 0, severity_names, "how bad it is"),
	RECORD_FIELD(finding, subject, 0, "what it is about"),
	RECORD_FIELD(finding, message, 0, "what is wrong"),
};
RECORD_TYPE(finding, RECORD_DROP, "something that is wrong");

static const struct record_field operation_result_fields[] = {
	RECORD_FIELD(operation_result, operation, 0, "method and path"),
	RECORD_FIELD(operation_result, planned, 0, "cases planned"),
	RECORD_FIELD(operation_result, passed, 0, "cases passed"),
	RECORD_FIELD(operation_result, succeeded, 0, "cases in which it did what it is for"),
	RECORD_FIELD(operation_result, missing, 0, "nothing was made for it"),
};
RECORD_TYPE(operation_result, RECORD_DROP, "how far an operation was tested");

static const struct record_field kept_recording_fields[] = {
	RECORD_FIELD(kept_recording, contract, 0, "contract that was used"),
	RECORD_FIELD(kept_recording, consumer, 0, "who used it"),
	RECORD_FIELD(kept_recording, exchanges, 0, "how many requests"),
	RECORD_FIELD(kept_recording, recording, RECORD_VOLATILE, "digest of the exchanges, as JSON lines"),
	RECORD_LIST(kept_recording, usages, usage, 0, "what of the contract was used"),
};
RECORD_TYPE(kept_recording, RECORD_DROP, "the recorded use of a contract");

static const struct record_field verification_fields[] = {
	RECORD_FIELD(verification, contract_id, 0, "contract"),
	RECORD_FIELD(verification, contract_version, 0, "its version"),
	RECORD_FIELD(verification, persona_id, 0, "who delivered"),
	RECORD_FIELD(verification, fulfilled, 0, "every criterion passed"),
	RECORD_FIELD(verification, score, 0, "criteria passed / all"),
	RECORD_LIST(verification, criteria, criterion_result, 0, "criterion by criterion"),
	RECORD_LIST(verification, operations, operation_result, 0, "operation by operation"),
	RECORD_LIST(verification, findings, finding, 0, "what is wrong besides"),
	RECORD_LIST(verification, recordings, kept_recording, 0, "what it sent to mocks"),
	RECORD_FIELD(verification, missing, 0, "deliverables of which nothing is there"),
	RECORD_FIELD(verification, recommendations, 0, "what to do next"),
	RECORD_FIELD(verification, overhead_us, RECORD_VOLATILE, "time outside of what was tested"),
};
RECORD_TYPE(verification, RECORD_DROP, "the verification of a contract");

struct evidence *
evidence_add(struct evidence_list *list, const char *check, const char *subject, const char *name)
{
	struct evidence *evidence = record_append(&evidence_record, list);
	evidence->check = g_strdup(check);
	evidence->subject = g_strdup(subject);
	evidence->name = g_strdup(name);
	evidence->at_ms = clock_wall_ms();
	return evidence;
}

void
finding_add(struct finding_list *list, enum severity severity, const char *subject, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct finding *finding = record_append(&finding_record, list);
	finding->severity = severity;
	finding->subject = g_strdup(subject);
	finding->message = g_strdup_vprintf(format, args);
	va_end(args);
}

static enum verdict
judge(const struct criterion_result *criterion)
{
	const struct evidence_list *evidence = &criterion->evidence;
	for (size_t i = 0; i < evidence->count; i++)
		if (!evidence->items[i].passed)
			return VERDICT_FAILED;
	return evidence->count && !criterion->open ? VERDICT_PASSED : VERDICT_UNVERIFIED;
}

void
verification_conclude(struct verification *verification)
{
	size_t passed = 0;
	bool failed = false, open = false;
	for (size_t i = 0; i < verification->criteria.count; i++) {
		struct criterion_result *criterion = &verification->criteria.items[i];
		criterion->verdict = judge(criterion);
		passed += criterion->verdict == VERDICT_PASSED;
		failed |= criterion->verdict == VERDICT_FAILED;
		open |= criterion->verdict == VERDICT_UNVERIFIED;
	}
	verification->score = verification->criteria.count ? (double)passed / (double)verification->criteria.count : 0;
	verification->fulfilled = verification->criteria.count && !failed && !open;
}
