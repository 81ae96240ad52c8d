#include "engine/op_plan.h"

#include <string.h>

#include "base/error.h"
#include "engine/bundle.h"
#include "engine/intake.h"
#include "engine/op_run.h"
#include "engine/solo.h"
#include "team/analyst.h"
#include "team/clarification.h"
#include "team/model_analyst.h"

static const struct record_field analysis_request_fields[] = {
	RECORD_FIELD(analysis_request, requirement, RECORD_ARGUMENT | RECORD_REQUIRED | RECORD_READABLE,
	             "what is wanted, in prose; - reads standard input, @FILE a file"),
	RECORD_FIELD(analysis_request, context, 0, "what models are told besides the requirement: a file, or JSON"),
	REQUEST_TERMS(analysis_request),
};
RECORD_TYPE(analysis_request, RECORD_REJECT, "what to analyse");

static const struct record_field plan_request_fields[] = {
	RECORD_FIELD(plan_request, requirement, RECORD_ARGUMENT | RECORD_READABLE,
	             "what is wanted, in prose; - reads standard input, @FILE a file"),
	RECORD_FIELD(plan_request, contracts, 0, "folder of contracts and OpenAPI documents to use"),
	RECORD_FIELD(plan_request, save, 0, "file to save the plan to, for run --plan"),
	RECORD_FIELD(plan_request, project_name, 0, "name of the project"),
	RECORD_FIELD(plan_request, workers, 0, "attempts at once: a number or auto"),
	RECORD_FIELD(plan_request, blueprint, 0, "team pattern, instead of the best fit"),
	RECORD_FIELD(plan_request, personas, 0, "who takes part, separated by commas"),
	RECORD_FIELD(plan_request, dot, 0, "also as a Graphviz graph"),
	RECORD_FIELD(plan_request, draft, 0, "as it looks without a model, with an estimate of what models would cost; leaves no run behind"),
	RECORD_FIELD(plan_request, context, 0, "what models are told besides the requirement: a file, or JSON"),
	REQUEST_QUESTIONS(plan_request),
	REQUEST_TERMS(plan_request),
};
RECORD_TYPE(plan_request, RECORD_REJECT, "what to plan");

static const struct record_field plan_contract_fields[] = {
	RECORD_FIELD(plan_contract, id, 0, "contract"),
	RECORD_FIELD(plan_contract, type, 0, "what kind it is"),
	RECORD_FIELD(plan_contract, provider, 0, "who provides it"),
	RECORD_FIELD(plan_contract, consumers, 0, "who uses it"),
	RECORD_FIELD(plan_contract, mock, 0, "consumers start against a mock"),
	RECORD_FIELD(plan_contract, operations, 0, "operations of its interface"),
	RECORD_FIELD(plan_contract, name, 0, "for people"),
};
RECORD_TYPE(plan_contract, RECORD_DROP, "a contract of a plan");

static const struct record_field plan_result_fields[] = {
	RECORD_FIELD(plan_result, run, RECORD_VOLATILE, "run that 'resume' goes on with"),
	RECORD_FIELD(plan_result, saved, RECORD_VOLATILE, "file that 'run --plan' takes"),
	RECORD_PART(plan_result, analysis, analysis, 0, "what the requirement is"),
	RECORD_PART(plan_result, team, team, 0, "who takes part"),
	RECORD_LIST(plan_result, contracts, plan_contract, 0, "what is agreed"),
	RECORD_PART(plan_result, plan, plan, 0, "the tasks"),
	RECORD_FIELD(plan_result, dot, 0, "Graphviz graph"),
	RECORD_LIST(plan_result, estimate, forecast, 0, "of a draft: what models would cost; absent where there are none"),
	RECORD_FIELD(plan_result, models, RECORD_VOLATILE, "what models were asked"),
};
RECORD_TYPE(plan_result, RECORD_DROP, "a plan");

static struct consult_terms
terms_of(const struct analysis_request *request)
{
	return (struct consult_terms){ request->record, request->replay, request->budget, request->max_tokens, request->max_calls };
}

