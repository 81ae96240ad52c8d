/* What the phases of a run share. */
#ifndef ENGINE_PERFORM_PHASE_H
#define ENGINE_PERFORM_PHASE_H

#include "engine/consult.h"
#include "engine/perform.h"

/* What the project is called: as asked for, or after the product that is wanted. Newly allocated. */
char *phase_project_name(const struct run_request *request, const struct analysis *analysis);

/* A phase that may ask models, on the account of its run. */
struct phase {
	struct consult_terms terms;
	struct consult_wish wish;
	struct consultation consultation;   /* .models is NULL where there is none to ask: then nothing has to be ended */
};
/* `purpose` and `persona` have to stay until phase_end. */
bool phase_begin(struct phase *phase, struct worker *worker, const struct job *job, const char *purpose, const char *persona, GError **error);
/* Keeps what came of it, for the journal. */
void phase_end(struct phase *phase, const char *model, unsigned repairs, const char *fallback, struct job *job);

#endif
