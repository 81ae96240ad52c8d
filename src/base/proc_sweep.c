/* Finds processes by the marker in their environment, wherever they moved themselves to. */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/proc_thread.h"

enum { ROUNDS = 20, ENVIRONMENT_MAX = 256 * 1024 };

static char process[32];   /* this one among all, whatever its number was before or will be */
static pthread_once_t named = PTHREAD_ONCE_INIT;

static void
name_process(void)
{
	g_snprintf(process, sizeof process, "%d-%08x", getpid(), g_random_int());
}

char *
proc_marker(const char *owner)
{
	pthread_once(&named, name_process);
	return g_strdup_printf("%s=%s/%s.", PROC_MARKER, owner, process);
}

/* The environment of a process; 0 bytes where it cannot be read. */
static size_t
read_environment(pid_t pid, char *buffer)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/environ", pid);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 0;
	size_t used = 0;
	for (ssize_t got; used < ENVIRONMENT_MAX && (got = read(file, buffer + used, ENVIRONMENT_MAX - used)) > 0;)
		used += (size_t)got;
	close(file);
	return used;
}

/* A program that is just being loaded has no environment yet; a kernel thread or a zombie never has one, nor a file. */
static bool
is_loading(gint64 pid)
{
	char file[8];
	g_autofree char *path = g_strdup_printf("/proc/%" G_GINT64_FORMAT "/exe", pid);
	return readlink(path, file, sizeof file) > 0;
}

/* Kills every process that carries `marker` and not `spared` (may be NULL), but for this one; how many there were,
 * and of how many it cannot be said yet. */
static unsigned
kill_round(const char *marker, const char *spared, char *buffer, unsigned *ret_loading)
{
	unsigned found = 0;
	DIR *directory = opendir("/proc");
	for (const struct dirent *entry; directory && (entry = readdir(directory));) {
		gint64 pid;
		if (!g_ascii_string_to_signed(entry->d_name, 10, 2, G_MAXINT32, &pid, NULL) || pid == getpid())
			continue;
		size_t length = read_environment((pid_t)pid, buffer);
		*ret_loading += !length && is_loading(pid);
		if (!memmem(buffer, length, marker, strlen(marker)) || (spared && memmem(buffer, length, spared, strlen(spared))))
			continue;
		found += kill((pid_t)pid, SIGKILL) == 0;
		waitpid((pid_t)pid, NULL, WNOHANG);
	}
	if (directory)
		closedir(directory);
	return found;
}

static unsigned
kill_marked(const char *marker, const char *spared)
{
	g_autofree char *buffer = g_malloc(ENVIRONMENT_MAX);
	unsigned all = 0;
	/* What is killed may have forked meanwhile: until a round finds nothing. */
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned loading = 0, found = kill_round(marker, spared, buffer, &loading);
		all = MAX(all, found);
		if (!found && !loading)
			break;
		g_usleep(1000);
	}
	return all;
}

unsigned
proc_kill_marked(const char *marker)
{
	return kill_marked(marker, NULL);
}

unsigned
proc_sweep(const char *owner)
{
	g_autofree char *marker = g_strdup_printf("%s=%s/", PROC_MARKER, owner), *ours = proc_marker(owner);
	return kill_marked(marker, ours);
}
