/* The records of a verification, and what becomes of evidence in them. */
#include "base/error.h"
#include "engine/op_verify.h"

static const struct record_field verify_request_fields[] = {
	RECORD_FIELD(verify_request, target, RECORD_ARGUMENT, "folder of a run's results, folder of a provider, or name of a run"),
	RECORD_FIELD(verify_request, spec, 0, "OpenAPI document to verify against"),
	RECORD_FIELD(verify_request, url, 0, "running server to verify, with --spec"),
	RECORD_FIELD(verify_request, command, 0, "how to start the provider, separated by commas"),
	RECORD_FIELD(verify_request, seed, 0, "of generated requests", .preset = "1"),
	RECORD_FIELD(verify_request, max_time, 0, "seconds that it may take", .preset = "120"),
	RECORD_FIELD(verify_request, max_cases, 0, "requests that a running server may get; 0: as many as there is time for", .preset = "0"),
	RECORD_FIELD(verify_request, max_faults, 0, "faults of a running server after which it is enough; 0: all", .preset = "0"),
	RECORD_FIELD(verify_request, header, RECORD_WHOLE, "'Name: value' of every request, such as a credential; may be given several times"),
	RECORD_FIELD(verify_request, checks, 0, "only these checks, separated by commas: see 'verify checks'"),
	RECORD_FIELD(verify_request, phases, 0, "only these phases, separated by commas: see 'verify checks'"),
	RECORD_FIELD(verify_request, operation, 0, "only these operations: operationIds, or 'GET /tasks'"),
	RECORD_FIELD(verify_request, recording, 0, "instead of a server: recorded exchanges (JSON lines, HAR or Pact)"),
	RECORD_FIELD(verify_request, before, 0, "document that the recordings were made under: tells what --spec breaks"),
	RECORD_FIELD(verify_request, junit, 0, "file to write the results to as JUnit XML"),
	RECORD_FIELD(verify_request, allow_mock, 0, "test a mock, too, which proves nothing of a provider"),
};
RECORD_TYPE(verify_request, RECORD_REJECT, "what to verify");

static const struct record_field verify_fault_fields[] = {
	RECORD_FIELD(verify_fault, contract, 0, "contract"),
	RECORD_FIELD(verify_fault, check, 0, "which check"),
	RECORD_FIELD(verify_fault, subject, 0, "operation, command or file"),
	RECORD_FIELD(verify_fault, name, 0, "which case"),
	RECORD_FIELD(verify_fault, expected, 0, "what was expected"),
	RECORD_FIELD(verify_fault, place, 0, "where the document says so"),
	RECORD_FIELD(verify_fault, found, 0, "what was found"),
	RECORD_FIELD(verify_fault, phase, 0, "where the case comes from"),
	RECORD_FIELD(verify_fault, seed, 0, "of generated requests"),
	RECORD_FIELD(verify_fault, curl, 0, "how to repeat it, a command a line"),
};
RECORD_TYPE(verify_fault, RECORD_DROP, "something that is not as the contract says");

static const struct record_field verified_fields[] = {
	RECORD_FIELD(verified, contract, 0, "contract"),
	RECORD_FIELD(verified, persona, 0, "who delivered"),
	RECORD_FIELD(verified, verdict, 0, "passed, failed or unverified"),
	RECORD_FIELD(verified, criteria, 0, "criteria"),
	RECORD_FIELD(verified, passed, 0, "criteria that passed"),
	RECORD_FIELD(verified, cases, 0, "pieces of evidence"),
	RECORD_FIELD(verified, cases_passed, 0, "those that passed"),
};
RECORD_TYPE(verified, RECORD_DROP, "a contract that was verified");

static const struct record_field exercised_fields[] = {
	RECORD_FIELD(exercised, kind, 0, "what there is to exercise"),
	RECORD_FIELD(exercised, points, 0, "how many of it"),
	RECORD_FIELD(exercised, exercised, 0, "how many were"),
};
RECORD_TYPE(exercised, RECORD_DROP, "how much of a document was exercised");

static const struct record_field verify_result_fields[] = {
	RECORD_FIELD(verify_result, passed, 0, "nothing is wrong"),
	RECORD_LIST(verify_result, contracts, verified, 0, "contract by contract"),
	RECORD_LIST(verify_result, faults, verify_fault, 0, "what is not as the contract says"),
	RECORD_LIST(verify_result, findings, finding, 0, "what else was found"),
	RECORD_LIST(verify_result, broken, traffic_finding, 0, "recorded exchanges that are against the contract"),
	RECORD_LIST(verify_result, notes, traffic_finding, 0, "recorded exchanges that are to be known of"),
	RECORD_LIST(verify_result, usages, usage, 0, "what each consumer uses"),
	RECORD_FIELD(verify_result, ignored, 0, "recorded exchanges with other servers"),
	RECORD_LIST(verify_result, exercised, exercised, 0, "how much of the document was exercised"),
	RECORD_LIST(verify_result, coverage, covered_point, 0, "what of it, and by whom"),
	RECORD_FIELD(verify_result, seed, 0, "of generated requests"),
	RECORD_FIELD(verify_result, requests, 0, "requests that a running server got"),
	RECORD_FIELD(verify_result, seconds, RECORD_VOLATILE, "how long it took"),
};
RECORD_TYPE(verify_result, RECORD_DROP, "the result of a verification");


