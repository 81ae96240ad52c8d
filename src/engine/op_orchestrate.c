#include "engine/op_orchestrate.h"

#include <math.h>

#include "base/clock.h"
#include "base/error.h"

enum { WORKERS_MAX = 64 };

static const struct record_field orchestrate_request_fields[] = {
	RECORD_FIELD(orchestrate_request, problem, RECORD_ARGUMENT | RECORD_READABLE, "what is to be found out"),
	RECORD_FIELD(orchestrate_request, file, RECORD_WHOLE, "a file that the specialists get; once for each"),
	RECORD_FIELD(orchestrate_request, item, RECORD_WHOLE, "something that they get, text or JSON; once for each"),
	RECORD_ENUM(orchestrate_request, pattern, 0, tactic_names, "how tasks are made", .preset = "parallel-analysis"),
	RECORD_FIELD(orchestrate_request, specialists, 0, "who takes part, or auto: by the words of the problem"),
	RECORD_FIELD(orchestrate_request, conclude, 0, "a specialist who gets all results at the end"),
	RECORD_FIELD(orchestrate_request, synthesis, 0, "merge_all, use_first_result, consensus or custom:COMMAND"),
	RECORD_FIELD(orchestrate_request, success, 0, "all_tasks_complete, any or quorum:N", .alias = "success_criteria"),
	RECORD_FIELD(orchestrate_request, context, RECORD_READABLE, "what every specialist has to know, as JSON or YAML"),
	RECORD_FIELD(orchestrate_request, thread, 0, "file with a conversation that every specialist gets"),
	RECORD_FIELD(orchestrate_request, plan, 0, "carry out this plan"),
	RECORD_FIELD(orchestrate_request, save, 0, "write the plan to this file"),
	RECORD_FIELD(orchestrate_request, coordinator, 0, "let a model make the plan"),
	RECORD_FIELD(orchestrate_request, dry_run, 0, "show the plan, and ask no specialist"),
	RECORD_FIELD(orchestrate_request, no_judge, 0, "leave open what neither evidence nor numbers decide"),
	RECORD_ENUM(orchestrate_request, strategy, 0, balance_strategy_names, "which server gets the next task", .preset = "load_aware"),
	RECORD_FIELD(orchestrate_request, timeout, 0, "seconds for each task", .preset = "300"),
	RECORD_FIELD(orchestrate_request, deadline, 0, "seconds for all of it"),
	RECORD_FIELD(orchestrate_request, budget, 0, "dollars that it may cost"),
	RECORD_FIELD(orchestrate_request, max_tokens, RECORD_OPTIONAL, "tokens that it may take, of prompts and answers"),
	RECORD_FIELD(orchestrate_request, max_calls, RECORD_OPTIONAL, "calls of models that it may take"),
	RECORD_FIELD(orchestrate_request, record, 0, "write the calls to this file"),
	RECORD_FIELD(orchestrate_request, replay, 0, "answer the calls from this file"),
};
RECORD_TYPE(orchestrate_request, RECORD_REJECT, "a problem for specialists");

static const struct record_field orchestrate_result_fields[] = {
	RECORD_FIELD(orchestrate_result, success, 0, "the criterion is met, and there is a synthesis"),
	RECORD_FIELD(orchestrate_result, duration, RECORD_VOLATILE, "seconds, planning and synthesis included"),
	RECORD_FIELD(orchestrate_result, reason, 0, "why it is no success"),
	RECORD_LIST(orchestrate_result, results, specialist_result, 0, "what came of each task, in the order of the plan"),
	RECORD_PART(orchestrate_result, synthesis, synthesis, 0, "what they come to"),
	RECORD_PART(orchestrate_result, statistics, orchestra_statistics, 0, "what it took"),
	RECORD_LIST(orchestrate_result, plan, orchestration, 0, "of a dry run"),
	RECORD_LIST(orchestrate_result, estimate, forecast, 0, "of a dry run: what models would cost"),
	RECORD_FIELD(orchestrate_result, saved, 0, "file of the plan"),
	RECORD_FIELD(orchestrate_result, replayed, 0, "answers come from a recording: nothing was called"),
	RECORD_FIELD(orchestrate_result, not_noted, 0, "why it is not in 'orchestrate stats'"),
};
RECORD_TYPE(orchestrate_result, RECORD_DROP, "what came of it");

