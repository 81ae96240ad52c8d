#include "engine/op_run.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "engine/bundle.h"
#include "engine/consult.h"
#include "engine/control.h"
#include "engine/intake.h"
#include "engine/limit.h"
#include "engine/owner.h"
#include "engine/publish.h"

enum { CANCEL_MS = 30000 };

static const struct record_field run_ref_fields[] = {
	RECORD_FIELD(run_ref, run, RECORD_ARGUMENT, "name of the run; the newest if none is given"),
};
RECORD_TYPE(run_ref, RECORD_REJECT, "a run");

static const struct record_field history_request_fields[] = {
	RECORD_FIELD(history_request, limit, 0, "how many at most", .preset = "20"),
};
RECORD_TYPE(history_request, RECORD_REJECT, "which runs to list");

static const struct record_field history_entry_fields[] = {
	RECORD_FIELD(history_entry, run, 0, "name of the run"),
	RECORD_FIELD(history_entry, created, 0, "when it was started"),
	RECORD_FIELD(history_entry, state, 0, "where it stands"),
	RECORD_FIELD(history_entry, outcome, 0, "how it ended"),
	RECORD_FIELD(history_entry, name, 0, "name of the project"),
	RECORD_FIELD(history_entry, output, 0, "folder of the results"),
};
RECORD_TYPE(history_entry, RECORD_DROP, "a run of the past");

static const struct record_field history_result_fields[] = {
	RECORD_LIST(history_result, runs, history_entry, 0, "newest first"),
};
RECORD_TYPE(history_result, RECORD_DROP, "runs, newest first");

/* "20261120-080102-k3f9": sorts by time, told apart by chance. */
static char *
new_run_id(void)
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *stamp = g_date_time_format(now, "%Y%m%d-%H%M%S");
	char chance[5] = "";
	for (unsigned i = 0; i < 4; i++)
		chance[i] = letters[g_random_int_range(0, (int)strlen(letters))];
	return g_strdup_printf("%s-%s", stamp, chance);
}

/* The number that "workers" means; 0 for auto. */
static bool
read_workers(struct context *context, const struct run_request *request, int64_t *ret, GError **error)
{
	const char *workers = request->workers ? request->workers : config_get(context->house->config, SETTING_WORKERS, NULL);
	guint64 number = 0;
	bool automatic = !workers || g_str_equal(workers, "auto");
	if (!automatic && !g_ascii_string_to_unsigned(workers, 10, 1, 1000, &number, NULL))
		return error_set(error, ERR_USAGE, "give a number from 1 to 1000, or auto", "'%s' is no number of workers", workers);
	*ret = (int64_t)number;
	return true;
}

/* A saved plan runs as it is; only the number of workers may be another. */
static bool
take_plan(struct context *context, struct store *store, const struct run_request *request, struct run_row *row, GError **error)
{
	enum { WORKERS_MAX = 64 };
	struct bundle bundle;
	int64_t workers;
	if (!read_workers(context, request, &workers, error) || !bundle_read(request->plan, &bundle, error))
		return false;
	if (workers)
		bundle.plan.workers = workers;
	plan_predict(&bundle.plan, WORKERS_MAX);
	bool ok = bundle_keep(store, &bundle, row, error);
	record_finish(&bundle_record, &bundle);
	return ok;
}

static bool
take_requirement(struct context *context, struct store *store, const struct run_request *request, struct run_row *row, GError **error)
{
	int64_t workers;
	if (!read_workers(context, request, &workers, error))
		return false;
	g_autofree char *text = g_strdup(request->requirement ? request->requirement : "");
	g_strstrip(text);
	if (!*text && !request->contracts)
		return error_set(error, ERR_USAGE, "say what is wanted, as in: teamwright run \"Build a task manager\"",
		                 request->requirement ? "the requirement is empty" : "there is nothing to run");
	if (!requirement_check(text, error) || !intake_check(context->house, request, error))
		return false;
	row->requirement = store->ops->blob_put(store, text, strlen(text), error);
	return row->requirement != NULL;
}

static bool
insert_run(struct store *store, struct run_row *row, GError **error)
{
	if (!store->ops->begin(store, error))
		return false;
	struct event_row event = { .seq = 1, .at_ms = row->created_ms, .kind = (char *)"run.new", .task = -1 };
	if (store->ops->run_insert(store, row, error) && store->ops->event_put(store, row->key, &event, error))
		return store_commit(store, error);
	store->ops->rollback(store);
	return false;
}

