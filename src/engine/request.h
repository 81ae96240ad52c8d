/* What a run was asked for: the request of run.start, kept with the run. */
#ifndef ENGINE_REQUEST_H
#define ENGINE_REQUEST_H

#include "base/catalogue.h"
#include "base/record.h"

/* After which phase a run stops and waits to be gone on with. */
enum until { UNTIL_END, UNTIL_ANALYSIS, UNTIL_CONTRACTS, UNTIL_PLAN };
extern const char *const until_names[];

struct run_request {
	char *requirement;           /* prose */
	char *plan;                  /* a file */
	char *contracts;             /* a folder */
	char *output, *project_name;
	char *workers;               /* a number or "auto" */
	char *blueprint;
	char **personas;
	enum until until;
	double quality_threshold;
	bool allow_partial, strict, force;
	bool offline;                /* asks no model, whatever the settings say */
	char *context;               /* a text beside the requirement, or a file of it */
	char **clarifications;       /* questions with their answers */
	bool ask;                    /* the terminal asks them first */
	char *record, *replay;       /* files of model calls */
	double budget;               /* dollars; NaN: any */
	int64_t max_tokens, max_calls;   /* RECORD_NO_INT: any */
	double deadline;             /* seconds in which somebody worked on it; NaN: any */
};
extern const struct record_type run_request_record;

/* Going on with a run, on other terms where they are given. */
struct resume_request {
	char *run;                   /* NULL: the newest */
	char *record, *replay;
	double budget;
	int64_t max_tokens, max_calls;
	double deadline;
};
extern const struct record_type resume_request_record;

/* What requests have that plan. */
#define REQUEST_QUESTIONS(request) \
	RECORD_FIELD(request, clarifications, 0, "answers to questions of 'clarify', each with its question"), \
	RECORD_FIELD(request, ask, 0, "lets a model ask you what is open first, on a terminal")

/* What all requests have that may ask models. */
#define REQUEST_TERMS(request) \
	RECORD_FIELD(request, record, 0, "write the calls of models to this file"), \
	RECORD_FIELD(request, replay, 0, "answer the calls of models from this file"), \
	RECORD_FIELD(request, budget, 0, "dollars that models may cost at most, all in all"), \
	RECORD_FIELD(request, max_tokens, RECORD_OPTIONAL, "tokens that models may use at most, of prompts and answers"), \
	RECORD_FIELD(request, max_calls, RECORD_OPTIONAL, "calls of models at most"), \
	RECORD_FIELD(request, deadline, 0, "seconds of work, after which nothing new is begun")

/* The request with what another says of the same members, where it says something. False with ERR_USAGE. */
bool request_overlay(const struct record_type *type, const void *terms, struct run_request *request, GError **error);
/* Adds answered questions to the context (NULL or newly allocated), for both are told to models. */
bool request_clarify(struct catalogue *catalogue, const char *const *clarifications, char **context, GError **error);
/* The text that --context stands for: JSON as it is, else the content of the file; NULL for NULL. ERR_INPUT, ERR_TOO_LARGE. */
bool request_context(const char *given, char **ret, GError **error);

#endif
