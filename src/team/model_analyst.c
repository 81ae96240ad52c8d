#include "team/model_analyst.h"

#include "team/analyst.h"
#include "team/crosscheck.h"

struct analysing {
	struct inquiry inquiry;
	struct inquiry_quote quotes[2];
};

static char *
judge(void *data, struct doc *doc)
{
	const struct analysing *analysing = data;
	struct analysis analysis;
	if (!inquiry_read(&analysing->inquiry, doc, &analysis, NULL))
		return NULL;   /* the inquiry has read it before */
	char *faults = crosscheck_faults(analysing->quotes[0].text, &analysis);
	record_finish(&analysis_record, &analysis);
	return faults;
}

static bool
take_answer(const struct analysing *analysing, const struct analysis *offline, const struct inquiry_answer *answer, struct model_analysis *ret, GError **error)
{
	if (!inquiry_read(&analysing->inquiry, answer->doc, &ret->analysis, error))
		return false;
	crosscheck_merge(analysing->quotes[0].text, offline, &ret->analysis);
	g_free(ret->analysis.analyst);
	ret->analysis.analyst = g_strdup(answer->model);
	ret->analysis.replayed = answer->replayed;
	return true;
}

/* Never silently: the analysis says who made it and why. */
static void
fall_back(struct analysis *offline, const GError *cause, struct model_analysis *ret)
{
	g_autofree char *own = offline->rationale;
	ret->fallback = inquiry_why(cause);
	offline->rationale = g_strdup_printf("No model's word: %s. %s", ret->fallback, own ? own : "");
	ret->analysis = *offline;
	*offline = (struct analysis){ 0 };
}

bool
model_analyst_run(struct catalogue *catalogue, struct models *models, const struct ask *like, const char *requirement, const char *context,
                  struct model_analysis *ret, GError **error)
{
	struct analysing analysing = { .quotes = { { "requirement", requirement }, { "context", context } } };
	struct analysis offline;
	struct inquiry_answer answer;
	GError *cause = NULL;
	analysing.inquiry = (struct inquiry){ "analysis", &analysis_record, analysing.quotes, G_N_ELEMENTS(analysing.quotes), judge, &analysing };
	*ret = (struct model_analysis){ 0 };
	if (!analyst_run(catalogue, requirement, &offline, error))
		return false;
	bool ok = inquiry_make(catalogue, models, like, &analysing.inquiry, &answer, &cause) && take_answer(&analysing, &offline, &answer, ret, &cause);
	ret->rounds = answer.rounds;
	if (!ok && !inquiry_error_is_final(cause)) {
		fall_back(&offline, cause, ret);
		g_clear_error(&cause);
		ok = true;
	}
	if (cause)
		g_propagate_error(error, cause);
	inquiry_answer_clear(&answer);
	record_finish(&analysis_record, &offline);
	return ok;
}

void
model_analysis_clear(struct model_analysis *analysis)
{
	record_finish(&analysis_record, &analysis->analysis);
	g_free(analysis->fallback);
	*analysis = (struct model_analysis){ 0 };
}