/* Drives a run to its end and reads its result. */
static bool
drive(struct context *context, const char *run, struct run_result *result, GError **error)
{
	struct engine *engine = context_engine(context, error);
	struct store *store = context_store(context, error);
	struct run_row row = { 0 };
	if (!engine || !store || !engine_drive(engine, run, &row, error))
		return false;
	bool waits = row.state == RUN_WAITING && row.outcome != RUN_IS_BUDGET;
	int code = run_outcome_exit(row.outcome);
	record_finish(&run_row_record, &row);
	if (!run_result_read(store, run, result, error))
		return false;
	/* What is partial is called so; who allowed it has it as a success. */
	context->exit_code = waits || result->success ? 0 : code;
	return true;
}

static void
make_absolute(char **path)
{
	g_autofree char *given = *path;
	*path = given ? g_canonicalize_filename(given, NULL) : NULL;
}

/* A recording that cannot be read or written is known before anything is begun, and so is a limit that is none. */
static bool
check_terms(struct context *context, const struct run_request *request, GError **error)
{
	struct gateway_options options = { .record = request->record, .replay = request->replay };
	struct consult_terms terms = consult_terms_of(request);
	struct limit_list limits;
	GError *cause = NULL;
	if (!consult_terms_check(&terms, request->deadline, error) || !limits_load(context->house->config, &limits, error))
		return false;
	record_list_finish(&limit_record, &limits);
	if (options.record || options.replay)
		gateway_open(context->house->gateway, &options, &cause);
	if (cause)
		g_propagate_error(error, cause);
	return !cause;
}

/* What models are told besides the requirement, and on which terms. */
static bool
prepare_terms(struct context *context, struct run_request *request, GError **error)
{
	g_autofree char *given = g_steal_pointer(&request->context);
	make_absolute(&request->record);
	make_absolute(&request->replay);
	return request_context(given, &request->context, error) &&
	       request_clarify(context->house->catalogue, (const char *const *)request->clarifications, &request->context, error) &&
	       check_terms(context, request, error);
}

/* Makes the run's row from a request. */
static bool
make_row(struct context *context, struct store *store, const struct run_request *request, struct run_row *row, GError **error)
{
	struct run_request kept;
	record_copy(&run_request_record, request, &kept);
	g_clear_pointer(&kept.requirement, g_free);   /* it is a blob of its own */
	make_absolute(&kept.contracts);
	if (!prepare_terms(context, &kept, error)) {
		record_finish(&run_request_record, &kept);
		return false;
	}
	*row = (struct run_row){ .id = new_run_id(), .request = record_to_json(&run_request_record, &kept, false),
		                 .output = g_canonicalize_filename(request->output, NULL), .created_ms = clock_wall_ms() };
	row->updated_ms = row->created_ms;
	record_finish(&run_request_record, &kept);
	return request->plan ? take_plan(context, store, request, row, error) : take_requirement(context, store, request, row, error);
}

bool
op_run_start(struct context *context, const void *data, void *result, GError **error)
{
	const struct run_request *request = data;
	struct store *store = context_store(context, error);
	struct run_row row = { 0 };
	g_autofree char *output = g_canonicalize_filename(request->output, NULL);
	bool ok = store && (request->until || publish_check(output, request->force, error)) &&
	          make_row(context, store, request, &row, error) && insert_run(store, &row, error) &&
	          drive(context, row.id, result, error);
	record_finish(&run_row_record, &row);
	return ok;
}

char *
run_find(struct store *store, const char *given, GError **error)
{
	if (given)
		return g_strdup(given);
	struct run_row_list rows = { 0 };
	if (!store->ops->run_list(store, 1, &rows, error))
		return NULL;
	char *id = rows.count ? g_strdup(rows.items[0].id) : NULL;
	record_list_finish(&run_row_record, &rows);
	if (!id)
		error_set(error, ERR_NOT_FOUND, "start one with 'teamwright run'", "the store has no runs");
	return id;
}

/* The request that counts: the newest of those that were kept, else the row's. *ret_version is 0 for the latter. */
static bool
read_terms(struct store *store, const struct run_row *row, struct run_request *ret, int64_t *ret_version, GError **error)
{
	struct kept_row_list kept = { 0 };
	if (!store->ops->kept_list(store, row->key, CHARTER_REQUEST, NULL, &kept, error))
		return false;
	*ret_version = kept.count ? kept.items[0].version : 0;
	const char *text = kept.count ? kept.items[0].content : row->request ? row->request : "{}";
	bool ok = record_read_text(&run_request_record, CHARTER_REQUEST, text, ret, error);
	record_list_finish(&kept_row_record, &kept);
	return ok;
}

static bool
keep_terms(struct store *store, int64_t key, int64_t version, const struct run_request *request, GError **error)
{
	g_autofree char *text = record_to_json(&run_request_record, request, false);
	struct kept_row row = { .kind = (char *)CHARTER_REQUEST, .id = (char *)CHARTER_REQUEST, .version = version, .content = text };
	bool done = false;
	if (!store->ops->begin(store, error))
		return false;
	if (store->ops->kept_put(store, key, &row, &done, error))
		return store_commit(store, error) &&
		       (done || error_set(error, ERR_CONFLICT, "see 'teamwright status'", "somebody else goes on with the run at the same time"));
	store->ops->rollback(store);
	return false;
}

