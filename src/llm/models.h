/* The models that there are: one place to ask. It chooses a server, reserves money, sends, folds the answer, tries again elsewhere where
 * that helps, settles, records. It is the only one that tries again. */
#ifndef LLM_MODELS_H
#define LLM_MODELS_H

#include "llm/balance.h"
#include "llm/ledger.h"
#include "llm/message.h"
#include "llm/transport.h"

struct models;

struct models_options {
	const struct endpoint_list *endpoints;   /* borrowed until models_close */
	enum balance_strategy strategy;
	uint64_t seed;
	bool hedge;                      /* all calls may be hedged, as if each asked for it */
	const char *record, *replay;     /* files; NULL */
	struct transport_options transport;
};

/* One call or several until one succeeds: what was tried where. */
struct model_try {
	char *server, *model;
	char *failure, *detail;      /* NULL: it succeeded */
	int64_t status;              /* HTTP; RECORD_NO_INT */
	double wait_ms, first_token_ms, total_ms;   /* waiting for a free place before it; NaN: did not happen */
	double dollars;              /* NaN: unknown */
	struct model_usage usage;    /* counted from what went over the wire where the server does not count */
};
RECORD_LIST_OF(model_try);
extern const struct record_type model_try_record;

struct model_answer {
	struct model_response response;
	struct model_try_list tries; /* the last is the answer's, unless all failed */
	bool replayed;               /* from a recording: nothing was called */
};
extern const struct record_type model_answer_record;

/* What outlives the process: an answer that was paid for is not paid for again. Any thread. */
struct call_memory {
	void *data;
	/* The answer that this very request had before; false: there was none. */
	bool (*recall)(void *data, const struct model_request *request, struct model_answer *ret);
	/* Before it is sent; false: it may not be. Not where a recording answers. */
	bool (*sending)(void *data, const struct model_request *request, GError **error);
	/* What came of it: once for each `sending`, and for each answer of a recording. `good`: it is an answer. */
	bool (*ended)(void *data, const struct model_request *request, const struct model_answer *answer, bool good, GError **error);
};

struct ask {
	const struct model_request *request;     /* without a model: `wish` chooses one */
	const struct call_memory *memory;        /* NULL */
	struct wish wish;
	const char *const *accounts; /* who pays, NULL-terminated; NULL: nobody counts */
	double priority;             /* the larger the sooner, within a run */
	bool hedge;                  /* where the first server is slow to begin a second one may be asked too: the first word wins, both may
	                              * have to be paid; never where there are tools */
	int64_t deadline_ms;         /* monotonic, for all tries together; 0: none but those of the servers */
	const bool *cancelled;       /* set by models_cancel; NULL */
	void (*watch)(void *data, const char *text, size_t length);   /* visible text as it comes, on the transport's thread; NULL */
	void *data;
};

/* NULL with ERR_ENVIRONMENT, or the errors of a recording. */
struct models *models_open(const struct models_options *options, GError **error);
/* False where the recording is not whole. Nobody may be asking any more. NULL is allowed. */
bool models_close(struct models *models, GError **error);
struct ledger *models_ledger(struct models *models);

/* Blocks until there is an answer that is whole. False: ERR_BUDGET, ERR_TIMEOUT, ERR_INTERRUPTED where it was cancelled, ERR_CONFIG where
 * no server is left that could answer, ERR_INPUT for a prompt that is too large or that the server rejects, else ERR_FAILED, or the errors
 * of the memory; `ret` holds the tries then too, and partial text as evidence. Any thread, many at once. */
bool models_ask(struct models *models, const struct ask *ask, struct model_answer *ret, GError **error);
/* Sets `*cancelled` and wakes whoever looks at it. */
void models_cancel(struct models *models, bool *cancelled);

/* The tokens of a prompt, from above: three bytes a token. */
int64_t model_estimate_tokens(const struct model_request *request);
void models_standings(struct models *models, struct standing_list *ret);

#endif
