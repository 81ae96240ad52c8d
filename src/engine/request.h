/* What a run was asked for: the request of run.start, kept with the run. */
#ifndef ENGINE_REQUEST_H
#define ENGINE_REQUEST_H

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
};
extern const struct record_type run_request_record;

#endif
