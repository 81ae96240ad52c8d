/* Children that have to be ended, and what they leave behind: nothing. */
#include <pthread.h>
#include <sys/wait.h>

#include "children.h"

/* Starts `script` and waits until it says "ready". */
static struct proc *
start_ready(const struct proc_spec *spec)
{
	struct proc *proc = start_child(spec);
	await_output(proc, "ready");
	return proc;
}

static void
test_deadline(void)
{
	struct proc_spec spec = CHILD_SPEC("echo begin; sleep 1000; echo end");
	spec.deadline = clock_ms() + 200;
	struct proc_result result = run_child(&spec);
	g_autofree char *description = proc_describe(&result);
	g_assert_true(result.timed_out);
	g_assert_false(result.stopped);
	g_assert_cmpint(result.signal, ==, SIGTERM);
	g_assert_cmpstr(description, ==, "its deadline passed");
	g_assert_cmpstr(result.output, ==, "begin\n");
	proc_result_clear(&result);
	/* A deadline that passed before the start. */
	struct proc_spec late = CHILD_SPEC("sleep 1000");
	late.deadline = 1;
	result = run_child(&late);
	g_assert_true(result.timed_out);
	proc_result_clear(&result);
	expect_none_left(child_mark());
}

/* One that ignores SIGTERM is killed; one that handles it may end in its own way. */
static void
test_stop(void)
{
	static const struct {
		const char *script;
		int code, signal;
	} rows[] = {
		{ "trap '' TERM; echo ready; while :; do sleep 1000; done", -1, SIGKILL },
		{ "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.01; done", 5, 0 },
		{ "echo ready; exec sleep 1000", -1, SIGTERM },
		/* The whole group hears of it. */
		{ "(trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.01; done) & trap : TERM; wait; wait; exit 6", 6, 0 },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct proc_spec spec = CHILD_SPEC(rows[i].script);
		struct proc *proc = start_ready(&spec);
		g_assert_false(proc_wait(proc, clock_ms() + 20));
		g_assert_cmpint(proc_pid(proc), >, 0);
		proc_stop(proc, i == 0 ? 100 : 10000);
		g_assert_true(proc_wait(proc, 0));
		proc_stop(proc, 0);
		struct proc_result result;
		proc_finish(proc, &result);
		g_assert_cmpint(result.exit_code, ==, rows[i].code);
		g_assert_cmpint(result.signal, ==, rows[i].signal);
		g_assert_true(result.stopped);
		g_assert_false(result.timed_out);
		g_assert_cmpint(strstr(result.output, "bye") != NULL, ==, rows[i].code > 0);
		proc_result_clear(&result);
	}
	proc_finish(NULL, NULL);
	expect_none_left(child_mark());
}

/* Whoever ended by itself was not stopped, however often it is asked to. */
static void
test_stop_after_end(void)
{
	struct proc_spec spec = CHILD_SPEC("exit 4");
	struct proc *proc = start_child(&spec);
	g_assert_true(proc_wait(proc, clock_ms() + 60000));
	proc_stop(proc, 0);
	struct proc_result result;
	proc_finish(proc, &result);
	g_assert_cmpint(result.exit_code, ==, 4);
	g_assert_false(result.stopped);
	proc_result_clear(&result);
}

/* Descendants of every kind end with their child: in its group, away from it, deaf to SIGTERM, forking on. */
static void
test_descendants(void)
{
	static const char *const scripts[] = {
		"sleep 1000 & sleep 1000 & exit 0",
		"(sleep 1000 & (sleep 1000 & sleep 1000) & sleep 1000) & exit 0",
		"setsid sleep 1000 & exit 0",
		"setsid sh -c 'trap \"\" TERM HUP; sleep 1000 & setsid sleep 1000' & sleep 0.2; exit 0",
		"setsid sh -c 'while :; do sleep 1000 & sleep 0.05; done' & sleep 0.3; exit 0",
		"nohup sleep 1000 >/dev/null 2>&1 </dev/null & exit 0",
		"(trap '' TERM; sleep 1000) & sleep 0.1; kill -9 $$",
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(scripts); i++) {
		struct proc_spec spec = CHILD_SPEC(scripts[i]);
		struct proc_result result = run_child(&spec);
		g_assert_false(result.timed_out);
		proc_result_clear(&result);
		expect_none_left(child_mark());
	}
	/* The same where the child does not end by itself. */
	struct proc_spec spec = CHILD_SPEC("trap '' TERM; sleep 1000 & setsid sleep 1000 & echo ready; while :; do sleep 1000; done");
	struct proc *proc = start_ready(&spec);
	proc_stop(proc, 50);
	proc_finish(proc, NULL);
	expect_none_left(child_mark());
}

