#include "engine/control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "engine/operation.h"

enum { LINE_MAX_BYTES = 1 << 20, TALK_MS = 10000 };

struct control {
	struct house *house;
	char *path;
	int listener, stop;          /* a socket, and an eventfd that ends the thread */
	pthread_t thread;
};

static bool
fill_address(struct sockaddr_un *address, const char *path, GError **error)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (g_strlcpy(address->sun_path, path, sizeof address->sun_path) < sizeof address->sun_path)
		return true;
	return error_set(error, ERR_ENVIRONMENT, "set XDG_RUNTIME_DIR to a shorter path", "%s is too long for a socket", path);
}

/* Waits until `file` is ready for `events`; false at the deadline. */
static bool
await(int file, short events, int64_t deadline)
{
	struct pollfd entry = { .fd = file, .events = events };
	int64_t left = MAX(deadline - clock_ms(), 0);
	return poll(&entry, 1, (int)left) > 0;
}

/* Reads up to the line feed; NULL at the deadline, the end or the limit. */
static char *
read_line(int file, int64_t deadline)
{
	g_autoptr(GString) line = g_string_new(NULL);
	char chunk[4096];
	while (line->len < LINE_MAX_BYTES && await(file, POLLIN, deadline)) {
		ssize_t got = recv(file, chunk, sizeof chunk, 0);
		if (got <= 0)
			return NULL;
		g_string_append_len(line, chunk, got);
		if (chunk[got - 1] == '\n')
			return g_strndup(line->str, line->len - 1);
	}
	return NULL;
}

static bool
write_line(int file, const char *text, int64_t deadline)
{
	g_autofree char *line = g_strconcat(text, "\n", NULL);
	size_t length = strlen(line), done = 0;
	while (done < length && await(file, POLLOUT, deadline)) {
		ssize_t put = send(file, line + done, length - done, MSG_NOSIGNAL);
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return done == length;
}

static char *
carry_out(struct house *house, const char *line)
{
	GError *error = NULL;
	int code = 0;
	g_autoptr(Doc) doc = doc_read_json("control", line, strlen(line), NULL, &error);
	const char *name = doc ? value_member_text(doc_root(doc), "operation") : NULL;
	g_autofree char *request = doc ? value_to_json(value_member(doc_root(doc), "request"), false) : NULL;
	g_autofree char *result = name ? operation_call(house, name, request, &code, &error) : NULL;
	if (result)
		return g_strdup_printf("{\"exit\":%d,\"result\":%s}", code, result);
	if (!error)
		error_set(&error, ERR_USAGE, NULL, "the request names no operation");
	g_autofree char *text = operation_error_json(error);
	g_error_free(error);
	return g_strdup_printf("{\"error\":%s}", text);
}

static void
serve(struct control *control, int file)
{
	int64_t deadline = clock_ms() + TALK_MS;
	g_autofree char *line = read_line(file, deadline);
	if (line) {
		g_autofree char *reply = carry_out(control->house, line);
		write_line(file, reply, clock_ms() + TALK_MS);
	}
	close(file);
}

static void *
listen_on(void *data)
{
	struct control *control = data;
	for (;;) {
		struct pollfd entries[] = { { .fd = control->listener, .events = POLLIN }, { .fd = control->stop, .events = POLLIN } };
		if (poll(entries, 2, -1) < 0 && errno != EINTR)
			return NULL;
		if (entries[1].revents)
			return NULL;
		int file = entries[0].revents ? accept4(control->listener, NULL, NULL, SOCK_CLOEXEC) : -1;
		if (file >= 0)
			serve(control, file);
	}
}

static bool
open_socket(struct control *control, GError **error)
{
	struct sockaddr_un address;
	if (!fill_address(&address, control->path, error))
		return false;
	control->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	control->stop = eventfd(0, EFD_CLOEXEC);
	if (control->listener >= 0 && control->stop >= 0 && bind(control->listener, (struct sockaddr *)&address, sizeof address) == 0 &&
	    listen(control->listener, 16) == 0 && pthread_create(&control->thread, NULL, listen_on, control) == 0)
		return true;
	return error_set(error, ERR_ENVIRONMENT, "check the folder, or set XDG_RUNTIME_DIR", "cannot listen on %s: %s", control->path,
	                 g_strerror(errno));
}

static void
free_control(struct control *control)
{
	if (control->listener >= 0)
		close(control->listener);
	if (control->stop >= 0)
		close(control->stop);
	unlink(control->path);
	g_free(control->path);
	g_free(control);
}

struct control *
control_start(struct house *house, GError **error)
{
	g_autofree char *folder = config_runtime_folder(error);
	if (!folder)
		return NULL;
	g_autofree char *unique = g_uuid_string_random();
	struct control *control = g_new0(struct control, 1);
	*control = (struct control){ .house = house, .listener = -1, .stop = -1 };
	control->path = g_strdup_printf("%s/%d-%.8s.sock", folder, getpid(), unique);
	if (open_socket(control, error))
		return control;
	free_control(control);
	return NULL;
}

const char *
control_path(const struct control *control)
{
	return control->path;
}

void
control_stop(struct control *control)
{
	if (!control)
		return;
	eventfd_write(control->stop, 1);
	pthread_join(control->thread, NULL);
	free_control(control);
}

static char *
read_reply(const char *line, int *ret_exit, GError **error)
{
	g_autoptr(Doc) doc = doc_read_json("reply", line, strlen(line), NULL, error);
	if (!doc)
		return NULL;
	const struct value *failure = value_member(doc_root(doc), "error"), *result = value_member(doc_root(doc), "result");
	if (!failure) {
		int64_t code = 0;
		value_int64(value_member(doc_root(doc), "exit"), &code);
		*ret_exit = (int)code;
		return value_to_json(result, false);
	}
	const char *word = value_member_text(failure, "code"), *text = value_member_text(failure, "message");
	enum error_code code = ERR_FAILED;
	for (unsigned i = 0; word && i < ERROR_CODES; i++)
		if (g_str_equal(error_name(i), word))
			code = i;
	error_set(error, code, value_member_text(failure, "remedy"), "%s", text ? text : "no reason was given");
	return NULL;
}

char *
control_call(const char *path, const char *operation, const char *request, int64_t timeout_ms, int *ret_exit, GError **error)
{
	struct sockaddr_un address;
	int64_t deadline = clock_ms() + timeout_ms;
	if (!fill_address(&address, path, error))
		return NULL;
	int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_autofree char *line = g_strdup_printf("{\"operation\":\"%s\",\"request\":%s}", operation, request);
	g_autofree char *reply = NULL;
	if (file >= 0 && connect(file, (struct sockaddr *)&address, sizeof address) == 0 && write_line(file, line, deadline))
		reply = read_line(file, deadline);
	if (file >= 0)
		close(file);
	if (reply)
		return read_reply(reply, ret_exit, error);
	error_set(error, ERR_ENVIRONMENT, "if that process hangs, stop it", "the process behind %s does not answer", path);
	return NULL;
}
