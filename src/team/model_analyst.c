#include "team/model_analyst.h"

#include <string.h>

#include "base/error.h"
#include "base/template.h"
#include "llm/prompt.h"
#include "llm/structured.h"
#include "team/analyst.h"
#include "team/crosscheck.h"

enum { ROUNDS = 3 };

struct judging {
	const char *requirement;
};

/* An answer that is not what its schema promised is for the schema to refuse: here it can be read. */
static bool
read_answer(const struct doc *doc, struct analysis *ret, GError **error)
{
	g_autofree char *text = value_to_json(doc_root(doc), false);
	return record_read_text(&analysis_record, "answer", text, ret, error);
}

static char *
judge(void *data, struct doc *doc)
{
	const struct judging *judging = data;
	struct analysis analysis;
	g_autoptr(GError) error = NULL;
	if (!read_answer(doc, &analysis, &error))
		return g_strdup_printf("- %s\n", error->message);
	char *faults = crosscheck_faults(judging->requirement, &analysis);
	record_finish(&analysis_record, &analysis);
	return faults;
}

static struct doc *
write_schema(void)
{
	struct writer writer;
	writer_init(&writer, false);
	record_write_schema(&analysis_record, RECORD_SCHEMA_MODEL, &writer);
	return writer_doc(&writer);
}

/* The question, with all that is not ours in quotation marks. */
static char *
write_question(struct catalogue *catalogue, const char *requirement, const char *context, GError **error)
{
	g_autofree char *template = catalogue_text(catalogue, "prompts/analysis_ask.md", NULL, error);
	g_autofree char *quoted = template ? prompt_quote(catalogue, "requirement", requirement, error) : NULL;
	g_autofree char *beside = quoted && context ? prompt_quote(catalogue, "context", context, error) : NULL;
	if (!quoted || (context && !beside))
		return NULL;
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "requirement", quoted);
	writer_member_text(&writer, "context", beside);
	writer_end(&writer);
	g_autoptr(Doc) values = writer_doc(&writer);
	return template_render("prompts/analysis_ask.md", template, doc_root(values), error);
}

static bool
write_request(struct catalogue *catalogue, const char *requirement, const char *context, struct model_request *ret, GError **error)
{
	struct prompt prompt;
	g_autofree char *question = write_question(catalogue, requirement, context, error);
	if (!question || !prompt_load(catalogue, "analysis", &prompt, error))
		return false;
	prompt_begin(&prompt, ret);
	record_finish(&prompt_record, &prompt);
	ret->schema = write_schema();
	ret->schema_name = g_strdup("analysis");
	model_request_say(ret, MESSAGE_USER, question);
	return true;
}

static bool
take_answer(const char *requirement, const struct analysis *offline, const struct structured_answer *answer, struct model_analysis *ret, GError **error)
{
	if (!read_answer(answer->doc, &ret->analysis, error))
		return false;
	crosscheck_merge(requirement, offline, &ret->analysis);
	const struct model_try_list *tries = &answer->answer.tries;
	const char *model = tries->count ? tries->items[tries->count - 1].model : NULL;
	g_free(ret->analysis.analyst);
	ret->analysis.analyst = g_strdup(model ? model : "model");
	ret->rounds = answer->rounds;
	return true;
}

static bool
ask_model(struct models *models, const struct ask *like, const struct model_request *request, const char *requirement, const struct analysis *offline,
          struct model_analysis *ret, GError **error)
{
	g_autoptr(SchemaSet) schemas = schema_set_create(&(struct schema_options){ 0 });
	struct judging judging = { requirement };
	struct structured structured = { .judge = judge, .data = &judging, .rounds = ROUNDS };
	struct structured_answer answer;
	struct ask ask = *like;
	ask.request = request;
	structured.document = doc_root(request->schema);
	structured.schema = schema_compile(schemas, request->schema, doc_root(request->schema), NULL, error);
	if (!structured.schema)
		return false;
	bool ok = structured_ask(models, &ask, &structured, &answer, error) && take_answer(requirement, offline, &answer, ret, error);
	structured_answer_clear(&answer);
	return ok;
}

bool
model_error_is_final(const GError *error)
{
	static const enum error_code codes[] = { ERR_BUDGET, ERR_CONFIG, ERR_INTERRUPTED, ERR_NOT_FOUND };
	for (unsigned i = 0; i < G_N_ELEMENTS(codes); i++)
		if (error_code(error) == codes[i])
			return true;
	return false;
}

/* Never silently: the analysis says who made it and why. */
static void
fall_back(struct analysis *offline, const GError *cause, struct model_analysis *ret)
{
	g_autofree char *why = error_text(cause), *own = offline->rationale;
	g_strdelimit(g_strchomp(why), "\n", ' ');
	offline->rationale = g_strdup_printf("No model's word: %s. %s", why, own ? own : "");
	ret->analysis = *offline;
	*offline = (struct analysis){ 0 };
	ret->fallback = g_strdup(why);
}

bool
model_analyst_run(struct catalogue *catalogue, struct models *models, const struct ask *like, const char *requirement, const char *context,
                  struct model_analysis *ret, GError **error)
{
	struct analysis offline;
	struct model_request request;
	GError *cause = NULL;
	*ret = (struct model_analysis){ 0 };
	if (!analyst_run(catalogue, requirement, &offline, error))
		return false;
	if (!write_request(catalogue, requirement, context, &request, error)) {
		record_finish(&analysis_record, &offline);
		return false;
	}
	bool ok = ask_model(models, like, &request, requirement, &offline, ret, &cause);
	if (!ok && !model_error_is_final(cause)) {
		fall_back(&offline, cause, ret);
		g_clear_error(&cause);
		ok = true;
	}
	if (cause)
		g_propagate_error(error, cause);
	record_finish(&model_request_record, &request);
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