static bool
ask_model(struct context *context, struct solo *solo, const char *text, const char *beside, struct analysis *ret, GError **error)
{
	struct model_analysis found = { 0 };
	bool ok = model_analyst_run(context->house->catalogue, solo->consultation.models, &solo->consultation.ask, text, beside, &found, error);
	/* What no model said because the time was over is what a limit ended, as in a run. */
	ok = ok && !(found.fallback && solo_is_late(solo, error));
	if (ok) {
		record_finish(&analysis_record, ret);
		*ret = found.analysis;
		found.analysis = (struct analysis){ 0 };
	}
	model_analysis_clear(&found);
	return ok;
}

/* By a model where there is one, else offline. */
static bool
analyse(struct context *context, const struct analysis_request *request, const char *text, const char *beside, struct analysis *ret, GError **error)
{
	struct consult_terms terms = terms_of(request);
	struct solo solo;
	if (!solo_begin(context, &terms, "analysis", "requirement_analyst", request->deadline, &solo, error))
		return false;
	bool ok = solo.consultation.models ? ask_model(context, &solo, text, beside, ret, error) : analyst_run(context->house->catalogue, text, ret, error);
	solo_end(&solo);
	return ok;
}

/* The requirement without blanks around it, and what stands beside it; newly allocated. */
static bool
read_texts(const struct analysis_request *request, char **ret_text, char **ret_beside, GError **error)
{
	*ret_beside = NULL;
	*ret_text = g_strstrip(g_strdup(request->requirement));
	return **ret_text ? requirement_check(*ret_text, error) && request_context(request->context, ret_beside, error)
	                  : error_set(error, ERR_USAGE, "say what is wanted, as in: teamwright analyse \"Fix the login page\"", "the requirement is empty");
}

bool
op_analysis_create(struct context *context, const void *data, void *result, GError **error)
{
	const struct analysis_request *request = data;
	g_autofree char *text = NULL, *beside = NULL;
	return read_texts(request, &text, &beside, error) && analyse(context, request, text, beside, result, error);
}

bool
op_clarify(struct context *context, const void *data, void *result, GError **error)
{
	const struct analysis_request *request = data;
	struct consult_terms terms = terms_of(request);
	g_autofree char *text = NULL, *beside = NULL;
	struct solo solo;
	GError *cause = NULL;
	if (!read_texts(request, &text, &beside, error) || !solo_begin(context, &terms, "clarify", "requirement_analyst", request->deadline, &solo, error))
		return false;
	bool ok = solo.consultation.models
	                  ? clarification_ask(context->house->catalogue, solo.consultation.models, &solo.consultation.ask, text, beside, result, &cause)
	                  : error_set(&cause, ERR_CONFIG, "see 'teamwright models list', or go on without questions", "there is no model to ask");
	if (cause && error_code(cause) == ERR_TIMEOUT && solo_is_late(&solo, error))
		g_clear_error(&cause);
	if (cause)
		g_propagate_error(error, cause);
	solo_end(&solo);
	return ok;
}

static void
copy_part(const struct record_type *type, const void *from, void *to)
{
	record_finish(type, to);
	record_copy(type, from, to);
}

static int64_t
count_operations(const struct doc *spec)
{
	static const char *const methods[] = { "get", "put", "post", "delete", "options", "head", "patch", "trace", NULL };
	int64_t count = 0;
	if (!spec)
		return 0;
	VALUE_EACH_MEMBER (path, item, value_member(doc_root(spec), "paths"))
		VALUE_EACH_MEMBER (method, operation, item)
			count += g_strv_contains(methods, method->text) && value_is(operation, VALUE_OBJECT);
	return count;
}

static void
list_contracts(const struct charter *charter, struct plan_contract_list *ret)
{
	for (size_t i = 0; i < charter->agreement.contracts.count; i++) {
		const struct contract *contract = &charter->agreement.contracts.items[i].contract;
		struct plan_contract *entry = record_append(&plan_contract_record, ret);
		entry->id = g_strdup(contract->id);
		entry->name = g_strdup(contract->name);
		entry->type = g_strdup(contract_type_names[contract->contract_type]);
		entry->provider = g_strdup(contract->provider_persona_id);
		entry->consumers = g_strdupv(contract->consumer_persona_ids);
		entry->mock = contract->mock_available;
		entry->operations = count_operations(charter->specs[i]);
	}
}

