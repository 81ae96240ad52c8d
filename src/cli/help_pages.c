/* The documents that are rendered from the operation table: docs/reference.md and man/teamwright.1. */
#include "base/config.h"
#include "base/error.h"
#include "cli/help.h"
#include "llm/endpoint_found.h"

/* --- Markdown ------------------------------------------------------------------------------- */

static char *
setting_option(enum setting setting)
{
	g_autofree char *dashed = g_strdelimit(g_strdup(setting_name(setting)), "_", '-');
	return g_strconcat("--", dashed, NULL);
}

static void
add_settings_table(GString *text)
{
	g_string_append(text, "| name in files | option | environment | preset | meaning |\n| --- | --- | --- | --- | --- |\n");
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		g_autofree char *option = setting_option(i);
		g_string_append_printf(text, "| `%s` | `%s` | `%s` | %s | %s |\n", setting_name(i), option, setting_variable(i),
		                       setting_preset(i) ? setting_preset(i) : "–", setting_help(i));
	}
	for (unsigned i = 0; i < SECTION_COUNT; i++)
		g_string_append_printf(text, "| `%s` | – | – | – | a list of %s |\n", section_name(i), section_help(i));
}

static void
add_errors_table(GString *text)
{
	g_string_append(text, "| code | exit | HTTP status | meaning |\n| --- | --- | --- | --- |\n");
	for (unsigned i = 0; i < ERROR_CODES; i++)
		g_string_append_printf(text, "| `%s` | %d | %d | %s |\n", error_name(i), error_exit(i), error_status(i), error_title(i));
}

static void
add_command(GString *text, const struct operation *operation)
{
	g_autofree char *help = help_operation(operation);
	g_string_append_printf(text, "\n## teamwright %s\n\n```text\n%s```\n", operation->command, help);
	g_string_append_printf(text, "\nOperation `%s`: request `%s`, result `%s`.\n", operation->name, operation->request->name,
	                       operation->result->name);
}

char *
help_reference(void)
{
	GString *text = g_string_new("# Reference\n\nRendered from the operation table by `teamwright help reference`; do not edit. "
	                             "`teamwright operations --json` has\nthe JSON Schemas of every request and result.\n");
	for (const struct operation *operation = operation_table; operation->name; operation++)
		if (operation->command)
			add_command(text, operation);
	g_string_append(text, "\n## Options of every command\n\n```text\n");
	help_add_shared(text);
	g_string_append(text, "```\n\n## Settings\n\nThe strongest first: option, environment, `.teamwright/config.yaml` of the project, "
	                      "`teamwright/config.yaml` in the\nuser's configuration folder, preset. `teamwright config` says which it was.\n\n");
	add_settings_table(text);
	g_string_append(text, "\n## Exit codes\n\n```text\n");
	help_add_exits(text);
	g_string_append(text, "```\n\n## Errors\n\nWith `--json` an error is `{\"error\": {code, title, message, remedy, status, exit}}`.\n\n");
	add_errors_table(text);
	return g_string_free(text, FALSE);
}

/* --- troff ---------------------------------------------------------------------------------- */

/* Backslashes, and dots and quotes at the start of a line, mean something to troff. */
static void
add_troff(GString *text, const char *plain)
{
	bool start = true;
	for (const char *c = plain; *c; start = *c == '\n', c++) {
		if (start && (*c == '.' || *c == '\''))
			g_string_append(text, "\\&");
		if (*c == '\\')
			g_string_append(text, "\\e");
		else if (*c == '-')
			g_string_append(text, "\\-");
		else
			g_string_append_c(text, *c);
	}
}

static void
add_section(GString *text, const char *title, void (*add)(GString *text))
{
	g_autoptr(GString) plain = g_string_new(NULL);
	add(plain);
	g_string_append_printf(text, ".SH %s\n.nf\n", title);
	add_troff(text, plain->str);
	g_string_append(text, ".fi\n");
}

static void
add_commands(GString *text)
{
	g_string_append(text, ".SH COMMANDS\n");
	for (const struct operation *operation = operation_table; operation->name; operation++) {
		if (!operation->command)
			continue;
		g_autofree char *help = help_operation(operation);
		g_string_append_printf(text, ".SS %s\n.nf\n", operation->command);
		add_troff(text, help);
		g_string_append(text, ".fi\n");
	}
}

static void
add_overview(GString *text)
{
	g_autofree char *overview = help_overview();
	g_string_append(text, overview);
}

static void
add_variables(GString *text)
{
	for (unsigned i = 0; i < SETTING_COUNT; i++)
		help_add_row(text, setting_variable(i), setting_help(i));
	const char *variable;
	char *help;
	for (unsigned i = 0; (variable = endpoint_variable(i, &help)); i++) {
		help_add_row(text, variable, help);
		g_free(help);
	}
}

static void
add_files(GString *text)
{
	g_string_append(text, "  $XDG_STATE_HOME/teamwright   runs, unless --store says otherwise\n"
	                      "  $XDG_CONFIG_HOME/teamwright  config.yaml, and files that replace built-in ones\n"
	                      "  $XDG_RUNTIME_DIR/teamwright  sockets of runs that are under way\n"
	                      "  .teamwright                  the same as in the configuration folder, for one project\n");
}

char *
help_manual(void)
{
	GString *text = g_string_new(".TH TEAMWRIGHT 1 \"\" \"teamwright " VERSION "\"\n.SH NAME\n"
	                             "teamwright \\- turns a requirement into verified work\n.SH SYNOPSIS\n"
	                             ".B teamwright\n.I command\n[arguments] [options]\n");
	add_section(text, "DESCRIPTION", add_overview);
	add_commands(text);
	add_section(text, "ENVIRONMENT", add_variables);
	add_section(text, "FILES", add_files);
	return g_string_free(text, FALSE);
}
