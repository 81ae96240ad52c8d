/* What each kind of job does, on a worker thread. */
#ifndef ENGINE_PERFORM_H
#define ENGINE_PERFORM_H

#include "engine/job.h"

/* Fills the job's result; a fault of ours goes to job->error, bad work to its outcome. */
void perform(struct worker *worker, struct job *job);

/* One per kind, in files of their own. False with job->error set. */
typedef bool performer(struct worker *worker, struct job *job);
performer perform_attempt, perform_verify, perform_integrate, perform_analyse, perform_design, perform_plan, perform_report, perform_debug;

#endif
