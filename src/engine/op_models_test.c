/* Whether the models work: a short question to each, one after the other, so that what is measured is the model. */
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "engine/op_models.h"
#include "llm/models.h"
#include "llm/structured.h"
#include "llm/survey.h"

enum { ANSWER_TOKENS = 200, PATIENCE_MS = 120000 };

static const struct record_field models_test_request_fields[] = {
	RECORD_FIELD(models_test_request, model, RECORD_ARGUMENT, "only this one, as its server calls it"),
	RECORD_FIELD(models_test_request, server, 0, "only those of this server"),
	RECORD_FIELD(models_test_request, all, 0, "every model; else the first of each server"),
	RECORD_FIELD(models_test_request, record, 0, "write the calls to this file"),
	RECORD_FIELD(models_test_request, replay, 0, "answer the calls from this file"),
};
RECORD_TYPE(models_test_request, RECORD_REJECT, "which models to try");

static const struct record_field model_trial_fields[] = {
	RECORD_FIELD(model_trial, server, 0, "the endpoint"),
	RECORD_FIELD(model_trial, model, 0, "as the server calls it"),
	RECORD_FIELD(model_trial, ok, 0, "it answered, and as it was asked to"),
	RECORD_FIELD(model_trial, failure, 0, "how it failed"),
	RECORD_FIELD(model_trial, problem, 0, "what is wrong, and what to do"),
	RECORD_FIELD(model_trial, first_token_ms, RECORD_VOLATILE, "milliseconds to the first token"),
	RECORD_FIELD(model_trial, total_ms, RECORD_VOLATILE, "milliseconds of the whole answer"),
	RECORD_FIELD(model_trial, output_tokens, RECORD_OPTIONAL | RECORD_VOLATILE, "of the answer, as the server counts"),
	RECORD_FIELD(model_trial, dollars, RECORD_VOLATILE, "what it cost; absent: nobody knows"),
	RECORD_FIELD(model_trial, tries, 0, "calls that it took"),
	RECORD_FIELD(model_trial, replayed, 0, "from a recording: nothing was called"),
};
RECORD_TYPE(model_trial, RECORD_DROP, "one model on trial");

static const struct record_field models_test_result_fields[] = {
	RECORD_LIST(models_test_result, trials, model_trial, 0, "the models that were tried"),
	RECORD_LIST(models_test_result, servers, survey_entry, 0, "what their servers said of themselves"),
};
RECORD_TYPE(models_test_result, RECORD_DROP, "which models work");

static const char schema_text[] = "{\"type\":\"object\",\"properties\":{\"word\":{\"type\":\"string\"}},\"required\":[\"word\"],\"additionalProperties\":false}";

static void
write_question(struct catalogue *catalogue, struct model_request *request, GError **error)
{
	g_autofree char *prompt = catalogue_text(catalogue, "prompts/models_test.md", NULL, error);
	record_init(&model_request_record, request);
	request->schema = doc_own(schema_text);
	request->schema_name = g_strdup("word");
	request->max_tokens = ANSWER_TOKENS;
	if (prompt)
		model_request_say(request, MESSAGE_USER, prompt);
}

/* It has to do as it was told: an object with the word. */
static bool
is_obedient(const struct model_response *response)
{
	g_autofree char *text = model_response_text(response);
	g_autoptr(Doc) doc = structured_read(text, NULL);
	return value_member_text(doc_root(doc), "word") != NULL;
}

static void
take_answer(const struct model_answer *answer, struct model_trial *trial)
{
	const struct model_try *last = answer->tries.count ? &answer->tries.items[answer->tries.count - 1] : NULL;
	trial->tries = (int64_t)answer->tries.count;
	trial->replayed = answer->replayed;
	if (!last)
		return;
	trial->failure = g_strdup(last->failure);
	trial->first_token_ms = last->first_token_ms;
	trial->total_ms = last->total_ms;
	trial->dollars = last->dollars;
	trial->output_tokens = last->usage.output_tokens;
}

/* The question on its way from one to the next. */
struct round {
	struct models *models;
	const struct models_test_request *wanted;
	const struct model_request *request;
	bool cancelled;
};

static void
cancel_round(void *data)
{
	struct round *round = data;
	models_cancel(round->models, &round->cancelled);
}

