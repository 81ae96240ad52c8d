#include "cli/help.h"

#include <string.h>

#include "cli/arguments.h"

enum { COLUMN = 28 };

static void
add_row(GString *text, const char *left, const char *right)
{
	if (strlen(left) < COLUMN - 2)
		g_string_append_printf(text, "  %-*s%s\n", COLUMN - 2, left, right);
	else
		g_string_append_printf(text, "  %s\n%*s%s\n", left, COLUMN, "", right);
}

char *
help_overview(void)
{
	GString *text = g_string_new("Teamwright turns a requirement in prose into verified work.\n\n"
	                             "  teamwright run \"Build a task manager with projects and tasks\"\n\nCommands:\n");
	for (const struct operation *operation = operation_table; operation->name; operation++)
		if (operation->command)
			add_row(text, operation->command, operation->help);
	g_string_append(text, "\nEvery command has --help (with examples) and --json.\n"
	                      "Exit: 0 done, 1 the work failed or is partial, 2 usage, 3 configuration or environment,\n"
	                      "4 budget, 5 interrupted (resumable), 6 a person has to decide (resumable).\n");
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
	add_row(text, left, right);
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
	add_row(text, "--json", "the result as JSON");
	add_row(text, "--store PLACE", "where runs are kept");
	add_row(text, "--help", "this text");
	return g_string_free(text, FALSE);
}

char *
help_reference(void)
{
	GString *text = g_string_new("# Commands\n\nRendered from the operation table: `teamwright help reference`. Every command has `--json`, "
	                             "`--store PLACE` and `--help`.\n");
	for (const struct operation *operation = operation_table; operation->name; operation++) {
		if (!operation->command)
			continue;
		g_autofree char *help = help_operation(operation);
		g_string_append_printf(text, "\n## teamwright %s\n\n```text\n%s```\n", operation->command, help);
		g_string_append_printf(text, "\nOperation `%s`: request `%s`, result `%s`.\n", operation->name, operation->request->name,
		                       operation->result->name);
	}
	return g_string_free(text, FALSE);
}

/* Backslashes, and dots and quotes at the start of a line, mean something to troff. */
static void
add_troff(GString *text, const char *plain)
{
	bool start = true;
	for (const char *c = plain; *c; start = *c == '\n', c++) {
		if (start && (*c == '.' || *c == '\''))
			g_string_append(text, "\\&");
		if (*c == '\\' || *c == '-')
			g_string_append_c(text, '\\');
		g_string_append_c(text, *c);
	}
}

char *
help_manual(void)
{
	GString *text = g_string_new(".TH TEAMWRIGHT 1 \"\" \"teamwright " VERSION "\"\n.SH NAME\n"
	                             "teamwright \\- turns a requirement into verified work\n.SH SYNOPSIS\n"
	                             ".B teamwright\n.I command\n[arguments] [options]\n.SH DESCRIPTION\n.nf\n");
	g_autofree char *overview = help_overview();
	add_troff(text, overview);
	g_string_append(text, ".fi\n.SH COMMANDS\n");
	for (const struct operation *operation = operation_table; operation->name; operation++) {
		if (!operation->command)
			continue;
		g_autofree char *help = help_operation(operation);
		g_string_append_printf(text, ".SS %s\n.nf\n", operation->command);
		add_troff(text, help);
		g_string_append(text, ".fi\n");
	}
	return g_string_free(text, FALSE);
}
