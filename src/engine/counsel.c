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

static bool
write_question(const struct counsel *counsel, const struct question *question, struct model_request *ret, GError **error)
{
	struct prompt prompt;
	if (!prompt_load(counsel->catalogue, question->prompt, &prompt, error))
		return false;
	prompt_begin(&prompt, ret);
	if (question->identity) {
		char *system = g_strconcat(ret->system, "\n\n", question->identity, NULL);
		g_free(ret->system);
		ret->system = system;
	}
	model_request_say(ret, MESSAGE_USER, question->material);
	ret->schema_name = g_strdup(question->schema);
	record_finish(&prompt_record, &prompt);
	return true;
}

bool
counsel_ask(const struct counsel *counsel, const struct question *question, struct structured_answer *ret, GError **error)
{
	*ret = (struct structured_answer){ 0 };
	g_autoptr(Doc) doc = read_schema(counsel->catalogue, question->schema, error);
	g_autoptr(SchemaSet) set = schema_set_create(&(struct schema_options){ .dialect = SCHEMA_DRAFT_2020_12 });
	const struct schema *schema = doc ? schema_compile(set, doc, doc_root(doc), NULL, error) : NULL;
	struct model_request request;
	if (!schema || !write_question(counsel, question, &request, error))
		return false;
	request.schema = doc_ref(doc);
	const struct ask ask = { .request = &request, .wish = { .model = counsel->model, .prefer = question->server, .run = counsel->run },
		                 .accounts = counsel->accounts, .priority = question->priority, .deadline_ms = counsel->deadline_ms,
		                 .cancelled = counsel->cancelled };
	const struct structured structured = { .schema = schema, .judge = question->judge, .data = question->data, .rounds = REPAIR_ROUNDS };
	bool ok = structured_ask(counsel->models, &ask, &structured, ret, error);
	record_finish(&model_request_record, &request);
	return ok;
}
