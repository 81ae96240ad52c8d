#include "llm/prompt.h"

#include "base/error.h"
#include "base/matter.h"
#include "base/template.h"

enum { MARK_LENGTH = 16 };

static const struct record_field prompt_fields[] = {
	RECORD_FIELD(prompt, version, RECORD_REQUIRED, "counts up with every change of the text"),
	RECORD_FIELD(prompt, max_tokens, RECORD_OPTIONAL, "of an answer"),
	RECORD_FIELD(prompt, typical_tokens, RECORD_OPTIONAL, "of an answer, as experience says: for estimates"),
	RECORD_FIELD(prompt, effort, 0, "none, low, medium or high: how long it may think"),
	RECORD_FIELD(prompt, text, 0, "what the model is told"),
};
RECORD_TYPE(prompt, RECORD_REJECT, "a prompt");

bool
prompt_load(struct catalogue *catalogue, const char *name, struct prompt *ret, GError **error)
{
	g_autofree char *path = g_strdup_printf("prompts/%s.md", name), *origin = NULL, *text = catalogue_text(catalogue, path, &origin, error);
	if (!text)
		return false;
	g_autofree char *clean = matter_clean(text);
	const char *file = g_str_equal(origin, "built-in") ? path : origin, *body;
	g_autofree char *front = matter_split(clean, &body);
	if (!front)
		return error_set(error, ERR_CONFIG, "begin it with --- lines around its version", "%s:1:1: there is no front matter", file);
	if (!record_read_text(&prompt_record, file, front, ret, error))
		return error_recode(error, ERR_CONFIG);
	g_free(ret->text);
	ret->text = g_strstrip(g_strdup(body));
	return true;
}

void
prompt_begin(const struct prompt *prompt, struct model_request *ret)
{
	record_init(&model_request_record, ret);
	ret->system = g_strdup(prompt->text);
	ret->system_cached = true;
	ret->max_tokens = prompt->max_tokens;
	ret->effort = g_strdup(prompt->effort);
}

char *
prompt_quote(struct catalogue *catalogue, const char *title, const char *text, GError **error)
{
	g_autofree char *template = catalogue_text(catalogue, "prompts/quote.md", NULL, error);
	if (!template)
		return NULL;
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1), *mark = g_strndup(digest, MARK_LENGTH);
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "title", title);
	writer_member_text(&writer, "mark", mark);
	writer_member_text(&writer, "text", text);
	writer_end(&writer);
	g_autoptr(Doc) context = writer_doc(&writer);
	return template_render("prompts/quote.md", template, doc_root(context), error);
}
