#include "verify/check.h"

#include "base/http.h"

enum { BODY_SHOWN = 300 };

const struct conformance_check conformance_checks[] = {
	{ "server_error", "no answer is a 5xx", is_answered, judge_server_error, false },
	{ "no_answer", "every request is answered", is_unanswered, judge_silence, false },
	{ "status", "the status is declared", is_answered, judge_status, false },
	{ "content_type", "the media type of the answer is declared", is_declared, judge_content_type, false },
	{ "headers", "the headers of the answer are there and fit", is_declared, judge_headers, false },
	{ "body_schema", "the body of the answer fits its schema", is_declared, judge_body, false },
	{ "response_time", "the answer comes in time", is_answered, judge_time, true },
	{ "positive_accepted", "what the document allows is accepted", is_valid_case, judge_accepted, false },
	{ "negative_rejected", "what the document does not allow is refused", is_invalid_case, judge_refused, false },
	{ "missing_required_header", "a request without a required header is refused", lacks_header, judge_refused, false },
	{ "unsupported_method", "a method that the path does not have gets 405 with Allow", has_other_method, judge_method, false },
	{ "unsupported_media", "a media type that the operation does not read is refused", has_other_media, judge_media, false },
	{ "not_acceptable", "where only undeclared media types are accepted, the answer is 406", asks_other_media, judge_accept, false },
	{ "ignored_authentication", "without the credential that is wanted, or with a wrong one, the answer is 401 or 403", is_bare, judge_bare, false },
	{ "unknown_id", "what is not there is 404", is_absent, judge_absent, true },
	{ "available_after_create", "what was created can be read", reads_created, judge_available, false },
	{ "reads_back", "what was written is read as it was written", reads_written, judge_written, false },
	{ "listed_after_create", "what was created is in the list", lists_created, judge_listed, false },
	{ "filter", "a filter leaves what has the value, and only that", is_filtered, judge_filter, false },
	{ "use_after_delete", "what was deleted is gone", uses_deleted, judge_deleted, false },
	{ "listed_after_delete", "what was deleted is not in the list", lists_deleted, judge_unlisted, false },
	{ "paging", "a page holds no more than was asked for, and the next one other items", is_paged, judge_page, false },
	{ "unique_id", "no id is given twice", creates_again, judge_again, false },
	{ "read_only", "a client does not choose what it may only read", sends_read_only, judge_read_only, true },
	{ "leak_after_failed_create", "what was refused, or replaced, leaves nothing more behind", lists_after_failure, judge_leak, false },
	{ "wrong_parent", "nothing is found or made under a parent that it does not have", has_stranger, judge_absent, true },
};
const unsigned conformance_check_count = G_N_ELEMENTS(conformance_checks);

char *
answer_text(const struct step *step)
{
	const struct http_response *response = &step->response;
	g_autofree char *shown = g_utf8_make_valid(response->body->str, MIN((gssize)response->body->len, BODY_SHOWN));
	return g_strdup_printf("%d %s%s%s", response->status, http_reason(response->status), *shown ? " with " : "", shown);
}

bool
judge_fails(struct failure *ret, const char *expected, char *found, char *cause, const struct value *node)
{
	ret->expected = g_strdup(expected);
	ret->found = found;
	ret->cause = cause;
	ret->node = node;
	return false;
}

void
check_step(struct tester *tester, const struct trial *trial, size_t number, struct failures *failures)
{
	struct judging_step at = { tester, trial, &trial->steps[number], number };
	for (unsigned i = 0; i < conformance_check_count; i++) {
		struct failure failure = { .check = i, .step = number };
		const struct conformance_check *check = &conformance_checks[i];
		if (!tester_checks(tester, i) || !check->applies(&at) || check->judge(&at, &failure))
			continue;
		failures->items = g_renew(struct failure, failures->items, failures->count + 1);
		failures->items[failures->count++] = failure;
	}
}

void
failures_clear(struct failures *failures)
{
	for (size_t i = 0; i < failures->count; i++) {
		g_free(failures->items[i].cause);
		g_free(failures->items[i].expected);
		g_free(failures->items[i].found);
	}
	g_free(failures->items);
	*failures = (struct failures){ 0 };
}
