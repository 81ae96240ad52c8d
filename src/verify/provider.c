#include "verify/provider.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/doc.h"
#include "base/error.h"

enum { LISTEN_MS = 15000, STOP_MS = 2000, POLL_MS = 5, TAIL = 600 };

struct provider {
	struct proc *proc;
	int port;
	char *url, *command;
};

/* --- how to start it ------------------------------------------------------------------------ */

static char **
shell_command(const char *line)
{
	const char *const argv[] = { "sh", "-c", line, NULL };
	return g_strdupv((char **)argv);
}

static char **
package_command(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "package.json", NULL);
	g_autoptr(Doc) doc = g_file_test(path, G_FILE_TEST_IS_REGULAR) ? doc_read_file(path, NULL) : NULL;
	const char *start = value_text(value_find(doc_root(doc), "/scripts/start"));
	g_autofree char *line = start ? g_strconcat("exec ", start, NULL) : NULL;
	return line ? shell_command(line) : NULL;
}

char **
provider_find_command(const char *folder, GError **error)
{
	static const char *const usual[][2] = { { "server.js", "node" }, { "server.mjs", "node" }, { "index.js", "node" },
		                                { "main.py", "python3" }, { "server.py", "python3" }, { "start.sh", "sh" } };
	char **command = package_command(folder);
	for (unsigned i = 0; !command && i < G_N_ELEMENTS(usual); i++) {
		g_autofree char *path = g_build_filename(folder, usual[i][0], NULL);
		const char *const argv[] = { usual[i][1], usual[i][0], NULL };
		if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
			command = g_strdupv((char **)argv);
	}
	if (!command)
		error_set(error, ERR_FAILED, "add a package.json with a start script, or a command to the contract's check",
		          "nothing says how to start what is in %s", folder);
	return command;
}

/* --- ports ---------------------------------------------------------------------------------- */

/* A port that was free a moment ago. */
static int
free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof address;
	int port = 0, file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (file >= 0 && bind(file, (struct sockaddr *)&address, sizeof address) == 0 &&
	    getsockname(file, (struct sockaddr *)&address, &length) == 0)
		port = ntohs(address.sin_port);
	if (file >= 0)
		close(file);
	return port;
}

static bool
accepts(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port) };
	int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = file >= 0 && connect(file, (struct sockaddr *)&address, sizeof address) == 0;
	if (file >= 0)
		close(file);
	return ok;
}

/* --- starting and stopping ------------------------------------------------------------------ */

static char **
build_environment(const struct provider_options *options, int port)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_autofree char *number = g_strdup_printf("PORT=%d", port);
	g_autofree char *data = options->scratch ? g_strconcat("DATA_DIR=", options->scratch, NULL) : NULL;
	for (const char *const *entry = options->environment; entry && *entry; entry++)
		g_strv_builder_add(builder, *entry);
	g_strv_builder_add_many(builder, number, "HOST=127.0.0.1", "NODE_ENV=test", VERIFY_CLEAN_ENVIRONMENT, NULL);
	if (data)
		g_strv_builder_add(builder, data);
	return g_strv_builder_end(builder);
}

/* The last lines that it printed, on one line. */
static char *
last_lines(struct proc *proc)
{
	g_autofree char *output = g_strchomp(proc_output(proc));
	size_t length = strlen(output);
	const char *tail = length > TAIL ? output + length - TAIL : output;
	while (*tail && ((unsigned char)*tail & 0xC0) == 0x80)
		tail++;
	return *tail ? g_strdup_printf("; it printed: %s", tail) : g_strdup("; it printed nothing");
}

static bool
explain_end(struct provider *provider, bool ended, int64_t waited, GError **error)
{
	g_autofree char *tail = last_lines(provider->proc);
	struct proc_result result;
	proc_finish(g_steal_pointer(&provider->proc), &result);
	g_autofree char *how = proc_describe(&result);
	proc_result_clear(&result);
	if (ended)
		return error_set(error, ERR_FAILED, "start it by hand with PORT set and see", "the provider (%s) ended before it listened: %s%s",
		                 provider->command, how, tail);
	return error_set(error, ERR_FAILED, "let it listen on the port in the environment variable PORT",
	                 "the provider (%s) did not listen on port %d within %.1f s%s", provider->command, provider->port,
	                 (double)waited / 1000, tail);
}

static bool
await_port(struct provider *provider, const struct provider_options *options, GError **error)
{
	int64_t begin = clock_ms(), until = MIN(begin + (options->listen_ms ? options->listen_ms : LISTEN_MS), options->deadline);
	for (int64_t pause = POLL_MS; clock_ms() < until; pause = MIN(pause + POLL_MS, 50)) {
		if (accepts(provider->port))
			return true;
		if (options->cancel && __atomic_load_n(options->cancel, __ATOMIC_ACQUIRE))
			break;
		if (proc_wait(provider->proc, clock_ms() + pause))
			return explain_end(provider, true, 0, error);
	}
	return explain_end(provider, false, clock_ms() - begin, error);
}

static bool
try_start(struct provider *provider, const struct provider_options *options, const char *const *command, GError **error)
{
	provider->port = free_port();
	g_auto(GStrv) environment = build_environment(options, provider->port);
	struct proc_spec spec = { .argv = command, .directory = options->folder, .environment = (const char *const *)environment,
		                  .owner = options->owner, .deadline = options->deadline };
	provider->proc = proc_start(&spec, error);
	return provider->proc && await_port(provider, options, error);
}

struct provider *
provider_start(const struct provider_options *options, GError **error)
{
	g_auto(GStrv) found = options->command && options->command[0] ? NULL : provider_find_command(options->folder, error);
	const char *const *command = found ? (const char *const *)found : options->command;
	if (!command)
		return NULL;
	struct provider *provider = g_new0(struct provider, 1);
	provider->command = g_strjoinv(" ", (char **)command);
	if (try_start(provider, options, command, error)) {
		provider->url = g_strdup_printf("http://127.0.0.1:%d", provider->port);
		return provider;
	}
	provider_stop(provider, NULL);
	return NULL;
}

const char *
provider_url(const struct provider *provider)
{
	return provider->url;
}

pid_t
provider_pid(const struct provider *provider)
{
	return proc_pid(provider->proc);
}

const char *
provider_command(const struct provider *provider)
{
	return provider->command;
}

bool
provider_is_running(struct provider *provider, int64_t patience_ms)
{
	return !proc_wait(provider->proc, clock_ms() + patience_ms);
}

void
provider_stop(struct provider *provider, struct proc_result *result)
{
	if (!provider)
		return;
	if (provider->proc) {
		proc_stop(provider->proc, STOP_MS);
		proc_finish(provider->proc, result);
	}
	g_free(provider->url);
	g_free(provider->command);
	g_free(provider);
}
