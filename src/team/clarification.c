#include "team/clarification.h"

#include <string.h>

enum { QUESTIONS_MAX = 5, QUESTION_BYTES = 500 };

static const struct record_field clarifying_question_fields[] = {
	RECORD_FIELD(clarifying_question, question, RECORD_REQUIRED, "one question, to the person who wrote the requirement"),
	RECORD_FIELD(clarifying_question, why, RECORD_REQUIRED, "what of the work depends on the answer"),
	RECORD_FIELD(clarifying_question, assumed, RECORD_REQUIRED, "what is assumed where nobody answers"),
};
RECORD_TYPE(clarifying_question, RECORD_DROP, "a question before planning");

static const struct record_field clarification_fields[] = {
	RECORD_LIST(clarification, questions, clarifying_question, RECORD_REQUIRED, "the most important first; empty where nothing is open"),
	RECORD_FIELD(clarification, replayed, RECORD_OURS, "the answer comes from a recording: nothing was called"),
};
RECORD_TYPE(clarification, RECORD_DROP, "questions before planning");

static char *
judge(void *data, struct doc *doc)
{
	struct clarification found;
	if (!inquiry_read(data, doc, &found, NULL))
		return NULL;   /* the inquiry has read it before */
	GString *faults = g_string_new(NULL);
	if (found.questions.count > QUESTIONS_MAX)
		g_string_append_printf(faults, "- questions: %zu are too many, keep the %d that matter most\n", found.questions.count, QUESTIONS_MAX);
	for (size_t i = 0; i < found.questions.count; i++) {
		const char *question = found.questions.items[i].question;
		if (!*question || strlen(question) > QUESTION_BYTES)
			g_string_append_printf(faults, "- questions: number %zu has to be one question of at most %d characters\n", i + 1, QUESTION_BYTES);
	}
	record_finish(&clarification_record, &found);
	return g_string_free(faults, faults->len == 0);
}

bool
clarification_ask(struct catalogue *catalogue, struct models *models, const struct ask *like, const char *requirement, const char *context,
                  struct clarification *ret, GError **error)
{
	const struct inquiry_quote quotes[] = { { "requirement", requirement }, { "context", context } };
	struct inquiry inquiry = { "clarify", &clarification_record, quotes, G_N_ELEMENTS(quotes), judge, NULL };
	struct inquiry_answer answer;
	inquiry.data = &inquiry;
	bool ok = inquiry_make(catalogue, models, like, &inquiry, &answer, error) && inquiry_read(&inquiry, answer.doc, ret, error);
	if (ok)
		ret->replayed = answer.replayed;
	inquiry_answer_clear(&answer);
	return ok;
}
