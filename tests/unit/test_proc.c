/* Children that run and end by themselves. How they are ended is in test_proc_stop.c. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>

#include "children.h"

static void
test_endings(void)
{
	static const struct {
		const char *script;
		int code, signal;
		const char *description;
	} rows[] = {
		{ "exit 0", 0, 0, "exit 0" }, { "exit 3", 3, 0, "exit 3" }, { "exit 255", 255, 0, "exit 255" },
		{ "kill -9 $$", -1, SIGKILL, "signal 9 (Killed)" }, { "kill -TERM $$", -1, SIGTERM, "signal 15 (Terminated)" },
		{ "kill -PIPE $$; exit 0", -1, SIGPIPE, "signal 13 (Broken pipe)" }, { "kill -INT $$; exit 0", -1, SIGINT, "signal 2 (Interrupt)" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct proc_spec spec = CHILD_SPEC(rows[i].script);
		int64_t before = clock_wall_ms();
		struct proc_result result = run_child(&spec);
		g_autofree char *description = proc_describe(&result);
		g_assert_cmpint(result.exit_code, ==, rows[i].code);
		g_assert_cmpint(result.signal, ==, rows[i].signal);
		g_assert_cmpstr(description, ==, rows[i].description);
		g_assert_false(result.timed_out || result.stopped);
		g_assert_cmpint(result.started_ms, >=, before);
		g_assert_cmpint(result.duration_ms, >=, 0);
		g_assert_cmpint(result.pid, >, 0);
		proc_result_clear(&result);
		proc_result_clear(&result);
	}
}

static void
test_output(void)
{
	struct proc_spec spec = CHILD_SPEC("echo out; echo err >&2; printf 'x\\377y'");
	struct proc_result result = run_child(&spec);
	g_assert_cmpstr(result.output, ==, "out\nerr\nx\xef\xbf\xbdy");
	g_assert_cmpuint(result.output_bytes, ==, 11);
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "out\nerr\nx\xffy", 11);
	g_assert_cmpstr(result.digest, ==, digest);
	proc_result_clear(&result);
}

/* However much comes, what is kept stays within the limit: the begin and the end. */
static void
test_flood(void)
{
	static const char script[] = "i=0; while [ $i -lt 200 ]; do printf '%06d\\n' $i; i=$((i+1)); done; head -c 30000000 /dev/zero | tr '\\0' x; echo; echo end";
	for (size_t limit = 100; limit <= 100000; limit *= 10) {
		struct proc_spec spec = CHILD_SPEC(script, .output_limit = limit);
		struct proc_result result = run_child(&spec);
		const char *cut = strstr(result.output, "\n[... ");
		g_assert_cmpuint(result.output_bytes, ==, 30000000 + 1400 + 5);
		g_assert_true(g_str_has_prefix(result.output, "000000\n000001\n"));
		g_assert_true(g_str_has_suffix(result.output, "xxx\nend\n"));
		g_assert_nonnull(cut);
		g_autofree char *note = g_strdup_printf("\n[... %zu bytes left out ...]\n", result.output_bytes - limit);
		g_assert_true(g_str_has_prefix(cut, note));
		g_assert_cmpuint(strlen(result.output), ==, limit + strlen(note));
		proc_result_clear(&result);
	}
	/* Just within the limit nothing is cut. */
	for (size_t length = 98; length <= 102; length++) {
		g_autofree char *exact = g_strdup_printf("head -c %zu /dev/zero | tr '\\0' x", length);
		struct proc_spec spec = CHILD_SPEC(exact, .output_limit = 100);
		struct proc_result result = run_child(&spec);
		g_assert_cmpint(strstr(result.output, "left out") != NULL, ==, length > 100);
		proc_result_clear(&result);
	}
}

static void
test_input(void)
{
	g_autofree char *input = g_strnfill(3 << 20, 'i');
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, input, -1);
	struct proc_spec spec = CHILD_SPEC("cat", .input = input);
	struct proc_result result = run_child(&spec);
	g_assert_cmpstr(result.digest, ==, digest);
	proc_result_clear(&result);
	/* A child that does not read it ends all the same. */
	struct proc_spec deaf = CHILD_SPEC("exec 0<&-; echo deaf", .input = input);
	result = run_child(&deaf);
	g_assert_cmpstr(result.output, ==, "deaf\n");
	proc_result_clear(&result);
	struct proc_spec none = CHILD_SPEC("cat; echo end");
	result = run_child(&none);
	g_assert_cmpstr(result.output, ==, "end\n");
	proc_result_clear(&result);
}

/* What a child finds: its folder, its environment, no file of ours but the three, no blocked signal. */
static void
test_surroundings(void)
{
	g_autofree char *folder = temporary_folder();
	int open_file = open("/dev/null", O_RDONLY), high = fcntl(open_file, F_DUPFD, 100);
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	g_setenv("TW_GONE", "here", TRUE);
	g_setenv("TW_KEPT", "kept", TRUE);
	const char *const environment[] = { child_mark(), "TW_GONE", "TW_NEW=a=b", "TW_EMPTY=", NULL };
	/* The last file of `ls` is the folder that it reads. */
	struct proc_spec spec = CHILD_SPEC("pwd -P; echo $TW_KEPT/${TW_GONE-gone}/$TW_NEW/${TW_EMPTY-unset}/; grep SigBlk /proc/self/status;"
	                                   "exec ls /proc/self/fd", .directory = folder);
	spec.environment = environment;
	struct proc_result result = run_child(&spec);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	g_autofree char *expected = g_strdup_printf("%s\nkept/gone/a=b//\nSigBlk:\t0000000000000000\n0\n1\n2\n3\n", folder);
	g_assert_cmpstr(result.output, ==, expected);
	proc_result_clear(&result);
	close(open_file);
	close(high);
	remove_folder(folder);
}

