/* What the parts of base/proc share. */
#ifndef BASE_PROC_THREAD_H
#define BASE_PROC_THREAD_H

#include "base/proc.h"

struct proc {
	struct proc *next;           /* among the children that run */
	pid_t pid;
	int pidfd, output, input;    /* -1 when closed */
	char *marker;
	GString *head, *tail;        /* the output that is kept: its begin and its end */
	size_t limit, bytes;
	GChecksum *digest;
	GBytes *to_write;
	size_t written;
	int64_t deadline, kill_at, drain_until, started_ms, started_us, ended_us;
	int status;                  /* of waitpid */
	bool timed_out, stopped;     /* why it was told to end */
	bool exited, done;           /* reaped; reaped and its output read to the end */
};

/* How the markers of this process's children begin: "TEAMWRIGHT_CHILD=owner/process."; newly allocated. */
char *proc_marker(const char *owner);
/* Kills everything whose environment holds "marker"; the number of processes found. */
unsigned proc_kill_marked(const char *marker);
/* Forks and executes; the fields pid, pidfd, output and input are set. In proc_spawn.c. */
bool proc_spawn(struct proc *proc, const struct proc_spec *spec, GError **error);

#endif
