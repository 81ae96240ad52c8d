#include "engine/request.h"

const char *const until_names[] = { "end", "analysis", "contracts", "plan", NULL };

static const struct record_field run_request_fields[] = {
	RECORD_FIELD(run_request, requirement, RECORD_ARGUMENT | RECORD_READABLE,
	             "what is wanted, in prose; - reads standard input, @FILE a file"),
	RECORD_FIELD(run_request, plan, 0, "a plan to run exactly as saved"),
	RECORD_FIELD(run_request, contracts, 0, "folder of contracts and OpenAPI documents to use"),
	RECORD_FIELD(run_request, output, 0, "folder for the results", .preset = "out"),
	RECORD_FIELD(run_request, project_name, 0, "name of the project"),
	RECORD_FIELD(run_request, workers, 0, "attempts at once: a number or auto"),
	RECORD_FIELD(run_request, blueprint, 0, "team pattern, instead of the best fit"),
	RECORD_FIELD(run_request, personas, 0, "who takes part, separated by commas"),
	RECORD_ENUM(run_request, until, 0, until_names, "stop after analysis, contracts or plan; 'resume' goes on"),
	RECORD_FIELD(run_request, quality_threshold, 0, "least quality score of a good run"),
	RECORD_FIELD(run_request, allow_partial, 0, "statements that are not covered do not fail the run"),
	RECORD_FIELD(run_request, strict, 0, "criteria without a check fail the run"),
	RECORD_FIELD(run_request, force, 0, "write into a folder that is not empty"),
};
RECORD_TYPE(run_request, RECORD_REJECT, "what to run");
