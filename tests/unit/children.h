/* Child processes for tests: shell scripts whose environment carries a mark, by which what is left of them is found. */
#ifndef TESTS_CHILDREN_H
#define TESTS_CHILDREN_H

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "expect.h"

/* "TW_MARK=" and a number that no other run has; a test that runs itself again has the same. */
static inline const char *
child_mark(void)
{
	static char mark[64];
	if (!*mark && g_getenv("TW_MARK"))
		g_snprintf(mark, sizeof mark, "TW_MARK=%s", g_getenv("TW_MARK"));
	else if (!*mark)
		g_snprintf(mark, sizeof mark, "TW_MARK=%d.%" G_GINT64_FORMAT, getpid(), clock_us());
	return mark;
}

/* A spec for `sh -c script`. Its arrays belong to the caller's frame. */
#define CHILD_SPEC(script, ...)                                                                    \
	{                                                                                          \
		.argv = (const char *const[]){ "sh", "-c", script, NULL },                         \
		.environment = (const char *const[]){ child_mark(), NULL }, .deadline = clock_ms() + 60000, __VA_ARGS__ \
	}

static inline struct proc_result
run_child(const struct proc_spec *spec)
{
	struct proc_result result;
	GError *error = NULL;
	proc_run(spec, NULL, &result, &error);
	g_assert_no_error(error);
	return result;
}

static inline struct proc *
start_child(const struct proc_spec *spec)
{
	GError *error = NULL;
	struct proc *proc = proc_start(spec, &error);
	g_assert_no_error(error);
	return proc;
}

/* Living processes (no zombies) that carry `mark`, but for this one. */
static inline unsigned
count_marked(const char *mark)
{
	unsigned count = 0;
	DIR *directory = opendir("/proc");
	for (const struct dirent *entry; (entry = readdir(directory));) {
		g_autofree char *path = g_strdup_printf("/proc/%s/environ", entry->d_name);
		g_autofree char *text = NULL;
		gsize length;
		bool number = g_ascii_isdigit(*entry->d_name) && g_ascii_strtoll(entry->d_name, NULL, 10) != getpid();
		/* The environment of a zombie is empty. */
		count += number && g_file_get_contents(path, &text, &length, NULL) && memmem(text, length, mark, strlen(mark));
	}
	closedir(directory);
	return count;
}

/* Waits until `proc` wrote `word`. */
static inline void
await_output(struct proc *proc, const char *word)
{
	for (int64_t end = clock_ms() + 60000;;) {
		g_autofree char *output = proc_output(proc);
		if (strstr(output, word))
			return;
		if (clock_ms() > end)
			g_error("'%s' never came, only: %s", word, output);
		g_usleep(2000);
	}
}

/* A signal's effect takes its time; nothing that was marked may outlive it. */
static inline void
expect_none_left(const char *mark)
{
	for (int64_t end = clock_ms() + 20000; count_marked(mark);) {
		if (clock_ms() > end)
			g_error("%u processes are left", count_marked(mark));
		g_usleep(5000);
	}
}

static inline unsigned
count_files(void)
{
	unsigned count = 0;
	g_autoptr(GDir) directory = g_dir_open("/proc/self/fd", 0, NULL);
	while (g_dir_read_name(directory))
		count++;
	return count;
}

#endif
