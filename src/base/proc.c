#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mailbox.h"
#include "base/proc_thread.h"

enum {
	GRACE_MS = 2000,        /* between SIGTERM and SIGKILL at a deadline */
	DRAIN_MS = 300,         /* for output that descendants hold open */
	USUAL_MS = 600000,
	USUAL_OUTPUT = 65536,
	CHUNK = 65536,
};

/* The process thread's state. The mutex guards all of it and all running children. */
static struct {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	pthread_once_t once;
	struct mailbox *requests;   /* of struct start */
	struct proc *running;
	int epoll, wake;
	unsigned serial;
} thread = { .mutex = PTHREAD_MUTEX_INITIALIZER, .once = PTHREAD_ONCE_INIT };

/* A child to be started; the caller waits until it is answered. */
struct start {
	const struct proc_spec *spec;
	struct proc *proc;
	GError *error;
	bool answered;
};

static void
watch(int file, uint32_t events, struct proc *proc)
{
	struct epoll_event event = { .events = events, .data.ptr = proc };
	epoll_ctl(thread.epoll, EPOLL_CTL_ADD, file, &event);
}

static void
close_file(int *file)
{
	if (*file >= 0)
		close(*file);
	*file = -1;
}

static void
keep_output(struct proc *proc, const char *bytes, size_t length)
{
	proc->bytes += length;
	g_checksum_update(proc->digest, (const guchar *)bytes, (gssize)length);
	size_t half = proc->limit / 2, rest = proc->limit - half, first = MIN(length, half - MIN(half, proc->head->len));
	g_string_append_len(proc->head, bytes, (gssize)first);
	g_string_append_len(proc->tail, bytes + first, (gssize)(length - first));
	/* Moving it only when it is twice too long makes the moves cheap. */
	if (proc->tail->len > rest * 2)
		g_string_erase(proc->tail, 0, (gssize)(proc->tail->len - rest));
}

static void
read_output(struct proc *proc)
{
	static char chunk[CHUNK];   /* only the process thread is here */
	if (proc->output < 0)
		return;
	ssize_t got = read(proc->output, chunk, sizeof chunk);
	if (got > 0)
		keep_output(proc, chunk, (size_t)got);
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		close_file(&proc->output);
}

static void
write_input(struct proc *proc)
{
	if (proc->input < 0)
		return;
	gsize length;
	const char *bytes = g_bytes_get_data(proc->to_write, &length);
	ssize_t put = length > proc->written ? write(proc->input, bytes + proc->written, length - proc->written) : 0;
	if (put > 0)
		proc->written += (size_t)put;
	if (proc->written == length || (put < 0 && errno != EAGAIN && errno != EINTR))
		close_file(&proc->input);
}

/* Reaps the child if it has ended, then what is left of its group and its escaped descendants. */
static void
reap(struct proc *proc)
{
	if (!proc->exited && waitpid(proc->pid, &proc->status, WNOHANG) == proc->pid) {
		proc->exited = true;
		proc->ended_us = clock_us();
		proc->drain_until = clock_ms() + DRAIN_MS;
		kill(-proc->pid, SIGKILL);
		proc_kill_marked(proc->marker);
		close_file(&proc->pidfd);
		close_file(&proc->input);
	}
	while (proc->exited && waitpid(-proc->pid, NULL, WNOHANG) > 0)
		continue;
}

static void
begin_stop(struct proc *proc, int64_t grace_ms)
{
	if (proc->kill_at || proc->exited)
		return;
	kill(-proc->pid, SIGTERM);
	proc->kill_at = clock_ms() + grace_ms;
}

/* Deadlines of one child; the time at which it wants to be looked at again. */
static int64_t
attend(struct proc *proc, int64_t now)
{
	if (!proc->exited && !proc->kill_at && now >= proc->deadline) {
		proc->timed_out = true;
		begin_stop(proc, GRACE_MS);
	}
	if (!proc->exited && proc->kill_at && now >= proc->kill_at) {
		kill(-proc->pid, SIGKILL);
		proc->kill_at = now + 100;
	}
	if (proc->exited && (proc->output < 0 || now >= proc->drain_until)) {
		close_file(&proc->output);
		proc->done = true;
	}
	return proc->exited ? proc->drain_until : proc->kill_at ? proc->kill_at : proc->deadline;
}