/* Not even as a zombie that nobody reaped yet. */
static bool
is_alive(pid_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/cmdline", pid), *text = NULL;
	gsize length = 0;
	return g_file_get_contents(path, &text, &length, NULL) && length > 0;
}

/* Runs `script`, which prints the number of a process with an empty environment. */
static pid_t
run_nameless(const char *script)
{
	struct proc_spec spec = CHILD_SPEC(script);
	struct proc_result result = run_child(&spec);
	g_assert_cmpint(result.exit_code, ==, 6);
	g_assert_false(result.timed_out);
	pid_t pid = (pid_t)g_ascii_strtoll(result.output, NULL, 10);
	g_assert_cmpint(pid, >, 1);
	proc_result_clear(&result);
	return pid;
}

/* A descendant without the marker ends with the group. One that shook off the group too escapes, and may hold the output
 * open: nobody waits for it. */
static void
test_held_output(void)
{
	pid_t within = run_nameless("env -i sleep 1000 & sleep 0.2; echo $!; exit 6");
	for (int64_t end = clock_ms() + 20000; is_alive(within); g_usleep(2000))
		g_assert_cmpint(clock_ms(), <, end);
	pid_t escaped = run_nameless("setsid env -i sleep 1000 & sleep 0.2; echo $!; exit 6");
	g_assert_true(is_alive(escaped));
	kill(escaped, SIGKILL);
}

/* A child may close its output long before it ends, and need no processor time of ours for that. */
static void
test_closed_output(void)
{
	struct proc_spec spec = CHILD_SPEC("echo ready; exec >&- 2>&-; sleep 0.5; exit 7");
	struct proc *proc = start_ready(&spec);
	int64_t before = clock_cpu_us();
	g_assert_true(proc_wait(proc, clock_ms() + 60000));
	g_assert_cmpint(clock_cpu_us() - before, <, 250000);
	struct proc_result result;
	proc_finish(proc, &result);
	g_assert_cmpint(result.exit_code, ==, 7);
	proc_result_clear(&result);
}

struct cancelling {
	struct proc_spec spec;
	struct proc_result result;
	bool cancel;
};

static void *
run_cancelled(void *data)
{
	struct cancelling *work = data;
	g_assert_true(proc_run(&work->spec, &work->cancel, &work->result, NULL));
	return NULL;
}

