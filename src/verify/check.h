/* What is asked of every answer: a table. A check says to which step of a trial it applies, and what
 * is wrong there. */
#ifndef VERIFY_CHECK_H
#define VERIFY_CHECK_H

#include "verify/trial.h"

struct judging_step {
	struct tester *tester;
	const struct trial *trial;
	const struct step *step;
	size_t number;
};

struct conformance_check {
	const char *id, *help;
	bool (*applies)(const struct judging_step *at);
	/* True where it is as it should be; else fills in everything but check and step. */
	bool (*judge)(const struct judging_step *at, struct failure *ret);
	bool twice;                  /* once may be chance: it counts when it is seen again */
};
extern const struct conformance_check conformance_checks[];
extern const unsigned conformance_check_count;

/* All that apply to a step that has just run. */
void check_step(struct tester *tester, const struct trial *trial, size_t number, struct failures *failures);

/* "404 Not Found with {…}", newly allocated. */
char *answer_text(const struct step *step);
/* Fills in a failure; false. */
bool judge_fails(struct failure *ret, const char *expected, char *found, char *cause, const struct value *node);

typedef bool check_function(const struct judging_step *at);
typedef bool judge_function(const struct judging_step *at, struct failure *ret);

/* check_answer.c */
bool declares_success(const struct openapi_operation *operation);
check_function is_answered, is_unanswered, is_declared;
judge_function judge_server_error, judge_silence, judge_status, judge_content_type, judge_headers, judge_body, judge_time;
/* check_refusal.c */
check_function is_valid_case, is_invalid_case, lacks_header, is_bare, has_other_method, has_other_media, asks_other_media, is_absent;
judge_function judge_accepted, judge_refused, judge_bare, judge_method, judge_media, judge_accept, judge_absent;
/* check_state.c */
check_function reads_created, uses_deleted, reads_written, lists_created, lists_deleted, is_filtered, lists_after_failure, has_stranger, creates_again,
	sends_read_only, is_paged;
judge_function judge_available, judge_deleted, judge_written, judge_listed, judge_unlisted, judge_filter, judge_leak, judge_again, judge_read_only,
	judge_page;

#endif
