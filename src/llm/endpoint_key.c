/* The keys of endpoints. No message holds any of one: a file or command that is not what it should be may hold it anywhere. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/proc.h"
#include "llm/endpoint.h"

enum { KEY_BYTES = 16384, KEY_COMMAND_MS = 30000 };

/* The first line, if it can be a key: a header carries it, so nothing but visible ASCII. */
static char *
first_line(const char *text)
{
	g_autofree char *line = g_strndup(text, strcspn(text, "\r\n"));
	g_strstrip(line);
	for (const char *c = line; *c; c++)
		if (!g_ascii_isgraph(*c))
			return NULL;
	return *line ? g_steal_pointer(&line) : NULL;
}

static char *
refuse(GError **error, const struct endpoint *endpoint, const char *remedy, const char *what)
{
	error_set(error, ERR_CONFIG, remedy, "the key of %s cannot be had: %s", endpoint->name, what);
	return NULL;
}

static char *
key_of_environment(const struct endpoint *endpoint, GError **error)
{
	const char *value = config_environment(endpoint->key_env);
	g_autofree char *what = g_strdup_printf("%s is %s", endpoint->key_env, value ? "no key in one line" : "not set");
	g_autofree char *remedy = g_strdup_printf("export %s=... before you start teamwright", endpoint->key_env);
	char *key = value ? first_line(value) : NULL;
	return key ? key : refuse(error, endpoint, remedy, what);
}

/* Opened once and looked at through the descriptor, so that what is checked is what is read. Not blocking: it may be a pipe. */
static char *
key_of_file(const struct endpoint *endpoint, GError **error)
{
	const char *path = endpoint->key_file;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	char text[KEY_BYTES + 1];
	if (file < 0) {
		g_autofree char *what = g_strdup_printf("%s: %s", path, g_strerror(errno));
		return refuse(error, endpoint, "correct key_file, or write the key there", what);
	}
	bool regular = fstat(file, &status) == 0 && S_ISREG(status.st_mode), open_to_others = regular && status.st_mode & 077;
	ssize_t length = regular && !open_to_others ? read(file, text, KEY_BYTES) : -1;
	close(file);
	g_autofree char *remedy = open_to_others ? g_strdup_printf("chmod 600 %s", path) : g_strdup("write the key as its first line");
	g_autofree char *what = g_strdup_printf("%s %s", path, !regular ? "is no file" : open_to_others ? "can be read by others" : "holds no key");
	text[MAX(length, 0)] = '\0';
	char *key = length > 0 ? first_line(text) : NULL;
	memset(text, 0, sizeof text);
	return key ? key : refuse(error, endpoint, remedy, what);
}

/* A list of words is a program with its arguments; one text with blanks is a line for the shell. Standard error is for people and
 * goes nowhere here: it must not be taken for the key. */
static GPtrArray *
words_of_command(char **command)
{
	bool line = !command[1] && strpbrk(*command, " \t");
	const char *const head[] = { "sh", "-c", line ? "eval \"$1\" 2>/dev/null" : "exec \"$@\" 2>/dev/null", "sh" };
	GPtrArray *argv = g_ptr_array_new();
	for (unsigned i = 0; i < G_N_ELEMENTS(head); i++)
		g_ptr_array_add(argv, (void *)head[i]);
	for (char **word = command; *word; word++)
		g_ptr_array_add(argv, *word);
	g_ptr_array_add(argv, NULL);
	return argv;
}

/* Its first word: those behind it may say more than others should read. */
static char *
program_of(const struct endpoint *endpoint)
{
	return g_strndup(*endpoint->key_command, strcspn(*endpoint->key_command, " \t"));
}

static char *
key_of_command(const struct endpoint *endpoint, GError **error)
{
	g_autoptr(GPtrArray) argv = words_of_command(endpoint->key_command);
	struct proc_spec spec = { .argv = (const char *const *)argv->pdata, .owner = "key", .deadline = clock_ms() + KEY_COMMAND_MS,
		                  .output_limit = KEY_BYTES };
	struct proc_result result;
	g_autofree char *name = program_of(endpoint);
	g_autofree char *remedy = g_strdup_printf("run '%s' by hand: the key is to be the first line that it prints", name);
	if (!proc_run(&spec, NULL, &result, error))
		return NULL;
	bool ok = result.exit_code == 0 && !result.timed_out;
	char *key = ok ? first_line(result.output) : NULL;
	g_autofree char *end = proc_describe(&result);
	g_autofree char *what = g_strdup_printf("%s: %s", name, ok ? "its first line is no key" : end);
	proc_result_clear(&result);
	return key ? key : refuse(error, endpoint, remedy, what);
}

char *
endpoint_key(const struct endpoint *endpoint, GError **error)
{
	if (endpoint->key_env)
		return key_of_environment(endpoint, error);
	if (endpoint->key_file)
		return key_of_file(endpoint, error);
	return endpoint->key_command ? key_of_command(endpoint, error) : NULL;
}

char *
endpoint_key_origin(const struct endpoint *endpoint)
{
	if (endpoint->key_env)
		return g_strdup(endpoint->key_env);
	if (endpoint->key_file)
		return g_strdup_printf("file %s", endpoint->key_file);
	if (!endpoint->key_command)
		return NULL;
	g_autofree char *program = program_of(endpoint);
	return g_strdup_printf("command %s", program);
}
