/* Child processes. One process thread starts, watches and reaps them all; callers block.
 *
 * A child leads its own process group, dies with us (parent-death signal, which is why the thread
 * that forks lives as long as the process), has a deadline, and its output is read to the end but
 * kept only within bounds. When it ends, its group ends; descendants that left the group are found
 * again by the marker that every child carries in its environment. */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROC_MARKER "TEAMWRIGHT_CHILD"

struct proc_spec {
	const char *const *argv;          /* argv[0]: a path as seen from `directory`, or a name searched in PATH */
	const char *directory;            /* NULL for ours */
	const char *const *environment;   /* "NAME=value" to set over ours, "NAME" to remove; NULL for none */
	const char *input;                /* for standard input, NULL for an empty one */
	const char *owner;                /* goes into the marker: who started this */
	int64_t deadline;                 /* monotonic ms; the group is stopped then. 0: ten minutes */
	size_t output_limit;              /* bytes kept, head and tail. 0: 64 KiB */
};

struct proc_result {
	pid_t pid;
	int exit_code;       /* -1 where a signal ended it */
	int signal;          /* 0 where it exited */
	bool timed_out, stopped;   /* by its deadline; by proc_stop */
	char *output;        /* standard output and error as they came, valid UTF-8 */
	size_t output_bytes; /* all that was written, kept or not */
	char *digest;        /* SHA-256 of all of it, hexadecimal */
	int64_t started_ms;  /* wall */
	int64_t duration_ms;
};

struct proc;

/* Starts a child. NULL with ERR_ENVIRONMENT naming the program where it cannot be started. */
struct proc *proc_start(const struct proc_spec *spec, GError **error);
pid_t proc_pid(const struct proc *proc);
/* True as soon as the child has ended, false at the deadline. */
bool proc_wait(struct proc *proc, int64_t deadline);
/* SIGTERM to the group, SIGKILL after `grace_ms`; returns when the child has ended. */
void proc_stop(struct proc *proc, int64_t grace_ms);
/* What it wrote so far, newly allocated. */
char *proc_output(struct proc *proc);
/* Stops it if it still runs, fills `result` (may be NULL) and frees the handle. */
void proc_finish(struct proc *proc, struct proc_result *result);
void proc_result_clear(struct proc_result *result);

/* Start, wait and finish. Ends early when *cancel (may be NULL) becomes true. */
bool proc_run(const struct proc_spec *spec, const bool *cancel, struct proc_result *result, GError **error);

/* "exit 3", "signal 9 (Killed)", "deadline passed": newly allocated. */
char *proc_describe(const struct proc_result *result);

/* Stops everything that carries the marker of `owner` and is not a child of this process; the
 * number of processes found. For what a dead process left behind. */
unsigned proc_sweep(const char *owner);
/* Stops all children of this process: for an orderly end. */
void proc_stop_all(int64_t grace_ms);

#endif
