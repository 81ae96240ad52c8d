#include "cli/clarify.h"

#include <stdio.h>

#include "cli/arguments.h"
#include "cli/terminal.h"
#include "cli/view.h"

enum { ANSWER_MAX = 4096 };

/* One question on the terminal; NULL for an empty answer. Newly allocated. */
static char *
ask(const struct value *question)
{
	char line[ANSWER_MAX];
	g_autofree char *text = view_scalar(value_member(question, "question")), *why = view_scalar(value_member(question, "why"));
	g_autofree char *assumed = view_scalar(value_member(question, "assumed"));
	fprintf(stderr, "\n%s\n  (%s; without an answer: %s)\n> ", text, why, assumed);
	fflush(stderr);
	if (!terminal_read(line, sizeof line) || !*g_strstrip(line))
		return NULL;
	return g_strdup_printf("%s %s", text, line);
}

static char *
write_answers(const struct value *request, const struct value *questions)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	VALUE_EACH_MEMBER (name, value, request)
		if (!g_str_equal(name->text, "clarifications"))
			writer_member_value(&writer, name->text, value);
	writer_key(&writer, "clarifications");
	writer_begin_array(&writer);
	VALUE_EACH (given, value_member(request, "clarifications"))
		writer_text(&writer, value_text(given));
	VALUE_EACH (question, questions) {
		g_autofree char *answer = terminal_is_interrupted() ? NULL : ask(question);
		if (answer)
			writer_text(&writer, answer);
	}
	writer_end(&writer);
	writer_end(&writer);
	return writer_take(&writer);
}

char *
clarify(struct tw *tw, const struct operation *operation, const char *request)
{
	const struct operation *asking = operation_find("requirement.clarify");
	g_autoptr(Doc) wanted = doc_own(request);
	char *result = NULL, *error = NULL;
	if (!value_truth(value_member(doc_root(wanted), "ask")) || !record_field(operation->request, "ask"))
		return NULL;
	if (!terminal_is_there()) {
		fputs("nobody is asked: this is no terminal\n", stderr);
		return NULL;
	}
	static const char *const lasting[] = { "record", NULL };
	g_autofree char *question = arguments_carry(asking, doc_root(wanted), lasting, NULL);
	fputs("asking a model what is open ...\n", stderr);
	tw_call(tw, asking->name, question, &result, &error);
	g_autoptr(Doc) found = result ? doc_own(result) : NULL;
	if (error) {
		g_autofree char *text = view_error(error, false);
		fprintf(stderr, "going on without questions: %s", text);
	} else if (!value_count(value_member(doc_root(found), "questions"))) {
		fputs("it has no questions\n", stderr);
	}
	tw_free(result);
	tw_free(error);
	return found ? write_answers(doc_root(wanted), value_member(doc_root(found), "questions")) : NULL;
}