static void
test_missing(void)
{
	g_autofree char *folder = temporary_folder();
	g_autofree char *file = g_build_filename(folder, "file", NULL);
	write_file(folder, "file", "#!/none/such\n");
	struct {
		const char *program, *directory, *message;
	} rows[] = {
		{ "no-such-program", NULL, "cannot start no-such-program: No such file or directory" },
		{ "/no/such/program", NULL, "cannot start /no/such/program: No such file or directory" },
		{ "sh", "/no/such/folder", "/no/such/folder" },
		{ "./none", folder, "cannot start ./none in /" },
		{ file, NULL, "Permission denied" },
		{ "./file", folder, "Permission denied" },
	};
	unsigned files = count_files();
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct proc_spec spec = { .argv = (const char *const[]){ rows[i].program, NULL }, .directory = rows[i].directory };
		struct proc_result result;
		GError *error = NULL;
		g_assert_false(proc_run(&spec, NULL, &result, &error));
		g_assert_nonnull(error_remedy(error));
		expect_error(&error, ERR_ENVIRONMENT, rows[i].message);
		g_assert_null(proc_start(&spec, NULL));
	}
	g_assert_cmpuint(count_files(), ==, files);
	/* A script whose interpreter is missing. */
	g_chmod(file, 0755);
	struct proc_spec spec = { .argv = (const char *const[]){ file, NULL } };
	GError *error = NULL;
	g_assert_null(proc_start(&spec, &error));
	expect_error(&error, ERR_ENVIRONMENT, "No such file or directory");
	remove_folder(folder);
}

/* A relative program belongs to the folder it runs in, also where ours has one of that name. */
static void
test_relative(void)
{
	g_autofree char *folder = temporary_folder(), *ours = g_get_current_dir();
	g_autofree char *there = g_build_filename(folder, "there", NULL);
	write_file(folder, "tool", "#!/bin/sh\necho here\n");
	write_file(there, "tool", "#!/bin/sh\necho there\n");
	g_autofree char *one = g_build_filename(folder, "tool", NULL), *two = g_build_filename(there, "tool", NULL);
	g_chmod(one, 0755);
	g_chmod(two, 0755);
	g_assert_cmpint(g_chdir(folder), ==, 0);
	for (unsigned i = 0; i < 2; i++) {
		struct proc_spec spec = { .argv = (const char *const[]){ "./tool", NULL }, .directory = i ? "there" : NULL };
		struct proc_result result = run_child(&spec);
		g_assert_cmpstr(result.output, ==, i ? "there\n" : "here\n");
		proc_result_clear(&result);
	}
	g_assert_cmpint(g_chdir(ours), ==, 0);
	remove_folder(folder);
}

static void *
run_many(void *data)
{
	unsigned number = GPOINTER_TO_UINT(data);
	for (unsigned i = 0; i < 25; i++) {
		g_autofree char *script = g_strdup_printf("read line; echo $line; exit %u", (number + i) % 100);
		g_autofree char *input = g_strdup_printf("%u-%u\n", number, i);
		struct proc_spec spec = CHILD_SPEC(script, .input = input);
		struct proc_result result = run_child(&spec);
		g_assert_cmpint(result.exit_code, ==, (number + i) % 100);
		g_assert_cmpstr(result.output, ==, input);
		proc_result_clear(&result);
	}
	return NULL;
}

static void
test_threads(void)
{
	pthread_t threads[6];
	unsigned files = count_files();
	for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
		g_assert_cmpint(pthread_create(&threads[i], NULL, run_many, GUINT_TO_POINTER(i)), ==, 0);
	for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
		pthread_join(threads[i], NULL);
	g_assert_cmpuint(count_files(), ==, files);
	/* Everything was reaped. */
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
	g_assert_cmpint(errno, ==, ECHILD);
}

/* This program again, as `child_without_files`. */
static char *own_path;

static void
test_without_files(void)
{
	g_autofree char *script = g_strdup_printf("exec '%s' --without-files", own_path);
	struct proc_spec spec = CHILD_SPEC(script);
	struct proc_result result = run_child(&spec);
	g_assert_cmpint(result.exit_code, ==, 42);
	proc_result_clear(&result);
}

/* Standard files may be closed, as in a service: pipes then get their numbers. Every choice of them. */
static int
child_without_files(void)
{
	for (int closed = 0; closed < 8; closed++) {
		for (int file = 0; file < 3; file++)
			if (closed & 1 << file)
				close(file);
		struct proc_spec spec = CHILD_SPEC("cat; echo to stderr >&2", .input = "input\n");
		struct proc_result result;
		bool ok = proc_run(&spec, NULL, &result, NULL) && result.exit_code == 0 && g_str_equal(result.output, "input\nto stderr\n");
		proc_result_clear(&result);
		if (!ok)
			return closed;
		while (open("/dev/null", O_RDWR) < 3)   /* the lowest that are free */
			continue;
	}
	return 42;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && g_str_equal(argv[1], "--without-files"))
		return child_without_files();
	own_path = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/proc/endings", test_endings);
	g_test_add_func("/proc/output", test_output);
	g_test_add_func("/proc/flood", test_flood);
	g_test_add_func("/proc/input", test_input);
	g_test_add_func("/proc/surroundings", test_surroundings);
	g_test_add_func("/proc/missing", test_missing);
	g_test_add_func("/proc/relative", test_relative);
	g_test_add_func("/proc/threads", test_threads);
	g_test_add_func("/proc/without-files", test_without_files);
	int code = g_test_run();
	expect_none_left(child_mark());
	g_free(own_path);
	return code;
}