static const struct record_field specialists_result_fields[] = {
	RECORD_LIST(specialists_result, specialists, persona_entry, 0, "who can be asked, beside all personas"),
	RECORD_LIST(specialists_result, patterns, tactic, 0, "how problems become tasks"),
};
RECORD_TYPE(specialists_result, RECORD_DROP, "specialists and patterns");

/* The specialists, and behind them the personas that are none. */
static bool
load_everybody(struct house *house, struct persona_list *ret, GError **error)
{
	struct persona_list personas;
	if (!specialists_load(house->catalogue, ret, error))
		return false;
	if (!personas_load(house->catalogue, house->project, &personas, error)) {
		record_list_finish(&persona_record, ret);
		return false;
	}
	for (size_t i = 0; i < personas.count; i++)
		if (!personas_find(ret, personas.items[i].id))
			record_copy(&persona_record, &personas.items[i], record_append(&persona_record, ret));
	record_list_finish(&persona_record, &personas);
	return true;
}

/* --- models and money ----------------------------------------------------------------------- */

static struct models *
open_models(struct house *house, const struct orchestrate_request *request, GError **error)
{
	const struct gateway_options options = { .record = request->record, .replay = request->replay, .strategy = request->strategy };
	GError *cause = NULL;
	struct models *models = gateway_open(house->gateway, &options, &cause);
	if (cause)
		g_propagate_error(error, cause);
	else if (!models)
		error_set(error, ERR_CONFIG, "set ANTHROPIC_API_KEY, OPENAI_API_KEY or OLLAMA_HOST, or name servers under endpoints in config.yaml; --dry-run shows the plan without one",
		          "there is no model that specialists could ask");
	return models;
}

static void
open_account(struct models *models, const struct orchestrate_request *request, char **ret)
{
	static int count;
	struct allowance allowance = { .dollars = request->budget, .tokens = request->max_tokens, .calls = request->max_calls, .deadline_ms = RECORD_NO_INT,
		                       .raise = "allow more of it, and ask again" };
	*ret = g_strdup_printf("orchestration-%d", __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED));
	if (models)
		ledger_allow(models_ledger(models), *ret, &allowance);
}

/* A server that nobody knows is a slip of the pen, not a failure to work around. */
static bool
check_servers(struct house *house, const struct orchestrate_request *request, const struct orchestration *plan, GError **error)
{
	const struct endpoint_list *endpoints = gateway_endpoints(house->gateway);
	g_autofree const struct orchestra_task **tasks = orchestration_tasks(plan);
	for (size_t i = 0; !request->replay && tasks[i]; i++) {
		bool known = !tasks[i]->server;
		for (size_t k = 0; k < endpoints->count; k++)
			known = known || g_str_equal(endpoints->items[k].name, tasks[i]->server);
		if (!known)
			return error_set(error, ERR_INVALID, "see 'teamwright models list'", "task %s: there is no server %s", tasks[i]->task_id, tasks[i]->server);
	}
	return true;
}

static unsigned
workers_of(const struct config *config, size_t tasks)
{
	const char *workers = config_get(config, SETTING_WORKERS, NULL);
	guint64 number;
	bool given = workers && g_ascii_string_to_unsigned(workers, 10, 1, 1000, &number, NULL);
	return given ? (unsigned)number : (unsigned)MIN(tasks, WORKERS_MAX);
}

/* --- carrying out --------------------------------------------------------------------------- */

