/* What a model would ask before it plans: questions whose answers would change the work. */
#ifndef TEAM_CLARIFICATION_H
#define TEAM_CLARIFICATION_H

#include "team/inquiry.h"

struct clarifying_question {
	char *question, *why;        /* why the answer matters */
	char *assumed;               /* what is assumed where nobody answers */
};
RECORD_LIST_OF(clarifying_question);
extern const struct record_type clarifying_question_record;

struct clarification {
	struct clarifying_question_list questions;
	bool replayed;               /* from a recording: nothing was called */
};
extern const struct record_type clarification_record;

/* At most five questions, the most important first; none is an answer, too. `context` may be NULL. The errors of inquiry_make. */
bool clarification_ask(struct catalogue *catalogue, struct models *models, const struct ask *like, const char *requirement, const char *context,
                       struct clarification *ret, GError **error);

#endif
