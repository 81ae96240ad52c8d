/* Servers that follow a script on raw sockets, one for each connection; the last script serves all further ones. A script is steps:
 *	<        reads a request, its body too        >TEXT    sends the text
 *	.        waits until the other side closes     !        resets the connection
 *	#N       waits until N connections have come
 *	~        sends a byte every 10 ms, for ever    *        sends a line every 10 ms, for ever
 * and at its end the connection is closed. */
#ifndef TESTS_SCRIPTED_PEER_H
#define TESTS_SCRIPTED_PEER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib.h>

#define STEPS(...) ((const char *const[]){ __VA_ARGS__, NULL })

struct scripted_peer {
	const char *const *scripts[8];   /* NULL after the last */
	int file, stop[2];
	unsigned accepted, requests, live;   /* atomic */
	pthread_t thread;
	char url[64];
};

struct scripted_connection {
	struct scripted_peer *peer;
	const char *const *script;
	int file;
};

/* Until there is something to read, 10 ms have passed, or the peer stops: false. */
static inline bool
scripted_pause(struct scripted_connection *connection, int timeout_ms, bool *ret_readable)
{
	struct pollfd files[] = { { .fd = connection->file, .events = POLLIN }, { .fd = connection->peer->stop[0], .events = POLLIN } };
	poll(files, 2, timeout_ms);
	*ret_readable = files[0].revents;
	return !files[1].revents;
}

/* True when a whole request was read. */
static inline bool
scripted_request(struct scripted_connection *connection)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char chunk[65536];
	for (bool readable; scripted_pause(connection, -1, &readable);) {
		ssize_t got = readable ? read(connection->file, chunk, sizeof chunk) : 0;
		if (got <= 0)
			return false;
		g_string_append_len(text, chunk, got);
		const char *end = strstr(text->str, "\r\n\r\n"), *length = strcasestr(text->str, "content-length: ");
		size_t body = length && length < end ? (size_t)g_ascii_strtoll(length + 16, NULL, 10) : 0;
		if (!end || text->len < (size_t)(end + 4 - text->str) + body)
			continue;
		__atomic_add_fetch(&connection->peer->requests, 1, __ATOMIC_RELAXED);
		return true;
	}
	return false;
}

static inline bool
scripted_send(int file, const char *text, size_t length)
{
	return send(file, text, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static inline void
scripted_drip(struct scripted_connection *connection, const char *piece)
{
	char chunk[4096];
	for (bool readable; scripted_pause(connection, 10, &readable);)
		if ((readable && read(connection->file, chunk, sizeof chunk) <= 0) || !scripted_send(connection->file, piece, strlen(piece)))
			return;
}

static inline void
scripted_hold(struct scripted_connection *connection)
{
	char chunk[4096];
	for (bool readable; scripted_pause(connection, -1, &readable) && readable;)
		if (read(connection->file, chunk, sizeof chunk) <= 0)
			return;
}

static inline bool
scripted_step(struct scripted_connection *connection, const char *step)
{
	struct linger linger = { .l_onoff = 1 };
	switch (*step) {
	case '<':
		return scripted_request(connection);
	case '>':
		return scripted_send(connection->file, step + 1, strlen(step + 1));
	case '#':
		while (__atomic_load_n(&connection->peer->accepted, __ATOMIC_ACQUIRE) < (unsigned)(step[1] - '0'))
			g_usleep(1000);
		return true;
	case '.':
		scripted_hold(connection);
		return true;
	case '~':
		scripted_drip(connection, "x");
		return true;
	case '*':
		scripted_drip(connection, "data: x\n");
		return true;
	default:
		setsockopt(connection->file, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
		return false;
	}
}

static inline void *
scripted_serve(void *data)
{
	struct scripted_connection *connection = data;
	for (unsigned i = 0; connection->script[i] && scripted_step(connection, connection->script[i]); i++) {
	}
	close(connection->file);
	__atomic_sub_fetch(&connection->peer->live, 1, __ATOMIC_RELEASE);
	g_free(connection);
	return NULL;
}

static inline void *
scripted_accept(void *data)
{
	struct scripted_peer *peer = data;
	unsigned scripts = 0;
	while (peer->scripts[scripts])
		scripts++;
	for (int file; (file = accept(peer->file, NULL, NULL)) >= 0;) {
		unsigned number = __atomic_fetch_add(&peer->accepted, 1, __ATOMIC_RELAXED);
		struct scripted_connection *connection = g_new(struct scripted_connection, 1);
		*connection = (struct scripted_connection){ peer, peer->scripts[MIN(number, scripts - 1)], file };
		__atomic_add_fetch(&peer->live, 1, __ATOMIC_RELAXED);
		pthread_t thread;
		g_assert_cmpint(pthread_create(&thread, NULL, scripted_serve, connection), ==, 0);
		pthread_detach(thread);
	}
	return NULL;
}

static inline void
scripted_start(struct scripted_peer *peer)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof address;
	peer->file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(peer->file, (struct sockaddr *)&address, length), ==, 0);
	g_assert_cmpint(listen(peer->file, 1024), ==, 0);
	g_assert_cmpint(getsockname(peer->file, (struct sockaddr *)&address, &length), ==, 0);
	g_assert_cmpint(pipe(peer->stop), ==, 0);
	g_snprintf(peer->url, sizeof peer->url, "http://127.0.0.1:%d/", ntohs(address.sin_port));
	g_assert_cmpint(pthread_create(&peer->thread, NULL, scripted_accept, peer), ==, 0);
}

static inline unsigned
scripted_count(const unsigned *count)
{
	return __atomic_load_n(count, __ATOMIC_ACQUIRE);
}

static inline void
scripted_stop(struct scripted_peer *peer)
{
	shutdown(peer->file, SHUT_RDWR);
	pthread_join(peer->thread, NULL);
	close(peer->stop[1]);
	/* Every connection's thread has heard of it. */
	while (scripted_count(&peer->live))
		g_usleep(1000);
	close(peer->stop[0]);
	close(peer->file);
}

#endif
