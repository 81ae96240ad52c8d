/* What an attempt brought, as the store keeps it: the task's result. */
#ifndef ENGINE_OUTPUT_H
#define ENGINE_OUTPUT_H

#include "base/record.h"

struct task_output {
	char *manifest;              /* digest of the files' manifest; NULL: no files */
	char *agent, *summary;
	char *log;                   /* digest of what it printed; NULL */
	char **not_covered;          /* what it left out, with the reason */
	char *verification;          /* digest of the verification; NULL before */
	bool used_mock;
	char *advice;                /* digest of what it came to, for the attempts that follow; NULL */
};
extern const struct record_type task_output_record;

#endif
