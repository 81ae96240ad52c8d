#include "engine/request.h"

#include <string.h>

#include "base/error.h"
#include "base/template.h"

enum { CONTEXT_MAX = 256 << 10 };

const char *const until_names[] = { "end", "analysis", "contracts", "plan", NULL };

static const struct record_field run_request_fields[] = {
	RECORD_FIELD(run_request, requirement, RECORD_ARGUMENT | RECORD_READABLE,
	             "what is wanted, in prose; - reads standard input, @FILE a file"),
	RECORD_FIELD(run_request, plan, 0, "a plan to run exactly as saved"),
	RECORD_FIELD(run_request, contracts, 0, "folder of contracts and OpenAPI documents to use"),
	RECORD_FIELD(run_request, output, 0, "folder for the results", .preset = "out"),
	RECORD_FIELD(run_request, project_name, 0, "name of the project"),
	RECORD_FIELD(run_request, workers, 0, "attempts at once: a number or auto"),
	RECORD_FIELD(run_request, blueprint, 0, "team pattern, instead of the best fit"),
	RECORD_FIELD(run_request, personas, 0, "who takes part, separated by commas"),
	RECORD_ENUM(run_request, until, 0, until_names, "stop after analysis, contracts or plan; 'resume' goes on"),
	RECORD_FIELD(run_request, quality_threshold, 0, "least quality score of a good run"),
	RECORD_FIELD(run_request, allow_partial, 0, "statements that are not covered do not fail the run"),
	RECORD_FIELD(run_request, strict, 0, "criteria without a check fail the run"),
	RECORD_FIELD(run_request, force, 0, "write into a folder that is not empty"),
	RECORD_FIELD(run_request, offline, RECORD_HIDDEN, "asks no model, whatever the settings say"),
	RECORD_FIELD(run_request, context, 0, "what models are told besides the requirement: a file, or JSON"),
	REQUEST_QUESTIONS(run_request),
	REQUEST_TERMS(run_request),
};
RECORD_TYPE(run_request, RECORD_REJECT, "what to run");

static const struct record_field resume_request_fields[] = {
	RECORD_FIELD(resume_request, run, RECORD_ARGUMENT, "name of the run; the newest if none is given"),
	REQUEST_TERMS(resume_request),
};
RECORD_TYPE(resume_request, RECORD_REJECT, "which run to go on with, and on which terms");

bool
request_overlay(const struct record_type *type, const void *terms, struct run_request *request, GError **error)
{
	g_autoptr(Doc) doc = record_to_doc(type, terms);
	VALUE_EACH_MEMBER (name, value, doc_root(doc)) {
		const struct record_field *field = record_field(&run_request_record, name->text);
		g_autofree char *text = value_text(value) ? g_strdup(value_text(value)) : value_to_json(value, false);
		if (field && !record_set(field, request, text, error))
			return false;
	}
	return true;
}

bool
request_clarify(struct catalogue *catalogue, const char *const *clarifications, char **context, GError **error)
{
	enum { CLARIFICATIONS_MAX = 64 << 10 };
	struct writer writer;
	size_t bytes = 0;
	if (!clarifications || !*clarifications)
		return true;
	g_autofree char *template = catalogue_text(catalogue, "prompts/clarified.md", NULL, error), *before = g_steal_pointer(context);
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "context", before);
	writer_key(&writer, "clarifications");
	writer_begin_array(&writer);
	for (; *clarifications; clarifications++) {
		writer_text(&writer, *clarifications);
		bytes += strlen(*clarifications);
	}
	writer_end(&writer);
	writer_end(&writer);
	g_autoptr(Doc) values = writer_doc(&writer);
	if (bytes > CLARIFICATIONS_MAX)
		return error_set(error, ERR_TOO_LARGE, "answer in fewer words", "the clarifications have %zu bytes; %d are read", bytes, CLARIFICATIONS_MAX);
	*context = template ? template_render("prompts/clarified.md", template, doc_root(values), error) : NULL;
	return *context;
}

/* What begins like JSON is JSON: a typing error in it is not to be looked for as a file. */
static bool
is_json(const char *text)
{
	return strchr("{[", text[strspn(text, " \t\r\n")]) != NULL;
}

bool
request_context(const char *given, char **ret, GError **error)
{
	g_autofree char *text = NULL;
	gsize length;
	GError *cause = NULL;
	*ret = NULL;
	if (!given)
		return true;
	if (is_json(given)) {
		g_autoptr(Doc) doc = doc_read_json("--context", given, strlen(given), NULL, error);
		text = doc ? g_strdup(given) : NULL;
		length = doc ? strlen(given) : 0;
		if (!doc)
			return false;
	} else if (!g_file_get_contents(given, &text, &length, &cause)) {
		return error_wrap(error, cause, ERR_INPUT, "name a file, or give JSON", "the context cannot be read");
	}
	if (length > CONTEXT_MAX)
		return error_set(error, ERR_TOO_LARGE, "leave out what does not matter", "the context has %zu bytes; %d are read", (size_t)length, CONTEXT_MAX);
	if (!g_utf8_validate(text, (gssize)length, NULL))
		return error_set(error, ERR_INPUT, "save it as UTF-8", "the context is no text");
	*ret = g_steal_pointer(&text);
	return true;
}
