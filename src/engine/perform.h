/* What each kind of job does, on a worker thread. */
#ifndef ENGINE_PERFORM_H
#define ENGINE_PERFORM_H

#include "engine/job.h"

/* Fills the job's result; a fault of ours goes to job->error, bad work to its outcome. */
void perform(struct worker *worker, struct job *job);

/* One per kind, in files of their own. False with job->error set. */
typedef bool performer(struct worker *worker, struct job *job);
/* What executes tasks whose agent is "specialists": they look into the matter, and their findings are the deliverable. */
#define INVESTIGATION_AGENT "specialists"
struct attempt_result;
/* As an agent runs. With job->error ERR_BUDGET or ERR_INTERRUPTED job->result is what there is so far. */
bool investigate(struct worker *worker, struct job *job, const char *workspace, struct attempt_result *ret);

performer perform_attempt, perform_verify, perform_integrate, perform_analyse, perform_design, perform_plan, perform_report, perform_debug;

#endif
