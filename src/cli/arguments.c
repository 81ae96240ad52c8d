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

static bool
add_setting(struct globals *globals, const char *setting, const char *value)
{
	struct writer writer;
	if (!value)
		return false;
	writer_init(&writer, false);
	writer_text(&writer, value);
	g_autofree char *quoted = writer_take(&writer);
	g_string_append_printf(globals->settings, "%s\"%s\":%s", globals->settings->len ? "," : "", setting, quoted);
	return true;
}

void
globals_find_project(struct globals *globals)
{
	g_autofree char *project = globals->has_project ? NULL : config_find_project();
	globals->has_project |= add_setting(globals, "project", project);
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

/* The nearest of several words, as far as a slip of the fingers goes. */
struct guess {
	const char *word;
	unsigned distance;
	char *near;
};

static void
guess_init(struct guess *guess, const char *word)
{
	enum { TOO_FAR = 3 };
	*guess = (struct guess){ .word = word, .distance = TOO_FAR };
}

static void
guess_try(struct guess *guess, const char *candidate)
{
	unsigned apart = distance(guess->word, candidate);
	if (apart >= guess->distance)
		return;
	guess->distance = apart;
	g_free(guess->near);
	guess->near = g_strdup(candidate);
}

/* The remedy, newly allocated; the guess is freed. */
static char *
guess_remedy(struct guess *guess, const char *command)
{
	g_autofree char *near = guess->near;
	return near ? g_strdup_printf("did you mean '%s'?", near) : g_strdup_printf("see 'teamwright %s%s--help'", command, *command ? " " : "");
}

/* "personas list, personas show": what begins with the word; NULL where nothing does. */
static char *
list_group(const char *word)
{
	g_autofree char *prefix = g_strconcat(word, " ", NULL);
	g_autoptr(GString) names = g_string_new(NULL);
	for (const struct operation *operation = operation_table; operation->name; operation++)
		if (operation->command && g_str_has_prefix(operation->command, prefix))
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", operation->command);
	return names->len ? g_strdup(names->str) : NULL;
}

static const struct operation *
unknown_command(const char *word, const char *two, GError **error)
{
	struct guess one, both;
	guess_init(&one, word);
	guess_init(&both, two ? two : "");
	for (const struct operation *operation = operation_table; operation->name; operation++) {
		if (!operation->command)
			continue;
		guess_try(&one, operation->command);
		if (two && strchr(operation->command, ' '))
			guess_try(&both, operation->command);
	}
	g_autofree char *group = list_group(word);
	bool second = both.near && (group || !one.near);
	g_free(second ? one.near : both.near);
	g_autofree char *remedy = guess_remedy(second ? &both : &one, "");
	g_autofree char *choice = group && !second ? g_strdup_printf("say one of: %s", group) : NULL;
	error_set(error, ERR_USAGE, choice ? choice : remedy, "there is no command '%s'", group && two ? two : word);
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
	return operation ? operation : unknown_command(words[0], two, error);
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
	int failure = ferror(file) ? errno : 0;
	if (file != stdin)
		fclose(file);
	if (failure) {
		error_set(error, ERR_INPUT, "give a file with text", "cannot read %s: %s", path, g_strerror(failure));
		return NULL;
	}
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
	if (field->kind != RECORD_IS_TEXTS || field->flags & (RECORD_ARGUMENT | RECORD_WHOLE))
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

/* Options that every command has; *ret_known says whether this is one of them. */
static bool
take_global(struct parsing *parsing, const char *name, const char *inline_value, bool *ret_known)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = { { "--json", &parsing->globals->json }, { "--help", &parsing->globals->help }, { "-h", &parsing->globals->help },
		      { "--quiet", &parsing->globals->quiet }, { "-q", &parsing->globals->quiet }, { "--yes", &parsing->globals->yes } };
	*ret_known = true;
	for (unsigned i = 0; i < G_N_ELEMENTS(flags); i++)
		if (g_str_equal(name, flags[i].name))
			return *flags[i].flag = true;
	if (g_str_equal(name, "--project")) {
		parsing->globals->has_project = true;
		return add_setting(parsing->globals, "project", option_value(parsing, name, inline_value));
	}
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		g_autofree char *dashed = g_strdelimit(g_strconcat("--", setting_name(i), NULL), "_", '-');
		if (g_str_equal(name, dashed))
			return add_setting(parsing->globals, setting_name(i), option_value(parsing, name, inline_value));
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

/* What to do about an option that there is not. */
static char *
near_option(const struct operation *operation, const char *name)
{
	struct guess guess;
	guess_init(&guess, name);
	for (size_t i = 0; i < operation->request->count; i++) {
		g_autofree char *option = arguments_option(&operation->request->fields[i]);
		if (!(operation->request->fields[i].flags & RECORD_HIDDEN))
			guess_try(&guess, option);
	}
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		g_autofree char *dashed = g_strdelimit(g_strconcat("--", setting_name(i), NULL), "_", '-');
		guess_try(&guess, dashed);
	}
	static const char *const common[] = { "--json", "--help", "--quiet", "--project", "--yes" };
	for (unsigned i = 0; i < G_N_ELEMENTS(common); i++)
		guess_try(&guess, common[i]);
	return guess_remedy(&guess, operation->command);
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
	g_autofree char *remedy = near_option(parsing->operation, name);
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

/* What stands without a name and has to be there. */
static bool
check_required(const struct parsing *parsing)
{
	const struct record_type *type = parsing->operation->request;
	for (size_t i = 0; i < type->count; i++) {
		const struct record_field *field = &type->fields[i];
		unsigned wanted = RECORD_REQUIRED | RECORD_ARGUMENT;
		if ((field->flags & wanted) != wanted || field->kind != RECORD_IS_TEXT || *(char **)record_at(parsing->request, field))
			continue;
		g_autofree char *remedy = g_strdup_printf("see 'teamwright %s --help'", parsing->operation->command);
		return error_set(parsing->error, ERR_USAGE, remedy, "'%s' wants one more word, the %s: %s", parsing->operation->command,
		                 field->name, field->help);
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
	for (int i = 0; i < count; i++)
		if (!g_utf8_validate(words[i], -1, NULL)) {
			record_finish(operation->request, request);
			error_set(error, ERR_USAGE, "write it in UTF-8", "word %d of '%s' is not UTF-8", i + 1, operation->command);
			return NULL;
		}
	bool ok = take_words(&parsing) && (globals->help || check_required(&parsing));
	char *text = ok ? record_to_json(operation->request, request, false) : NULL;
	record_finish(operation->request, request);
	return text;
}

char *
arguments_carry(const struct operation *to, const struct value *request, const char *const *without, const char *flag)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	VALUE_EACH_MEMBER (name, value, request)
		if (record_field(to->request, name->text) && g_strcmp0(name->text, flag) != 0 && !g_strv_contains(without, name->text))
			writer_member_value(&writer, name->text, value);
	if (flag)
		writer_member_bool(&writer, flag, true);
	writer_end(&writer);
	return writer_take(&writer);
}
