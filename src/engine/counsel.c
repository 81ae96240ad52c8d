#include "engine/counsel.h"

#include <string.h>

#include "llm/prompt.h"

enum { REPAIR_ROUNDS = 2 };

static struct doc *
read_schema(struct catalogue *catalogue, const char *name, GError **error)
{
	g_autofree char *path = g_strdup_printf("schemas/%s.json", name), *origin = NULL;
	g_autofree char *text = catalogue_text(catalogue, path, &origin, error);
	return text ? doc_read_json(g_str_equal(origin, "built-in") ? path : origin, text, strlen(text), NULL, error) : NULL;
}

bool
counsel_form_load(struct catalogue *catalogue, const char *prompt, const char *schema, struct counsel_form *ret, GError **error)
{
	*ret = (struct counsel_form){ .name = schema };
	if (!prompt_load(catalogue, prompt, &ret->prompt, error) || !(ret->doc = read_schema(catalogue, schema, error)))
		return false;
	ret->set = schema_set_create(&(struct schema_options){ .dialect = SCHEMA_DRAFT_2020_12 });
	ret->schema = schema_compile(ret->set, ret->doc, doc_root(ret->doc), NULL, error);
	return ret->schema;
}

void
counsel_form_clear(struct counsel_form *form)
{
	record_finish(&prompt_record, &form->prompt);
	if (form->set)
		schema_set_destroy(form->set);
	doc_unref(form->doc);
	*form = (struct counsel_form){ 0 };
}

static void
write_question(const struct question *question, struct model_request *ret)
{
	prompt_begin(&question->form->prompt, ret);
	if (question->identity) {
		char *system = g_strconcat(ret->system, "\n\n", question->identity, NULL);
		g_free(ret->system);
		ret->system = system;
	}
	model_request_say(ret, MESSAGE_USER, question->material);
	ret->schema = doc_ref(question->form->doc);
	ret->schema_name = g_strdup(question->form->name);
}

bool
counsel_ask(const struct counsel *counsel, const struct question *question, struct structured_answer *ret, GError **error)
{
	struct model_request request;
	write_question(question, &request);
	const struct ask ask = { .request = &request, .wish = { .model = counsel->model, .prefer = question->server, .run = counsel->run },
		                 .accounts = counsel->accounts, .memory = counsel->memory, .priority = question->priority, .deadline_ms = counsel->deadline_ms,
		                 .cancelled = counsel->cancelled };
	const struct structured structured = { .schema = question->form->schema, .judge = question->judge, .data = question->data, .rounds = REPAIR_ROUNDS };
	bool ok = structured_ask(counsel->models, &ask, &structured, ret, error);
	record_finish(&model_request_record, &request);
	return ok;
}
