/* Asking models on somebody's account: the way to them, what may be spent, and what was. */
#ifndef ENGINE_CONSULT_H
#define ENGINE_CONSULT_H

#include "engine/gateway.h"
#include "store/store.h"

/* What was asked for one purpose, as the journal has it and as reports show it. */
struct asked {
	char *purpose;               /* analysis, blueprint, contracts, … */
	char *persona;               /* for whom; NULL */
	char *model;                 /* the last one that answered, or was tried; NULL */
	int64_t calls, failed_calls, unpriced_calls, replayed_calls, repairs;
	int64_t input_tokens, output_tokens, cache_read_tokens, cache_write_tokens;
	double dollars;              /* of the calls whose price is known; NaN where there is none */
	double seconds;              /* sum of the calls */
	char *fallback;              /* why its answer was not taken; NULL */
};
RECORD_LIST_OF(asked);
extern const struct record_type asked_record;

/* Kinds of event in which an `asked` travels. */
#define CONSULT_EVENT "model.asked"

struct consult_terms {
	const char *record, *replay; /* files; NULL */
	double budget;               /* dollars; NaN: any */
	int64_t max_tokens, max_calls;   /* RECORD_NO_INT: any */
};

struct consult_wish {
	struct gateway *gateway;     /* NULL: no models */
	const struct consult_terms *terms;
	const char *purpose, *persona;
	const char *run;             /* NULL: an account of this call alone */
	const char *part;            /* of the run that asks, where several may at the same time for one purpose; NULL */
	struct store *store;         /* where the run's journal is; NULL without a run */
	int64_t key;                 /* of the run */
	int64_t deadline_ms;         /* monotonic; 0: none */
	const bool *cancelled;
};

/* Who asks, from consult_begin to consult_end. */
struct consultation {
	struct models *models;       /* NULL: there is none to ask */
	struct ask ask;              /* all but the request */
	char *names[3];
	const char *accounts[4];
	struct expense before;
	const struct consult_wish *wish;
};

/* False with the errors of gateway_open, or of the store. */
bool consult_begin(const struct consult_wish *wish, struct consultation *ret, GError **error);
/* What it took since consult_begin; false where nothing was asked. Once for each consult_begin. */
bool consult_end(struct consultation *consultation, struct asked *ret);

/* All that a journal has of models, one entry for each time. */
bool consult_take(const struct event_row_list *events, struct asked_list *ret, GError **error);
/* The same as a document for reports: entries and their sum; NULL where no model was asked. */
struct doc *consult_document(const struct asked_list *list);

#endif