static void
test_cancel(void)
{
	struct cancelling work = { .spec = CHILD_SPEC("sleep 1000") };
	pthread_t thread;
	g_assert_cmpint(pthread_create(&thread, NULL, run_cancelled, &work), ==, 0);
	while (!count_marked(child_mark()))
		g_usleep(2000);
	__atomic_store_n(&work.cancel, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	g_assert_true(work.result.stopped);
	proc_result_clear(&work.result);
	expect_none_left(child_mark());
}

static void
test_stop_all(void)
{
	struct proc *procs[5];
	proc_stop_all(0);
	for (unsigned i = 0; i < G_N_ELEMENTS(procs); i++) {
		struct proc_spec spec = CHILD_SPEC(i % 2 ? "trap '' TERM; echo ready; while :; do sleep 1000; done" : "echo ready; setsid sleep 1000 & wait");
		procs[i] = start_ready(&spec);
	}
	proc_stop_all(100);
	expect_none_left(child_mark());
	for (unsigned i = 0; i < G_N_ELEMENTS(procs); i++) {
		struct proc_result result;
		g_assert_true(proc_wait(procs[i], 0));
		proc_finish(procs[i], &result);
		g_assert_true(result.stopped);
		g_assert_cmpint(result.signal, ==, i % 2 ? SIGKILL : SIGTERM);
		proc_result_clear(&result);
	}
}

/* This program again, as `own_children`. */
static char *own_path;

static struct proc *
start_owner(void)
{
	const char *const environment[] = { child_mark(), NULL };
	const char *const argv[] = { own_path, "--own-children", NULL };
	struct proc_spec spec = { .argv = argv, .environment = environment, .deadline = clock_ms() + 60000, .owner = "another" };
	return start_ready(&spec);
}

/* An owner with two children: one that stays in its group, one that left it. It is killed before long. */
static int
own_children(void)
{
	struct proc_spec spec = CHILD_SPEC("setsid sh -c 'echo ready; sleep 1000' & wait", .owner = "dead-owner");
	struct proc *proc = start_ready(&spec);
	puts("ready");
	fflush(stdout);
	return !proc_wait(proc, clock_ms() + 60000);
}

/* The children of an owner that was killed: the ones in its groups went with it, the others are swept. */
static void
test_sweep(void)
{
	g_assert_cmpuint(proc_sweep("dead-owner"), ==, 0);
	struct proc *owner = start_owner();
	kill(proc_pid(owner), SIGKILL);
	proc_finish(owner, NULL);
	/* Its child goes with it, at once and without us; what left the child's group stays. */
	for (int64_t end = clock_ms() + 20000; count_marked(child_mark()) != 2; g_usleep(2000))
		g_assert_cmpint(clock_ms(), <, end);
	g_assert_cmpuint(proc_sweep("dead"), ==, 0);
	g_assert_cmpuint(proc_sweep("owner"), ==, 0);
	g_assert_cmpuint(proc_sweep("dead-owner"), >=, 1);
	expect_none_left(child_mark());
	g_assert_cmpuint(proc_sweep("dead-owner"), ==, 0);
}

/* What this process started itself under the same name is none of the sweep's business. */
static void
test_sweep_spares(void)
{
	struct proc *dead = start_owner();
	struct proc_spec spec = CHILD_SPEC("sleep 1000 & setsid sleep 1000 & echo ready; wait; exit 8", .owner = "dead-owner");
	struct proc *ours = start_ready(&spec);
	kill(proc_pid(dead), SIGKILL);
	proc_finish(dead, NULL);
	g_assert_cmpuint(proc_sweep("dead-owner"), >=, 1);
	g_assert_false(proc_wait(ours, clock_ms() + 50));
	g_assert_cmpuint(count_marked(child_mark()), ==, 3);
	g_assert_cmpuint(proc_sweep("dead-owner"), ==, 0);
	struct proc_result result;
	proc_finish(ours, &result);
	g_assert_true(result.stopped);
	proc_result_clear(&result);
	expect_none_left(child_mark());
}

int
main(int argc, char **argv)
{
	if (argc > 1 && g_str_equal(argv[1], "--own-children"))
		return own_children();
	own_path = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/proc-stop/deadline", test_deadline);
	g_test_add_func("/proc-stop/stop", test_stop);
	g_test_add_func("/proc-stop/stop-after-end", test_stop_after_end);
	g_test_add_func("/proc-stop/descendants", test_descendants);
	g_test_add_func("/proc-stop/held-output", test_held_output);
	g_test_add_func("/proc-stop/closed-output", test_closed_output);
	g_test_add_func("/proc-stop/cancel", test_cancel);
	g_test_add_func("/proc-stop/stop-all", test_stop_all);
	g_test_add_func("/proc-stop/sweep", test_sweep);
	g_test_add_func("/proc-stop/sweep-spares", test_sweep_spares);
	int code = g_test_run();
	g_free(own_path);
	return code;
}
