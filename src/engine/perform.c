#include "engine/perform.h"

#include "base/error.h"

static bool
perform_milestone(struct worker *worker, struct job *job)
{
	(void)worker;
	job->outcome = TASK_IS_ACCEPTED;
	return true;
}

void
perform(struct worker *worker, struct job *job)
{
	static performer *const performers[JOB_KIND_COUNT] = {
		[JOB_MILESTONE] = perform_milestone, [JOB_ATTEMPT] = perform_attempt,     [JOB_VERIFY] = perform_verify,
		[JOB_INTEGRATE] = perform_integrate, [JOB_ANALYSE] = perform_analyse,     [JOB_DESIGN] = perform_design,
		[JOB_PLAN] = perform_plan,           [JOB_REPORT] = perform_report,       [JOB_DEBUG] = perform_debug,
	};
	if (__atomic_load_n(&job->cancelled, __ATOMIC_ACQUIRE)) {
		job->outcome = TASK_IS_CANCELLED;
		return;
	}
	if (!performers[job->kind](worker, job) && !job->error)
		error_set(&job->error, ERR_INTERNAL, "please report it", "a job failed without a reason");
}