/* A limit that was reached is raised by whoever goes on; a recording is for one process. */
static bool
change_terms(struct context *context, struct store *store, const char *run, const struct resume_request *wanted, GError **error)
{
	struct run_row row = { 0 };
	struct run_request request;
	int64_t version;
	if (!store->ops->run_read(store, run, &row, error))
		return false;
	bool over = row.state == RUN_DONE, ok = over || read_terms(store, &row, &request, &version, error);
	if (ok && !over) {
		g_autofree char *before = record_to_json(&run_request_record, &request, false);
		g_clear_pointer(&request.record, g_free);
		g_clear_pointer(&request.replay, g_free);
		ok = request_overlay(&resume_request_record, wanted, &request, error);
		make_absolute(&request.record);
		make_absolute(&request.replay);
		g_autofree char *after = record_to_json(&run_request_record, &request, false);
		ok = ok && check_terms(context, &request, error) && (g_str_equal(before, after) || keep_terms(store, row.key, version + 1, &request, error));
		record_finish(&run_request_record, &request);
	}
	record_finish(&run_row_record, &row);
	return ok;
}

bool
op_run_resume(struct context *context, const void *data, void *result, GError **error)
{
	const struct resume_request *request = data;
	struct store *store = context_store(context, error);
	g_autofree char *run = store ? run_find(store, request->run, error) : NULL;
	return run && change_terms(context, store, run, request, error) && drive(context, run, result, error);
}

/* Asks the process that owns the run; false with *ret_tried false where there is none. */
static bool
forward(struct context *context, struct store *store, int64_t key, const char *run, bool *ret_tried, GError **error)
{
	struct owner_row owner;
	if (!store->ops->owner_read(store, key, &owner, error))
		return false;
	bool ours = context->house->control && g_strcmp0(owner.socket, control_path(context->house->control)) == 0;
	*ret_tried = owner.id && owner.socket && !ours && !owner_is_dead(&owner);
	bool ok = false;
	if (*ret_tried) {
		int code;
		struct run_ref request = { .run = (char *)run };
		g_autofree char *text = record_to_json(&run_ref_record, &request, false);
		g_autofree char *reply = control_call(owner.socket, "run.cancel", text, CANCEL_MS, &code, error);
		ok = reply != NULL;
	}
	record_finish(&owner_row_record, &owner);
	return ok;
}

bool
op_run_cancel(struct context *context, const void *data, void *result, GError **error)
{
	const struct run_ref *request = data;
	struct store *store = context_store(context, error);
	g_autofree char *run = store ? run_find(store, request->run, error) : NULL;
	struct run_row row = { 0 };
	if (!run || !store->ops->run_read(store, run, &row, error))
		return false;
	int64_t key = row.key;
	bool over = row.state == RUN_DONE, tried = false, ok = true;
	record_finish(&run_row_record, &row);
	if (over)
		return error_set(error, ERR_CONFLICT, "see 'teamwright show'", "run %s is over", run);
	GError *cause = NULL;
	if (!forward(context, store, key, run, &tried, &cause)) {
		if (tried || cause) {
			g_propagate_error(error, cause);
			return false;
		}
		struct engine *engine = context_engine(context, error);
		ok = engine && engine_cancel(engine, run, &row, error);
		record_finish(&run_row_record, &row);
	}
	return ok && run_result_read(store, run, result, error);
}

bool
op_run_status(struct context *context, const void *data, void *result, GError **error)
{
	const struct run_ref *request = data;
	struct store *store = context_store(context, error);
	g_autofree char *run = store ? run_find(store, request->run, error) : NULL;
	return run && run_result_read(store, run, result, error);
}

bool
op_run_history(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct history_request *request = data;
	struct history_result *result = data_result;
	struct store *store = context_store(context, error);
	struct run_row_list rows = { 0 };
	if (!store || !store->ops->run_list(store, request->limit, &rows, error))
		return false;
	for (size_t i = 0; i < rows.count; i++) {
		const struct run_row *row = &rows.items[i];
		struct history_entry *entry = record_append(&history_entry_record, &result->runs);
		entry->run = g_strdup(row->id);
		entry->name = g_strdup(row->name);
		entry->state = g_strdup(run_state_names[row->state]);
		entry->outcome = g_strdup(row->outcome ? run_outcome_names[row->outcome] : "");
		entry->created = clock_text(row->created_ms);
		entry->output = g_strdup(row->output);
	}
	record_list_finish(&run_row_record, &rows);
	return true;
}
