#include "engine/forecast.h"

#include <math.h>
#include <string.h>

#include "engine/asked.h"
#include "llm/price.h"
#include "llm/prompt.h"
#include "team/model_contracts.h"

enum {
	TOKEN_BYTES = 4,             /* of English, about */
	ANSWER_TOKENS = 1000,        /* of a prompt that does not say how long its answers are */
	RUNS = 20, EVENTS = 200,     /* of the past: phases ask first */
	REPAIRS = 3,
};

static const struct record_field forecast_item_fields[] = {
	RECORD_FIELD(forecast_item, purpose, 0, "what for"),
	RECORD_FIELD(forecast_item, persona, 0, "for whom"),
	RECORD_FIELD(forecast_item, calls, 0, "calls, where no answer has to be sent back"),
	RECORD_FIELD(forecast_item, input_tokens, RECORD_VOLATILE, "of prompts"),
	RECORD_FIELD(forecast_item, output_tokens, RECORD_VOLATILE, "of answers"),
	RECORD_FIELD(forecast_item, dollars, RECORD_VOLATILE, "expected; absent: nobody knows the price"),
	RECORD_FIELD(forecast_item, dollars_at_most, RECORD_VOLATILE, "with every repair, and every answer as long as it may be"),
	RECORD_FIELD(forecast_item, basis, RECORD_VOLATILE, "measured in earlier runs, or assumed"),
};
RECORD_TYPE(forecast_item, RECORD_DROP, "the cost of one purpose, estimated");

static const struct record_field forecast_fields[] = {
	RECORD_FIELD(forecast, server, 0, "that would be asked first: the prices are its"),
	RECORD_FIELD(forecast, model, 0, "of that server"),
	RECORD_LIST(forecast, items, forecast_item, 0, "what would be asked"),
	RECORD_FIELD(forecast, calls, 0, "in all"),
	RECORD_FIELD(forecast, input_tokens, RECORD_VOLATILE, "in all"),
	RECORD_FIELD(forecast, output_tokens, RECORD_VOLATILE, "in all"),
	RECORD_FIELD(forecast, dollars, RECORD_VOLATILE, "expected; absent: a price is unknown"),
	RECORD_FIELD(forecast, dollars_at_most, RECORD_VOLATILE, "with every repair, and every answer as long as it may be"),
};
RECORD_TYPE(forecast, RECORD_DROP, "an estimate of what models will cost");

/* --- who would be asked --------------------------------------------------------------------- */

/* The first by priority that has the model that is wanted. */
static const struct endpoint_model *
find_model(struct gateway *gateway, const struct endpoint **ret)
{
	const struct endpoint_list *endpoints = gateway_endpoints(gateway);
	const char *wanted = gateway_model(gateway);
	for (size_t i = 0; i < endpoints->count; i++) {
		*ret = &endpoints->items[i];
		const struct endpoint_model *model = wanted ? endpoint_model(*ret, wanted) : (*ret)->models.count ? &(*ret)->models.items[0] : NULL;
		if (model)
			return model;
	}
	return NULL;
}

bool
forecast_begin(const struct forecast_wish *wish, struct forecast *ret, GError **error)
{
	const struct gateway_options options = { 0 };
	const struct endpoint *endpoint;
	if (!wish->gateway || !gateway_open(wish->gateway, &options, error))
		return false;
	const struct endpoint_model *model = find_model(wish->gateway, &endpoint);
	if (!model)
		return false;
	record_init(&forecast_record, ret);
	ret->server = g_strdup(endpoint->name);
	ret->model = g_strdup(model->name);
	return true;
}

/* --- what it would take --------------------------------------------------------------------- */

static double
price(const struct forecast_wish *wish, double input, double output)
{
	const struct endpoint *endpoint;
	const struct endpoint_model *model = find_model(wish->gateway, &endpoint);
	struct model_usage usage;
	record_init(&model_usage_record, &usage);
	usage.input_tokens = (int64_t)input;
	usage.output_tokens = (int64_t)output;
	return model ? price_cost(endpoint, model, &usage) : NAN;
}

/* The sum of what an earlier run asked the model for the purpose. */
static void
add_run(struct store *store, int64_t key, const char *purpose, const char *model, struct asked *sum)
{
	struct event_row_list events = { 0 };
	struct asked_list list = { 0 };
	if (store->ops->event_list(store, key, 0, EVENTS, &events, NULL) && asked_collect(&events, &list, NULL))
		for (size_t i = 0; i < list.count; i++)
			if (g_strcmp0(list.items[i].purpose, purpose) == 0 && g_strcmp0(list.items[i].model, model) == 0)
				asked_add(sum, &list.items[i]);
	record_list_finish(&asked_record, &list);
	record_list_finish(&event_row_record, &events);
}