static int64_t
attend_all(void)
{
	int64_t now = clock_ms(), next = now + 60000;
	bool changed = false;
	for (struct proc **link = &thread.running; *link;) {
		struct proc *proc = *link;
		reap(proc);
		int64_t wanted = attend(proc, now);
		if (proc->done) {
			*link = proc->next;
			changed = true;
		} else {
			next = MIN(next, wanted);
			link = &proc->next;
		}
	}
	if (changed)
		pthread_cond_broadcast(&thread.changed);
	return next;
}

static void
answer(struct start *start)
{
	struct proc *proc = start->proc;
	bool ok = proc_spawn(proc, start->spec, &start->error);
	pthread_mutex_lock(&thread.mutex);
	if (ok) {
		proc->started_us = clock_us();
		proc->next = thread.running;
		thread.running = proc;
		watch(proc->output, EPOLLIN, proc);
		watch(proc->pidfd, EPOLLIN, proc);
		write_input(proc);
		if (proc->input >= 0)
			watch(proc->input, EPOLLOUT, proc);
	}
	start->answered = true;
	pthread_cond_broadcast(&thread.changed);
	pthread_mutex_unlock(&thread.mutex);
}

static void *
attend_for_ever(void *unused)
{
	struct epoll_event events[64];
	int64_t next = 0;
	for (;;) {
		int64_t wait = CLAMP(next - clock_ms(), 0, 60000);
		int count = epoll_wait(thread.epoll, events, G_N_ELEMENTS(events), (int)wait);
		for (struct start *start; (start = mailbox_take_one(thread.requests, 0));)
			answer(start);
		pthread_mutex_lock(&thread.mutex);
		for (int i = 0; i < count; i++) {
			struct proc *proc = events[i].data.ptr;
			eventfd_t poked;
			if (!proc) {
				eventfd_read(thread.wake, &poked);
				continue;
			}
			read_output(proc);
			write_input(proc);
		}
		next = attend_all();
		pthread_mutex_unlock(&thread.mutex);
	}
	return unused;
}

static void
start_thread(void)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&thread.changed, &attributes);
	pthread_condattr_destroy(&attributes);
	thread.requests = mailbox_create();
	thread.epoll = epoll_create1(EPOLL_CLOEXEC);
	thread.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	watch(thread.wake, EPOLLIN, NULL);
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_t id;
	if (pthread_create(&id, NULL, attend_for_ever, NULL))
		g_error("cannot start the process thread");
	pthread_detach(id);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void
free_proc(struct proc *proc)
{
	g_free(proc->marker);
	g_string_free(proc->head, TRUE);
	g_string_free(proc->tail, TRUE);
	g_checksum_free(proc->digest);
	g_bytes_unref(proc->to_write);
	g_free(proc);
}

struct proc *
proc_start(const struct proc_spec *spec, GError **error)
{
	pthread_once(&thread.once, start_thread);
	struct proc *proc = g_new0(struct proc, 1);
	size_t limit = spec->output_limit ? spec->output_limit : USUAL_OUTPUT;
	const char *input = spec->input ? spec->input : "";
	*proc = (struct proc){ .pid = -1, .pidfd = -1, .output = -1, .input = -1, .limit = limit,
		               .head = g_string_new(NULL), .tail = g_string_new(NULL), .digest = g_checksum_new(G_CHECKSUM_SHA256),
		               .to_write = g_bytes_new(input, strlen(input)), .started_ms = clock_wall_ms(),
		               .deadline = spec->deadline ? spec->deadline : clock_ms() + USUAL_MS };
	unsigned serial = __atomic_add_fetch(&thread.serial, 1, __ATOMIC_RELAXED);
	g_autofree char *marker = proc_marker(spec->owner ? spec->owner : "unowned");
	proc->marker = g_strdup_printf("%s%u.", marker, serial);
	struct start start = { .spec = spec, .proc = proc };
	mailbox_post(thread.requests, &start);
	eventfd_write(thread.wake, 1);
	pthread_mutex_lock(&thread.mutex);
	while (!start.answered)
		pthread_cond_wait(&thread.changed, &thread.mutex);
	pthread_mutex_unlock(&thread.mutex);
	if (!start.error)
		return proc;
	g_propagate_error(error, start.error);
	free_proc(proc);
	return NULL;
}

