#include "cli/arguments.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

enum { INPUT_MAX = 4 << 20 };

void
globals_init(struct globals *globals)
{
	*globals = (struct globals){ .settings = g_string_new(NULL) };
}

void
globals_finish(struct globals *globals)
{
	g_string_free(globals->settings, TRUE);
	g_free(globals->progress);
}

void
globals_set(struct globals *globals, const char *name, const char *value)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_text(&writer, value);
	g_autofree char *quoted = writer_take(&writer);
	g_string_append_printf(globals->settings, "%s\"%s\":%s", globals->settings->len ? "," : "", name, quoted);
}

/* --- which operation ------------------------------------------------------------------------ */

static unsigned
distance(const char *a, const char *b)
{
	enum { LONGEST = 64 };
	unsigned row[LONGEST + 1], before, old;
	size_t n = strlen(a), m = strlen(b);
	if (n > LONGEST || m > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= m; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		before = row[0];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			old = row[j];
			row[j] = MIN(MIN(row[j], row[j - 1]) + 1, before + (a[i - 1] != b[j - 1]));
			before = old;
		}
	}
	return row[m];
}

static const struct operation *
unknown_command(const char *word, GError **error)
{
	const struct operation *near = NULL;
	unsigned least = 3;
	for (const struct operation *operation = operation_table; operation->name; operation++) {
		if (operation->command && distance(word, operation->command) < least) {
			least = distance(word, operation->command);
			near = operation;
		}
	}
	g_autofree char *remedy = near ? g_strdup_printf("did you mean '%s'?", near->command) : g_strdup("see 'teamwright --help'");
	error_set(error, ERR_USAGE, remedy, "there is no command '%s'", word);
	return NULL;
}

const struct operation *
arguments_operation(int count, char **words, int *ret_used, GError **error)
{
	g_autofree char *two = count > 1 ? g_strdup_printf("%s %s", words[0], words[1]) : NULL;
	const struct operation *operation = two ? operation_by_command(two) : NULL;
	*ret_used = operation ? 2 : 1;
	if (!operation)
		operation = operation_by_command(words[0]);
	return operation ? operation : unknown_command(words[0], error);
}

/* --- its request ---------------------------------------------------------------------------- */

char *
arguments_option(const struct record_field *field)
{
	g_autofree char *dashed = g_strdelimit(g_strdup(field->name), "_", '-');
	return g_strconcat("--", dashed, NULL);
}

/* All of standard input or of a file, as far as a requirement may be long. */
static char *
read_input(const char *path, GError **error)
{
	FILE *file = g_str_equal(path, "-") ? stdin : fopen(path, "re");
	if (!file) {
		error_set(error, ERR_INPUT, "check the path and its permissions", "cannot read %s: %s", path, g_strerror(errno));
		return NULL;
	}
	g_autofree char *text = g_malloc(INPUT_MAX + 1);
	size_t length = fread(text, 1, INPUT_MAX + 1, file);
	if (file != stdin)
		fclose(file);
	if (length > INPUT_MAX || memchr(text, '\0', length) || !g_utf8_validate_len(text, length, NULL)) {
		error_set(error, length > INPUT_MAX ? ERR_TOO_LARGE : ERR_INPUT, "give plain UTF-8 text of at most 4 MiB",
		          "%s is %s", path, length > INPUT_MAX ? "too long" : "not UTF-8 text");
		return NULL;
	}
	return g_strndup(text, length);
}

static bool
set_field(const struct record_field *field, void *request, const char *text, GError **error)
{
	g_autofree char *content = NULL;
	if (field->flags & RECORD_READABLE && (g_str_equal(text, "-") || *text == '@')) {
		content = read_input(*text == '@' ? text + 1 : text, error);
		if (!content)
			return false;
		text = content;
	}
	if (field->kind != RECORD_IS_TEXTS || field->flags & RECORD_ARGUMENT)
		return record_set(field, request, text, error);
	g_auto(GStrv) parts = g_strsplit(text, ",", -1);   /* --personas a,b,c */
	for (char **part = parts; *part; part++)
		if (!record_set(field, request, g_strstrip(*part), error))
			return false;
	return true;
}

struct parsing {
	const struct operation *operation;
	void *request;
	struct globals *globals;
	char **words;
	int count, at;
	size_t positional;           /* fields that stand without a name, taken so far */
	GError **error;
};

/* The value of an option: behind its '=', or the next word. */
static const char *
option_value(struct parsing *parsing, const char *name, const char *inline_value)
{
	if (inline_value)
		return inline_value;
	if (parsing->at + 1 < parsing->count)
		return parsing->words[++parsing->at];
	error_set(parsing->error, ERR_USAGE, NULL, "%s wants a value", name);
	return NULL;
}