static void
judge_success(struct context *context, const struct orchestration *plan, bool concluded, struct orchestrate_result *result)
{
	const struct orchestra_statistics *statistics = &result->statistics;
	int64_t demand = orchestration_demand(plan->success_criteria, result->results.count);
	bool met = statistics->completed >= demand, budget = false, unrecorded = false;
	for (size_t i = 0; i < result->results.count; i++) {
		budget |= result->results.items[i].state == SPECIALIST_BUDGET;
		unrecorded |= result->results.items[i].unrecorded;
		result->replayed |= result->results.items[i].replayed;
	}
	result->success = met && concluded && !unrecorded;
	if (unrecorded)
		result->reason = g_strdup("the recording does not know all requests: make a new one with --record");
	else if (!met)
		result->reason = g_strdup_printf("%d of %d tasks came to an answer; %s wants %d", (int)statistics->completed, (int)statistics->tasks,
		                                 plan->success_criteria, (int)demand);
	else if (!concluded)
		result->reason = g_strdup(result->synthesis.problem ? result->synthesis.problem : "there is no synthesis");
	bool interrupted = __atomic_load_n(&context->house->interrupted, __ATOMIC_ACQUIRE);
	context->exit_code = interrupted ? error_exit(ERR_INTERRUPTED) : unrecorded ? error_exit(ERR_NOT_FOUND) : result->success ? 0 : budget ? error_exit(ERR_BUDGET) : 1;
}

/* Coordinator and judge were paid, too: the account has all of it. */
static void
count_expense(const struct orchestra_order *order, struct orchestra_statistics *ret)
{
	struct expense expense;
	if (!ledger_find(models_ledger(order->models), order->account, &expense))
		return;
	ret->calls = expense.calls;
	ret->retries = expense.failed_calls;
	ret->unpriced_calls = expense.unpriced_calls;
	ret->input_tokens = expense.input_tokens + expense.cache_read_tokens + expense.cache_write_tokens;
	ret->output_tokens = expense.output_tokens;
	ret->dollars = expense.dollars;
	record_finish(&expense_record, &expense);
}

/* `before` is how the servers stood before anybody was asked. */
static void
carry_out(struct context *context, const struct orchestra_order *order, const struct standing_list *before, int64_t begin_us,
          struct orchestrate_result *result)
{
	const struct orchestration *plan = order->briefing->plan;
	struct standing_list after = { 0 };
	double seconds;
	orchestra_perform(order, &result->results, &seconds);
	bool concluded = orchestra_conclude(order, &result->results, &result->synthesis, NULL);
	models_standings(order->models, &after);
	record_finish(&orchestra_statistics_record, &result->statistics);
	record_init(&orchestra_statistics_record, &result->statistics);
	orchestra_count(plan, &result->results, seconds, before, &after, &result->statistics);
	count_expense(order, &result->statistics);
	result->duration = (double)(clock_us() - begin_us) / 1e6;
	judge_success(context, plan, concluded, result);
	record_list_finish(&standing_record, &after);
}

static bool
save_plan(const struct orchestrate_request *request, const struct orchestration *plan, struct orchestrate_result *result, GError **error)
{
	GError *cause = NULL;
	if (!request->save)
		return true;
	g_autofree char *json = record_to_json(&orchestration_record, plan, true);
	if (!g_file_set_contents(request->save, json, -1, &cause))
		return error_wrap(error, cause, ERR_ENVIRONMENT, "check folder and permissions", "cannot write %s", request->save);
	result->saved = g_strdup(request->save);
	return true;
}

static bool
check_limits(const struct orchestrate_request *request, GError **error)
{
	bool good = !(request->budget < 0) && !(request->deadline <= 0) && (request->max_tokens == RECORD_NO_INT || request->max_tokens > 0) &&
	            (request->max_calls == RECORD_NO_INT || request->max_calls > 0) && request->timeout > 0;
	return good || error_set(error, ERR_USAGE, "give numbers above 0", "a limit has to be above 0");
}

/* Work that was done is not lost because nobody could count it. */
static void
note(struct context *context, struct orchestrate_result *result)
{
	g_autoptr(GError) error = NULL;
	if (!orchestrate_note(context, result, &error))
		result->not_noted = error_text(error);
}

/* --- who watches and interrupts ------------------------------------------------------------- */

