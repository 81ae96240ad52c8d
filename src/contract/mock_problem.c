/* Problems as people know them from Prism: a kind, a title, and the list of violations. The kinds keep its words. */
#include <string.h>

#include "base/pointer.h"
#include "contract/mock_model.h"

static const struct {
	const char *kind, *title, *meaning;
} kinds[] = {
	{ "UNPROCESSABLE_ENTITY", "Invalid request", "the request does not fit the document; 'validation' lists every fault" },
	{ "UNAUTHORIZED", "Invalid security scheme used", "a credential is missing, or none that the document accepts" },
	{ "FORBIDDEN", "Insufficient scope", "the credential lacks a scope that the document demands" },
	{ "NO_PATH_MATCHED_ERROR", "Route not resolved, no path matched", "the document has no such path" },
	{ "NO_METHOD_MATCHED_ERROR", "Route resolved, but no method matched", "the path has no such method; Allow says which it has" },
	{ "NO_SERVER_MATCHED_ERROR", "Route not resolved, no server matched", "__server names none of the document's servers" },
	{ "NOT_ACCEPTABLE", "The server cannot produce a representation for your accept header", "no declared media type is accepted" },
	{ "INVALID_CONTENT_TYPE", "Invalid content type", "the body's media type is not declared" },
	{ "NOT_FOUND", "The server cannot find the requested content", "a preferred code or example is not in the document" },
	{ "INVALID_SNAPSHOT", "Invalid snapshot", "the body of POST /__mock/restore is none" },
	{ "INVALID_FAULT", "Invalid fault", "X-Mock-Fault or /__mock/faults is not understood" },
	{ "INJECTED", "Injected fault", "this answer was wanted by X-Mock-Fault, --fault, x-mock-fault or /__mock/faults" },
};

/* "/tags/0" as the steps of a location. */
static void
write_steps(struct writer *writer, const char *pointer)
{
	g_auto(GStrv) steps = g_strsplit(pointer, "/", -1);
	for (unsigned i = 0; steps[i]; i++) {
		g_autofree char *step = pointer_read(steps[i], strlen(steps[i]), NULL);
		if (*step)
			writer_text(writer, step);
	}
}

static void
write_violations(struct writer *writer, const struct faults *faults, const char *severity, const char *side)
{
	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *fault = &faults->items[i];
		writer_begin_object(writer);
		writer_key(writer, "location");
		writer_begin_array(writer);
		if (side)
			writer_text(writer, side);
		writer_text(writer, fault->where);
		write_steps(writer, fault->name);
		writer_end(writer);
		writer_member_text(writer, "severity", severity);
		writer_member_text(writer, "code", fault->code ? fault->code : "invalid");
		bool named = *fault->name || strcmp(fault->where, "body") == 0;
		g_autofree char *message = named ? g_strdup_printf("%s%s%s %s", fault->where, *fault->name ? " " : "", fault->name, fault->message)
		                                 : g_strdup(fault->message);
		writer_member_text(writer, "message", message);
		writer_end(writer);
	}
}

char *
mock_violations(const struct faults *errors, const struct faults *warnings)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_array(&writer);
	write_violations(&writer, errors, "Error", "request");
	write_violations(&writer, warnings, "Warning", "request");
	writer_end(&writer);
	return writer_take(&writer);
}

char *
mock_problem(const char *kind, int status, const char *detail, const struct faults *faults)
{
	g_autofree char *plain = exchange_problem(status, detail, faults);
	g_autoptr(Doc) doc = doc_own(plain);
	const char *title = NULL;
	for (unsigned i = 0; i < G_N_ELEMENTS(kinds) && kind; i++)
		if (g_str_equal(kinds[i].kind, kind))
			title = kinds[i].title;
	if (!title)
		return g_steal_pointer(&plain);
	struct writer writer;
	g_autofree char *type = g_strconcat("/__mock/problems#", kind, NULL);
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "type", type);
	writer_member_text(&writer, "title", title);
	writer_member_int(&writer, "status", status);
	writer_member_value(&writer, "detail", value_member(doc_root(doc), "detail"));
	if (faults && faults->count) {
		writer_key(&writer, "validation");
		writer_begin_array(&writer);
		write_violations(&writer, faults, "Error", NULL);
		writer_end(&writer);
		writer_member_value(&writer, "errors", value_member(doc_root(doc), "errors"));
	}
	writer_end(&writer);
	return writer_take(&writer);
}

char *
mock_problem_table(void)
{
	GString *text = g_string_new(NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++)
		g_string_append_printf(text, "%-26s %s\n", kinds[i].kind, kinds[i].meaning);
	return g_string_free(text, FALSE);
}