static void
try_model(struct round *round, const char *server, const char *model, struct model_trial *trial)
{
	const struct ask ask = { .request = round->request, .wish = { .server = server, .model = model }, .deadline_ms = clock_ms() + PATIENCE_MS,
		                 .cancelled = &round->cancelled };
	struct model_answer answer;
	GError *error = NULL;
	trial->server = g_strdup(server);
	trial->model = g_strdup(model);
	trial->ok = models_ask(round->models, &ask, &answer, &error);
	take_answer(&answer, trial);
	if (trial->ok && !is_obedient(&answer.response)) {
		trial->ok = false;
		trial->problem = g_strdup("it answers, but not with the JSON that it was asked for: it cannot be used for analysis and contracts");
	} else if (error) {
		g_autofree char *text = error_text(error);
		trial->problem = g_strdup_printf("%s%s%s", text, error_remedy(error) ? "; " : "", error_remedy(error) ? error_remedy(error) : "");
	}
	g_clear_error(&error);
	record_finish(&model_answer_record, &answer);
}

static void
try_server(struct round *round, const struct endpoint *endpoint, struct model_trial_list *ret)
{
	const struct models_test_request *wanted = round->wanted;
	unsigned tried = 0;
	for (size_t i = 0; i < endpoint->models.count; i++) {
		const char *name = endpoint->models.items[i].name;
		bool meant = wanted->model ? endpoint_model(endpoint, wanted->model) == &endpoint->models.items[i] : wanted->all || !tried;
		if (!meant)
			continue;
		try_model(round, endpoint->name, name, record_append(&model_trial_record, ret));
		tried++;
	}
}

static bool
try_all(struct context *context, struct models *models, const struct models_test_request *wanted, const struct endpoint_list *endpoints,
        struct models_test_result *result, GError **error)
{
	struct model_request request;
	struct round round = { models, wanted, &request, false };
	struct interruptee interruptee = { cancel_round, &round, NULL };
	GError *cause = NULL;
	write_question(context->house->catalogue, &request, &cause);
	house_add_interruptee(context->house, &interruptee);
	for (size_t i = 0; !cause && i < endpoints->count; i++)
		if (!wanted->server || g_str_equal(wanted->server, endpoints->items[i].name))
			try_server(&round, &endpoints->items[i], &result->trials);
	house_remove_interruptee(context->house, &interruptee);
	record_finish(&model_request_record, &request);
	if (round.cancelled && !cause)
		error_set(&cause, ERR_INTERRUPTED, NULL, "the test was interrupted");
	if (cause)
		g_propagate_error(error, cause);
	return !cause;
}

/* Nobody has a model: either there is no server, or those that there are do not say what they have. */
static bool
explain_nothing(const struct models_test_result *result, GError **error)
{
	GString *problems = g_string_new(NULL);
	for (size_t i = 0; i < result->servers.count; i++) {
		const struct survey_entry *entry = &result->servers.items[i];
		g_string_append_printf(problems, "; %s: %s", entry->server, entry->problem ? entry->problem : "it lists none");
	}
	g_autofree char *text = g_string_free(problems, FALSE);
	return error_set(error, ERR_CONFIG,
	                 *text ? "mend that, or name the models of the server in config.yaml"
	                       : "set ANTHROPIC_API_KEY, OPENAI_API_KEY or OLLAMA_HOST, or name servers under endpoints in config.yaml",
	                 "there is no model to try%s", text);
}

static bool
check_trials(struct context *context, const struct models_test_request *wanted, const struct models_test_result *result, GError **error)
{
	if (!result->trials.count && (wanted->model || wanted->server))
		return error_set(error, ERR_NOT_FOUND, "see 'teamwright models list'", "there is no %s%s%s%s", wanted->model ? wanted->model : "server ",
		                 wanted->model && wanted->server ? " at " : "", wanted->server ? wanted->server : "", "");
	if (!result->trials.count)
		return explain_nothing(result, error);
	for (size_t i = 0; i < result->trials.count; i++)
		if (!result->trials.items[i].ok)
			context->exit_code = 1;
	return true;
}

bool
op_models_test(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct models_test_request *wanted = data;
	struct models_test_result *result = data_result;
	struct endpoint_list endpoints;
	if (!survey_servers(context->house->config, &endpoints, &result->servers, error))
		return false;
	if (!wanted->replay)
		survey_loaded(&endpoints, &result->servers);
	struct models_options options = { .endpoints = &endpoints, .record = wanted->record, .replay = wanted->replay };
	struct models *models = models_open(&options, error);
	bool ok = models && try_all(context, models, wanted, &endpoints, result, error);
	ok = models_close(models, ok ? error : NULL) && ok;
	record_list_finish(&endpoint_record, &endpoints);
	return ok && check_trials(context, wanted, result, error);
}
