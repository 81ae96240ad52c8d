#include "team/inquiry.h"

#include "base/error.h"
#include "base/template.h"
#include "llm/prompt.h"

enum { ROUNDS = 3 };

bool
inquiry_read(const struct inquiry *inquiry, const struct doc *doc, void *record, GError **error)
{
	g_autofree char *text = value_to_json(doc_root(doc), false);
	return record_read_text(inquiry->answer, "answer", text, record, error);
}

/* The caller's judge behind the reading. */
static char *
judge(void *data, struct doc *doc)
{
	const struct inquiry *inquiry = data;
	g_autoptr(GError) error = NULL;
	g_autofree char *record = g_malloc0(inquiry->answer->size);
	if (!inquiry_read(inquiry, doc, record, &error))
		return g_strdup_printf("- %s\n", error->message);
	record_finish(inquiry->answer, record);
	return inquiry->judge ? inquiry->judge(inquiry->data, doc) : NULL;
}

static struct doc *
write_schema(const struct record_type *type, enum record_schema flavour)
{
	struct writer writer;
	writer_init(&writer, false);
	record_write_schema(type, flavour, &writer);
	return writer_doc(&writer);
}

/* The question, with all that is not ours in quotation marks. */
static char *
write_question(struct catalogue *catalogue, const struct inquiry *inquiry, GError **error)
{
	g_autofree char *path = g_strdup_printf("prompts/%s_ask.md", inquiry->prompt);
	g_autofree char *template = catalogue_text(catalogue, path, NULL, error);
	struct writer writer;
	bool ok = template;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	for (size_t i = 0; ok && i < inquiry->quote_count; i++) {
		const struct inquiry_quote *quote = &inquiry->quotes[i];
		g_autofree char *text = quote->text ? prompt_quote(catalogue, quote->name, quote->text, error) : NULL;
		ok = text || !quote->text;
		writer_member_text(&writer, quote->name, text);
	}
	writer_end(&writer);
	g_autoptr(Doc) values = writer_doc(&writer);
	return ok ? template_render(path, template, doc_root(values), error) : NULL;
}

static bool
write_request(struct catalogue *catalogue, const struct inquiry *inquiry, struct model_request *ret, GError **error)
{
	struct prompt prompt;
	g_autofree char *question = write_question(catalogue, inquiry, error);
	if (!question || !prompt_load(catalogue, inquiry->prompt, &prompt, error))
		return false;
	prompt_begin(&prompt, ret);
	record_finish(&prompt_record, &prompt);
	ret->schema = write_schema(inquiry->answer, RECORD_SCHEMA_MODEL);
	ret->schema_name = g_strdup(inquiry->answer->name);
	model_request_say(ret, MESSAGE_USER, question);
	return true;
}

static void
take_answer(struct structured_answer *answer, struct inquiry_answer *ret)
{
	const struct model_try_list *tries = &answer->answer.tries;
	const char *model = tries->count ? tries->items[tries->count - 1].model : NULL;
	*ret = (struct inquiry_answer){ g_steal_pointer(&answer->doc), g_strdup(model ? model : "model"), answer->rounds, answer->answer.replayed };
}

static bool
ask_model(struct models *models, const struct ask *like, const struct inquiry *inquiry, const struct model_request *request, struct inquiry_answer *ret,
          GError **error)
{
	g_autoptr(SchemaSet) schemas = schema_set_create(&(struct schema_options){ 0 });
	g_autoptr(Doc) accepts = write_schema(inquiry->answer, RECORD_SCHEMA_ANSWER);
	struct structured structured = { .accepts = accepts, .judge = judge, .data = (void *)(uintptr_t)inquiry, .rounds = ROUNDS };
	struct structured_answer answer;
	struct ask ask = *like;
	ask.request = request;
	structured.schema = schema_compile(schemas, accepts, doc_root(accepts), NULL, error);
	if (!structured.schema)
		return false;
	bool ok = structured_ask(models, &ask, &structured, &answer, error);
	if (ok)
		take_answer(&answer, ret);
	else
		ret->rounds = answer.rounds;
	structured_answer_clear(&answer);
	return ok;
}

bool
inquiry_make(struct catalogue *catalogue, struct models *models, const struct ask *like, const struct inquiry *inquiry, struct inquiry_answer *ret,
             GError **error)
{
	struct model_request request;
	*ret = (struct inquiry_answer){ 0 };
	if (!write_request(catalogue, inquiry, &request, error))
		return false;
	bool ok = ask_model(models, like, inquiry, &request, ret, error);
	record_finish(&model_request_record, &request);
	return ok;
}

void
inquiry_answer_clear(struct inquiry_answer *answer)
{
	doc_unref(answer->doc);
	g_free(answer->model);
	*answer = (struct inquiry_answer){ 0 };
}

bool
inquiry_error_is_final(const GError *error)
{
	static const enum error_code codes[] = { ERR_BUDGET, ERR_CONFIG, ERR_INTERRUPTED, ERR_NOT_FOUND };
	for (unsigned i = 0; i < G_N_ELEMENTS(codes); i++)
		if (error_code(error) == codes[i])
			return true;
	return false;
}

char *
inquiry_why(const GError *error)
{
	char *why = error_text(error);
	return g_strdelimit(g_strchomp(why), "\n", ' ');
}
