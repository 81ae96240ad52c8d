/* What was asked of models, as the journal of a run has it and as reports show it. */
#ifndef ENGINE_ASKED_H
#define ENGINE_ASKED_H

#include "llm/models.h"
#include "store/store.h"

/* One call with its tries; or several of one purpose; or, without a call, what came of a purpose in the end. */
struct asked {
	char *purpose;               /* analysis, blueprint, contracts, debugging, … */
	char *persona;               /* for whom; NULL */
	char *model;                 /* the last one that answered, or was tried; NULL */
	int64_t calls, failed_calls, unpriced_calls, replayed_calls, repaid_calls, repairs;
	int64_t input_tokens, output_tokens, cache_read_tokens, cache_write_tokens;
	double dollars;              /* of the calls whose price is known; NaN where there is none */
	double seconds;              /* sum of the calls */
	char *fallback;              /* why its answer was not taken; NULL */
	char *request, *answer;      /* of one call: hash of what was asked, digest of the answer; NULL in a sum */
};
RECORD_LIST_OF(asked);
extern const struct record_type asked_record;

/* Kinds of event in which an `asked` travels: before a call is sent, and when it has ended. */
#define ASKED_SENT_EVENT "model.sent"
#define ASKED_EVENT "model.asked"

/* Counts the tries of an answer. */
void asked_count(const struct model_answer *answer, struct asked *ret);
/* Adds what one has to a sum; its texts stay. */
void asked_add(struct asked *sum, const struct asked *one);
/* What was spent, for the ledger. `account` NULL. */
void asked_expense(const struct asked *asked, struct expense *ret);

/* An event as an `asked`: *ret_sent where the call was only about to be sent, task as the journal has it. */
struct asked_event {
	struct asked asked;
	int64_t task;
	bool sent;
};
typedef bool asked_visitor(void *data, const struct asked_event *event, GError **error);
/* All of a journal, in order, until one is refused. */
bool asked_each(const struct event_row_list *events, asked_visitor *visit, void *data, GError **error);

/* All that a journal has, one entry for each purpose and persona, calls that were lost among them. */
bool asked_collect(const struct event_row_list *events, struct asked_list *ret, GError **error);
/* The measured cost beside that of the sequential plan: the same calls without those that only parallel work needs. */
struct cost {
	double dollars, sequential_dollars;      /* NaN: the price of a call is unknown */
	int64_t tokens, sequential_tokens;
	char *note;
};
extern const struct record_type cost_record;

/* The same as a document for reports: entries, sums by persona, the sum, and the cost; NULL where no model was asked. */
struct doc *asked_document(const struct asked_list *list);

#endif
