/* Agents: what executes an attempt. An agent gets an assignment and an empty workspace, writes only
 * there, and says what came of it. It knows nothing of the engine or the machine's other work. */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include "base/catalogue.h"
#include "contract/contract.h"
#include "contract/openapi.h"
#include "store/state.h"

/* A contract that the work uses, and where its mock listens. */
struct used_contract {
	const struct contract *contract;
	struct doc *spec;                /* its OpenAPI document; NULL without an interface */
	const char *url;                 /* of the mock; NULL where there is none */
};

/* What has to be done. Everything borrows from the engine for the time of the attempt. */
struct assignment {
	const char *run, *task, *project;
	int64_t attempt;
	const char *persona_id, *provides, *instructions;   /* provides: api, web, tests, schema, docs, ops; NULL */
	const struct contract *contract; /* that it fulfils */
	struct doc *spec;                /* the contract's document; NULL without an interface */
	const struct used_contract *uses;
	size_t use_count;
	const char *requirement;         /* prose */
	const char *const *statements;   /* "S1 text", NULL-terminated */
	const char *const *answered;     /* ids of those that criteria of the run's contracts answer for; NULL */
	const char *const *command;      /* of the command agent; NULL */
	struct doc *advice;              /* of specialists who looked at what was rejected before; NULL */
	const char *workspace;           /* an empty folder */
	int64_t deadline;                /* monotonic ms */
	const bool *cancel;              /* read atomically */
};

struct attempt_result {
	enum task_outcome outcome;       /* ACCEPTED: there is something to verify */
	char *summary;                   /* one line */
	char *log;                       /* what it printed or did; NULL */
	char **not_covered;              /* elements of the contract that it did not fulfil, with the reason */
};

void attempt_result_clear(struct attempt_result *result);

struct agent {
	const char *name, *help;
	/* False with an error where the agent itself failed; bad work is an outcome. */
	bool (*run)(const struct assignment *assignment, struct catalogue *catalogue, struct attempt_result *ret, GError **error);
};

/* All agents; ends with a row without name. */
extern const struct agent agents[];
const struct agent *agents_find(const char *name);

#endif
