#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "cli/arguments.h"
#include "cli/clarify.h"
#include "cli/consent.h"
#include "cli/help.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/view.h"
#include "teamwright.h"

enum { SAME_SIGNAL_MS = 500 };
/* What Ctrl-C stops: nothing once it is about to be closed. */
static struct {
	pthread_mutex_t mutex;
	struct tw *tw;
} stoppable = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static void
set_stoppable(struct tw *tw)
{
	pthread_mutex_lock(&stoppable.mutex);
	stoppable.tw = tw;
	pthread_mutex_unlock(&stoppable.mutex);
}

static void
stop(void)
{
	pthread_mutex_lock(&stoppable.mutex);
	if (stoppable.tw)
		tw_cancel(stoppable.tw);
	pthread_mutex_unlock(&stoppable.mutex);
}

/* The thread that waits for Ctrl-C: a signal handler could do nothing useful. */
static void *
await_signals(void *data)
{
	(void)data;
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	int64_t first = 0;
	for (int signal;;) {
		if (sigwait(&signals, &signal))
			continue;
		/* A second Ctrl-C does not wait for anything. Children die with us. At once it is the same one:
		 * timeout(1) and npm signal a process and its group. */
		if (first && clock_ms() - first < SAME_SIGNAL_MS)
			continue;
		if (first)
			_exit(128 + signal);
		first = clock_ms();
		fputs("\nstopping; what is done is kept (once more to leave at once)\n", stderr);
		terminal_interrupt();
		stop();
	}
	return NULL;
}

/* The thread ends with the process: a second Ctrl-C counts while all is being closed, too. */
static void
watch_signals(struct tw *tw)
{
	pthread_t thread;
	set_stoppable(tw);
	if (pthread_create(&thread, NULL, await_signals, NULL) == 0)
		pthread_detach(thread);
}

static void
block_signals(void)
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	/* What cannot be written is an error that is reported, not the end. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

static bool
has_colour(int file)
{
	g_autoptr(Config) config = config_load(NULL, NULL);
	return isatty(file) && config && !config_get(config, SETTING_NO_COLOR, NULL);
}

static void
print_error(char *error, bool json)
{
	g_autofree char *text = json ? g_strdup_printf("{\"error\":%s}\n", error) : view_error(error, has_colour(STDERR_FILENO));
	fputs(text, json ? stdout : stderr);
	tw_free(error);
}

/* Prints what is wrong with the words themselves. */
static int
usage_error(GError *cause, bool json)
{
	int code = error_exit(error_code(cause));
	print_error(operation_error_json(cause), json);
	g_error_free(cause);
	return code;
}

static void
print_result(const struct operation *operation, const char *result, bool json)
{
	g_autoptr(Doc) doc = doc_own(result);
	g_autofree char *text = json ? value_to_json(doc_root(doc), true) : view_result(operation, doc_root(doc), has_colour(STDOUT_FILENO));
	fputs(text, stdout);
}

/* What a setting says, wherever it comes from; "auto" where it says nothing. */
static const char *
setting_of(const struct globals *globals, enum setting setting)
{
	g_autofree char *text = g_strdup_printf("{%s}", globals->settings->str);
	g_autoptr(Doc) doc = doc_own(text);
	const char *flag = value_member_text(doc_root(doc), setting_name(setting));
	g_autoptr(Config) config = flag ? NULL : config_load(value_member_text(doc_root(doc), "project"), NULL);
	const char *mode = flag ? flag : config ? config_get(config, setting, NULL) : NULL;
	return g_intern_string(mode ? mode : "auto");
}

static int
call(struct tw *tw, const struct operation *operation, const char *request, const struct globals *globals, struct progress *progress)
{
	char *error = NULL, *result = NULL;
	if (progress)
		tw_watch(tw, progress_event, progress);
	int code = tw_call(tw, operation->name, request, &result, &error);
	progress_stop(progress);
	if (result)
		print_result(operation, result, globals->json);
	else
		print_error(error, globals->json);
	tw_free(result);
	return code;
}

/* What is asked on the terminal first; NULL where nothing may be begun. `request` or newly allocated in *ret_own. */
static const char *
agree(struct tw *tw, const struct operation *operation, const char *request, const struct globals *globals, char **ret_own)
{
	bool none = g_str_equal(setting_of(globals, SETTING_MODEL), "none");
	g_autofree char *settings = g_strdup_printf("{%s}", globals->settings->str);
	g_autoptr(Doc) said = doc_own(settings);
	bool foreign = !none && consent_tell_foreign(value_member_text(doc_root(said), "project"), operation, request);
	if (!globals->yes && !none && !consent_get(tw, operation, request, foreign, has_colour(STDERR_FILENO)))
		return NULL;
	*ret_own = none ? NULL : clarify(tw, operation, request);
	return terminal_is_interrupted() ? NULL : *ret_own ? *ret_own : request;
}