static bool
add_setting(struct parsing *parsing, const char *setting, const char *value)
{
	if (value)
		globals_set(parsing->globals, setting, value);
	return value != NULL;
}

/* Options that every command has; *ret_known says whether this is one of them. */
static bool
take_global(struct parsing *parsing, const char *name, const char *inline_value, bool *ret_known)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = { { "--json", &parsing->globals->json }, { "--help", &parsing->globals->help }, { "-h", &parsing->globals->help },
		      { "--quiet", &parsing->globals->quiet }, { "-q", &parsing->globals->quiet } };
	*ret_known = true;
	for (unsigned i = 0; i < G_N_ELEMENTS(flags); i++)
		if (g_str_equal(name, flags[i].name))
			return *flags[i].flag = true;
	if (g_str_equal(name, "--project"))
		return parsing->globals->project = add_setting(parsing, "project", option_value(parsing, name, inline_value));
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		g_autofree char *dashed = g_strdelimit(g_strconcat("--", setting_name(i), NULL), "_", '-');
		if (g_str_equal(name, dashed))
			return add_setting(parsing, setting_name(i), option_value(parsing, name, inline_value));
	}
	*ret_known = false;
	return true;
}

static const struct record_field *
find_option(const struct record_type *type, const char *name)
{
	for (size_t i = 0; i < type->count; i++) {
		g_autofree char *option = arguments_option(&type->fields[i]);
		g_autofree char *alias = type->fields[i].alias ? g_strconcat("--", type->fields[i].alias, NULL) : NULL;
		if (g_str_equal(option, name) || (alias && g_str_equal(alias, name)))
			return &type->fields[i];
	}
	return NULL;
}

static bool
take_option(struct parsing *parsing, const char *word)
{
	const char *equal = strchr(word, '=');
	g_autofree char *name = equal ? g_strndup(word, (size_t)(equal - word)) : g_strdup(word);
	const struct record_field *field = find_option(parsing->operation->request, name);
	if (field && field->kind == RECORD_IS_BOOL)
		return record_set(field, parsing->request, equal ? equal + 1 : "true", parsing->error);
	if (field) {
		const char *value = option_value(parsing, name, equal ? equal + 1 : NULL);
		return value && set_field(field, parsing->request, value, parsing->error);
	}
	bool known;
	bool ok = take_global(parsing, name, equal ? equal + 1 : NULL, &known);
	if (known)
		return ok;
	g_autofree char *remedy = g_strdup_printf("see 'teamwright %s --help'", parsing->operation->command);
	return error_set(parsing->error, ERR_USAGE, remedy, "'%s' has no option %s", parsing->operation->command, name);
}

static bool
take_argument(struct parsing *parsing, const char *word)
{
	const struct record_type *type = parsing->operation->request;
	size_t number = 0;
	for (size_t i = 0; i < type->count; i++) {
		const struct record_field *field = &type->fields[i];
		if (!(field->flags & RECORD_ARGUMENT) || number++ < parsing->positional)
			continue;
		parsing->positional += field->kind != RECORD_IS_TEXTS;   /* a list takes all that follow */
		return set_field(field, parsing->request, word, parsing->error);
	}
	g_autofree char *remedy = g_strdup_printf("see 'teamwright %s --help'; a text of several words wants quotes",
	                                          parsing->operation->command);
	return error_set(parsing->error, ERR_USAGE, remedy, "'%s' is one word too many", word);
}

static bool
take_words(struct parsing *parsing)
{
	bool only_arguments = false;
	for (; parsing->at < parsing->count; parsing->at++) {
		const char *word = parsing->words[parsing->at];
		if (!only_arguments && g_str_equal(word, "--")) {
			only_arguments = true;
			continue;
		}
		bool option = !only_arguments && word[0] == '-' && word[1];
		if (!(option ? take_option(parsing, word) : take_argument(parsing, word)))
			return false;
	}
	return true;
}

char *
arguments_read(const struct operation *operation, int count, char **words, struct globals *globals, GError **error)
{
	g_autofree void *request = g_malloc(operation->request->size);
	record_init(operation->request, request);
	struct parsing parsing = { .operation = operation, .request = request, .globals = globals, .words = words, .count = count,
		                   .error = error };
	char *text = take_words(&parsing) ? record_to_json(operation->request, request, false) : NULL;
	record_finish(operation->request, request);
	return text;
}
