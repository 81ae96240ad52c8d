/* The last phase: the report is made, and the output folder written. */
#include <math.h>

#include "base/error.h"
#include "engine/perform.h"
#include "engine/publish.h"
#include "work/workspace.h"

static double
threshold_of(const struct worker *worker, const struct charter *charter)
{
	double wanted = charter->request.quality_threshold;
	const char *setting = config_get(worker->config, SETTING_QUALITY, NULL);
	return !isnan(wanted) ? wanted : setting ? g_ascii_strtod(setting, NULL) : 0;
}

bool
perform_report(struct worker *worker, struct job *job)
{
	struct store *store = worker_store(worker, &job->error);
	struct run_row row = { 0 };
	struct report report;
	if (!store || !store->ops->run_read(store, job->charter->run, &row, &job->error))
		return false;
	bool ok = report_make(store, job->charter, &row, threshold_of(worker, job->charter), &report, &job->error);
	record_finish(&run_row_record, &row);
	if (!ok)
		return false;
	/* A plan that was run as it is has no contracts and nothing to put into a folder. */
	ok = !job->charter->agreement.contracts.count || publish_run(store, worker->catalogue, job->charter, &report, &job->error);
	if (ok)
		job->facts.report = charter_keep(store, &run_result_record, &report.result, &job->error);
	job->facts.outcome = report.outcome;
	job->reason = g_strdup(report.result.reason);
	report_clear(&report);
	workspace_remove_all(worker->place, job->charter->run);
	return job->facts.report != NULL;
}