static int
carry_out(const struct operation *operation, const char *request, const struct globals *globals)
{
	char *error = NULL;
	GError *cause = NULL;
	struct progress *progress = NULL;
	g_autofree char *settings = g_strdup_printf("{%s}", globals->settings->str), *own = NULL;
	struct tw *tw = tw_open(settings, &error);
	if (!tw) {
		print_error(error, globals->json);
		return 3;   /* only the configuration was read */
	}
	watch_signals(tw);
	const char *agreed = agree(tw, operation, request, globals, &own), *mode = setting_of(globals, SETTING_PROGRESS);
	if (!agreed)
		error_set(&cause, ERR_INTERRUPTED, NULL, "nothing was begun");
	else if (operation->flags & OPERATION_LONG && !progress_start(mode, globals->quiet, &progress))
		error_set(&cause, ERR_USAGE, "say auto, tty, plain, json or none", "there is no progress '%s'", mode);
	int code = cause ? usage_error(cause, globals->json) : call(tw, operation, agreed, globals, progress);
	set_stoppable(NULL);
	tw_close(tw);
	progress_free(progress);
	return code;
}

/* The word that was chosen from a menu; NULL where none was. */
static char *
choose_demo(void)
{
	char *result = NULL, line[16] = "";
	struct tw *tw = tw_open(NULL, NULL);
	if (!tw || tw_call(tw, "demo.list", NULL, &result, NULL)) {
		tw_close(tw);
		return NULL;
	}
	g_autoptr(Doc) doc = doc_own(result);
	const struct value *demos = value_member(doc_root(doc), "demos");
	int64_t number = 0;
	VALUE_EACH (demo, demos)
		printf("  %d  %-14s %s\n", (int)++number, value_member_text(demo, "id"), value_member_text(demo, "title"));
	printf("  %d  all\n\nWhich one? ", (int)number + 1);
	fflush(stdout);
	guint64 chosen = 0;
	bool given = fgets(line, sizeof line, stdin) && g_ascii_string_to_unsigned(g_strstrip(line), 10, 1, (guint64)number + 1, &chosen, NULL);
	const char *id = given && (int64_t)chosen <= number ? value_member_text(value_item(demos, chosen - 1), "id") : given ? "all" : NULL;
	char *word = g_strdup(id);
	tw_free(result);
	tw_close(tw);
	return word;
}

static bool
has_word(int count, char **words, const char *word)
{
	for (int i = 0; i < count; i++)
		if (g_str_equal(words[i], word))
			return true;
	return false;
}

static int
run_operation(const struct operation *operation, int count, char **words)
{
	GError *error = NULL;
	struct globals globals;
	globals_init(&globals);
	g_autofree char *request = arguments_read(operation, count, words, &globals, &error);
	int code = 0;
	globals_find_project(&globals);
	if (globals.help) {
		g_autofree char *text = help_operation(operation);
		fputs(text, stdout);
		g_clear_error(&error);
	} else {
		code = request ? carry_out(operation, request, &globals) : usage_error(error, has_word(count, words, "--json"));
	}
	globals_finish(&globals);
	return code;
}

static int
run_command(int count, char **words)
{
	GError *error = NULL;
	int used;
	const struct operation *operation = arguments_operation(count, words, &used, &error);
	if (!operation)
		return usage_error(error, has_word(count, words, "--json"));
	return run_operation(operation, count - used, words + used);
}

/* "demo" alone: a menu on a terminal, else what there is to choose from. */
static int
offer_demos(int count, char **words)
{
	bool terminal = count == 1 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	if (!terminal)
		return run_operation(operation_find("demo.list"), count - 1, words + 1);
	g_autofree char *chosen = choose_demo();
	char *with_choice[] = { words[0], chosen };
	if (chosen)
		return run_command(2, with_choice);
	fputs("nothing was chosen\n", stderr);
	return 2;
}

static bool
is_bare_demo(int count, char **words)
{
	bool bare = g_str_equal(words[0], "demo") && !has_word(count, words, "--help") && !has_word(count, words, "-h");
	for (int i = 1; i < count; i++)
		bare &= words[i][0] == '-';
	return bare;
}

/* "help", "help COMMAND", and the documents that are rendered from the operation table. */
static int
print_help(int count, char **words)
{
	GError *error = NULL;
	int used;
	const char *topic = count > 0 ? words[0] : "";
	bool reference = g_str_equal(topic, "reference"), manual = g_str_equal(topic, "manual");
	const struct operation *operation = *topic && !reference && !manual ? arguments_operation(count, words, &used, &error) : NULL;
	if (error)
		return usage_error(error, false);
	g_autofree char *text = reference ? help_reference() : manual ? help_manual() : operation ? help_operation(operation) : help_overview();
	fputs(text, stdout);
	return 0;
}

int
main(int count, char **words)
{
	setlocale(LC_CTYPE, "");
	if (count > 1 && g_str_equal(words[1], "--version")) {
		puts("teamwright " VERSION);
		return 0;
	}
	if (count < 2 || g_str_equal(words[1], "--help") || g_str_equal(words[1], "-h") || g_str_equal(words[1], "help")) {
		int code = print_help(MAX(count - 2, 0), words + 2);
		return count < 2 ? 2 : code;
	}
	block_signals();
	return is_bare_demo(count - 1, words + 1) ? offer_demos(count - 1, words + 1) : run_command(count - 1, words + 1);
}