static bool
save_plan(const struct charter *charter, const char *path, GError **error)
{
	struct bundle bundle;
	GError *cause = NULL;
	bundle_of_charter(charter, &bundle);
	g_autofree char *text = record_to_json(&bundle_record, &bundle, true);
	record_finish(&bundle_record, &bundle);
	return g_file_set_contents(path, text, -1, &cause) ||
	       error_wrap(error, cause, ERR_ENVIRONMENT, "choose a file that can be written", "the plan cannot be saved");
}

static bool
estimate(struct context *context, const struct charter *charter, struct plan_result *result, GError **error)
{
	struct forecast_wish wish = { .catalogue = context->house->catalogue, .gateway = context->house->gateway, .store = context->store };
	g_clear_pointer(&result->run, g_free);
	return forecast_run(&wish, charter, &result->estimate, error);
}

/* The reason of a run is kept as a message with its remedy on the next line. */
static bool
tell_reason(const char *reason, enum error_code code, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(reason ? reason : "the plan was not made", "\n", 2);
	return error_set(error, code, lines[1], "%s", lines[0]);
}

static bool
fill_result(struct context *context, const char *run, const struct plan_request *request, struct plan_result *result, GError **error)
{
	struct store *store = context_store(context, error);
	struct run_row row = { 0 };
	if (!store || !store->ops->run_read(store, run, &row, error))
		return false;
	g_autoptr(Charter) charter = charter_load(store, &row, error);
	bool planned = row.plan != NULL, lacked = row.outcome == RUN_IS_BUDGET;
	g_autofree char *reason = g_strdup(row.reason);
	record_finish(&run_row_record, &row);
	if (!charter)
		return false;
	if (!planned)
		return tell_reason(reason, lacked ? ERR_BUDGET : ERR_FAILED, error);
	result->run = g_strdup(run);
	copy_part(&analysis_record, &charter->analysis, &result->analysis);
	copy_part(&team_record, &charter->team, &result->team);
	copy_part(&plan_record, &charter->plan, &result->plan);
	list_contracts(charter, &result->contracts);
	result->dot = request->dot ? plan_dot(&charter->plan) : NULL;
	result->saved = g_strdup(request->save);
	return (!request->draft || estimate(context, charter, result, error)) && (!request->save || save_plan(charter, request->save, error));
}

/* A draft is nobody's run. */
static bool
forget_run(struct context *context, const char *run, GError **error)
{
	struct store *store = context_store(context, error);
	struct run_row row = { 0 };
	if (!store || !store->ops->run_read(store, run, &row, error) || !store->ops->begin(store, error))
		return false;
	bool ok = store->ops->run_delete(store, row.key, error);
	record_finish(&run_row_record, &row);
	if (ok)
		return store_commit(store, error);
	store->ops->rollback(store);
	return false;
}

bool
op_plan_create(struct context *context, const void *data, void *result, GError **error)
{
	const struct plan_request *request = data;
	struct run_request run;
	struct run_result end;
	record_init(&run_request_record, &run);
	run.requirement = g_strdup(request->requirement);
	run.contracts = g_strdup(request->contracts);
	run.project_name = g_strdup(request->project_name);
	run.workers = g_strdup(request->workers);
	run.blueprint = g_strdup(request->blueprint);
	run.personas = g_strdupv(request->personas);
	run.context = g_strdup(request->context);
	run.clarifications = g_strdupv(request->clarifications);
	run.record = g_strdup(request->record);
	run.replay = g_strdup(request->replay);
	run.budget = request->budget;
	run.max_tokens = request->max_tokens;
	run.max_calls = request->max_calls;
	run.deadline = request->deadline;
	run.until = UNTIL_PLAN;
	run.offline = request->draft;
	record_init(&run_result_record, &end);
	bool ok = op_run_start(context, &run, &end, error);
	ok = ok && fill_result(context, end.run, request, result, error);
	((struct plan_result *)result)->models = ok && end.models ? doc_ref(end.models) : NULL;
	if (request->draft && end.run)
		ok = forget_run(context, end.run, ok ? error : NULL) && ok;
	record_finish(&run_request_record, &run);
	record_finish(&run_result_record, &end);
	return ok;
}
