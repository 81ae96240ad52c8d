/* Fork and exec. Between the two only async-signal-safe calls are made. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/proc_thread.h"

enum { PIPES = 3, INPUT = 0, OUTPUT = 1, FAILURE = 2 };

struct plan {
	const char *program;
	char **argv, **environment;
	const char *directory;
	int pipes[PIPES][2];
	pid_t parent;
};

/* Never returns. */
static void
become_child(const struct plan *plan)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != plan->parent)
		_exit(127);
	dup2(plan->pipes[INPUT][0], STDIN_FILENO);
	dup2(plan->pipes[OUTPUT][1], STDOUT_FILENO);
	dup2(plan->pipes[OUTPUT][1], STDERR_FILENO);
	int failure = dup2(plan->pipes[FAILURE][1], 3);
	fcntl(failure, F_SETFD, FD_CLOEXEC);
	syscall(SYS_close_range, 4u, ~0u, 0u);
	if (!plan->directory || chdir(plan->directory) == 0)
		execve(plan->program, plan->argv, plan->environment);
	int code = errno;
	if (write(failure, &code, sizeof code) < 0)
		_exit(126);
	_exit(127);
}

static char **
build_environment(const struct proc_spec *spec, const char *marker)
{
	char **environment = g_get_environ();
	for (size_t i = 0; spec->environment && spec->environment[i]; i++) {
		const char *entry = spec->environment[i], *equal = strchr(entry, '=');
		g_autofree char *name = equal ? g_strndup(entry, (size_t)(equal - entry)) : g_strdup(entry);
		environment = equal ? g_environ_setenv(environment, name, equal + 1, TRUE) : g_environ_unsetenv(environment, name);
	}
	return g_environ_setenv(environment, PROC_MARKER, marker + strlen(PROC_MARKER) + 1, TRUE);
}

static void
close_pipes(int pipes[PIPES][2])
{
	for (int i = 0; i < PIPES; i++)
		for (int k = 0; k < 2; k++)
			if (pipes[i][k] >= 0)
				close(pipes[i][k]);
}

/* The read end of `pipe` stays with us, but for INPUT, whose write end does. */
static void
keep_ends(struct proc *proc, struct plan *plan)
{
	proc->input = plan->pipes[INPUT][1];
	proc->output = plan->pipes[OUTPUT][0];
	plan->pipes[INPUT][1] = plan->pipes[OUTPUT][0] = -1;
	fcntl(proc->input, F_SETFL, O_NONBLOCK);
	fcntl(proc->output, F_SETFL, O_NONBLOCK);
}

/* The errno of a failed exec, 0 after a good one. */
static int
read_failure(struct plan *plan)
{
	int code = 0;
	close(plan->pipes[FAILURE][1]);
	plan->pipes[FAILURE][1] = -1;
	ssize_t got;
	do
		got = read(plan->pipes[FAILURE][0], &code, sizeof code);
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)sizeof code ? code : 0;
}

static bool
cannot_start(const struct proc_spec *spec, int code, GError **error)
{
	const char *remedy = code == ENOENT ? "install it, or check the name and the folder it runs in" : "check its permissions";
	return error_set(error, ERR_ENVIRONMENT, remedy, "cannot start %s%s%s: %s", spec->argv[0], spec->directory ? " in " : "",
	                 spec->directory ? spec->directory : "", g_strerror(code));
}

/* A name with a slash is a path, from the folder that the child runs in; others are searched in PATH. */
static char *
find_program(const char *name)
{
	if (strchr(name, '/'))
		return g_strdup(name);
	g_autofree char *found = g_find_program_in_path(name);
	return found ? g_canonicalize_filename(found, NULL) : NULL;
}

/* No end becomes a standard file, which the child has to set: ours may be closed, and their numbers free. */
static bool
open_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC))
		return false;
	for (int i = 0; i < 2; i++) {
		int low = ends[i];
		if (low > STDERR_FILENO)
			continue;
		ends[i] = fcntl(low, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		close(low);
	}
	return ends[0] >= 0 && ends[1] >= 0;
}

bool
proc_spawn(struct proc *proc, const struct proc_spec *spec, GError **error)
{
	g_autofree char *program = find_program(spec->argv[0]);
	if (!program)
		return cannot_start(spec, ENOENT, error);
	g_auto(GStrv) environment = build_environment(spec, proc->marker);
	struct plan plan = { .program = program, .argv = (char **)spec->argv, .environment = environment,
		             .directory = spec->directory, .parent = getpid() };
	memset(plan.pipes, -1, sizeof plan.pipes);
	for (int i = 0; i < PIPES; i++) {
		if (!open_pipe(plan.pipes[i])) {
			int code = errno;
			close_pipes(plan.pipes);
			return cannot_start(spec, code, error);
		}
	}
	proc->pid = fork();
	if (proc->pid == 0)
		become_child(&plan);
	int code = proc->pid < 0 ? errno : 0;
	if (proc->pid > 0) {
		setpgid(proc->pid, proc->pid);
		code = read_failure(&plan);
	}
	if (!code) {
		keep_ends(proc, &plan);
		proc->pidfd = (int)syscall(SYS_pidfd_open, proc->pid, 0);
		code = proc->pidfd < 0 ? errno : 0;
	}
	if (code && proc->pid > 0) {
		kill(proc->pid, SIGKILL);
		waitpid(proc->pid, NULL, 0);
	}
	close_pipes(plan.pipes);
	return !code || cannot_start(spec, code, error);
}
