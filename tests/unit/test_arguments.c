/* The command line: which operation, which request; and that every example of the help is understood. */
#include "cli/arguments.h"

#include "expect.h"

/* The request that the words make, or NULL with an error; `ret_operation` may be NULL. */
static char *
read_line(const char *line, const struct operation **ret_operation, GError **error)
{
	g_auto(GStrv) words = NULL;
	struct globals globals;
	int count, used;
	if (!g_shell_parse_argv(line, &count, &words, error))
		return NULL;
	const struct operation *operation = arguments_operation(count, words, &used, error);
	if (ret_operation)
		*ret_operation = operation;
	if (!operation)
		return NULL;
	globals_init(&globals);
	char *request = arguments_read(operation, count - used, words + used, &globals, error);
	globals_finish(&globals);
	return request;
}

static void
expect_refused(const char *line, const char *part)
{
	GError *error = NULL;
	g_autofree char *request = read_line(line, NULL, &error);
	g_assert_null(request);
	expect_error(&error, ERR_USAGE, part);
}

/* Takes the comment and what the shell does with "< file" out of an example. */
static char *
arguments_of(const char *example)
{
	const char *comment = strstr(example, "# ");
	g_autofree char *arguments = comment ? g_strndup(example, (size_t)(comment - example)) : g_strdup(example);
	return g_strndup(arguments, strcspn(arguments, "<"));
}

/* What an example says is understood, and holds all that its operation needs. */
static void
check_example(const struct operation *operation, const char *example)
{
	GError *error = NULL;
	const struct operation *found = NULL;
	g_autofree char *arguments = arguments_of(example);
	g_autofree char *line = g_strdup_printf("%s %s", operation->command, arguments);
	g_test_message("%s", line);
	g_autofree char *request = read_line(line, &found, &error);
	g_assert_no_error(error);
	g_assert_true(found == operation);
	g_autofree void *record = g_malloc0(operation->request->size);
	bool complete = record_read_text(operation->request, "request", request, record, &error);
	g_assert_no_error(error);
	g_assert_true(complete);
	record_finish(operation->request, record);
}

static void
test_examples(void)
{
	g_autofree char *folder = temporary_folder(), *before = g_get_current_dir();
	write_file(folder, "requirement.md", "Build a task manager");
	g_assert_cmpint(g_chdir(folder), ==, 0);
	for (const struct operation *operation = operation_table; operation->name; operation++) {
		if (!operation->command)
			continue;
		g_auto(GStrv) lines = g_strsplit(operation->examples ? operation->examples : "", "\n", -1);
		/* An operation without an example would leave its readers alone. */
		if (!lines[0] || !*lines[0])
			g_error("'%s' has no example, or an empty line among them", operation->command);
		for (char **line = lines; *line; line++)
			check_example(operation, *line);
	}
	g_assert_cmpint(g_chdir(before), ==, 0);
	remove_folder(folder);
}

static void
test_faults(void)
{
	expect_refused("rnu", "there is no command 'rnu'");
	expect_refused("rnu", "did you mean 'run'");
	expect_refused("run text --blueprnt x", "no option --blueprnt");
	expect_refused("run Build a task manager", "'a' is one word too many");
	expect_refused("plan text --save", "--save wants a value");
	expect_refused("run text --until tomorrow", "tomorrow");
}

static void
test_forms(void)
{
	GError *error = NULL;
	const struct operation *operation;
	g_autofree char *equal = read_line("run text --output=here --strict", &operation, &error);
	g_assert_no_error(error);
	g_autofree char *apart = read_line("run --strict --output here text", NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(equal, ==, apart);
	g_assert_cmpstr(operation->name, ==, "run.start");
	g_assert_nonnull(strstr(equal, "\"output\":\"here\""));
	g_autofree char *dashes = read_line("run -- --strict", NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(strstr(dashes, "\"requirement\":\"--strict\""));
	g_autofree char *list = read_line("run text --personas 'a, b'", NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(strstr(list, "[\"a\",\"b\"]"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/arguments/examples", test_examples);
	g_test_add_func("/arguments/faults", test_faults);
	g_test_add_func("/arguments/forms", test_forms);
	return g_test_run();
}