/* Tokens of a mean call; false where none was made. */
static bool
measure(const struct forecast_wish *wish, const char *purpose, const char *model, double *ret_input, double *ret_output)
{
	struct run_row_list runs = { 0 };
	struct asked sum;
	record_init(&asked_record, &sum);
	if (wish->store && wish->store->ops->run_list(wish->store, RUNS, &runs, NULL))
		for (size_t i = 0; i < runs.count; i++)
			add_run(wish->store, runs.items[i].key, purpose, model, &sum);
	record_list_finish(&run_row_record, &runs);
	double calls = (double)(sum.calls - sum.failed_calls);
	*ret_input = (double)(sum.input_tokens + sum.cache_read_tokens + sum.cache_write_tokens) / calls;
	*ret_output = (double)sum.output_tokens / calls;
	record_finish(&asked_record, &sum);
	return calls > 0;
}

static double
at_most(const struct forecast_wish *wish, const struct prompt *prompt, double input, double output, int64_t calls, unsigned repairs)
{
	double longest = prompt->max_tokens == RECORD_NO_INT ? output : (double)prompt->max_tokens;
	double sum = 0;
	/* Each repair says all again that was said before. */
	for (unsigned i = 0; i <= repairs; i++)
		sum += price(wish, input + i * longest, longest);
	return sum * (double)calls;
}

bool
forecast_add(const struct forecast_wish *wish, const char *purpose, const char *persona, const char *name, int64_t calls, unsigned repairs,
             struct forecast *ret, GError **error)
{
	struct prompt prompt;
	double input, output;
	if (!prompt_load(wish->catalogue, name, &prompt, error))
		return false;
	bool measured = measure(wish, purpose, ret->model, &input, &output);
	if (!measured) {
		input = (double)((strlen(prompt.text) + wish->material) / TOKEN_BYTES);
		output = prompt.typical_tokens == RECORD_NO_INT ? ANSWER_TOKENS : (double)prompt.typical_tokens;
	}
	struct forecast_item *item = record_append(&forecast_item_record, &ret->items);
	item->purpose = g_strdup(purpose);
	item->persona = g_strdup(persona);
	item->calls = calls;
	item->input_tokens = (int64_t)(input * (double)calls);
	item->output_tokens = (int64_t)(output * (double)calls);
	item->dollars = price(wish, (double)item->input_tokens, (double)item->output_tokens);
	item->dollars_at_most = at_most(wish, &prompt, input, output, calls, repairs);
	item->basis = g_strdup(measured ? "measured" : "assumed");
	record_finish(&prompt_record, &prompt);
	return true;
}

void
forecast_sum(struct forecast *forecast)
{
	forecast->dollars = forecast->dollars_at_most = 0;
	for (size_t i = 0; i < forecast->items.count; i++) {
		const struct forecast_item *item = &forecast->items.items[i];
		forecast->calls += item->calls;
		forecast->input_tokens += item->input_tokens;
		forecast->output_tokens += item->output_tokens;
		forecast->dollars += item->dollars;
		forecast->dollars_at_most += item->dollars_at_most;
	}
}

/* --- a run ---------------------------------------------------------------------------------- */

static size_t
bytes_of(const struct record_type *type, const void *record)
{
	g_autofree char *text = record_to_json(type, record, false);
	return strlen(text);
}

bool
forecast_run(const struct forecast_wish *wish, const struct charter *charter, struct forecast_list *ret, GError **error)
{
	const struct run_request *request = &charter->request;
	struct forecast_wish asking = *wish;
	struct forecast forecast;
	GError *cause = NULL;
	bool ok = forecast_begin(wish, &forecast, &cause), prose = *charter->requirement, open = !request->blueprint || !request->personas;
	if (!ok) {
		if (cause)
			g_propagate_error(error, cause);
		return !cause;
	}
	asking.material += strlen(charter->requirement) + (request->context ? strlen(request->context) : 0);
	ok = !prose || forecast_add(&asking, "analysis", "requirement_analyst", "analysis", 1, REPAIRS, &forecast, error);
	asking.material += bytes_of(&analysis_record, &charter->analysis);
	ok = ok && (!prose || !open || forecast_add(&asking, "blueprint", "solution_architect", "blueprint", 1, REPAIRS, &forecast, error));
	asking.material += bytes_of(&team_record, &charter->team);
	ok = ok && (!prose || request->contracts || !model_contracts_wanted(&charter->team) ||
	            forecast_add(&asking, "contracts", "solution_architect", "contracts", 1, REPAIRS, &forecast, error));
	forecast_sum(&forecast);
	if (ok && forecast.items.count) {
		struct forecast *kept = record_append(&forecast_record, ret);
		record_finish(&forecast_record, kept);
		*kept = forecast;
		return true;
	}
	record_finish(&forecast_record, &forecast);
	return ok;
}
