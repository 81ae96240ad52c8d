#include "lib/asked.h"

#include <math.h>

#include "base/error.h"
#include "engine/consult.h"
#include "team/model_analyst.h"

static bool
ask_all(struct catalogue *catalogue, const struct consultation *consultation, const struct example_list *corpus, size_t count, struct asked_result *ret,
        GError **error)
{
	for (size_t i = 0; i < count; i++) {
		struct model_analysis found;
		if (!model_analyst_run(catalogue, consultation->models, &consultation->ask, corpus->items[i].text, NULL, &found, error))
			return false;
		ret->repairs += found.rounds;
		ret->fell_back[i] = found.fallback != NULL;
		ret->fallbacks += found.fallback != NULL;
		ret->answers[i] = found.analysis;
		found.analysis = (struct analysis){ 0 };
		model_analysis_clear(&found);
	}
	return true;
}

static void
take_sum(const struct consultation *consultation, struct asked_result *ret)
{
	struct expense expense;
	ret->dollars = NAN;
	if (!consultation->models || !ledger_find(models_ledger(consultation->models), consultation->accounts[0], &expense))
		return;
	ret->calls = expense.calls;
	ret->replayed = expense.replayed_calls;
	ret->input_tokens = expense.input_tokens + expense.cache_read_tokens + expense.cache_write_tokens;
	ret->output_tokens = expense.output_tokens;
	ret->unpriced = expense.unpriced_calls;
	ret->dollars = expense.calls == expense.unpriced_calls ? NAN : expense.dollars;
	record_finish(&expense_record, &expense);
}

bool
asked_run(const struct asked_options *options, const struct example_list *corpus, struct asked_result *ret, GError **error)
{
	g_autoptr(Config) config = config_load(NULL, error);
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	struct consult_terms terms = { options->record, options->replay, NAN, RECORD_NO_INT, RECORD_NO_INT };
	struct consultation consultation;
	*ret = (struct asked_result){ .answers = g_new0(struct analysis, options->count), .fell_back = g_new0(bool, options->count) };
	if (!config)
		return false;
	config_override(config, SETTING_MODEL, options->model);
	struct gateway *gateway = gateway_create(config);
	struct consult_wish wish = { .gateway = gateway, .config = config, .terms = &terms, .purpose = "bench", .persona = "requirement_analyst" };
	bool begun = consult_begin(&wish, &consultation, error), ok = begun;
	if (ok && !consultation.models)
		ok = error_set(error, ERR_CONFIG, "see 'teamwright models list'", "there is no model to ask");
	ok = ok && ask_all(catalogue, &consultation, corpus, options->count, ret, error);
	if (begun) {
		take_sum(&consultation, ret);
		consult_end(&consultation);
	}
	ok = gateway_close(gateway, ok ? error : NULL) && ok;
	gateway_destroy(gateway);
	return ok;
}

void
asked_finish(struct asked_result *result, size_t count)
{
	for (size_t i = 0; i < count; i++)
		record_finish(&analysis_record, &result->answers[i]);
	g_free(result->answers);
	g_free(result->fell_back);
}