static void
tell(void *data, const char *kind, const struct specialist_result *about, const char *json)
{
	struct house *house = data;
	if (about)
		house_emit_task(house, kind, about->task_id, about->specialist, json);
	else
		house_emit(house, kind, json);
}

static void
listen_to(void *data, struct interruptee *interruptee, bool begin)
{
	(begin ? house_add_interruptee : house_remove_interruptee)(data, interruptee);
}

/* The asking of one orchestration. Calls of coordinator and judge look at `cancelled`; the specialists have their own. */
struct asking {
	struct models *models;       /* NULL for a dry run without a coordinator */
	bool cancelled;
	struct standing_list before; /* how the servers stood */
};

static void
interrupt(void *data)
{
	struct asking *asking = data;
	models_cancel(asking->models, &asking->cancelled);
}

static bool
plan_and_perform(struct context *context, const struct orchestrate_request *request, const struct persona_list *specialists, const struct asking *asking,
                 struct orchestrate_result *result, GError **error)
{
	int64_t begin_us = clock_us();
	g_autofree char *account = NULL;
	open_account(asking->models, request, &account);
	struct orchestration *plan = record_append(&orchestration_record, &result->plan);
	record_finish(&orchestration_record, plan);
	if (!orchestrate_plan(context, request, specialists, asking->models, account, &asking->cancelled, plan, error) || !save_plan(request, plan, result, error))
		return false;
	if (request->dry_run) {
		result->success = true;
		return orchestrate_estimate(context, plan, request->thread, &result->estimate, error);
	}
	struct counsel_form form;
	struct briefing briefing = { 0 };
	const char *const accounts[] = { account, NULL };
	struct orchestra_order order = { .catalogue = context->house->catalogue, .tell = house_is_watched(context->house) ? tell : NULL, .listen = listen_to,
		                         .data = context->house, .briefing = &briefing, .specialists = specialists, .models = asking->models, .form = &form,
		                         .cancelled = &asking->cancelled,
		                         .model = gateway_model(context->house->gateway), .run = account, .accounts = accounts, .account = account,
		                         .workers = workers_of(context->house->config, orchestration_count(plan)),
		                         .deadline_ms = isnan(request->deadline) ? 0 : begin_us / 1000 + (int64_t)(request->deadline * 1e3),
		                         .judge = !request->no_judge };
	bool ok = counsel_form_load(context->house->catalogue, "specialist", "findings", &form, error) &&
	          check_servers(context->house, request, plan, error) && briefing_open(plan, request->thread, &briefing, error);
	if (ok) {
		carry_out(context, &order, &asking->before, begin_us, result);
		briefing_close(&briefing);
		note(context, result);
	}
	counsel_form_clear(&form);
	record_list_finish(&orchestration_record, &result->plan);
	return ok;
}

static bool
orchestrate(struct context *context, const struct orchestrate_request *request, const struct persona_list *specialists, struct orchestrate_result *result,
            GError **error)
{
	bool needed = !request->dry_run || request->coordinator;
	struct asking asking = { .models = needed ? open_models(context->house, request, error) : NULL };
	struct interruptee interruptee = { interrupt, &asking, NULL };
	if (needed && !asking.models)
		return false;
	if (needed) {
		models_standings(asking.models, &asking.before);
		house_add_interruptee(context->house, &interruptee);
	}
	bool ok = plan_and_perform(context, request, specialists, &asking, result, error);
	if (needed)
		house_remove_interruptee(context->house, &interruptee);
	record_list_finish(&standing_record, &asking.before);
	return ok;
}

bool
op_orchestrate(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct orchestrate_request *request = data;
	struct persona_list specialists;
	if (!check_limits(request, error) || !load_everybody(context->house, &specialists, error))
		return false;
	bool ok = orchestrate(context, request, &specialists, data_result, error);
	if (request->record)
		ok = gateway_close(context->house->gateway, ok ? error : NULL) && ok;
	record_list_finish(&persona_record, &specialists);
	return ok;
}
