#include "store/store.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "store/store_sqlite.h"

static const struct record_field run_row_fields[] = {
	RECORD_FIELD(run_row, key, 0, "the store's number"),
	RECORD_FIELD(run_row, id, 0, "name of the run"),
	RECORD_FIELD(run_row, name, 0, "name of the project"),
	RECORD_ENUM(run_row, state, 0, run_state_names, "where it stands"),
	RECORD_ENUM(run_row, outcome, 0, run_outcome_names, "how it ended"),
	RECORD_FIELD(run_row, request, 0, "what was asked for"),
	RECORD_FIELD(run_row, requirement, 0, "digest of the requirement"),
	RECORD_FIELD(run_row, analysis, 0, "digest of the analysis"),
	RECORD_FIELD(run_row, team, 0, "digest of the team"),
	RECORD_FIELD(run_row, contracts, 0, "digest of the contracts"),
	RECORD_FIELD(run_row, plan, 0, "digest of the plan"),
	RECORD_FIELD(run_row, report, 0, "digest of the report"),
	RECORD_FIELD(run_row, output, 0, "folder of the results"),
	RECORD_FIELD(run_row, reason, 0, "why it ended so"),
	RECORD_FIELD(run_row, created_ms, 0, "when it was made"),
	RECORD_FIELD(run_row, updated_ms, 0, "when it last changed"),
};
RECORD_TYPE(run_row, RECORD_REJECT, "a run in the store");

static const struct record_field task_row_fields[] = {
	RECORD_FIELD(task_row, seq, 0, "position in the plan"),
	RECORD_ENUM(task_row, state, 0, task_state_names, "where it stands"),
	RECORD_ENUM(task_row, outcome, 0, task_outcome_names, "how it ended"),
	RECORD_FIELD(task_row, attempt, 0, "number of the attempt"),
	RECORD_FIELD(task_row, ready_ms, 0, "when its needs were met"),
	RECORD_FIELD(task_row, started_ms, 0, "when the attempt started"),
	RECORD_FIELD(task_row, finished_ms, 0, "when it was done"),
	RECORD_FIELD(task_row, result, 0, "digest of the result"),
	RECORD_FIELD(task_row, reason, 0, "why it ended so"),
};
RECORD_TYPE(task_row, RECORD_REJECT, "a task in the store");

static const struct record_field event_row_fields[] = {
	RECORD_FIELD(event_row, seq, 0, "number in the journal"),
	RECORD_FIELD(event_row, at_ms, 0, "when"),
	RECORD_FIELD(event_row, kind, 0, "what happened"),
	RECORD_FIELD(event_row, task, 0, "to which task, -1 for the run"),
	RECORD_FIELD(event_row, data, 0, "the facts"),
};
RECORD_TYPE(event_row, RECORD_REJECT, "a line of the journal");

static const struct record_field owner_row_fields[] = {
	RECORD_FIELD(owner_row, id, 0, "the process, at random"),
	RECORD_FIELD(owner_row, host, 0, "boot id of the machine"),
	RECORD_FIELD(owner_row, pid, 0, "process id"),
	RECORD_FIELD(owner_row, started, 0, "when the process started, in ticks"),
	RECORD_FIELD(owner_row, socket, 0, "where it listens"),
	RECORD_FIELD(owner_row, epoch, 0, "how often the run changed hands"),
	RECORD_FIELD(owner_row, lease_ms, 0, "until when it holds"),
};
RECORD_TYPE(owner_row, RECORD_REJECT, "the owner of a run");

static const struct record_field kept_row_fields[] = {
	RECORD_FIELD(kept_row, kind, 0, "kind of record"),
	RECORD_FIELD(kept_row, id, 0, "which one"),
	RECORD_FIELD(kept_row, version, 0, "its version"),
	RECORD_FIELD(kept_row, content, 0, "the record"),
};
RECORD_TYPE(kept_row, RECORD_REJECT, "a versioned record of a run");

/* What a test wants to go wrong, and when. */
static struct {
	enum { FAULT_NONE, FAULT_BEFORE, FAULT_AFTER, FAULT_FAIL } kind;
	long at, commits;
} fault;

bool
store_set_fault(const char *text, GError **error)
{
	static const char *const kinds[] = { "none", "before", "after", "fail", NULL };
	g_auto(GStrv) parts = g_strsplit(text, ":", 2);
	int kind = parts[0] && parts[1] ? record_name_index(kinds, parts[0]) : -1;
	if (kind < 0)
		return error_set(error, ERR_CONFIG, "say before:N, after:N or fail:N", "'%s' is no fault", text);
	fault.kind = (unsigned)kind;
	fault.at = strtol(parts[1], NULL, 10);
	return true;
}

bool
store_commit(struct store *store, GError **error)
{
	bool now = fault.kind && ++fault.commits == fault.at;
	if (now && fault.kind == FAULT_BEFORE)
		kill(getpid(), SIGKILL);
	if (now && fault.kind == FAULT_FAIL) {
		store->ops->rollback(store);
		return error_set(error, ERR_STORE, NULL, "commit %ld was made to fail", fault.at);
	}
	if (!store->ops->commit(store, error)) {
		store->ops->rollback(store);
		return false;
	}
	if (now && fault.kind == FAULT_AFTER)
		kill(getpid(), SIGKILL);
	return true;
}

struct store *
store_open(const char *place, GError **error)
{
	return store_sqlite_open(place, error);
}

void
store_close(struct store *store)
{
	if (store)
		store->ops->close(store);
}
