/* Asking models on somebody's account: the way to them, what may be spent, and what was. */
#ifndef ENGINE_CONSULT_H
#define ENGINE_CONSULT_H

#include "engine/call_log.h"
#include "engine/gateway.h"

struct consult_terms {
	const char *record, *replay; /* files; NULL */
	double budget;               /* dollars; NaN: any */
	int64_t max_tokens, max_calls;   /* RECORD_NO_INT: any */
};
/* What a request says of it. */
struct consult_terms consult_terms_of(const struct run_request *request);
/* ERR_USAGE where a limit is below 0; `seconds` is the deadline, NaN: none. */
bool consult_terms_check(const struct consult_terms *terms, double seconds, GError **error);

struct consult_wish {
	struct gateway *gateway;     /* NULL: no models */
	const struct config *config; /* for the limits of personas and tasks */
	const struct consult_terms *terms;
	const char *purpose, *persona;
	struct worker *worker;       /* both NULL: it belongs to no run, and has an account of its own */
	const struct job *job;
	int64_t deadline_ms;         /* monotonic; 0: none */
	const bool *cancelled;
};

enum { CONSULT_ACCOUNTS = 3 };

/* Who asks, from consult_begin to consult_end. */
struct consultation {
	struct models *models;       /* NULL: there is none to ask */
	struct ask ask;              /* all but the request */
	char *names[CONSULT_ACCOUNTS];
	const char *accounts[CONSULT_ACCOUNTS + 1];
	struct call_log *log;        /* of a run; NULL */
};

/* False with the errors of gateway_open, of the limits, or of the store. */
bool consult_begin(const struct consult_wish *wish, struct consultation *ret, GError **error);
/* Once for each consult_begin that succeeded. */
void consult_end(struct consultation *consultation);

#endif