static const struct record_field listed_fields[] = {
	RECORD_FIELD(listed, kind, 0, "check or phase"),
	RECORD_FIELD(listed, id, 0, "its name for --checks or --phases"),
	RECORD_FIELD(listed, help, 0, "what it is"),
};
RECORD_TYPE(listed, RECORD_DROP, "a check or phase");

static const struct record_field checks_request_fields[] = {
	RECORD_FIELD(checks_request, phases_only, 0, "only the phases"),
};
RECORD_TYPE(checks_request, RECORD_REJECT, "which of them to list");

static const struct record_field checks_result_fields[] = {
	RECORD_LIST(checks_result, checks, listed, 0, "checks, then phases"),
};
RECORD_TYPE(checks_result, RECORD_DROP, "what a server is tested for");

/* --- results -------------------------------------------------------------------------------- */

void
verify_add_faults(struct verifying *verifying, const char *contract, const struct evidence_list *evidence, struct verified *entry)
{
	for (size_t i = 0; i < evidence->count; i++) {
		const struct evidence *proof = &evidence->items[i];
		entry->cases++;
		entry->cases_passed += proof->passed;
		if (proof->passed)
			continue;
		struct verify_fault *fault = record_append(&verify_fault_record, &verifying->result->faults);
		fault->contract = g_strdup(contract);
		fault->check = g_strdup(proof->rule ? proof->rule : proof->check);
		fault->place = g_strdup(proof->place);
		fault->phase = g_strdup(proof->phase);
		fault->seed = verifying->request->seed;
		fault->subject = g_strdup(proof->subject);
		fault->name = g_strdup(proof->name);
		fault->expected = g_strdup(proof->expected);
		fault->found = g_strdup(proof->found);
		fault->curl = g_strdup(proof->curl);
	}
}

void
verify_add_findings(struct verify_result *result, const struct finding_list *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = record_append(&finding_record, &result->findings);
		record_finish(&finding_record, finding);
		record_copy(&finding_record, &findings->items[i], finding);
	}
}

/* --- for continuous integration --------------------------------------------------------------- */

static void
add_attribute(GString *xml, const char *name, const char *value)
{
	g_autofree char *escaped = g_markup_escape_text(value ? value : "", -1);
	g_string_append_printf(xml, " %s=\"%s\"", name, escaped);
}

bool
verify_write_junit(const struct verify_result *result, const char *path, GError **error)
{
	GError *cause = NULL;
	int64_t passed = 0;
	g_autoptr(GString) xml = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	for (size_t i = 0; i < result->contracts.count; i++)
		passed += result->contracts.items[i].cases_passed;
	g_string_append_printf(xml, "<testsuites><testsuite name=\"teamwright verify\" tests=\"%zu\" failures=\"%zu\" time=\"%.3f\">\n",
	                       result->faults.count + 1, result->faults.count, result->seconds);
	g_string_append_printf(xml, "  <testcase name=\"%" G_GINT64_FORMAT " cases as expected\"/>\n", passed);
	for (size_t i = 0; i < result->faults.count; i++) {
		const struct verify_fault *fault = &result->faults.items[i];
		g_autofree char *message = g_strdup_printf("expected %s, found %s", fault->expected, fault->found);
		g_string_append(xml, "  <testcase");
		add_attribute(xml, "classname", fault->subject);
		add_attribute(xml, "name", fault->name ? fault->name : fault->check);
		g_string_append(xml, "><failure");
		add_attribute(xml, "type", fault->check);
		add_attribute(xml, "message", message);
		g_autofree char *curl = g_markup_escape_text(fault->curl ? fault->curl : "", -1);
		g_string_append_printf(xml, ">%s</failure></testcase>\n", curl);
	}
	g_string_append(xml, "</testsuite></testsuites>\n");
	/* Control characters have no place in XML 1.0, not even escaped. */
	for (char *c = xml->str; *c; c++)
		if (g_ascii_iscntrl(*c) && *c != '\n' && *c != '\t')
			*c = '?';
	if (g_file_set_contents(path, xml->str, -1, &cause))
		return true;
	error_set(error, ERR_ENVIRONMENT, "choose a file that can be written", "cannot write %s: %s", path, cause->message);
	g_error_free(cause);
	return false;
}
