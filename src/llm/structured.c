#include "llm/structured.h"

#include <string.h>

#include "base/error.h"
#include "llm/instruction.h"
#include "llm/subset.h"

enum { FINDINGS_MAX = 20, TEXT_MAX = 4000 };

struct doc *
structured_read(const char *text, GError **error)
{
	g_autoptr(Doc) whole = doc_read_json("answer", text, strlen(text), NULL, error);
	if (whole)
		return g_steal_pointer(&whole);
	const char *first = strchr(text, '{'), *last = strrchr(text, '}');
	return first && last > first ? doc_read_json("answer", first, (size_t)(last - first) + 1, NULL, NULL) : NULL;
}

static char *
list_findings(const struct schema_findings *findings)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < findings->count && text->len < TEXT_MAX; i++)
		g_string_append_printf(text, "- at %s: %s\n", *findings->items[i].instance ? findings->items[i].instance : "the root", findings->items[i].message);
	return g_string_free(text, FALSE);
}

/* What is wrong with an answer; NULL where it is good. */
static char *
judge_answer(const struct structured *structured, const struct doc *schema, struct structured_answer *answer)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = model_response_text(&answer->answer.response);
	g_clear_pointer(&answer->doc, doc_unref);
	g_autoptr(Doc) read = structured_read(text, &error);
	/* Servers that hold answers to a schema know no members that may be missing: those are null. */
	answer->doc = read ? subset_undo(doc_root(schema), doc_root(read)) : NULL;
	if (!answer->doc)
		return g_strdup_printf("- the answer is no JSON: %s\n", error ? error->message : "there is no object in it");
	struct schema_findings findings = { .limit = FINDINGS_MAX };
	bool fits = schema_check(structured->schema, doc_root(answer->doc), SCHEMA_SIDE_NONE, &findings);
	char *told = fits ? NULL : list_findings(&findings);
	schema_findings_clear(&findings);
	return fits && structured->judge ? structured->judge(structured->data, answer->doc) : told;
}

static bool
is_cut(const struct structured_answer *answer)
{
	return answer->answer.response.stop == STOP_LENGTH || answer->answer.response.stop == STOP_REFUSAL;
}

/* Whose limit it was: an answer shorter than was asked for met that of the model, or of its server. */
static bool
tell_cut(const struct structured_answer *answer, int64_t asked, GError **error)
{
	const struct model_response *response = &answer->answer.response;
	const char *model = response->model ? response->model : "the model";
	int64_t written = response->usage.output_tokens;
	bool counted = written != RECORD_NO_INT && written > 0;
	if (asked == RECORD_NO_INT || asked <= 0 || (counted && written < asked))
		return error_set(error, ERR_INVALID, "allow longer answers, where the model or its server can",
		                 "the answer of %s was cut off at what the model writes at most (max_output)", model);
	g_autofree char *limit = g_strdup_printf("%" G_GINT64_FORMAT, asked);
	if (counted)
		return error_set(error, ERR_INVALID, "allow longer answers", "the answer of %s was cut off at the %s tokens that the prompt allows (max_tokens)", model,
		                 limit);
	return error_set(error, ERR_INVALID, "allow longer answers",
	                 "the answer of %s was cut off: the prompt allows %s tokens (max_tokens), and the model may write less (max_output)", model, limit);
}

static bool
give_up(struct structured_answer *answer, int64_t asked, GError **error)
{
	const struct model_response *response = &answer->answer.response;
	g_clear_pointer(&answer->doc, doc_unref);
	if (response->stop == STOP_REFUSAL)
		return error_set(error, ERR_INVALID, "word the requirement differently, or choose another model", "%s refuses to answer", response->model ? response->model : "the model");
	if (response->stop == STOP_LENGTH)
		return tell_cut(answer, asked, error);
	return error_set(error, ERR_INVALID, "choose another model; 'teamwright models test' shows which can keep to a schema",
	                 "%s did not give what was asked for, after %u repairs:\n%s", response->model ? response->model : "the model", answer->rounds, answer->findings);
}

/* An answer that is far too long is quoted by its beginning: the conversation has to fit into a window. */
static void
quote_answer(struct model_request *request, const struct model_response *response)
{
	enum { ANSWER_MAX = 128 << 10, QUOTED = 8 << 10 };
	g_autofree char *text = model_response_text(response);
	if (strlen(text) <= ANSWER_MAX) {
		model_request_take(request, response);
		return;
	}
	g_autofree char *cut = g_strndup(text, QUOTED), *valid = g_utf8_make_valid(cut, -1);
	model_request_say(request, MESSAGE_ASSISTANT, valid);
}

/* The answer and what is wrong with it, as the next turn of the conversation. */
static bool
talk_back(struct model_request *request, const struct structured_answer *answer, GError **error)
{
	g_autofree char *text = instruction_text("prompts/repair.md", "findings", answer->findings, error);
	quote_answer(request, &answer->answer.response);
	if (text)
		model_request_say(request, MESSAGE_USER, text);
	return text;
}

bool
structured_ask(struct models *models, const struct ask *ask, const struct structured *structured, struct structured_answer *ret, GError **error)
{
	struct model_request request;
	struct ask next = *ask;
	record_copy(&model_request_record, ask->request, &request);
	next.request = &request;
	*ret = (struct structured_answer){ 0 };
	bool asked;
	while ((asked = models_ask(models, &next, &ret->answer, error))) {
		g_free(ret->findings);
		ret->findings = judge_answer(structured, structured->accepts ? structured->accepts : request.schema, ret);
		if (!ret->findings || ret->rounds == structured->rounds || is_cut(ret))
			break;
		asked = talk_back(&request, ret, error);
		record_finish(&model_answer_record, &ret->answer);
		ret->rounds++;
		if (!asked)
			break;
	}
	record_finish(&model_request_record, &request);
	return asked && (!ret->findings || give_up(ret, ask->request->max_tokens, error));
}

void
structured_answer_clear(struct structured_answer *answer)
{
	doc_unref(answer->doc);
	record_finish(&model_answer_record, &answer->answer);
	g_free(answer->findings);
	*answer = (struct structured_answer){ 0 };
}