pid_t
proc_pid(const struct proc *proc)
{
	return proc->pid;
}

bool
proc_wait(struct proc *proc, int64_t deadline)
{
	struct timespec until = clock_timespec(deadline);
	pthread_mutex_lock(&thread.mutex);
	while (!proc->done)
		if (pthread_cond_timedwait(&thread.changed, &thread.mutex, &until))
			break;
	bool done = proc->done;
	pthread_mutex_unlock(&thread.mutex);
	return done;
}

void
proc_stop(struct proc *proc, int64_t grace_ms)
{
	pthread_mutex_lock(&thread.mutex);
	if (!proc->done && !proc->exited) {
		proc->stopped = true;
		begin_stop(proc, grace_ms);
		eventfd_write(thread.wake, 1);
	}
	while (!proc->done)
		pthread_cond_wait(&thread.changed, &thread.mutex);
	pthread_mutex_unlock(&thread.mutex);
}

char *
proc_output(struct proc *proc)
{
	pthread_mutex_lock(&thread.mutex);
	size_t end = MIN(proc->tail->len, proc->limit - proc->head->len), cut = proc->bytes - proc->head->len - end;
	g_autoptr(GString) all = g_string_new_len(proc->head->str, (gssize)proc->head->len);
	if (cut)
		g_string_append_printf(all, "\n[... %zu bytes left out ...]\n", cut);
	g_string_append_len(all, proc->tail->str + proc->tail->len - end, (gssize)end);
	pthread_mutex_unlock(&thread.mutex);
	return g_utf8_make_valid(all->str, (gssize)all->len);
}

void
proc_finish(struct proc *proc, struct proc_result *result)
{
	if (!proc)
		return;
	proc_stop(proc, GRACE_MS);
	if (result)
		*result = (struct proc_result){
			.pid = proc->pid,
			.exit_code = WIFEXITED(proc->status) ? WEXITSTATUS(proc->status) : -1,
			.signal = WIFSIGNALED(proc->status) ? WTERMSIG(proc->status) : 0,
			.timed_out = proc->timed_out,
			.stopped = proc->stopped,
			.output = proc_output(proc),
			.output_bytes = proc->bytes,
			.digest = g_strdup(g_checksum_get_string(proc->digest)),
			.started_ms = proc->started_ms,
			.duration_ms = (proc->ended_us - proc->started_us) / 1000,
		};
	free_proc(proc);
}

void
proc_result_clear(struct proc_result *result)
{
	g_free(result->output);
	g_free(result->digest);
	*result = (struct proc_result){ 0 };
}

bool
proc_run(const struct proc_spec *spec, const bool *cancel, struct proc_result *result, GError **error)
{
	struct proc *proc = proc_start(spec, error);
	if (!proc)
		return false;
	/* A cancelled caller is noticed within a tenth of a second. */
	while (!proc_wait(proc, clock_ms() + 100))
		if (cancel && __atomic_load_n(cancel, __ATOMIC_ACQUIRE))
			proc_stop(proc, GRACE_MS);
	proc_finish(proc, result);
	return true;
}

char *
proc_describe(const struct proc_result *result)
{
	if (result->timed_out)
		return g_strdup("its deadline passed");
	if (result->signal)
		return g_strdup_printf("signal %d (%s)", result->signal, strsignal(result->signal));
	return g_strdup_printf("exit %d", result->exit_code);
}

void
proc_stop_all(int64_t grace_ms)
{
	pthread_mutex_lock(&thread.mutex);
	for (struct proc *proc = thread.running; proc; proc = proc->next) {
		proc->stopped = true;
		begin_stop(proc, grace_ms);
	}
	if (thread.running)
		eventfd_write(thread.wake, 1);
	while (thread.running)
		pthread_cond_wait(&thread.changed, &thread.mutex);
	pthread_mutex_unlock(&thread.mutex);
}
