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
take_sum(const struct asked *asked, struct asked_result *ret)
{
	ret->calls = asked->calls;
	ret->replayed = asked->replayed_calls;
	ret->input_tokens = asked->input_tokens;
	ret->output_tokens = asked->output_tokens;
	ret->unpriced = asked->unpriced_calls;
	ret->dollars = asked->dollars;
}

bool
asked_run(const struct asked_options *options, const struct example_list *corpus, struct asked_result *ret, GError **error)
{
	g_autoptr(Config) config = config_load(NULL, error);
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	struct consult_terms terms = { options->record, options->replay, NAN, RECORD_NO_INT, RECORD_NO_INT };
	struct consultation consultation;
	struct asked asked;
	*ret = (struct asked_result){ .answers = g_new0(struct analysis, options->count), .fell_back = g_new0(bool, options->count) };
	if (!config)
		return false;
	config_override(config, SETTING_MODEL, options->model);
	struct gateway *gateway = gateway_create(config);
	struct consult_wish wish = { .gateway = gateway, .terms = &terms, .purpose = "bench", .persona = "requirement_analyst" };
	bool ok = consult_begin(&wish, &consultation, error);
	if (ok && !consultation.models)
		ok = error_set(error, ERR_CONFIG, "see 'teamwright models list'", "there is no model to ask");
	ok = ok && ask_all(catalogue, &consultation, corpus, options->count, ret, error);
	if (ok && consult_end(&consultation, &asked)) {
		take_sum(&asked, ret);
		record_finish(&asked_record, &asked);
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
