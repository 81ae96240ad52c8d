#include "cli/help.h"

#include <string.h>

#include "cli/arguments.h"

enum { COLUMN = 28 };

/* What every command takes besides its own options and the settings. */
static const struct {
	const char *option, *help;
} shared[] = {
	{ "--json", "the result as JSON" },
	{ "-q, --quiet", "no progress" },
	{ "--yes", "no question before what may cost money" },
	{ "--model NAME", "the model to ask, auto for any, none for none" },
	{ "--store PLACE", "where runs are kept" },
	{ "--project FOLDER", "whose .teamwright/ counts, instead of this one" },
	{ "-h, --help", "this text" },
};

static const struct {
	int code;
	const char *meaning;
} exits[] = {
	{ 0, "done, above the threshold, and every statement covered" },
	{ 1, "the work failed, is partial or below the threshold" },
	{ 2, "usage: a command, an option or an input is not understood" },
	{ 3, "configuration or environment" },
	{ 4, "the budget is exhausted" },
	{ 5, "interrupted; 'resume' goes on" },
	{ 6, "a person has to decide; 'resume' goes on" },
};

void
help_add_row(GString *text, const char *left, const char *right)
{
	if (strlen(left) < COLUMN - 2)
		g_string_append_printf(text, "  %-*s%s\n", COLUMN - 2, left, right);
	else
		g_string_append_printf(text, "  %s\n%*s%s\n", left, COLUMN, "", right);
}

void
help_add_shared(GString *text)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(shared); i++)
		help_add_row(text, shared[i].option, shared[i].help);
}

void
help_add_exits(GString *text)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(exits); i++) {
		g_autofree char *code = g_strdup_printf("%d", exits[i].code);
		help_add_row(text, code, exits[i].meaning);
	}
}

char *
help_overview(void)
{
	GString *text = g_string_new("Teamwright turns a requirement in prose into verified work.\n\n"
	                             "  teamwright run \"Build a task manager with projects and tasks\"\n\nCommands:\n");
	for (const struct operation *operation = operation_table; operation->name; operation++)
		if (operation->command)
			help_add_row(text, operation->command, operation->help);
	g_string_append(text, "\nEvery command takes (its own options: --help, with examples):\n");
	help_add_shared(text);
	g_string_append(text, "\nSo are all settings options; 'teamwright config' lists them.\n\nExit codes:\n");
	help_add_exits(text);
	return g_string_free(text, FALSE);
}

/* "arguments # what it does" lines, comments aligned. */
static void
add_examples(GString *text, const struct operation *operation)
{
	g_auto(GStrv) lines = g_strsplit(operation->examples ? operation->examples : "", "\n", -1);
	for (char **line = lines; *line; line++) {
		char *comment = strstr(*line, "# ");
		g_autofree char *arguments = g_strchomp(comment ? g_strndup(*line, (size_t)(comment - *line)) : g_strdup(*line));
		g_autofree char *command = g_strchomp(g_strdup_printf("teamwright %s %s", operation->command, arguments));
		if (comment)
			g_string_append_printf(text, "  # %s\n", comment + 2);
		g_string_append_printf(text, "  %s\n", command);
	}
}

static void
add_usage(GString *text, const struct operation *operation)
{
	g_string_append_printf(text, "\nUsage: teamwright %s", operation->command);
	for (size_t i = 0; i < operation->request->count; i++) {
		const struct record_field *field = &operation->request->fields[i];
		if (!(field->flags & RECORD_ARGUMENT))
			continue;
		g_autofree char *upper = g_ascii_strup(field->name, -1);
		g_string_append_printf(text, field->flags & RECORD_REQUIRED ? " %s%s" : " [%s%s]", upper,
		                       field->kind == RECORD_IS_TEXTS ? "…" : "");
	}
	g_string_append(text, " [OPTIONS]\n");
}

static void
add_field(GString *text, const struct record_field *field)
{
	g_autofree char *option = arguments_option(field), *upper = g_ascii_strup(field->name, -1);
	bool argument = field->flags & RECORD_ARGUMENT, truth = field->kind == RECORD_IS_BOOL;
	const char *last = strrchr(upper, '_');
	g_autofree char *left = argument ? g_strdup(upper) : g_strdup_printf("%s%s%s", option, truth ? "" : " ", truth ? "" : last ? last + 1 : upper);
	g_autofree char *right = field->preset ? g_strdup_printf("%s [%s]", field->help, field->preset) : g_strdup(field->help);
	help_add_row(text, left, right);
}

char *
help_operation(const struct operation *operation)
{
	GString *text = g_string_new(NULL);
	add_examples(text, operation);
	add_usage(text, operation);
	g_string_append_printf(text, "\n%s.\n\n", operation->help);
	text->str[text->len - strlen(operation->help) - 3] = g_ascii_toupper(text->str[text->len - strlen(operation->help) - 3]);
	for (size_t i = 0; i < operation->request->count; i++)
		if (!(operation->request->fields[i].flags & RECORD_HIDDEN))
			add_field(text, &operation->request->fields[i]);
	help_add_shared(text);
	return g_string_free(text, FALSE);
}
