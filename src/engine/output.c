#include "engine/output.h"

static const struct record_field task_output_fields[] = {
	RECORD_FIELD(task_output, manifest, 0, "digest of the files"),
	RECORD_FIELD(task_output, agent, 0, "what executed the attempt"),
	RECORD_FIELD(task_output, summary, 0, "what it did, in a line"),
	RECORD_FIELD(task_output, log, 0, "digest of what it printed"),
	RECORD_FIELD(task_output, not_covered, 0, "what it left out"),
	RECORD_FIELD(task_output, verification, 0, "digest of the verification"),
	RECORD_FIELD(task_output, used_mock, 0, "it had a mock to work against"),
	RECORD_FIELD(task_output, advice, 0, "digest of what that comes to"),
};
RECORD_TYPE(task_output, RECORD_DROP, "what an attempt brought");
